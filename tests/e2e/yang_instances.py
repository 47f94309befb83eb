#!/usr/bin/python3
# tests/run: no-asan
"""The strict objects of the samples hold what the instances of ../shared/openconfig have: for each kind the leaf paths of its instance stand in
what the samples of that kind give together, and the operation is the one of kinds.tsv.  What no device tells stands with its reason in
yang_instances.txt.
"""
import collections
import csv
import json
import os
import re

import rig
import yang_samples

SHARED = os.path.join(rig.TOP, "../shared/openconfig")
EXCEPTIONS = os.path.join(rig.TOP, "tests/e2e/yang_instances.txt")
LEAST_KINDS = 128
ALL = "/"               # in the exceptions: there is no sample of the kind at all
# The one kind that is no name of ours: a line that nobody knows.
UNKNOWN = (None, "<13>1 2026-03-01T00:01:02Z host1 app1 42 THING - something happened", "SYSLOG_UNKNOWN")


def leaves(value, path=""):
    """The paths of all leaves, without modules and keys."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves(child, f"{path}/{name.split(':')[-1]}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for child in value:
            yield from leaves(child, path)
    else:
        yield path


def wanted():
    """Kind, operation and paths of each row."""
    with open(os.path.join(SHARED, "kinds.tsv"), encoding="utf-8", newline="") as f:
        for row in csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            with open(os.path.join(SHARED, "instances", row[0] + ".json"), encoding="utf-8") as g:
                yield row[0], row[5], set(leaves(json.load(g)))


def exceptions(faults):
    found = set()
    with open(EXCEPTIONS, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            m = re.fullmatch(r"(\S+) (/\S*): (.{10,})\n", line)
            if not line.startswith("#") and faults.expect(m, f"yang_instances.txt:{number}: not `kind path: reason`"):
                found.add((m.group(1), m.group(2)))
    return found


def right_operation(event, operation, paths):
    """The row's; but an alarm that goes out alone ends by a delete, and what is gone without being named is an update that tells of something else."""
    found = set(leaves(event["yang_message"]))
    given = event.get("op", "update")
    if given == operation:
        return True
    if given == "delete":
        return event.get("condition") == "up" and all(path.startswith("/system/alarms/") for path in found)
    return not found & paths or all(path.startswith(("/event/", "/system/messages/", "/system/alarms/")) for path in found)


def body(faults, _workdir):
    if not os.path.exists(SHARED):
        raise rig.Skip("the instances are not on this machine (../shared/openconfig)")
    excused, used, events = exceptions(faults), set(), collections.defaultdict(list)
    for name, line in yang_samples.events(faults, list(yang_samples.samples()) + [UNKNOWN]):
        events[name.split()[-1]].append((name, json.loads(line)))
    rows = list(wanted())
    for kind, operation, paths in rows:
        given = {path for _, event in events[kind] for path in leaves(event["yang_message"])}
        missing = sorted(paths - given) if events[kind] else [ALL]
        used.update((kind, path) for path in missing)
        for path in missing:
            faults.expect((kind, path) in excused, f"{kind}: {'there is no sample' if path == ALL else 'no sample gives ' + path}")
        for name, event in events[kind]:
            faults.expect(right_operation(event, operation, paths), f"{name}: {event.get('op', 'update')} and not {operation}: {event['raw']}")
    for kind, path in sorted(excused - used):
        faults.expect(False, f"yang_instances.txt: {kind} has {path}: take the line out")
    faults.expect(len(rows) >= LEAST_KINDS, f"{len(rows)} kinds")
    print(f"{len(rows)} kinds, {len(used)} exceptions")


if __name__ == "__main__":
    rig.main(body)
