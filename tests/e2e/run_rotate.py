#!/usr/bin/python3
"""Files that rotate by themselves, under load: with SIGUSR1, with reloads that change how, and after SIGKILL each line is there once, whole."""
# tests/run: tsan
import glob
import gzip
import json
import os
import random
import signal
import subprocess
import time

import rig

COUNT = 20_000
CONFIG = """\
inputs:
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {port}}}
outputs:
  - name: events
    kind: file
    format: ecs
    path: {dir}/files/events
    directories: true
    rotate: {{size: {size}KiB, every: 1s, compress: {compress}}}
    queue: {{when_full: block}}
    filter: {{include: {{outcome: ['*']}}}}
  - name: archive
    kind: file
    format: raw
    path: {dir}/files/archive
    directories: true
    rotate: {{size: 128KiB, compress: gzip}}
    queue: {{when_full: block}}
    filter: {{include: {{outcome: ['*']}}}}
"""


def numbered(n):
    return f"<189>{n}: core-1: *Mar  4 09:12:31.204: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down"


def contents(path):
    """All that was written to it, the oldest first; a kill may have left a file beside the one that it was compressed to."""
    stamps = sorted({name.removesuffix(".tmp").removesuffix(".gz") for name in glob.glob(path + ".2*Z*")})
    whole = b""
    for name in stamps:
        if os.path.exists(name):
            with open(name, "rb") as f:
                whole += f.read()
        else:
            with gzip.open(name + ".gz") as f:
                whole += f.read()
    with open(path, "rb") as f:
        return whole + f.read(), len(stamps)


def counters(text):
    return [json.loads(line)["netnorm"]["counter"] for line in text.splitlines()]


def send(port, lines):
    return subprocess.Popen([rig.NETNORM, "send", "--rate", str(COUNT // 4), "tcp", f"127.0.0.1:{port}", lines], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def reload(collector):
    """By SIGHUP: a sanitizer's build takes longer than `netnorm reload` waits."""
    before, deadline = collector.log().count("reload: done"), time.monotonic() + 60
    collector.proc.send_signal(signal.SIGHUP)
    while collector.log().count("reload: done") == before:
        if time.monotonic() > deadline:
            raise rig.netnorm_rig.Failed(f"no reload: {collector.log()[-1000:]}")
        time.sleep(0.02)


def under_load(faults, workdir):
    port, rng = rig.free_ports(1)[0], random.Random(3)
    lines = rig.write_lines(workdir, "numbered", [numbered(n) for n in range(COUNT)])
    with rig.Collector(workdir, "", name="load") as collector:
        collector.write(CONFIG.format(dir=collector.dir, port=port, size=128, compress="gzip"))
        collector.start()
        sender = send(port, lines)
        while sender.poll() is None:
            collector.proc.send_signal(signal.SIGUSR1)
            collector.write(CONFIG.format(dir=collector.dir, port=port, size=rng.choice([64, 96, 128]), compress=rng.choice(["gzip", "none"])))
            reload(collector)
            collector.stats()
            time.sleep(0.3)
        # `events` counts from the last reload on.
        faults.texts += [fault for fault in collector.rest(COUNT).faults() if not fault.startswith("output events was offered")]
        faults.same(collector.stop(), 0, f"status; {collector.log()[-1000:]}")
        events, parts = contents(f"{collector.dir}/files/events")
        # How many depends on how fast the reloads are; none is larger than its size and a batch.
        faults.expect(parts >= 3, f"{parts} rotated files of events")
        # While an output takes another's place both write: only then the order may be another.
        faults.expect(sorted(counters(events)) == list(range(COUNT)), "events: not each once")
        archive, parts = contents(f"{collector.dir}/files/archive")
        faults.expect(parts > 10, f"{parts} rotated files of the archive")
        with open(lines, "rb") as f:
            faults.expect(archive == f.read(), "the archive is not what was sent")


def killed(faults, workdir):
    """Nothing is missing in between; only the last line may be cut."""
    port, rng = rig.free_ports(1)[0], random.Random(5)
    lines, kept = rig.write_lines(workdir, "numbered", [numbered(n) for n in range(COUNT)]), []
    for n in range(1 if rig.ASAN else 4):
        with rig.Collector(workdir, "", name=f"kill{n}") as collector:
            collector.write(CONFIG.format(dir=collector.dir, port=port, size=64, compress="gzip"))
            collector.start()
            sender = send(port, lines)
            time.sleep(0.5 + 2 * rng.random())
            collector.proc.kill()
            collector.proc.wait()
            sender.kill()
            sender.wait()
            archive, _ = contents(f"{collector.dir}/files/archive")
            whole = archive[:archive.rfind(b"\n") + 1].decode().splitlines()
            kept.append(len(whole))
            faults.expect(whole == [numbered(i) for i in range(len(whole))], f"round {n}: a line is missing in between")
            events, _ = contents(f"{collector.dir}/files/events")
            got = counters(events[:events.rfind(b"\n") + 1])
            faults.expect(got == list(range(len(got))), f"round {n}: an event is missing in between")
            collector.start()
            deadline = time.monotonic() + 20
            while glob.glob(f"{collector.dir}/files/*.tmp") + glob.glob(f"{collector.dir}/files/*Z") and time.monotonic() < deadline:
                time.sleep(0.05)
            faults.same(glob.glob(f"{collector.dir}/files/*.tmp") + glob.glob(f"{collector.dir}/files/*Z"), [], "left by the kill")
            faults.same(collector.stop(), 0, "status after a kill")
    print(f"lines in the archive after each kill: {kept}")


def body(faults, workdir):
    under_load(faults, workdir)
    killed(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
