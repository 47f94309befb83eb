"""A real Elasticsearch or OpenSearch node on loopback, and what both are put through.

    with search_rig.Node(search_rig.OPENSEARCH, workdir) as node:       # raises Missing where the machine cannot have one
        node.start()
        node.ask("GET", "/_cluster/health")
        node.kill(); node.start()                                       # same port, same data

Maven fetches the node's archive once; it stays under $BUILD/integration/.  It does not run as root: as root, it is given to `nobody`.
"""
import collections
import contextlib
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import kafka_rig
import netnorm_rig
import search_mends
from kafka_rig import Failed, Missing

FETCH_SECONDS, READY_SECONDS, DELIVERED_SECONDS = 900, 180, 240
MESSAGES = int(os.environ.get("MESSAGES", 20_000))
SHORT = 32767                           # the upper half of the messages has a counter that no `short` holds
FIRST = SHORT - MESSAGES // 2 + 1
NUMBERS = range(FIRST, FIRST + MESSAGES)
LONG = FIRST + MESSAGES                 # of the one long line behind them
RATE, DEVICES = 2000, 40
KILL_AT, RESTART_AT = 0.3, 0.5          # of MESSAGES
NOBODY = 65534
EXAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "config/examples/elasticsearch")

# `longest`: a value of a flat_object is one term of the index, which has a limit; flattened has ignore_above.
Kind = collections.namedtuple("Kind", "name artefact version program java settings template ecs streams longest")
OPENSEARCH = Kind("OpenSearch", "org.opensearch.distribution.integ-test-zip:opensearch", "2.19.6", "opensearch", "OPENSEARCH_JAVA",
                  {}, "template-opensearch.json", "template-ecs-opensearch.json", True, 30_000)
# Its archive has no module for data streams: there it is an index.
ELASTICSEARCH = Kind("Elasticsearch", "org.elasticsearch.distribution.integ-test-zip:elasticsearch", "8.19.21", "elasticsearch", "ES_JAVA",
                     {"xpack.security.enabled": "false", "xpack.security.autoconfiguration.enabled": "false"},
                     "template-elasticsearch.json", "template-ecs-elasticsearch.json", False, 40_000)


def fetch(kind):
    """The node's archive; Maven brings it once."""
    for program, package in (("java", "openjdk-17-jre-headless"), ("mvn", "maven"), ("setpriv", "util-linux")):
        if not shutil.which(program):
            raise Missing(f"{kind.name}: no {program} here, and the package {package} could not be installed")
    folder = os.path.join(kafka_rig.cache_folder(), "search")
    path = os.path.join(folder, f"{kind.program}-{kind.version}.zip")
    if os.path.exists(path):
        return path
    part = os.path.join(folder, kind.program + ".part")
    shutil.rmtree(part, ignore_errors=True)
    os.makedirs(part)
    done = subprocess.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={kind.artefact}:{kind.version}:zip", f"-DoutputDirectory={part}"],
                          cwd=part, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=FETCH_SECONDS,
                          check=False)
    found = os.listdir(part)
    if done.returncode != 0 or len(found) != 1:
        print(done.stdout)
        raise Missing(f"{kind.name} {kind.version}: Maven could not fetch it")
    os.rename(os.path.join(part, found[0]), path)
    shutil.rmtree(part)
    return path


def unpack(archive, folder):
    """With the modes that the archive has, which zipfile forgets."""
    with zipfile.ZipFile(archive) as z:
        for item in z.infolist():
            path = z.extract(item, folder)
            mode = item.external_attr >> 16 & 0o777
            if mode and not item.is_dir():
                os.chmod(path, mode | 0o444)


class Node:
    def __init__(self, kind, workdir):
        self.kind = kind
        archive = fetch(kind)
        self.port, self.transport = kafka_rig.free_ports(2)
        self.dir = os.path.join(workdir, kind.program)
        unpack(archive, self.dir)
        self.home = os.path.join(self.dir, f"{kind.program}-{kind.version}")
        self.log_path = os.path.join(self.dir, "node.log")
        self.proc = None
        os.makedirs(os.path.join(self.dir, "tmp"))
        settings = {"discovery.type": "single-node", "http.port": self.port, "transport.port": self.transport, "network.host": "127.0.0.1",
                    "path.data": os.path.join(self.dir, "data"), "path.logs": os.path.join(self.dir, "logs"),
                    "cluster.routing.allocation.disk.threshold_enabled": "false", **kind.settings}
        with open(os.path.join(self.home, "config", kind.program + ".yml"), "a", encoding="utf-8") as f:
            f.writelines(f"\n{name}: {value}" for name, value in settings.items())
        os.chmod(workdir, 0o755)
        if os.getuid() == 0:
            for root, folders, names in os.walk(self.dir):
                for path in [root] + [os.path.join(root, name) for name in folders + names]:
                    os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        if self.proc:
            self.kill()

    def start(self):
        java = os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("java"))))
        env = {"PATH": os.environ["PATH"], "HOME": self.dir, "JAVA_HOME": java, self.kind.java + "_HOME": java, self.kind.java + "_OPTS": "-Xms512m -Xmx512m",
               "TMPDIR": os.path.join(self.dir, "tmp"), ("ES" if self.kind.program == "elasticsearch" else "OPENSEARCH") + "_TMPDIR": os.path.join(self.dir, "tmp")}
        argv = [os.path.join(self.home, "bin", self.kind.program)]
        if os.getuid() == 0:
            argv = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *argv]
        with open(self.log_path, "ab") as log:
            self.proc = subprocess.Popen(argv, cwd=self.dir, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.proc.poll() is not None:
                raise Failed(f"{self.kind.name} ended with status {self.proc.returncode}\n{self.log_tail()}")
            try:
                if self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.3)
        raise Failed(f"{self.kind.name} was not ready after {READY_SECONDS} s\n{self.log_tail()}")

    def kill(self):
        """SIGKILL for it and the process that it runs in: its group is its own."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.proc.pid, signal.SIGKILL)
        self.proc.wait()
        self.proc = None

    def log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-30:])

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            c.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            answer = c.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        except http.client.HTTPException as e:
            raise OSError(str(e)) from e
        finally:
            c.close()

    def must(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        if status not in (200, 201):
            raise Failed(f"{method} {path}: {status} {answer}")
        return answer

    def documents(self, index):
        """All of them, by pages in the order of their place in the index."""
        self.must("POST", f"/{index}/_refresh")
        page = self.must("POST", f"/{index}/_search?scroll=2m", {"size": 5000, "sort": ["_doc"], "seq_no_primary_term": True})
        while page["hits"]["hits"]:
            yield from page["hits"]["hits"]
            page = self.must("POST", "/_search/scroll", {"scroll": "2m", "scroll_id": page["_scroll_id"]})


# ---- in between ------------------------------------------------------------------------------------

class Forgetful(http.server.BaseHTTPRequestHandler):
    """Passes requests on; of the first ones it keeps the answers to itself."""
    protocol_version = "HTTP/1.1"
    node, forget, lock = None, 0, threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        c = http.client.HTTPConnection("127.0.0.1", type(self).node.port, timeout=60)
        try:
            c.request("POST", self.path, body, {k: v for k, v in self.headers.items() if k.lower() in ("content-type", "content-encoding")})
            answer = c.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return
        finally:
            c.close()
        with self.lock:
            type(self).forget -= 1
            lost = type(self).forget >= 0
        if lost:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_args):
        pass


# ---- netnorm ---------------------------------------------------------------------------------------

CONFIG = """\
workers: 2
state_dir: {dir}/state
control: {dir}/control
metrics: {{port: 0}}
inputs:
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
outputs:
  - name: events
    kind: elasticsearch
    urls: ['http://127.0.0.1:{port}']
    index: netnorm-events
    compression: gzip
    batch: {{events: 500, linger: 100ms}}
    parallel: 2
    filter: {{include: {{outcome: [event, raw, unknown]}}}}
    queue: {{limit: 300000, limit_bytes: 1GiB}}
  - name: strict
    kind: elasticsearch
    urls: ['http://127.0.0.1:{forgetful}', 'http://127.0.0.1:{port}']
    index: strict-{{os}}
    batch: {{events: 100}}
    filter: {{include: {{outcome: [event, raw, unknown], device: ['127.30.0.1*']}}}}
    queue: {{limit: 300000, limit_bytes: 1GiB}}
"""


class Collector(netnorm_rig.Netnorm):
    def __init__(self, workdir, **values):
        self.config_path, self.log_path, self.proc = os.path.join(workdir, "netnorm.yaml"), os.path.join(workdir, "netnorm.log"), None
        os.makedirs(os.path.join(workdir, "state"), exist_ok=True)
        with open(self.config_path, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(dir=workdir, **values))


BODIES = [
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/{n}, changed state to down",
    "%LINK-3-UPDOWN: Interface GigabitEthernet0/{n}, changed state to up",
    "%BGP-5-ADJCHANGE: neighbor 192.0.2.{n} Down BGP Notification sent",
    "%SYS-5-CONFIG_I: Configured from console by ops on vty0 (198.51.100.{n})",
    "%NOSUCH-6-TEST: A message of no profile, number {n}",
]


def line_of(number):
    """The number is the counter in the line's header, so that each is another."""
    return f"<189>{number}: core-{number % DEVICES}: *Mar  1 18:48:50.483 UTC: {BODIES[number % len(BODIES)].format(n=1 + number % 48)}"


def send_all(port, node):
    """Over a connection from an address of its own for each device, while the node is killed and started again."""
    back, begin, killed, errors = None, time.monotonic(), None, []
    socks = [socket.create_connection(("127.0.0.1", port), source_address=(f"127.30.0.{device}", 0)) for device in range(1, DEVICES + 1)]

    def start_again():
        try:
            node.start()
            print(f"{node.kind.name} is back, {time.monotonic() - killed:.1f} s after it was killed", flush=True)
        except Failed as e:
            errors.append(e)

    for sent in range(0, MESSAGES, 50):
        for n in NUMBERS[sent:sent + 50]:
            socks[n % DEVICES].sendall((line_of(n) + "\n").encode())
        share = sent / MESSAGES
        if killed is None and share >= KILL_AT:
            killed = time.monotonic()
            node.kill()
            print(f"{node.kind.name} killed after {share:.0%} of the messages", flush=True)
        elif killed and not back and share >= RESTART_AT:
            back = threading.Thread(target=start_again)
            back.start()
        time.sleep(max(0, begin + sent / RATE - time.monotonic()))
    # A long line: no field of the mapping may choke on it.
    socks[LONG % DEVICES].sendall((line_of(LONG) + " " + "x" * node.kind.longest + "\n").encode())
    for sock in socks:
        sock.close()
    back.join()
    if errors:
        raise errors[0]


def wait_for_rest(netnorm):
    deadline = time.monotonic() + DELIVERED_SECONDS
    while True:
        stats = netnorm.stats()
        if stats.received("tcp") == MESSAGES + 1 and all(o["queued"] == 0 for o in stats.tree["outputs"].values()):
            return stats
        if time.monotonic() > deadline:
            raise Failed(f"not delivered after {DELIVERED_SECONDS} s: {stats.tree}\n{netnorm.log()[-3000:]}")
        time.sleep(0.5)


def check_events(node, stats, faults):
    counters, ids, errors = collections.Counter(), set(), collections.Counter()
    for hit in node.documents("netnorm-events"):
        source = hit["_source"]
        ids.add(hit["_id"])
        counters[source["counter"]] += 1
        errors[source["error"]] += 1
        if hit["_id"] != source["id"] or "@timestamp" not in source:
            faults.append(f"_id {hit['_id']} of {source}")
    wanted = {*NUMBERS, LONG}
    print(f"{sum(counters.values())} documents, {len(ids)} ids, {dict(errors)}")
    if set(counters) != wanted:
        faults.append(f"{len(wanted - set(counters))} events are lost, {len(set(counters) - wanted)} are none of ours")
    if sum(counters.values()) != len(wanted):
        faults.append(f"{sum(counters.values()) - len(wanted)} events are there twice")
    output = stats.output("events")
    if output["delivered"] != len(wanted) or output["retried"] == 0:
        faults.append(f"delivered is not {len(wanted)}, or the kill was no outage: {output}")
    fields = node.must("GET", "/netnorm-events/_mapping")
    text = json.dumps(fields)
    if "openconfig-" in text or "messageId" in text:
        faults.append(f"nested objects are in the mapping: {text[:2000]}")
    flat = node.must("POST", "/netnorm-events/_count", {"query": {"term": {
        "yang_message.openconfig-interfaces:interfaces.interface.name": "GigabitEthernet0/1"}}})["count"]
    if flat == 0:
        faults.append("yang_message cannot be asked by path")


def check_strict(node, stats, log, faults):
    """Where `counter` is a short: the upper ones are refused and told, the others there once, though answers were lost."""
    mine = [n for n in (*NUMBERS, LONG) if str(n % DEVICES + 1).startswith("1")]
    want = {n for n in mine if n <= SHORT}
    got = collections.Counter(hit["_source"]["counter"] for hit in node.documents("strict-ios"))
    output = stats.output("strict")
    print(f"strict: {len(got)} of {len(mine)}, {stats.output_dropped('strict')} refused, {output['elasticsearch_existing']} were there already")
    if set(got) != want or sum(got.values()) != len(want):
        faults.append(f"strict has {len(got)}, not {len(want)}, {sum(got.values())} in all")
    if stats.output_dropped("strict") != len(mine) - len(want):
        faults.append(f"refused: {output['dropped']}, not {len(mine) - len(want)}")
    if output["elasticsearch_existing"] == 0:
        faults.append("nothing was sent twice, though answers were lost")
    if not re.search(r'output "strict" refused event [0-9a-f]{32} for good: 400 ', log):
        faults.append("the log does not tell of what was refused")


def prepare(node):
    for name, path in (("netnorm", node.kind.template), ("netnorm-ecs", node.kind.ecs)):
        with open(os.path.join(EXAMPLES, path), encoding="utf-8") as f:
            template = json.load(f)
        template["template"]["settings"]["number_of_replicas"] = 0
        if not node.kind.streams:
            del template["data_stream"]
        node.must("PUT", f"/_index_template/{name}", template)
    node.must("PUT", "/strict-ios", {"settings": {"number_of_shards": 1, "number_of_replicas": 0},
                                     "mappings": {"dynamic": False, "properties": {"counter": {"type": "short"}}}})


def round_of(kind, workdir, faults):
    with Node(kind, workdir) as node:
        began = time.monotonic()
        node.start()
        print(f"{kind.name} {kind.version} after {time.monotonic() - began:.1f} s", flush=True)
        prepare(node)
        tcp, = kafka_rig.free_ports(1)
        Forgetful.node, Forgetful.forget = node, 5
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forgetful)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        with Collector(workdir, tcp=tcp, port=node.port, forgetful=proxy.server_address[1]) as netnorm:
            netnorm.start()
            send_all(tcp, node)
            stats = wait_for_rest(netnorm)
            check_events(node, stats, faults)
            check_strict(node, stats, netnorm.log(), faults)
            faults += stats.faults()
            status = netnorm.stop()
            if status != 0:
                faults.append(f"netnorm ended with {status}\n{netnorm.log()[-2000:]}")
        proxy.shutdown()
        for index in ("netnorm-events", "strict-ios"):
            search_mends.check_order(node, index, faults)
        search_mends.check_ecs(node, faults)
        search_mends.check_conditions(node, workdir, faults)


def run(name, check):
    """A test's script: check(workdir, faults) in a folder of its own, its faults told; 77 where the machine cannot have what it needs."""
    workdir = tempfile.mkdtemp(prefix=f"netnorm-{name}-")
    faults = []
    try:
        check(workdir, faults)
    except Missing as e:
        print(f"skipped: {e}")
        sys.exit(77)
    except (Failed, netnorm_rig.Failed) as e:
        faults.append(str(e))
    finally:
        shutil.rmtree(workdir, ignore_errors=True)
    for fault in faults[:20]:
        print("FAULT: " + fault)
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


def main(kind):
    run("search", lambda workdir, faults: round_of(kind, workdir, faults))
