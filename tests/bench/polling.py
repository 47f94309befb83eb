"""A thousand simulated devices polled by one process, some dead and some slow; and what enrichment costs an event."""
import os
import subprocess
import sys
import time

from measure import TOP, best, timed, write_cycle, NETNORM

import rig

sys.path.insert(0, os.path.join(TOP, "tests"))
from devices import device  # noqa: E402
from devices.faults import Faults  # noqa: E402

DEVICES, DEAD, SLOW = int(os.environ.get("DEVICES", 1000)), 50, 50
INTERVAL_S, WATCHED_S = 60, 150
SLOW_S = 4                              # before each answer
INTERFACES = 48
EVENTS, RUNS = 200_000, 5
SHARE = 0.9                             # of the rate without enrichment


def interface(n, i):
    return {"lineProtocolStatus": "up", "interfaceStatus": "connected", "description": f"to host-{n}-{i}.example.net", "mtu": 9214, "bandwidth": 25000000000,
            "lastStatusChangeTimestamp": 1767236700.5 + i, "physicalAddress": f"00:1c:73:{n % 256:02x}:{i:02x}:01"}


def answers(n):
    peers = {f"10.{n % 256}.{i}.1": {"underMaintenance": False, "inMsgQueue": 0, "asn": "65001", "peerState": "Established", "upDownTime": 1767000000.0, "prefixReceived": 10,
                                     "prefixAccepted": 10, "outMsgQueue": 0, "msgSent": 5, "msgReceived": 5, "version": 4} for i in range(4)}
    bgp = {"vrfs": {"default": {"vrf": "default", "routerId": f"10.0.{n % 256}.1", "asn": "65000", "peers": peers}}}
    none = {"vrfs": {}}
    return [("show version", {"modelName": "DCS-7280SR-48C6", "version": "4.29.2F", "serialNumber": f"SER{n:05}", "bootupTimestamp": 1767000000.0}),
            ("show hostname", {"hostname": f"leaf-{n}", "fqdn": f"leaf-{n}.example.net"}),
            ("show interfaces", {"interfaces": {f"Ethernet{i}": interface(n, i) for i in range(1, INTERFACES + 1)}}),
            ("show lldp neighbors", {"lldpNeighbors": [{"port": f"Ethernet{i}", "neighborDevice": f"spine-{i}", "neighborPort": "Ethernet1", "ttl": 120} for i in range(1, 5)]}),
            ("show ip bgp summary vrf all", bgp), ("show ipv6 bgp summary vrf all", none), ("show ip bgp neighbors vrf all", none), ("show ipv6 bgp peers vrf all", none)]


def simulated(n, faults):
    return device.Device("eapi", answers(n), host=f"127.2.{n // 250}.{n % 250 + 1}", settings={"driver": "eos"}, faults=faults)


def inventory(devices):
    lines = ["defaults: {trust_host: true, driver: eos, username: %s, password: {env: RIG_PASSWORD}, options: {transport: http}}" % devices[0].user, "devices:"]
    return "\n".join(lines + [f"  leaf-{n}: {{addresses: {d.host}, port: {d.port}}}" for n, d in enumerate(devices)]) + "\n"


def config(enrichment, inputs="[{name: in, kind: stdin}]"):
    return f"inventory: inventory.yaml\ninputs: {inputs}\noutputs: [{{name: nowhere, kind: file, path: /dev/null, append: false}}]\nenrichment: {enrichment}\n"


def every(interval, more=""):
    return "{intervals: {%s}%s}" % (", ".join(f"{g}: {interval}" for g in ("get_facts", "get_interfaces", "get_lldp_neighbors", "get_bgp_neighbors")), more)


def collector_of(workdir, name, devices, text):
    c = rig.Collector(workdir, text, name=name, workers=1)
    with open(os.path.join(c.dir, "inventory.yaml"), "w", encoding="utf-8") as f:
        f.write(inventory(devices))
    return c


# ---- a thousand ------------------------------------------------------------------------------------

def poll_counts(devices, kind):
    """How often each device of that kind was asked for its version, which each session does first."""
    return [sum(a.times for a in d.answers.all if a.request == "show version") for d in devices if d.kind == kind]


def thousand(table, workdir):
    devices = []
    for n in range(DEVICES):
        kind = "dead" if n < DEAD else "slow" if n < DEAD + SLOW else "good"
        d = simulated(n, Faults(dead=kind == "dead", latency=SLOW_S if kind == "slow" else 0))
        d.kind = kind
        devices.append(d)
    os.environ["RIG_PASSWORD"] = devices[0].password
    for d in devices:
        d.start()
    port = rig.free_ports(1)[0]
    text = config(every(f"{INTERVAL_S}s", ", timeout: 10s"), inputs=f"[{{name: in, kind: udp, address: 127.0.0.1, port: {port}}}]")
    c = collector_of(workdir, "thousand", devices, text)
    with c:
        c.start()
        before = c.stats().tree
        time.sleep(WATCHED_S)
        after = c.stats().tree
        c.stop()
    e = after["enrichment"]
    good, slow, dead = (poll_counts(devices, kind) for kind in ("good", "slow", "dead"))
    wanted = WATCHED_S / INTERVAL_S
    table.say(f"{DEVICES} devices ({DEAD} dead, {SLOW} answering after {SLOW_S} s) for {WATCHED_S} s, each due every {INTERVAL_S} s: {e['polls']} sessions, {e['polls_failed']} failed, "
              f"{e['failing']} failing; a good one was asked {min(good)} to {max(good)} times, a slow one {min(slow)} to {max(slow)}, a dead one heard nothing but connections ({max(dead)})")
    table.row("good devices that were asked as often as they were due", sum(n >= int(wanted) for n in good) / len(good), unit="", aim=1.0, at_least=True)
    table.row("CPU a session (4 getters, 8 requests)", (after["cpu_s"] - before["cpu_s"]) / max(1, e["polls"]) * 1e3, unit="ms")
    table.row(f"memory for each device ({INTERFACES} interfaces, 4 peers)", (after["resident_bytes"] - before["resident_bytes"]) / DEVICES / 1024, unit="KiB", digits=1)
    for d in devices:
        d.stop()


# ---- events ----------------------------------------------------------------------------------------

def line(n, state):
    return (f"<189>Mar  4 09:17:{n % 60:02} leaf-{n % 100} Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet{n % INTERFACES + 1} (to host), "
            f"changed state to {state}").encode()


def run(collector, path):
    with open(path, "rb") as stdin:
        return timed([NETNORM, "run", "-c", collector.config_path], stdin=stdin)


def fill(collector, devices):
    """One run that learns all there is, and keeps it."""
    for d in devices:
        d.start()
    collector.start_only(stdin=subprocess.PIPE)
    collector.wait_for_log("running:")
    collector.wait_for("all devices are known", lambda s: s.tree["enrichment"]["cache_entries"] >= 4 * len(devices), seconds=90)
    collector.proc.stdin.close()
    collector.proc.wait(30)
    for d in devices:
        d.stop()


def compare(table, what, on, off, lines):
    many, few = (write_cycle(os.path.join(on.dir, f"events-{count}"), lines, count) for count in (EVENTS, 1))
    idle = [best(RUNS, run, c, few) for c in (on, off)]
    runs = [[], []]
    for _ in range(RUNS):                               # in turn, so that both see the same machine
        for i, c in enumerate((on, off)):
            cpu, wall = run(c, many)
            runs[i].append((cpu - idle[i][0], EVENTS / (wall - idle[i][1])))
    (on_cpu, on_rate), (off_cpu, off_rate) = ((min(cpu for cpu, _ in r), max(rate for _, rate in r)) for r in runs)
    table.row(f"without enrichment, {what}, CPU an event", off_cpu / EVENTS * 1e6)
    table.row(f"with enrichment, {what}, CPU an event", on_cpu / EVENTS * 1e6)
    table.row(f"without enrichment, {what}, rate", off_rate, unit="/s", digits=0)
    table.row(f"with enrichment, {what}, rate", on_rate, unit="/s", digits=0, aim=SHARE * off_rate, at_least=True)


def enriched(table, workdir):
    devices = [simulated(n, None) for n in range(100)]
    os.environ["RIG_PASSWORD"] = devices[0].password
    for d in devices:
        d.port = rig.free_ports(1)[0]
    table.say(f"{EVENTS} events of interfaces of 100 devices; each that is down wants a fresh look, which {DEVICES} devices refuse")
    on = collector_of(workdir, "on", devices, config(every("30s")))
    fill(on, devices)
    on.write(config(every("1d")))                       # so that nobody is asked while events are counted
    off = collector_of(workdir, "off", devices, config("{enabled: false}"))
    compare(table, "up", on, off, [line(n, "up") for n in range(4800)])
    more = [simulated(n, None) for n in range(len(devices), DEVICES)]
    for d in more:
        d.port = devices[0].port
    for c in (on, off):
        with open(os.path.join(c.dir, "inventory.yaml"), "w", encoding="utf-8") as f:
            f.write(inventory(devices + more))
    compare(table, "down", on, off, [line(n, "down") for n in range(4800)])
