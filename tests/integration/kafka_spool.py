#!/usr/bin/python3
# tests/run: timeout 600
"""Lines into netnorm with a spool, events into a real Kafka; netnorm and the broker are killed at random moments, alone and together.

In the end each message that was committed to the spool is in Kafka, under one id, what first comes of each device in order; the ledger balances at each start and
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
import netnorm_rig

ROUNDS = int(os.environ.get("ROUNDS", 15))
SEED = int(os.environ.get("SEED", 6))
DEVICES, BURST = 20, 20
RATES = (1000, 4000, 12000)             # messages a second, another one after each kill
DELIVERED_SECONDS = 120

CONFIG = """\
workers: 2
state_dir: {workdir}/state
control: {workdir}/control
metrics:
  port: 0
spool:
  path: {workdir}/spool
inputs:
  - name: tcp
    kind: tcp
    address: 127.0.0.1
    port: {tcp_port}
outputs:
  - name: kafka
    kind: kafka
    brokers: ["{broker}"]
    topic: netnorm.{{os}}
    filter:
      include:
        outcome: [event, raw, unknown]
    properties:
      reconnect.backoff.max.ms: 1000
"""


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


def chaos(netnorm, broker, load):
    """ROUNDS kills of netnorm, between them and beside them kills of the broker.  Ids that waited in the spool at some kill; what each kill cost."""
    chance, waited, broker_kills, sent_before, committed_before = random.Random(SEED), set(), 0, 0, 0
    for number in range(ROUNDS):
        load.rate = chance.choice(RATES)
        time.sleep(chance.uniform(0.3, 1.5))
        expect_balance(netnorm, load, f"before kill {number}")
        time.sleep(chance.uniform(0.1, 1.5))
        if broker.proc and chance.random() < 0.5:
            broker.kill()
            broker_kills += 1
            time.sleep(chance.uniform(0, 2))
        netnorm.proc.kill()
        netnorm.proc.wait()
        sent = sum(load.sent.values())
        tree = json.loads(spool(netnorm, "stat", "--json"))
        ids = [json.loads(line)["id"] for line in spool(netnorm, "peek", "--json", "--count", "0", "kafka").splitlines()]
        if len(ids) != tree["outputs"][0]["waiting"]:
            raise netnorm_rig.Failed(f"kill {number}: {tree} and {len(ids)} that peek shows")
        waited.update(ids)
        print(f"kill {number}: {sent - sent_before} sent at {load.rate}/s, {tree['committed'] - committed_before} committed, {len(ids)} waited"
              + ("" if broker.proc else ", the broker was dead"), flush=True)
        sent_before, committed_before = sent, tree["committed"]
        if not broker.proc and chance.random() < 0.7:
            broker.start()
        netnorm.start()
    if not broker.proc:
        broker.start()
    if not broker_kills:
        raise netnorm_rig.Failed("the broker was never killed: another SEED")
    return waited


def wait_for_end(netnorm):
    deadline = time.monotonic() + DELIVERED_SECONDS
    last = None
    while True:
        stats = netnorm.stats()
        now = stats.received("tcp"), stats.output("kafka")["queued"]
        if now[1] == 0 and now == last:
            return
        if time.monotonic() > deadline:
            raise netnorm_rig.Failed(f"not delivered after {DELIVERED_SECONDS} s: {stats.output('kafka')}")
        last = now
        time.sleep(1)


class ReadBack(kafka_delivery.ReadBack):
    """What kcat read; a device's last numbers may be missing at each kill, and no others."""

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


def check(netnorm, broker, load):
    load.start()
    try:
        waited = chaos(netnorm, broker, load)
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
    for topic in broker.topics():
        for record in broker.read(topic):
            back.add(record)
    back.tell_against(tree["committed"], waited, sum(load.sent.values()))
    return faults + back.faults


def main():
    workdir = os.environ.get("TMPDIR", "/tmp")
    with kafka_rig.Broker(workdir, partitions=4) as broker:
        broker.start()
        port = kafka_rig.free_ports(1)[0]
        with netnorm_rig.Netnorm(workdir, CONFIG, tcp_port=port, broker=broker.address) as netnorm:
            netnorm.start()
            return netnorm.judge(lambda: check(netnorm, broker, Load(port)), f"seed {SEED}")


if __name__ == "__main__":
    kafka_rig.run(main)
