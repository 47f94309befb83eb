#!/usr/bin/python3
# tests/run: alone
"""The ledger balances after 100,000 datagrams, 100,000 TCP messages, reloads under load that change all that can be changed, and
stops under load; and what was sent over TCP is in the file."""
import collections
import json
import re
import signal
import subprocess
import threading
import time

import rig

MESSAGES = 100_000
RATE = 5000 if rig.ASAN else 40000      # of UDP; what the kernel drops all the same is counted

CONFIG = """\
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {udp}, max_message: {bytes}}}
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}, max_message: {bytes}}}
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
    """Senders until they are told to stop, in threads."""

    def __init__(self, ports, lines, kinds=("udp", "tcp")):
        self.sent, self.procs, self.threads = {}, {}, []
        for name in kinds:
            argv = ["--rate", str(RATE // 4), "--count", "0", name, f"127.0.0.1:{ports[name == 'tcp']}", lines[name] if isinstance(lines, dict) else lines]
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


def config_of(number, collector, ports, limit=300000, message_bytes=65536):
    """Each reload changes something: an output more or less, a format, a filter."""
    text = CONFIG.format(udp=ports[0], tcp=ports[1], dir=collector.dir, limit=limit, bytes=message_bytes)
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
    # `third`, which was opened later than the others and so offered less, is gone: the others were offered all, over every swap.
    faults.same(sorted(after.tree["outputs"]), ["all", "events"], "outputs after twenty reloads")
    check_balance(faults, after, "after twenty reloads")
    outcomes_are_written(faults, collector, after)
    faults.same(after.tree["reloads"], 20, "reloads counted")


class ShortConnections:
    """TCP all the while, in connections of their own, since one that is open while its input changes is cut after a second."""

    def __init__(self, ports, lines):
        self.argv = ("--count", "600", "--rate", "20000", "tcp", f"127.0.0.1:{ports[1]}", lines)
        self.done, self.cut, self.refused, self.ending = 0, 0, 0, False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ending:
            done = rig.run("send", *self.argv)
            m = re.match(r"sent (\d+) messages", done.stdout.decode())
            if done.returncode == 0:
                self.done += int(m[1])
            elif m and int(m[1]) > 0:
                self.cut += int(m[1])           # told so: how many of them came, nobody knows
            else:
                self.refused += 1
                time.sleep(0.02)

    def end(self):
        self.ending = True
        self.thread.join()


def options_change_under_load(faults, collector, lines, ports):
    """Inputs and outputs that are open get other options, by `netnorm reload` and by SIGHUP: they are opened anew, and over TCP nothing is lost;
    a datagram is while its socket is closed and opened again at the same address, which must be a moment."""
    before = collector.stats()
    udp, tcp = Load(ports, lines, ("udp",)), ShortConnections(ports, lines)
    for number in range(1, 9):
        collector.write(config_of(number, collector, ports, 300000 + number // 2, 65536 - number // 3))
        if number % 2:
            collector.proc.send_signal(signal.SIGHUP)
        else:
            faults.same(collector.ask("reload").returncode, 0, f"status of reload {number} of options")
        wanted = before.tree["reloads"] + number
        collector.wait_for(f"reload {number} of options", lambda s: s.tree["reloads"] == wanted)
        time.sleep(0.4)
    tcp.end()
    sent = udp.end()["udp"]
    after = collector.wait_for("all that was sent over TCP", lambda s: s.received("tcp") >= before.received("tcp") + tcp.done, 20)
    after = collector.wait_for("nothing is queued", lambda s: not s.tree["retired_outputs"] and all(o["queued"] == 0 for o in s.tree["outputs"].values()))
    got = after.received("tcp") - before.received("tcp")
    faults.expect(tcp.done > 0 and tcp.done <= got <= tcp.done + tcp.cut, f"options: {got} received over TCP, {tcp.done} sent, {tcp.cut} in connections that were cut")
    got_udp = after.received("udp") - before.received("udp")
    faults.expect(sent // 2 < got_udp <= sent, f"options: {got_udp} received of {sent} over UDP")
    # An output that was opened anew counts from there on: what it was offered is no measure, but the files have all.
    for text in after.faults():
        if "was offered" not in text:
            faults.texts.append(f"options: {text}")
    faults.same(after.tree["ledger"]["imbalance"], 0, "options: netnorm's own sum")
    outcomes_are_written(faults, collector, after)
    print(f"changed options, tcp: {got} received of {tcp.done}, {tcp.cut} in connections that were cut, {tcp.refused} not made; udp: {got_udp} of {sent}")


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


def count_marked(collector, mark):
    with open(f"{collector.dir}/all", "rb") as f:
        return sum(mark.encode() in line for line in f)


def stop_under_load(faults, collector, workdir, ports, rests):
    """Status 0, and the file has what was received last: over TCP, where the sender rests within the time of a stop, all that it sent."""
    what = "a stop with senders that rest" if rests else "a stop with senders that never rest"
    marks = {name: f"{name}-{'rests' if rests else 'goes-on'}" for name in ("udp", "tcp")}
    lines = {name: rig.write_lines(workdir, mark, [rig.LINES[0].replace("core-1", mark)]) for name, mark in marks.items()}
    before = collector.stats()
    load = Load(ports, lines)
    collector.wait_for("the load", lambda s: all(s.received(name) > before.received(name) + 2000 for name in marks))
    last = collector.stats()
    collector.proc.send_signal(signal.SIGTERM)
    if rests:
        time.sleep(0.1)
        load.end()
    faults.same(collector.proc.wait(60), 0, f"{what}: status")
    sent = load.end()
    written = {name: count_marked(collector, mark) for name, mark in marks.items()}
    for name in marks:
        floor = last.received(name) - before.received(name)
        faults.expect(floor <= written[name] <= sent[name], f"{what}, {name}: {written[name]} lines; {floor} were received before it, {sent[name]} sent")
    if rests:
        faults.same(written["tcp"], sent["tcp"], f"{what}: lines in the file, of what TCP sent")
    print(f"{what}: {written} written, {sent} sent")
    with open(f"{collector.dir}/all", "rb") as f:
        f.seek(-1, 2)
        faults.same(f.read(), b"\n", f"{what}: the file ends with a whole line")
    faults.expect(collector.log().rstrip().endswith("nothing is left waiting"), f"{what}: the log does not end with that nothing is left")


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
        options_change_under_load(faults, collector, lines, ports)
        faulty_reload(faults, collector, lines, ports)
        stop_under_load(faults, collector, workdir, ports, True)
        collector.start()
        stop_under_load(faults, collector, workdir, ports, False)
        ids_are_unique(faults, collector)
        if faults.texts:
            print(collector.log()[-3000:])


if __name__ == "__main__":
    rig.main(body)
