#!/usr/bin/python3
# tests/run: no-asan
"""What `netnorm lint` tells of a folder that loads: what a leaf refuses, at its place, and nothing that is not the folder's own affair."""
import os

import rig

MESSAGE = """\
messages:
  - error: ACME_%s
    tag: [ACME-4-%s]
    values: {interface: (\\S+), word: (\\S+)}
    line: 'port {interface} is {word}'
    model: NO_MODEL
    object: '{interface}'
    samples: [{line: '<189>7: sw1: Mar  1 2026 00:01:02 UTC: %%ACME-4-%s: port Gi0/1 is up'}]
"""

# (kinds/acme.yaml, faults, warnings, what is told)
ROWS = (
    ("kinds:\n  ACME_A:\n    openconfig:\n      $interface/state/oper-status: '{word|mac}'\n", 1, 0,
     ("acme.yaml:4:44: error: {word|mac}: the cast mac gives a MAC address, and ",)),
    ("kinds:\n  ACME_A:\n    openconfig: {$interface/state/oper-status: '{word|lower|int?UP}'}\n", 1, 0, ("3:61: error: {word|lower|int?UP}: the cast int gives a number, ",)),
    ("kinds:\n  ACME_A:\n    openconfig:\n      $interface/state/enabled: '{word|bytes}'\n      $interface/state/ifindex: '{word|mac}'\n", 2, 0,
     ("4:40: error: {word|bytes}: the cast bytes gives a number, ", "{word|mac}: the cast mac gives a MAC address, ")),
    ("kinds:\n  ACME_A:\n    openconfig: {$interface/state/ifindex: '{word|as_number}', $interface/state/mtu: '{word|number}'}\n", 0, 0, ()),
    ("kinds:\n  ACME_A:\n    openconfig: {$interface/state/description: '{word|mac}'}\n", 0, 0, ()),
    ("maps:\n  acme_status:\n    up: UP\n    bad: BROKEN\nkinds:\n  ACME_A:\n    openconfig: {$interface/state/oper-status: '{word|acme_status}'}\n", 1, 0,
     ('acme.yaml:4:10: error: ACME_A: {word|acme_status}: the map acme_status makes "BROKEN" of "bad", and ', "    4 |     bad: BROKEN\n      |          ^~~~~~\n")),
    # a map that counts in shipped kinds: told once for each type, at the map
    ("maps: {if_status: {'1': UP, '2': GONE}}\nkinds: {ACME_A: {alarm: auto}}\n", 2, 0, ('acme.yaml:1:34: error: ', 'the map if_status makes "GONE" of "2"')),
    ("kinds:\n  ACME_A:\n    openconfig:\n      $interface/state/oper-status: '{word?AWAY}'\n", 1, 0,
     ("acme.yaml:4:44: error: {word?AWAY}: ", "      |                                            ^~~~\n")),
    ("kinds:\n  ACME_A:\n    openconfig:\n      /network-instances/network-instance[name=DEFAULT]/protocols/protocol[identifier={word?NOSUCH}][name=x]:\n", 1, 0,
     ("acme.yaml:4:93: error: {word?NOSUCH}: ", "^~~~~~\n")),
    ("paths:\n  acme: /network-instances/network-instance[name=DEFAULT]/protocols/protocol[identifier={word?NOSUCH}][name=x]\n"
     "kinds:\n  ACME_A:\n    openconfig:\n      $acme:\n", 1, 0, ("acme.yaml:2:95: error: {word?NOSUCH}: ",)),
    ("kinds:\n  ACME_A: {alarm: MAJOR}\n  ACME_B: {alarm: MAJOR, clears: ACME_AA}\n", 1, 0,
     ('acme.yaml:3:34: error: ACME_B clears ACME_AA, and there is no such kind (did you mean "ACME_A"?)',)),
    ("kinds:\n  ACME_A: {alarm: MAJOR}\n  ACME_B: {message: true, clears: ACME_A}\n", 0, 1, ("acme.yaml:3:35: warning: ACME_B clears nothing: ",)),
    ("kinds:\n  ACME_A: {alarm: MAJOR}\n  ACME_B: {openconfig: {$interface/state/oper-status: UP}, fallback: alarm, clears: ACME_A}\n", 0, 0, ()),
    ("kinds:\n  ACME_A: {alarm: auto, openconfig: {$interface/state/description: '{words}'}}\n  ACME_C: {alarm: MAJOR}\n", 0, 2,
     ('acme.yaml:2:3: warning: no message of ACME_A gives "words"', "acme.yaml:3:3: warning: no message of any system is ACME_C")),
)


def write(top, name, text):
    os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)
    with open(os.path.join(top, name), "w", encoding="utf-8") as f:
        f.write(text)


def lint(faults, top, row):
    kinds, errors, warnings, told = row
    write(top, "kinds/acme.yaml", kinds)
    done = rig.run("lint", top, env={"NO_COLOR": "1"})
    text = done.stdout.decode() + done.stderr.decode()
    faults.same((done.returncode, text.count(" error: "), text.count(" warning: ")), (1 if errors else 0, errors, warnings), f"{kinds}{text}")
    for want in told:
        faults.expect(want in text, f"{want!r} is not in {text}")


def body(faults, workdir):
    done = rig.run("lint")
    faults.same((done.returncode, done.stderr), (0, b""), "the shipped profiles")
    top = os.path.join(workdir, "mine")
    second = MESSAGE % ("B", "BACK", "BACK")
    for row in ROWS:
        write(top, "ios/acme.yaml", MESSAGE % ("A", "GONE", "GONE") + (second[second.index("  - error"):] if "ACME_B" in row[0] else ""))
        lint(faults, top, row)
    write(top, "ios/acme.yaml", MESSAGE % ("A", "GONE", "GONE") + "    openconfig:\n      $interface/state/oper-status: '{word|mac}'\n")
    lint(faults, top, ("kinds: {}\n", 1, 0, ("ios/acme.yaml:10:44: error: {word|mac}: the cast mac gives a MAC address",)))


if __name__ == "__main__":
    rig.main(body)
