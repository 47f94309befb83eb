#!/usr/bin/python3
# tests/run: timeout 600
"""`netnorm get` against devices with faults: each costs no more than its timeout, ends with status 1 and one line that says what it was."""
import base64
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import cases, device, faults as wrong, hub  # noqa: E402
from devices.answers import Refusal  # noqa: E402

TIMEOUT = 2
SLACK = 8 if rig.ASAN else 3        # seconds, for the start of the program on a busy machine
LIMIT = 64 << 20                    # what a driver takes
HUGE = 70 << 20

# driver, a case of its, options.  A driver's first question must be one of the case's answers.
DRIVERS = [
    ("http", "eos/get_facts__plain", {"transport": "http"}),
    ("https", "eos/get_facts__plain", {"transport": "https"}),
    ("http", "nxos/get_facts__plain", {"transport": "http"}),
    ("ssh", "ios/get_facts__plain", {}),
    ("ssh", "nxos_ssh/get_facts__plain", {}),
    ("ssh", "iosxr/get_facts__plain", {}),
    ("ssh", "iosxr_netconf/get_environment__virtual", {}),
    ("ssh", "junos/get_facts__virtual_chassis", {}),
    ("ssh", "frr/get_facts__plain", {}),
]

TIME, GONE, BAD, AUTH = r"time|no answer", r"closed|ended|reset|cut", r"not|no JSON|XML|HTTP|answer", r"password|refused|refuses|auth"
TOLD = ""                           # status 1 and a line, or status 0 and a warning

# a name, the faults, the device's settings, what the line says (or None: it succeeds all the same); "ssh" or "web" where it is for those alone
CASES = [
    ("slow", {"latency": 0.2}, {}, None, ""),
    ("a byte at a time", {"drip": 0}, {}, None, ""),
    ("too slow", {"latency": 30}, {}, TIME, ""),
    ("a byte a while", {"drip": 0.3}, {}, TIME, ""),
    ("dead", {"dead": True}, {}, TIME, ""),
    ("stalls", {"stall": True}, {}, TIME, ""),
    ("stalls later", {"stall": True, "after": 1}, {}, TIME, "ssh"),
    ("silent after the login", {}, {"mute": True}, TIME, "ssh"),
    ("ends in its answer", {"close": True}, {}, GONE, ""),
    ("garbage on the wire", {"garbage": "raw"}, {}, TIME + "|" + BAD, ""),
    ("garbage for an answer", {"garbage": "answer"}, {}, BAD, "web"),
    ("garbage for an answer", {"garbage": "answer"}, {}, TOLD, "ssh"),
    ("garbage for a later answer", {"garbage": "answer", "after": 1}, {}, TOLD, ""),
    ("text for an answer", {"garbage": "words"}, {}, TOLD, ""),
    ("text for a later answer", {"garbage": "words", "after": 1}, {}, TOLD, ""),
    ("a huge answer", {"huge": HUGE}, {}, rf"\b{LIMIT}\b", ""),
    ("out of order", {}, {"http_status": 503}, "503", "web"),
    ("in chunks", {}, {"chunked": True}, None, "web"),
    ("a connection each", {}, {"no_keep_alive": True}, None, "web"),
    ("keyboard-interactive", {}, {"auth": ["keyboard-interactive"]}, None, "ssh"),
]


# Whose answers are data: any of their getters knows garbage from an answer.  Those of a command line know lines of text that nobody knows.
KINDS = {**dict.fromkeys(("eos", "nxos", "junos", "iosxr_netconf", "frr"), ("answer", "words")), **dict.fromkeys(("ios", "nxos_ssh", "iosxr"), ("words",))}


def ask(served, case, options, password=None):
    """(status, standard output, standard error, seconds); the status is None where it does not end."""
    argv = ["get", "--driver", case.driver, "--host", served.host, "--port", str(served.port), "--user", served.user]
    for name, value in options.items():
        argv += ["--option", f"{name}={value}"]
    start = time.monotonic()
    try:
        done = rig.run(*argv, *(["--now", str(case.now)] if case.now else []), case.method, *([json.dumps(case.args)] if case.args else []),
                       env={"NETNORM_PASSWORD": password or served.password}, timeout=60)
    except subprocess.TimeoutExpired:
        return None, "", "", 60
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), time.monotonic() - start


def failed(faults, what, outcome, words, seconds=TIMEOUT):
    status, out, err, took = outcome
    faults.same(status, 1, f"{what}: status ({err})")
    faults.same(out, "", f"{what}: standard output")
    lines = [line for line in err.splitlines() if ": warning: " not in line]
    faults.expect(len(lines) == 1 and re.search(words, lines[0]), f"{what}: one line with {words!r} is wanted: {err!r}")
    faults.expect(took < seconds + SLACK, f"{what}: {took:.1f} s")
    print(f"{what}: {took:.1f} s: {err.strip()}")


def served_case(name, options, **more):
    case = cases.load(os.path.join(cases.FOLDER, name + ".yaml"))
    case.options = options
    case.device = dict(case.device, **more.pop("settings", {}))
    case.answers += list(more.pop("more_answers", {}).items())
    return case, device.of_case(case, **more)


def one_fault(faults, driver, row):
    (wire, name, options), (word, kinds, settings, words, _for) = driver, row
    case, served = served_case(name, options, faults=wrong.Faults(**kinds), settings=settings)
    with served:
        outcome = ask(served, case, {**options, "insecure": "true", "timeout": 30 if words is None or "huge" in kinds else TIMEOUT})
    what = f"{case.driver}, {wire}: {word}"
    if words is None:
        faults.same(outcome[0], 0, f"{what}: status ({outcome[2]})")
    elif words == TOLD and outcome[0] == 0:
        faults.expect("warning" in outcome[2], f"{what}: taken for good without a word: {outcome[1][:200]!r}")
    else:
        failed(faults, what, outcome, words, 30 if "huge" in kinds else TIMEOUT)


def login(faults, driver):
    """A password that is wrong; nobody listens."""
    wire, name, options = driver
    options = {**options, "insecure": "true", "timeout": TIMEOUT}
    case, served = served_case(name, options)
    with served:
        failed(faults, f"{case.driver}, {wire}: a wrong password", ask(served, case, options, "not-this-one"), AUTH)
        faults.expect("not-this-one" not in ask(served, case, options, "not-this-one")[2], f"{wire}: the password stands in the message")
    failed(faults, f"{case.driver}, {wire}: nobody listens", ask(served, case, options), r"refused|connect")


def trust(faults, workdir):
    """A certificate that nobody knows is refused, with a hint; one that is given is taken."""
    case, served = served_case("eos/get_facts__plain", {"transport": "https"})
    with served:
        options = {"transport": "https", "timeout": TIMEOUT}
        failed(faults, "a certificate of its own", ask(served, case, options), "insecure|ca_file")
        path = os.path.join(workdir, "ca.pem")
        with open(path, "w", encoding="utf-8") as f:
            f.write(hub.tls()[1])
        faults.same(ask(served, case, {**options, "timeout": 30, "ca_file": path})[0], 0, "its certificate in ca_file: status")


def garbage(faults, path, kind):
    """Each getter, when all that it is told is garbage: a failure, or a result with a warning."""
    name = os.path.relpath(path, cases.FOLDER)[:-len(".yaml")]
    options = cases.load(path).options
    case, served = served_case(name, options, faults=wrong.Faults(garbage=kind))
    with served:
        status, out, err, _took = ask(served, case, {**options, "insecure": "true", "timeout": 30})
    faults.expect(status == 1 or (status == 0 and ": warning: " in err), f"{name}: {kind} for all answers: status {status}, {err!r}: {out[:200]}")


def known_hosts(workdir, served, key, name="known_hosts"):
    path = os.path.join(workdir, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"[{served.host}]:{served.port} {key.get_name()} {key.get_base64()}\n" if key else "")
    return path


def host_key(faults, workdir):
    """A host key that nobody knows, or another one than is known, is refused before the password is sent."""
    import paramiko
    case, served = served_case("junos/get_facts__virtual_chassis", {})
    right, other, older = hub.host_key(), paramiko.ECDSAKey.generate(bits=256), paramiko.RSAKey.generate(2048)
    mark = base64.b64encode(hashlib.sha256(right.asbytes()).digest()).decode().rstrip("=")
    with served:
        rows = [("not known", {"known_hosts": known_hosts(workdir, served, None, "empty")}, "is not known.*" + re.escape(mark)),
                ("another one is known", {"known_hosts": known_hosts(workdir, served, other, "other")}, "not the one in known_hosts"),
                ("one of another type is known", {"known_hosts": known_hosts(workdir, served, older, "older")}, "type"),
                ("it is known", {"known_hosts": known_hosts(workdir, served, right, "right")}, None),
                ("its fingerprint", {"fingerprint": "SHA256:" + mark}, None),
                ("another fingerprint", {"fingerprint": "SHA256:" + mark[::-1], "known_hosts": known_hosts(workdir, served, right, "also")}, "fingerprint"),
                ("another fingerprint, insecure", {"fingerprint": "SHA256:" + mark[::-1], "insecure": "true"}, "fingerprint"),
                ("insecure", {"insecure": "true"}, None)]
        for what, options, words in rows:
            before = served.passwords
            outcome = ask(served, case, {"timeout": 30, **options})
            if words is None:
                faults.same(outcome[0], 0, f"host key, {what}: status ({outcome[2]})")
            else:
                failed(faults, f"host key, {what}", outcome, "(?s)(host key|known_hosts).*" + words)
                faults.same(served.passwords, before, f"host key, {what}: passwords sent")
        for option in ("known_hosts", "key_file"):
            status, _out, err, _took = ask(served, case, {option: os.path.join(workdir, "none")})
            faults.expect(status == 2 and f"option {option}: cannot read" in err, f"{option} that is not there: {status}, {err}")


def other_name(faults, workdir):
    """A certificate that is trusted, but of another device; its public key by fingerprint."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    case, served = served_case("eos/get_facts__plain", {"transport": "https"}, settings={"certificate": ["leaf-9.example.net"]})
    text = hub.tls("leaf-9.example.net")[1]
    path = os.path.join(workdir, "leaf-9.pem")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    public = x509.load_pem_x509_certificate(text.encode()).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    mark, wrong_mark = (base64.b64encode(hashlib.sha256(b).digest()).decode() for b in (public, public + b"x"))
    options = {"transport": "https", "timeout": 30}
    with served:
        failed(faults, "a trusted certificate of another name", ask(served, case, {**options, "ca_file": path}), "name")
        faults.same(ask(served, case, {**options, "fingerprint": "sha256//" + mark})[0], 0, "the certificate's fingerprint: status")
        failed(faults, "another fingerprint", ask(served, case, {**options, "fingerprint": "sha256//" + wrong_mark}), "fingerprint")
        failed(faults, "another fingerprint, insecure", ask(served, case, {**options, "fingerprint": "sha256//" + wrong_mark, "insecure": "true"}), "fingerprint")


def one_password(faults):
    """What was refused as a password is not sent again as an answer to a question: accounts are locked by that."""
    case, served = served_case("junos/get_facts__virtual_chassis", {}, settings={"auth": ["password", "keyboard-interactive"]})
    with served:
        failed(faults, "a wrong password, two ways", ask(served, case, {"insecure": "true", "timeout": 30}, "not-this-one"), AUTH)
        faults.same(served.passwords, 1, "a wrong password, two ways: passwords sent")


def enable(faults):
    """More rights that are refused are no session with less."""
    rows = [("a wrong secret", {}, {"secret": "not-this-one"}, None), ("no secret but the password", {}, {}, None), ("the right one", {}, {"secret": "s3cret"}, 0),
            ("a refusal", {"enable": "% Error in authentication.\n"}, {"secret": "s3cret"}, None)]
    for what, answers, options, status in rows:
        case, served = served_case("ios/get_facts__plain", {}, settings={"secret": "s3cret"}, more_answers=answers)
        with served:
            outcome = ask(served, case, {"insecure": "true", "timeout": 30, **options})
        if status == 0:
            faults.same(outcome[0], 0, f"enable, {what}: status ({outcome[2]})")
        else:
            failed(faults, f"enable, {what}", outcome, 'refuses.*"enable"', 10)
            faults.expect("not-this-one" not in outcome[2], f"enable, {what}: the secret stands in the message")


def body(faults, workdir):
    jobs = [(one_fault, driver, row) for driver in DRIVERS for row in CASES
            if row[4] in ("", "web" if driver[0].startswith("http") else "ssh")] + [(login, driver) for driver in DRIVERS]
    loaded = [(path, cases.load(path)) for path in cases.paths()]
    jobs += [(garbage, path, kind) for path, case in loaded for kind in KINDS[case.driver]
             if case.method.startswith("get_") and case.status == 0
             # Of a command line any text is a configuration.
             and (case.method != "get_config" or "answer" in KINDS[case.driver])
             and not all(isinstance(answer, Refusal) for _request, answer in case.answers)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(job[0], faults, *job[1:]) for job in jobs]:
            done.result()
    trust(faults, workdir)
    other_name(faults, workdir)
    host_key(faults, workdir)
    one_password(faults)
    enable(faults)


if __name__ == "__main__":
    rig.main(body)
