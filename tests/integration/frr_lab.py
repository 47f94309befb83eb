#!/usr/bin/python3
# tests/run: timeout 300
"""Two real FRR routers with a BGP session between them: the link is cut, and the event BGP_NEIGHBOR_STATE_CHANGED comes out on a Kafka topic with what netnorm had
polled from the router over SSH before, followed by the fresh look; then the link is mended, and the session's event says so."""
import json
import tempfile
import time

import frr_rig
import kafka_rig
import netnorm_rig

TOPIC, EVENT_SECONDS = "netnorm-lab", 30

CONFIG = """\
workers: 1
state_dir: {workdir}/state
control: {workdir}/control
metrics: {{port: 0}}
inventory: {workdir}/inventory.yaml
{inputs}
outputs:
  - name: kafka
    kind: kafka
    brokers: ["{brokers}"]
    topic: {topic}
    filter: {{include: {{error: BGP_NEIGHBOR_STATE_CHANGED}}}}
enrichment:
  intervals: {{get_facts: 3s, get_interfaces: 3s, get_lldp_neighbors: 3s, get_bgp_neighbors: 3s}}
  timeout: 10s
  fresh_look: {{timeout: 10s, gap: 0s}}
"""


class Topic:
    """What the topic holds under the key r1."""

    def __init__(self, broker):
        self.broker = broker

    def events(self):
        return [json.loads(r.value) for r in self.broker.read(TOPIC) if r.key == "r1"] if TOPIC in self.broker.topics() else []

    def wait(self, n):
        """The first n, or what there is in the end."""
        deadline = time.monotonic() + EVENT_SECONDS
        while len(self.events()) < n and time.monotonic() < deadline:
            time.sleep(0.3)
        return (self.events() + [{}] * n)[:n]


class Faults:
    def __init__(self):
        self.texts = []

    def same(self, got, want, what):
        if got != want:
            self.texts.append(f"{what}: {got!r}, not {want!r}")

    def expect(self, good, fault):
        if not good:
            self.texts.append(fault)


def known(event, getter):
    return event.get("enrichment", {}).get(getter, {}).get("data") or {}


def peer_of(event, address):
    """What get_bgp_neighbors says of the peer, whichever VRF."""
    for vrf in known(event, "get_bgp_neighbors").values():
        if address in vrf.get("peers", {}):
            return vrf["peers"][address]
    return {}


def check_event(faults, event, peer, condition, what):
    faults.same([event.get(k) for k in ("error", "os", "device", "object", "condition")], ["BGP_NEIGHBOR_STATE_CHANGED", "frr", "r1", peer, condition], what)


def check_down(faults, lab, event):
    """As it was before the cut."""
    check_event(faults, event, lab.r2.address, "down", "the event of the cut")
    faults.same(known(event, "get_facts").get("os_version"), version(lab), "release of FRR")
    faults.same(known(event, "get_facts").get("vendor"), "FRRouting", "vendor")
    peer = peer_of(event, lab.r2.address)
    faults.same([peer.get(k) for k in ("remote_as", "description", "is_up", "is_enabled", "remote_id")], [lab.r2.asn, lab.r1.description, True, True, lab.r2.id], "the peer before the cut")
    faults.expect(peer.get("uptime", -1) >= 0, f"the peer's uptime before the cut: {peer}")
    faults.same(peer.get("address_family", {}).get("ipv4", {}).get("accepted_prefixes"), len(lab.r2.networks), "prefixes before the cut")


def check_look(faults, lab, event, first):
    # It says how things are, not what happened: it has no condition of its own.
    check_event(faults, event, lab.r2.address, None, "the follow-up")
    faults.same(event.get("refers_to"), first.get("id"), "what the follow-up refers to")
    peer = peer_of(event, lab.r2.address)
    faults.same([peer.get("is_up"), peer.get("uptime"), peer.get("remote_as")], [False, -1, lab.r2.asn], "the peer after the cut")
    faults.expect("raw" not in event, "the follow-up has a line of its own")


def version(lab):
    return lab.vtysh(lab.r1, "show version").split()[1]


def wait_polled(netnorm):
    """r1 was asked for everything once, while the session was up."""
    deadline = time.monotonic() + EVENT_SECONDS
    while time.monotonic() < deadline:
        polled = netnorm.stats().tree["enrichment"]
        if polled["cache_entries"] >= 4:
            return
        time.sleep(0.2)
    raise netnorm_rig.Failed(f"r1 was not asked for everything: {polled}")


def check(lab, broker, netnorm):
    faults, topic = Faults(), Topic(broker)
    netnorm.start()
    wait_polled(netnorm)
    lab.cut()
    cut, look = topic.wait(2)
    check_down(faults, lab, cut)
    check_look(faults, lab, look, cut)
    lab.mend()
    up = topic.wait(3)[2]
    check_event(faults, up, lab.r2.address, "up", "the event of the session's return")
    faults.texts += netnorm.stats().faults()
    faults.same(netnorm.stop(), 0, "netnorm's status")
    print("on the topic: " + ", ".join(f"{e.get('condition')}{' (fresh look)' if 'refers_to' in e else ''}" for e in topic.events()))
    return faults.texts


def main():
    with tempfile.TemporaryDirectory() as workdir, frr_rig.Lab(workdir) as lab, kafka_rig.Broker(workdir, partitions=1) as broker:
        broker.start()
        lab.start()
        with open(f"{workdir}/inventory.yaml", "w", encoding="utf-8") as f:
            f.write(lab.inventory())
        with netnorm_rig.Netnorm(workdir, CONFIG, inputs=lab.inputs(), brokers=broker.address, topic=TOPIC) as netnorm:
            return netnorm.judge(lambda: check(lab, broker, netnorm))


if __name__ == "__main__":
    kafka_rig.run(main)
