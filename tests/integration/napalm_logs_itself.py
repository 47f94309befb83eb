#!/usr/bin/python3
"""The real napalm-logs is asked what it makes of its own cases and of variants of them; `netnorm parse --shape napalm` with its profiles must make the same.

Compared is the whole object with the order of its keys, but for `timestamp`.  Known differences are listed in KNOWN, each with the section of the
notes on napalm-logs (../shared/compat/napalm-logs.md) that explains it and the share of the lines that it may have; all else is a fault.  A daemon
that understands nothing would be equal, too: so there is a least share of events, and each case must be the event that it is known to be.
"""
import collections
import json
import os
import re
import subprocess
import sys
import time

import napalm_rig
import napalm_variants
import netnorm_rig

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = os.path.join(TOP, "../shared/compat/cases.jsonl")
VARIANTS_EACH = 8
SHOWN_FAULTS = 20
# Shares of all lines that were asked, in percent.
LEAST_EVENTS, LEAST_EQUAL = 70, 75
MOST_SEVERAL, MOST_PYTHON = 18, 6
MOST_KILLS = 5                  # lines
LEAST_NXOS = 50                 # events
KILLS = re.compile(r"<\d+>\d+:\s+[^ ]+:\w+ +\d+\s+\d\d:\d\d:\d\d\.\d\d\d")


def load_cases():
    if not os.path.exists(CASES):
        raise napalm_rig.Missing("the cases of napalm-logs are not on this machine (../shared/compat/cases.jsonl)")
    with open(CASES, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def make_lines(cases):
    """(name, line): every case, then variants and other shapes that no other line equals."""
    lines = {case["raw"].rstrip("\n"): case["id"] for case in cases}
    for case in cases:
        line, host = case["raw"].rstrip("\n"), case["event"]["message_details"].get("host")
        for n in range(VARIANTS_EACH):
            lines.setdefault(napalm_variants.variant(line, host, n), f"{case['id']} variant {n}")
        for n in range(len(napalm_variants.SHAPES)):
            lines.setdefault(napalm_variants.shape(line, n), f"{case['id']} shape {n}")
    sent = [(name, line) for line, name in lines.items() if not KILLS.search(line)]
    print(f"{len(lines) - len(sent)} lines not sent: 2.9, row 2: an IOS-XR line without a host name silences it for good")
    if len(lines) - len(sent) > MOST_KILLS:
        raise napalm_rig.Failed(f"more than {MOST_KILLS} lines are not sent")
    return sent


def ask_netnorm(lines, *options):
    done = subprocess.run([netnorm_rig.NETNORM, "parse", "--shape", "napalm", "--ip", "127.0.0.1", *options],
                          input="".join(line + "\n" for line in lines), capture_output=True, text=True,
                          timeout=60, check=False)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(objects) != len(lines):
        raise napalm_rig.Failed(f"netnorm parse: status {done.returncode}, {len(objects)} objects of {len(lines)} lines\n{done.stderr}")
    return objects


# ---- comparing -------------------------------------------------------------------------------------

def comparable(o):
    """Without the time, from the one address, and with the order of the keys in it."""
    return json.dumps({key: "127.0.0.1" if key == "ip" else value for key, value in o.items() if key != "timestamp"})


def is_event(o):
    return o["error"] not in ("RAW", "UNKNOWN")


def several_systems(ours, theirs):
    """Ours is one of them: of those that are events, or where there is none of all, the system whose name comes first."""
    chosen = [o for o in theirs if is_event(o)] or theirs
    return len(theirs) > 1 and comparable(ours) == comparable(min(chosen, key=lambda o: o["os"]))


def python_profile(ours, theirs):
    return [o["os"] for o in theirs] == ["nxos"] and ours["error"] == "UNKNOWN"


# Why, the most percent of all lines, and whether it is so.
KNOWN = [
    ("2.3: published once for every system whose prefix fits; here once, an event before RAW", MOST_SEVERAL, several_systems),
    ("2.6: nxos's prefixes are in Python, which is not run here", MOST_PYTHON, python_profile),
]


def verdict(ours, theirs):
    """`equal`, the reason of a known difference, or None."""
    if len(theirs) == 1 and comparable(theirs[0]) == comparable(ours):
        return "equal"
    return next((reason for reason, _most, fits in KNOWN if fits(ours, theirs)), None)


def show_fault(name, line, ours, theirs):
    print(f"{name}: {line}\n    netnorm      {comparable(ours)}")
    for o in theirs:
        print(f"    napalm-logs  {comparable(o)}")
    if not theirs:
        print("    napalm-logs  nothing")


def compare(names, lines, ours, published):
    counts, faults, events = collections.Counter(), 0, 0
    for name, line, own, theirs in zip(names, lines, ours, published):
        reason = verdict(own, theirs)
        counts[reason or "fault"] += 1
        events += any(map(is_event, theirs))
        if not reason:
            faults += 1
            if faults <= SHOWN_FAULTS:
                show_fault(name, line, own, theirs)
    print(f"{events} of {len(lines)} lines are events for napalm-logs, the others RAW or UNKNOWN")
    equal = counts.pop("equal", 0)
    print(f"{equal} equal")
    for reason, count in counts.most_common():
        print(f"{count}: {reason}")
    return faults + shares_out_of_bounds(len(lines), events, equal, counts)


def shares_out_of_bounds(lines, events, equal, counts):
    """How many shares are not what they must be; each is told."""
    rows = [("events", events, LEAST_EVENTS, 100), ("equal", equal, LEAST_EQUAL, 100)]
    rows += [(reason, counts[reason], 0, most) for reason, most, _fits in KNOWN]
    bad = [row for row in rows if not row[2] <= 100 * row[1] / lines <= row[3]]
    for what, count, least, most in bad:
        print(f"{what}: {count} of {lines}, wanted {least} % to {most} %")
    return len(bad)


def compare_cases(cases, names, published):
    """Each case is published as the event that it is known to be."""
    asked = dict(zip(names, published))
    bad = [case for case in cases if case["id"] in asked and
           not any((o["os"], o["error"]) == (case["event"]["os"], case["event"]["error"]) for o in asked[case["id"]])]
    for case in bad[:SHOWN_FAULTS]:
        print(f"{case['id']}: wanted {case['event']['error']} of {case['event']['os']}, published {asked[case['id']]}")
    return len(bad)


def compare_python_profiles(names, lines, published):
    """What its two Python profiles give, the shipped profiles give in YAML: for cases and variants, not for odd shapes.  The order of keys is
    not that of a Python function, and where it has no event the shipped ones may have more."""
    chosen = [(line, theirs[0]) for name, line, theirs in zip(names, lines, published)
              if " shape " not in name and len(theirs) == 1 and theirs[0]["os"] == "nxos" and is_event(theirs[0])]
    ours = ask_netnorm([line for line, _o in chosen], "--profiles", os.path.join(TOP, "profiles"))
    faults = 0
    for (line, theirs), own in zip(chosen, ours):
        if json.loads(comparable(own)) == json.loads(comparable(theirs)):
            continue
        faults += 1
        show_fault("nxos, shipped profiles", line, own, [theirs])
    print(f"{len(chosen) - faults} of {len(chosen)} events of nxos equal with the shipped profiles")
    if len(chosen) < LEAST_NXOS:
        print(f"events of nxos: wanted {LEAST_NXOS} or more")
        faults += 1
    return faults


def main():
    cases = load_cases()
    names, lines = zip(*make_lines(cases))
    probes = {case["event"]["os"]: case["raw"] for case in cases}
    with napalm_rig.Daemon(os.environ.get("TMPDIR", "/tmp")) as daemon:
        begin = time.monotonic()
        daemon.start(probes)
        print(f"napalm-logs {napalm_rig.VERSION} ready after {time.monotonic() - begin:.1f} s")
        begin = time.monotonic()
        published = daemon.ask(lines)
        shapes = sum(" shape " in name for name in names)
        print(f"{len(cases)} cases, {len(lines) - len(cases) - shapes} variants, {shapes} other shapes asked in {time.monotonic() - begin:.1f} s")
        faults = compare(names, lines, ask_netnorm(lines, "--profiles", daemon.profiles), published)
        faults += compare_cases(cases, names, published)
    return 1 if faults + compare_python_profiles(names, lines, published) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except napalm_rig.Missing as e:
        print(e)
        sys.exit(77)
