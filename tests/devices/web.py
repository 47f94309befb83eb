"""HTTP/1.1 and HTTPS, as far as devices speak it: Basic authentication, keep-alive, Expect, bodies by length or in chunks."""
import asyncio
import base64
import contextlib
import http
import socket

from . import faults, hub

MAX_HEAD, MAX_BODY, PIECE = 1 << 16, 64 << 20, 1 << 16


class Bad(Exception):
    """No request of HTTP; or too large."""


class Request:
    def __init__(self, method, path, version, headers):
        self.method, self.path, self.version, self.headers = method, path, version, headers
        self.body = b""

    def keeps(self):
        wish = self.headers.get("connection", "").lower()
        return wish != "close" if self.version == "HTTP/1.1" else wish == "keep-alive"


async def read_head(reader):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as e:
        raise Bad("the head is too large") from e
    first, *lines = head.rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Bad(f"no request line: {first!r}")
    fields = [line.partition(":") for line in lines]
    return Request(*words, {name.strip().lower(): value.strip() for name, _colon, value in fields})


async def read_chunks(reader):
    body = b""
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if len(body) + size > MAX_BODY:
            raise Bad("the body is too large")
        body += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            return body


async def read_request(reader, writer):
    """The next one, or None at the end of the connection."""
    request = await read_head(reader)
    if request is None:
        return None
    if request.headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in request.headers.get("transfer-encoding", "").lower():
        request.body = await read_chunks(reader)
    else:
        length = int(request.headers.get("content-length", "0"))
        if length > MAX_BODY:
            raise Bad("the body is too large")
        request.body = await reader.readexactly(length)
    return request


def answer_bytes(status, kind, body, keep=True, chunked=False, more=()):
    """The whole of an answer; in chunks of 1000 bytes, if wanted."""
    head = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}", f"Content-Type: {kind}", f"Connection: {'keep-alive' if keep else 'close'}", *more]
    if chunked:
        pieces = [body[i:i + 1000] for i in range(0, len(body), 1000)] + [b""]
        head.append("Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    else:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head + ["", ""]).encode("latin-1") + body


class Server:
    """One device.  respond(body, headers) gives (status, content type, answer as bytes)."""

    def __init__(self, device, path, respond):
        self.device, self.path, self.respond = device, path, respond
        self.server, self.tasks = None, set()

    def start(self, sock):
        hub.run(self._start(sock))

    async def _start(self, sock):
        context = hub.tls(*self.device.setting("certificate", []))[0] if self.device.tls and not self.device.faults.dead else None
        self.server = await asyncio.start_server(self.connected, sock=sock, ssl=context, limit=MAX_HEAD)

    def stop(self):
        hub.run(self._stop())

    async def _stop(self):
        self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def connected(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        self.device.connected()
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.device.faults.dead:
                while await reader.read(PIECE):         # whoever gives up is seen to
                    pass
            await self.serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            self.device.left()
            self.tasks.discard(asyncio.current_task())
            writer.transport.abort() if self.device.faults.dead else writer.close()

    async def serve(self, reader, writer):
        keep = True
        while keep:
            try:
                request = await read_request(reader, writer)
            except (Bad, ValueError) as e:
                writer.write(answer_bytes(400, "text/plain", str(e).encode(), keep=False))
                await writer.drain()
                return
            if request is None:
                return
            keep = request.keeps() and not self.device.setting("no_keep_alive")
            if not await self.send(writer, self.answer(request, keep)):
                return

    def answer(self, request, keep):
        setting = self.device.setting
        if request.path != self.path:
            return answer_bytes(404, "text/plain", b"no such page\n", keep)
        if request.method != "POST":
            return answer_bytes(405, "text/plain", b"POST only\n", keep, more=["Allow: POST"])
        if not self.welcome(request.headers.get("authorization", "")):
            return answer_bytes(401, "text/plain", b"Unauthorized\n", keep, more=['WWW-Authenticate: Basic realm="device"'])
        if setting("http_status"):
            return answer_bytes(setting("http_status"), "text/html", b"<html>out of order</html>\n", keep)
        status, kind, body = self.respond(request.body, request.headers)
        return answer_bytes(status, kind, self.device.faults.answer(body), keep, bool(setting("chunked")))

    def welcome(self, authorization):
        scheme, _blank, rest = authorization.partition(" ")
        with contextlib.suppress(ValueError):
            user, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
            return scheme.lower() == "basic" and colon == ":" and self.device.admits(user, password)
        return False

    async def send(self, writer, data):
        """False where nothing may follow."""
        for step, argument in self.device.faults.steps(data):
            if step == faults.SEND:
                writer.write(argument)
                await writer.drain()
            elif step == faults.WAIT:
                await asyncio.sleep(argument)
            elif step == faults.STALL:
                await asyncio.Event().wait()
            else:
                return False
        return True
