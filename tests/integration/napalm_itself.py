#!/usr/bin/python3
# tests/run: timeout 1200
"""Each case of tests/devices/cases to NAPALM's own driver and to `netnorm get`: what they make of the same device must be equal by value.

    napalm_itself.py [-v] [-k PATTERN]      those whose name has the pattern; -v tells of each

Where netnorm warns of an answer that cannot be read, NAPALM may fail as a whole.  What else differs stands in napalm_exceptions.py with its reason; one that
does not differ any more is a fault there.  Cases of drivers and of methods that NAPALM has not are counted, no more.
"""
import argparse
import collections
import datetime
import json
import os
import subprocess
import sys
import threading

import getter_rig
import netnorm_rig

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path += [os.path.join(TOP, "tests"), os.path.join(TOP, "tests/e2e")]
from devices import cases, device  # noqa: E402
from devices.answers import Refusal  # noqa: E402
import get_cases  # noqa: E402
import napalm_exceptions  # noqa: E402

DRIVERS = ("eos", "ios", "iosxr", "iosxr_netconf", "junos", "nxos", "nxos_ssh")
NOW = 1767323045                # for both, where a case has none
SHOWN = 8
PEERS = 6                       # at a time: sessions by SSH wait more than they work
TERSE = "<get-interface-information><terse/></get-interface-information>"
# What NAPALM asks for besides, and a case does not need.
BESIDES = {
    "eos": {"show version": {"modelName": "DCS-7280SR-48C6", "version": "4.29.2F"}, "text show running-config | include service routing protocols model multi-agent": ""},
    "nxos": {"show hostname": {"hostname": "sw1"}},
    "junos": {"<get-chassis-cluster-status/>": Refusal(message="Chassis cluster is not enabled.")},
}
# The style of a Junos device's layer 2, by what stands in its answers; it is asked for by request, and told by the answer's element.
STYLES = [
    ("l2ng-", "<get-ethernet-switching-table-information><summary/></get-ethernet-switching-table-information>", "<l2ng-l2ald-rtb-macdb/>"),
    ("mac-table-entry", "<get-ethernet-switching-table-information><summary/></get-ethernet-switching-table-information>", "<ethernet-switching-table-information/>"),
    ("<vlan-tag>", "<get-ethernet-switching-table-information><summary/></get-ethernet-switching-table-information>", "<ethernet-switching-table-information/>"),
    ("l2ald-", "<command>show bridge mac-table count</command>", "<l2ald-rtb-mac-count/>"),
]


def epoch(when):
    if when is None or isinstance(when, (int, float)):
        return NOW if when is None else when
    return datetime.datetime.fromisoformat(when.replace("Z", "+00:00")).timestamp()


def ask_netnorm(case):
    """(status, the result or None, standard error)"""
    case.now = epoch(case.now)
    with device.of_case(case) as served:
        done = subprocess.run([netnorm_rig.NETNORM, *get_cases.argv_of(case, served)], capture_output=True, timeout=60, check=False,
                              env=dict(os.environ, NETNORM_PASSWORD=served.password))
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else None, done.stderr.decode(errors="replace").strip()


def besides(case):
    """More pairs of requests and answers."""
    known = dict(case.answers)
    more = dict(BESIDES.get(case.driver, {}))
    if case.driver == "junos":
        text = " ".join(answer for answer in known.values() if isinstance(answer, str))
        more.update(next(({request: answer} for mark, request, answer in STYLES if mark in text), {}))
        if TERSE in known:
            more["<get-interface-information/>"] = known[TERSE]
    return [(request, answer) for request, answer in more.items() if request not in known]


def ask_napalm(peer, case):
    """(its answer, the requests that the case has no answer to)"""
    case.answers = case.answers + besides(case)
    case.options = {name: value for name, value in case.options.items() if name not in ("insecure", "transport")}
    with device.of_case(case, tls=False) as served:
        answer = peer.ask(driver=case.driver, host=served.host, port=served.port, user=served.user, password=served.password, method=case.method,
                          args=case.args, options=case.options, now=epoch(case.now))
    return answer, served.answers.unknown


class Outcome:
    """verdict: a few words to count by; lines: what differs, and what helps to see why."""

    def __init__(self, peer, path):
        case = cases.load(path)
        self.name, self.driver, self.lines = case.name, case.driver, []
        self.status, ours, stderr = ask_netnorm(case)
        self.theirs, self.unknown = ask_napalm(peer, cases.load(path))
        self.verdict = self.judge(ours)
        if self.verdict == "NAPALM fails" and case.warnings:
            self.verdict = "NAPALM fails where netnorm warns"
        if self.verdict in ("different", "NAPALM fails", "netnorm fails"):
            self.lines += [f"netnorm: {line}" for line in stderr.splitlines()] + [f"NAPALM asked, and there is no answer: {text}" for text in self.unknown]

    def judge(self, ours):
        if self.theirs.get("missing") or self.theirs.get("error") == "NotImplementedError":
            return "not in NAPALM"
        if "error" in self.theirs:
            self.lines.append(f"NAPALM fails: {self.theirs['error']}: {self.theirs['text']} ({self.theirs['where']})")
            return "both fail" if self.status else "NAPALM fails"
        if self.status:
            self.lines.append(f"netnorm fails with status {self.status}, NAPALM gives {json.dumps(self.theirs['result'])[:300]}")
            return "netnorm fails"
        self.lines += list(getter_rig.differences(ours, self.theirs["result"]))
        return "different" if self.lines else "equal"


class Score:
    def __init__(self, verbose):
        self.verbose, self.counts, self.faults, self.lock = verbose, collections.Counter(), 0, threading.Lock()

    def add(self, outcome):
        with self.lock:
            excused = napalm_exceptions.WHY.get(outcome.name)
            wrong = outcome.verdict in ("different", "NAPALM fails", "netnorm fails")
            verdict = "excepted" if wrong and excused else outcome.verdict
            self.counts[outcome.driver, verdict] += 1
            self.faults += wrong != bool(excused)
            if wrong != bool(excused) or self.verbose:
                print(f"{outcome.name}: {outcome.verdict}" + (f", an exception: {excused}" if excused else ""))
                for line in outcome.lines if self.verbose else outcome.lines[:SHOWN]:
                    print("    " + line)

    def print(self):
        for (driver, verdict), count in sorted(self.counts.items()):
            print(f"{driver}: {verdict}: {count}")


def run(paths, score):
    """Some devices at a time, each with a NAPALM of its own."""
    left = collections.deque(paths)

    def work():
        with getter_rig.Peer() as peer:
            while left:
                try:
                    path = left.popleft()
                except IndexError:
                    return
                try:
                    score.add(Outcome(peer, path))
                except (cases.Wrong, OSError, ValueError, subprocess.TimeoutExpired) as e:
                    with score.lock:
                        print(f"{path}: {e}")
                        score.faults += 1

    threads = [threading.Thread(target=work) for _ in range(PEERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", metavar="PATTERN", dest="pattern")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    getter_rig.fetch()
    paths = [path for path in get_cases.chosen(args.pattern) if path.split(os.sep)[-2] in DRIVERS]
    score = Score(args.verbose)
    run(paths, score)
    score.print()
    if not sum(count for (_driver, verdict), count in score.counts.items() if verdict in ("equal", "excepted")):
        print("nothing was compared")
        score.faults += 1
    return 1 if score.faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except getter_rig.Missing as e:
        print(e)
        sys.exit(77)
