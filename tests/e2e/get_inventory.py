#!/usr/bin/python3
"""`netnorm get` by names of the inventory: a device, a group, all; what the command line adds; tables; what cannot be asked."""
import json
import os
import signal
import subprocess
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import device  # noqa: E402
from devices.faults import Faults as DeviceFaults  # noqa: E402

INVENTORY = """\
defaults:
  username: {user}
  password: {{file: secret}}
groups:
  leaves: {{driver: eos, options: {{transport: http}}}}
  idle: {{}}
devices:
  leaf-1: {{group: leaves, addresses: 127.0.0.31, hosts: [leaf-1.example.net], port: {ports[0]}}}
  leaf-2: {{group: leaves, hostname: 127.0.0.32, port: {ports[1]}, timeout: 1s}}
  leaf-3: {{group: leaves, hostname: 127.0.0.33, port: {ports[2]}}}
  mute: {{group: idle}}
"""


def answers(n):
    interface = {"lineProtocolStatus": "up", "interfaceStatus": "connected", "description": f"uplink {n} Zürich \x1b[31m", "mtu": 9214, "bandwidth": 10000000000,
                 "lastStatusChangeTimestamp": 1767236700.5, "physicalAddress": f"00:1c:73:aa:bb:0{n}"}
    return [("show version", {"modelName": "DCS-7280", "version": "4.29.2F", "serialNumber": f"SER{n}", "bootupTimestamp": 1767000000.0}),
            ("show hostname", {"hostname": f"leaf-{n}", "fqdn": f"leaf-{n}"}), ("show interfaces", {"interfaces": {"Ethernet1": interface}})]


class Asker:
    def __init__(self, faults, workdir):
        self.faults, self.inventory = faults, os.path.join(workdir, "inventory.yaml")

    def ask(self, *argv, status=0, env=None):
        done = rig.run("get", "--inventory", self.inventory, *argv, env=env)
        self.faults.same(done.returncode, status, f"status of {argv}: {done.stderr.decode()}")
        return done.stdout.decode(), done.stderr.decode()


def one(faults, asker):
    for name in ("leaf-1", "leaf-1.example.net"):
        out, err = asker.ask(name, "get_facts")
        faults.same((json.loads(out)["serial_number"], err), ("SER1", ""), name)
    out, _ = asker.ask("--option", "timeout=1", "leaf-2", "get_facts", status=1)
    faults.same(out, "", "a device that does not answer")
    asker.ask("leaf-1", "get_firewall_policies", status=3)
    asker.ask("leaf-1", "get_facts", '{"no": 1}', status=2)
    for argv, word in ((("--option", "insecure=ture", "leaf-1", "get_facts"), "true or false"), (("leaf-9", "get_facts"), 'did you mean "leaf-'), (("leavse", "get_facts"), 'did you mean "leaves"'), (("nowhere-at-all", "get_facts"), '"nowhere-at-all"; see'), (("mute", "get_facts"), "driver"), (("idle", "get_facts"), "driver"), (("leaf-1", "get_fact"), "get_facts"),
                       (("leaf-1",), "method")):
        _, err = asker.ask(*argv, status=2)
        faults.expect(word in err, f"{argv}: {err}")


def many(faults, asker):
    for name in ("leaves", "all"):
        out, err = asker.ask(name, "get_facts", status=1)
        got = json.loads(out)
        faults.same({k: v and v["serial_number"] for k, v in got.items()}, {"leaf-1": "SER1", "leaf-2": None, "leaf-3": "SER3"}, name)
        faults.expect("leaf-2: get_facts: " in err and "1 of 3 devices failed" in err, f"{name}: {err}")


def interrupted(faults, asker):
    """What was answered is printed, and the rest is given up at once, though leaf-2 has ten seconds."""
    argv = [rig.NETNORM, "get", "--inventory", asker.inventory, "--option", "timeout=10", "leaves", "get_facts"]
    began = time.monotonic()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as proc:
        time.sleep(1.5)
        proc.send_signal(signal.SIGINT)
        out, err = proc.communicate(timeout=30)
    faults.same(proc.returncode, 1, f"status of an interrupted group: {err.decode()}")
    faults.same({k: v and v["serial_number"] for k, v in json.loads(out).items()}, {"leaf-1": "SER1", "leaf-2": None, "leaf-3": "SER3"}, "what was answered before")
    faults.expect(b"leaf-2: get_facts: " in err and time.monotonic() - began < 8, f"{time.monotonic() - began:.1f} s: {err.decode()}")


def table(faults, asker):
    out, _ = asker.ask("--table", "leaf-3", "get_interfaces", env={"LC_ALL": "C.UTF-8"})
    lines = out.splitlines()
    faults.same(len(lines), 2, f"lines of a table: {out!r}")
    faults.same(lines[0].split(), ["is_up", "is_enabled", "description", "last_flapped", "mtu", "speed", "mac_address"], "its head")
    faults.expect(lines[1].startswith("Ethernet1") and "uplink 3 Zürich" in lines[1] and "\x1b" not in out, f"its row: {lines[1]!r}")
    out, _ = asker.ask("--table", "leaf-3", "get_facts")
    faults.expect("serial_number" in out and "SER3" in out, f"facts as lines: {out!r}")
    out, _ = asker.ask("--table", "leaves", "get_facts", status=1)
    faults.same([line.split()[:2] for line in out.splitlines()[1:]], [["leaf-1", "4.29.2F"], ["leaf-2", "failed"], ["leaf-3", "4.29.2F"]], "a group's rows")
    out, _ = asker.ask("--table", "leaves", "get_interfaces", status=1)
    faults.same([line for line in out.splitlines() if line in ("leaf-1", "leaf-2", "failed", "leaf-3")], ["leaf-1", "leaf-2", "failed", "leaf-3"], "a group's tables")


def full_disk(faults, asker):
    for form in ("--table", "--json"):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([rig.NETNORM, "get", "--inventory", asker.inventory, form, "leaf-3", "get_facts"], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        faults.same(done.returncode, 1, f"status of {form} to a full disk")
        faults.expect(b"netnorm get: cannot write: No space left" in done.stderr, f"{form} to a full disk: {done.stderr!r}")


def faulty(faults, workdir):
    path = os.path.join(workdir, "faulty.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write("devices:\n  a: {driver: eoss}\n  b: {driver: eos, options: {transprt: http}}\n  c: {driver: eos, options: [x]}\n"
                "  d: {driver: eos, options: {transport: htp}}\n  e: {driver: ios, options: {insecure: ture, legacy_algorithms: yes}}\n")
    done = rig.run("get", "--inventory", path, "a", "get_facts")
    err = done.stderr.decode()
    faults.same(done.returncode, 2, f"a faulty inventory: {err}")
    for word in ('there is no driver "eoss" (did you mean "eos"?)', 'has no option "transprt"', '"options" must be a map', 'the option transport is https or http, not "htp"',
                 'the option insecure is true or false, not "ture"', "5 errors"):
        faults.expect(word in err, f"{word!r} is not in {err}")


SECRETS = """\
defaults: {{driver: eos, username: {user}, port: {port}, options: {{transport: http}}}}
groups:
  unset: {{password: {{env: NETNORM_E2E_UNSET}}}}
devices:
  good: {{hostname: 127.0.0.31, password: {{file: secret}}}}
  bare: {{hostname: 127.0.0.31}}
  unset-1: {{hostname: 127.0.0.31, group: unset}}
  no-file: {{hostname: 127.0.0.31, password: {{file: nosuch}}}}
  wrong: {{hostname: 127.0.0.31, password: {{file: other}}}}
"""


def secrets(faults, workdir, served):
    """Whose password counts; one that cannot be read is told of the device that needs it."""
    asker = Asker(faults, workdir)
    asker.inventory = os.path.join(workdir, "secrets.yaml")
    secret = os.path.join(workdir, "secret")
    with open(os.path.join(workdir, "other"), "w", encoding="utf-8") as f:
        f.write("not-this-one\n")
    with open(asker.inventory, "w", encoding="utf-8") as f:
        f.write(SECRETS.format(user=served.user, port=served.port))
    user, env = ("--user", served.user), {"NETNORM_PASSWORD": served.password}
    for argv, given, status in ((("good",), None, 0), (("good",), {"NETNORM_PASSWORD": "not-this-one"}, 0), (("bare",), env, 0), (("bare",), None, 1), (("unset-1",), None, 2),
                                (("unset-1",), env, 2), ((*user, "unset-1"), env, 0), (("--password-file", secret, "unset-1"), None, 0), ((*user, "no-file"), None, 2),
                                ((*user, "wrong"), env, 0), (("wrong",), env, 1), ((*user, "--password-file", secret, "wrong"), {"NETNORM_PASSWORD": "not-this-one"}, 0)):
        out, _ = asker.ask(*argv, "get_facts", status=status, env=given)
        faults.same(bool(out), status == 0, f"{argv} {given}: {out}")
    out, err = asker.ask("all", "get_facts", status=1)
    faults.same({k: v and v["serial_number"] for k, v in json.loads(out).items()}, {"good": "SER1", "bare": None, "unset-1": None, "no-file": None, "wrong": None}, "all")
    for word in ("unset-1: get_facts: ", "secrets.yaml:3:27: the environment has no NETNORM_E2E_UNSET", "secrets.yaml:8:52: the secret cannot be read: No such file", "4 of 5 devices failed"):
        faults.expect(word in err, f"{word!r} is not in {err}")
    asker.ask("unset-1", "get_firewall_policies", status=3)
    with open(asker.inventory, "a", encoding="utf-8") as f:
        f.write("  odd: {password: [x]}\n")
    _, err = asker.ask("good", "get_facts", status=2)
    faults.expect("must be {file: PATH}" in err and "1 error" in err, f"a password that is a list: {err}")


def body(faults, workdir):
    devices = [device.Device("eapi", answers(n), host=f"127.0.0.3{n}", settings={"driver": "eos"}, faults=DeviceFaults(dead=n == 2)) for n in (1, 2, 3)]
    for d in devices:
        d.start()
    with open(os.path.join(workdir, "secret"), "w", encoding="utf-8") as f:
        f.write(devices[0].password + "\n")
    with open(os.path.join(workdir, "inventory.yaml"), "w", encoding="utf-8") as f:
        f.write(INVENTORY.format(user=devices[0].user, ports=[d.port for d in devices]))
    asker = Asker(faults, workdir)
    one(faults, asker)
    many(faults, asker)
    interrupted(faults, asker)
    table(faults, asker)
    full_disk(faults, asker)
    faulty(faults, workdir)
    secrets(faults, workdir, devices[0])
    for d in devices:
        d.stop()


if __name__ == "__main__":
    rig.main(body)
