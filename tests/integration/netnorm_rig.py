"""A netnorm under test: its configuration file, its start and stop, and what it counts.

All names of configuration keys and of counters that the integration tests use stand in this file.
"""
import json
import os
import signal
import subprocess
import time

import kafka_rig

NETNORM = os.environ.get("NETNORM", "build/netnorm")
READY_SECONDS, STOP_SECONDS = 20, 60

# What most tests begin with; `outputs` and the like come behind it.
OVER_TCP = """\
workers: 2
state_dir: {workdir}/state
control: {workdir}/control
metrics:
  port: 0
inputs:
  - name: tcp
    kind: tcp
    address: 127.0.0.1
    port: {tcp_port}
"""

CONFIG = """\
workers: 2
state_dir: {workdir}/state
control: {workdir}/control
metrics:
  port: 0
inputs:
  - name: udp
    kind: udp
    address: 127.0.0.1
    port: {udp_port}
  - name: tcp
    kind: tcp
    address: 127.0.0.1
    port: {tcp_port}
outputs:
  - name: kafka
    kind: kafka
    brokers: ["{brokers}"]
    topic: netnorm.{{os}}
    filter:
      include:
        outcome: [event, raw, unknown]
    queue:
      limit: 300000
      limit_bytes: 1073741824
"""


class Failed(Exception):
    """netnorm did not do what it should."""


class Netnorm:
    """`netnorm run` on a configuration made of CONFIG, or of another such text, and these values."""

    def __init__(self, workdir, config=CONFIG, **values):
        self.config_path = os.path.join(workdir, "netnorm.yaml")
        self.log_path = os.path.join(workdir, "netnorm.log")
        self.proc = None
        os.makedirs(os.path.join(workdir, "state"), exist_ok=True)
        with open(self.config_path, "w", encoding="utf-8") as f:
            f.write(config.format(workdir=workdir, **values))

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        if self.proc and self.proc.poll() is None:
            self.proc.kill()
            self.proc.wait()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.proc = subprocess.Popen([NETNORM, "run", "-c", self.config_path], stdin=subprocess.DEVNULL, stdout=log,
                                         stderr=subprocess.STDOUT)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.proc.poll() is not None:
                raise Failed(f"netnorm run ended with status {self.proc.returncode}\n{self.log()}")
            if self.ask("stats", "--json").returncode == 0:
                return
            time.sleep(0.1)
        raise Failed(f"netnorm was not ready after {READY_SECONDS} s\n{self.log()}")

    def ask(self, *argv):
        return subprocess.run([NETNORM, argv[0], "-c", self.config_path, *argv[1:]], capture_output=True, text=True,
                              timeout=30, check=False)

    def stats(self):
        done = self.ask("stats", "--json")
        if done.returncode != 0:
            raise Failed(f"netnorm stats: status {done.returncode}: {done.stdout}{done.stderr}")
        return Stats(json.loads(done.stdout))

    def stop(self):
        """SIGTERM; gives the exit status, or says that there was none in time."""
        self.proc.send_signal(signal.SIGTERM)
        try:
            return self.proc.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return f"still there {STOP_SECONDS} s after SIGTERM"


    def judge(self, check, how=""):
        """The status of a test: check() gives faults, which are told with what netnorm said."""
        try:
            faults = check()
        except (Failed, kafka_rig.Failed) as e:
            faults = [str(e)]
        if faults:
            print(f"{len(faults)} faults{', ' if how else ''}{how}:", *faults[:40], "netnorm said:", self.log()[-8000:], sep="\n")
        return 1 if faults else 0


class Stats:
    """One reading of `netnorm stats --json`."""

    def __init__(self, tree):
        self.tree = tree

    def received(self, name):
        return self.tree["inputs"][name]["received"]

    def kernel_drops(self, name):
        """Datagrams that the kernel threw away before netnorm saw them, as netnorm counts them."""
        return sum(value for key, value in self.tree["inputs"][name].items() if key.startswith("kernel_drop"))

    def output(self, name):
        return self.tree["outputs"][name]

    def output_dropped(self, name):
        return sum(sum(levels) for levels in self.output(name)["dropped"].values())

    def accepted(self, name):
        """What the output's queue took."""
        o = self.output(name)
        return o["offered"] - o["filtered"] - o["suppressed"] - self.output_dropped(name)

    def faults(self):
        """Where the ledger does not balance: sentences, computed here and not taken from netnorm's own sum."""
        ledger, found = self.tree["ledger"], []
        outcomes = ledger["events"] + ledger["raw"] + ledger["unknown"]
        if ledger["received"] + ledger["made"] != outcomes + sum(ledger["dropped"].values()):
            found.append(f"the ledger does not balance: {ledger}")
        for name, o in self.tree["outputs"].items():
            settled = (o["filtered"] + o["suppressed"] + self.output_dropped(name) + o.get("delivered", 0)
                       + o.get("sent", 0) + o["dead_lettered"] + o["queued"])
            if o["offered"] + o.get("resumed", 0) != settled:
                found.append(f"output {name} does not balance: {o}")
            if o["offered"] != outcomes:
                found.append(f"output {name} was offered {o['offered']} of {outcomes}")
        return found
