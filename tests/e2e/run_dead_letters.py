#!/usr/bin/python3
"""Dead letters: what a search node refuses, sent again, is the document that it was, dated as it was; into a file they go behind what is there, and whoever
rotates it is not disturbed."""
import glob
import gzip
import http.server
import json
import os
import subprocess
import threading
import time

import rig

SEARCH = """\
inputs:
  - {{name: lines, kind: file, path: {lines}, follow: true}}
outputs:
  - name: search
    kind: elasticsearch
    urls: http://127.0.0.1:{port}
    index: netnorm-events
    dead_letter: dead
    filter: {{include: {{outcome: ['*']}}}}
"""

FILES = """\
inputs:
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {port}}}
outputs:
  - {{name: plain, kind: file, path: plain, append: false, queue: {{when_full: block}}}}
  - {{name: turning, kind: file, path: turning, queue: {{when_full: block}}, rotate: {{size: 64KiB, compress: gzip}}}}
"""
COUNT = 4_000


class Node(http.server.ThreadingHTTPServer):
    """Answers each item of a bulk request with `status`, and keeps the documents by their id."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.documents = 400, {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answer(self, body):
        lines, items = body.split(b"\n"), []
        for action, document in zip(lines[::2], lines[1::2]):
            create = json.loads(action)["create"]
            self.documents[create["_id"]] = document
            result = {"_index": create["_index"], "_id": create["_id"], "status": self.status}
            if self.status >= 300:
                result["error"] = {"type": "document_parsing_exception", "reason": "the mapping does not take it"}
            items.append({"create": result})
        return json.dumps({"took": 1, "errors": self.status >= 300, "items": items}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answer(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


def without_time(dead, path):
    """The letters as they were written before they had the event's time."""
    with open(dead, "rb") as f:
        letters = [json.loads(line) for line in f]
    with open(path, "w", encoding="utf-8") as f:
        for letter in letters:
            del letter["event_time"]
            f.write(json.dumps(letter) + "\n")


def replay(faults, collector, node, dead):
    """The documents of a replay, all of which must be taken."""
    node.status, node.documents = 201, {}
    done = rig.run("dlq", "replay", "-c", collector.config_path, dead, "search")
    faults.same(done.returncode, 0, f"replay of {dead}: {done.stdout} {done.stderr}")
    return node.documents


def to_a_search_node(faults, workdir):
    node = Node()
    text = SEARCH.format(lines=rig.write_lines(workdir), port=node.server_address[1])
    with rig.Collector(workdir, text, name="search") as c:
        c.start()
        c.wait_for("refused", lambda s: s.output("search")["dead_lettered"] == len(rig.LINES))
        faults.same(c.stop(), 0, "status of the stop")
        refused, dead = node.documents, f"{c.dir}/dead"
        faults.same(len(refused), len(rig.LINES), "refused documents")
        faults.same(replay(faults, c, node, dead), refused, "documents of a replay")
        without_time(dead, dead + "-old")
        for document in map(json.loads, replay(faults, c, node, dead + "-old").values()):
            faults.same(document["@timestamp"], document["received"], "the date of a letter that has no time of the event")
    node.shutdown()
    node.server_close()


def write_letters(path):
    with open(path, "w", encoding="utf-8") as f:
        for n in range(COUNT):
            letter = {"time": rig.NOW, "output": "x", "reason": "no", "id": f"{n:032}", "device": "d", "os": "ios", "error": "X", "received": rig.NOW,
                      "event_time": rig.NOW, "severity": 5, "outcome": "event", "format": "native", "shape": "openconfig", "event": f'{{"letter":{n}}}'}
            f.write(json.dumps(letter) + "\n")
    return path


def lines_in(path):
    """Of the file, and of those that it was rotated to: the numbers of letters and of events."""
    letters, events = [], []
    for name in sorted(glob.glob(path + ".2*")) + [path]:
        with gzip.open(name) if name.endswith(".gz") else open(name, "rb") as f:
            for line in map(json.loads, f):
                (letters if "letter" in line else events).append(line["letter"] if "letter" in line else line["counter"])
    return letters, events


def to_files(faults, workdir):
    """Beside the collector that writes them, and without it."""
    port, letters = rig.free_ports(1)[0], write_letters(os.path.join(workdir, "letters"))
    lines = rig.write_lines(workdir, "numbered", [rig.LINES[0].replace("2041", str(n)) for n in range(COUNT)])
    with rig.Collector(workdir, FILES.format(port=port), name="files") as c:
        c.start()
        sender = subprocess.Popen([rig.NETNORM, "send", "--rate", str(COUNT), "tcp", f"127.0.0.1:{port}", lines], stdout=subprocess.DEVNULL)
        c.wait_for("some events", lambda s: s.output("plain")["sent"] > 100)
        for output in ("plain", "turning"):
            done = rig.run("dlq", "replay", "-c", c.config_path, letters, output)
            faults.same((done.returncode, done.stderr), (0, b""), f"replay to {output}: {done.stdout}")
        sender.wait()
        c.rest(COUNT)
        faults.same(c.stop(), 0, "status of the stop")
        for output in ("plain", "turning"):
            got, events = lines_in(f"{c.dir}/{output}")
            faults.expect(sorted(got) == list(range(COUNT)), f"{output}: {len(got)} letters, {len(set(got))} of them different")
            faults.expect(events == list(range(COUNT)), f"{output}: {len(events)} events, {len(set(events))} of them different")
        before = sorted(glob.glob(f"{c.dir}/turning.*"))
        faults.expect(len(before) > 3, f"rotated by the collector: {before}")
        rig.run("dlq", "replay", "-c", c.config_path, letters, "turning")
        faults.same(sorted(glob.glob(f"{c.dir}/turning.*")), before, "rotated or compressed by a replay")
        faults.same(len(lines_in(f"{c.dir}/turning")[0]), 2 * COUNT, "letters after another replay")


HOOK = """inputs: [{{name: in, kind: stdin}}]
outputs: [{{name: hook, kind: http, urls: 'http://127.0.0.1:{port}/', batch: {{events: 10}}, queue: {{limit: 100, when_full: drop}}}}]
"""


def through_a_short_queue(faults, workdir):
    """The file waits for room, whatever when_full says; where nothing moves it ends."""
    letters = write_letters(os.path.join(workdir, "many"))
    got, port = [], rig.free_ports(1)[0]

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(len(self.rfile.read(int(self.headers["Content-Length"])).splitlines()))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args):
            pass

    with rig.Collector(workdir, HOOK.format(port=port), name="hook") as c:
        begin = time.monotonic()
        done = rig.run("dlq", "replay", "-c", c.config_path, "--timeout", "2", letters, "hook")
        faults.same(done.returncode, 1, "status of a replay to nobody")
        faults.expect(b"given up" in done.stdout and b" 0 refused again" in done.stdout, f"a replay to nobody: {done.stdout}")
        faults.expect(time.monotonic() - begin < 15, f"a replay to nobody took {time.monotonic() - begin:.1f} s")
        node = http.server.ThreadingHTTPServer(("127.0.0.1", port), Hook)
        threading.Thread(target=node.serve_forever, daemon=True).start()
        done = rig.run("dlq", "replay", "-c", c.config_path, letters, "hook")
        faults.same(done.returncode, 0, f"status of a replay through a short queue: {done.stdout}")
        faults.expect(f"{COUNT} delivered".encode() in done.stdout, f"a replay through a short queue: {done.stdout}")
        node.shutdown()
        node.server_close()
    faults.same(rig.run("dlq", "show", workdir).returncode, 2, "status of show for a directory")


def body(faults, workdir):
    through_a_short_queue(faults, workdir)
    to_a_search_node(faults, workdir)
    to_files(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
