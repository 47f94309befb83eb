#!/usr/bin/python3
"""The output `http` over TLS: a server that cannot prove who it is gets nothing, one that asks for a certificate gets ours, a new
secret is used after a reload, and no secret stands in the log, in `stats` or in what `check` says."""
import http.server
import os
import shutil
import ssl
import subprocess
import threading
import warnings

import rig

INPUT = "inputs:\n  - {{name: lines, kind: file, path: {lines}, follow: true}}\n"
OUTPUT = """\
outputs:
  - name: hook
    kind: http
    urls: 'https://{host}:{port}/in?key=hidden-query'
    token: {{file: {dir}/token}}
    headers: [{{name: X-Key, secret: {{env: HOOK_KEY}}}}]
    compression: gzip
    timeout: 5s
    filter: {{include: {{outcome: ['*']}}}}
    {tls}
"""
SECRETS = ["hidden-token", "hidden-other", "hidden-key", "hidden-query"]


class Server(http.server.ThreadingHTTPServer):
    """Answers 204 and keeps what it was sent, with the name in the client's certificate."""
    daemon_threads = True

    def __init__(self, context):
        super().__init__(("127.0.0.1", 0), Handler)
        self.context, self.requests = context, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        sock, address = super().get_request()
        sock.settimeout(20)
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, _request, _address):
        pass

    @property
    def port(self):
        return self.server_address[1]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        peer = self.connection.getpeercert() or {}
        self.server.requests.append((dict(self.headers.items()), body, dict(x[0] for x in peer.get("subject", ())).get("commonName")))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args):
        pass


def openssl(folder, *argv):
    done = subprocess.run(["openssl", *argv], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise rig.netnorm_rig.Failed(f"openssl {argv[0]}: {done.stderr}")


def certificates(folder):
    """An authority, and a server's and a client's certificate from it."""
    if not shutil.which("openssl"):
        raise rig.Skip("no openssl here")
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(folder, *new, "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
    for name, subject in (("server", "localhost"), ("client", "collector-1")):
        openssl(folder, *new, "-subj", f"/CN={subject}", "-keyout", name + ".key", "-out", name + ".csr")
        with open(os.path.join(folder, name + ".ext"), "w", encoding="utf-8") as f:
            f.write(f"subjectAltName=DNS:{subject}\n")
        openssl(folder, "x509", "-req", "-days", "2", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", name + ".ext",
                "-out", name + ".pem")


def context_of(folder, ask, old=False):
    """old: it speaks TLS 1.0 and 1.1 and nothing later."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
    if ask:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(os.path.join(folder, "ca.pem"))
    return context


def take_old_tls(folder):
    """OpenSSL itself takes any version: what refuses the old ones is netnorm."""
    path = os.path.join(folder, "openssl.cnf")
    with open(path, "w", encoding="utf-8") as f:
        f.write("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
    return path


def refused(faults, workdir, name, server, text):
    """Nothing is delivered, the log says why, and all waits."""
    with rig.Collector(workdir, text, name=name, stop_timeout="300ms") as c:
        c.start()
        c.wait_for("a try that failed", lambda s: s.output("hook")["retried"] > 0)
        stats = c.stats()
        faults.same((stats.output("hook")["delivered"], stats.output("hook")["queued"]), (0, len(rig.LINES)), f"{name}: delivered and queued")
        faults.same(server.requests, [], f"{name}: requests")
        faults.expect('output "hook": https://' in c.log(), f"{name}: the log does not say why: {c.log()}")
        c.stop()
        hides(faults, name, c.log())


def hides(faults, what, text):
    for secret in SECRETS:
        faults.expect(secret not in text, f"{what}: {secret} is told: {text[:1500]}")


def delivered(faults, workdir, server, text, token):
    with rig.Collector(workdir, text, name="good") as c:
        c.start()
        c.rest(len(rig.LINES))
        headers, _body, client = server.requests[-1]
        faults.same(client, "collector-1", "the client's certificate")
        faults.same((headers["Authorization"], headers["X-Key"], headers["Content-Encoding"]), ("Bearer hidden-token", "hidden-key", "gzip"), "headers")
        with open(token, "w", encoding="utf-8") as f:
            f.write("hidden-other\n")
        faults.same(c.ask("reload").returncode, 0, "status of reload")
        before = len(server.requests)
        with open(os.path.join(workdir, "lines"), "a", encoding="utf-8") as f:
            f.write(rig.LINES[0] + "\n")
        c.rest(len(rig.LINES) + 1)
        c.wait_for("another request", lambda _s: len(server.requests) > before)
        faults.same(server.requests[-1][0]["Authorization"], "Bearer hidden-other", "the token after a reload")
        for what, done in (("stats", c.ask("stats")), ("check", c.ask("check"))):
            hides(faults, what, done.stdout + done.stderr)
        faults.same(c.stop(), 0, "status at the end")
        hides(faults, "log", c.log())


def body(faults, workdir):
    certificates(workdir)
    token, lines = os.path.join(workdir, "token"), rig.write_lines(workdir)
    with open(token, "w", encoding="utf-8") as f:
        f.write("hidden-token\n")
    os.environ["HOOK_KEY"] = "hidden-key"
    server, asks = Server(context_of(workdir, False)), Server(context_of(workdir, True))
    ca, mine = f"enable: true, ca: {workdir}/ca.pem", f"certificate: {workdir}/client.pem, key: {workdir}/client.key"

    def config(host, port, tls):
        return INPUT.format(lines=lines) + OUTPUT.format(dir=workdir, host=host, port=port, tls=tls)

    refused(faults, workdir, "unknown-authority", server, config("localhost", server.port, ""))
    refused(faults, workdir, "other-name", server, config("127.0.0.1", server.port, f"tls: {{{ca}}}"))
    old = Server(context_of(workdir, False, old=True))
    os.environ["OPENSSL_CONF"] = take_old_tls(workdir)
    refused(faults, workdir, "old-version", old, config("localhost", old.port, f"tls: {{{ca}}}"))
    del os.environ["OPENSSL_CONF"]
    refused(faults, workdir, "no-certificate", asks, config("localhost", asks.port, f"tls: {{{ca}}}"))
    delivered(faults, workdir, asks, config("localhost", asks.port, f"tls: {{{ca}, {mine}}}"), token)


if __name__ == "__main__":
    rig.main(body)
