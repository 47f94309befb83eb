#!/usr/bin/python3
# tests/run: timeout 600
"""Lines into netnorm, events out of it into real Lumberjack servers (go-lumber) that are killed and started again under load.

Rounds: go-lumber's own tst-lj, nothing killed; one host that is killed again and again, plain, then with TLS and certificates on both sides;
two hosts, failing over; two hosts, balanced; the way to a host through a proxy that stalls, hears nothing,
crawls, refuses, half-closes, resets and cuts.  In each: every event that netnorm accepted is there, valid, under one id; what first comes of each device is in
order; the ledger balances; SIGTERM ends netnorm with status 0.
"""
import collections
import os
import random
import time

import kafka_delivery
import kafka_rig
import lumber_rig
import netnorm_rig
import proxy

MESSAGES = int(os.environ.get("MESSAGES", 40_000))
DEVICES = 60
RATE, BURST = 6000, 40
DOWN_SECONDS = (0.05, 1.0)
UP_SECONDS = (0.4, 1.5)
DELIVERED_SECONDS = 60

CONFIG = netnorm_rig.OVER_TCP + """\
outputs:
  - name: logstash
    kind: lumberjack
    hosts: [{hosts}]
    mode: {mode}
    timeout: 5s
    tls: {tls}
    filter:
      include:
        outcome: [event, raw, unknown]
    queue:
      limit: 300000
      limit_bytes: 1073741824
"""


class Chaos:
    """Kills one of the hosts now and then, at random, and starts it again."""

    def __init__(self, hosts, seed):
        self.hosts, self.random, self.kills = hosts, random.Random(seed), 0
        self.down, self.next = None, time.monotonic() + self.random.uniform(*UP_SECONDS)

    def look(self):
        if time.monotonic() < self.next:
            return
        if self.down:
            self.down.start()
            self.down = None
            self.next = time.monotonic() + self.random.uniform(*UP_SECONDS)
            return
        self.down = self.random.choice(self.hosts)
        self.down.kill()
        self.kills += 1
        self.next = time.monotonic() + self.random.uniform(*DOWN_SECONDS)

    def over(self):
        if self.down:
            self.down.start()


class Cuts:
    """What can go wrong on the way through a proxy, now and then, at random."""

    HELD = ("stall", "deaf", "crawl", "refuse")
    ONCE = ("half_close", "reset", "cut")

    def __init__(self, network, seed):
        self.network, self.random, self.kills = network, random.Random(seed), 0
        self.seen = collections.Counter()
        self.next = time.monotonic() + self.random.uniform(*UP_SECONDS)

    def look(self):
        if time.monotonic() < self.next:
            return
        if self.network.mode != "pass":
            self.over()
            self.next = time.monotonic() + self.random.uniform(*UP_SECONDS) / 2
            return
        fault = self.random.choice(self.HELD + self.ONCE)
        self.seen[fault] += 1
        if fault in self.HELD:
            self.network.mode = fault
            self.next = time.monotonic() + self.random.uniform(*DOWN_SECONDS)
        else:
            getattr(self.network, fault)()
            self.next = time.monotonic() + self.random.uniform(*DOWN_SECONDS) / 2

    def over(self):
        """What was not heard is not made up for: the connections end."""
        if self.network.mode == "deaf":
            self.network.reset()
        self.network.mode = "pass"


def send_all(devices, chaos):
    begin, sent = time.monotonic(), 0
    while sent < MESSAGES:
        for _ in range(min(BURST, MESSAGES - sent)):
            devices[sent % len(devices)].send()
            sent += 1
        if chaos:
            chaos.look()
        ahead = begin + sent / RATE - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    if chaos:
        chaos.over()


def wait_for(netnorm, what, good):
    deadline = time.monotonic() + DELIVERED_SECONDS
    while not good(stats := netnorm.stats()):
        if time.monotonic() > deadline:
            raise netnorm_rig.Failed(f"not {what} after {DELIVERED_SECONDS} s: {stats.output('logstash')}")
        time.sleep(0.1)
    return stats


def read_back(hosts, devices):
    """Faults, and how many events came again.  Hosts of a balanced output are read one after the other: each device's order counts in each of them."""
    faults, ids, again = [], {}, 0
    seen = collections.defaultdict(set)
    for host in hosts:
        last = collections.Counter()
        for event in host.events():
            device, seq = who = kafka_delivery.identity(event["raw"])
            if ids.setdefault(event["id"], who) != who:
                faults.append(f"id {event['id']} is of two messages")
            if seq in seen[device]:
                again += 1
                continue
            seen[device].add(seq)
            if seq < last[device]:
                faults.append(f"device {device}: {seq} after {last[device]}")
            last[device] = seq
    for d in devices:
        missing = set(range(1, d.sent + 1)) - seen[d.number]
        if missing or len(seen[d.number]) != d.sent:
            faults.append(f"device {d.number}: {len(missing)} of {d.sent} are missing, {len(seen[d.number])} are there")
    if len(ids) != MESSAGES:
        faults.append(f"{len(ids)} ids of {MESSAGES} messages")
    return faults, again


def one_round(workdir, name, hosts, mode="failover", tls="{}", kill=True, network=None):
    """`network`: the proxy before the first of the hosts, whose faults are in the place of kills."""
    os.makedirs(workdir, exist_ok=True)
    for host in hosts:
        host.start()
    port = kafka_rig.free_ports(1)[0]
    addresses = ", ".join(f'"{network.address if network and host is hosts[0] else host.address}"' for host in hosts)
    with netnorm_rig.Netnorm(workdir, CONFIG, tcp_port=port, hosts=addresses, mode=mode, tls=tls) as netnorm:
        netnorm.start()
        chaos = Cuts(network, name) if network else Chaos(hosts, name) if kill else None
        # Numbers above those that are for UDP there.
        devices = [kafka_delivery.Device(kafka_delivery.UDP_DEVICES + n, "127.0.0.1", port) for n in range(DEVICES)]
        begin = time.monotonic()
        send_all(devices, chaos)
        wait_for(netnorm, "received", lambda s: s.received("tcp") == MESSAGES)
        stats = wait_for(netnorm, "delivered", lambda s: s.output("logstash")["queued"] == 0)
        seconds = time.monotonic() - begin
        faults, o = stats.faults(), stats.output("logstash")
        if o["delivered"] != MESSAGES:
            faults.append(f"delivered {o['delivered']} of {MESSAGES}")
        status = netnorm.stop()
        if status != 0:
            faults.append(f"netnorm run ended with {status} on SIGTERM")
        if isinstance(hosts[0], lumber_rig.TstLj):
            again = hosts[0].count() - MESSAGES
            if again != 0:
                faults.append(f"tst-lj counts {hosts[0].count()} events of {MESSAGES}")
        else:
            found, again = read_back(hosts, devices)
            faults += found
        if network and not chaos.seen:
            faults.append("the network never failed")
        what = ", ".join(f"{n} {fault}" for fault, n in sorted(chaos.seen.items())) if network else f"{chaos.kills if chaos else 0} kills"
        print(f"{name}: {MESSAGES} events in {seconds:.1f} s, {what}, {o['retried']} tried again, {again} twice there, "
              f"{len(faults)} faults", flush=True)
        if faults:
            print(*faults[:20], "netnorm said:", netnorm.log()[-4000:], sep="\n")
    for host in hosts:
        host.kill()
    return len(faults)


def main():
    top, faults = os.environ.get("TMPDIR", "/tmp"), 0
    pki = lumber_rig.Pki(os.path.join(top, "pki"))
    pki.issue("server", "IP:127.0.0.1")
    pki.issue("client", "DNS:netnorm.example.net")
    tls = (f"{{enable: true, ca: {pki.path('ca.pem')}, certificate: {pki.path('client.pem')}, key: {pki.path('client.key')}}}")

    def host(name, **more):
        return lumber_rig.Host(top, name, **more)

    with lumber_rig.TstLj(top, "tst") as tst:
        faults += one_round(os.path.join(top, "0"), "tst-lj", [tst], kill=False)
    with host("plain") as a:
        faults += one_round(os.path.join(top, "1"), "plain", [a])
    with host("tls", pki=pki) as a:
        faults += one_round(os.path.join(top, "2"), "TLS", [a], tls=tls)
    with host("slow", argv=["-pause", "20"]) as a, host("other") as b:
        faults += one_round(os.path.join(top, "3"), "failing over", [a, b])
    with host("left", pki=pki) as a, host("right", pki=pki) as b:
        faults += one_round(os.path.join(top, "4"), "balanced, TLS", [a, b], mode="balance", tls=tls)
    for number, (name, secure) in enumerate((("network", False), ("network, TLS", True))):
        with host(f"cut-{number}", pki=pki if secure else None) as a, proxy.Proxy(a.address) as network:
            faults += one_round(os.path.join(top, f"{5 + number}"), name, [a], tls=tls if secure else "{}", network=network)
    with host("cut-left") as a, host("cut-right") as b, proxy.Proxy(a.address) as network:
        faults += one_round(os.path.join(top, "7"), "network of one of two, balanced", [a, b], mode="balance", network=network)
    return 1 if faults else 0


if __name__ == "__main__":
    kafka_rig.run(main)
