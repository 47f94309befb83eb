#!/usr/bin/python3
"""What napalm-logs gives for its own test lines of the supported systems, `netnorm parse --shape napalm` gives too."""
import json
import os

import rig

CASES = os.path.join(rig.TOP, "../shared/compat/cases.jsonl")
SYSTEMS = ("ios", "junos", "eos", "iosxr", "nxos", "huawei", "sonic", "netiron", "opengear", "fortinet")
KEYS = ("error", "host", "ip", "os", "yang_model", "yang_message", "facility", "severity")
OPTIONAL = ("state", "state_tag")
CASE_COUNT = 114            # of these systems, each of one line: fewer are not the whole file


def cases():
    if not os.path.exists(CASES):
        raise rig.Skip("the cases of napalm-logs are not on this machine (../shared/compat/cases.jsonl)")
    with open(CASES, encoding="utf-8") as f:
        for line in f:
            case = json.loads(line)
            if case["event"]["os"] in SYSTEMS:
                yield case


def compare(faults, case, got):
    wanted = case["event"]
    for key in KEYS:
        if key in wanted:
            faults.same(got.get(key, "(absent)"), wanted[key], f"{case['id']}: {key}")
    for key in OPTIONAL:
        if key in wanted:
            faults.same(got.get(key, "(absent)"), wanted[key], f"{case['id']}: {key}")
    for key, value in wanted["message_details"].items():
        faults.same(got.get("message_details", {}).get(key, "(absent)"), value, f"{case['id']}: message_details.{key}")


def body(faults, _workdir):
    all_cases = list(cases())
    faults.same(len(all_cases), CASE_COUNT, "cases of these systems")
    faults.same([c["id"] for c in all_cases if "\n" in c["raw"].rstrip("\n")], [], "cases of more than one line, which `parse` would cut")
    stdin = "".join(c["raw"].rstrip("\n") + "\n" for c in all_cases).encode()
    done = rig.run("parse", "--shape", "napalm", "--ip", "127.0.0.1", stdin=stdin)
    faults.same(done.returncode, 0, "status")
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    if faults.same(len(objects), len(all_cases), "objects"):
        for case, got in zip(all_cases, objects):
            compare(faults, case, got)
    print(f"{len(objects)} of {CASE_COUNT} cases compared")


if __name__ == "__main__":
    rig.main(body)
