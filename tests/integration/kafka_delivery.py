#!/usr/bin/python3
# tests/run: timeout 600
"""100,000 messages over UDP and TCP into a real Kafka that is killed and started again in between.

Nothing that netnorm accepted is lost, each message is there under one id, the messages of each device are in
order, the ledger balances, and SIGTERM ends netnorm with status 0.  Another client, kcat, reads back.
"""
import collections
import json
import os
import re
import socket
import threading
import time

import kafka_rig
import netnorm_rig

MESSAGES = int(os.environ.get("MESSAGES", 100_000))
UDP_DEVICES, TCP_DEVICES = 150, 50
RATE = 8000                             # messages a second, in bursts far below any receive buffer
BURST = 40
KILL_AT, RESTART_AT = 0.3, 0.65         # of MESSAGES
DELIVERED_SECONDS = 180
TOPIC_PREFIX = "netnorm."

IOS_BODIES = [
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/{n}, changed state to down",
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/{n}, changed state to up",
    "%LINK-3-UPDOWN: Interface GigabitEthernet0/{n}, changed state to up",
    "%BGP-5-ADJCHANGE: neighbor 192.0.2.{n} Down BGP Notification sent",
    "%OSPF-5-ADJCHG: Process 1, Nbr 192.0.2.{n} on GigabitEthernet0/{n} from FULL to DOWN, Neighbor Down: Dead timer expired",
    "%SYS-5-CONFIG_I: Configured from console by ops on vty0 (198.51.100.{n})",
    "%NOSUCH-6-TEST: A message of no profile, number {n}",
]
EOS_BODIES = [
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet{n}, changed state to down",
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet{n}, changed state to up",
]
JUNOS_BODIES = [
    "SNMP_TRAP_LINK_DOWN: ifIndex 5{n}, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/{n}",
    "SNMP_TRAP_LINK_UP: ifIndex 5{n}, ifAdminStatus up(1), ifOperStatus up(1), ifName ge-0/0/{n}",
]
# The device's number and the message's number stand in each line; so what comes back can be told apart.
SHAPES = [
    ("<189>{seq}: core-{dev}: *Mar  1 18:48:50.483 UTC: ", IOS_BODIES),
    ("<189>{seq}: core-{dev}: *Mar  1 18:48:50.483 UTC: ", IOS_BODIES),
    ("<189>{seq}: core-{dev}: Mar  1 18:48:50.483 UTC: ", IOS_BODIES),
    ("<189>Mar  1 18:48:50 leaf-{dev} Ebra: {seq}: ", EOS_BODIES),
    ("<28>Mar  1 18:48:50 edge-{dev} mib2d[{seq}]: ", JUNOS_BODIES),
]
IDENTITY = re.compile(r"^<189>(?P<s1>\d+): core-(?P<d1>\d+): |^<189>.{15} leaf-(?P<d2>\d+) Ebra: (?P<s2>\d+): "
                      r"|^<28>.{15} edge-(?P<d3>\d+) mib2d\[(?P<s3>\d+)\]: ")


def line_of(dev, seq):
    header, bodies = SHAPES[dev % len(SHAPES)]
    return (header.format(dev=dev, seq=seq) + bodies[seq % len(bodies)].format(n=1 + seq % 48)).encode()


def identity(raw):
    """(device, number) of a line that line_of() made."""
    m = IDENTITY.match(raw)
    if not m:
        raise netnorm_rig.Failed(f"a message that was never sent: {raw!r}")
    return (int(m["d1"] or m["d2"] or m["d3"]), int(m["s1"] or m["s2"] or m["s3"]))


class Device:
    """One sender with an address of its own; UDP, or TCP in either framing."""

    def __init__(self, number, address, port):
        self.number, self.sent, self.is_udp = number, 0, number < UDP_DEVICES
        self.ip = f"127.{10 if self.is_udp else 20}.{1 + number // 200}.{1 + number % 200}"
        self.octet = number % 2 == 0
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if self.is_udp else socket.SOCK_STREAM)
        self.sock.bind((self.ip, 0))
        self.sock.settimeout(60)
        self.sock.connect((address, port))

    def send(self):
        self.sent += 1
        line = line_of(self.number, self.sent)
        if self.is_udp:
            self.sock.send(line)
        elif self.octet:
            self.sock.sendall(b"%d %s" % (len(line), line))
        else:
            self.sock.sendall(line + b"\n")


# ---- sending ---------------------------------------------------------------------------------------

class Outage:
    """The broker is killed at one point of the sending, and started again, beside it, at another."""

    def __init__(self, broker):
        self.broker, self.thread, self.error, self.killed_at = broker, None, None, None

    def start_again(self):
        try:
            self.broker.start()
            print(f"broker is back, {time.monotonic() - self.killed_at:.1f} s after it was killed", flush=True)
        except kafka_rig.Failed as e:
            self.error = e

    def look(self, share):
        if self.killed_at is None and share >= KILL_AT:
            self.killed_at = time.monotonic()
            self.broker.kill()
            print(f"broker killed after {share:.0%} of the messages", flush=True)
        elif self.killed_at is not None and self.thread is None and share >= RESTART_AT:
            self.thread = threading.Thread(target=self.start_again)
            self.thread.start()

    def over(self):
        self.thread.join()
        if self.error:
            raise self.error


def send_all(devices, outage):
    begin, sent = time.monotonic(), 0
    while sent < MESSAGES:
        for _ in range(min(BURST, MESSAGES - sent)):
            devices[sent % len(devices)].send()
            sent += 1
        outage.look(sent / MESSAGES)
        ahead = begin + sent / RATE - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    seconds = time.monotonic() - begin
    print(f"sent {sent} messages from {len(devices)} addresses in {seconds:.1f} s, {sent / seconds:.0f}/s")


def wait_received(netnorm, sent_udp, sent_tcp):
    """All of TCP, and of UDP what the kernel did not drop."""
    deadline = time.monotonic() + 30
    while True:
        stats = netnorm.stats()
        udp, tcp, lost = stats.received("udp"), stats.received("tcp"), stats.kernel_drops("udp")
        if tcp == sent_tcp and udp + lost >= sent_udp:
            break
        if time.monotonic() > deadline:
            raise netnorm_rig.Failed(f"received {udp} of {sent_udp} over UDP ({lost} kernel drops), {tcp} of {sent_tcp} over TCP")
        time.sleep(0.2)
    print(f"received {udp} of {sent_udp} over UDP ({lost} kernel drops), {tcp} of {sent_tcp} over TCP")
    if udp > sent_udp or lost > sent_udp // 100:
        raise netnorm_rig.Failed("UDP was paced, and yet the numbers are like this")


def wait_delivered(netnorm):
    begin = time.monotonic()
    while True:
        stats = netnorm.stats()
        if stats.output("kafka")["queued"] == 0:
            print(f"all delivered {time.monotonic() - begin:.1f} s after that")
            return stats
        if time.monotonic() - begin > DELIVERED_SECONDS:
            raise netnorm_rig.Failed(f"not delivered after {DELIVERED_SECONDS} s: {stats.output('kafka')}")
        time.sleep(0.5)


# ---- reading back ----------------------------------------------------------------------------------

class ReadBack:
    """What kcat read, and what is wrong with it."""

    def __init__(self, devices):
        self.ip_of = {d.number: d.ip for d in devices}
        self.sent_by = {d.number: d.sent for d in devices}
        self.by_id, self.places, self.last_seq = {}, {}, {}
        self.topics, self.errors = collections.Counter(), collections.Counter()
        self.repeated, self.faults = 0, []

    def add(self, record):
        event = json.loads(record.value)
        device, seq = who = identity(event["raw"])
        self.topics[record.topic] += 1
        if event["id"] in self.by_id:
            self.repeated += 1
            self.expect(self.by_id[event["id"]] == who, f"id {event['id']} is of two messages: {who}")
            return
        self.by_id[event["id"]] = who
        self.errors[event["error"]] += 1
        self.expect(seq > self.last_seq.get(device, 0), f"device {device}: {seq} after {self.last_seq.get(device)}")
        self.last_seq[device] = seq
        self.expect(seq <= self.sent_by[device], f"device {device} never sent number {seq}")
        self.expect(event["ip"] == self.ip_of[device], f"device {device} is {self.ip_of[device]}, not {event['ip']}")
        self.expect(record.key == event["device"], f"key {record.key}, but device {event['device']}")
        self.expect(record.topic == TOPIC_PREFIX + event.get("os", record.topic), f"os {event.get('os')} in {record.topic}")
        place = self.places.setdefault(device, (record.topic, record.partition, record.key))
        self.expect(place == (record.topic, record.partition, record.key), f"device {device} lies in {place} and in {record[:4]}")

    def expect(self, good, fault):
        if not good:
            self.faults.append(fault)

    def tell(self, stats):
        print(f"read back {len(self.by_id)} messages, {self.repeated} of them again, of {len(self.places)} devices; "
              + ", ".join(f"{topic}: {n}" for topic, n in sorted(self.topics.items())))
        print("kinds: " + ", ".join(f"{error} {n}" for error, n in self.errors.most_common()))
        self.expect(len(self.by_id) == stats.accepted("kafka"), f"accepted {stats.accepted('kafka')}, read back {len(self.by_id)}")
        self.expect(len(set(self.by_id.values())) == len(self.by_id), "a message has more than one id")
        for number, sent in self.sent_by.items():
            if number >= UDP_DEVICES:
                self.expect(self.last_seq.get(number) == sent, f"device {number} over TCP ends at {self.last_seq.get(number)} of {sent}")
        keys = {place[2] for place in self.places.values()}
        self.expect(len(keys) == len(self.places), f"{len(self.places)} devices have {len(keys)} keys")


def read_back(broker, devices, stats):
    back = ReadBack(devices)
    for topic in broker.topics():
        if topic.startswith(TOPIC_PREFIX):
            for record in broker.read(topic):
                back.add(record)
    back.tell(stats)
    return back.faults


# ---- all of it -------------------------------------------------------------------------------------

def check(netnorm, broker, udp_port, tcp_port):
    devices = [Device(n, "127.0.0.1", udp_port if n < UDP_DEVICES else tcp_port) for n in range(UDP_DEVICES + TCP_DEVICES)]
    outage = Outage(broker)
    send_all(devices, outage)
    udp = sum(d.sent for d in devices if d.is_udp)
    wait_received(netnorm, udp, MESSAGES - udp)
    outage.over()
    stats = wait_delivered(netnorm)
    faults = stats.faults()
    if stats.output_dropped("kafka"):
        faults.append(f"the queue was larger than the outage, and yet: {stats.output('kafka')['dropped']}")
    status = netnorm.stop()
    if status != 0:
        faults.append(f"netnorm run ended with {status} on SIGTERM")
    return faults + read_back(broker, devices, stats)


def main():
    workdir = os.environ.get("TMPDIR", "/tmp")
    with kafka_rig.Broker(workdir, partitions=4) as broker:
        broker.start()
        udp_port, tcp_port = kafka_rig.free_ports(2)
        with netnorm_rig.Netnorm(workdir, udp_port=udp_port, tcp_port=tcp_port, brokers=broker.address) as netnorm:
            netnorm.start()
            return netnorm.judge(lambda: check(netnorm, broker, udp_port, tcp_port))


if __name__ == "__main__":
    kafka_rig.run(main)
