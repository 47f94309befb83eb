#!/usr/bin/python3
# tests/run: timeout 1200
"""Each case of tests/devices/cases to NAPALM's own driver and to `netnorm get`: what they make of the same device must be equal by value.

    napalm_itself.py [-v] [-k PATTERN]      those whose name has the pattern; -v tells of each

What differs stands in EXCEPTIONS with its reason; one that does not differ any more is a fault there.  Cases of drivers and of methods that NAPALM has
not are counted, no more.
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
import get_cases  # noqa: E402

DRIVERS = ("eos", "ios", "iosxr", "iosxr_netconf", "junos", "nxos", "nxos_ssh")
NOW = 1767323045                # for both, where a case has none
SHOWN = 8
# What NAPALM asks for when it connects, and a case does not need.
OPENING = {
    "eos": {"show version": {"modelName": "DCS-7280SR-48C6", "version": "4.29.2F"}},
    "nxos": {"show hostname": {"hostname": "sw1"}},
}

BROKEN = "what cannot be read makes NAPALM fail as a whole; here its own field is lost, with a warning"

# NAME of a case: the reason.
EXCEPTIONS = {
    "ios/cli__refused": "NAPALM takes a refusal for an answer",
    "ios/get_arp_table__ages": BROKEN,
    "ios/get_bgp_config__groups": "NAPALM takes a quotation mark of its own into the password",
    "ios/get_bgp_neighbors__same_address_in_vrfs": "NAPALM leaves out neighbours of releases that do not count denied prefixes",
    "ios/get_bgp_neighbors_detail__families": "NAPALM fails where a session has no local address",
    "ios/get_environment__no_io_pool": "NAPALM fails where there is no pool of I/O memory",
    "ios/get_interfaces__states": BROKEN,
    "ios/get_interfaces_counters__kinds": "NAPALM does not know the short name in the summary, and leaves out what is not counted",
    "ios/get_interfaces_ip__kinds": BROKEN,
    "ios/get_ipv6_neighbors_table__states": "NAPALM fails at an entry that has no age",
    "ios/get_lldp_neighbors__no_local_interface": "NAPALM fails at a chassis ID that is no MAC address",
    "ios/get_lldp_neighbors__unauthorized": "NAPALM takes a refusal for no neighbours",
    "ios/get_lldp_neighbors_detail__one_interface": "NAPALM fails at a capability that it does not know",
    "ios/get_mac_address_table__words": BROKEN,
    "ios/get_ntp_servers__kinds": "NAPALM takes the word \"ip\" for the server",
    "ios/get_ntp_stats__marks": "NAPALM leaves out an address that has a line of its own",
    "ios/get_optics__current": BROKEN,
    "ios/get_probes_config__kinds": "NAPALM leaves out probes without a tag, and those by TCP",
    "ios/get_route_to__vrfs": "NAPALM has a text for an age that is not told, against its own model",
    "ios/get_snmp_information__views": "NAPALM takes \"view\" and \"ipv6\" for the mode and the access list",
    "ios/get_users__kinds": BROKEN,
    "ios/get_vlans__wrapped": "NAPALM leaves out VLANs that are suspended",
    "ios/traceroute__labels": "NAPALM takes a part of an MPLS label for an address, and fails",
    "iosxr/get_arp_table__static": BROKEN,
    "iosxr/get_bgp_config__one_group": "NAPALM has the lower half only of an AS number of four bytes",
    "iosxr/get_bgp_neighbors_detail__default": "NAPALM fails where a session has no local address",
    "iosxr/get_environment__slots": "NAPALM fails where a power supply tells no capacity",
    "iosxr/get_facts__newer": "NAPALM fails where the chassis has no name",
    "iosxr/get_interfaces__parts": "NAPALM cannot put an answer in parts together",
    "iosxr/get_interfaces_counters__some": "NAPALM does not read an interface of few counters",
    "iosxr/get_interfaces_ip__both": BROKEN,
    "iosxr/get_lldp_neighbors__lines": BROKEN,
    "iosxr/get_lldp_neighbors_detail__one": "NAPALM does not heed the interface that is asked for",
    "iosxr/get_route_to__other_table": "NAPALM finds a protocol in small letters only",
    "iosxr_netconf/get_arp_table__odd": BROKEN,
    "iosxr_netconf/get_bgp_neighbors_detail__one": "NAPALM fails where a session has no local address",
    "iosxr_netconf/get_environment__sensors": BROKEN,
    "iosxr_netconf/get_environment__virtual": "NAPALM fails where the chassis has no sensors",
    "iosxr_netconf/get_interfaces__states": BROKEN,
    "iosxr_netconf/get_interfaces_counters__kinds": "NAPALM has empty texts for an interface of few counters, against its own model",
    "iosxr_netconf/get_interfaces_ip__secondary": BROKEN,
    "iosxr_netconf/get_probes_results__two": "NAPALM fails where a probe has no results",
    "iosxr_netconf/get_route_to__paths": "NAPALM does not read the interface of a route",
    "iosxr_netconf/traceroute__refused": "NAPALM tells the bare message of the device",
}


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


def ask_napalm(peer, case):
    """(its answer, the requests that the case has no answer to)"""
    known = {" ".join(request.split()) for request, _answer in case.answers}
    case.answers = case.answers + [pair for pair in OPENING.get(case.driver, {}).items() if pair[0] not in known]
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
            excused = EXCEPTIONS.get(outcome.name)
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
    """Two devices at a time, each with a NAPALM of its own."""
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

    threads = [threading.Thread(target=work) for _ in range(2)]
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
