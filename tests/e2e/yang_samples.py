#!/usr/bin/python3
"""The strict object of every sample of every profile, and of every line of the corpora, is valid in the models: as it is, and completed to a
whole datastore."""
import glob
import json
import os

import yaml

import rig
import yang_models as models

CORPORA = os.path.join(rig.TOP, "../shared/corpus/*.jsonl")
LEAST_SAMPLES = 1300        # fewer are not all of them


def samples():
    """System (if the sample pins it) and line, of each sample of the shipped profiles."""
    for path in sorted(glob.glob(os.path.join(rig.TOP, "profiles/*/*.yaml"))):
        with open(path, encoding="utf-8") as f:
            messages = (yaml.load(f, Loader=yaml.CSafeLoader) or {}).get("messages") or []
        for message in messages:
            for sample in message.get("samples") or []:
                yield sample.get("os"), sample["line"], f"{os.path.relpath(path, rig.TOP)} {message['error']}"


def corpus():
    for path in sorted(glob.glob(CORPORA)):
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                raw = json.loads(line).get("raw", "")
                if raw and "\n" not in raw.rstrip("\n"):
                    yield None, raw.rstrip("\n"), f"{os.path.basename(path)}:{number}"


def events(faults, rows):
    """What `netnorm parse` makes of them: one run for the lines of each system that is pinned."""
    for system in sorted({row[0] or "" for row in rows}):
        some = [row for row in rows if (row[0] or "") == system]
        pin = ("--os", system) if system else ()
        done = rig.run("parse", *pin, stdin="".join(row[1] + "\n" for row in some).encode("utf-8", "surrogateescape"))
        faults.same(done.returncode, 0, "status of parse")
        lines = done.stdout.splitlines()
        faults.same(len(lines), len(some), f"events of {system or 'all systems'}")
        for row, line in zip(some, lines):
            yield row[2], line


def object_text(line):
    """The bytes of yang_message as they went out: a parser might hide that a member stands twice."""
    begin, end = line.find(b'"yang_message":'), line.rfind(b',"message_details":{')
    return line[begin + len(b'"yang_message":'):end] if 0 <= begin < end else None


def check(faults, rows, dirs, what):
    objects = []
    for name, line in events(faults, rows):
        text = object_text(line)
        faults.expect(text, f"{name}: no strict object")
        objects.append(b'{"name":%s,"op":"%s","data":%s}\n' % (json.dumps(name).encode(), json.loads(line).get("op", "update").encode(), text or b"null"))
    done = models.program("validate", *dirs, stdin=b"".join(objects))
    lines = done.stdout.decode().splitlines()
    faults.same(done.returncode, 0, f"{what}: status of validate: {done.stderr.decode()}")
    for line in lines[:-1]:
        faults.expect(False, line)
    print(f"{what}: {lines[-1] if lines else 'nothing'}")
    return len(objects)


def main(faults, _workdir):
    if not os.path.exists(models.PROGRAM):
        raise rig.Skip("netnorm-yang is not made: libyang2-dev (config/packages/test.txt)")
    dirs = models.yang_dirs()
    count = check(faults, list(samples()), dirs, "samples")
    faults.expect(count >= LEAST_SAMPLES, f"{count} samples")
    lines = list(corpus())
    if lines:
        check(faults, lines, dirs, "lines of the corpora")


if __name__ == "__main__":
    rig.main(main)
