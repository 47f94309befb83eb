#!/usr/bin/python3
# tests/run: no-asan
"""`netnorm get help` tells all methods, and docs/getters.md is what `make docs` makes of that."""
import os
import re
import subprocess
import sys

import rig

SCRIPT = os.path.join(rig.TOP, "docs/make_getters.py")
PAGE = os.path.join(rig.TOP, "docs/getters.md")
LEAST_METHODS = 30


def say(faults, *argv, status=0):
    done = rig.run("get", *argv)
    faults.same(done.returncode, status, f"status of {argv}: {done.stderr.decode()}")
    return done.stdout.decode() if status == 0 else done.stderr.decode()


def helps(faults):
    every = say(faults, "help")
    names = re.findall(r"^\w+$", every, re.M)
    with open(os.path.join(rig.TOP, "drivers/getter.c"), encoding="utf-8") as f:
        wanted = re.findall(r'^\t\[GETTER_\w+\] = \{ "(\w+)"', f.read(), re.M)
    faults.expect(len(wanted) >= LEAST_METHODS, f"{len(wanted)} methods in drivers/getter.c")
    faults.same(names, wanted, "methods")
    for text in ("\nping\n  destination          string, required\n", '  source               string, default ""\n', "  count                number, default 5\n",
                 "  longer               true or false, default false\n", "  commands             array of strings, required\n"):
        faults.expect(text in every, f"{text!r} is not in {every}")
    some = re.findall(r"^\w+$", say(faults, "--driver", "iosxr_netconf", "help"), re.M)
    faults.expect("cli" not in some and "get_facts" in some, f"methods of iosxr_netconf: {some}")
    faults.same(say(faults, "--driver", "eos", "--host", "192.0.2.1", "help"), say(faults, "--driver", "eos", "help"), "with a host")
    faults.same(say(faults, "leaf-1", "help"), every, "with a device")
    faults.expect('did you mean "eos"' in say(faults, "--driver", "eoss", "help", status=2), "a driver that is not there")


def current(faults):
    done = subprocess.run([sys.executable, SCRIPT, rig.NETNORM], capture_output=True, text=True, timeout=120, check=False)
    faults.same(done.returncode, 0, f"status of make_getters.py: {done.stderr[-2000:]}")
    with open(PAGE, encoding="utf-8") as f:
        faults.expect(f.read() == done.stdout, "docs/getters.md is not current; run `make docs`")


def body(faults, _workdir):
    helps(faults)
    current(faults)


if __name__ == "__main__":
    rig.main(body)
