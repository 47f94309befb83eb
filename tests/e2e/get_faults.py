#!/usr/bin/python3
# tests/run: timeout 600
"""`netnorm get` against devices with faults: each costs no more than its timeout, ends with status 1 and one line that says what it was."""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import cases, device, faults as wrong, hub  # noqa: E402

TIMEOUT = 2
SLACK = 8 if rig.ASAN else 3        # seconds, for the start of the program on a busy machine
HUGE = 70 << 20                     # more than a driver takes

# driver, a case of its, options.  A driver's first question must be one of the case's answers.
DRIVERS = [
    ("http", "eos/get_facts__plain", {"transport": "http"}),
    ("https", "eos/get_facts__plain", {"transport": "https"}),
    ("http", "nxos/get_facts__plain", {"transport": "http"}),
    ("ssh", "nxos_ssh/get_facts__plain", {}),
    ("ssh", "frr/get_facts__plain", {}),
]

TIME, GONE, BAD, AUTH = r"time|no answer", r"closed|ended|reset|cut", r"not|JSON|XML|HTTP|answer", r"password|refused|auth"

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
    ("a huge answer", {"huge": HUGE}, {}, r"large|long|bytes", ""),
    ("out of order", {}, {"http_status": 503}, "503", "web"),
    ("in chunks", {}, {"chunked": True}, None, "web"),
    ("a connection each", {}, {"no_keep_alive": True}, None, "web"),
    ("keyboard-interactive", {}, {"auth": ["keyboard-interactive"]}, None, "ssh"),
]


def ask(served, case, options, password=None):
    """(status, standard output, standard error, seconds); the status is None where it does not end."""
    argv = ["get", "--driver", case.driver, "--host", served.host, "--port", str(served.port), "--user", served.user]
    for name, value in options.items():
        argv += ["--option", f"{name}={value}"]
    start = time.monotonic()
    try:
        done = rig.run(*argv, *(["--now", case.now] if case.now else []), case.method, env={"NETNORM_PASSWORD": password or served.password}, timeout=60)
    except subprocess.TimeoutExpired:
        return None, "", "", 60
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), time.monotonic() - start


def failed(faults, what, outcome, words, seconds=TIMEOUT):
    status, out, err, took = outcome
    faults.same(status, 1, f"{what}: status ({err})")
    faults.same(out, "", f"{what}: standard output")
    faults.expect(len(err.splitlines()) == 1 and re.search(words, err), f"{what}: one line with {words!r} is wanted: {err!r}")
    faults.expect(took < seconds + SLACK, f"{what}: {took:.1f} s")
    print(f"{what}: {took:.1f} s: {err.strip()}")


def served_case(name, options, **more):
    case = cases.load(os.path.join(cases.FOLDER, name + ".yaml"))
    case.options = options
    case.device = dict(case.device, **more.pop("settings", {}))
    return case, device.of_case(case, **more)


def one_fault(faults, driver, row):
    (wire, name, options), (word, kinds, settings, words, _for) = driver, row
    case, served = served_case(name, options, faults=wrong.Faults(**kinds), settings=settings)
    with served:
        outcome = ask(served, case, {**options, "insecure": "true", "timeout": 30 if words is None or "huge" in kinds else TIMEOUT})
    what = f"{case.driver}, {wire}: {word}"
    if words is None:
        faults.same(outcome[0], 0, f"{what}: status ({outcome[2]})")
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


def body(faults, workdir):
    jobs = [(one_fault, driver, row) for driver in DRIVERS for row in CASES
            if row[4] in ("", "web" if driver[0].startswith("http") else "ssh")] + [(login, driver) for driver in DRIVERS]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(job[0], faults, *job[1:]) for job in jobs]:
            done.result()
    trust(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
