#!/usr/bin/python3
# tests/run: timeout 600
"""`netnorm get` against the simulated devices of tests/devices: each case's status, JSON, standard error, and that each answer was asked for.

    get_cases.py [-v] [-k PATTERN]         those whose name has the pattern (a glob, or a part of driver/method__words); -v shows all that differs
    get_cases.py --golden FILE...          what the program answers now, as YAML for the case
    get_cases.py --serve FILE [--port N]   the device of a case, until interrupted
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import shlex
import subprocess
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import cases, compare, device  # noqa: E402

TIMEOUT = 180 if rig.ASAN else 60
SHOWN = 8


def option_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def argv_of(case, served):
    options = {"insecure": True, **case.options}
    argv = ["get", "--driver", case.driver, "--host", served.host, "--port", str(served.port), "--user", served.user]
    for name, value in options.items():
        argv += ["--option", f"{name}={option_text(value)}"]
    if case.now is not None:
        argv += ["--now", str(case.now)]
    return argv + [case.method] + ([json.dumps(case.args)] if case.args else [])


class Outcome:
    """What the program did with one case, and what is wrong with it."""

    def __init__(self, case):
        self.case, self.faults, self.notes = case, [], []
        with device.of_case(case) as served:
            try:
                self.done = rig.run(*argv_of(case, served), env={"NETNORM_PASSWORD": served.password}, timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                self.done = None
        self.unused, self.unknown = served.answers.unused(), served.answers.unknown
        self.stderr = self.done.stderr.decode(errors="replace") if self.done else ""
        self.check()

    def check(self):
        if self.done is None:
            self.faults.append(f"not done after {TIMEOUT} s")
            return
        if self.done.returncode != self.case.status:
            self.faults.append(f"status {self.done.returncode}, expected {self.case.status}")
        self.check_stderr()
        self.check_json()
        self.faults += [f"never asked for: {request}" for request in self.unused]
        self.notes += [f"asked and not known: {request}" for request in self.unknown]

    def check_stderr(self):
        """Each warning in its order, and no line without one."""
        place = 0
        for text in self.case.warnings:
            found = self.stderr.find(text, place)
            if found < 0:
                self.faults.append(f"standard error does not say {text!r}" + (" after the ones before it" if text in self.stderr else ""))
            place = max(place, found)
        for line in self.stderr.splitlines():
            if not any(text in line for text in self.case.warnings):
                self.faults.append(f"standard error: {line}")

    def check_json(self):
        text = self.done.stdout.decode(errors="replace")
        if self.case.status != 0 or self.done.returncode != 0:
            if text:
                self.faults.append(f"standard output: {text[:200]!r}")
            return
        try:
            self.faults += compare.differences(compare.read(text), self.case.expected)
        except compare.NotJson as e:
            self.faults.append(f"standard output is not one JSON value: {e}")


def chosen(pattern):
    paths = cases.paths()
    if pattern is None:
        return paths
    names = {path: "/".join(path[:-len(".yaml")].split(os.sep)[-2:]) for path in paths}
    return [path for path, name in names.items() if pattern in name or fnmatch.fnmatch(name, pattern)]


def run_one(path):
    try:
        return Outcome(cases.load(path))
    except (cases.Wrong, OSError, TypeError) as e:
        return str(e) if path in str(e) else f"{path}: {e}"


def show(outcome, verbose):
    shown = outcome.faults if verbose else outcome.faults[:SHOWN]
    if outcome.faults or verbose:
        print(f"{'FAIL' if outcome.faults else 'ok  '} {outcome.case.name}")
        for text in shown + (outcome.notes if verbose or outcome.faults else []):
            print("     " + text)
        if len(shown) < len(outcome.faults):
            print(f"     ... and {len(outcome.faults) - len(shown)} more (-v)")


def run_cases(faults, pattern=None, verbose=False):
    paths = chosen(pattern)
    faults.expect(paths, f"no case fits {pattern!r}" if pattern else "there are no cases")
    count, asked = {}, []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for outcome in pool.map(run_one, paths):
            if isinstance(outcome, str):
                faults.texts.append(outcome)
                continue
            show(outcome, verbose)
            count[outcome.case.driver] = count.get(outcome.case.driver, 0) + 1
            asked += [f"{outcome.case.name}: {text}" for text in outcome.notes]
            faults.expect(not outcome.faults, f"{outcome.case.name}: {len(outcome.faults)} faults")
    for text in asked:
        print(text)
    print(", ".join(f"{n} {driver}" for driver, n in sorted(count.items())) + ": cases")


def golden(paths):
    for path in paths:
        outcome = Outcome(cases.load(os.path.abspath(path)))
        tree = {"status": outcome.done.returncode} if outcome.done.returncode else {}
        if outcome.stderr:
            tree["warnings"] = outcome.stderr.splitlines()
        if not outcome.done.returncode:
            tree["expected"] = compare.read(outcome.done.stdout.decode())
        print(f"# {outcome.case.name}")
        for text in [f"never asked for: {request}" for request in outcome.unused] + outcome.notes:
            print(f"# {text}")
        print(cases.write(tree), end="")


def serve(path, port):
    case = cases.load(os.path.abspath(path))
    with device.of_case(case, port=port) as served:
        print(f"NETNORM_PASSWORD={served.password} {shlex.join([rig.NETNORM, *argv_of(case, served)])}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print(f"never asked for: {served.answers.unused()}\nasked and not known: {served.answers.unknown}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", metavar="PATTERN", dest="pattern")
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("--golden", nargs="+", metavar="FILE")
    parser.add_argument("--serve", metavar="FILE")
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    if args.golden:
        golden(args.golden)
    elif args.serve:
        serve(args.serve, args.port)
    else:
        rig.main(lambda faults, _workdir: run_cases(faults, args.pattern, args.verbose))


if __name__ == "__main__":
    main()
