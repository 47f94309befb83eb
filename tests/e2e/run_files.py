#!/usr/bin/python3
"""Files in, files out: `run` that ends by itself with nothing lost, log rotation, and a second process on the same address."""
import json
import os
import shutil
import signal
import subprocess
import time

import rig

COUNT = 20_000
FILE_OUTPUT = """\
outputs:
  - name: all
    kind: file
    path: {dir}/all
    filter: {{include: {{outcome: ['*']}}}}
    queue: {{limit: 500}}
"""


def numbered(n):
    return f"<189>{n}: core-1: *Mar  4 09:12:31.204: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/3, changed state to down"


def counters_of(path):
    with open(path, "rb") as f:
        return [json.loads(line)["counter"] for line in f]


def ends_by_itself(faults, workdir, name, inputs, stdin_path=None, expected=COUNT):
    """Status 0 and each line once, in order, although the queue is far smaller than the input."""
    with rig.Collector(workdir, "", name=name) as collector:
        collector.write(inputs + FILE_OUTPUT.format(dir=collector.dir))
        with open(stdin_path or os.devnull, "rb") as stdin:
            collector.start_only(stdin=stdin)
            try:
                status = collector.proc.wait(30 * (3 if rig.ASAN else 1))
            except subprocess.TimeoutExpired:
                status = "still running"
        faults.same(status, 0, f"{name}: status; the log: {collector.log()}")
        got = counters_of(f"{collector.dir}/all") if os.path.exists(f"{collector.dir}/all") else []
        faults.same(len(got), expected, f"{name}: events")
        return got


def finite_inputs(faults, workdir):
    lines = rig.write_lines(workdir, "numbered", [numbered(n) for n in range(COUNT)])
    got = ends_by_itself(faults, workdir, "file", f"inputs:\n  - {{name: f, kind: file, path: {lines}}}\n")
    faults.expect(got == list(range(COUNT)), "file: not in order, or not each once")
    got = ends_by_itself(faults, workdir, "stdin", "inputs:\n  - {name: s, kind: stdin}\n", stdin_path=lines)
    faults.expect(got == list(range(COUNT)), "stdin: not in order, or not each once")
    two = f"inputs:\n  - {{name: a, kind: file, path: {lines}}}\n  - {{name: b, kind: stdin}}\n"
    got = ends_by_itself(faults, workdir, "both", two, stdin_path=lines, expected=2 * COUNT)
    faults.expect(sorted(got) == sorted(2 * list(range(COUNT))), "both: not each once")
    empty = rig.write_lines(workdir, "empty", [])
    with rig.Collector(workdir, "", name="nothing") as collector:
        collector.write(f"inputs:\n  - {{name: f, kind: file, path: {empty}}}\n" + FILE_OUTPUT.format(dir=collector.dir))
        collector.start_only()
        faults.same(collector.proc.wait(30), 0, "an empty file: status")


def a_pipe_into_stdout(faults, workdir):
    """What `cat lines | netnorm run | reader` gives: JSON lines, all of them."""
    lines = rig.write_lines(workdir, "piped", [numbered(n) for n in range(COUNT)])
    with rig.Collector(workdir, "", name="pipe") as collector:
        collector.write("inputs:\n  - {name: s, kind: stdin}\noutputs:\n  - {name: screen, kind: stdout}\n")
        with open(lines, "rb") as stdin, open(collector.log_path, "ab") as log:
            done = subprocess.run([rig.NETNORM, "run", "-c", collector.config_path], stdin=stdin, stdout=subprocess.PIPE, stderr=log,
                                  timeout=60, check=False)
        faults.same(done.returncode, 0, f"pipe: status; {collector.log()}")
        got = [json.loads(line)["counter"] for line in done.stdout.splitlines()]
        faults.expect(got == list(range(COUNT)), f"pipe: {len(got)} events, not {COUNT} in order")


def rotation(faults, workdir):
    """The file is moved away and SIGUSR1 sent, under load: no line is lost and none is torn."""
    port = rig.free_ports(1)[0]
    lines = rig.write_lines(workdir, "rotated", [numbered(n) for n in range(COUNT)])
    output = FILE_OUTPUT.replace("limit: 500", "limit: 500, when_full: block")      # a machine that is slow for a moment must not fill it
    with rig.Collector(workdir, "", name="rotation") as collector:
        collector.write(f"inputs:\n  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {port}}}\n" + output.format(dir=collector.dir))
        collector.start()
        path, parts = f"{collector.dir}/all", []
        sender = subprocess.Popen([rig.NETNORM, "send", "--rate", str(COUNT // 3), "tcp", f"127.0.0.1:{port}", lines], stdout=subprocess.DEVNULL)
        while sender.poll() is None:
            parts.append(f"{path}.{len(parts)}")
            os.rename(path, parts[-1])
            collector.proc.send_signal(signal.SIGUSR1)
            deadline = time.monotonic() + 10
            while not os.path.exists(path) and time.monotonic() < deadline:
                time.sleep(0.01)
            if not faults.expect(os.path.exists(path), "SIGUSR1 does not open the file again"):
                return
            time.sleep(0.2)
        collector.rest(COUNT)
        faults.same(collector.stop(), 0, "rotation: status of the stop")
        got = [n for part in parts + [path] for n in counters_of(part)]
        faults.expect(len(parts) > 5 and sum(os.path.getsize(p) > 0 for p in parts) > 3, f"rotation: only {len(parts)} files")
        faults.expect(got == list(range(COUNT)), f"rotation: {len(got)} events over {len(parts) + 1} files, not {COUNT} in order")


def second_process(faults, workdir):
    """Refused, with the address told; the first one goes on.  SO_REUSEPORT alone would share the traffic."""
    ports = rig.free_ports(2)
    output = "outputs:\n  - {{name: all, kind: file, path: {dir}/all}}\n"
    udp = f"inputs:\n  - {{name: udp, kind: udp, address: 127.0.0.1, port: {ports[0]}}}\n"
    tcp = f"inputs:\n  - {{name: tcp, kind: tcp, address: 127.0.0.1, port: {ports[1]}}}\n"
    both = udp + tcp.replace("inputs:\n", "")
    with rig.Collector(workdir, "", name="first") as first:
        first.write(both + output.format(dir=first.dir))
        first.start()
        for name, inputs, port in (("udp", udp, ports[0]), ("tcp", tcp, ports[1])):
            with rig.Collector(workdir, "", name="second-" + name) as second:
                second.write(inputs + output.format(dir=second.dir))
                second.start_only()
                faults.same(second.proc.wait(30), 1, f"{name}: status of a second process on the same address")
                faults.expect(str(port) in second.log(), f"{name}: the address is not told: {second.log()}")
        with rig.Collector(workdir, "", name="same-control") as third:
            port = rig.free_ports(1)[0]
            third.write(f"inputs:\n  - {{name: udp, kind: udp, address: 127.0.0.1, port: {port}}}\n" + output.format(dir=third.dir))
            with open(third.config_path, encoding="utf-8") as f:
                text = f.read().replace(f"control: {third.dir}/control", f"control: {first.dir}/control")
            with open(third.config_path, "w", encoding="utf-8") as f:
                f.write(text)
            third.start_only()
            faults.same(third.proc.wait(30), 1, "status of a second process on the same control socket")
        lines = rig.write_lines(workdir)
        faults.same(rig.run("send", "udp", f"127.0.0.1:{ports[0]}", lines).returncode, 0, "the first one goes on")
        first.wait_for("the first one receives", lambda s: s.received("udp") == len(rig.LINES))
        faults.same(first.stop(), 0, "first: status of the stop")
        faults.expect(not os.path.exists(f"{first.dir}/control"), "the control socket is left behind")


def stale_control(faults, workdir):
    """A socket file of a process that was killed is no hindrance."""
    port = rig.free_ports(1)[0]
    with rig.Collector(workdir, "", name="stale") as collector:
        collector.write(f"inputs:\n  - {{name: udp, kind: udp, address: 127.0.0.1, port: {port}}}\n" + FILE_OUTPUT.format(dir=collector.dir))
        collector.start()
        collector.proc.kill()
        collector.proc.wait()
        faults.expect(os.path.exists(f"{collector.dir}/control"), "the socket file of a killed process")
        collector.start()
        faults.same(collector.stop(), 0, "status after a start over a stale socket")


def body(faults, workdir):
    finite_inputs(faults, workdir)
    a_pipe_into_stdout(faults, workdir)
    rotation(faults, workdir)
    second_process(faults, workdir)
    stale_control(faults, workdir)
    shutil.rmtree(workdir, ignore_errors=True)


if __name__ == "__main__":
    rig.main(body)
