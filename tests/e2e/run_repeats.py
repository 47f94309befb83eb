#!/usr/bin/python3
"""`last message repeated N times`, over UDP and TCP, is the event of the line before it: of the same sender and host, and of nobody else."""
# tests/run: tsan
import json
import os
import socket

import rig

CONFIG = """\
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {udp}}}
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
outputs:
  - {{name: all, kind: file, path: {out}, filter: {{include: {{outcome: ['*']}}}}}}
"""

DOWN = "<187>{n}: {host}: Mar  4 2026 09:12:31.204 UTC: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down"
AGAIN = "<190>{n}: {host}: Mar  4 2026 09:12:{s:02}.000 UTC: last message repeated {times} times"
COMMON = ("os", "host", "facility", "severity", "vendor_severity", "counter", "object", "condition", "yang_message", "message_details")


def send_udp(port, lines, source):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((source, 0))
        for line in lines:
            s.sendto(line.encode(), ("127.0.0.1", port))


def send_tcp(port, lines, source):
    with socket.create_connection(("127.0.0.1", port), source_address=(source, 0)) as s:
        s.sendall("".join(line + "\n" for line in lines).encode())


def events(path, host):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [e for e in map(json.loads, f) if host in e["raw"]]


def repeats(faults, collector, out, send, host, before):
    """A line, its repeat, and the repeat's: then the repeat of a host that said nothing, and one from elsewhere."""
    lines = [DOWN.format(n=7, host=host), AGAIN.format(n=8, host=host, s=50, times=3), AGAIN.format(n=9, host=host, s=59, times=12)]
    send([*lines, AGAIN.format(n=10, host=host + "-silent", s=50, times=2)], "127.0.0.1")
    collector.rest(before + 4)          # two workers: else the next one may come into the file first
    send([AGAIN.format(n=11, host=host, s=59, times=5)], "127.0.0.2")
    collector.rest(before + 5)
    got = events(out, host)
    if not faults.same(len(got), 5, f"{host}: lines in the file"):
        return
    first, again, third, silent, elsewhere = got
    faults.same((first["error"], "repeat" in first), ("INTERFACE_DOWN", False), f"{host}: the line itself")
    for event, line, times, second in ((again, lines[1], 3, 50), (third, lines[2], 12, 59)):
        for key in COMMON:
            faults.same(event.get(key), first.get(key), f"{host}: {key} of a repeat")
        faults.same((event["error"], event["repeat"], event["raw"]), ("INTERFACE_DOWN", times, line), f"{host}: what a repeat is")
        faults.same(event["time"][:19], f"2026-03-04T09:12:{second}", f"{host}: time of a repeat")
    for event, times in ((silent, 2), (elsewhere, 5)):
        faults.same((event["error"], event["outcome"], event["repeat"]), ("RAW", "raw", times), f"{host}: a repeat of nothing")
    faults.same(len({e["id"] for e in got}), 5, f"{host}: ids")


def body(faults, workdir):
    udp, tcp = rig.free_ports(2)
    out = os.path.join(workdir, "all")
    with rig.Collector(workdir, CONFIG.format(udp=udp, tcp=tcp, out=out)) as collector:
        collector.start()
        repeats(faults, collector, out, lambda lines, source: send_udp(udp, lines, source), "by-udp", 0)
        repeats(faults, collector, out, lambda lines, source: send_tcp(tcp, lines, source), "by-tcp", 5)
        stats = collector.stats()
        faults.texts += stats.faults()
        faults.same((stats.tree["ledger"]["events"], stats.tree["ledger"]["raw"]), (6, 4), "events and RAW")
        faults.same(collector.stop(), 0, "status of the stop")


if __name__ == "__main__":
    rig.main(body)
