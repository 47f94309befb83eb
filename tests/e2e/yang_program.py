#!/usr/bin/python3
"""netnorm-yang on small modules of our own: the table to the byte, and what each level of validation refuses, with its place."""
import json
import os
import subprocess

import rig

PROGRAM = os.path.join(os.path.dirname(rig.NETNORM), "netnorm-yang")
TINY = os.path.join(rig.TOP, "tests/yang")
MODULES = ("--modules", os.path.join(TINY, "modules.txt"))


def boiler(*entries):
    return {"acme-plant:plant": {"boilers": {"boiler": list(entries)}}}


def pump(**entry):
    return {"acme-plant:plant": {"pumps": {"pump": [entry]}}}


B1 = "/acme-plant:plant/boilers/boiler[id='b1']"

# What is right, and why it is a case of its own.
GOOD = {
    "the key need not be repeated": boiler({"id": "b1"}),
    "the key repeated": boiler({"id": "b1", "state": {"id": "b1", "lit": True}}),
    "a fact of our own beside one of the model": boiler({"id": "b1", "state": {"acme-chimney:height": "12"}}),
    "two leaves of one name": boiler({"id": "b1", "state": {"draft": "FORCED", "acme-chimney:draft": "strong"}}),
    "a when on what is mandatory": boiler({"id": "b1", "grate": {"state": {"ash": 3}}}),
    "a when on what may be": boiler({"id": "b1", "flue": {"state": {"fan": 3}}}),
    "both": boiler({"id": "b1", "flue": {"state": {"fan": 3}}, "grate": {"state": {"ash": 3}}}),
    "a leafref to elsewhere": boiler({"id": "b1", "state": {"feeder": ["p1", "p2"]}}),
    "quotes": boiler({"id": "b'\"1", "state": {"feeder": ["p'1\""]}}),
    "two entries": boiler({"id": "b1"}, {"id": "b2"}),
    "a range's edges": boiler({"id": "b1", "state": {"pressure": "-1.5", "level": 9, "offset": -5}}),
    "two roots": dict(boiler({"id": "b1"}), **{"acme-roof:roof": {"tiles": 3}}),
}

# What is wrong: the object, the level, the place, a piece of the message.
BAD = {
    "unknown node": (boiler({"id": "b1", "state": {"smoke": 1}}), "L1", B1 + "/state", "smoke"),
    "prefix missing": ({"plant": {}}, "L1", "-", "plant"),
    "prefix of the augment missing": (boiler({"id": "b1", "state": {"height": "12"}}), "L1", B1 + "/state", "height"),
    "entry as object": ({"acme-plant:plant": {"boilers": {"boiler": {"b1": {}}}}}, "L1", "/acme-plant:plant/boilers", "boiler"),
    "key missing": (pump(name="a"), "L1", "/acme-plant:plant/pumps/pump[name='a']", "side"),
    "enumeration": (boiler({"id": "b1", "state": {"draft": "Forced"}}), "L1", B1 + "/state/draft", "Forced"),
    "identity without its module": (boiler({"id": "b1", "state": {"fuel": "COAL"}}), "L1", B1 + "/state/fuel", "COAL"),
    "identity of another base": (pump(name="a", side="LEFT", state={"fuel": "acme-types:GAS"}), "L1",
                                 "/acme-plant:plant/pumps/pump[name='a'][side='LEFT']/state/fuel", "GAS"),
    "out of range": (boiler({"id": "b1", "state": {"level": 5}}), "L1", B1 + "/state/level", "5"),
    "64 bits as a number": (boiler({"id": "b1", "state": {"since": 1}}), "L1", B1 + "/state/since", "1"),
    "8 bits as a string": (boiler({"id": "b1", "state": {"level": "1"}}), "L1", B1 + "/state/level", "1"),
    "pattern": (pump(name="a", side="LEFT", state={"serial": "B123"}), "L1",
                "/acme-plant:plant/pumps/pump[name='a'][side='LEFT']/state/serial", "B123"),
    "nothing": ({}, "L1", "-", "nothing"),
    "a list of objects": ([], "L1", "-", "object"),
    "a number": (7, "json", "-", "no object"),
    "another key in state": (pump(name="a", side="LEFT", state={"name": "b"}), "key",
                             "/acme-plant:plant/pumps/pump[name='a'][side='LEFT']/state/name", "key"),
    "an entry twice": (boiler({"id": "b1"}, {"id": "b1"}), "L2", B1, "Duplicate"),
    "a when that its own config denies": (
        boiler({"id": "b1", "config": {"fuel": "acme-types:GAS"}, "grate": {"state": {"ash": 3}}}), "L2", B1 + "/grate", "When"),
    "a leafref with no room for its target": (
        boiler({"id": "b1", "config": {"id": "b2"}}), "L2", B1 + "/id", "leafref"),
}


def program(*argv, stdin=""):
    done = subprocess.run([PROGRAM, *argv], input=stdin.encode(), capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def validate(objects, *options):
    lines = "".join(json.dumps({"name": name, "op": "update", "data": data}) + "\n" for name, data in objects.items())
    return program("validate", *MODULES, *options, TINY, stdin=lines)


def check_table(faults):
    status, out, err = program("table", *MODULES, TINY)
    faults.same((status, err), (0, ""), "table")
    path = os.path.join(TINY, "table.golden")
    if "GOLDEN" in os.environ:
        with open(path, "w", encoding="utf-8") as f:
            f.write(out)
    with open(path, encoding="utf-8") as f:
        wanted = f.read()
    for got, line in zip(out.splitlines(), wanted.splitlines()):
        faults.same(got, line, "a line of the table")
    faults.expect(out == wanted, "the table is not tests/yang/table.golden (GOLDEN=1 rewrites it)")


def check_good(faults):
    faults.same(validate(GOOD), (0, f"{len(GOOD)} objects, 0 invalid\n", ""), "what is right")
    status, out, _ = validate(GOOD, "--expect-invalid")
    faults.same((status, out.splitlines()[:-1]), (1, [f"{name}: it is valid" for name in GOOD]), "what is right, expected to be wrong")


def check_bad(faults):
    status, out, err = validate({name: row[0] for name, row in BAD.items()})
    lines = out.splitlines()
    faults.same((status, err, lines[-1]), (1, "", f"{len(BAD)} objects, {len(BAD)} invalid"), "what is wrong")
    faults.same(len(lines) - 1, len(BAD), "one line for each")
    for line, (name, (_, level, place, piece)) in zip(lines, BAD.items()):
        head = f"{name}: {level}: {place}: "
        faults.expect(line.startswith(head) and piece in line[len(head):], f"{line!r}, wanted {head!r} and {piece!r}")
    status, out, _ = validate({name: row[0] for name, row in BAD.items()}, "--expect-invalid")
    faults.same((status, out), (0, f"{len(BAD)} objects, {len(BAD)} invalid\n"), "what is wrong, as expected")


def check_lines(faults):
    good = json.dumps(boiler({"id": "b1"}))
    status, out, _ = program("validate", *MODULES, TINY, stdin=f"{good}\n\n{{\"a\n{good[:-1]}, \"acme-plant:plant\": {{}}}}\n{good}")
    lines = out.splitlines()
    faults.same((status, lines[-1]), (1, "4 objects, 2 invalid"), "lines without names")
    faults.same([line.split(": ")[:2] for line in lines[:-1]], [["line 3", "json"], ["line 4", "json"]], "lines that are no JSON")
    faults.same(program("validate", *MODULES, TINY), (0, "0 objects, 0 invalid\n", ""), "no lines")


def check_usage(faults):
    for argv, piece in (
            ((), "usage"), (("table",), "usage"), (("tabel", TINY), "usage"), (("table", "--nothing", TINY), "nothing"),
            (("table", "--modules", TINY + "/nowhere", TINY), "nowhere: No such file"),
            (("table", *MODULES, TINY + "/nowhere"), "no directory"),
            (("table", "--modules", os.devnull, TINY), "names no module"),
            (("table", "--modules", TINY + "/broken.txt", TINY), "acme-nowhere does not load")):
        status, out, err = program(*argv)
        faults.same((status, out), (2, ""), f"{argv}")
        faults.expect(piece in err, f"{argv}: {err!r}, wanted {piece!r}")
    status, out, err = program("--help")
    faults.expect(status == 0 and "usage" in out and not err, "--help")


def main(faults, _workdir):
    if not os.path.exists(PROGRAM):
        raise rig.Skip("netnorm-yang is not made: libyang2-dev (config/packages/test.txt)")
    check_table(faults)
    check_good(faults)
    check_bad(faults)
    check_lines(faults)
    check_usage(faults)


rig.main(main)
