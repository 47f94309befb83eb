#!/usr/bin/python3
# tests/run: no-asan
"""The simulated devices and the reading of cases: scalars, keys in XML, answers in their order, comparison with types, a thousand devices at once."""
import base64
import http.client
import json
import os
import resource
import subprocess
import sys
import time
from xml.etree import ElementTree

import paramiko

import rig

sys.path.insert(0, os.path.join(rig.TOP, "tests"))
from devices import cases, compare, device, xmlkeys  # noqa: E402
from devices.answers import Answers, Refusal  # noqa: E402

SCALARS = [
    ("yes", "yes"), ("on", "on"), ("0012", "0012"), ("1:30", "1:30"), ("2026-01-02", "2026-01-02"), ("0x1f", "0x1f"), ("1_000", "1_000"), ("True", "True"), ("4.30.5M", "4.30.5M"),
    ("12", 12), ("-1", -1), ("1.0", 1.0), ("1e3", 1000.0), ("true", True), ("null", None), ("", None), ("'12'", "12"), ("00:1c:73:0a:0b:0c", "00:1c:73:0a:0b:0c"),
]

DIFFERENT = [   # got, wanted, paths
    (1, 1.0, ["$"]), (1, True, ["$"]), (None, "", ["$"]), ([1, 2], [2, 1], ["$[0]", "$[1]"]), ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
    ({"a": {"b": [1]}}, {"a": {"b": [1, 2], "c": 3}}, ["$.a.c", "$.a.b[1]"]), ({"a": 1}, {}, ["$.a"]), (0.1, 0.1, []),
]

XML_KEYS = ["get-x", "get-x / name=ge-0/0/1", "<get-x>\n <terse/>\n</get-x>", "get / interfaces", "get / interfaces / leaf", "get", "get-configuration / @database=candidate",
            "get-configuration", "CLI / Exec=show it"]
XML = [         # a request, the key that it finds
    ("<get-x/>", "get-x"),
    ("<get-x><terse/></get-x>", "<get-x>\n <terse/>\n</get-x>"),
    ("<j:get-x xmlns:j='urn:j'> <j:terse/> </j:get-x>", "<get-x>\n <terse/>\n</get-x>"),
    ("<get-x><terse/><name>ge-0/0/1</name></get-x>", "get-x / name=ge-0/0/1"),
    ("<get><filter><interfaces xmlns='urn:i'/></filter></get>", "get / interfaces"),
    ("<get><filter><interfaces><a><leaf/></a></interfaces></filter></get>", "get / interfaces / leaf"),
    ("<get><filter><other/></filter></get>", "get"),
    ("<get-configuration database='candidate'/>", "get-configuration / @database=candidate"),
    ("<get-configuration database='committed'/>", "get-configuration"),
    ("<CLI><Exec>show it</Exec></CLI>", "CLI / Exec=show it"),
    ("<CLI><Exec>show else</Exec></CLI>", None),
]

BROKEN = [      # text in a case's place, what is said of it
    ("driver: eos\nmethod: get_facts\nexpect: {}\n", "no such key: expect"),
    ("driver: eos\nmethod: get_facts\nexpected: {a: 1, a: 2}\n", "'a' stands there twice"),
    ("driver: eos\nmethod: get_facts\n", "`expected`"),
    ("driver: ios\nmethod: get_facts\nexpected: {}\n", "the file of this case is"),
    ("driver: eos\nmethod: get_facts\nexpected: {}\nanswers: [{request: x}]\n", "`request` and `answer`"),
]


def reading(faults, workdir):
    for text, wanted in SCALARS:
        got = cases.read(f"a: {text}")["a"]
        faults.expect(got == wanted and type(got) is type(wanted), f"{text!r} is read as {got!r}")
        faults.same(cases.read(cases.write({"a": got})), {"a": got}, f"{text!r} written and read")
    faults.same(list(cases.read("1: a\nyes: b\nnull: c\n")), ["1", "yes", "null"], "keys are text")
    faults.same(cases.read("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n")["d"], {"b": 1, "c": 3}, "a merge")
    path = os.path.join(workdir, "eos", "get_facts__broken.yaml")
    os.mkdir(os.path.dirname(path))
    for text, said in BROKEN:
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        try:
            cases.load(path)
            faults.texts.append(f"{text!r} is taken")
        except cases.Wrong as e:
            faults.expect(said in str(e) and path in str(e), f"{text!r}: {e}")


def comparing(faults):
    for got, wanted, paths in DIFFERENT:
        said = [line.split(": ")[0] for line in compare.differences(got, wanted)]
        faults.same(said, paths, f"{got!r} and {wanted!r}")
    for text in ('{"a": 1, "a": 2}', "[NaN]", "{} {}", ""):
        try:
            faults.texts.append(f"{text!r} is read as {compare.read(text)!r}")
        except compare.NotJson:
            pass


def answering(faults):
    a = Answers([("show  x", 1), ("show x", 2), ("show y", 3)])
    faults.same([a.find("show x").value for _ in range(3)], [1, 2, 2], "one after the other, the last again")
    faults.same((a.unused(), a.find("show z"), a.unknown), (["show y"], None, ["show z"]), "unused and unknown")
    for request, key in XML:
        elements = list(ElementTree.fromstring(f"<rpc>{request}</rpc>"))
        faults.same(xmlkeys.Match(elements)(XML_KEYS, ""), {key} if key else set(), request)


def post(port, path, kind, value, password=device.PASSWORD, host="127.0.0.1"):
    c = http.client.HTTPConnection(host, port, timeout=30)
    try:
        word = base64.b64encode(f"{device.USER}:{password}".encode()).decode()
        c.request("POST", path, json.dumps(value), {"Authorization": "Basic " + word, "Content-Type": kind})
        answer = c.getresponse()
        return answer.status, answer.read()
    finally:
        c.close()


def eapi(commands, kind="json"):
    return {"jsonrpc": "2.0", "method": "runCmds", "params": {"version": 1, "cmds": commands, "format": kind}, "id": 7}


def nxapi(command, method="cli", number=1):
    return {"jsonrpc": "2.0", "method": method, "params": {"cmd": command, "version": 1}, "id": number}


def over_http(faults):
    answers = [("show a", {"a": 1}), ("text show a", "a is 1\n"), ("show b", Refusal(message="no b"))]
    with device.Device("eapi", answers, settings={"secret": "x"}) as d:
        def ask(*argv):
            return json.loads(post(d.port, "/command-api", "application/json", eapi(*argv))[1])
        faults.same(ask(["show a"]), {"jsonrpc": "2.0", "id": 7, "result": [{"a": 1}]}, "eapi")
        faults.same(ask(["show a"], "text")["result"], [{"output": "a is 1\n"}], "eapi, text")
        faults.same(ask(["show a", "show b"])["error"]["data"], [{"a": 1}, {"errors": ["no b"]}], "eapi, an error of the case")
        faults.same(ask([{"cmd": "enable", "input": "x"}, "show c"])["error"]["code"], 1002, "eapi, an unknown command")
        faults.same(ask(["enable"])["error"]["code"], 1000, "eapi, no secret")
        faults.same(post(d.port, "/command-api", "application/json", eapi([]), "wrong")[0], 401, "eapi, a wrong password")
        faults.same((d.answers.unused(), d.answers.unknown), ([], ["show c"]), "eapi, what was asked")
    with device.Device("nxapi", answers) as d:
        status, text = post(d.port, "/ins", "application/json-rpc", [nxapi("show a"), nxapi("show a", "cli_ascii", 2)])
        faults.same((status, [r["result"] for r in json.loads(text)]), (200, [{"body": {"a": 1}}, {"msg": "a is 1\n"}]), "nxapi, a batch")
        status, text = post(d.port, "/ins", "application/json-rpc", nxapi("show c"))
        faults.same((status, json.loads(text)["error"]["code"]), (500, -32602), "nxapi, an unknown command")
        faults.same(post(d.port, "/ins", "application/json", nxapi("show a"))[0], 400, "nxapi, a wrong type")


def until(channel, end):
    out = b""
    channel.settimeout(20)
    while not out.endswith(end):
        piece = channel.recv(4096)
        if not piece:
            return out
        out += piece
    return out


def channel_of(d):
    link = paramiko.Transport((d.host, d.port))
    link.start_client(timeout=20)
    link.auth_password(d.user, d.password)
    return link.open_session()


def over_ssh(faults):
    with device.Device("cli", [("show a", "".join(f"{i}\n" for i in range(40)))], settings={"secret": "x", "banner": "hello"}) as d:
        c = channel_of(d)
        c.invoke_shell()
        faults.same(until(c, b">"), b"\r\nhello\r\nR1>", "cli, the login")
        for sent, end, said in (("enable\n", b": ", b"enable\r\nPassword: "), ("x\n", b"#", b"\r\nR1#"), ("show b\r\n", b"#", b"% Invalid input detected at '^' marker.\r\n\r\nR1#"),
                                ("show a\n", b"-- ", b"\r\n22\r\n --More-- "), (" ", b"#", b"\r\n39\r\nR1#"), ("terminal length 0\nshow a\n", b"39\r\nR1#", b"\r\n22\r\n23\r\n")):
            c.sendall(sent.encode())
            got = until(c, end)
            faults.expect(said in got, f"cli, {sent!r}: {got!r}")
    with device.Device("exec", [("vtysh -c 'show a'", "a\n")]) as d:
        for command, wanted in (("vtysh -c 'show a'", (b"a\n", 0)), ("vtysh -c 'show b'", (b"% Unknown command: show b\n", 1))):
            c = channel_of(d)
            c.exec_command(command)
            faults.same((until(c, b"\0"), c.recv_exit_status()), wanted, f"exec, {command}")
    with device.Device("netconf", [("get-x", "<x/>")], settings={"chunk": 10}) as d:
        c = channel_of(d)
        c.invoke_subsystem("netconf")
        until(c, b"]]>]]>\n")
        rpc = b'<rpc message-id="1"><get-x/></rpc>'
        c.sendall(b"<hello><capabilities><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities></hello>]]>]]>" + b"\n#%d\n%s\n##\n" % (len(rpc), rpc))
        got = until(c, b"\n##\n")
        faults.expect(got.startswith(b"\n#10\n<rpc-reply\n#10\n xmlns="), f"netconf, chunks: {got!r}")


def a_thousand(faults):
    """Each on an address of its own, and all of them asked."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    start = time.monotonic()
    many = [device.Device("eapi", [("show a", {"n": n})], host=f"127.1.{n // 250}.{n % 250 + 1}").start() for n in range(1000)]
    try:
        for n, d in enumerate(many):
            status, text = post(d.port, "/command-api", "application/json", eapi(["show a"]), host=d.host)
            if not faults.same((status, json.loads(text)["result"]), (200, [{"n": n}]), f"device {n}"):
                return
        faults.same([d.answers.unused() for d in many if d.answers.unused()], [], "of a thousand, not asked")
    finally:
        for d in many:
            d.stop()
    print(f"a thousand devices: {time.monotonic() - start:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")


def served(faults):
    """`get_cases.py --serve`: the line that it prints asks the device; where a module is missing it says what to install."""
    script = [os.path.join(rig.TOP, "tests/e2e/get_cases.py"), "--serve", os.path.join(cases.FOLDER, "ios/ping__lost.yaml")]
    with subprocess.Popen([sys.executable, *script], stdout=subprocess.PIPE, text=True) as proc:
        line = proc.stdout.readline()
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60, check=False)
        proc.terminate()
    faults.same((done.returncode, "success" in done.stdout), (0, True), f"{line!r}: {done.stderr}")
    done = subprocess.run([sys.executable, "-S", *script], capture_output=True, text=True, timeout=60, check=False)
    faults.same((done.returncode, len(done.stderr.splitlines())), (1, 1), f"without modules: {done.stderr}")
    faults.expect("python3-" in done.stderr, f"without modules: {done.stderr}")


def body(faults, workdir):
    reading(faults, workdir)
    comparing(faults)
    answering(faults)
    over_http(faults)
    over_ssh(faults)
    a_thousand(faults)
    served(faults)


if __name__ == "__main__":
    rig.main(body)
