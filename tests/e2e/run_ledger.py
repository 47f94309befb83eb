#!/usr/bin/python3
# tests/run: alone
"""The ledger balances after 100,000 datagrams, 100,000 TCP messages, twenty reloads under load, and a stop under load."""
import collections
import json
import re
import subprocess
import threading

import rig

MESSAGES = 100_000
RATE = 5000 if rig.ASAN else 40000      # of UDP; what the kernel drops all the same is counted

CONFIG = """\
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {udp}}}
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
  - {{name: dgram, kind: unix-dgram, path: {dir}/dgram}}
  - {{name: stream, kind: unix-stream, path: {dir}/stream}}
outputs:
  - name: all
    kind: file
    path: {dir}/all
    filter: {{include: {{outcome: ['*']}}}}
    queue: {{limit: {limit}}}
  - name: events
    kind: file
    format: napalm
    path: {dir}/events
    queue: {{limit: {limit}}}
"""


def send(faults, *argv, status=0):
    """`netnorm send`; gives how many it says it sent."""
    done = rig.run("send", *argv, timeout=120)
    text = done.stdout.decode()
    m = re.fullmatch(r"sent (\d+) messages, \d+ bytes in [\d.]+ s: \d+ messages/s\n", text)
    if status is not None:
        faults.same(done.returncode, status, f"status of send {argv}: {text}{done.stderr.decode()}")
    return int(m[1]) if m else 0


def check_balance(faults, stats, what):
    for text in stats.faults():
        faults.texts.append(f"{what}: {text}")
    faults.same(stats.tree["ledger"]["imbalance"], 0, f"{what}: netnorm's own sum")


def check_counts(faults, before, after, name, sent, what):
    got = after.received(name) - before.received(name)
    lost = after.kernel_drops(name) - before.kernel_drops(name)
    faults.same(got + lost, sent, f"{what}: received and {lost} dropped by the kernel, of what was sent")
    print(f"{what}: {got} received of {sent}, {lost} kernel drops")


def hundred_thousand(faults, collector, lines, ports):
    received = 0
    for what, name, argv in (
            ("datagrams", "udp", ("--rate", str(RATE), "--sources", "50", "--count", str(MESSAGES), "udp", f"127.0.0.1:{ports[0]}", lines)),
            ("TCP messages", "tcp", ("--count", str(MESSAGES), "tcp", f"127.0.0.1:{ports[1]}", lines)),
            ("TCP messages, counted", "tcp", ("--octet", "--count", str(MESSAGES // 2), "tcp", f"127.0.0.1:{ports[1]}", lines)),
            ("unix datagrams", "dgram", ("--count", str(MESSAGES // 10), "unix-dgram", f"{collector.dir}/dgram", lines)),
            ("unix stream", "stream", ("--count", str(MESSAGES // 10), "unix-stream", f"{collector.dir}/stream", lines))):
        before = collector.stats()
        sent = send(faults, *argv)
        received += sent
        after = collector.rest(received)
        check_counts(faults, before, after, name, sent, what)
        check_balance(faults, after, what)
    return received


def outcomes_are_written(faults, collector, stats):
    """What the ledger says, the file has: a line for each, by outcome."""
    outcomes = collections.Counter()
    with open(f"{collector.dir}/all", "rb") as f:
        for line in f:
            outcomes[re.search(rb'"outcome": ?"(\w+)"', line)[1].decode()] += 1
    ledger = stats.tree["ledger"]
    faults.same(dict(outcomes), {"event": ledger["events"], "raw": ledger["raw"], "unknown": ledger["unknown"]}, "outcomes in the file")
    faults.same(rig.count_lines(f"{collector.dir}/events"), ledger["events"], "events in the other file")


class Load:
    """Both senders until they are told to stop, in threads."""

    def __init__(self, ports, lines):
        self.sent, self.procs, self.threads = {}, {}, []
        for name, argv in (("udp", ["--rate", str(RATE // 4), "--count", "0", "udp", f"127.0.0.1:{ports[0]}", lines]),
                           ("tcp", ["--rate", str(RATE // 4), "--count", "0", "tcp", f"127.0.0.1:{ports[1]}", lines])):
            self.procs[name] = subprocess.Popen([rig.NETNORM, "send", *argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.threads.append(threading.Thread(target=self.read, args=(name,)))
            self.threads[-1].start()

    def read(self, name):
        text = self.procs[name].communicate()[0]
        m = re.search(r"^sent (\d+) messages", text, re.M)
        self.sent[name] = int(m[1]) if m else text

    def end(self):
        for proc in self.procs.values():
            if proc.poll() is None:
                proc.terminate()
        for thread in self.threads:
            thread.join()
        return self.sent


def config_of(number, collector, ports):
    """Each reload changes something: an output more or less, a format, a filter."""
    text = CONFIG.format(udp=ports[0], tcp=ports[1], dir=collector.dir, limit=300000)
    if number % 2:
        text += f"  - {{name: third, kind: file, path: {collector.dir}/third, filter: {{include: {{severity: '<=3', outcome: ['*']}}}}}}\n"
    if number % 3 == 1:
        text = text.replace("format: napalm", "format: native")
    if number % 4 == 2:
        text = text.replace("outcome: ['*']}}\n    queue", "outcome: [raw, event, unknown]}}\n    queue")
    return text


def reloads_under_load(faults, collector, lines, ports, received):
    before = collector.stats()
    load = Load(ports, lines)
    for number in range(1, 21):
        collector.write(config_of(number, collector, ports))
        done = collector.ask("reload")
        faults.same(done.returncode, 0, f"status of reload {number}: {done.stderr}")
        stats = collector.stats()
        faults.same(stats.tree["ledger"]["imbalance"], 0, f"after reload {number}")
    sent = load.end()
    after = collector.rest(received + sum(sent.values()))
    for name in ("udp", "tcp"):
        check_counts(faults, before, after, name, sent[name], f"twenty reloads, {name}")
    for text in after.faults():
        # `third` was opened later than the others, so it was offered less.
        if "was offered" not in text:
            faults.texts.append(f"after twenty reloads: {text}")
    faults.same(after.tree["ledger"]["imbalance"], 0, "after twenty reloads")
    faults.same(after.tree["reloads"], 20, "reloads counted")


def faulty_reload(faults, collector, lines, ports):
    """A configuration with a fault is refused, the fault is told with its place, and the old one goes on."""
    with open(collector.config_path, encoding="utf-8") as f:
        good = f.read()
    with open(collector.config_path, "a", encoding="utf-8") as f:
        f.write("nosuch: 1\n")
    done = collector.ask("reload", "--control", f"{collector.dir}/control")
    faults.same(done.returncode, 1, "status of a reload with a fault")
    faults.expect("netnorm.yaml:" in done.stderr and "nosuch" in done.stderr, f"the fault is told as {done.stderr!r}")
    with open(collector.config_path, "w", encoding="utf-8") as f:
        f.write(good)
    before = collector.stats()
    sent = send(faults, "tcp", f"127.0.0.1:{ports[1]}", lines)
    collector.wait_for("messages after a refused reload", lambda s: s.received("tcp") == before.received("tcp") + sent)


def stop_under_load(faults, collector, lines, ports):
    """Status 0, and what was received last is in the file: the senders are told how far TCP came by its close."""
    load = Load(ports, lines)
    before = collector.stats()
    collector.wait_for("the load", lambda s: s.received("udp") > before.received("udp") + 2000 and s.received("tcp") > before.received("tcp") + 2000)
    last = collector.stats()
    faults.same(collector.stop(), 0, "status of a stop under load")
    load.end()
    written = rig.count_lines(f"{collector.dir}/all")
    floor = last.tree["ledger"]["events"] + last.tree["ledger"]["raw"] + last.tree["ledger"]["unknown"]
    faults.expect(written >= floor, f"{written} lines in the file, but {floor} were there before the stop")
    with open(f"{collector.dir}/all", "rb") as f:
        f.seek(-1, 2)
        faults.same(f.read(), b"\n", "the file ends with a whole line")
    faults.expect("nothing that was accepted is left" in collector.log(), "the log does not say that nothing is left")


def ids_are_unique(faults, collector):
    with open(f"{collector.dir}/all", "rb") as f:
        ids = [json.loads(line)["id"] for i, line in enumerate(f) if i % 10 == 0]
    faults.same(len(set(ids)), len(ids), "different ids")


def body(faults, workdir):
    ports = rig.free_ports(2)
    lines = rig.write_lines(workdir)
    # A connection that never rests is read until half of it.
    with rig.Collector(workdir, "", stop_timeout="6s") as collector:
        collector.write(config_of(0, collector, ports))
        collector.start()
        received = hundred_thousand(faults, collector, lines, ports)
        outcomes_are_written(faults, collector, collector.stats())
        reloads_under_load(faults, collector, lines, ports, received)
        faulty_reload(faults, collector, lines, ports)
        stop_under_load(faults, collector, lines, ports)
        ids_are_unique(faults, collector)
        if faults.texts:
            print(collector.log()[-3000:])


if __name__ == "__main__":
    rig.main(body)
