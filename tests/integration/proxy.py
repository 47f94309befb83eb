"""A TCP proxy on loopback whose network can fail: it stalls, swallows one direction, crawls, half-closes, resets, cuts within a message, refuses.

    with proxy.Proxy(far_address) as p:     # p.address
        p.mode = "stall"                    # what is in it stays there, until the mode is another one
        p.reset()                           # all connections end, with RST

One thread; what it holds of a connection is bounded, so a far side that does not read is felt by the other.
"""
import selectors
import socket
import struct
import threading
import time

HOLD, PIECE, CRAWL_BYTES, TICK_SECONDS = 262144, 65536, 20000, 0.02
LINGER_RST = struct.pack("ii", 1, 0)


class Flow:
    """One direction of a connection."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.held, self.ended, self.shut = bytearray(), False, False

    def read(self, most):
        try:
            data = self.source.recv(most)
        except BlockingIOError:
            return 0
        self.ended = self.ended or not data
        self.held += data
        return len(data)

    def write(self, most):
        if self.held:
            try:
                done = self.target.send(self.held[:most])
            except BlockingIOError:
                return 0
            del self.held[:done]
            return done
        if self.ended and not self.shut:
            self.target.shutdown(socket.SHUT_WR)
            self.shut = True
        return 0


class Pair:
    """A client and the connection to the far side that was made for it."""

    def __init__(self, client, far):
        self.client, self.far = client, far
        for s in (client, far):
            s.setblocking(False)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.out, self.back = Flow(client, far), Flow(far, client)

    def reset(self):
        for s in (self.client, self.far):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RST)
            s.close()

    def is_over(self):
        return self.out.shut and self.back.shut


class Proxy:
    """Modes: pass; stall (nothing moves); deaf (nothing of the far side's comes back); crawl (20 kB/s); refuse (a connection is reset at once)."""

    def __init__(self, far_address):
        host, port = far_address.split(":")
        self.far_address = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.mode, self.pairs, self.connections, self.commands = "pass", [], 0, []
        self.ending = False
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_exc):
        self.ending = True
        self.thread.join()
        self.listener.close()

    def reset(self):
        self.commands.append("reset")

    def half_close(self):
        """The client hears that the far side has ended; what it sends still goes there."""
        self.commands.append("half_close")

    def cut(self):
        """The next piece goes out half, and then all is reset."""
        self.commands.append("cut")

    # ---- the thread --------------------------------------------------------------------------------

    def run(self):
        while not self.ending:
            self.command()
            self.accept()
            moved = 0
            for pair in list(self.pairs):
                try:
                    moved += self.move(pair)
                except OSError:
                    self.drop(pair)
            if moved == 0 or self.mode == "crawl":
                self.wait()
        for pair in list(self.pairs):
            self.drop(pair)

    def wait(self):
        with selectors.DefaultSelector() as s:
            s.register(self.listener, selectors.EVENT_READ)
            if self.mode == "pass":
                for pair in self.pairs:
                    for flow in (pair.out, pair.back):
                        if not flow.ended and len(flow.held) < HOLD:
                            s.register(flow.source, selectors.EVENT_READ)
            s.select(TICK_SECONDS)
        if self.mode != "pass":
            time.sleep(TICK_SECONDS)

    def accept(self):
        try:
            client, _address = self.listener.accept()
        except BlockingIOError:
            return
        self.connections += 1
        try:
            if self.mode == "refuse":
                raise OSError
            self.pairs.append(Pair(client, socket.create_connection(self.far_address, 2)))
        except OSError:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RST)
            client.close()

    def drop(self, pair):
        pair.reset()
        self.pairs.remove(pair)

    def move(self, pair):
        if self.mode == "stall":
            return 0
        most = int(CRAWL_BYTES * TICK_SECONDS) if self.mode == "crawl" else PIECE
        moved = 0
        for flow in (pair.out, pair.back):
            if self.mode == "deaf" and flow is pair.back:
                continue
            if not flow.ended and len(flow.held) < HOLD:
                moved += flow.read(most)
            moved += flow.write(most)
        if pair.is_over():
            self.drop(pair)
        return moved

    def command(self):
        while self.commands:
            what = self.commands.pop(0)
            for pair in list(self.pairs):
                try:
                    if what == "half_close":
                        pair.client.shutdown(socket.SHUT_WR)
                        pair.back.shut = pair.back.ended = True
                        continue
                    if what == "cut":
                        pair.out.read(PIECE)
                        pair.out.write(max(1, len(pair.out.held) // 2))
                except OSError:
                    pass
                self.drop(pair)
