#!/usr/bin/python3
# tests/run: timeout 300
"""How a collector polls: one session a device whatever happens, those that hang hold but a part of the pool, a getter that is refused, or answered in no known words, costs itself alone, looks that come too late have
no follow-up, what is gone does not come back, a password that is mended is tried at once, and a stop breaks off what hangs."""
import json
import os
import socket
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import device  # noqa: E402
from devices.answers import Refusal  # noqa: E402
from devices.faults import Faults as DeviceFaults  # noqa: E402

CONFIG = """\
inventory: inventory.yaml
inputs: [{{name: udp, kind: udp, address: 127.0.0.1, port: {port}}}]
outputs: [{{name: all, kind: file, path: {dir}/all}}]
enrichment:
  intervals: {{get_facts: 1s, get_interfaces: 1s, get_lldp_neighbors: 1s, get_bgp_neighbors: 1s}}
  {more}
"""
INTERFACE = {"lineProtocolStatus": "up", "interfaceStatus": "connected", "description": "to spine-1", "mtu": 9214, "bandwidth": 10000000000,
             "lastStatusChangeTimestamp": 1767236700.5, "physicalAddress": "00:1c:73:aa:bb:01"}
ANSWERS = {
    "show version": {"modelName": "DCS-7280", "version": "4.29.2F", "serialNumber": "SER1", "bootupTimestamp": 1767000000.0},
    "show hostname": {"hostname": "leaf", "fqdn": "leaf"},
    "show interfaces": {"interfaces": {"Ethernet12": INTERFACE}},
    "show lldp neighbors": {"lldpNeighbors": []},
    "show ip bgp summary vrf all": {"vrfs": {}}, "show ipv6 bgp summary vrf all": {"vrfs": {}},
    "show ip bgp neighbors vrf all": {"vrfs": {}}, "show ipv6 bgp peers vrf all": {"vrfs": {}},
}
IOS = {"show version": "Cisco IOS Software, C3560CX Software (C3560CX-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)\nacc-07 uptime is 3 days, 2 minutes\n",
       "show hosts": "", "show ip interface brief": "", "show lldp neighbors detail": "% LLDP is not enabled", "show bgp all summary": "% BGP not active"}
DOWN = "<189>Mar  4 09:17:11 leaf Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface {interface} (to spine-1), changed state to down"
LINEPROTO = "<189>45: *Mar  4 09:17:11.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/1, changed state to down"
FAN = "<187>Mar  4 09:17:11 leaf Fru: %HARDWARE-3-FAN_FAILED: Fan 1 has failed"


def simulated(host, faults=None, **answers):
    return device.Device("eapi", list({**ANSWERS, **{k.replace("_", " "): v for k, v in answers.items()}}.items()), host=host, settings={"driver": "eos"}, faults=faults)


class Bench:
    def __init__(self, workdir, name, devices, more):
        self.devices, self.port = devices, rig.free_ports(1)[0]
        self.collector = rig.Collector(workdir, "", name=name, workers=1)
        self.collector.write(CONFIG.format(port=self.port, dir=self.collector.dir, more=more.format(dir=self.collector.dir)))
        self.password(device.PASSWORD)
        self.inventory(devices)

    def password(self, text):
        with open(os.path.join(self.collector.dir, "secret"), "w", encoding="utf-8") as f:
            f.write(text + "\n")

    def inventory(self, devices):
        options = {"eos": "transport: http", "ios": "insecure: true"}
        lines = [f"  {name}: {{hostname: {d.host}, addresses: {d.host}, port: {d.port}, driver: {d.setting('driver')}, options: {{{options[d.setting('driver')]}}}}}"
                 for name, d in devices.items()]
        with open(os.path.join(self.collector.dir, "inventory.yaml"), "w", encoding="utf-8") as f:
            f.write(f"defaults: {{username: {device.USER}, password: {{file: secret}}}}\ndevices:\n" + "\n".join(lines or ["  {}"]) + "\n")

    def reload(self, devices):
        self.inventory(devices)
        done = rig.run("reload", "--control", os.path.join(self.collector.dir, "control"))
        if done.returncode != 0:
            raise rig.netnorm_rig.Failed(f"reload: {done.stderr.decode()}")

    def send(self, host, line=DOWN, interface="Ethernet12"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((host, 0))
            s.sendto(line.format(interface=interface).encode(), ("127.0.0.1", self.port))

    def events(self):
        path = os.path.join(self.collector.dir, "all")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def now(self):
        return self.collector.stats().tree["enrichment"]

    def wait(self, what, good, seconds=20):
        return self.collector.wait_for(what, lambda s: good(s.tree["enrichment"]), seconds).tree["enrichment"]

    def __enter__(self):
        for d in self.devices.values():
            d.start()
        self.inventory(self.devices)
        self.collector.start()
        return self

    def __exit__(self, *exc):
        self.collector.__exit__(*exc)
        for d in self.devices.values():
            d.stop()


def one_session(faults, workdir):
    """Answers take longer than the interval, looks are wanted all the time, and reloads take the device out and put it back."""
    slow = simulated("127.0.0.41", DeviceFaults(latency=0.3))
    with Bench(workdir, "one", {"slow": slow}, "fresh_look: {{gap: 0s, timeout: 1s}}") as b:
        b.wait("it is known", lambda e: e["cache_entries"] == 4)
        for n in range(12):
            b.send(slow.host)
            b.reload({} if n % 3 == 1 else {"slow": slow})
            time.sleep(0.25)
        b.reload({"slow": slow})
        polls = b.now()["polls"]
        b.wait("it is asked again", lambda e: e["polls"] > polls)
        faults.same(slow.most_open, 1, "sessions of one device at the same time")


def hanging_ones(faults, workdir):
    hang = {f"hang-{n}": simulated(f"127.0.0.{50 + n}", DeviceFaults(dead=True)) for n in range(8)}
    good = simulated("127.0.0.42")
    with Bench(workdir, "hanging", {**hang, "good": good}, "sessions: 8\n  timeout: 2s") as b:
        b.wait("all that hang have failed", lambda e: e["failing"] == 8, seconds=40)
        most = 0
        began, before = time.monotonic(), sum(a.times for a in good.answers.all if a.request == "show version")
        while time.monotonic() - began < 12:
            most = max(most, sum(d.open for d in hang.values()))
            time.sleep(0.02)
        asked = sum(a.times for a in good.answers.all if a.request == "show version") - before
        faults.expect(asked >= 6, f"the good one was asked {asked} times in 12 s")
        faults.expect(0 < most <= 2, f"{most} of 8 sessions were held by those that hang, not 1 or 2")


def refused_getter(faults, workdir):
    d = simulated("127.0.0.43", **{"show_interfaces": Refusal(message="not today")})
    with Bench(workdir, "refused", {"leaf": d}, "timeout: 5s") as b:
        e = b.wait("the others are known", lambda e: e["cache_entries"] >= 2)
        b.wait("it is asked again and again", lambda e: e["polls"] >= 3)
        e = b.now()
        faults.same((e["failing"], e["polls_failed"]), (0, 0), "devices that fail for one refused getter, and sessions")


def huge_answer(faults, workdir):
    """An answer of 20 MiB: what asks for it counts as refused, the rest is known."""
    large = dict(INTERFACE, description="x" * (20 << 20))
    d = simulated("127.0.0.62", **{"show_interfaces": {"interfaces": {"Ethernet12": large}}})
    with Bench(workdir, "huge", {"leaf": d}, "timeout: 20s") as b:
        b.wait("those that do not ask for interfaces are known", lambda e: e["cache_entries"] == 2 and e["refused"] >= 2, seconds=40)
        b.collector.wait_for_log("more than 16777216 bytes")
    # The command line of a device that goes on sending is of no use any more: the rest is asked in another session.
    answers = {**IOS, "show interfaces": "GigabitEthernet0/1 is up, line protocol is up\n" + "x" * (20 << 20) + "\n"}
    d = device.Device("cli", list(answers.items()), host="127.0.0.63", settings={"driver": "ios"})
    with Bench(workdir, "huge-cli", {"acc": d}, "timeout: 20s") as b:
        e = b.wait("those that do not ask for interfaces are known", lambda e: e["cache_entries"] == 3 and e["refused"] >= 1, seconds=60)
        faults.same((e["failing"], e["polls_failed"]), (0, 0), "devices that fail for one huge answer, and sessions")


def not_understood(faults, workdir):
    """What was known stays when a device begins to speak in words that nobody knows."""
    answers = {**IOS, "show interfaces": "GigabitEthernet0/1 is up, line protocol is up (connected)\n  Description: to core-1\n  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n"}
    d = device.Device("cli", list(answers.items()), host="127.0.0.40", settings={"driver": "ios"})
    with Bench(workdir, "words", {"acc": d}, "timeout: 5s") as b:
        e = b.wait("it is known", lambda e: e["cache_entries"] == 4)
        faults.same((e["refused"], e["warnings"]), (0, 0), "refused getters and warnings before")
        d.faults = DeviceFaults(garbage="words")
        e = b.wait("all are refused, twice", lambda e: e["refused"] >= 8)
        faults.same((e["failing"], e["polls_failed"], e["cache_entries"]), (0, 0, 4), "devices that fail for it, sessions, and what is known")
        b.send(d.host, LINEPROTO)
        b.collector.rest(1)
        event = b.events()[0]
        faults.same(event.get("enrichment", {}).get("get_interfaces", {}).get("data", {}).get("GigabitEthernet0/1", {}).get("description"), "to core-1", f"what is known: {event}")
        faults.expect("nothing in the answer is understood" in b.collector.log(), "the log tells why")


def late_looks(faults, workdir):
    slow = simulated("127.0.0.44", DeviceFaults(latency=1.3))
    with Bench(workdir, "late", {"slow": slow}, "fresh_look: {{timeout: 1s, gap: 0s}}") as b:
        b.wait("it is known", lambda e: e["cache_entries"] == 4, seconds=40)
        b.send(slow.host)
        e = b.wait("the look is late", lambda e: e["looks_late"] >= 1)
        faults.same((e["looks_answered"], len(b.events())), (0, 1), "looks answered, and events")


def many_of_one_object(faults, workdir):
    """An interface that flaps has one look that waits; another interface's and those of other kinds have theirs."""
    slow = simulated("127.0.0.60", DeviceFaults(latency=0.2), **{"show_interfaces": {"interfaces": {"Ethernet12": INTERFACE, "Ethernet13": INTERFACE}}})
    with Bench(workdir, "flood", {"slow": slow}, "fresh_look: {{gap: 3s, timeout: 30s}}") as b:
        b.wait("it is known", lambda e: e["cache_entries"] == 4, seconds=40)
        b.send(slow.host)
        b.wait("the first look is answered", lambda e: e["looks_answered"] == 1)
        for _ in range(400):
            b.send(slow.host)
        b.send(slow.host, interface="Ethernet13")
        e = b.wait("all looks have ended", lambda e: e["looks_wanted"] == e["looks_answered"] + e["looks_joined"] == 402)
        faults.expect(3 <= e["looks_answered"] <= 5, f"looks that were answered: {e}")
        follow_ups = [x for x in b.events() if "refers_to" in x]
        faults.same({x["object"] for x in follow_ups}, {"Ethernet12", "Ethernet13"}, "objects with a follow-up")


def looks_at_hanging_ones(faults, workdir):
    """Looks are wanted at all that hang: they hold no more than their part."""
    hang = {f"hang-{n}": simulated(f"127.0.0.{70 + n}", DeviceFaults(dead=True)) for n in range(8)}
    good = simulated("127.0.0.61")
    with Bench(workdir, "lookhang", {**hang, "good": good}, "sessions: 4\n  timeout: 5s\n  fresh_look: {{gap: 0s, per_minute: 60000}}") as b:
        b.wait("the good one is known", lambda e: e["cache_entries"] == 4, seconds=40)
        for d in hang.values():
            b.send(d.host)
        most, end = 0, time.monotonic() + 4
        while time.monotonic() < end:
            most = max(most, sum(d.open for d in hang.values()))
            time.sleep(0.02)
        b.send(good.host)
        b.wait("the good one is looked at", lambda e: e["looks_answered"] == 1, seconds=5)
        faults.same(most, 1, "sessions of 4 that those that hang hold")


def only_what_can_be_seen(faults, workdir):
    d = simulated("127.0.0.45")
    with Bench(workdir, "seen", {"leaf": d}, "fresh_look: {{gap: 0s}}") as b:
        b.wait("it is known", lambda e: e["cache_entries"] == 4)
        b.send(d.host, FAN)
        b.send(d.host, interface="Ethernet12.5")
        b.wait("the interface is looked at", lambda e: e["looks_answered"] == 1)
        e, events = b.now(), b.events()
        faults.same((e["looks_wanted"], len(events)), (1, 3), f"looks, and events with one follow-up: {[x['error'] for x in events]}")
        for x in events[-2:]:
            faults.expect("Ethernet12" in x["enrichment"]["get_interfaces"]["data"], f"a part of an interface: {x['enrichment']}")


def gone(faults, workdir):
    d = simulated("127.0.0.46", DeviceFaults(latency=0.4))
    with Bench(workdir, "gone", {"leaf": d, "other": simulated("127.0.0.47")}, "timeout: 5s") as b:
        b.wait("both are known", lambda e: e["cache_entries"] == 8)
        while not d.open:
            time.sleep(0.01)
        b.reload({"other": b.devices["other"]})
        b.collector.wait_for("its session has ended", lambda s: d.open == 0)
        time.sleep(0.5)
        b.send(d.host)
        b.collector.rest(1)
        faults.same(b.events()[0].get("enrichment"), None, "what is known of a device that has gone while it was asked")
        faults.same(b.now()["devices"], 1, "devices")


def mended_password(faults, workdir):
    d = simulated("127.0.0.48")
    bench = Bench(workdir, "password", {"leaf": d}, "timeout: 5s")
    bench.password("wrong")
    with bench as b:
        b.wait("it is refused twice", lambda e: e["failures"]["auth"] >= 2, seconds=40)
        b.password(device.PASSWORD)
        b.reload({"leaf": d})
        b.wait("it is known", lambda e: e["cache_entries"] == 4, seconds=5)


def stop(faults, workdir):
    hang = simulated("127.0.0.49", DeviceFaults(dead=True))
    with Bench(workdir, "stop", {"hang": hang}, "timeout: 60s") as b:
        b.collector.wait_for("it hangs", lambda s: hang.open == 1)
        began = time.monotonic()
        faults.same(b.collector.stop(), 0, "status of the stop")
        took = time.monotonic() - began
        faults.expect(took < (10 if rig.ASAN else 3), f"the stop took {took:.1f} s")


def body(faults, workdir):
    for part in (one_session, hanging_ones, refused_getter, not_understood, huge_answer, late_looks, many_of_one_object, looks_at_hanging_ones, only_what_can_be_seen, gone, mended_password, stop):
        began = time.monotonic()
        part(faults, workdir)
        print(f"{part.__name__} {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    rig.main(body)
