#!/usr/bin/python3
"""What a reload changes, and what it leaves alone."""
# tests/run: tsan
import contextlib
import json
import os
import signal
import socket
import time

import rig

LINE = "<189>{n}: core-1: *Mar  4 09:12:31.204: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down"
MINE = """\
messages:
  - error: MY_EVENT
    tag: NOSUCH-6-THING
    values: {what: (\\S+)}
    line: 'no profile knows {what}'
    model: NO_MODEL
    mapping: {variables: {'a//b': what}, static: {}}
"""


def config(udp=(), tcp=(), files=(), more=""):
    text = "inputs:\n"
    text += "".join(f"  - {{name: udp{i}, kind: udp, address: 127.0.0.1, port: {port}}}\n" for i, port in enumerate(udp))
    text += "".join(f"  - {{name: tcp{i}, kind: tcp, address: 127.0.0.1, port: {port}}}\n" for i, port in enumerate(tcp))
    text += "outputs:\n"
    text += "".join(f"  - {{name: out{i}, kind: file, path: {path}, filter: {{include: {{outcome: ['*']}}}}}}\n" for i, path in enumerate(files))
    return text + more


def send(port, lines):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for line in lines:
            s.sendto(line.encode(), ("127.0.0.1", port))


def events(path):
    if not os.path.exists(path):
        return []
    with open(path, "rb") as f:
        return [json.loads(line) for line in f]


def wait_events(path, n, seconds=10):
    deadline = time.monotonic() + seconds
    while len(events(path)) < n and time.monotonic() < deadline:
        time.sleep(0.02)
    return events(path)


def reload(faults, collector, text, status=0):
    collector.write(text)
    done = collector.ask("reload", "--control", f"{collector.dir}/control")
    faults.same(done.returncode, status, f"status of the reload: {done.stderr}")
    return done.stderr


def inputs_change(faults, workdir):
    a, b, c = rig.free_ports(3)
    out = os.path.join(workdir, "inputs.out")
    with rig.Collector(workdir, config([a], [], [out]), name="inputs") as collector:
        collector.start()
        send(a, [LINE.format(n=1)])
        faults.same(len(wait_events(out, 1)), 1, "events before the reload")
        reload(faults, collector, config([b], [c], [out]))
        collector.wait_for("the port has moved", lambda s: "sockets" in s.tree["inputs"]["udp0"] and "accepted_connections" in s.tree["inputs"]["tcp0"])
        send(b, [LINE.format(n=2)])
        faults.same(len(wait_events(out, 2)), 2, "events on the new port")
        with socket.create_connection(("127.0.0.1", c)) as s:
            s.sendall((LINE.format(n=3) + "\n").encode())
            faults.same(len(wait_events(out, 3)), 3, "events over TCP that a reload opened")
            reload(faults, collector, config([b], [], [out]))
            s.settimeout(10)
            faults.same(s.recv(1), b"", "a connection of an input that is gone")
        faults.expect(rig.run("send", "tcp", f"127.0.0.1:{c}", rig.write_lines(workdir)).returncode == 1, "the port of an input that is gone")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", a))            # the first port is free again
        stats = collector.rest(3)
        faults.texts += stats.faults()
        faults.same(stats.received("udp0"), 2, "udp0 counts on")
        faults.same(stats.received("tcp0"), 1, "tcp0, gone, is still in the ledger")
        faults.same(collector.stop(), 0, "inputs: status of the stop")


def unchanged_stay(faults, workdir):
    """A connection lives through a reload that does not change its input."""
    a, b = rig.free_ports(2)
    out = os.path.join(workdir, "same.out")
    with rig.Collector(workdir, config([], [a], [out]), name="same") as collector:
        collector.start()
        with socket.create_connection(("127.0.0.1", a)) as s:
            s.sendall((LINE.format(n=1) + "\n" + LINE.format(n=2)[:50]).encode())
            wait_events(out, 1)
            for n in range(3):
                reload(faults, collector, config([b] if n % 2 else [], [a], [out]))
            s.sendall((LINE.format(n=2)[50:] + "\n").encode())
            got = wait_events(out, 2)
        faults.same([e["counter"] for e in got], [1, 2], "a line that was cut in two by a reload")
        faults.same(collector.stop(), 0, "same: status of the stop")


def outputs_change(faults, workdir):
    port = rig.free_ports(1)[0]
    first, second, third = (os.path.join(workdir, f"outputs.{n}") for n in range(3))
    with rig.Collector(workdir, config([port], [], [first]), name="outputs") as collector:
        collector.start()
        send(port, [LINE.format(n=n) for n in range(100)])
        collector.wait_for("100 received", lambda s: s.received("udp0") == 100)
        reload(faults, collector, config([port], [], [second, third]))
        collector.wait_for("the new outputs", lambda s: len(s.tree["outputs"]) == 2)
        faults.same(len(wait_events(first, 100)), 100, "events in the file that is gone")
        time.sleep(0.3)                         # every worker has the new snapshot
        send(port, [LINE.format(n=n) for n in range(100, 150)])
        for path in (second, third):
            faults.same(len(wait_events(path, 50)), 50, f"events in {path}")
        faults.same(len(events(first)), 100, "nothing more in the file that is gone")
        faults.same(collector.stop(), 0, "outputs: status of the stop")


def stuck_output_is_removed(faults, workdir):
    """What it holds is given up at the stop's deadline, counted, and nobody else waits for it meanwhile."""
    port = rig.free_ports(1)[0]
    fifo, out = os.path.join(workdir, "stuck.fifo"), os.path.join(workdir, "stuck.out")
    with rig.unread_fifo(fifo), rig.Collector(workdir, config([port], [], [fifo, out]), name="stuck", stop_timeout="2s") as collector:
        collector.start()
        send(port, [LINE.format(n=n) for n in range(500)])      # more than fits into the pipe
        faults.same(len(wait_events(out, 500)), 500, "events beside a stuck output")
        text = config([port], [], [out]).replace("out0", "out1")
        reload(faults, collector, text)
        send(port, [LINE.format(n=n) for n in range(500, 510)])
        faults.same(len(wait_events(out, 510)), 510, "events after a stuck output was removed")
        begun = time.monotonic()
        faults.same(collector.stop(), 1, "status of a stop that leaves records of a removed output")
        faults.expect(time.monotonic() - begun < 15 * (3 if rig.ASAN else 1), f"the stop took {time.monotonic() - begun:.1f} s")
        faults.expect("left undelivered" in collector.log(), "what was left is not told")


def address_in_use(faults, workdir):
    """Refused as a whole: not even the output that could have been opened is there."""
    port, taken = rig.free_ports(2)
    out, other = os.path.join(workdir, "use.out"), os.path.join(workdir, "use.other")
    with rig.Collector(workdir, config([port], [], [out]), name="use") as collector, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", taken))
        collector.start()
        reload(faults, collector, config([port, taken], [], [out, other]), status=1)
        stats = collector.wait_for("it is as it was", lambda s: list(s.tree["outputs"]) == ["out0"])
        faults.same((stats.tree["reloads"], stats.tree["reloads_failed"]), (0, 1), "reloads and failed ones")
        send(port, [LINE.format(n=1)])
        faults.same(len(wait_events(out, 1)), 1, "events after a refused reload")
        faults.same(collector.stop(), 0, "use: status of the stop")


def changed_input_cannot_open(faults, workdir):
    """The old one stays: untouched where the new address is another one, opened again where it is the same."""
    port, taken = rig.free_ports(2)
    out = os.path.join(workdir, "changed.out")
    with rig.Collector(workdir, config([port], [], [out]), name="changed") as collector, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        s.bind(("127.0.0.1", taken))
        collector.start()
        text = reload(faults, collector, config([taken], [], [out]), status=1)
        faults.expect("udp0" in text, f"a changed input that cannot be opened is told as {text!r}")
        send(port, [LINE.format(n=1)])
        faults.same(len(wait_events(out, 1)), 1, "events after a change that was refused")
        reload(faults, collector, config([port], [], [out]).replace(f"port: {port}", f"port: {port}, max_message: 2KiB"))
        collector.wait_for_log(": closed")
        time.sleep(0.2)
        send(port, [LINE.format(n=2)])
        faults.same(len(wait_events(out, 2)), 2, "events after a change at the same address")
        other.bind(("127.0.0.2", port))
        reload(faults, collector, config([port], [], [out]).replace("127.0.0.1", "0.0.0.0"))
        collector.wait_for("the reload failed after all", lambda s: s.tree["reloads_failed"] == 2)
        send(port, [LINE.format(n=3)])
        faults.same(len(wait_events(out, 3)), 3, "events of the input that was opened again as it was")
        other.close()
        reload(faults, collector, config([port], [], [out]).replace("127.0.0.1", "0.0.0.0"))
        time.sleep(0.5)
        send(port, [LINE.format(n=4)])
        faults.same(len(wait_events(out, 4)), 4, "events after the same change, when it is possible")
        faults.same(collector.stats().tree["reloads_failed"], 2, "failed reloads in all")
        faults.same(collector.stop(), 0, "changed: status of the stop")


def profiles_and_inventory(faults, workdir):
    port = rig.free_ports(1)[0]
    out = os.path.join(workdir, "profiles.out")
    line = "<190>{n}: core-1: *Mar  4 09:12:31.204: %NOSUCH-6-THING: no profile knows this"
    with rig.Collector(workdir, config([port], [], [out]), name="profiles") as collector:
        os.makedirs(f"{collector.dir}/mine/ios")
        with open(f"{collector.dir}/mine/ios/mine.yaml", "w", encoding="utf-8") as f:
            f.write(MINE)
        with open(f"{collector.dir}/inventory.yaml", "w", encoding="utf-8") as f:
            f.write("devices:\n  router-1: {addresses: 127.0.0.1, zone: '+02:00'}\n")
        collector.start()
        send(port, [line.format(n=1)])
        wait_events(out, 1)
        reload(faults, collector, config([port], [], [out], "profiles: [mine]\ninventory: inventory.yaml\n"))
        time.sleep(0.3)
        send(port, [line.format(n=2)])
        got = wait_events(out, 2)
        faults.same([e["error"] for e in got], ["RAW", "MY_EVENT"], "a profile that came with a reload")
        faults.same([e["device"] for e in got], ["127.0.0.1", "router-1"], "an inventory that came with a reload")
        faults.same(got[-1]["time"][11:19], "07:12:31", "its zone")
        with open(f"{collector.dir}/mine/ios/mine.yaml", "a", encoding="utf-8") as f:
            f.write("    nosuch: 1\n")
        text = reload(faults, collector, config([port], [], [out], "profiles: [mine]\ninventory: inventory.yaml\n"), status=1)
        faults.expect("mine.yaml:8:5" in text, f"the fault of a profile is told as {text!r}")
        faults.same(collector.stop(), 0, "profiles: status of the stop")


@contextlib.contextmanager
def one_profile(workdir):
    """For what reloads often: the shipped profiles take most of a reload's time."""
    shipped, one = os.environ["NETNORM_PROFILES"], os.path.join(workdir, "one")
    os.makedirs(os.path.join(one, "system"))
    with open(os.path.join(one, "system/init.yaml"), "w", encoding="utf-8") as f:
        f.write("signatures: [{contains: YYY}]\n")
    os.environ["NETNORM_PROFILES"] = one
    yield
    os.environ["NETNORM_PROFILES"] = shipped


def names_are_forgotten(faults, workdir):
    """Inputs that came with reloads which failed, and systems whose names are too long, use nothing up."""
    port, other = rig.free_ports(2)
    out = os.path.join(workdir, "names.out")
    with one_profile(workdir), rig.Collector(workdir, config([port], [], [out]), name="names") as collector:
        folder = f"{collector.dir}/mine/{'x' * 64}"
        os.makedirs(folder)
        collector.start()
        text = reload(faults, collector, config([port], [], [out], "profiles: [mine]\n"), status=1)
        faults.expect("at most 63 bytes" in text, f"a long name is told as {text!r}")
        os.rename(folder, f"{collector.dir}/mine/{'x' * 63}")
        with open(f"{collector.dir}/mine/{'x' * 63}/init.yaml", "w", encoding="utf-8") as f:
            f.write("signatures: [{contains: XXX}]\n")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            for n in range(70):
                text = config([port], [], [out]) .replace("outputs:", f"  - {{name: n{n}, kind: udp, address: 127.0.0.1, port: {other}}}\n"
                                                          f"  - {{name: t{n}, kind: tcp, address: 127.0.0.1, port: {taken.getsockname()[1]}}}\noutputs:")
                reload(faults, collector, text, status=1)
        for n in range(3):
            reload(faults, collector, config([port, other], [], [out], "profiles: [mine]\n"))
        faults.same(collector.stop(), 0, "names: status of the stop")


def by_signal(faults, workdir):
    port = rig.free_ports(1)[0]
    out = os.path.join(workdir, "signal.out")
    with rig.Collector(workdir, config([port], [], [out]), name="signal") as collector:
        collector.start()
        collector.write(config([port], [], [out]).replace("include: {outcome: ['*']}", "include: {severity: '<=2'}"))
        collector.proc.send_signal(signal.SIGHUP)
        collector.wait_for("SIGHUP", lambda s: s.tree["reloads"] == 1)
        with open(collector.config_path, "a", encoding="utf-8") as f:
            f.write("nosuch: 1\n")
        collector.proc.send_signal(signal.SIGHUP)
        collector.wait_for_log("nosuch")
        with open(collector.config_path, encoding="utf-8") as f:
            text = f.read().replace("nosuch: 1\n", "").replace("workers: 2", "workers: 1")
        with open(collector.config_path, "w", encoding="utf-8") as f:
            f.write(text)
        collector.proc.send_signal(signal.SIGHUP)
        collector.wait_for_log('"workers" needs a restart')
        faults.same(collector.stop(), 0, "signal: status of the stop")


def body(faults, workdir):
    for part in (inputs_change, unchanged_stay, outputs_change, stuck_output_is_removed, address_in_use, changed_input_cannot_open, profiles_and_inventory, names_are_forgotten, by_signal):
        part(faults, workdir)


if __name__ == "__main__":
    rig.main(body)
