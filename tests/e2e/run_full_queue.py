#!/usr/bin/python3
# tests/run: alone
"""A queue that is full: dropped by severity and counted where it drops, held back where it blocks; the ledger balances in both."""
import os
import signal
import socket
import subprocess
import threading
import time

import rig

CONFIG = """\
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {udp}}}
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
outputs:
  - name: stuck
{stuck}
    filter: {{include: {{outcome: ['*']}}}}
    queue: {{limit: {limit}, when_full: {when_full}}}
  - name: free
    kind: file
    path: {dir}/free
    filter: {{include: {{outcome: ['*']}}}}
"""
LIMIT, SENT = 2000, 20_000
readers = []            # descriptors of FIFOs, kept open
LINES = [
    "<184>1: core-1: *Mar  4 09:12:31.204: %SYS-0-TEST: severity 0",
    "<187>2: core-1: *Mar  4 09:12:31.204: %SYS-3-TEST: severity 3",
    "<188>3: core-1: *Mar  4 09:12:31.204: %SYS-4-TEST: severity 4",
    "<189>4: core-1: *Mar  4 09:12:31.204: %SYS-5-TEST: severity 5",
    "<190>5: core-1: *Mar  4 09:12:31.204: %SYS-6-TEST: severity 6",
]


def fifo(collector):
    """A FIFO with a reader who does not read."""
    path = f"{collector.dir}/fifo"
    if not os.path.exists(path):
        os.mkfifo(path)
        readers.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    return f"    kind: file\n    path: {path}"


def dead_broker(_collector):
    """An address that refuses: nobody listens there."""
    return f"    kind: kafka\n    brokers: ['127.0.0.1:{rig.free_ports(1)[0]}']"


def send(argv):
    done = rig.run("send", *argv, timeout=100)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def check_balance(faults, stats, what):
    for text in stats.faults():
        faults.texts.append(f"{what}: {text}")
    faults.same(stats.tree["ledger"]["imbalance"], 0, f"{what}: imbalance")


def write_config(collector, stuck, when_full, ports):
    collector.write(CONFIG.format(udp=ports[0], tcp=ports[1], stuck=stuck(collector), when_full=when_full, limit=LIMIT, dir=collector.dir))


def drops(faults, workdir, name, stuck):
    """The other output gets all of it; the stuck one keeps its limit, and drops the least important first."""
    ports = rig.free_ports(2)
    lines = rig.write_lines(workdir, "levels", LINES)
    with rig.Collector(workdir, "", name=name, stop_timeout="1s") as collector:
        write_config(collector, stuck, "drop", ports)
        collector.start()
        status, text = send(["--count", str(SENT), "tcp", f"127.0.0.1:{ports[1]}", lines])
        faults.same(status, 0, f"{name}: send: {text}")
        stats = collector.wait_for(f"{name}: all received", lambda s: s.received("tcp") == SENT and s.output("free").get("sent") == SENT)
        check_balance(faults, stats, name)
        out = stats.output("stuck")
        dropped = out["dropped"]
        full = next(levels for reason, levels in dropped.items() if sum(levels))
        faults.expect(out["queued"] >= LIMIT * 8 // 10, f"{name}: only {out['queued']} are queued")
        faults.expect(out["queued"] <= LIMIT + 4096, f"{name}: {out['queued']} are queued")
        faults.expect(full[6] >= full[5] >= full[4] >= full[3] >= full[0], f"{name}: dropped by severity: {full}")
        faults.expect(full[6] > full[0], f"{name}: debug and info are not dropped first: {full}")
        left = stats.output("stuck")["queued"]
        status = collector.stop()
        faults.same(status, 1, f"{name}: status of a stop that leaves {left} records")
        faults.expect("left undelivered" in collector.log(), f"{name}: the log does not tell what was left")


def read_all(path, into):
    with open(path, "rb") as f:
        for line in f:
            into.append(line)


def blocks(faults, workdir):
    """TCP is held back, so that nothing is lost; when somebody reads, all of it comes."""
    ports = rig.free_ports(2)
    lines = rig.write_lines(workdir, "levels", LINES)
    with rig.Collector(workdir, "", name="blocks") as collector:
        write_config(collector, fifo, "block", ports)
        collector.start()
        count = 20 * SENT
        sender = subprocess.Popen([rig.NETNORM, "send", "--count", str(count), "tcp", f"127.0.0.1:{ports[1]}", lines],
                                  stdout=subprocess.PIPE, text=True)
        stats = collector.wait_for("the queue is full", lambda s: s.output("stuck")["queued"] >= LIMIT)
        still = collector.stats()
        faults.expect(sender.poll() is None, "the sender is not held back")
        faults.expect(stats.tree["ledger"]["received"] <= LIMIT + 4 * 1024 + 4096, f"received while full: {stats.tree['ledger']}")
        faults.same(sum(sum(v) for v in still.output("stuck")["dropped"].values()), 0, "dropped while it blocks")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(LINES[4].encode(), ("127.0.0.1", ports[0]))
        after = collector.wait_for("UDP is read all the same", lambda s: s.received("udp") == 1)
        check_balance(faults, after, "blocks, full")
        read = []
        reader = threading.Thread(target=read_all, args=(f"{collector.dir}/fifo", read))
        reader.start()
        text = sender.communicate(timeout=50)[0]
        faults.expect(text.startswith(f"sent {count} messages"), f"send: {text}")
        rest = collector.wait_for("all is out", lambda s: s.output("stuck")["queued"] == 0 and s.received("tcp") == count, seconds=20)
        check_balance(faults, rest, "blocks")
        out = rest.output("stuck")
        faults.same(out["sent"] + rest.output_dropped("stuck"), count + 1, "blocks: sent, or a datagram dropped")
        faults.expect(rest.output_dropped("stuck") <= 1, f"blocks: dropped of TCP: {out}")
        faults.same(collector.stop(), 0, "blocks: status of the stop")
        reader.join(20)
        faults.same(len(read), out["sent"], "blocks: lines read from the pipe")


def stops_while_full(faults, workdir):
    """What nobody has read of TCP at the stop's deadline is told with its number, and is no clean stop."""
    ports = rig.free_ports(2)
    lines = rig.write_lines(workdir, "levels", LINES)
    with rig.Collector(workdir, "", name="stops", stop_timeout="2s") as collector:
        write_config(collector, fifo, "block", ports)
        collector.start()
        status, text = send(["--count", "6000", "tcp", f"127.0.0.1:{ports[1]}", lines])
        faults.same(status, 0, f"stops: send: {text}")
        collector.wait_for("the queue is full", lambda s: s.output("stuck")["queued"] >= LIMIT)
        faults.same(collector.stop(), 1, "stops: status")
        faults.expect("bytes that had come were left unread" in collector.log(), f"stops: the log: {collector.log()}")


def stops_with_a_slow_reader(faults, workdir):
    """A sender has finished, its bytes wait behind a full output that gives way slowly: a stop reads them all."""
    ports = rig.free_ports(2)
    lines = rig.write_lines(workdir, "levels", LINES)
    with rig.Collector(workdir, "", name="slow", stop_timeout="60s") as collector:
        write_config(collector, fifo, "block", ports)
        collector.start()
        sent = 14_000
        sender = subprocess.Popen([rig.NETNORM, "send", "--count", str(sent), "tcp", f"127.0.0.1:{ports[1]}", lines], stdout=subprocess.DEVNULL)
        collector.wait_for("the queue is full", lambda s: s.output("stuck")["queued"] >= LIMIT)
        faults.same(sender.wait(20), 0, "slow: the sender does not finish")
        collector.proc.send_signal(signal.SIGTERM)
        read = 0
        with open(f"{collector.dir}/fifo", "rb") as f:
            for _ in f:
                read += 1
                if read % 300 == 0:
                    time.sleep(0.1)
        faults.same(collector.proc.wait(60), 0, "slow: status of the stop")
        faults.same(read, sent, "slow: lines read")


def a_fifo_needs_a_reader(faults, workdir):
    with rig.Collector(workdir, "", name="alone") as collector:
        os.mkfifo(f"{collector.dir}/alone")
        collector.write(CONFIG.format(udp=rig.free_ports(1)[0], tcp=rig.free_ports(1)[0], stuck=f"    kind: file\n    path: {collector.dir}/alone", when_full="drop",
                                      limit=LIMIT, dir=collector.dir))
        done = rig.run("run", "-c", collector.config_path)
        faults.same(done.returncode, 1, "alone: status")
        faults.expect(b"nobody reads the FIFO" in done.stderr, f"alone: {done.stderr[-300:]}")


def body(faults, workdir):
    a_fifo_needs_a_reader(faults, workdir)
    stops_with_a_slow_reader(faults, workdir)
    stops_while_full(faults, workdir)
    drops(faults, workdir, "fifo", fifo)
    drops(faults, workdir, "broker", dead_broker)
    blocks(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
