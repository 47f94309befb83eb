#!/usr/bin/python3
"""What who writes profiles works with: `netnorm test` and `netnorm explain`."""
import json
import os
import re

import rig

INIT = "signatures: [{contains: ACME}]\ndetails: {host: host, tag: tag}\n"
GOOD = """\
messages:
  - error: ACME_UP
    tag: ACME_LINK
    values:
      port: (\\d+)
      state|upper: (up|down)
    line: 'port {port} is {state} now'
    model: NO_MODEL
    mapping: {variables: {'ports//{port}//state': state}, static: {}}
    object: 'port {port}'
    samples:
      - line: '<13>Jun 14 10:00:00 h1 acmed[1]: ACME_LINK: port 5 is up now'
        want: {port: '5', state: UP, host: h1}
        yang: {ports: {'5': {state: UP}}}
"""
LINE = "<13>Jun 14 10:00:00 h1 acmed[1]: ACME_LINK: port 5 is "


def folder(workdir, name, messages):
    path = os.path.join(workdir, name)
    os.makedirs(f"{path}/acme")
    for file, text in (("init", INIT), ("links", messages)):
        with open(f"{path}/acme/{file}.yaml", "w", encoding="utf-8") as f:
            f.write(text)
    return path


def out_of(done):
    return done.stdout.decode()


def samples(faults, workdir):
    done = rig.run("test")
    faults.same(done.returncode, 0, f"the shipped samples: {out_of(done)}")
    good = folder(workdir, "good", GOOD)
    for argv in (("test", good), ("test", "--only", good)):
        done = rig.run(*argv)
        faults.same((done.returncode, out_of(done)), (0, "1 samples good, 0 failed\n"), " ".join(argv[:-1]))
    bad = folder(workdir, "bad", GOOD.replace("port: '5'", "port: '6'").replace("{state: UP}", "{state: DOWN}") +
                 "      - {line: '<13>Jun 14 10:00:00 h1 acmed[1]: ACME_LINK: port five'}\n")
    done = rig.run("test", bad)
    text = out_of(done)
    faults.same(done.returncode, 1, "samples that fail")
    for want in ('links.yaml:13:22: error: ACME_UP: port: wanted 6, got "5"', 'wanted {"ports": {"5": {"state": "DOWN"}}}, got {"ports": {"5": {"state": "UP"}}}',
                 "the sample gives RAW of acme (reason no_match", "0 samples good, 2 failed"):
        faults.expect(want in text, f"{want!r} is not in {text}")
    first = GOOD.replace("ACME_UP", "ACME_FIRST").replace("'port {port} is {state} now'", "'port {port} is {state}'").replace(": UP", ": DOWN").replace("up now", "down")
    done = rig.run("test", "--only", folder(workdir, "taken", first + GOOD[GOOD.index("  - error"):]))
    text = out_of(done)
    faults.same(done.returncode, 1, "a sample that another message takes")
    faults.expect(re.search(r"links\.yaml:25:9: error: ACME_UP: the sample gives ACME_FIRST of acme: the message at \S+/links\.yaml:2 takes it\n", text), text)
    done = rig.run("test", "--only", folder(workdir, "namesake", first.replace("ACME_FIRST", "ACME_UP") + GOOD[GOOD.index("  - error"):].replace("port: '5'", "port: '6'")))
    text = out_of(done)
    faults.expect(re.search(r"links\.yaml:25:9: error: ACME_UP: another message of that name takes the sample: the one at \S+/links\.yaml:2\n", text), text)
    typed = GOOD.replace("      port: (", "      port|int: (").replace("object: 'port {port}'", "object: port").replace("        yang: {ports: {'5': {state: UP}}}\n", "")
    text = out_of(rig.run("test", "--only", folder(workdir, "typed", typed)))
    faults.expect('ACME_UP: port: wanted "5" (text), got 5 (number)' in text, text)
    done = rig.run("test", "--only", os.path.join(good, "acme"))
    faults.expect(b"there is no folder of profiles in it, but links.yaml: it looks like the folder of one system; name the one above it" in done.stderr, done.stderr)
    pins(faults, workdir)
    bare = folder(workdir, "bare", GOOD[:GOOD.index("    samples")])
    done = rig.run("test", bare)
    faults.same(done.returncode, 1, "a message without a sample")
    faults.expect("ACME_UP has no sample" in out_of(done), out_of(done))
    for argv, status in ((("test", "--only"), 2), (("test", "/nosuch"), 2), (("test", "--nosuch"), 2), (("test", workdir), 1)):
        faults.same(rig.run(*argv).returncode, status, " ".join(argv))


def pins(faults, workdir):
    """A pin on a line whose header leads elsewhere is told; not one on a body alone, nor one that says what the line says itself."""
    pinned = GOOD.replace("tag: ACME_LINK", "tag: [ACME_LINK, linkd]").replace("        want: {port: '5', state", "        os: acme\n        want: {port: '5', state")
    pinned += ("      - {line: '<13>Jun 14 10:00:00 h1 linkd[1]: port 6 is up now', os: acme}\n"
               "      - {line: 'ACME_LINK: port 7 is up now', os: acme}\n")
    done = rig.run("test", "--only", folder(workdir, "pins", pinned))
    text = out_of(done)
    faults.same((done.returncode, text.count(": note: "), text.splitlines()[-1]), (0, 1, "3 samples good, 0 failed"), text)
    faults.expect("links.yaml:16:73: note: ACME_UP: without the pin the line is UNKNOWN, of no system: " in text, text)


def explain(faults, workdir):
    profiles = ("--profiles", folder(workdir, "explained", GOOD), "--now", rig.NOW)
    done = rig.run("explain", *profiles, LINE + "up now")
    text = out_of(done)
    faults.same(done.returncode, 0, "status of explain")
    for want in ("by newline", "~~~", 'host         "h1"', "acme: the signature at ", "1 message under the tag \"ACME_LINK\"", "links.yaml:2  fits", "ACME_UP"):
        faults.expect(want in text, f"{want!r} is not in {text}")
    faults.expect("\x1b" not in text, "colour in a pipe")
    done = rig.run("explain", *profiles, stdin=(LINE + "lost\n").encode())
    text = out_of(done)
    for want in ('stops here: "{state}" = (up|down), and the text goes on with "lost"', "raw, because: no_match"):
        faults.expect(want in text, f"{want!r} is not in {text}")
    text = out_of(rig.run("explain", *profiles, LINE.replace("ACME_LINK", "ACME_LINC") + "up now"))
    faults.expect("(there is ACME_LINK)" in text and "because: no_tag" in text, text)
    text = out_of(rig.run("explain", *profiles, "<13>Jun 14 10:00:00 h1 other: thing"))
    faults.expect("no signature fits" in text and "because: no_os" in text, text)
    text = out_of(rig.run("explain", "--os", "acme", *profiles, "port 5 is up now"))
    faults.expect("pinned by --os" in text, text)
    conditions(faults, workdir)
    for bad in (b"\x00\xff\x1b[31m<13>", b"8 <13>four" + bytes(range(256)), b"<13>" + b"x" * 70000, b"\n\n", b"12 <13>"):
        done = rig.run("explain", *profiles, stdin=bad)
        faults.same(done.returncode, 0, f"status of {bad[:20]!r}: {done.stderr[-300:]}")
        faults.expect(b"\x1b" not in done.stdout and b"\x00" not in done.stdout, f"control characters of {bad[:20]!r}")
    faults.same(rig.run("explain", *profiles).returncode, 2, "nothing to explain")


def conditions(faults, workdir):
    """Which condition of the nearest signature does not hold; what a form cuts off; what a pattern takes."""
    init = """\
signatures:
  - {process: [acmed], form: rfc5424, contains: [box1, NOWHERE]}
  - {process: [acmed]}
  - {host: false, seq: true}
details: {host: host, tag: tag}
forms:
  - part: body
    values: {unit: (\\d+), tag: '([A-Z]+)'}
    line: 'unit {unit} {tag}: '
"""
    message = """\
messages:
  - error: FAN_BAD
    tag: FAN
    values: {fan|int: (\\d+), word: '(x)?', state|upper: (\\w+)}
    line: 'fan {fan} has{word} {state}'
    model: NO_MODEL
    samples: [{line: 'unit 7 FAN: fan 2 has failed', os: acme}]
"""
    path = folder(workdir, "conditions", message)
    with open(f"{path}/acme/init.yaml", "w", encoding="utf-8") as f:
        f.write(init)
    line = "<29>Jun 12 10:11:12 box1 acmed[77]: unit 7 FAN: fan 2 has failed"
    done = rig.run("explain", "--profiles", path, line)
    text = out_of(done) or done.stderr.decode()
    want = 'acme/init.yaml:3, but process: there is none (the line has no mnemonic, so its process is the tag: ask for `tag`); tag: it is "acmed"\n'
    faults.expect("acme: no signature fits; the nearest is at " in text and want in text, text)
    text = out_of(rig.run("explain", "--profiles", path, "--os", "acme", line))
    for want in ("(no signature of its would fit: process: there is none", 'cuts it behind "unit 7 FAN: ": unit "7", tag "FAN"; the text is "fan 2 has failed"\n',
                 '  fan    "2", cast to 2\n', "  word   null\n", '  state  "failed", cast to "FAILED"\n'):
        faults.expect(want in text, f"{want!r} is not in {text}")
    for more, told in (("triplet: true, ", "triplet: there is none; process: there is none"), ("tag: [acme], ", "process: there is none")):
        with open(f"{path}/acme/init.yaml", "w", encoding="utf-8") as f:
            f.write(re.sub(r"signatures:(\n  - .*)+", f"signatures:\n  - {{{more}process: [acmed]}}", init))
        text = out_of(rig.run("explain", "--profiles", path, line))
        want = told + ' (the line has no mnemonic, so its process is the tag: ask for `tag`); tag: it is "acmed"\n'
        faults.expect("but " + want in text, f"{want!r} is not in {text}")
    with open(f"{path}/acme/init.yaml", "w", encoding="utf-8") as f:
        f.write(re.sub(r"  - .process: .acmed.}\n", "", init))
    text = out_of(rig.run("explain", "--profiles", path, "<29>Jun 12 10:11:12 h %A-4-B: text"))
    faults.expect('init.yaml:3, but host: it is "h"; seq: there is none\n' in text, text)


def story(faults, workdir):
    """What became of the facts in the models: refused values, keys that are missing, the fallback."""
    path = folder(workdir, "story", """\
messages:
  - error: ACME_MTU
    tag: ACME_MTU
    values: {port: (\\w*), mtu: (\\w+)}
    line: 'port {port}: mtu {mtu}'
    model: NO_MODEL
    openconfig: {'/interfaces/interface[name={port}]/state/mtu': '{mtu}'}
    samples: [{line: '<13>Jun 14 10:00:00 h1 acmed[1]: ACME_MTU: port e1: mtu 9000'}]
""")
    line = "<13>Jun 14 10:00:00 h1 acmed[1]: ACME_MTU: port "
    lost = "    no /interfaces/interface: its key name is {port}, and the line does not say \"port\"\n"
    rows = (
        (line + "e1: mtu 9000", "    the mapping of this message alone, ACME_MTU at ", "left out"),
        (line + "e1: mtu big", '    left out: "big" of /interfaces/interface/state/mtu, which takes uint16\n', "no /interfaces"),
        (line + ": mtu 9000", lost, "left out"),
        (line + ": mtu 9000", "    nothing of the kind is left: its fallback goes out, a record of the text\n", "left out"),
        ("<13>other", "    the event has no kind: a record of its text goes out\n", "fallback"),
    )
    for text, want, never in rows:
        got = out_of(rig.run("explain", "--over", path, text))
        got = got[got.find("\nmodels\n"):]
        faults.expect(want in got and never not in got[:got.find("\nevent\n")], f"{want!r} is not in, or {never!r} is in {got}")
    with open(f"{path}/acme/links.yaml", encoding="utf-8") as f:
        plain = f.read()
    refused = r"links.yaml:8:15: warning: ACME_MTU: .big. is left out of the models: /interfaces/interface/state/mtu takes uint16"
    rows = (("9000", "", 0, "^1 samples good"), ("big", "", 0, refused), ("big", ", refused: true", 0, "^1 samples good"),
            ("9000", ", refused: true", 1, "error: ACME_MTU: the models take all of its values"))
    for mtu, extra, status, want in rows:
        with open(f"{path}/acme/links.yaml", "w", encoding="utf-8") as f:
            f.write(plain.replace("9000'}", f"{mtu}'{extra}}}"))
        done = rig.run("test", path)
        faults.expect(done.returncode == status and re.search(want, out_of(done)), f"{mtu}{extra}: {out_of(done)}")
    faults.expect("\nmodels\n" not in out_of(rig.run("explain", "--shape", "napalm", "--over", path, line + "e1: mtu 9000")), "models in the shape napalm")
    faults.expect("Without it" not in out_of(rig.run("explain", "--help")), "the help of --shape")


def over(faults, workdir):
    """--over has what `netnorm test DIR` has, the shipped profiles and the folder; --profiles has its folder and no more."""
    mine, other = folder(workdir, "over", GOOD), folder(workdir, "over_it", GOOD.replace("ACME_UP", "ACME_OTHER"))
    shipped = "<14>Jun 14 10:00:00 h1 System: Interface ethernet 1/1, state up"
    rows = (
        (("--over", mine), "ACME_UP", "INTERFACE_UP"),
        (("--profiles", mine), "ACME_UP", "UNKNOWN"),
        (("--over", mine, "--over", other), "ACME_OTHER", "INTERFACE_UP"),
        (("--over", other, "--over", mine), "ACME_UP", "INTERFACE_UP"),
        (("--over", other, "--profiles", mine), "ACME_OTHER", "UNKNOWN"),
    )
    for options, first, second in rows:
        what = " ".join(o if o.startswith("-") else os.path.basename(o) for o in options)
        done = rig.run("parse", *options, stdin=f"{LINE}up now\n{shipped}\n".encode())
        faults.same([json.loads(line)["error"] for line in done.stdout.splitlines()], [first, second], f"parse {what}")
        text = out_of(rig.run("explain", *options, LINE + "up now"))
        faults.expect(first in text, f"explain {what}: {text}")
    for command in ("parse", "explain"):
        for options in (("--over", "/nosuch"), ("--over",), ("--over", mine) * 65):
            faults.same(rig.run(command, *options, stdin=b"x\n").returncode, 2, f"{command} {options[:2]}")


def fifo(faults, workdir):
    """What nobody writes into is no file of a profile: a fault with its path, and no waiting."""
    path = folder(workdir, "fifo", GOOD)
    os.mkfifo(f"{path}/acme/zz.yaml")
    done = rig.run("test", path)
    text = out_of(done) + done.stderr.decode()
    faults.expect(done.returncode != 0 and "acme/zz.yaml: error: cannot be read: this is no regular file" in text, text)


def slow(faults, workdir):
    """A pattern that a line is too slow for is told by its place, once."""
    path = folder(workdir, "slow", GOOD + "  - {error: ACME_SLOW, tag: ACME_LINK, model: NO_MODEL, values: {v: '((?:a+)+)'}, line: '{v}!'}\n")
    line = LINE.replace("port 5 is ", "a" * 3000 + "?!\n")
    done = rig.run("parse", "--profiles", path, stdin=(line * 100).encode())
    faults.same([json.loads(line)["error"] for line in done.stdout.splitlines()], ["RAW"] * 100, "lines at the limit")
    told = done.stderr.decode()
    faults.same(told.count("links.yaml:15: this pattern ran into the match limit (told once): <13>Jun"), 1, told)


def body(faults, workdir):
    fifo(faults, workdir)
    slow(faults, workdir)
    samples(faults, workdir)
    explain(faults, workdir)
    story(faults, workdir)
    over(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
