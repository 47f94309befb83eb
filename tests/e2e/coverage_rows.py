#!/usr/bin/python3
# tests/run: no-asan
"""tests/coverage.py on lines of our own: rows, what they became, what that is by their labels, and the tables."""
import os
import subprocess
import sys

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))

import coverage  # noqa: E402

OBJECTS = """\
{"id": "a", "os": "ios", "form": "wire", "raw": "<189>1: r1: Mar  1 2026 00:01:02: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan7, changed state to up"}
{"id": "b", "os": "ios", "form": "body", "raw": "%LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan7, changed state to down"}
{"id": "c", "os": "ios", "form": "presplit", "raw": "r1||local7||5||5||x||2026-03-01 00:01:02||%LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan7, changed state to up||x"}
{"id": "d", "os": "acme", "form": "wire", "raw": "<13>Mar  1 00:01:02 h1 acmed: nothing"}
{"id": "e", "os": "ios", "form": "wire", "raw": "<189>2: r1: Mar  1 2026 00:01:03: %NOSUCH-5-THING: nothing"}
{"id": "f", "os": "ios", "form": "wire", "raw": "<189>3: r1: Mar  1 2026 00:01:04: last message repeated 3 times"}
{"id": "g", "os": "ios", "raw": "two\\nlines"}
{"id": "h", "os": "ios"}
"""
CASES = (       # row, label, what is made of it, or None where it is no row
    ("a", "INTERFACE_UP", "hit"), ("a", "INTERFACE_DOWN|INTERFACE_UP", "hit"), ("a", "INTERFACE_DOWN", "wrong"),
    ("a", "none", "event"), ("a", "none:INTERFACE_UP", "named"), ("a", "none:PORT_UP", "event"), ("a", "unsure:INTERFACE_UP", "unsure"),
    ("b", "INTERFACE_DOWN", "hit"), ("c", "INTERFACE_UP", "hit"), ("d", "none", "quiet"), ("d", "INTERFACE_UP", "missed"),
    ("e", "INTERFACE_UP", "missed"), ("e", "none:THING", "quiet"), ("f", "none", "quiet"), ("g", "none", None), ("h", "none", None),
)


def rows_and_verdicts(faults, workdir):
    path = os.path.join(workdir, "own.jsonl")
    with open(path, "w", encoding="utf-8") as f:
        f.write(OBJECTS)
    with open(os.path.join(workdir, "kinds.tsv"), "w", encoding="utf-8") as f:
        f.write("a\tINTERFACE_UP\nd\tnone\tremark\n")
    rows, without = coverage.read_all([path])
    faults.same(without, 2, "objects without a line")
    coverage.parse(rig.NETNORM, rows)
    found = {row.name: row for row in rows}
    faults.same([(row.name, row.label.text) for row in rows if row.label], [("a", "INTERFACE_UP"), ("d", "none")], "labels")
    faults.same([(found[n].belongs_to(), found[n].outcome()) for n in "abcdef"],
                [("ios", "event")] * 3 + [("other", "unknown"), ("ios", "raw"), ("ios", "repeat")], "outcomes")
    for name, text, wanted in CASES:
        got = coverage.Label(text).verdict(found[name].names()) if name in found else None
        faults.same(got, wanted, f"row {name} labelled {text}")
    faults.same([(tag, why) for _, tag, why, _ in coverage.wanting(rows)], [("NOSUCH-5-THING", "no message")], "tags")


def tables(faults, workdir):
    """Plain lines have no labels; a file that is not there ends it."""
    path = rig.write_lines(workdir)
    env = dict(os.environ, NETNORM=rig.NETNORM)

    def run(*argv):
        return subprocess.run([sys.executable, coverage.__file__, *argv], capture_output=True, text=True, env=env, timeout=120, check=False)

    done = run(path)
    faults.same(done.returncode, 0, f"status: {done.stderr[-2000:]}")
    lines = done.stdout.splitlines()
    for words in (["system", "lines", "events", "share", "RAW", "UNKNOWN", "repeats"], ["ios", "3", "2", "66.7%", "1", "0", "0"],
                  ["eos", "1", "1", "100.0%", "0", "0", "0"], ["unknown", "1", "0", "0.0%", "0", "1", "0"],
                  ["all", "with", "a", "profile", "5", "4", "80.0%", "1", "0", "0"], ["ios", "NOSUCH-6-THING", "no", "message", "1"]):
        faults.expect(words in [line.split() for line in lines], f"no row {words}: {done.stdout}")
    ends = {len(line) for line in lines[3:8]}
    faults.same(len(ends), 1, f"widths of the rows of the first table in {done.stdout}")
    faults.expect("\x1b" not in done.stdout, "colour in a pipe")
    faults.expect("label" not in done.stdout, "labels of plain lines")
    labelled = run(os.path.join(workdir, "own.jsonl")).stdout
    for text in ("2 objects have no line", "Rows with a label", "became it"):
        faults.expect(text in labelled, f"{text!r} is not in {labelled}")
    faults.same(run("/nosuch").returncode, 1, "a file that is not there")


def body(faults, workdir):
    rows_and_verdicts(faults, workdir)
    tables(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
