#!/usr/bin/python3
# tests/run: no-asan
"""Rows of the corpora become the kind of event that they report, by hand-made labels, and rows that report none do not become one of another name.

What a row became is told by tests/coverage.py; what is right all the same stands with its reason in corpus_kinds.txt.
"""
import collections
import os
import re
import sys

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))

import coverage  # noqa: E402

LABELS = os.path.join(coverage.CORPORA, "kinds.tsv")
EXCEPTIONS = os.path.join(rig.TOP, "tests/e2e/corpus_kinds.txt")
LEAST_SHARE = 95            # of 100 rows with a kind, of all systems together
LEAST_ROWS = 500            # fewer are not all of them
SYSTEMS = 11


def exceptions(faults):
    """(row, event) of each line; every one has a reason."""
    found = set()
    with open(EXCEPTIONS, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            m = re.fullmatch(r"(\S+) (\S+): (.{10,})\n", line)
            if not line.startswith("#") and faults.expect(m, f"corpus_kinds.txt:{number}: not `row event: reason`"):
                found.add((m.group(1), m.group(2)))
    return found


def compare(faults, rows, excused):
    """Gives hits and rows of a kind, by system; wrong events are faults."""
    hits, kinds, used = collections.Counter(), collections.Counter(), set()
    for row in rows:
        verdict, error = row.label.verdict(row.names()), row.event["error"]
        if row.system != coverage.OTHER and row.label.what == "kind":
            kinds[row.system] += 1
            hits[row.system] += verdict == "hit"
        if verdict not in ("wrong", "event"):
            continue
        if (row.name, error) in excused:
            used.add((row.name, error))
        else:
            faults.expect(False, f"{row.name} ({row.label.text}) became {error}: {row.line[:160]}")
    for name, error in sorted(excused - used):
        faults.expect(False, f"corpus_kinds.txt: {name} is no {error} against its label: take the line out")
    return hits, kinds


def body(faults, _workdir):
    if not os.path.exists(LABELS):
        raise rig.Skip("the labels of the corpora are not on this machine (../shared/corpus/kinds.tsv)")
    rows, _ = coverage.read_all(coverage.corpora())
    rows = [row for row in rows if row.label]
    coverage.parse(rig.NETNORM, rows)
    hits, kinds = compare(faults, rows, exceptions(faults))
    for system in sorted({row.system for row in rows} - {coverage.OTHER}):
        print(f"{system:8} {hits[system]:3} of {kinds[system]:3}")
    total, all_hits = sum(kinds.values()), sum(hits.values())
    print(f"all      {all_hits:3} of {total:3}")
    faults.same(len({row.system for row in rows} - {coverage.OTHER}), SYSTEMS, "systems")
    faults.expect(total >= LEAST_ROWS, f"{total} rows with a kind")
    faults.expect(all_hits * 100 >= total * LEAST_SHARE, f"{all_hits} of {total} rows became the kind that they report")


if __name__ == "__main__":
    rig.main(body)
