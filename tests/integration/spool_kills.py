#!/usr/bin/python3
# tests/run: timeout 600
"""Lines into netnorm with a spool, events into a real Kafka, then to a real Lumberjack server; netnorm and the far side are killed at random moments, alone
and together.

In the end each message that was committed to the spool is on the far side, under one id, what first comes of each device in order; the ledger balances at each start and
at the end.  What a kill cost (lines in socket buffers and in the batch) is printed.  ROUNDS=n: so many kills of netnorm, SEED=n: another course of things.
"""
import json
import os
import random
import socket
import subprocess
import threading
import time

import kafka_delivery
import kafka_rig
import lumber_rig
import netnorm_rig

ROUNDS = int(os.environ.get("ROUNDS", 10))
SEED = int(os.environ.get("SEED", 6))
DEVICES, BURST = 20, 20
RATES = (1000, 4000, 12000)             # messages a second, another one after each kill
DELIVERED_SECONDS = 120

CONFIG = netnorm_rig.OVER_TCP + """\
spool:
  path: {workdir}/spool
outputs:
  - name: far
    {far}
    filter:
      include:
        outcome: [event, raw, unknown]
"""


class Kafka:
    """One broker."""

    name = "Kafka"

    def __init__(self, workdir):
        self.server = kafka_rig.Broker(workdir, partitions=4)
        self.config = (f"kind: kafka\n    brokers: ['{self.server.address}']\n    topic: netnorm.{{os}}\n"
                       "    properties: {reconnect.backoff.max.ms: 1000}")

    def records(self):
        for topic in self.server.topics():
            yield from self.server.read(topic)


class Lumberjack:
    """One server of go-lumber's."""

    name = "Lumberjack"

    def __init__(self, workdir):
        self.server = lumber_rig.Host(workdir, "spooled")
        self.config = f"kind: lumberjack\n    hosts: ['{self.server.address}']\n    timeout: 5s"

    def records(self):
        """In the order of coming, as if from one topic for each system."""
        for number, event in enumerate(self.server.events()):
            yield kafka_rig.Record(kafka_delivery.TOPIC_PREFIX + event["os"] if "os" in event else "", 0, number, event["device"], json.dumps(event).encode())


class Load(threading.Thread):
    """All devices in turn over TCP, each line once; a connection that is gone is made anew."""

    def __init__(self, port):
        super().__init__()
        self.port, self.rate, self.ending, self.paused, self.devices = port, RATES[0], False, False, {}
        self.sent = dict.fromkeys(range(kafka_delivery.UDP_DEVICES, kafka_delivery.UDP_DEVICES + DEVICES), 0)

    def device(self, number):
        if number not in self.devices:
            self.devices[number] = kafka_delivery.Device(number, "127.0.0.1", self.port)
            self.devices[number].sent = self.sent[number]
        return self.devices[number]

    def send(self, number):
        try:
            device = self.device(number)
            device.send()
        except OSError:
            if number in self.devices:
                self.devices.pop(number).sock.close()
            time.sleep(0.02)
            return
        self.sent[number] = device.sent

    def run(self):
        due, numbers = time.monotonic(), list(self.sent)
        while not self.ending:
            for number in numbers if not self.paused else ():
                self.send(number)
            due = max(due + len(numbers) / self.rate, time.monotonic() - 0.1)
            time.sleep(max(0, due - time.monotonic()))

    def end(self):
        self.ending = True
        self.join()
        for device in self.devices.values():
            device.sock.shutdown(socket.SHUT_WR)
            device.sock.close()


def spool(netnorm, *argv):
    done = subprocess.run([netnorm_rig.NETNORM, "spool", argv[0], "-c", netnorm.config_path, *argv[1:]], capture_output=True, text=True, timeout=60,
                          check=False)
    if done.returncode != 0:
        raise netnorm_rig.Failed(f"netnorm spool {argv[0]}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def expect_balance(netnorm, load, what):
    """While nothing comes in: counters of a moment are not of one moment."""
    load.paused, deadline = True, time.monotonic() + 5
    while faults := netnorm.stats().faults():
        if time.monotonic() > deadline:
            raise netnorm_rig.Failed(f"{what}: {faults}")
        time.sleep(0.05)
    load.paused = False


def chaos(netnorm, server, load):
    """ROUNDS kills of netnorm, between them and beside them kills of the far side.  Ids that waited in the spool at some kill; what each kill cost."""
    chance, waited, far_kills, sent_before, committed_before = random.Random(SEED), set(), 0, 0, 0
    for number in range(ROUNDS):
        load.rate = chance.choice(RATES)
        time.sleep(chance.uniform(0.3, 1.5))
        expect_balance(netnorm, load, f"before kill {number}")
        time.sleep(chance.uniform(0.1, 1.5))
        if server.proc and chance.random() < 0.5:
            server.kill()
            far_kills += 1
            time.sleep(chance.uniform(0, 2))
        netnorm.proc.kill()
        netnorm.proc.wait()
        sent = sum(load.sent.values())
        tree = json.loads(spool(netnorm, "stat", "--json"))
        ids = [json.loads(line)["id"] for line in spool(netnorm, "peek", "--json", "--count", "0", "far").splitlines()]
        if len(ids) != tree["outputs"][0]["waiting"]:
            raise netnorm_rig.Failed(f"kill {number}: {tree} and {len(ids)} that peek shows")
        waited.update(ids)
        print(f"kill {number}: {sent - sent_before} sent at {load.rate}/s, {tree['committed'] - committed_before} committed, {len(ids)} waited"
              + ("" if server.proc else ", the far side was dead"), flush=True)
        sent_before, committed_before = sent, tree["committed"]
        if not server.proc and chance.random() < 0.7:
            server.start()
        netnorm.start()
    if not server.proc:
        server.start()
    if not far_kills:
        raise netnorm_rig.Failed("the far side was never killed: another SEED")
    return waited


def wait_for_end(netnorm):
    deadline = time.monotonic() + DELIVERED_SECONDS
    last = None
    while True:
        stats = netnorm.stats()
        now = stats.received("tcp"), stats.output("far")["queued"]
        if now[1] == 0 and now == last:
            return
        if time.monotonic() > deadline:
            raise netnorm_rig.Failed(f"not delivered after {DELIVERED_SECONDS} s: {stats.output('kafka')}")
        last = now
        time.sleep(1)


class ReadBack(kafka_delivery.ReadBack):
    """What the far side has; a device's last numbers may be missing at each kill, and no others."""

    def __init__(self, sent):
        super().__init__([])
        self.sent_by = dict(sent)
        self.ip_of = {n: f"127.20.{1 + n // 200}.{1 + n % 200}" for n in sent}

    def tell_against(self, committed, waited, sent):
        print(f"{sent} sent, {committed} committed, {len(self.by_id)} delivered, {self.repeated} of them again; {sent - committed} were in socket buffers and in batches")
        self.expect(len(self.by_id) == committed, f"{committed} committed, {len(self.by_id)} read back")
        self.expect(len(set(self.by_id.values())) == len(self.by_id), "a message has more than one id")
        lost = [i for i in waited if i not in self.by_id]
        self.expect(not lost, f"{len(lost)} of {len(waited)} that waited at a kill were never delivered: {lost[:3]}")


def check(netnorm, far, load):
    load.start()
    try:
        waited = chaos(netnorm, far.server, load)
    finally:
        load.end()
    wait_for_end(netnorm)
    expect_balance(netnorm, load, "at the end")
    status = netnorm.stop()
    faults = [] if status == 0 else [f"netnorm run ended with {status} on SIGTERM"]
    tree = json.loads(spool(netnorm, "stat", "--json"))
    if tree["records"]:
        faults.append(f"records are left in the spool: {tree}")
    back = ReadBack(load.sent)
    for record in far.records():
        back.add(record)
    print(far.name, end=": ")
    back.tell_against(tree["committed"], waited, sum(load.sent.values()))
    return faults + back.faults


def one(far, workdir):
    os.makedirs(workdir)
    with far.server as server:
        server.start()
        port = kafka_rig.free_ports(1)[0]
        with netnorm_rig.Netnorm(workdir, CONFIG, tcp_port=port, far=far.config) as netnorm:
            netnorm.start()
            return netnorm.judge(lambda: check(netnorm, far, Load(port)), f"{far.name}, seed {SEED}")


def main():
    workdir = os.environ.get("TMPDIR", "/tmp")
    return max([one(kind(workdir), os.path.join(workdir, kind.name)) for kind in (Kafka, Lumberjack)])


if __name__ == "__main__":
    kafka_rig.run(main)
