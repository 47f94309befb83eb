"""A real NETCONF server on loopback: Debian's netconfd behind an OpenSSH sshd, both started here and ended with the test.

    with netconf_rig.Server(workdir) as server:         # raises Missing where the machine cannot have one
        result = server.ask("<get/>")                   # by netconf_ask: result.version, .session, .answers, .errors, .warnings, .is_alive
        server.freeze(); server.thaw()                  # netconfd stands still
        server.ask("<get/>", subsystem=None, fallback=server.command)

Login is by key, as the user that runs the test; no file outside of `workdir` is read, and none written but /run/sshd, which sshd wants of root.
"""
import collections
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time

import kafka_rig
from kafka_rig import Failed, Missing

READY_SECONDS, ASK_SECONDS = 20, 120
SSHD_CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {workdir}/host_key
AuthorizedKeysFile {workdir}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
{subsystem}
"""

Result = collections.namedtuple("Result", "status version session answers errors warnings is_alive seconds")


def need(program, package):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not path:
        raise Missing(f"NETCONF: no {program} here, and the package {package} could not be installed")
    return path


def asking_program():
    build = os.path.dirname(kafka_rig.cache_folder())
    path = os.path.join(build, "tests/integration/netconf_ask")
    if not os.path.exists(path):
        raise Missing(f"NETCONF: {path} is not made; `make integration` does")
    return path


def read_result(data, status, seconds):
    """What netconf_ask printed."""
    version, session, alive, answers, errors, warnings = None, 0, False, [], [], []
    while data:
        line, _, data = data.partition(b"\n")
        word, _, rest = line.decode(errors="replace").partition(" ")
        if word == "answer":
            answers.append(data[:int(rest)])
            data = data[int(rest) + 1:]
        elif word == "session":
            version, session = rest.split()
        elif word == "error":
            errors.append(rest)
        elif word == "warning":
            warnings.append(rest)
        elif word in ("alive", "dead"):
            alive = word == "alive"
        else:
            raise Failed(f"netconf_ask printed {line!r}")
    return Result(status, version, int(session), answers, errors, warnings, alive, seconds)


class Asking:
    """A netconf_ask that still runs."""

    def __init__(self, argv):
        self.start = time.monotonic()
        self.proc = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0)
        self.data = b""

    def wait_answer(self):
        while b"\nanswer " not in self.data:
            line = self.proc.stdout.readline()
            if not line:
                raise Failed(f"no answer: {self.data!r}")
            self.data += line

    def result(self):
        try:
            more, _ = self.proc.communicate(timeout=ASK_SECONDS)
        except subprocess.TimeoutExpired as e:
            self.proc.kill()
            self.proc.communicate()
            raise Failed(f"no end after {ASK_SECONDS} s") from e
        return read_result(self.data + more, self.proc.returncode, time.monotonic() - self.start)


class Server:
    """One netconfd, and an sshd for each thing that its subsystem can be."""

    def __init__(self, workdir):
        self.workdir = workdir
        self.programs = {name: need(name, package) for name, package in
                         (("netconfd", "netconfd"), ("netconf-subsystem", "netconfd"), ("sshd", "openssh-server"), ("ssh-keygen", "openssh-client"))}
        self.asking = asking_program()
        self.procs, self.ports, self.netconfd = [], {}, None
        # netconf-subsystem takes the port of the connection for a key to the socket: one entry a port.
        self.free = kafka_rig.free_ports(8)
        self.socket = os.path.join(workdir, "netconfd.sock")
        names = " ".join(f"--ncxserver-sockname={port}@{self.socket}" for port in self.free)
        self.command = f"{self.programs['netconf-subsystem']} {names}"

    def __enter__(self):
        for name in ("host_key", "user_key"):
            subprocess.run([self.programs["ssh-keygen"], "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(self.workdir, name)], check=True)
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        try:
            self.start_netconfd()
            self.start_sshd(self.command)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc):
        for proc in reversed(self.procs):
            if proc.poll() is None:
                proc.send_signal(signal.SIGCONT)
                proc.terminate()
        for proc in self.procs:
            try:
                proc.wait(10)
            except subprocess.TimeoutExpired:
                proc.kill()
                proc.wait()

    def log_path(self, name):
        return os.path.join(self.workdir, name + ".log")

    def spawn(self, name, argv):
        with open(self.log_path(name), "ab") as log:
            proc = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.workdir)
        self.procs.append(proc)
        return proc

    def wait_for(self, name, proc, is_ready):
        end = time.monotonic() + READY_SECONDS
        while not is_ready():
            if proc.poll() is not None or time.monotonic() > end:
                with open(self.log_path(name), encoding="utf-8", errors="replace") as f:
                    raise Failed(f"{name} did not start: {f.read()[-2000:]}")
            time.sleep(0.05)

    def start_netconfd(self):
        argv = [self.programs["netconfd"], "--no-startup", "--superuser=" + getpass.getuser(), "--ncxserver-sockname=" + self.socket]
        self.netconfd = self.spawn("netconfd", argv + [f"--port={port}" for port in self.free[:4]])
        self.wait_for("netconfd", self.netconfd, lambda: os.path.exists(self.socket))

    def start_sshd(self, subsystem):
        """The port of an sshd whose subsystem "netconf" is that command, or which has none (None)."""
        if subsystem in self.ports:
            return self.ports[subsystem]
        port = self.free[len(self.ports)]
        path = os.path.join(self.workdir, f"sshd_config.{port}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(SSHD_CONFIG.format(port=port, workdir=self.workdir, subsystem=f'Subsystem netconf {subsystem}' if subsystem else ""))
        proc = self.spawn("sshd", [self.programs["sshd"], "-D", "-e", "-f", path])
        self.wait_for("sshd", proc, lambda: listens(port))
        self.ports[subsystem] = port
        return port

    def known_hosts(self, port):
        with open(os.path.join(self.workdir, "host_key.pub"), encoding="utf-8") as f:
            kind, key = f.read().split()[:2]
        path = os.path.join(self.workdir, "known_hosts")
        with open(path, "a", encoding="utf-8") as f:
            f.write(f"[127.0.0.1]:{port} {kind} {key}\n")
        return path

    def start_asking(self, *requests, subsystem="", fallback=None, timeout_ms=20000):
        port = self.start_sshd(self.command if subsystem == "" else subsystem)
        argv = [self.asking, "127.0.0.1", str(port), getpass.getuser(), "", "--timeout", str(timeout_ms), "-o", f"known_hosts={self.known_hosts(port)}",
                "-o", f"key_file={self.workdir}/user_key"] + (["--fallback", fallback] if fallback else [])
        return Asking(argv + list(requests))

    def ask(self, *requests, **how):
        return self.start_asking(*requests, **how).result()

    def freeze(self):
        self.netconfd.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.netconfd.send_signal(signal.SIGCONT)


def listens(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0
