#!/usr/bin/python3
# tests/run: no-asan
"""docs/events.md is what `make docs` makes of the profiles as they are; every event is in it, with an example."""
import glob
import os
import re
import subprocess
import sys

import yaml

import rig

SCRIPT = os.path.join(rig.TOP, "docs/make_events.py")
PAGE = os.path.join(rig.TOP, "docs/events.md")
LEAST_EVENTS = 170          # fewer are not all of them
SHOWN = 20                  # lines that differ


def made(faults):
    done = subprocess.run([sys.executable, SCRIPT, rig.NETNORM], capture_output=True, text=True, timeout=120, check=False)
    faults.same(done.returncode, 0, f"status of make_events.py: {done.stderr[-2000:]}")
    return done.stdout


def errors():
    """The names of all events in the profiles."""
    found = set()
    for path in glob.glob(os.path.join(rig.TOP, "profiles/*/*.yaml")):
        with open(path, encoding="utf-8") as f:
            found |= {m["error"] for m in (yaml.load(f, Loader=yaml.CBaseLoader) or {}).get("messages") or []}
    return found


def current(faults, page):
    if "GOLDEN" in os.environ:
        with open(PAGE, "w", encoding="utf-8") as f:
            f.write(page)
    with open(PAGE, encoding="utf-8") as f:
        stands = f.read().splitlines()
    wanted = page.splitlines()
    if stands == wanted:
        return
    faults.expect(False, f"docs/events.md is not current: {len(stands)} lines, wanted {len(wanted)}; run `make docs`")
    differ = [n for n, (a, b) in enumerate(zip(stands, wanted), 1) if a != b]
    for n in differ[:SHOWN]:
        print(f"line {n}: {stands[n - 1]!r}, wanted {wanted[n - 1]!r}")


def complete(faults, page):
    """A section for each event, with the line of a sample and its object; links that lead somewhere."""
    names = errors()
    faults.expect(len(names) >= LEAST_EVENTS, f"{len(names)} events")
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", page, re.M | re.S))
    for name in sorted(names):
        text = sections.get(name, "")
        faults.expect(text, f"{name} has no section")
        faults.expect(f'"error": "{name}"' in text, f"{name} has no example of its own")
        faults.expect("\n| system | tags | condition |\n" in text, f"{name} has no systems")
    anchors = {re.sub(r"[^a-z0-9_ -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^##+ (.*)$", page, re.M)}
    for target in sorted(set(re.findall(r"\]\(#([^)]*)\)", page))):
        faults.expect(target in anchors, f"a link leads to #{target}, which is not there")


def body(faults, _workdir):
    page = made(faults)
    faults.same(page == made(faults), True, "the same page on each run")
    current(faults, page)
    complete(faults, page)


if __name__ == "__main__":
    rig.main(body)
