#!/usr/bin/python3
# tests/run: timeout 600
"""A real Elasticsearch with security, over TLS: who has a password or a service token delivers, a wrong one waits until it is mended, and no
secret is in the log.  (This distribution makes no API keys: the index that they are kept in wants a module that it lacks.)"""
import base64
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess

import kafka_rig
import netnorm_rig
import search_mends
import search_rig
from kafka_rig import Failed, Missing

COUNT = 200
PASSWORD, WRONG = "hidden-password", "hidden-wrong"
# The role of that service may write to logs-*.
SERVICE, INDEX = "elastic/fleet-server/netnorm", "logs-netnorm"
LINES = [f"<189>{n}: edge7: Nov 23 20:01:28.123 UTC: %LINK-3-UPDOWN: Interface Ethernet9/{n}, changed state to down" for n in range(COUNT + 1)]
OUTPUT = """\
  - name: {name}
    kind: elasticsearch
    urls: ['https://localhost:{port}']
    index: {index}-{name}
    tls: {{enable: true, ca: {ca}}}
    {auth}
"""


class SecureNode(search_rig.Node):
    """Its certificate is for localhost, from an authority of its own."""

    def __init__(self, workdir):
        settings = {"xpack.security.enabled": "true", "xpack.security.autoconfiguration.enabled": "false", "xpack.security.http.ssl.enabled": "true",
                    "xpack.security.http.ssl.key": "server.key", "xpack.security.http.ssl.certificate": "server.pem",
                    "xpack.security.transport.ssl.enabled": "false"}
        super().__init__(search_rig.ELASTICSEARCH._replace(settings=settings), workdir)
        config = os.path.join(self.home, "config")
        self.ca = os.path.join(config, "ca.pem")
        make_certificates(config)
        self.tool("elasticsearch-keystore", "create")
        self.tool("elasticsearch-keystore", "add", "-x", "bootstrap.password", text=PASSWORD)
        self.token = re.search(r" = (\S+)", self.tool("elasticsearch-service-tokens", "create", *SERVICE.rsplit("/", 1))).group(1)
        self.context = ssl.create_default_context(cafile=self.ca)
        if os.getuid() == 0:
            for path in [config] + [os.path.join(config, name) for name in os.listdir(config)]:
                os.chown(path, search_rig.NOBODY, search_rig.NOBODY)

    def tool(self, name, *argv, text=""):
        java = os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("java"))))
        done = subprocess.run([os.path.join(self.home, "bin", name), *argv], input=text, env={**os.environ, "ES_JAVA_HOME": java}, capture_output=True,
                              text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise Failed(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, method, path, body=None):
        c = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.context)
        try:
            who = base64.b64encode(f"elastic:{PASSWORD}".encode()).decode()
            c.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json", "Authorization": "Basic " + who})
            answer = c.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        except http.client.HTTPException as e:
            raise OSError(str(e)) from e
        finally:
            c.close()


def make_certificates(folder):
    def openssl(*argv):
        done = subprocess.run(["openssl", *argv], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed(f"openssl {argv[0]}: {done.stderr}")

    if not shutil.which("openssl"):
        raise Missing("no openssl here")
    new = ["req", "-newkey", "rsa:2048", "-nodes"]
    openssl(*new, "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(*new, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(folder, "server.ext"), "w", encoding="utf-8") as f:
        f.write("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "server.ext", "-out",
            "server.pem")


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text + "\n")


def round_of(workdir, faults):
    with SecureNode(workdir) as node:
        node.start()
        folder = os.path.join(workdir, "netnorm")
        os.makedirs(folder)
        secrets = {"basic": PASSWORD, "late": WRONG, "token": node.token}
        for name, secret in secrets.items():
            write(os.path.join(folder, name), secret)
        auths = {name: f"username: elastic, password: {{file: {folder}/{name}}}" for name in ("basic", "late")}
        auths["token"] = f"token: {{file: {folder}/token}}"
        outputs = "".join(OUTPUT.format(name=name, port=node.port, index=INDEX, ca=node.ca, auth=auth.replace(", password", "\n    password"))
                          for name, auth in auths.items())
        tcp, = kafka_rig.free_ports(1)
        text = search_mends.CONFIG + outputs.replace("{", "{{").replace("}", "}}")
        with netnorm_rig.Netnorm(folder, text, tcp=tcp) as netnorm:
            netnorm.start()
            with socket.create_connection(("127.0.0.1", tcp)) as sock:
                sock.sendall("".join(line + "\n" for line in LINES[:COUNT]).encode())
                search_mends.wait(netnorm, "delivered", lambda s: all(s.output(name)["delivered"] == COUNT for name in ("basic", "token")))
                stats = search_mends.wait(netnorm, "a try with a wrong password", lambda s: s.output("late")["retried"] > 0)
            if stats.output("late")["delivered"] != 0 or stats.output_dropped("late") != 0:
                faults.append(f"with a wrong password: {stats.output('late')}")
            write(os.path.join(folder, "late"), PASSWORD)
            if netnorm.ask("reload").returncode != 0:
                faults.append("reload failed")
            # The output is opened anew; a further line goes to that one.
            with socket.create_connection(("127.0.0.1", tcp)) as sock:
                sock.sendall((LINES[COUNT] + "\n").encode())
                search_mends.wait(netnorm, "delivered after a reload", lambda s: s.output("late")["delivered"] > 0)
            for name in ("basic", "token"):
                search_mends.check_order(node, f"{INDEX}-{name}", faults)
            log = netnorm.log()
            if not re.search(r'error: output "late": https://localhost:\d+: HTTP 401', log):
                faults.append(f"the log does not tell of 401: {log[-2000:]}")
            faults += [f"the log has the secret of {name}" for name, secret in secrets.items() if secret in log]
            netnorm.stop()


if __name__ == "__main__":
    search_rig.run("secure", round_of)
