#!/usr/bin/python3
"""/metrics is Prometheus' text format, read line by line, and says what `netnorm stats` says; /healthz; docs/metrics.md knows all of it."""
import contextlib
import http.client
import os
import re
import socket
import time

import rig

CONFIG = """\
spool: {{path: {dir}/spool}}
inputs:
  - {{name: udp, kind: udp, address: 127.0.0.1, port: {udp}}}
  - {{name: udp.v6-ish_2, kind: udp, address: 127.0.0.1, port: {udp2}}}
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
  - {{name: dgram, kind: unix-dgram, path: {dir}/dgram}}
  - {{name: stream, kind: unix-stream, path: {dir}/stream}}
  - {{name: stdin, kind: stdin}}
  - {{name: followed, kind: file, path: /dev/null, follow: true}}
outputs:
  - {{name: screen, kind: stdout}}
  - {{name: file, kind: file, path: {dir}/events, filter: {{include: {{outcome: ['*']}}}}}}
  - {{name: kafka, kind: kafka, brokers: ['127.0.0.1:{dead}']}}
  - {{name: search, kind: elasticsearch, urls: ['http://127.0.0.1:{dead}']}}
  - {{name: logstash, kind: lumberjack, hosts: ['127.0.0.1:{dead}']}}
  - {{name: stream, kind: tcp, hosts: ['127.0.0.1:{dead}']}}
"""
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)*)\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\[\\n"])*)"')
LABELS = {"input", "output", "os", "reason", "severity", "version", "le"}


def get(port, path, method="GET"):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        c.request(method, path)
        answer = c.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode("utf-8", "strict")
    finally:
        c.close()


class Page:
    """A page of metrics, read by the rules of the format."""

    def __init__(self, faults, text):
        self.faults, self.helps, self.types, self.samples = faults, {}, {}, {}
        self.family, self.closed = None, set()
        faults.expect(text.endswith("\n"), "the page does not end with a newline")
        for line in text.splitlines():
            self.read(line)
        for name in self.types:
            faults.expect(name in self.helps, f"{name} has no HELP")

    def read(self, line):
        m = re.fullmatch(rf"# HELP ({NAME}) (\S.*)", line)
        if m:
            self.faults.expect(m[1] not in self.helps, f"HELP of {m[1]} twice")
            self.helps[m[1]] = m[2]
            return
        m = re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line)
        if m:
            self.faults.expect(m[1] not in self.types, f"TYPE of {m[1]} twice")
            self.types[m[1]] = m[2]
            self.family = m[1]
            return
        m = SAMPLE.fullmatch(line)
        if self.faults.expect(m, f"no line of the format: {line!r}"):
            self.sample(m[1], dict(LABEL.findall(m[2] or "")), float(m[3]))

    def sample(self, name, labels, value):
        family = re.sub("_(bucket|sum|count)$", "", name) if self.types.get(self.family) == "histogram" else name
        self.faults.same(self.family, family, "a sample behind the TYPE of another family")
        key = (name, tuple(sorted(labels.items())))
        self.faults.expect(key not in self.samples, f"twice: {key}")
        self.faults.expect(set(labels) <= LABELS, f"labels from an open set: {key}")
        self.faults.expect(name.startswith("netnorm_"), f"name: {name}")
        counter = self.types.get(name) == "counter"
        self.faults.same(name.endswith("_total"), counter, f"{name} is a {self.types.get(name)}; ends in _total")
        self.faults.expect(not counter or value >= 0, f"{key} is {value}")
        self.samples[key] = value

    def total(self, name, **labels):
        return sum(v for (n, have), v in self.samples.items() if n == name and set(labels.items()) <= set(have))


def times(faults, page, name, o):
    """In seconds, on the page as in `stats`: nothing here takes a minute, and what waits for a far side that is not there has waited for some time."""
    total = page.total("netnorm_output_latency_seconds_sum", output=name)
    count = page.total("netnorm_output_latency_seconds_count", output=name)
    faults.expect(abs(total - o["latency_sum_s"]) < 0.001 and total <= 60 * count and (total > 0) == (count > 0), f"latency of {name}: {total} s for {count}, {o}")
    age = page.total("netnorm_output_oldest_seconds", output=name)
    if name in ("kafka", "logstash"):
        faults.expect(o["queued"] > 0 and 0.001 < age < 300 and 0 < o["oldest_s"] < 300, f"age of the oldest record of {name}: {age} s, {o['oldest_s']} s")


def compare_with_stats(faults, page, stats):
    ledger = stats.tree["ledger"]
    faults.same(page.total("netnorm_received_messages_total"), ledger["received"], "received")
    faults.same(page.total("netnorm_events_total"), ledger["events"], "events")
    faults.same(page.total("netnorm_raw_messages_total"), ledger["raw"], "raw")
    faults.same(page.total("netnorm_unknown_messages_total"), ledger["unknown"], "unknown")
    for name in stats.tree["inputs"]:
        faults.same(page.total("netnorm_received_messages_total", input=name), stats.received(name), f"received of {name}")
    for name, o in stats.tree["outputs"].items():
        for key in ("offered", "filtered", "suppressed", "dead_lettered"):
            faults.same(page.total(f"netnorm_output_{key}_records_total", output=name), o[key], f"{key} of {name}")
        done = page.total("netnorm_output_delivered_records_total", output=name) + page.total("netnorm_output_sent_records_total", output=name)
        faults.same(done, o.get("delivered", 0) + o.get("sent", 0), f"delivered or sent of {name}")
        faults.same(page.total("netnorm_output_queued_records", output=name), o["queued"], f"queued of {name}")
        bounds = [v for (n, have), v in page.samples.items() if n == "netnorm_output_latency_seconds_bucket" and ("output", name) in have]
        faults.same(bounds, sorted(bounds), f"buckets of {name}")
        faults.same((bounds[-1], page.total("netnorm_output_latency_seconds_count", output=name)), (done, done), f"the histogram of {name} has all of them")
        times(faults, page, name, o)
    left = page.total("netnorm_received_messages_total") - sum(page.total(f"netnorm_{k}_total") for k in (
        "events", "raw_messages", "unknown_messages", "dropped_messages"))
    faults.same(left, 0, "the ledger on the page")


def documented(faults, page):
    """docs/metrics.md names every family, and none that there is not."""
    with open(os.path.join(rig.TOP, "docs/metrics.md"), encoding="utf-8") as f:
        named = set(re.findall(r"`(netnorm_[a-z0-9_]+)`", f.read()))
    faults.same(sorted(set(page.types) - named), [], "families that docs/metrics.md does not have")
    faults.same(sorted(named - set(page.types)), [], "names in docs/metrics.md that are no family here")


def other_requests(faults, port):
    faults.same(get(port, "/nosuch")[0], 404, "a page that is not there")
    faults.expect(get(port, "/metrics", "POST")[0] in (405, 501), "POST is taken")
    status, _type, text = get(port, "/metrics", "HEAD")
    faults.same((status, text), (200, ""), "HEAD")
    for garbage in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET /metrics HTTP/9.9\r\n\r\n", b"\x00\xff" * 100, b"GET /" + b"a" * 20000 + b" HTTP/1.0\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
            with contextlib.suppress(OSError):      # it may close while this is on its way
                s.sendall(garbage)
                s.shutdown(socket.SHUT_WR)
                while s.recv(65536):
                    pass
    faults.same(get(port, "/healthz")[0], 200, "health after garbage")


def clients_that_trickle(faults, collector, port):
    """They hold no more than 32 descriptors, each for ten seconds whatever it sends; then others have their turn."""
    def descriptors():
        return len(os.listdir(f"/proc/{collector.proc.pid}/fd"))
    time.sleep(2.5)             # those of the requests before are closed within a second
    before = descriptors()
    peers = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(60)]
    begun = time.monotonic()
    for peer in peers:
        peer.sendall(b"GET /metrics HTTP/1.0\r\nX: ")
    most = 0
    while time.monotonic() - begun < 12:
        for peer in peers:
            with contextlib.suppress(OSError):
                peer.send(b"x")
        most = max(most, descriptors() - before)
        time.sleep(0.5)
    faults.expect(0 < most <= 33, f"{most} descriptors for clients that trickle")
    for n in range(100):
        faults.same(get(port, "/metrics" if n % 2 else "/healthz")[0], 200, f"request {n} of many")
    for peer in peers:
        peer.close()
    faults.same(get(port, "/healthz")[0], 200, "health after clients that trickle")
    deadline = time.monotonic() + 5
    while descriptors() > before and time.monotonic() < deadline:
        time.sleep(0.1)
    faults.same(descriptors(), before, "descriptors after them")


def body(faults, workdir):
    udp, udp2, tcp, dead, port = rig.free_ports(5)
    lines = rig.write_lines(workdir)
    with rig.Collector(workdir, "", metrics=port, stop_timeout="1s") as collector:
        collector.write(CONFIG.format(udp=udp, udp2=udp2, tcp=tcp, dead=dead, dir=collector.dir))
        collector.start()
        for argv in (("udp", f"127.0.0.1:{udp}"), ("udp", f"127.0.0.1:{udp2}"), ("tcp", f"127.0.0.1:{tcp}")):
            rig.run("send", *argv, lines)
        stats = collector.wait_for("all received", lambda s: s.tree["ledger"]["received"] == 3 * len(rig.LINES) and s.output("file")["sent"] == 3 * len(rig.LINES))
        status, kind, text = get(port, "/metrics")
        faults.same((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"), "/metrics")
        page = Page(faults, text)
        compare_with_stats(faults, page, stats)
        documented(faults, page)
        status, _kind, text = get(port, "/healthz")
        faults.same((status, text), (200, "ok\n"), "/healthz")
        other_requests(faults, port)
        clients_that_trickle(faults, collector, port)
        collector.stop()


if __name__ == "__main__":
    rig.main(body)
