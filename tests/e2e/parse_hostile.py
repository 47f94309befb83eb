#!/usr/bin/python3
"""`netnorm parse` gives exactly one JSON object a line, in order, whatever the line is; with --now all of it can be repeated."""
import base64
import ipaddress
import json
import os
import random

import rig

KIB64 = 64 * 1024


def head(n):
    return f"<189>{n}: core-1: *Mar  4 09:12:31.204: ".encode()


def hostile_lines():
    body = b"%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down"
    yield b""
    yield b" "
    yield b"\t"
    yield b"<"
    yield b"<>"
    yield b"<0>"
    yield b"<999>too large"
    yield b"<99999999999999999999999999>x"
    yield b"<189"
    yield b"%"
    yield b"%-5-"
    yield b"%%%%%%%%"
    yield b":" * 300
    yield b"<189>" * 300
    yield b"1: 2: 3: 4: 5: 6: 7:"
    yield b"<189>1 - - - - - -"
    yield b"<189>1 2026-03-04T09:16:02.345Z h a p m [x"
    yield b'<189>1 2026-03-04T09:16:02.345Z h a p m [x y="\\'
    yield b'<189>1 2026-03-04T09:16:02.345Z h a p m [x y="1" y="2"][x z="3"] ' + b"\xef\xbb\xbftext"
    yield b"\xef\xbb\xbf" + head(1) + body
    yield head(2) + b"\xff\xfe\x80 not UTF-8 " + body
    yield head(3) + body + b"\xc3"
    yield head(4) + body + b"\xed\xa0\x80 a surrogate"
    yield head(5) + b"\xf4\x90\x80\x80 above U+10FFFF, \xc0\xaf overlong"
    yield head(6) + body.replace(b"Gig", b"\x00Gig")
    yield b"\x00"
    yield b"\x00" * 1000
    yield head(7) + b"\x1b[31m" + body + b"\x1b]0;title\x07"
    yield head(8) + body + b"\r"
    yield head(9) + body + b"\r\r\r"
    yield head(10) + body.replace(b" on ", b"\r")
    yield bytes(range(1, 10)) + bytes(range(11, 32)) + b'"\\/\x7f'
    yield head(11) + body + "\u2028\u2029\u0085 \U0001f600 é".encode()
    yield head(12) + b"x" * (KIB64 - 200)
    yield b"y" * KIB64
    yield b"z" * (KIB64 + 1)
    yield b"\xff" * (300 * 1024)
    yield b"{\"json\": \"of somebody else\"}"
    yield b"<189>last message repeated 4294967296 times"
    yield b"<189>Mar  4 09:12:31 h last message repeated 99999999999999999999 times"
    yield b"<189>Mar  4 09:12:31 h message repeated 3 times: [" * 50
    yield head(13) + b"%SYS-5-CONFIG_I: Configured from console by " + b"(" * 5000
    yield b"<189>Feb 30 99:99:99 h %SYS-5-CONFIG_I: Configured from console by x on y (z)"
    yield b"<189>Mar  4 0000 09:12:31 h t: x"
    rng = random.Random(7)
    for n in (1, 2, 3, 7, 40, 400, 4000):
        for _ in range(20):
            yield bytes(b for b in rng.randbytes(n) if b != 10)
    for _ in range(200):
        line = bytearray(head(14) + body)
        for _ in range(rng.randrange(1, 6)):
            line[rng.randrange(len(line))] = rng.choice([0, 13, 27, 34, 92, 127, 128, 195, 255])
        yield bytes(line)


def unique_keys(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def read_objects(faults, out, what):
    """Strict: UTF-8, no NaN, no key twice, one object a line."""
    objects = []
    faults.expect(out == b"" or out.endswith(b"\n"), f"{what}: the last line has no newline")
    for i, line in enumerate(out.split(b"\n")[:-1]):
        try:
            value = json.loads(line.decode("utf-8", "strict"), object_pairs_hook=unique_keys, parse_constant=lambda c: 1 / 0)
            faults.expect(isinstance(value, dict), f"{what}: line {i} is no object")
            objects.append(value)
        except (ValueError, ZeroDivisionError) as e:
            faults.texts.append(f"{what}: line {i}: {e}: {line[:120]!r}")
            objects.append({})
    return objects


def check_envelope(faults, line, event):
    shown = line[:60]
    stripped = line[:-1] if line.endswith(b"\r") else line
    cut = stripped[:KIB64]
    try:
        cut.decode("utf-8", "strict")
        faults.expect("raw_base64" not in event, f"{shown!r}: raw_base64 beside a line that is UTF-8")
        faults.expect(event.get("raw", "").encode() == cut, f"{shown!r}: raw is {event.get('raw', '')[:60]!r}")
    except UnicodeDecodeError:
        faults.expect("\ufffd" in event.get("raw", ""), f"{shown!r}: raw shows no U+FFFD")
        faults.same(base64.b64decode(event.get("raw_base64", "")), cut, f"{shown!r}: raw_base64")
    faults.same(bool(event.get("truncated")), len(stripped) > KIB64, f"{shown!r}: truncated")
    faults.expect(event.get("outcome") in ("event", "raw", "unknown"), f"{shown!r}: outcome {event.get('outcome')}")
    for key in ("v", "id", "error", "device", "host", "facility", "severity", "timestamp", "time", "received", "clock", "message_details"):
        faults.expect(key in event, f"{shown!r}: no {key}")


def types_of_ecs(event):
    """What Elasticsearch would refuse a document for: an address that is none, a number that no long holds."""
    for side in (event.get(name, {}) for name in ("observer", "source", "destination", "server")):
        if "ip" in side:
            ipaddress.ip_address(side["ip"])
        if not 0 <= side.get("port", 0) <= 65535:
            return False
    numbers = [event["event"].get("sequence", 0), event["netnorm"].get("counter", 0), event["netnorm"].get("repeat", 0),
               event.get("process", {}).get("pid", 0)]
    return all(isinstance(n, int) and n < 2 ** 63 for n in numbers) and isinstance(event["message"], str) and "@timestamp" in event


def one_object_a_line(faults, lines):
    whole = b"\n".join(lines) + b"\n"
    done = rig.run("parse", "--now", rig.NOW, "--ip", "192.0.2.9", stdin=whole)
    faults.same(done.returncode, 0, "status of the hostile lines")
    events = read_objects(faults, done.stdout, "native")
    if faults.same(len(events), len(lines), "objects"):
        for line, event in zip(lines, events):
            check_envelope(faults, line, event)
    ids = [e.get("id") for e in events]
    faults.same(len(set(ids)), len(ids), "different ids")
    faults.same(events[0].get("error"), "UNKNOWN", "the empty line")
    again = rig.run("parse", "--now", rig.NOW, "--ip", "192.0.2.9", stdin=whole)
    faults.expect(again.stdout == done.stdout, "with --now a second run gives something else")
    napalm = rig.run("parse", "--shape", "napalm", "--now", rig.NOW, stdin=whole)
    faults.same(len(read_objects(faults, napalm.stdout, "napalm")), len(lines), "objects in napalm's shape")
    ecs = rig.run("parse", "--format", "ecs", "--now", rig.NOW, stdin=whole)
    for line, event in zip(lines, read_objects(faults, ecs.stdout, "ecs")):
        faults.expect(types_of_ecs(event), f"{line[:60]!r}: {event}")
    raw = rig.run("parse", "--format", "raw", "--now", rig.NOW, stdin=whole)
    wanted = [(line[:-1] if line.endswith(b"\r") else line)[:KIB64] for line in lines]
    faults.expect(raw.stdout == b"\n".join(wanted) + b"\n", "raw is not what came in")


def ends_of_input(faults):
    line = rig.LINES[0].encode()
    for what, stdin, count in (("nothing", b"", 0), ("a newline", b"\n", 1), ("no newline at the end", line, 1),
                               ("a blank line at the end", line + b"\n\n", 2)):
        done = rig.run("parse", "--now", rig.NOW, stdin=stdin)
        faults.same((done.returncode, done.stdout.count(b"\n")), (0, count), what)


def file_and_stdin(faults, workdir, lines):
    path = os.path.join(workdir, "hostile")
    with open(path, "wb") as f:
        f.write(b"\n".join(lines))
    whole = b"\n".join(lines)
    faults.same(rig.run("parse", "--now", rig.NOW, path).stdout, rig.run("parse", "--now", rig.NOW, stdin=whole).stdout, "FILE or standard input")


def pinned(faults):
    body = b"%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down\n"
    done = rig.run("parse", "--os", "ios", "--now", rig.NOW, stdin=body)
    faults.same(json.loads(done.stdout)["error"], "INTERFACE_DOWN", "a bare body with --os")
    ecs = json.loads(rig.run("parse", "--os", "ios", "--format", "ecs", "--now", rig.NOW, stdin=body).stdout)
    faults.same(ecs["observer"], {"name": "unknown", "os": {"name": "ios"}, "product": "IOS", "vendor": "Cisco", "ingress": {"interface": {"name": "GigabitEthernet0/3"}}},
                "the observer in ECS")
    other = rig.run("parse", "--os", "junos", "--now", rig.NOW, stdin=body)
    faults.same(json.loads(other.stdout)["os"], "junos", "the OS that is pinned")


def nuls(faults):
    """No value reaches over a NUL, and what stands behind it is no event; `raw` has all of it."""
    event = head(1) + b"%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down"
    rows = ((event, "INTERFACE_DOWN", "GigabitEthernet0/3"), (event + b"\0\0", "INTERFACE_DOWN", "GigabitEthernet0/3"), (event + b"\0" + event, "INTERFACE_DOWN", "GigabitEthernet0/3"),
            (b"\0" + event, "INTERFACE_DOWN", "GigabitEthernet0/3"), (event.replace(b"Ethernet0", b"\0Ethernet0"), "RAW", None), (head(2) + b"\0" + event, "RAW", None))
    done = rig.run("parse", "--now", rig.NOW, stdin=b"".join(line + b"\n" for line, _, _ in rows))
    for (line, error, thing), text in zip(rows, done.stdout.splitlines()):
        got = json.loads(text)
        faults.same((got["error"], got.get("object"), got["raw"].encode()), (error, thing, line), f"{line!r}")
        faults.expect("\\u0000" not in json.dumps({k: v for k, v in got.items() if k != "raw"}), f"{line!r}: a NUL in {text!r}")


def body(faults, workdir):
    nuls(faults)
    lines = list(hostile_lines())
    one_object_a_line(faults, lines)
    ends_of_input(faults)
    file_and_stdin(faults, workdir, lines)
    pinned(faults)


if __name__ == "__main__":
    rig.main(body)
