"""What a real node is put through besides the load: documents of the format `ecs` under the shipped template, and conditions of the cluster under
which an event waits until somebody mends them."""
import collections
import http.client
import json
import os
import socket
import subprocess
import time

import kafka_rig
import netnorm_rig
from kafka_rig import Failed, Missing

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LEAST_DOCUMENTS, LEAST_KINDS = 1000, 150        # fewer are not the samples of all profiles
WAIT_SECONDS = 90
PATH = "netnorm.yang_message.openconfig-interfaces:interfaces.interface.name"

CONFIG = """\
state_dir: {workdir}/state
control: {workdir}/control
metrics: {{port: 0}}
inputs:
  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {tcp}}}
outputs:
"""
OUTPUT = """\
  - name: {name}
    kind: elasticsearch
    urls: ['http://127.0.0.1:{port}']
    index: mend-{name}
    batch: {{linger: 0s}}
    filter: {{include: {{outcome: ['*']}}}}
    {more}
"""


def bulk(node, index, documents):
    """Their items of the answer."""
    body = "".join(json.dumps({"create": {"_index": index, "_id": str(i)}}) + "\n" + d + "\n" for i, d in enumerate(documents))
    c = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
    c.request("POST", "/_bulk", body.encode(), {"Content-Type": "application/x-ndjson"})
    answer = c.getresponse()
    text = answer.read()
    c.close()
    if answer.status != 200:
        raise Failed(f"_bulk: {answer.status} {text[:500]}")
    return [item["create"] for item in json.loads(text)["items"]]


def ecs_documents():
    """What `netnorm parse` makes of the samples of all profiles."""
    program = os.path.join(os.environ.get("BUILD") or os.path.join(TOP, "build"), "tests/bench/samples")
    if not os.path.exists(program):
        raise Missing(f"there is no {program}: make {os.path.relpath(program)}")
    lines = subprocess.run([program, os.path.join(TOP, "profiles")], capture_output=True, check=True).stdout
    done = subprocess.run([netnorm_rig.NETNORM, "parse", "--format", "ecs"], input=lines, capture_output=True, check=True)
    return done.stdout.decode().splitlines()


def an_interface(documents):
    """The name of one that is in the object of a document."""
    for d in documents:
        for interface in json.loads(d)["netnorm"]["yang_message"].get("openconfig-interfaces:interfaces", {}).get("interface", []):
            return interface["name"]
    return None


def check_ecs(node, faults):
    documents = ecs_documents()
    kinds = {json.loads(d)["netnorm"]["error"] for d in documents}
    items = bulk(node, "netnorm-ecs", documents)
    refused = [item for item in items if item["status"] != 201]
    print(f"ecs: {len(documents)} documents of {len(kinds)} kinds, {len(refused)} refused", flush=True)
    if len(documents) < LEAST_DOCUMENTS or len(kinds) < LEAST_KINDS:
        faults.append(f"ecs: {len(documents)} documents of {len(kinds)} kinds are not all")
    faults += [f"ecs: {item}" for item in refused[:5]]
    node.must("POST", "/netnorm-ecs/_refresh")
    mapping = json.dumps(node.must("GET", "/netnorm-ecs/_mapping"))
    if "openconfig-" in mapping or "messageId" in mapping:
        faults.append(f"ecs: nested objects are in the mapping: {mapping[:2000]}")
    for what, query in (("an address as a network", {"term": {"source.ip": "0.0.0.0/0"}}), ("a host", {"exists": {"field": "host.name"}}),
                        ("an object by its path", {"term": {PATH: an_interface(documents)}})):
        if node.must("POST", "/netnorm-ecs/_count", {"query": query})["count"] == 0:
            faults.append(f"ecs: {what} cannot be asked for")


def shards(node, limit):
    node.must("PUT", "/_cluster/settings", {"persistent": {"cluster.max_shards_per_node": limit}})


# Name, the output's further options, what is wrong with the cluster (before netnorm starts), what mends it.
CONDITIONS = [
    ("closed", "", lambda n: (n.must("PUT", "/mend-closed", {}), n.must("POST", "/mend-closed/_close")), lambda n: n.must("POST", "/mend-closed/_open")),
    ("pipe", "pipeline: later", lambda n: None, lambda n: n.must("PUT", "/_ingest/pipeline/later", {"processors": []})),
    ("blocked", "", lambda n: (n.must("PUT", "/mend-blocked", {}), n.must("PUT", "/mend-blocked/_settings", {"index.blocks.write": True})),
     lambda n: n.must("PUT", "/mend-blocked/_settings", {"index.blocks.write": None})),
    ("shards", "", lambda n: shards(n, 1), lambda n: shards(n, None)),
]
LINES = [f"<189>{n}: edge7: Nov 23 20:01:2{n}.123 UTC: %LINK-3-UPDOWN: Interface Ethernet9/{n}, changed state to down" for n in range(5)]


def wait(netnorm, what, true):
    deadline = time.monotonic() + WAIT_SECONDS
    while not true(stats := netnorm.stats()):
        if time.monotonic() > deadline:
            raise Failed(f"never came true: {what}: {stats.tree['outputs']}\n{netnorm.log()[-3000:]}")
        time.sleep(0.2)
    return stats


def check_conditions(node, workdir, faults):
    """Nothing is refused while the cluster cannot take an event, and all is there, in order, once it can."""
    tcp, = kafka_rig.free_ports(1)
    for _name, _more, break_it, _mend in CONDITIONS:
        break_it(node)
    text = CONFIG + "".join(OUTPUT.format(name=name, more=more, port=node.port) for name, more, _b, _m in CONDITIONS).replace("{", "{{").replace("}", "}}")
    folder = os.path.join(workdir, "conditions")
    os.makedirs(folder)
    with netnorm_rig.Netnorm(folder, text, tcp=tcp) as netnorm:
        netnorm.start()
        with socket.create_connection(("127.0.0.1", tcp)) as sock:
            sock.sendall("".join(line + "\n" for line in LINES).encode())
            wait(netnorm, "tries", lambda s: all(s.output(name)["elasticsearch_again"] > 0 for name, *_ in CONDITIONS))
        for _name, _more, _break_it, mend in reversed(CONDITIONS):      # the closed index wants room for its shards
            mend(node)
        stats = wait(netnorm, "delivered", lambda s: all(s.output(name)["queued"] == 0 for name, *_ in CONDITIONS))
        for name, *_ in CONDITIONS:
            delivered, refused = stats.output(name)["delivered"], stats.output_dropped(name)
            print(f"{name}: {delivered} delivered after {stats.output(name)['elasticsearch_again']} tries, {refused} refused", flush=True)
            if (delivered, refused) != (len(LINES), 0):
                faults.append(f"{name}: {delivered} delivered, {refused} refused")
            check_order(node, f"mend-{name}", faults)
        faults += stats.faults()
        netnorm.stop()


def check_order(node, index, faults):
    """Each device's events were indexed in the order in which they came; `counter` is that, and the index has one shard."""
    by_device = collections.defaultdict(list)
    for hit in node.documents(index):
        by_device[hit["_source"]["ip"]].append((hit["_seq_no"], hit["_source"]["counter"]))
    late = {device: sum(a > b for a, b in zip(counters, counters[1:])) for device, rows in by_device.items() for counters in [[c for _s, c in sorted(rows)]]}
    print(f"{index}: order of {len(by_device)} devices, {sum(late.values())} events behind a later one", flush=True)
    if not by_device or any(late.values()):
        faults.append(f"{index}: out of order: {late}")
