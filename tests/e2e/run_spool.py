#!/usr/bin/python3
# tests/run: alone
"""The spool: netnorm killed at random moments under load loses nothing that was committed; reloads, a full spool, a stop, dead letters; the ledger balances in all.

ROUNDS=n in the environment: so many kills.
"""
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time

import rig

ROUNDS = int(os.environ.get("ROUNDS", "4" if rig.ASAN else "12"))
LINES = 30_000
HEAD = """\
spool: {{path: {dir}/spool, limit: {limit}}}
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {udp}}}
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
outputs:
"""
ALL = "  - {{name: {name}, kind: file, path: {dir}/{name}, filter: {{include: {{outcome: ['*']}}}}, queue: {{limit: {limit}}}}}\n"
FIFO = "  - {{name: fifo, kind: file, path: {dir}/fifo, filter: {{include: {{outcome: ['*']}}}}}}\n"


def line_of(what, serial):
    return (f"<189>{serial}: core-1: *Mar  4 09:12:31.204: %LINEPROTO-5-UPDOWN: Line protocol on Interface {what}{serial}, "
            f"changed state to {'down' if serial % 2 else 'up'}")


def config(collector, ports, outputs, limit="256MiB"):
    collector.write(HEAD.format(dir=collector.dir, udp=ports[0], tcp=ports[1], limit=limit) + outputs)


def output(collector, name, limit=100000):
    return ALL.format(dir=collector.dir, name=name, limit=limit)


def spool(collector, *argv):
    return rig.run("spool", argv[0], "-c", collector.config_path, *argv[1:])


def stat(collector):
    done = spool(collector, "stat", "--json")
    if done.returncode:
        raise rig.netnorm_rig.Failed(f"spool stat: {done.stderr.decode()}")
    return json.loads(done.stdout)


def waiting(tree, name):
    return next(o["waiting"] for o in tree["outputs"] if o["name"] == name)


def check_balance(faults, stats, what):
    for where in ("outputs", "retired_outputs"):
        for name, out in stats.tree[where].items():
            faults.same(out["imbalance"], 0, f"{what}: {where} {name}: {out}")
    faults.same(stats.tree["ledger"]["imbalance"], 0, f"{what}: imbalance")
    faults.same(stats.tree["spool"]["queue"]["imbalance"], 0, f"{what}: the spool's imbalance")


def rests(stats):
    return all(o["queued"] == 0 for o in stats.tree["outputs"].values()) and not stats.tree["retired_outputs"]


class Written:
    """What is in a file of events: ids, repeats, lines that a kill cut, order."""

    def __init__(self, path):
        self.ids, self.repeats, self.torn, self.unordered, self.invalid = {}, 0, 0, 0, 0
        last = {}
        with open(path, "rb") as f:
            for line in f:
                try:
                    event = json.loads(line)
                except ValueError:
                    # The beginning of an event, as a kill in the middle of a write leaves it.
                    whole = line.startswith(b'{"v":1,"id":"'[:len(line) - 1]) and not line.rstrip().endswith(b"}")
                    self.torn += whole
                    self.invalid += not whole
                    continue
                if event["id"] in self.ids:
                    self.repeats += 1
                    continue
                flow, serial = re.search(r"Interface ([a-z]+-[0-9]+-)([0-9]+),", event["raw"]).groups()
                self.ids[event["id"]] = flow
                self.unordered += last.get(flow, -1) >= int(serial)
                last[flow] = int(serial)


class Sender:
    """Lines of its own over UDP or TCP until they are out or the far side is gone."""

    def __init__(self, workdir, kind, number, port, rate):
        path = rig.write_lines(workdir, f"{kind}-{number}", [line_of(f"{kind}-{number}-", i) for i in range(LINES)])
        self.proc = subprocess.Popen([rig.NETNORM, "send", "--rate", str(rate), kind, f"127.0.0.1:{port}", path], stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True)
        self.kind = kind

    def end(self):
        if self.kind == "udp":
            self.proc.terminate()
        text = self.proc.communicate(timeout=60)[0]
        m = re.search(r"^sent (\d+) messages", text, re.M)
        return int(m[1]) if m else 0


def kill_round(faults, collector, workdir, ports, number, chance):
    """What was sent, and the last committed number."""
    collector.start()
    if number:
        stats = collector.wait_for("what was left is delivered", rests, 60)
        check_balance(faults, stats, f"restart {number}")
    rate = chance.choice((5000, 20000, 60000))
    senders = [Sender(workdir, kind, number, ports[kind == "tcp"], rate) for kind in ("udp", "tcp")]
    time.sleep(chance.uniform(0.05, 1.2))
    collector.proc.kill()
    collector.proc.wait()
    sent = sum(sender.end() for sender in senders)
    tree = stat(collector)
    peeked = spool(collector, "peek", "--json", "--count", "0", "all")
    faults.same(peeked.returncode, 0, f"kill {number}: peek: {peeked.stderr}")
    ids = [json.loads(line)["id"] for line in peeked.stdout.splitlines()]
    faults.same(len(ids), waiting(tree, "all"), f"kill {number}: records that peek shows")
    return sent, tree, ids


def kills(faults, workdir):
    ports = rig.free_ports(2)
    chance = random.Random(int(os.environ.get("SEED", "7")))
    waited, before, costs = [], 0, []
    with rig.Collector(workdir, "", name="kills") as collector:
        config(collector, ports, output(collector, "all") + output(collector, "small", 100))
        for number in range(ROUNDS):
            sent, tree, ids = kill_round(faults, collector, workdir, ports, number, chance)
            costs.append((sent, tree["committed"] - before, len(ids)))
            before = tree["committed"]
            waited += ids
        collector.start()
        stats = collector.wait_for("all is delivered at the end", rests, 60)
        check_balance(faults, stats, "the last start")
        faults.same(collector.stop(), 0, "status of the last stop")
        for name in ("all", "small"):
            got = Written(f"{collector.dir}/{name}")
            faults.same(len(got.ids), before, f"{name}: events, of the numbers that were committed")
            faults.same([i for i in waited if i not in got.ids][:3], [], f"{name}: lost of what waited in the spool")
            faults.same(got.invalid, 0, f"{name}: invalid lines")
            faults.same(got.unordered, 0, f"{name}: events before an earlier one of their flow")
            faults.same(got.torn, 0, f"{name}: lines that a kill cut")
            print(f"{name}: {ROUNDS} kills, {before} committed, {len(got.ids)} delivered, {got.repeats} of them again")
        faults.same(stat(collector)["records"], 0, "records left in the spool")
    for number, (sent, committed, left) in enumerate(costs):
        print(f"kill {number}: {sent} sent, {committed} committed, {left} of them waited; {sent - committed} were in socket buffers and in the batch")


def read_some(path, into, most):
    with open(path, "rb") as f:
        for line in f:
            into.append(line)
            if len(into) >= most:
                return


def a_stop_with_a_stuck_output(faults, workdir):
    """Nothing is lost, so the status is 0; the next start goes on."""
    ports = rig.free_ports(2)
    with rig.Collector(workdir, "", name="stuck", stop_timeout="2s") as collector, rig.unread_fifo(f"{collector.dir}/fifo"):
        config(collector, ports, output(collector, "all") + FIFO.format(dir=collector.dir))
        collector.start()
        lines = rig.write_lines(workdir, "stuck-lines", [line_of("stuck-0-", i) for i in range(5000)])
        rig.run("send", "tcp", f"127.0.0.1:{ports[1]}", lines)
        stats = collector.wait_for("all has all", lambda s: s.output("all")["sent"] == 5000)
        check_balance(faults, stats, "stuck")
        faults.expect(stats.output("fifo")["queued"] > 3000, f"stuck: {stats.output('fifo')}")
        faults.expect(stats.output("fifo")["oldest_s"] > 0, f"stuck: no age: {stats.output('fifo')}")
        faults.same(stats.output("all")["latency_s"]["+Inf"], 5000, "records in the histogram")
        sent = stats.output("fifo")["sent"]
        faults.same(collector.stop(), 0, "status of a stop that leaves records in the spool")
        faults.expect("are left to the spool" in collector.log(), f"stuck: the log: {collector.log()[-500:]}")
        left = waiting(stat(collector), "fifo")
        faults.expect(5000 - sent - 100 < left <= 5000 - sent, f"stuck: {left} wait, {sent} were written")
        collector.start()
        stats = collector.stats()
        faults.same(stats.output("fifo")["resumed"], left, "stuck: resumed")
        check_balance(faults, stats, "stuck, resumed")
        got = []
        reader = threading.Thread(target=read_some, args=(f"{collector.dir}/fifo", got, 5000))
        reader.start()
        stats = collector.wait_for("the rest is out", lambda s: s.output("fifo")["queued"] == 0)
        check_balance(faults, stats, "stuck, delivered")
        faults.same(collector.stop(), 0, "stuck: the last stop")
        reader.join(10)


def reloads(faults, workdir):
    """Outputs are replaced, removed and added under load; what a removed one has not got stays until it is dropped."""
    ports = rig.free_ports(2)
    with rig.Collector(workdir, "", name="reloads", stop_timeout="5s") as collector, rig.unread_fifo(f"{collector.dir}/fifo"):
        config(collector, ports, output(collector, "all") + FIFO.format(dir=collector.dir))
        collector.start()
        sender = Sender(workdir, "tcp", 100, ports[1], 6000)
        for number in range(1, 7):
            third = output(collector, "third") if number % 2 else ""
            config(collector, ports, output(collector, "all", 100000 + number) + FIFO.format(dir=collector.dir) + third)
            faults.same(collector.ask("reload").returncode, 0, f"reload {number}")
            time.sleep(0.4)
        done = spool(collector, "drop", "fifo")
        faults.same(done.returncode, 1, f"drop of an open output: {done.stdout}")
        faults.expect(b"open" in done.stderr, f"drop of an open output: {done.stderr}")
        faults.same(sender.end(), LINES, "sent while reloading")
        stats = collector.wait_for("all is delivered", lambda s: s.output("all")["queued"] == 0 and not s.tree["retired_outputs"] and s.received("tcp") == LINES, 60)
        check_balance(faults, stats, "reloads")
        config(collector, ports, output(collector, "all", 100006))
        faults.same(collector.ask("reload").returncode, 0, "reload without the stuck output")
        collector.wait_for("it is closed", lambda s: not s.tree["retired_outputs"], 60)
        tree = stat(collector)
        faults.expect(waiting(tree, "fifo") > LINES // 2, f"what the removed one has not got: {tree}")
        done = spool(collector, "drop", "fifo")
        faults.same(done.returncode, 0, f"drop: {done.stderr}")
        collector.wait_for("its records are deleted", lambda s: s.tree["spool"]["bytes"] == 0)
        faults.same(spool(collector, "drop", "fifo").returncode, 1, "a second drop")
        faults.same(collector.stop(), 0, "reloads: the stop")
        got = Written(f"{collector.dir}/all")
        faults.same((len(got.ids), got.invalid, got.unordered, got.torn), (LINES, 0, 0, 0), "events, invalid, out of order, cut")
        print(f"reloads: {len(got.ids)} delivered over six of them, {got.repeats} again")
        faults.same(spool(collector, "drop", "third").returncode, 0, "drop without a collector")
        faults.same([o["name"] for o in stat(collector)["outputs"]], ["all"], "outputs that are left")


def full(faults, workdir):
    """A spool at its limit holds TCP back, and datagrams are dropped and counted; when an output gets on, all goes on."""
    ports = rig.free_ports(2)
    with rig.Collector(workdir, "", name="full") as collector, rig.unread_fifo(f"{collector.dir}/fifo"):
        config(collector, ports, FIFO.format(dir=collector.dir), "1MiB")
        text = open(collector.config_path, encoding="utf-8").read()
        collector.head = ""
        collector.write(text.replace("limit: 1MiB", "limit: 1MiB, queue: 2000"))
        collector.start()
        sender = Sender(workdir, "tcp", 200, ports[1], 60000)
        stats = collector.wait_for("the spool is full", lambda s: not s.tree["spool"]["queue"]["up"])
        time.sleep(0.5)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for i in range(3000):
                udp.sendto(line_of("udp-201-", i).encode(), ("127.0.0.1", ports[0]))
        time.sleep(1)
        stats = collector.stats()
        faults.expect(stats.received("tcp") < LINES - 10000, f"full: received over TCP: {stats.tree['ledger']}")
        faults.expect(stats.tree["spool"]["bytes"] < 2 << 20, f"full: {stats.tree['spool']['bytes']} bytes")
        check_balance(faults, stats, "full")
        got = []
        reader = threading.Thread(target=read_some, args=(f"{collector.dir}/fifo", got, 1 << 30), daemon=True)
        reader.start()
        stats = collector.wait_for("all is out", lambda s: s.received("tcp") == LINES and rests(s), 60)
        check_balance(faults, stats, "full, and empty again")
        out = stats.output("fifo")
        faults.same(out["sent"] + sum(out["dropped"]["full"]), LINES + stats.received("udp"), "full: sent and dropped")
        sender.end()
        faults.same(collector.stop(), 0, "full: the stop")
        print(f"full: {LINES} over TCP and {stats.received('udp')} over UDP, {sum(out['dropped']['full'])} dropped")


def two_on_one(faults, workdir):
    ports = rig.free_ports(4)
    with rig.Collector(workdir, "", name="one") as first, rig.Collector(workdir, "", name="two") as second:
        config(first, ports[:2], output(first, "all"))
        first.start()
        config(second, ports[2:], output(second, "all"))
        second.write(HEAD.format(dir=first.dir, udp=ports[2], tcp=ports[3], limit="1MiB") + output(second, "all"))
        done = rig.run("run", "-c", second.config_path)
        faults.same(done.returncode, 1, "a second collector on one spool")
        faults.expect(b"another process uses it" in done.stderr, f"a second collector: {done.stderr[-300:]}")
        faults.same(first.stop(), 0, "the first one")


def dead_letters(faults, workdir):
    """A reader of standard output that has gone is a far side that refuses for good."""
    ports = rig.free_ports(2)
    with rig.Collector(workdir, "", name="dead") as collector:
        dead = f"{collector.dir}/dead"
        config(collector, ports, f"  - {{name: out, kind: stdout, style: lines, dead_letter: dead, filter: {{include: {{outcome: ['*']}}}}}}\n")
        collector.start_only(stdout=subprocess.PIPE)
        collector.proc.stdout.close()
        collector.wait_for_log("running")
        lines = rig.write_lines(workdir, "dead-lines", [line_of("dead-0-", i) for i in range(300)] + ["<13>Mar  4 09:18:00 printer-3 spooler: \u00e4 \"q\""])
        rig.run("send", "tcp", f"127.0.0.1:{ports[1]}", lines)
        stats = collector.wait_for("refused", lambda s: s.output("out")["dead_lettered"] == 301)
        check_balance(faults, stats, "dead letters")
        faults.same(sum(stats.output("out")["dropped"]["refused"]), 0, "dropped as refused")
        collector.proc.send_signal(signal.SIGTERM)
        faults.same(collector.proc.wait(30), 0, "status of the stop")
        with open(dead, "rb") as f:
            letters = [json.loads(line) for line in f]
        faults.same(sorted(letters[0]), sorted(["time", "output", "reason", "id", "device", "os", "error", "host", "severity", "outcome", "received", "event_time",
                                                "format", "shape", "event"]), "keys of a dead letter")
        shown = rig.run("dlq", "show", dead)
        faults.same((shown.returncode, shown.stdout.count(b"\n")), (0, 602), f"dlq show: {shown.stderr}")
        config(collector, ports, output(collector, "again"))
        done = rig.run("dlq", "replay", "-c", collector.config_path, dead, "again")
        faults.same(done.returncode, 0, f"dlq replay: {done.stdout} {done.stderr}")
        faults.expect(done.stdout.startswith(b"replayed 301: 301 sent, 0 refused"), f"dlq replay: {done.stdout}")
        with open(f"{collector.dir}/again", "rb") as f:
            faults.same([line.rstrip(b"\n").decode() for line in f], [letter["event"] for letter in letters], "what was sent again")
        with open(dead, "ab") as f:
            f.write(b"nonsense\n{}\n")
        for argv, status in ((("show", dead), 1), (("show", dead + "x"), 2), (("replay", "-c", collector.config_path, dead, "nosuch"), 1), (("replay", dead), 2), ((), 2)):
            faults.same(rig.run("dlq", *argv).returncode, status, f"dlq {argv}")


def wrong_usage(faults, workdir):
    with rig.Collector(workdir, "", name="usage") as collector:
        collector.write("inputs: []\n")
        for argv, status, word in (((), 2, b"stat, peek or drop"), (("nosuch",), 2, b"there is no"), (("peek", "-c", collector.config_path), 2, b"name of an output"),
                                   (("stat", "-c", collector.config_path), 1, b"has no spool"), (("stat", "--path", workdir + "/nosuch"), 1, b"there is no spool"),
                                   (("peek", "--path", workdir, "--count", "x", "a"), 2, b"no number"), (("stat", "--path", workdir, "more"), 2, b"unexpected")):
            done = rig.run("spool", *argv)
            faults.same(done.returncode, status, f"spool {argv}: {done.stderr}")
            faults.expect(word in done.stderr, f"spool {argv}: {done.stderr}")


def body(faults, workdir):
    wrong_usage(faults, workdir)
    two_on_one(faults, workdir)
    dead_letters(faults, workdir)
    a_stop_with_a_stuck_output(faults, workdir)
    full(faults, workdir)
    reloads(faults, workdir)
    kills(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
