#!/usr/bin/python3
# tests/run: timeout 600
"""Lines at a steady rate into netnorm, events into a real Kafka that is killed, stopped and cut off, one fault after the other.

Between them is a proxy that stalls, hears nothing, crawls, half-closes, resets, cuts and refuses.  Of each fault there are several, in an order that chance
decides (SEED).  In the end each line that netnorm accepted is there, under one id, in the order of its device when it comes first; the ledger balances; and
SIGTERM ends netnorm with status 0.  What came again is counted.
"""
import os
import random
import signal
import threading
import time

import kafka_delivery
import kafka_rig
import netnorm_rig
import proxy

RATE, BURST, DEVICES = int(os.environ.get("RATE", 1500)), 30, 40
ROUNDS = int(os.environ.get("ROUNDS", 4))       # of each fault
CHAOS_SECONDS = 150                             # no fault begins after that
DELIVERED_SECONDS = 60
SEED = int(os.environ.get("SEED", 6))

CONFIG = netnorm_rig.OVER_TCP + """\
outputs:
  - name: kafka
    kind: kafka
    brokers: ["{broker}"]
    topic: netnorm.{{os}}
    headers: [id]
    statistics_interval: 1s
    filter:
      include:
        outcome: [event, raw, unknown]
    queue:
      limit: 400000
      limit_bytes: 1073741824
    properties:
      socket.timeout.ms: 3000
      reconnect.backoff.max.ms: 1000
"""


class Load(threading.Thread):
    """All devices in turn, over TCP, until it is told to end."""

    def __init__(self, devices):
        super().__init__()
        self.devices, self.ending, self.sent, self.error = devices, False, 0, None

    def run(self):
        begin = time.monotonic()
        try:
            while not self.ending:
                for _ in range(BURST):
                    self.devices[self.sent % len(self.devices)].send()
                    self.sent += 1
                time.sleep(max(0, begin + self.sent / RATE - time.monotonic()))
        except OSError as e:
            self.error = e

    def end(self):
        self.ending = True
        self.join()
        if self.error:
            raise netnorm_rig.Failed(f"sending: {self.error}")


class Faults:
    """What can go wrong, each from its begin to its end; after it the way is free again."""

    def __init__(self, broker, network, chance):
        self.broker, self.network, self.random = broker, network, chance

    def hold(self, mode, least, most):
        self.network.mode = mode
        time.sleep(self.random.uniform(least, most))
        self.network.mode = "pass"

    def killed(self):
        self.broker.kill()
        time.sleep(self.random.uniform(0, 1.5))
        self.broker.start()

    def frozen(self):
        """The broker's process stands still: its system answers, it does not."""
        self.broker.proc.send_signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(1, 5))
        self.broker.proc.send_signal(signal.SIGCONT)

    def stalled(self):
        self.hold("stall", 0.5, 5)

    def deaf(self):
        """What is sent arrives, and no answer comes back; then the connection ends."""
        self.hold("deaf", 0.5, 4)
        self.network.reset()

    def crawling(self):
        self.hold("crawl", 2, 4)

    def refused(self):
        self.network.reset()
        self.hold("refuse", 0.5, 2.5)

    def half_closed(self):
        self.network.half_close()

    def reset(self):
        for _ in range(5):
            self.network.reset()
            time.sleep(self.random.uniform(0.05, 0.4))

    def cut(self):
        for _ in range(5):
            self.network.cut()
            time.sleep(self.random.uniform(0.05, 0.4))

    def all(self):
        kinds = [self.killed, self.frozen, self.stalled, self.deaf, self.crawling, self.refused, self.half_closed, self.reset, self.cut]
        rounds = kinds * ROUNDS
        self.random.shuffle(rounds)
        return rounds


def chaos(faults, netnorm):
    """The faults, one after the other; how many of each there were."""
    done, end = {}, time.monotonic() + CHAOS_SECONDS
    for fault in faults.all():
        if time.monotonic() > end:
            break
        fault()
        name = fault.__name__
        done[name] = done.get(name, 0) + 1
        time.sleep(faults.random.uniform(0.2, 1))
        stats = netnorm.stats()
        if stats.output_dropped("kafka"):
            raise netnorm_rig.Failed(f"the queue is larger than any outage, and yet after {name}: {stats.output('kafka')}")
    return done


def wait_for(netnorm, what, good):
    deadline = time.monotonic() + DELIVERED_SECONDS
    while not good(stats := netnorm.stats()):
        if time.monotonic() > deadline:
            raise netnorm_rig.Failed(f"not {what} after {DELIVERED_SECONDS} s: {stats.output('kafka')}")
        time.sleep(0.1)
    return stats


def check(netnorm, broker, network, devices):
    begin, load = time.monotonic(), Load(devices)
    load.start()
    try:
        time.sleep(1)
        done = chaos(Faults(broker, network, random.Random(SEED)), netnorm)
    finally:
        load.end()
    print(f"sent {load.sent} messages in {time.monotonic() - begin:.0f} s; faults: " + ", ".join(f"{name} {n}" for name, n in sorted(done.items())), flush=True)
    wait_for(netnorm, "received", lambda s: s.received("tcp") == load.sent)
    begin = time.monotonic()
    stats = wait_for(netnorm, "delivered", lambda s: s.output("kafka")["queued"] == 0)
    print(f"all delivered {time.monotonic() - begin:.1f} s after that")
    o, faults = stats.output("kafka"), stats.faults()
    print("counted: " + ", ".join(f"{name.removeprefix('kafka_')} {o[name]}" for name in (
        "delivered", "retried", "kafka_errors", "kafka_fatals", "kafka_connects", "kafka_disconnects", "kafka_tx_retries", "kafka_tx_errors",
        "kafka_request_timeouts")) + f"; connections of the proxy {network.connections}", flush=True)
    if o["delivered"] != load.sent:
        faults.append(f"delivered {o['delivered']} of {load.sent}: {o}")
    for name in ("killed", "stalled", "reset", "half_closed"):
        if not done.get(name):
            faults.append(f"{name} was never tried")
    status = netnorm.stop()
    if status != 0:
        faults.append(f"netnorm run ended with {status} on SIGTERM")
    return faults + kafka_delivery.read_back(broker, devices, stats)


def main():
    workdir = os.environ.get("TMPDIR", "/tmp")
    broker = kafka_rig.Broker(workdir, partitions=4)
    # The proxy wants to know where the broker listens, the broker what the proxy's address is.
    with broker, proxy.Proxy(f"127.0.0.1:{kafka_rig.free_ports(1, broker.ports)[0]}") as network:
        broker.listen("PROXIED", advertised=network.address, port=network.far_address[1])
        broker.start()
        port = kafka_rig.free_ports(1, broker.ports)[0]
        with netnorm_rig.Netnorm(workdir, CONFIG, tcp_port=port, broker=network.address) as netnorm:
            netnorm.start()
            devices = [kafka_delivery.Device(kafka_delivery.UDP_DEVICES + n, "127.0.0.1", port) for n in range(DEVICES)]
            return netnorm.judge(lambda: check(netnorm, broker, network, devices), f"seed {SEED}")


if __name__ == "__main__":
    kafka_rig.run(main)
