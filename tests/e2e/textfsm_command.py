#!/usr/bin/python3
"""`netnorm textfsm`: a template or an index, a file or standard input; what comes out, and with which status."""
import json
import os

import rig

TEMPLATE = "Value Required PORT (\\S+)\nValue STATE (up|down)\nValue List PEERS (\\w+)\n\nStart\n  ^port -> Continue.Record\n" \
           "  ^port ${PORT}(?: ${STATE})?$$\n  ^ peer ${PEERS}\n  ^bad -> Error \"no such thing\"\n"
TEXT = "port 1 up\n peer a\n peer b\nport 2\r\n"
WANTED = [{"PORT": "1", "STATE": "up", "PEERS": ["a", "b"]}, {"PORT": "2", "STATE": "", "PEERS": []}]
INDEX = "Template, Hostname, Platform, Command\nports.textfsm, .*, some_os, show po[[rts]]\nnowhere.textfsm, .*, some_os, show nothing\n" \
        "bad.textfsm, .*, some_os, show bad\n"


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def records(faults, what, *argv, text=TEXT, wanted=None):
    done = rig.run("textfsm", *argv, stdin=text.encode())
    faults.same(done.returncode, 0, f"{what}: status ({done.stderr.decode()})")
    faults.same(done.stderr, b"", f"{what}: standard error")
    faults.expect(done.stdout.endswith(b"]\n") and done.stdout.count(b"\n") == 1, f"{what}: {done.stdout!r} is not one line")
    faults.same(json.loads(done.stdout or b"null"), WANTED if wanted is None else wanted, what)


def refused(faults, what, *argv, status, words, text=TEXT):
    done = rig.run("textfsm", *argv, stdin=text.encode())
    faults.same(done.returncode, status, f"{what}: status")
    faults.same(done.stdout, b"", f"{what}: standard output")
    for word in words:
        faults.expect(word in done.stderr.decode(), f"{what}: {done.stderr.decode()!r} lacks {word!r}")


def body(faults, workdir):
    template, text = write(workdir, "ports.textfsm", TEMPLATE), write(workdir, "text", TEXT)
    write(workdir, "index", INDEX)
    bad = write(workdir, "bad.textfsm", "Value PORT (\\S+)\n\nStart\n  ^${PORT} -> Nowhere\n")
    index = ["--index", workdir, "--platform", "some_os", "--command"]

    records(faults, "standard input", template)
    records(faults, "standard input as -", template, "-")
    records(faults, "a file", template, text, text="")
    records(faults, "an empty text", template, text="", wanted=[])
    records(faults, "an index", *index, "show ports")
    records(faults, "a short command, and a host", *index, "show po", "--hostname", "r1", text)
    records(faults, "an index alone: its first row", "--index", workdir)

    refused(faults, "a template with a fault", bad, status=1, words=[f"{bad}:4:15: error: there is no state \"Nowhere\"", "^~~~~~~"])
    refused(faults, "Error", template, status=1, text="port 1\nbad\n", words=[f"{template}:9:3: error: ", "no such thing", "input line 2: bad"])
    refused(faults, "no row", *index, "show else", status=1, words=["no row of", "show else"])
    refused(faults, "a row without its file", *index, "show nothing", status=1, words=["nowhere.textfsm", "No such file"])
    refused(faults, "a row with a bad template", *index, "show bad", status=1, words=["bad.textfsm:4:15: error"])
    refused(faults, "no template", status=2, words=["a template, or --index, is missing"])
    refused(faults, "no such template", "/nonexistent", status=2, words=["/nonexistent", "No such file"])
    refused(faults, "a directory as template", workdir, status=2, words=[workdir, "directory"])
    refused(faults, "no such text", template, "/nonexistent", status=2, words=["cannot read /nonexistent"])
    refused(faults, "a directory as text", template, workdir, status=2, words=["cannot read " + workdir])
    refused(faults, "no index", "--index", "/nonexistent", status=2, words=["/nonexistent/index", "No such file"])
    refused(faults, "two texts", template, text, "more", status=2, words=["more"])
    refused(faults, "--command without --index", "--command", "show", template, status=2, words=["--index"])
    refused(faults, "an option without its value", "--index", status=2, words=["--index wants a value"])
    refused(faults, "no such option", "--nosuch", status=2, words=["--nosuch"])


if __name__ == "__main__":
    rig.main(body)
