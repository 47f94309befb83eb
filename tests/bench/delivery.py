"""What delivery costs: Kafka with and without a spool, Lumberjack, each beside a bare client; memory while the far side is away."""
import json
import os
import shutil
import subprocess
import sys
import threading
import time

from measure import BUILD, NETNORM, OVERHEAD_US, TOP, best, timed, write_cycle

sys.path[:0] = [os.path.join(TOP, "tests/e2e"), os.path.join(TOP, "tests/integration")]

import kafka_rig  # noqa: E402
import lumber_rig  # noqa: E402
import rig  # noqa: E402

MESSAGES, RUNS = 300_000, 3
CPU_TIMES, RATE_SHARE = 1.1, 0.65       # of the bare client's
SPOOL_SHARE = 1 / 3                     # of the CPU without one
OUTAGE_SECONDS, OUTAGE_RATE = int(os.environ.get("OUTAGE_SECONDS", 600)), 10_000


def keyed_events(lines, path):
    """What netnorm would send: device, a tab, the event."""
    out = subprocess.run([NETNORM, "parse"], input=b"".join(line + b"\n" for line in lines), capture_output=True, check=True).stdout
    with open(path, "wb") as f:
        f.writelines(json.loads(line)["device"].encode() + b"\t" + line + b"\n" for line in out.splitlines())
    return path


def collector_to(output, workdir, name, spool=False):
    text = ("inputs:\n  - {name: in, kind: stdin}\n"
            f"outputs:\n  - {{name: far, {output}, filter: {{include: {{outcome: ['*']}}}}}}\n")
    if spool:
        text += f"spool: {{path: {workdir}/{name}/spool}}\n"
    return rig.Collector(workdir, text, name=name, workers=1)


def run_collector(collector, path):
    """`netnorm run` over a file, to its end: (CPU seconds, wall seconds)."""
    with open(path, "rb") as stdin:
        seen = timed([NETNORM, "run", "-c", collector.config_path], stdin=stdin)
    shutil.rmtree(os.path.join(collector.dir, "spool"), ignore_errors=True)
    return seen


def run_bare(argv):
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{argv[0]}: {done.stdout}{done.stderr}")
    seen = json.loads(done.stdout)
    return seen["cpu_s"], seen["wall_s"]


def costs(bare_argv, collectors, lines, workdir):
    """Of the bare client and of each collector: (CPU in us a message, messages a second)."""
    path = write_cycle(os.path.join(workdir, "messages"), lines, MESSAGES)
    few = write_cycle(os.path.join(workdir, "one"), lines, 1)
    run_bare(bare_argv)
    idle = []
    for c in collectors:
        run_collector(c, few)                           # what comes into being with the first message is there now
        idle.append(best(RUNS, run_collector, c, few))
    runs = [[] for _ in range(1 + len(collectors))]
    for _ in range(RUNS):                               # in turn, so that all see the same machine
        runs[0].append(run_bare(bare_argv))
        for i, c in enumerate(collectors):
            cpu, wall = run_collector(c, path)
            runs[i + 1].append((cpu - idle[i][0], wall - idle[i][1]))
    return [(min(cpu for cpu, _ in r) / MESSAGES * 1e6, MESSAGES / min(wall for _, wall in r)) for r in runs]


def rows(table, what, bare, plain, spooled, parse_us):
    table.row(f"{what}, bare client, CPU a message", bare[0])
    table.row(f"{what}, netnorm from standard input, CPU a message", plain[0], aim=CPU_TIMES * bare[0] + parse_us + OVERHEAD_US)
    table.row("the same with a spool", spooled[0], aim=plain[0] * (1 + SPOOL_SHARE))
    table.row(f"{what}, bare client, rate", bare[1], unit="/s", digits=0)
    table.row(f"{what}, netnorm, rate", plain[1], unit="/s", aim=RATE_SHARE * bare[1], at_least=True, digits=0)
    table.row("the same with a spool", spooled[1], unit="/s", digits=0)


def kafka(table, lines, workdir, parse_us):
    try:
        broker = kafka_rig.Broker(workdir)
    except kafka_rig.Missing as e:
        table.say(f"Kafka: skipped, {e}")
        return
    with broker:
        broker.start()
        bare = [os.path.join(BUILD, "tests/bench/bare_kafka"), broker.address, "bench-bare", str(MESSAGES),
                keyed_events(lines, os.path.join(workdir, "keyed"))]
        collectors = [collector_to(f"kind: kafka, brokers: ['{broker.address}'], topic: bench-{name}", workdir, f"kafka-{name}", name == "spool")
                      for name in ("plain", "spool")]
        rows(table, "Kafka", *costs(bare, collectors, lines, workdir), parse_us)


def lumberjack(table, lines, workdir, parse_us):
    try:
        host = lumber_rig.Host(workdir, "bench")
    except kafka_rig.Missing as e:
        table.say(f"Lumberjack: skipped, {e}")
        return
    host.argv[host.argv.index("-out") + 1] = "/dev/null"
    with host:
        host.start()
        out = subprocess.run([NETNORM, "parse"], input=b"".join(line + b"\n" for line in lines), capture_output=True, check=True).stdout
        path = os.path.join(workdir, "events")
        with open(path, "wb") as f:
            f.write(out)
        bare = [os.path.join(host.folder, "bare_lumber"), host.address, str(MESSAGES), path]
        collectors = [collector_to(f"kind: lumberjack, hosts: ['{host.address}']", workdir, f"lumberjack-{name}", name == "spool")
                      for name in ("plain", "spool")]
        rows(table, "Lumberjack", *costs(bare, collectors, lines, workdir), parse_us)


# ---- while the far side is away --------------------------------------------------------------------

def resident_mib(collector):
    """All of it, and what of it is no file's page: what the spool has mapped is the system's to take back."""
    with open(f"/proc/{collector.proc.pid}/status", encoding="ascii") as f:
        rows_ = dict(line.split(":", 1) for line in f)
    return tuple(int(rows_[key].split()[0]) / 1024 for key in ("VmRSS", "RssAnon"))


def offer(port, path):
    done = subprocess.run([NETNORM, "send", "--rate", str(OUTAGE_RATE), "--count", str(OUTAGE_RATE * OUTAGE_SECONDS), "--sources", "50", "udp",
                           f"127.0.0.1:{port}", path], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"netnorm send: {done.stdout}{done.stderr}")


def sit_out(collector, port, path, seen):
    """Messages at the rate while nothing can be delivered; the most memory that it took, in `seen`."""
    begun = resident_mib(collector)
    most = [0.0, 0.0]
    sender = threading.Thread(target=offer, args=(port, path))
    sender.start()
    while sender.is_alive():
        most = [max(a, b) for a, b in zip(most, resident_mib(collector))]
        time.sleep(0.5)
    sender.join()
    seen.update(begun=begun, most=most, stats=collector.stats())


def outage(table, lines, workdir):
    """A broker that is killed, OUTAGE_SECONDS of messages over UDP to two collectors, the broker again, until nothing waits."""
    try:
        broker = kafka_rig.Broker(workdir)
    except kafka_rig.Missing as e:
        table.say(f"outage: skipped, {e}")
        return
    path = write_cycle(os.path.join(workdir, "outage"), lines, len(lines))
    names, seen = ("no spool", "spool"), {"no spool": {}, "spool": {}}
    ports = rig.free_ports(2)
    with broker:
        broker.start()
        collectors = {}
        for name, port in zip(names, ports):
            text = (f"inputs:\n  - {{name: udp, kind: udp, address: 127.0.0.1, port: {port}}}\noutputs:\n  - name: far\n    kind: kafka\n"
                    f"    brokers: ['{broker.address}']\n    topic: outage\n    filter: {{include: {{outcome: ['*']}}}}\n")
            folder = name.replace(" ", "-")
            if name == "spool":
                text += f"spool: {{path: {workdir}/{folder}/spool, limit: 32GiB}}\n"
            collectors[name] = rig.Collector(workdir, text, name=folder, workers=1)
            collectors[name].start()
        broker.kill()
        table.say(f"the broker is killed; {OUTAGE_RATE} messages/s to each of two collectors for {OUTAGE_SECONDS} s")
        threads = [threading.Thread(target=sit_out, args=(collectors[name], port, path, seen[name])) for name, port in zip(names, ports)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        broker.start()
        begun = time.monotonic()
        for name in names:
            after = collectors[name].wait_for("nothing waits", lambda s: s.output("far")["queued"] == 0, seconds=600)
            tell_outage(table, name, seen[name], after, time.monotonic() - begun)
            collectors[name].stop()


def tell_outage(table, name, seen, after, seconds):
    for fault in after.faults():
        sys.exit(f"outage, {name}: {fault}")
    o, queued = after.output("far"), seen["stats"].output("far")["queued"]
    table.row(f"outage, {name}, memory before", seen["begun"][0], unit="MiB", digits=0)
    table.row(f"outage, {name}, memory at the most", seen["most"][0], unit="MiB", digits=0)
    table.row(f"outage, {name}, without pages of files, at the most", seen["most"][1], unit="MiB", digits=0)
    table.say(f"  {queued} waited at its end, {o['delivered']} of {o['offered']} delivered {seconds:.0f} s after it, "
              f"{after.output_dropped('far')} dropped, {after.kernel_drops('udp')} lost by the kernel")
