#!/usr/bin/python3
# tests/run: timeout 400
"""Events into a real Kafka over TLS and SASL, and what is told where it does not let netnorm in.

Each way in has its listener: TLS; TLS with certificates of clients asked for; SASL (SCRAM, PLAIN) over TLS and without; TLS with a certificate
for another host.  Where it works all events are there; where it must not, none is, the log says why and what to look at, what waits is counted, the stop keeps
its time, and no secret is told.
"""
import os
import re
import subprocess
import time

import kafka_rig
import lumber_rig
import netnorm_rig

MESSAGES = 500
USER, PASSWORD, KEY_PASSWORD = "collector", "correct-horse-17", "battery-staple-4"
DELIVERED_SECONDS, TOLD_SECONDS, STOP_SECONDS = 40, 20, 10

CONFIG = """\
workers: 1
state_dir: {workdir}/state
control: {workdir}/control
stop_timeout: 2s
metrics:
  port: 0
inputs:
  - name: tcp
    kind: tcp
    address: 127.0.0.1
    port: {tcp_port}
outputs:
  - name: kafka
    kind: kafka
    brokers: ["{broker}"]
    topic: {topic}
    filter:
      include:
        outcome: [event, raw, unknown]
    headers: [os, error, format, id]
    statistics_interval: 1s
    {options}
"""

TLS = "tls: {enable: true, ca: PKI/ca.pem}"
SCRAM = "sasl_mechanism: SCRAM-SHA-%d\n    sasl_username: " + USER + "\n    sasl_password: {file: PKI/password}"
PLAIN = SCRAM.replace("SCRAM-SHA-%d", "PLAIN")
CLIENT = "tls: {enable: true, ca: PKI/ca.pem, certificate: PKI/client.pem, key: PKI/client.enc, key_password: {file: PKI/key_password}}"

# Name, listener, options; and of those that are kept out what the log says.
GOOD = [
    ("tls", "TLS", TLS),
    ("tls-unverified", "OTHER", "tls: {enable: true, verify: false}"),
    ("client-certificate", "MUTUAL", CLIENT),
    ("plain-tls", "SASLTLS", TLS + "\n    " + PLAIN),
]
SCRAM_GOOD = [
    ("scram-512-tls", "SASLTLS", TLS + "\n    " + SCRAM % 512),
    ("scram-256-tls", "SASLTLS", TLS + "\n    " + SCRAM % 256),
    ("scram-512", "SASL", SCRAM % 512),
    ("properties", "SASLTLS", "properties: {security.protocol: SASL_SSL, ssl.ca.location: PKI/ca.pem, sasl.mechanism: SCRAM-SHA-512, "
                              "sasl.username: " + USER + ", sasl.password: {file: PKI/password}}"),
]
AUTHORITY, KEY, WHO = r"certificate verify failed.*\(see ca of tls\)", r"SSL.*\(see certificate and key of tls\)", r".*\(see .*sasl_username, sasl_password"
BAD = [
    ("wrong-authority", "TLS", "tls: {enable: true, ca: PKI/wrong/ca.pem}", AUTHORITY),
    ("the-systems-authorities", "TLS", "tls: {enable: true}", AUTHORITY),
    ("another-hosts-certificate", "OTHER", TLS, AUTHORITY),
    ("no-client-certificate", "MUTUAL", TLS, KEY),
    ("wrong-password-plain", "SASLTLS", TLS + "\n    " + PLAIN.replace("password}", "wrong_password}"), "Invalid username or password" + WHO),
    ("no-tls", "TLS", "topic_wait: 5m", r"Disconnected.*\(see tls, sasl_mechanism\)"),
    ("no-sasl", "SASL", "topic_wait: 5m", r"Disconnected.*\(see tls, sasl_mechanism\)"),
    ("tls-where-none-is", "SASL", TLS, r"\(see tls, sasl_mechanism\)"),
]
SCRAM_BAD = [
    ("wrong-password-512", "SASLTLS", TLS + "\n    " + (SCRAM % 512).replace("password}", "wrong_password}"), "SCRAM-SHA-512" + WHO),
    ("wrong-user-256", "SASLTLS", TLS + "\n    " + (SCRAM % 256).replace(USER, "nobody"), "SCRAM-SHA-256" + WHO),
]


# ---- the cluster -----------------------------------------------------------------------------------

def write(path, *texts):
    with open(path, "w", encoding="utf-8") as f:
        f.write("".join(texts))


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def make_pki(folder):
    """Certificates of the broker and of a client, whose key is encrypted; passwords as files, right and wrong."""
    pki = lumber_rig.Pki(folder)
    pki.issue("server", "DNS:localhost,IP:127.0.0.1")
    pki.issue("other", "DNS:other.example.net")
    pki.issue("client", "DNS:client.example.net")
    lumber_rig.Pki(pki.path("wrong"))
    for name in ("server", "other"):
        write(pki.path(f"{name}.store"), read(pki.path(f"{name}.key")), read(pki.path(f"{name}.pem")))
    write(pki.path("password"), PASSWORD + "\n")
    write(pki.path("wrong_password"), "wrong-zebra-3\n")
    write(pki.path("key_password"), KEY_PASSWORD + "\n")
    pki.openssl("pkcs8", "-topk8", "-in", "client.key", "-out", "client.enc", "-v2", "aes256", "-passout", f"pass:{KEY_PASSWORD}")
    return pki


def make_broker(workdir, pki, version):
    modules = "org.apache.kafka.common.security"
    scram = f'{modules}.scram.ScramLoginModule required;'
    plain = f'{modules}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    broker = kafka_rig.Broker(workdir, partitions=2, version=version, properties={
        "ssl.keystore.type": "PEM", "ssl.keystore.location": pki.path("server.store"),
        "ssl.truststore.type": "PEM", "ssl.truststore.location": pki.path("ca.pem"),
        "listener.name.other.ssl.keystore.type": "PEM", "listener.name.other.ssl.keystore.location": pki.path("other.store"),
        "listener.name.mutual.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    })
    for listener in ("sasltls", "sasl"):
        for mechanism, jaas in (("plain", plain), ("scram-sha-256", scram), ("scram-sha-512", scram)):
            broker.settings[f"listener.name.{listener}.{mechanism}.sasl.jaas.config"] = jaas
    for bits in (256, 512):
        broker.format_argv += ["--add-scram", f"SCRAM-SHA-{bits}=[name={USER},password={PASSWORD}]"]
    where = {name: broker.listen(name, protocol) for name, protocol in (
        ("TLS", "SSL"), ("MUTUAL", "SSL"), ("OTHER", "SSL"), ("SASLTLS", "SASL_SSL"), ("SASL", "SASL_PLAINTEXT"))}
    return broker, where


# ---- one way in ------------------------------------------------------------------------------------

def send(workdir, port):
    path = os.path.join(workdir, "lines")
    write(path, *(f"<189>{n}: r{n % 7}: *Mar  1 18:48:50.483 UTC: %LINK-3-UPDOWN: Interface GigabitEthernet0/{n % 48}, changed state to up\n"
                  for n in range(1, MESSAGES + 1)))
    subprocess.run([netnorm_rig.NETNORM, "send", "tcp", f"127.0.0.1:{port}", path], check=True, stdout=subprocess.DEVNULL, timeout=60)


def wait_for(netnorm, seconds, good):
    """The last reading of what is counted, and whether it became good in time."""
    deadline = time.monotonic() + seconds
    while True:
        stats = netnorm.stats()
        if good(stats):
            return stats, True
        if time.monotonic() > deadline:
            return stats, False
        time.sleep(0.1)


def faults_of_good(netnorm, broker, topic):
    stats, done = wait_for(netnorm, DELIVERED_SECONDS, lambda s: s.output("kafka")["delivered"] == MESSAGES)
    if not done:
        return [f"not delivered after {DELIVERED_SECONDS} s: {stats.output('kafka')}"]
    stats, seen = wait_for(netnorm, 10, lambda s: s.output("kafka")["kafka_tx_bytes"] > 0 and s.output("kafka")["kafka_brokers_up"] > 0)
    faults = stats.faults()
    if not seen:
        faults.append(f"no statistics: {stats.output('kafka')}")
    status = netnorm.stop()
    if status != 0:
        faults.append(f"netnorm run ended with {status} on SIGTERM")
    ids = {re.search(rb'"id":"([0-9a-f]+)"', r.value)[1] for r in broker.read(topic)}
    if len(ids) != MESSAGES:
        faults.append(f"{len(ids)} events of {MESSAGES} are there")
    return faults


def faults_of_bad(netnorm, broker, topic, says):
    faults, deadline = [], time.monotonic() + TOLD_SECONDS
    while not re.search(says, netnorm.log()):
        if time.monotonic() > deadline:
            faults.append(f"the log does not say {says}")
            break
        time.sleep(0.1)
    stats, down = wait_for(netnorm, 10, lambda s: not s.output("kafka")["up"])
    faults += stats.faults()
    if not down or stats.output("kafka")["delivered"] != 0 or stats.output("kafka")["queued"] != MESSAGES:
        faults.append(f"down, and all of {MESSAGES} queued, is wanted: {stats.output('kafka')}")
    begin = time.monotonic()
    status = netnorm.stop()
    if status != 1 or time.monotonic() - begin > STOP_SECONDS:
        faults.append(f"netnorm run ended with {status} after {time.monotonic() - begin:.1f} s")
    if topic in broker.topics():
        faults.append("something came through")
    return faults


def one(workdir, broker, address, way, says=None):
    name, _listener, options = way
    options = options.replace("PKI", os.path.join(os.path.dirname(workdir), "pki"))
    folder = os.path.join(workdir, name)
    os.makedirs(folder)
    port = kafka_rig.free_ports(1)[0]
    begin = time.monotonic()
    with netnorm_rig.Netnorm(folder, CONFIG, tcp_port=port, broker=address, topic=name, options=options) as netnorm:
        netnorm.start()
        send(folder, port)
        faults = faults_of_bad(netnorm, broker, name, says) if says else faults_of_good(netnorm, broker, name)
        log = netnorm.log()
        if any(secret in log for secret in (PASSWORD, KEY_PASSWORD, "wrong-zebra-3")):
            faults.append("a secret is in the log")
        told = re.search(".*" + (says or "^$") + ".*", log)
        print(f"{name}: {'kept out' if says else f'{MESSAGES} delivered'}, {time.monotonic() - begin:.1f} s"
              + (f"; told as: {told[0].strip()}" if told and says else ""), flush=True)
        if faults:
            print(*faults, "netnorm said:", log[-6000:], sep="\n")
    return len(faults)


def run(workdir, pki, version, good, bad):
    broker, where = make_broker(workdir, pki, version)
    folder = os.path.join(workdir, f"ways-{version}")
    with broker:
        broker.start()
        print(f"Apache Kafka {version}", flush=True)
        faults = sum(one(folder, broker, where[way[1]], way) for way in good)
        faults += sum(one(folder, broker, where[way[1]], way[:3], way[3]) for way in bad)
        broker.stop()
    return faults


def librdkafka():
    """The version that kcat has, which is netnorm's."""
    words = subprocess.run(["kcat", "-V"], capture_output=True, text=True, timeout=20, check=False).stdout
    return tuple(map(int, re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", words).groups()))


def main():
    """SCRAM with Kafka 4 is let in, or told, by what librdkafka is here; with Kafka 3 it is let in."""
    workdir = os.environ.get("TMPDIR", "/tmp")
    pki = make_pki(os.path.join(workdir, "pki"))
    old = librdkafka() < (2, 6, 1)
    told = [(*way, "librdkafka 2.6.1 and later") for way in SCRAM_GOOD[:2]]
    faults = run(workdir, pki, kafka_rig.KAFKA, GOOD + ([] if old else SCRAM_GOOD), BAD + (told if old else SCRAM_BAD))
    faults += run(workdir, pki, kafka_rig.KAFKA_3, SCRAM_GOOD, SCRAM_BAD)
    print(f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    kafka_rig.run(main)
