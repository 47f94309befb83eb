"""What the end-to-end scripts share: the program, a collector with a configuration of the script's own, lines, and a list of faults.

The collector's start, stop, counters and their balance are those of the integration tests.
"""
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests/integration"))
os.environ.setdefault("NETNORM_PROFILES", os.path.join(TOP, "profiles"))

import netnorm_rig  # noqa: E402

NETNORM = os.path.abspath(netnorm_rig.NETNORM)
ASAN = "NETNORM_ASAN" in os.environ
NOW = "2026-06-15T12:00:00Z"

LINES = [
    "<189>2041: core-1: *Mar  4 09:12:31.204: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down",
    "<189>517: pe-2: Mar  4 2026 09:13:02.771 CET: %BGP-5-ADJCHANGE: neighbor 198.51.100.20 Down BGP Notification sent",
    "<190>518: pe-2: Mar  4 2026 09:13:02.771 CET: %NOSUCH-6-THING: no profile knows this",
    "<28>Mar  4 09:15:20 edge-1 mib2d[2311]: SNMP_TRAP_LINK_DOWN: ifIndex 527, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/11",
    "<189>Mar  4 09:17:11 leaf-7 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet12 (to spine-1), changed state to down",
    "<13>Mar  4 09:18:00 printer-3 spooler: out of paper",
]


class Skip(Exception):
    """What this machine does not have, in words."""


class Faults:
    """Expectations that did not hold, told together at the end."""

    def __init__(self):
        self.texts = []

    def expect(self, good, text):
        if not good:
            self.texts.append(text)
        return good

    def same(self, got, wanted, what):
        return self.expect(got == wanted, f"{what}: {got!r}, wanted {wanted!r}")


def run(*argv, stdin=b"", env=None, timeout=60):
    """The program to its end; stdin and both outputs are bytes."""
    return subprocess.run([NETNORM, *argv], input=stdin, capture_output=True, timeout=timeout, check=False,
                          env=dict(os.environ, **(env or {})))


@contextlib.contextmanager
def unread_fifo(path):
    """A FIFO that has a reader, which reads nothing."""
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield path
    finally:
        os.close(reader)


def main(body):
    """Runs body(faults, workdir) and ends the process with what came of it."""
    workdir = tempfile.mkdtemp(prefix="netnorm-e2e-")
    faults = Faults()
    try:
        body(faults, workdir)
    except Skip as e:
        print(f"skipped: {e}")
        sys.exit(77)
    except netnorm_rig.Failed as e:
        faults.texts.append(str(e))
    finally:
        shutil.rmtree(workdir, ignore_errors=True)
    for text in faults.texts[:40]:
        print("FAULT: " + text)
    print(f"{len(faults.texts)} faults")
    sys.exit(1 if faults.texts else 0)


def free_ports(n):
    """Ports of 127.0.0.1, free for TCP and UDP, below the ephemeral ones."""
    ports, held = [], []
    candidate = 10000 + os.getpid() * 13 % 10000
    while len(ports) < n:
        candidate = candidate + 1 if candidate < 31000 else 10000
        pair = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        held += pair
        with contextlib.suppress(OSError):
            for s in pair:
                s.bind(("127.0.0.1", candidate))
            ports.append(candidate)
    for s in held:
        s.close()
    return ports


def write_lines(workdir, name="lines", lines=None):
    path = os.path.join(workdir, name)
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in (LINES if lines is None else lines))
    return path


class Collector(netnorm_rig.Netnorm):
    """`netnorm run` on a configuration of one's own; its control socket and state are in a folder of their own."""

    HEAD = "workers: {workers}\nstate_dir: {dir}/state\ncontrol: {dir}/control\nmetrics: {{port: {metrics}}}\nstop_timeout: {stop_timeout}\n"

    def __init__(self, workdir, text, name="collector", workers=2, metrics=0, stop_timeout="30s"):
        self.dir = os.path.join(workdir, name)
        self.config_path = os.path.join(self.dir, "netnorm.yaml")
        self.log_path = os.path.join(self.dir, "log")
        self.proc = None
        self.head = self.HEAD.format(dir=self.dir, workers=workers, metrics=metrics, stop_timeout=stop_timeout)
        os.makedirs(os.path.join(self.dir, "state"), exist_ok=True)
        open(self.log_path, "wb").close()
        self.write(text)

    def write(self, text):
        with open(self.config_path, "w", encoding="utf-8") as f:
            f.write(self.head + text)

    def start_only(self, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        """Without waiting for it to answer."""
        with open(self.log_path, "ab") as log:
            self.proc = subprocess.Popen([NETNORM, "run", "-c", self.config_path], stdin=stdin, stdout=stdout, stderr=log)

    def wait_for(self, what, good, seconds=30):
        """Until good(stats); the stats then.  Failed, with the last ones, when it never comes true."""
        deadline = time.monotonic() + seconds * (3 if ASAN else 1)
        while True:
            stats = self.stats()
            if good(stats):
                return stats
            if time.monotonic() > deadline:
                raise netnorm_rig.Failed(f"never came true: {what}: {stats.tree}\n{self.log()[-2000:]}")
            time.sleep(0.05)

    def wait_for_log(self, word, seconds=20):
        deadline = time.monotonic() + seconds
        while word not in self.log():
            if time.monotonic() > deadline:
                raise netnorm_rig.Failed(f"the log never says {word!r}:\n{self.log()[-2000:]}")
            time.sleep(0.05)

    def rest(self, received, seconds=30):
        """Until so many are received (what the kernel dropped of UDP counts) and nothing is queued."""
        def good(stats):
            lost = sum(stats.kernel_drops(name) for name in stats.tree["inputs"])
            return stats.tree["ledger"]["received"] + lost >= received and all(o["queued"] == 0 for o in stats.tree["outputs"].values())
        return self.wait_for(f"{received} received and delivered", good, seconds)


def count_lines(path):
    with open(path, "rb") as f:
        return sum(1 for _ in f)
