#!/usr/bin/python3
"""Faults of configuration, inventory and profiles: all told at once, with line and column, and status 1."""
import os
import re

import rig

GOOD = """\
inputs:
  - {name: udp, kind: udp, address: 127.0.0.1, port: 5514}
outputs:
  - {name: out, kind: stdout}
"""

# What stands in the place of GOOD, and what the complaint must hold; each pattern is one fault.
BROKEN = [
    ("", ["no inputs", "no outputs"]),
    ("inputs: []\noutputs: []\n", ["no inputs", "no outputs"]),
    (GOOD + "wokers: 3\n", [r":5:1: .*wokers.*did you mean \"workers\""]),
    (GOOD + "workers: many\n", [r":5:10: .*workers.*number"]),
    (GOOD + "workers: 100000\n", [r":5:\d+: .*workers"]),
    (GOOD + "stop_timeout: fast\n", [r":5:15: .*stop_timeout.*duration"]),
    (GOOD + "log_level: loud\n", [r":5:\d+: .*loud"]),
    (GOOD + "metrics: {address: localhost}\n", [r":5:\d+: .*localhost"]),
    (GOOD + "metrics: {port: 70000, adress: 127.0.0.1}\n", [r":5:\d+: .*port", r":5:\d+: .*adress.*address"]),
    (GOOD + "inventory: /nonexistent/inventory.yaml\n", [r"/nonexistent/inventory\.yaml"]),
    (GOOD + "profiles: [/nonexistent/profiles]\n", [r"/nonexistent/profiles"]),
    (GOOD.replace("udp, kind: udp", "udp, kind: udq"), [r":2:\d+: .*udq.*did you mean \"udp\""]),
    (GOOD.replace("port: 5514", "port: 0"), [r":2:\d+: .*port"]),
    (GOOD.replace("port: 5514", "prot: 5514"), [r":2:\d+: .*prot.*port"]),
    (GOOD.replace("address: 127.0.0.1", "address: example.net"), [r":2:\d+: .*example\.net"]),
    (GOOD.replace("name: udp", "name: 'a b'"), [r":2:\d+: .*name"]),
    (GOOD.replace("outputs:", "  - {name: udp, kind: stdin}\noutputs:"), [r":3:\d+: .*udp"]),
    (GOOD.replace("kind: stdout", "kind: stdut"), [r":4:\d+: .*stdut.*did you mean \"stdout\""]),
    (GOOD.replace("kind: stdout", "kind: stdout, format: nativ"), [r":4:\d+: .*nativ.*native"]),
    (GOOD.replace("kind: stdout", "kind: stdout, queue: {limit: 0}"), [r":4:\d+: .*limit"]),
    (GOOD.replace("kind: stdout", "kind: stdout, filter: {include: {severity: bad}}"), [r":4:\d+: .*bad"]),
    (GOOD.replace("kind: stdout", "kind: stdout, filter: {includ: {os: ios}}"), [r":4:\d+: .*includ"]),
    (GOOD.replace("kind: stdout", "kind: stdout, filter: {include: {severity: bad, oss: ios}}, nosuch: 1"), [r":4:\d+: .*bad", r":4:\d+: .*oss", r":4:\d+: .*nosuch"]),
    (GOOD.replace("kind: stdout", "kind: stdut, filter: {include: {severity: bad}}"), [r":4:\d+: .*bad", r":4:\d+: .*stdut"]),
    (GOOD.replace("kind: stdout", "kind: kafka"), [r":4:\d+: .*brokers"]),
    (GOOD.replace("kind: stdout", "kind: kafka, brokers: [a:1], properties: {nosuch.property: 1}"), [r":4:\d+: .*nosuch\.property"]),
    (GOOD.replace("kind: stdout", "kind: file"), [r":4:\d+: .*path"]),
    (GOOD.replace("kind: stdout", "kind: file, path: /"), [r":4:\d+: .*/ is a directory"]),
    (GOOD.replace("kind: stdout", "kind: http, urls: 'http://127.0.0.1:1/', dead_letter: /"), [r":4:\d+: .*/ is a directory"]),
    (GOOD.replace("kind: stdout", "kind: file, path: x") + "  - {name: hook, kind: http, urls: 'http://127.0.0.1:1/', dead_letter: x}\n",
     [r":5:\d+: .*\"out\" writes its events into .*x: dead letters"]),
    (GOOD + "spool: {path: /nonexistent/spool}\nnosuch: 1\n", [r":5:\d+: warning: there is no directory /nonexistent", r":6:1: .*nosuch"]),
    (GOOD + "enrichment: {intervals: {get_fact: 1h, get_facts: 1ms}, sessions: 0}\n", [r":5:\d+: .*get_fact\b.*did you mean \"get_facts\"", r":5:\d+: .*get_facts", r":5:\d+: .*sessions"]),
    (GOOD + "enrichment: {fresh_look: {filter: {includ: {}}, gap: -1s}}\n", [r":5:\d+: .*includ", r":5:\d+: .*gap"]),
    (GOOD + "workers: 1\nworkers: 2\n", [r":6:1: .*workers"]),
    (GOOD + "control: [unclosed\n", [r":\d+:\d+: "]),
    (GOOD + "\tworkers: 1\n", [r":5:\d+: "]),
    ("- a list\n", [r":1:1: "]),
    ("just text\n", [r":1:1: "]),
    (b"\xff\xfe\x00", [r":1:"]),
    (GOOD.replace("port: 5514", "port: x").replace("stdout", "stdut") + "nosuch: 1\n", [r":2:\d+: ", r":4:\d+: ", r":5:1: .*nosuch"]),
]

INVENTORIES = [
    ("devices:\n  r1: {adresses: 192.0.2.1}\n", [r"inventory\.yaml:2:\d+: .*adresses.*addresses"]),
    ("devices:\n  r1: {addresses: 192.0.2.300}\n", [r"inventory\.yaml:2:\d+: .*192\.0\.2\.300"]),
    ("devices:\n  r1: {addresses: 192.0.2.1, os: iso}\n", [r"inventory\.yaml:2:\d+: .*no OS .*iso"]),
    ("devices:\n  r1: {addresses: 192.0.2.1, zone: Nowhere/Land}\n", [r"inventory\.yaml:2:\d+: .*Nowhere/Land"]),
    ("devices:\n  r1: {addresses: 192.0.2.1, os: iso, zone: Nowhere/Land}\n", [r"inventory\.yaml:2:\d+: .*Nowhere/Land", r"inventory\.yaml:2:\d+: .*no OS .*iso"]),
    ("devices:\n  r1: {driver: eoss}\n", [r"inventory\.yaml:2:\d+: .*no driver .*eoss.*did you mean .*eos"]),
    ("devices:\n  r1: {driver: eos, options: {transprt: http}, port: 0}\n", [r"inventory\.yaml:2:\d+: .*port", r"inventory\.yaml:2:\d+: .*transprt"]),
    ("devices:\n  r1: {driver: eos, options: [1], password: {file: /nonexistent/secret}}\n", [r"inventory\.yaml:2:\d+: .*options", r"inventory\.yaml:2:52: error: the secret cannot be read"]),
    ("devices:\n  r1: {driver: ios, options: {timeout: abc, keepalive: 1m, key_file: ''}}\n", [r"inventory\.yaml:2:31: .*timeout is seconds, more than 0 .*not \"abc\"",
                                                                                                r"inventory\.yaml:2:45: .*keepalive is whole seconds.*not \"1m\"", r"key_file is the name of a file"]),
    ('devices:\n  "r\\e[31m": {}\n  "a\\0b": {}\n  "c\\u009b": {}\n  "d\\x7f": {}\n  é: {}\n', [rf"inventory\.yaml:{line}:3: .*control character" for line in (2, 3, 4, 5)]
     + [r"\b4 errors"]),
    ("devices:\n  r1: {addresses: 192.0.2.1, group: nosuch}\n", [r"inventory\.yaml:2:\d+: .*nosuch"]),
    ("devices:\n  r1: {addresses: 192.0.2.1}\n  r2: {addresses: 192.0.2.1}\n", [r"inventory\.yaml:3:\d+: .*192\.0\.2\.1"]),
]

MESSAGE = """\
messages:
  - error: MY_EVENT
    tag: TEST-5-MINE
    values: {{what: (\\S+)}}
    line: '{line}'
    model: NO_MODEL
    mapping: {{variables: {{'{path}': what}}, static: {{}}}}
"""
PROFILES = [
    (MESSAGE.format(line="about {what}", path="a//b") + "    condtion: up\n", [r"mine\.yaml:8:5: .*condtion.*condition"]),
    (MESSAGE.format(line="about {waht}", path="a//b"), [r"mine\.yaml:5:\d+: .*waht"]),
    (MESSAGE.format(line="about {what}", path="a//b").replace("(\\S+)", "(\\S+"), [r"mine\.yaml:4:\d+: "]),
    (MESSAGE.format(line="about {what}", path="a//b").replace("(\\S+)", "\\S+"), [r"mine\.yaml:4:\d+: .*group"]),
    (MESSAGE.format(line="about {what}", path="a//b").replace("what:", "what|itn:"), [r"mine\.yaml:4:\d+: .*itn"]),
    (MESSAGE.format(line="about {what}", path="a//{nosuch}"), [r"mine\.yaml:7:\d+: .*nosuch"]),
    ("messages: 5\n", [r"mine\.yaml:1:\d+: "]),
]


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())


def expect_faults(faults, path, patterns, what):
    done = rig.run("check", "-c", path)
    text = done.stderr.decode("utf-8", "replace")
    faults.same(done.returncode, 1, f"status of check, {what}: {text}")
    for pattern in patterns:
        faults.expect(re.search(pattern, text), f"{what}: no {pattern!r} in:\n{text}")
    return text


def configurations(faults, workdir):
    path = os.path.join(workdir, "netnorm.yaml")
    write(path, GOOD)
    done = rig.run("check", "-c", path)
    faults.same(done.returncode, 0, f"status of check, good: {done.stderr.decode()}")
    for content, patterns in BROKEN:
        write(path, content)
        expect_faults(faults, path, patterns, repr(content[-70:]))
        done = rig.run("run", "-c", path, "--control", os.path.join(workdir, "control"), timeout=20)
        faults.same(done.returncode, 1, f"status of run: {content[-70:]!r}")


def the_place_is_shown(faults, workdir):
    """The line of the source, and a caret below the place."""
    path = os.path.join(workdir, "netnorm.yaml")
    write(path, GOOD + "wokers: 3\n")
    text = expect_faults(faults, path, [], "the place")
    faults.expect(re.search(r"^ +5 \| wokers: 3\n +\| \^", text, re.M), f"no caret under the word: {text}")


def inventories(faults, workdir):
    path = os.path.join(workdir, "netnorm.yaml")
    write(path, GOOD + "inventory: inventory.yaml\n")
    for content, patterns in INVENTORIES:
        write(os.path.join(workdir, "inventory.yaml"), content)
        expect_faults(faults, path, patterns, repr(content))
        done = rig.run("parse", "--inventory", os.path.join(workdir, "inventory.yaml"))
        faults.same(done.returncode, 1, f"status of parse --inventory: {content!r}")
        for pattern in patterns:
            faults.expect(re.search(pattern, done.stderr.decode()), f"parse --inventory: no {pattern!r} in:\n{done.stderr.decode()}")


def profiles(faults, workdir):
    path = os.path.join(workdir, "netnorm.yaml")
    mine = os.path.join(workdir, "mine/ios/mine.yaml")
    write(path, GOOD + "profiles: [mine]\n")
    for content, patterns in PROFILES:
        write(mine, content)
        expect_faults(faults, path, patterns, repr(content[-90:]))
    write(mine, MESSAGE.format(line="about {what}", path="a//b"))
    done = rig.run("check", "-c", path)
    faults.same(done.returncode, 0, f"a profile of one's own: {done.stderr.decode()}")


def names_of_filters(faults, workdir):
    """A name in a filter that no profile has is a warning and no fault; the configuration's own profiles count."""
    path = os.path.join(workdir, "netnorm.yaml")
    mine = os.path.join(workdir, "mine/ios/mine.yaml")
    write(mine, MESSAGE.format(line="about {what}", path="a//b"))
    content = GOOD.replace("kind: stdout", "kind: stdout, filter: {include: {os: [ios, iso], error: [MY_EVENT, 'INTERFACE_*', INTERFACE_DWON]}}")
    for rest, told in (("profiles: [mine]\n", 2), ("", 3)):
        write(path, content + rest)
        done = rig.run("check", "-c", path)
        text = done.stderr.decode()
        faults.same((done.returncode, text.count(": warning: ")), (0, told), f"names of a filter: {text}")
        for want in (r':4:\d+: warning: "iso" fits no OS of the profiles \(did you mean "ios"\?\)', r':4:\d+: .*"INTERFACE_DWON" fits no event .*"INTERFACE_DOWN"'):
            faults.expect(re.search(want, text), f"no {want!r} in:\n{text}")


def state(faults, workdir):
    """What run makes is no warning and is not made by check; what it cannot make is one, where devices are asked."""
    path = os.path.join(workdir, "col", "netnorm.yaml")
    write(os.path.join(workdir, "col", "file"), "")
    for driver, state_dir, told in (("driver: eos", "not/there", False), ("driver: eos", "file", True), ("driver: eos", "file/below", True), ("", "file", False)):
        write(os.path.join(workdir, "col", "inventory.yaml"), f"devices: {{a: {{{driver}}}}}\n")
        write(path, GOOD + f"inventory: inventory.yaml\nstate_dir: {state_dir}\n")
        done = rig.run("check", "-c", path)
        text = done.stderr.decode()
        faults.same((done.returncode, bool(re.search(r":6:12: warning: .*is no directory", text))), (0, told), f"state_dir: {state_dir}, {driver}: {text}")
        faults.expect(not os.path.exists(os.path.join(workdir, "col", "not")), "check has made the state directory")


def access(faults, workdir):
    """What asking the devices needs and is not there: warnings of check, each once."""
    path = os.path.join(workdir, "netnorm.yaml")
    write(path, GOOD + "inventory: inventory.yaml\n")
    write(os.path.join(workdir, "known"), "")
    write(os.path.join(workdir, "inventory.yaml"), f"""\
groups: {{g: {{driver: ios, options: {{key_file: /nonexistent/key, known_hosts: {workdir}/known}}}}}}
devices:
  r1: {{group: g}}
  r2: {{group: g, username: u, options: {{key_passphrase_file: /nonexistent/phrase}}}}
  r3: {{driver: eos, options: {{ca_file: /nonexistent/ca.pem}}}}
  r4: {{group: g, poll: false}}
""")
    done = rig.run("check", "-c", path)
    text = done.stderr.decode()
    faults.same((done.returncode, text.count(": warning: ")), (0, 4), f"what is not there: {text}")
    for pattern in (r":1:47: .*key_file /nonexistent/key: No such file", r":3:3: .*ios.*username", r":4:\d+: .*/nonexistent/phrase", r":5:\d+: .*/nonexistent/ca\.pem"):
        faults.expect(re.search(pattern, text), f"no {pattern!r} in:\n{text}")


def hidden_groups(faults, workdir):
    """A device that has the name of a group is asked in its place: told once, for each way to have it."""
    path = os.path.join(workdir, "netnorm.yaml")
    write(path, GOOD + "inventory: inventory.yaml\n")
    for content, places in (("devices: {all: , b: }\n", [("1:11", "all")]), ("groups: {core: , edge: }\ndevices:\n  Core: {}\n  b: {hosts: [edge, ALL]}\n", [("4:3", "all"), ("3:3", "core"), ("4:3", "edge")]),
                            ("groups: {all: }\ndevices: {a: , al: }\n", [])):
        write(os.path.join(workdir, "inventory.yaml"), content)
        done = rig.run("check", "-c", path)
        text = done.stderr.decode()
        faults.same((done.returncode, re.findall(r":(\d+:\d+): warning: .* name \"(\w+)\", which hides the group", text)), (0, places), f"{content!r}: {text}")


def body(faults, workdir):
    hidden_groups(faults, workdir)
    state(faults, workdir)
    access(faults, workdir)
    configurations(faults, workdir)
    the_place_is_shown(faults, workdir)
    inventories(faults, workdir)
    profiles(faults, workdir)
    names_of_filters(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
