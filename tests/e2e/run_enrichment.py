#!/usr/bin/python3
"""Events of a collector that polls devices: what they get from the cache, and how old it is; the fresh look that follows an event, and that a device which does not
answer holds nothing up; the cache over a restart; a device that leaves the inventory."""
import json
import os
import socket
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import device  # noqa: E402
from devices.faults import Faults as DeviceFaults  # noqa: E402

LEAF, DEAD, PLAIN = "127.0.0.21", "127.0.0.22", "127.0.0.23"

CONFIG = """\
inventory: inventory.yaml
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {port}}}
outputs:
  - {{name: all, kind: file, path: {dir}/all}}
  - {{name: ecs, kind: file, path: {dir}/ecs, format: ecs}}
  - {{name: napalm, kind: file, path: {dir}/napalm, format: napalm}}
enrichment:
  intervals: {{get_facts: {interval}, get_interfaces: {interval}, get_lldp_neighbors: {interval}, get_bgp_neighbors: {interval}}}
  timeout: 2s
  fresh_look: {{timeout: 5s, gap: {gap}}}
"""

INVENTORY = """\
defaults:
  username: {user}
  password: {{env: RIG_PASSWORD}}
groups:
  leaves: {{driver: eos, options: {{transport: http}}}}
devices:
  leaf-1: {{group: leaves, addresses: {leaf}, port: {leaf_port}}}
  leaf-2: {{group: leaves, addresses: {dead}, port: {dead_port}, timeout: 1s}}
  plain: {{addresses: {plain}}}
"""

INTERFACES = {"Ethernet12": {"lineProtocolStatus": "up", "interfaceStatus": "connected", "description": "to spine-1", "mtu": 9214, "bandwidth": 10000000000,
                             "lastStatusChangeTimestamp": 1767236700.5, "physicalAddress": "00:1c:73:aa:bb:01"}}
ANSWERS = {
    "show version": {"modelName": "DCS-7280SR-48C6", "version": "4.29.2F", "internalVersion": "4.29.2F-1", "serialNumber": "SSJ17115226", "bootupTimestamp": 1767000000.0},
    "show hostname": {"hostname": "leaf-1", "fqdn": "leaf-1.example.net"},
    "show interfaces": {"interfaces": INTERFACES},
    "show lldp neighbors": {"lldpNeighbors": [{"port": "Ethernet12", "neighborDevice": "spine-1", "neighborPort": "Ethernet1", "ttl": 120}]},
}
PEER = {"peerAddress": "198.51.100.20", "asn": 65001, "localAsn": 65100, "routerId": "192.0.2.1", "state": "Established", "establishedTime": 86461, "description": "spine-1",
        "prefixesReceived": 14, "prefixesSent": 5, "v6PrefixesReceived": 0, "v6PrefixesSent": 0}
VRF = {"routerId": "192.0.2.7", "asn": "65100"}
ANSWERS.update({
    "show ip bgp summary vrf all": {"vrfs": {"default": {**VRF, "peers": {"198.51.100.20": {"prefixAccepted": 12, "peerState": "Established"}}}}},
    "show ip bgp neighbors vrf all": {"vrfs": {"default": {"peerList": [PEER]}}},
    "show ipv6 bgp summary vrf all": {"vrfs": {"default": {**VRF, "peers": {}}}},
    "show ipv6 bgp peers vrf all": {"vrfs": {"default": {"peerList": []}}},
})
PEER_DOWN = "<189>Mar  4 09:17:12 {host} Bgp: %BGP-5-ADJCHANGE: peer 198.51.100.20 (VRF default AS 65001) old state Established event Stop new state Idle"
DOWN = "<189>Mar  4 09:17:11 {host} Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet12 (to spine-1), changed state to down"


class Bench:
    """The collector, the devices, and what came out so far."""

    def __init__(self, workdir, leaf, dead):
        self.port = rig.free_ports(1)[0]
        self.inventory = INVENTORY.format(user=leaf.user, leaf=LEAF, leaf_port=leaf.port, dead=DEAD, dead_port=dead.port, plain=PLAIN)
        self.collector = rig.Collector(workdir, "", workers=2)
        self.configure()

    def configure(self, interval="1s", gap="0s", inventory=None):
        self.collector.write(CONFIG.format(port=self.port, dir=self.collector.dir, interval=interval, gap=gap))
        with open(os.path.join(self.collector.dir, "inventory.yaml"), "w", encoding="utf-8") as f:
            f.write(inventory or self.inventory)

    def send(self, sender, host, line=DOWN):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((sender, 0))
            s.sendto(line.format(host=host).encode(), ("127.0.0.1", self.port))

    def events(self, name="all"):
        path = os.path.join(self.collector.dir, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def wait_for_events(self, n, seconds=10):
        deadline = time.monotonic() + seconds * (3 if rig.ASAN else 1)
        while len(self.events()) < n and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.events()

    def polled(self, stats):
        return stats.tree["enrichment"]


def known(event, getter):
    return event.get("enrichment", {}).get(getter, {}).get("data")


def check_known(faults, event, what):
    faults.same(known(event, "get_facts"), {"vendor": "Arista", "model": "DCS-7280SR-48C6", "os_version": "4.29.2F-1", "serial_number": "SSJ17115226"}, f"{what}: facts")
    interface = (known(event, "get_interfaces") or {}).get("Ethernet12", {})
    faults.same(interface.get("description"), "to spine-1", f"{what}: description")
    faults.same(interface.get("mac_address"), "00:1C:73:AA:BB:01", f"{what}: MAC address")
    faults.same(interface.get("speed"), 10000.0, f"{what}: speed")


def enriched(faults, bench):
    bench.collector.wait_for("leaf-1 is known", lambda s: bench.polled(s)["cache_entries"] >= 4)
    began = time.monotonic()
    bench.send(LEAF, "leaf-1")
    first, second = (bench.wait_for_events(2) + [{}, {}])[:2]
    faults.expect(time.monotonic() - began < 5, "the follow-up took more than 5 s")
    check_known(faults, first, "event")
    faults.same(known(first, "get_lldp_neighbors"), {"Ethernet12": [{"hostname": "spine-1", "port": "Ethernet1"}]}, "event: LLDP neighbour")
    faults.expect(0 <= first["enrichment"]["get_facts"]["age_s"] < 10, f"age of the facts: {first['enrichment']['get_facts']}")
    faults.expect("refers_to" not in first, "the first event refers to another")
    faults.same(second.get("refers_to"), first["id"], "what the follow-up refers to")
    faults.same((second.get("device"), second.get("object"), second.get("error")), ("leaf-1", "Ethernet12", first["error"]), "what it is about")
    faults.expect("yang_message" not in second and "raw" not in second and second["id"] != first["id"], f"a follow-up says what no line said: {second}")
    faults.expect("Ethernet12" in (known(second, "get_interfaces") or {}), f"no fresh answer: {second}")
    return 2


def peer(faults, bench, n):
    bench.send(LEAF, "leaf-1", PEER_DOWN)
    first, second = (bench.wait_for_events(n + 2)[n:] + [{}, {}])[:2]
    for event in (first, second):
        of_vrf = (known(event, "get_bgp_neighbors") or {}).get("global", {})
        of_peer = of_vrf.get("peers", {}).get("198.51.100.20", {})
        faults.same((of_vrf.get("router_id"), of_peer.get("remote_as"), of_peer.get("description"), of_peer.get("uptime")), ("192.0.2.7", 65001, "spine-1", 86461), "BGP peer")
        faults.same(of_peer.get("address_family", {}).get("ipv4"), {"received_prefixes": 14, "accepted_prefixes": 12, "sent_prefixes": 5}, "its prefixes")
    faults.same((first.get("error"), second.get("refers_to")), ("BGP_NEIGHBOR_STATE_CHANGED", first.get("id")), "the event of the peer and its follow-up")
    return n + 2


def other_formats(faults, bench):
    ecs = bench.events("ecs")
    faults.same([e["observer"].get("serial_number") for e in ecs], ["SSJ17115226", None], "ECS: serial numbers")
    faults.same([e["netnorm"].get("refers_to") for e in ecs], [None, ecs[0]["event"]["id"]], "ECS: refers_to")
    faults.expect("get_interfaces" in ecs[0]["netnorm"]["enrichment"], "ECS: no enrichment")
    faults.same(len(bench.events("napalm")), 1, "napalm's format has the line's event alone")


def unpolled(faults, bench, n):
    """A device without a driver, and one that is dead: their events go out at once, as they are."""
    for sender, host in ((PLAIN, "plain"), (DEAD, "leaf-2")):
        began = time.monotonic()
        bench.send(sender, host)
        n += 1
        event = (bench.wait_for_events(n) + [{}])[n - 1]
        faults.expect(time.monotonic() - began < 1, f"{host}: its event took {time.monotonic() - began:.1f} s")
        faults.same((event.get("device"), event.get("enrichment")), (host, None), "an event that nothing is known of")
    stats = bench.collector.wait_for("the look at the dead device ends", lambda s: bench.polled(s)["looks_failed"] + bench.polled(s)["looks_late"] >= 1)
    faults.expect(bench.polled(stats)["failing"] == 1 and bench.polled(stats)["failures"]["timeout"] >= 1, f"the dead device: {bench.polled(stats)}")
    faults.same(len(bench.events()), n, "events; a dead device has no follow-up")
    return n


def balance(faults, bench):
    stats = bench.collector.stats()
    faults.same(stats.tree["ledger"]["imbalance"], 0, "imbalance")
    faults.same(stats.tree["ledger"]["made"], bench.polled(stats)["looks_answered"], "made, and looks answered")
    faults.texts += stats.faults()


def after_restart(faults, bench, leaf, n):
    bench.collector.stop()
    leaf.stop()
    bench.collector.start()
    bench.send(LEAF, "leaf-1")
    event = (bench.wait_for_events(n + 1) + [{}])[n]
    check_known(faults, event, "after a restart, the device away")
    return n + 1


def gone(faults, bench, n):
    bench.configure(inventory=bench.inventory.replace("group: leaves, addresses: " + LEAF, "addresses: " + LEAF))
    done = rig.run("reload", "--control", os.path.join(bench.collector.dir, "control"))
    faults.same(done.returncode, 0, f"reload: {done.stderr.decode()}")
    bench.collector.wait_for("leaf-1 is no longer asked", lambda s: bench.polled(s)["devices"] == 1)
    time.sleep(0.3)
    bench.send(LEAF, "leaf-1")
    event = (bench.wait_for_events(n + 1) + [{}])[n]
    faults.same(event.get("enrichment"), None, "enrichment of a device that is no longer asked")


def body(faults, workdir):
    leaf = device.Device("eapi", list(ANSWERS.items()), host=LEAF, settings={"driver": "eos"})
    dead = device.Device("eapi", list(ANSWERS.items()), host=DEAD, settings={"driver": "eos"}, faults=DeviceFaults(dead=True))
    os.environ["RIG_PASSWORD"] = leaf.password
    with leaf, dead:
        bench = Bench(workdir, leaf, dead)
        bench.collector.start()
        try:
            n = enriched(faults, bench)
            other_formats(faults, bench)
            n = peer(faults, bench, n)
            n = unpolled(faults, bench, n)
            balance(faults, bench)
            n = after_restart(faults, bench, leaf, n)
            gone(faults, bench, n)
            began = time.monotonic()
            bench.collector.stop()
            faults.expect(time.monotonic() - began < 4, f"the stop took {time.monotonic() - began:.1f} s")
        finally:
            bench.collector.__exit__()


if __name__ == "__main__":
    rig.main(body)
