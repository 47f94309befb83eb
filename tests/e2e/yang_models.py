#!/usr/bin/python3
"""What goes out strictly and the models it is written in: profiles/yang/table.txt is what the models say, and netnorm-yang takes what is right
and refuses what is wrong.

The YANG files are those of YANG_DIR (folders, separated by blanks), else of ../shared/openconfig/yang; the objects lie beside the latter.
"""
import glob
import json
import os
import subprocess

import rig

PROGRAM = os.path.join(os.path.dirname(rig.NETNORM), "netnorm-yang")
OPENCONFIG = os.path.join(os.environ.get("NETNORM_SHARED", os.path.join(rig.TOP, "../shared")), "openconfig")
TABLE = os.path.join(rig.TOP, "profiles/yang/table.txt")
HOW = ("no YANG files: git clone https://github.com/openconfig/public, which has those of the IETF in third_party/ietf, "
       "and YANG_DIR='public/release/models public/third_party/ietf'")


def yang_dirs():
    dirs = os.environ.get("YANG_DIR", "").split() or [os.path.join(OPENCONFIG, "yang")]
    if not all(os.path.isdir(d) for d in dirs):
        raise rig.Skip(HOW)
    return dirs


def program(command, *argv, stdin=b""):
    return subprocess.run([PROGRAM, command, *argv], input=stdin, capture_output=True, timeout=250, check=False, cwd=rig.TOP)


def objects(folder):
    """Name and content of each JSON file there."""
    found = {}
    for path in sorted(glob.glob(os.path.join(OPENCONFIG, folder, "*.json"))):
        with open(path, encoding="utf-8") as f:
            found[os.path.basename(path)[:-len(".json")]] = json.load(f)
    return found


def validate(dirs, found, *options):
    lines = "".join(json.dumps({"name": name, "data": data}) + "\n" for name, data in found.items())
    return program("validate", *options, *dirs, stdin=lines.encode())


def check_table(faults, dirs):
    done = program("table", *dirs)
    faults.same((done.returncode, done.stderr), (0, b""), "table")
    with open(TABLE, "rb") as f:
        wanted = f.read()
    differ = [(a, b) for a, b in zip(done.stdout.splitlines(), wanted.splitlines()) if a != b]
    faults.expect(done.stdout == wanted, f"profiles/yang/table.txt is not what these models say: `make yang-table`, and read the diff; first {differ[:1]}")


def check_objects(faults, dirs):
    for folder, options, wanted in (("instances", (), "0 invalid"), ("neg", ("--expect-invalid",), "{n} invalid")):
        found = objects(folder)
        if not found:
            print(f"note: no objects in {OPENCONFIG}/{folder}")
            continue
        done = validate(dirs, found, *options)
        lines = done.stdout.decode().splitlines()
        faults.same((done.returncode, done.stderr), (0, b""), folder)
        faults.same(lines, [f"{len(found)} objects, " + wanted.format(n=len(found))], folder)


def check_links(faults):
    """The collector does without libyang."""
    libraries = subprocess.run(["ldd", rig.NETNORM], capture_output=True, text=True, timeout=60, check=True).stdout
    faults.expect("libyang" not in libraries, "netnorm links libyang")


def main(faults, _workdir):
    check_links(faults)
    if not os.path.exists(PROGRAM):
        raise rig.Skip("netnorm-yang is not made: libyang2-dev (config/packages/test.txt)")
    dirs = yang_dirs()
    check_table(faults, dirs)
    check_objects(faults, dirs)


if __name__ == "__main__":
    rig.main(main)
