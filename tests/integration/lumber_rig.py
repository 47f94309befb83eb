"""A real Lumberjack server (elastic's go-lumber) on loopback: fetched and built once, started, killed and started again from a test.

    with lumber_rig.Host(workdir, "a") as host:             # raises Missing where the machine cannot have one
        host.start()
        ... host.address ...
        host.kill(); host.start()                           # same port, same file
        for event in host.events(): ...

The program is in lumber_host/; what it was built into stays under $BUILD/integration/ for the next run.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import time

import kafka_rig

LUMBER = "0.1.0"
FETCH_SECONDS, READY_SECONDS = 600, 20

Missing, Failed = kafka_rig.Missing, kafka_rig.Failed


def fetch():
    """The folder with the programs lumber_host, bare_lumber and tst-lj; Go fetches and builds them once."""
    if not shutil.which("go"):
        raise Missing("go-lumber: no go here, and the package golang-go could not be installed")
    folder = os.path.join(kafka_rig.cache_folder(), f"lumber-{LUMBER}")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lumber_host")
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run(["go", "build", "-o", folder + "/", ".", "./bare_lumber", "github.com/elastic/go-lumber/cmd/tst-lj"], cwd=source,
                          env=dict(os.environ, GOFLAGS="-mod=readonly -buildvcs=false"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=FETCH_SECONDS, check=False)
    if done.returncode != 0:
        print(done.stdout)
        raise Missing(f"go-lumber {LUMBER}: Go could not fetch or build it")
    return folder


class Pki:
    """An authority, and certificates by it: NAME.pem, NAME.key in `folder`."""

    def __init__(self, folder):
        if not shutil.which("openssl"):
            raise Missing("certificates: no openssl here, and the package openssl could not be installed")
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.openssl("req", "-x509", *self.new("ca"), "-days", "2", "-subj", "/CN=an authority")

    def new(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem"]

    def openssl(self, *argv):
        subprocess.run(["openssl", *argv], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def issue(self, name, alt):
        self.openssl("req", *self.new(name), "-subj", f"/CN={name}")
        os.rename(self.path(f"{name}.pem"), self.path(f"{name}.csr"))
        with open(self.path("alt"), "w", encoding="utf-8") as f:
            f.write(f"subjectAltName={alt}\n")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "alt",
                     "-out", f"{name}.pem")

    def path(self, name):
        return os.path.join(self.folder, name)


class Host:
    """One server.  `pki`: TLS, with certificates of clients asked for; `argv`: more of lumber_host's options."""

    program = "lumber_host"

    def __init__(self, workdir, name, pki=None, argv=()):
        self.folder = fetch()
        self.events_path = os.path.join(workdir, f"{name}.jsonl")
        self.log_path = os.path.join(workdir, f"{name}.log")
        self.port = kafka_rig.free_ports(1)[0]
        self.address = f"127.0.0.1:{self.port}"
        self.proc, self.argv = None, ["-bind", self.address, "-out", self.events_path, *argv]
        if pki:
            self.argv += ["-cert", pki.path("server.pem"), "-key", pki.path("server.key"), "-ca", pki.path("ca.pem")]

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        if self.proc:
            self.kill()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.proc = subprocess.Popen([os.path.join(self.folder, self.program), *self.argv], stdin=subprocess.DEVNULL, stdout=log,
                                         stderr=subprocess.STDOUT)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.proc.poll() is not None:
                raise Failed(f"{self.program} ended with status {self.proc.returncode}\n{self.log()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Failed(f"{self.program} was not ready after {READY_SECONDS} s\n{self.log()}")

    def kill(self):
        """SIGKILL: what a crash looks like to its clients."""
        self.proc.kill()
        self.proc.wait()
        self.proc = None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def events(self):
        """What it was sent, in the order of coming.  A SIGKILL may cut the last write: such a line was not acknowledged."""
        with open(self.events_path, encoding="utf-8") as f:
            for line in f:
                for whole in line.rstrip("\n").replace('}{"v":', '}\n{"v":').split("\n"):
                    try:
                        yield json.loads(whole)
                    except ValueError:
                        if not whole.startswith('{"v":'):
                            raise


class TstLj(Host):
    """go-lumber's own tst-lj, which counts; plain only."""

    program = "tst-lj"

    def __init__(self, workdir, name):
        super().__init__(workdir, name)
        self.argv = ["-bind", self.address, "-v2"]

    def count(self):
        return sum(int(n) for n in re.findall(r"Received batch of (\d+) events", self.log()))
