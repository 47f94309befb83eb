#!/usr/bin/python3
"""A NETCONF session with Debian's netconfd (yuma) behind OpenSSH: hellos, chunks in both directions, what it refuses, and a server that stalls or goes away."""
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET

import kafka_rig
import netconf_rig
from netconf_rig import Failed

BASE = "{urn:ietf:params:xml:ns:netconf:base:1.0}"
NACM = "urn:ietf:params:xml:ns:yang:ietf-netconf-acm"
MONITORING = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"
SCHEMA = f'<get-schema xmlns="{MONITORING}"><identifier>%s</identifier></get-schema>'
CANDIDATE = "<{0}><candidate/></{0}>"
USERS = 20_000


def check(good, what, result):
    if not good:
        raise Failed(f"{what}: {result._replace(answers=[a[:300] for a in result.answers])}")


def says(result, *words):
    return len(result.errors) > 0 and all(w in result.errors[-1] for w in words)


def answers_are_whole(server):
    session = f'<get><filter type="subtree"><netconf-state xmlns="{MONITORING}"><sessions/></netconf-state></filter></get>'
    r = server.ask("<get/>", session)
    check(r.status == 0 and r.version == "1.1" and r.session > 0 and not r.errors and r.is_alive, "get", r)
    replies = [ET.fromstring(a) for a in r.answers]
    check([e.tag for e in replies] == [BASE + "rpc-reply"] * 2 and [e.get("message-id") for e in replies] == ["1", "2"], "the replies", r)
    ids = [e.text for e in replies[1].iter(f"{{{MONITORING}}}session-id")]
    check(ids == [str(r.session)], f"sessions are {ids}", r)
    check(replies[0].find(BASE + "data") is not None and len(r.answers[0]) > 4000, "all of it", r)
    return f"<get> of {len(r.answers[0])} bytes, its own session's number"


def models_are_as_on_disk(server):
    """Texts with <, & and long lines, in chunks as netconfd cuts them."""
    names = {"ietf-netconf-acm": "", "ietf-yang-types": "", "ietf-netconf-monitoring": ""}
    r = server.ask(*(SCHEMA % n for n in names))
    check(len(r.answers) == 3 and not r.errors, "get-schema", r)
    for name, answer in zip(names, r.answers):
        text = ET.fromstring(answer).find(f"{{{MONITORING}}}data").text
        found = subprocess.run(["find", "/usr/share/yuma/modules", "-name", name + "*.yang"], capture_output=True, text=True, check=True).stdout.split()
        with open(found[0], encoding="utf-8") as f:
            check(text.strip() == f.read().strip(), f"{name} is another text", r)
    return "three YANG modules equal to the files on disk"


def large_ones_go_and_come(server):
    users = "".join(f"<user-name>user-{i:06}</user-name>" for i in range(USERS))
    group = f'<nacm xmlns="{NACM}"><groups><group><name>all</name>{users}</group></groups></nacm>'
    path = server.workdir + "/edit.xml"
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"<edit-config>{CANDIDATE.format('target')}<config>{group}</config></edit-config>")
    r = server.ask("@" + path, f"<get-config>{CANDIDATE.format('source')}</get-config>", "<discard-changes/>")
    check(len(r.answers) == 3 and not r.errors, "edit-config", r)
    got = [e.text for e in ET.fromstring(r.answers[1]).iter(f"{{{NACM}}}user-name")]
    check(got == [f"user-{i:06}" for i in range(USERS)], f"{len(got)} users came back", r)
    return f"{len(group)} bytes sent, {len(r.answers[1])} bytes back"


def refusals_are_told(server):
    r = server.ask("<no-such-operation/>", SCHEMA % "no-such-model", "<get/>", "<get><a></get>", "<get/>")
    check(len(r.answers) == 1 and len(r.errors) == 4, "the session goes on after a refusal, and netconfd ends it after what is no XML", r)
    check(r.errors[0].startswith("command the device refused: ") and "unknown-element" in r.errors[0] and "no-such-operation" in r.errors[0], "unknown operation", r)
    check(r.errors[1].startswith("command the device refused: "), "unknown model", r)
    check(all(e.startswith("closed ") for e in r.errors[2:]) and not r.is_alive, "what is no XML", r)
    return "; ".join(r.errors[:3])


def locks_name_their_owner(server):
    lock = f"<lock>{CANDIDATE.format('target')}</lock>"
    holder = server.start_asking(lock, "!5000")
    holder.wait_answer()
    r = server.ask(lock)
    first = holder.result()
    check(len(first.answers) == 1 and first.is_alive, "the first lock", first)
    check(says(r, "lock-denied"), "the second lock", r)
    check(server.ask(lock).errors == [], "after the session's end", r)
    return r.errors[-1]


def a_killed_session_is_over(server):
    victim = server.start_asking("<get/>", "!5000", "<get/>", "<get/>")
    victim.wait_answer()
    seen = server.ask(f'<get><filter type="subtree"><netconf-state xmlns="{MONITORING}"><sessions/></netconf-state></filter></get>')
    ids = [e.text for e in ET.fromstring(seen.answers[0]).iter(f"{{{MONITORING}}}session-id")]
    other = [i for i in ids if i != str(seen.session)]
    check(len(other) == 1, f"sessions are {ids}", seen)
    killed = server.ask(f"<kill-session><session-id>{other[0]}</session-id></kill-session>")
    check(killed.errors == [], "kill-session", killed)
    r = victim.result()
    check(len(r.answers) == 1 and len(r.errors) == 2 and all(e.startswith("closed ") for e in r.errors) and not r.is_alive, "killed", r)
    return r.errors[0]


def a_stall_ends_in_time(server):
    victim = server.start_asking("<get/>", "!1500", "<get/>", "<get/>", timeout_ms=1500)
    victim.wait_answer()
    server.freeze()
    r = victim.result()
    hello = server.ask("<get/>", timeout_ms=1000)
    server.thaw()
    check(len(r.answers) == 1 and [e.split()[0] for e in r.errors] == ["timeout", "closed"] and not r.is_alive, "a stalled server", r)
    check(r.seconds < 9, "and stays stalled", r)
    check(hello.status == 1 and says(hello, "timeout") and hello.seconds < 5, "a stalled hello", hello)
    check(server.ask("<get/>").errors == [], "thawed", r)
    return f"{r.errors[0]!r} after 1.5 s, then at once {r.errors[1]!r}"


def where_there_is_no_subsystem(server):
    r = server.ask("<get/>", subsystem=None)
    check(r.status == 1 and says(r, "command ", "subsystem"), "no subsystem", r)
    r = server.ask("<get/>", subsystem=None, fallback=server.command)
    check(r.status == 0 and len(r.answers) == 1 and r.version == "1.1", "the command in its place", r)
    r = server.ask("<get/>", subsystem=None, fallback="echo not here; exit 1")
    check(r.status == 1 and says(r, "closed ", "not here"), "a command that is none", r)
    return r.errors[0]


def a_subsystem_that_is_something_else(server):
    r = server.ask("<get/>", subsystem="/bin/cat")                     # it says our own hello
    check(r.status == 0 and not r.is_alive and says(r, "answer "), "our own words", r)
    r = server.ask("<get/>", subsystem="/usr/bin/yes", timeout_ms=2000)
    check(r.status == 1 and r.errors and r.seconds < 10, "words without end", r)
    return r.errors[0]


def main():
    with tempfile.TemporaryDirectory(prefix="netnorm-netconf-") as workdir, netconf_rig.Server(workdir) as server:
        for step in (answers_are_whole, models_are_as_on_disk, large_ones_go_and_come, refusals_are_told, locks_name_their_owner, a_killed_session_is_over,
                     a_stall_ends_in_time, where_there_is_no_subsystem, a_subsystem_that_is_something_else):
            start = time.monotonic()
            told = step(server)
            print(f"{step.__name__.replace('_', ' ')}: {told} ({time.monotonic() - start:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    kafka_rig.run(main)
