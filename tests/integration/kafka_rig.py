"""A real Apache Kafka on loopback: fetched once, started, killed, restarted and stopped from a test.

    with kafka_rig.Broker(workdir) as broker:       # raises Missing where the machine cannot have one
        broker.start()
        ... broker.address ...
        broker.kill(); broker.start()               # same ports, same data
        for record in broker.read("topic"): ...

One node in KRaft mode.  What it was fetched into stays under $BUILD/integration/ for the next run; its data
lies in `workdir`.  The other client, for reading back and for trying the rig itself, is kcat.
"""
import collections
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

KAFKA = "4.4.0"
KAFKA_3 = "3.9.1"                       # the last line whose brokers take SCRAM from librdkafka before 2.6.1
ARTEFACTS = [("org.apache.kafka", "kafka_2.13"), ("org.slf4j", "slf4j-simple", "1.7.36")]
FETCH_SECONDS, READY_SECONDS, STOP_SECONDS, READ_SECONDS = 900, 90, 30, 300

Record = collections.namedtuple("Record", "topic partition offset key value")


class Missing(Exception):
    """What this machine cannot reach, in words: the reason of a skip."""


class Failed(Exception):
    """The rig did not do what it should."""


def run(main):
    """A test's script: its status, or 77 and the reason where the machine cannot have what it needs."""
    try:
        sys.exit(main())
    except Missing as e:
        print(e)
        sys.exit(77)


# ---- fetching --------------------------------------------------------------------------------------

def cache_folder():
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.join(os.path.abspath(os.environ.get("BUILD") or os.path.join(top, "build")), "integration")


def pom(version):
    rows = "".join(f"<dependency><groupId>{g}</groupId><artifactId>{a}</artifactId><version>{v[0] if v else version}</version></dependency>"
                   for g, a, *v in ARTEFACTS)
    return ('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
            "<groupId>netnorm.integration</groupId><artifactId>kafka</artifactId><version>1</version>"
            f"<packaging>pom</packaging><dependencies>{rows}</dependencies></project>\n")


def fetch(version=KAFKA):
    """The folder with Kafka's jars; Maven fills it once."""
    for program, package in (("java", "openjdk-17-jre-headless"), ("mvn", "maven"), ("kcat", "kcat")):
        if not shutil.which(program):
            raise Missing(f"Apache Kafka: no {program} here, and the package {package} could not be installed")
    libs = os.path.join(cache_folder(), f"kafka-{version}")
    if os.path.isdir(libs):
        return libs
    work = libs + ".part"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    with open(os.path.join(work, "pom.xml"), "w", encoding="utf-8") as f:
        f.write(pom(version))
    done = subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars"], cwd=work,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=FETCH_SECONDS, check=False)
    if done.returncode != 0:
        print(done.stdout)
        raise Missing(f"Apache Kafka {version}: Maven could not fetch it")
    os.rename(os.path.join(work, "jars"), libs)
    shutil.rmtree(work)
    return libs


# ---- the broker ------------------------------------------------------------------------------------

def free_ports(n, but=()):
    """Ports of 127.0.0.1, free for TCP and UDP; below the ephemeral ones, so that no client takes them meanwhile."""
    held, ports = [], []
    candidate = 20000 + os.getpid() * 7 % 10000
    while len(ports) < n:
        candidate = candidate + 1 if candidate < 32000 else 20000
        if candidate in but:
            continue
        pair = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        held += pair
        try:
            for s in pair:
                s.bind(("127.0.0.1", candidate))
            ports.append(candidate)
        except OSError:
            pass
    for s in held:
        s.close()
    return ports


class Broker:
    """One Kafka node, where a topic comes into being when it is first asked for.

    `properties` are further lines for server.properties.
    """

    def __init__(self, workdir, partitions=3, properties=None, version=KAFKA):
        self.libs = fetch(version)
        self.workdir = os.path.join(workdir, f"kafka-{version}")
        self.properties_path = os.path.join(self.workdir, "server.properties")
        self.log_path = os.path.join(self.workdir, "broker.log")
        self.proc, self.starts = None, 0
        self.ports = free_ports(2)
        port, controller = self.ports
        self.address = f"127.0.0.1:{port}"
        self.settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": os.path.join(self.workdir, "data"),
            "num.partitions": str(partitions),
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
        }
        self.settings.update(properties or {})
        self.format_argv = []

    def listen(self, name, protocol="PLAINTEXT", port=None, advertised=None):
        """One more listener, before start(); gives its address. `advertised`: what clients are told in its place."""
        port = port or free_ports(1, self.ports)[0]
        self.ports.append(port)
        address = f"127.0.0.1:{port}"
        self.settings["listeners"] += f",{name}://{address}"
        self.settings["advertised.listeners"] += f",{name}://{advertised or address}"
        self.settings["listener.security.protocol.map"] += f",{name}:{protocol}"
        return address

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        if self.proc:
            self.kill()

    def java(self, *argv):
        return ["java", "-Xmx512m", "-cp", os.path.join(self.libs, "*"), *argv]

    def format(self):
        """A fresh data directory, as storage of a new cluster."""
        shutil.rmtree(self.workdir, ignore_errors=True)
        os.makedirs(self.workdir)
        with open(self.properties_path, "w", encoding="utf-8") as f:
            f.writelines(f"{name}={value}\n" for name, value in self.settings.items())
        tool = self.java("kafka.tools.StorageTool")
        cluster = subprocess.run(tool + ["random-uuid"], capture_output=True, text=True, timeout=60, check=True).stdout
        done = subprocess.run(tool + ["format", "-t", cluster.split()[-1], "-c", self.properties_path, *self.format_argv],
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed("StorageTool format: " + done.stdout + done.stderr)

    def start(self):
        """Start, or start again after kill() or stop() with what it had; returns when it serves."""
        if self.starts == 0:
            self.format()
        self.starts += 1
        log = open(self.log_path, "ab")
        begin = log.tell()
        with log:
            self.proc = subprocess.Popen(self.java("kafka.Kafka", self.properties_path), cwd=self.workdir,
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.proc.poll() is not None:
                raise Failed(f"Kafka ended with status {self.proc.returncode}\n{self.log_tail()}")
            with open(self.log_path, "rb") as f:
                f.seek(begin)
                if b"Kafka Server started" in f.read():
                    return
            time.sleep(0.2)
        raise Failed(f"Kafka was not ready after {READY_SECONDS} s\n{self.log_tail()}")

    def kill(self):
        """SIGKILL: what a crash looks like to its clients."""
        self.proc.send_signal(signal.SIGKILL)
        self.proc.wait()
        self.proc = None

    def stop(self):
        self.proc.terminate()
        try:
            self.proc.wait(STOP_SECONDS)
            self.proc = None
        except subprocess.TimeoutExpired:
            self.kill()

    def log_tail(self, lines=40):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-lines:])

    # ---- the other client --------------------------------------------------------------------------

    def kcat(self, *argv, **more):
        return subprocess.run(["kcat", "-b", self.address, *argv], timeout=READ_SECONDS, check=True, **more)

    def topics(self):
        out = self.kcat("-L", capture_output=True, text=True).stdout
        return [t for t in re.findall(r'^ *topic "([^"]+)"', out, re.M) if not t.startswith("__")]

    def produce(self, topic, pairs):
        """Key and value of each, by kcat; values hold no newline."""
        lines = "".join(f"{key}\t{value}\n" for key, value in pairs)
        self.kcat("-P", "-t", topic, "-K", "\t", "-X", "acks=all", input=lines, text=True)

    def read(self, topic):
        """All that the topic holds now, as Records in the order of each partition."""
        path = os.path.join(self.workdir, "read.tsv")
        with open(path, "wb") as out:
            self.kcat("-C", "-q", "-e", "-t", topic, "-o", "beginning", "-f", "%p\t%o\t%k\t%s\n", stdout=out)
        with open(path, "rb") as f:
            for line in f:
                partition, offset, key, value = line.rstrip(b"\n").split(b"\t", 3)
                yield Record(topic, int(partition), int(offset), key.decode(), value)
