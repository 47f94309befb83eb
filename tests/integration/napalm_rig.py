"""The real napalm-logs on loopback: fetched once into a virtual environment, started, asked and stopped from a test.

    with napalm_rig.Daemon(workdir) as daemon:      # raises Missing where the machine cannot have one
        daemon.start(probes)
        published = daemon.ask(lines)               # a list of objects for each line

The daemon as its users run it: a UDP listener, one process for each OS, and its publisher `cli`, which prints every
object as JSON.  Each line is sent from a loopback address of its own, so that the `ip` of an object tells which line
it is about.  The environment stays under $BUILD/integration/ for the next run.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import kafka_rig

VERSION = "0.11.0"
FETCH_SECONDS, READY_SECONDS, SETTLE_SECONDS, STALL_SECONDS = 100, 60, 3, 5
WINDOW = 40                     # lines under way: its queues drop what is over their limit, and tell nobody
PROBE_ADDRESS = "127.0.0.2"

CONFIG = """\
address: 127.0.0.1
listener: {{udp: {{address: 127.0.0.1, port: {port}, buffer_size: 65535}}}}
publisher: {{cli: {{serializer: json, send_raw: true, send_unknown: true}}}}
disable_security: true
hwm: 0
log_file: screen
log_level: warning
metrics_dir: {workdir}/metrics
"""


Missing = kafka_rig.Missing
Failed = kafka_rig.Failed


# ---- fetching --------------------------------------------------------------------------------------

def run_or_miss(argv, reason, what=f"napalm-logs {VERSION}"):
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=FETCH_SECONDS, check=False)
    except subprocess.TimeoutExpired as e:
        raise Missing(f"{what}: {reason} within {FETCH_SECONDS} s") from e
    if done.returncode != 0:
        print(done.stdout)
        raise Missing(f"{what}: {reason}")


def fetch():
    """The virtual environment with napalm-logs; pip fills it once."""
    if sys.version_info >= (3, 12):
        raise Missing(f"napalm-logs {VERSION}: it does not import with Python 3.12 and later")
    venv = os.path.join(kafka_rig.cache_folder(), f"napalm-logs-{VERSION}")
    if os.path.isdir(venv):
        return venv
    work = venv + ".part"
    shutil.rmtree(work, ignore_errors=True)
    run_or_miss([sys.executable, "-m", "venv", work], "no virtual environment could be made (the package python3-venv)")
    run_or_miss([os.path.join(work, "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check",
                 "--timeout", "20", "--retries", "1", f"napalm-logs=={VERSION}"], "pip could not fetch it from PyPI")
    os.rename(work, venv)
    return venv


def config_folder(venv):
    """Its own profiles."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return os.path.join(venv, "lib", version, "site-packages/napalm_logs/config")


# ---- the daemon ------------------------------------------------------------------------------------

def children(pid):
    found = []
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            for child in f.read().split():
                found += [int(child)] + children(int(child))
    except OSError:
        pass
    return found


def address_of(n):
    return f"127.{1 + n // 62500}.{1 + n // 250 % 250}.{1 + n % 250}"


class Daemon:
    """One napalm-logs with all of its own profiles."""

    def __init__(self, workdir):
        self.venv = fetch()
        self.workdir = os.path.join(workdir, "napalm-logs")
        self.profiles = config_folder(self.venv)
        self.out_path = os.path.join(self.workdir, "published.jsonl")
        self.log_path = os.path.join(self.workdir, "daemon.log")
        self.port = kafka_rig.free_ports(1)[0]
        self.proc, self.probes, self.rest = None, {}, b""
        self.published = {}             # address -> objects

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        """SIGKILL, one by one: SIGTERM never ends it (2.9, row 5)."""
        if self.proc:
            for pid in children(self.proc.pid) + [self.proc.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.proc.wait()
            self.out.close()

    def start(self, probes):
        """Returns when every OS's process publishes; `probes` is a line of each."""
        os.makedirs(self.workdir)
        config = os.path.join(self.workdir, "napalm-logs.yaml")
        with open(config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(port=self.port, workdir=self.workdir))
        # Its internal sockets lie in TMPDIR: one folder for each daemon.
        env = dict(os.environ, TMPDIR=self.workdir, PYTHONUNBUFFERED="1")
        env.pop("SENTRY_DSN", None)
        with open(self.out_path, "wb") as out, open(self.log_path, "wb") as log:
            self.proc = subprocess.Popen(
                [os.path.join(self.venv, "bin/python"), os.path.join(self.venv, "bin/napalm-logs"), "-c", config],
                cwd=self.workdir, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=log)
        self.out = open(self.out_path, "rb")
        self.probes = probes
        self.check_alive(READY_SECONDS)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-40:])

    def send(self, line, address):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((address, 0))
            s.sendto(line.encode(), ("127.0.0.1", self.port))

    def read(self):
        """Takes what was published since; gives how many objects."""
        *lines, self.rest = (self.rest + self.out.read()).split(b"\n")
        for line in lines:
            o = json.loads(line)
            self.published.setdefault(o["ip"], []).append(o)
        return len(lines)

    def check_alive(self, seconds):
        """A process of it that has died is never told (2.9, row 4): ask every one."""
        deadline, missing = time.monotonic() + seconds, set(self.probes)
        self.published.pop(PROBE_ADDRESS, None)
        while missing:
            if self.proc.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"napalm-logs: nothing published for {', '.join(sorted(missing))}\n{self.log()}")
            for name in missing:
                try:
                    self.send(self.probes[name], PROBE_ADDRESS)
                except ConnectionRefusedError:
                    pass
            time.sleep(0.5)
            self.read()
            missing = set(self.probes) - {o["os"] for o in self.published.get(PROBE_ADDRESS, [])}
        time.sleep(0.5)
        self.read()

    def settle(self, done, seconds):
        """Reads until done() or until nothing came for so long."""
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:
            if self.read():
                deadline = time.monotonic() + seconds
            else:
                time.sleep(0.01)

    def ask(self, lines):
        """What it publishes for each line: none, one, or one for each OS whose prefix fits."""
        waiting = set()

        def room():
            waiting.difference_update(self.published)
            return len(waiting) < WINDOW

        for n, line in enumerate(lines):
            self.settle(room, STALL_SECONDS)
            if not room():
                waiting.clear()         # they get no object at all; the end tells
            self.send(line, address_of(n))
            waiting.add(address_of(n))
        self.settle(lambda: False, SETTLE_SECONDS)
        self.check_alive(10)
        return [self.published.get(address_of(n), []) for n in range(len(lines))]
