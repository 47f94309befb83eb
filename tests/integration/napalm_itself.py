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
UNASKED = "NAPALM asks for more than netnorm needs, and the case has no answer to that"
REFUSED = "one command refused makes NAPALM fail as a whole; here it loses its own fields, or is the error that is told"
SHAPE = "NAPALM gives what is no number as it stands; here a number is one, or unknown"
NAMED = "NAPALM fails on a server that is a name"
HOPS = "NAPALM loses hops of which not all probes look alike"

# NAME of a case: the reason.
EXCEPTIONS = {
    "eos/get_arp_table__one_vrf": BROKEN,
    "eos/get_bgp_config__groups_and_loose_peers": 'a group has no field for a key; "interface" and an empty name are no groups',
    "eos/get_bgp_config__one_neighbor": "NAPALM keeps the peers of all groups when it is asked for one",
    "eos/get_bgp_neighbors__vrfs_and_shut": "NAPALM wants each VRF in the answers for both families",
    "eos/get_bgp_neighbors_detail__both_stacks": UNASKED,
    "eos/get_bgp_neighbors_detail__one_neighbor": UNASKED,
    "eos/get_config__sanitized": "NAPALM leaves a secret in",
    "eos/get_environment__chassis": BROKEN,
    "eos/get_environment__no_power": REFUSED,
    "eos/get_interfaces_counters__subinterface_and_none": SHAPE,
    "eos/get_interfaces_ip__secondary_and_link_local": BROKEN,
    "eos/get_lldp_neighbors_detail__capabilities": BROKEN,
    "eos/get_mac_address_table__static_and_moved": BROKEN,
    "eos/get_ntp_servers__sources_and_keys": BROKEN,
    "eos/get_ntp_stats__signs_and_long_names": "NAPALM loses associations with a long name, and those silent for minutes",
    "eos/get_optics__dark_port": SHAPE,
    "eos/get_route_to__bgp_and_static": "NAPALM wants the interfaces of each VRF, of which nothing is used",
    "eos/get_route_to__longer_ipv6": "NAPALM wants the interfaces of each VRF, of which nothing is used",
    "eos/get_snmp_information__quotes_and_lists": "NAPALM loses a community without a mode",
    "eos/get_users__keys": 'NAPALM loses keys of another kind than RSA and DSA; "role" is no field of the model',
    "eos/get_vlans__order_of_the_device": BROKEN,
    "eos/ping__names_and_losses": BROKEN,
    "eos/ping__refused": REFUSED,
    "eos/traceroute__losses_and_marks": HOPS,
    "junos/cli__two": "NAPALM gives the whole reply where a device has several routing engines",
    "junos/cli__xml": UNASKED,
    "junos/get_arp_table__odd_age": BROKEN,
    "junos/get_bgp_config__groups": BROKEN,
    "junos/get_bgp_neighbors__instances": BROKEN,
    "junos/get_bgp_neighbors_detail__one_peer": UNASKED,
    "junos/get_config__set": "NAPALM leaves secrets in",
    "junos/get_environment__bare": UNASKED,
    "junos/get_environment__cluster": UNASKED,
    "junos/get_facts__virtual_chassis": UNASKED,
    "junos/get_interfaces__speeds": BROKEN,
    "junos/get_interfaces_counters__units": BROKEN,
    "junos/get_ipv6_neighbors_table__unresolved": BROKEN,
    "junos/get_lldp_neighbors_detail__other_rpc": "what the device does not say is an empty text in the model, not null",
    "junos/get_mac_address_table__bridge": UNASKED,
    "junos/get_mac_address_table__switch": BROKEN,
    "junos/get_network_instances__one": UNASKED,
    "junos/get_network_instances__types": UNASKED,
    "junos/get_ntp_servers__candidate": NAMED,
    "junos/get_ntp_stats__long_address": "NAPALM's own recorded case has no first association: see drivers/junos/junos_ntp.c; NAPALM loses a long address",
    "junos/get_optics__lanes": BROKEN,
    "junos/get_probes_config__two": "NAPALM loses a target that is a URL",
    "junos/get_probes_results__lossy": BROKEN,
    "junos/get_route_to__two_hops": UNASKED,
    "junos/get_snmp_information__modes": 'NAPALM says "None" of a community without an authorization, which is read-only',
    "junos/get_users__keys": "NAPALM makes one text of a list of keys",
    "junos/get_vlans__els": UNASKED,
    "junos/ping__refused": REFUSED,
    "junos/traceroute__failure": REFUSED,
    "nxos/cli__texts": "an empty output is an empty text, not null",
    "nxos/get_arp_table__ages": BROKEN,
    "nxos/get_bgp_neighbors__families": BROKEN,
    "nxos/get_environment__later_release": REFUSED,
    "nxos/get_facts__one_interface_and_no_inventory": REFUSED,
    "nxos/get_interfaces__states": BROKEN,
    "nxos/get_interfaces_ip__secondary_unnumbered_ipv6": BROKEN,
    "nxos/get_lldp_neighbors__two_on_a_port": "NAPALM loses all but the last neighbor of a port",
    "nxos/get_ntp_stats__odd_value": NAMED,
    "nxos/get_snmp_information__plain": 'NAPALM loses a mode in capitals, and one without "group"',
    "nxos/get_users__roles": "NAPALM gives the keys of each user to all",
    "nxos/get_vlans__ranges": BROKEN,
    "nxos/ping__lost_and_unreachable": BROKEN,
    "nxos/traceroute__refused": REFUSED,
    "nxos/traceroute__stars_and_names": HOPS,
    "nxos_ssh/cli__refused": "a refusal is a failure, as NAPALM's other drivers have it",
    "nxos_ssh/get_arp_table__ages_and_flags": BROKEN,
    "nxos_ssh/get_bgp_neighbors__all_families": "NAPALM has no option bgp_families, and loses the peers of all families but the last",
    "nxos_ssh/get_bgp_neighbors__states_and_families": BROKEN,
    "nxos_ssh/get_environment__sensors": BROKEN,
    "nxos_ssh/get_facts__seven_thousand_without_json": BROKEN,
    "nxos_ssh/get_interfaces__nothing": BROKEN,
    "nxos_ssh/get_interfaces__shapes": BROKEN,
    "nxos_ssh/get_interfaces_counters__kinds": BROKEN,
    "nxos_ssh/get_interfaces_ip__unnumbered_and_ipv6": "a length of a prefix is a number; what is no address is lost, with a warning",
    "nxos_ssh/get_mac_address_table__kinds": BROKEN,
    "nxos_ssh/get_ntp_peers__plain": "a word that is no address is no peer",
    "nxos_ssh/get_optics__lanes_and_copper": BROKEN,
    "nxos_ssh/get_route_to__bgp_and_others": "NAPALM loses a route without an address to go to",
    "nxos_ssh/get_route_to__protocol_ipv6": "NAPALM fails without an address of IPv4",
    "nxos_ssh/get_users__roles": "NAPALM gives the keys of each user to all",
    "nxos_ssh/traceroute__refused": "NAPALM tells a refusal as a success without hops",
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
