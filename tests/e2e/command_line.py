#!/usr/bin/python3
"""What other tools may rely on: statuses, help, and complaints that name what is wrong."""
import collections
import glob
import os
import re
import subprocess

import rig

COMMANDS = ["run", "parse", "explain", "test", "lint", "check", "stats", "reload", "spool", "dlq", "send", "textfsm", "manual"]

# argv, status, a word that must stand on standard error
WRONG = [
    ([], 2, "usage"),
    (["nosuch"], 2, "nosuch"),
    (["pasre"], 2, 'did you mean "parse"'),
    (["--nosuch"], 2, "--nosuch"),
    (["parse", "--nosuch"], 2, "--nosuch"),
    (["parse", "-x"], 2, "-x"),
    (["parse", "--now"], 2, "--now"),
    (["parse", "--now", "yesterday"], 2, "yesterday"),
    (["parse", "--ip", "nowhere"], 2, "nowhere"),
    (["parse", "--os", "nosuch"], 2, "nosuch"),
    (["parse", "--shape", "round"], 2, "round"),
    (["parse", "--shape", "native"], 2, "openconfig"),
    (["parse", "--profiles", "/nonexistent"], 2, "/nonexistent"),
    (["parse", "--inventory", "/nonexistent"], 2, "/nonexistent"),
    (["parse", "/nonexistent"], 2, "/nonexistent"),
    (["parse", "one", "two"], 2, "two"),
    (["parse", "/"], 2, "cannot read /"),
    (["run", "-c", "/nonexistent"], 2, "/nonexistent"),
    (["run", "-c"], 2, "-c"),
    (["run", "extra"], 2, "extra"),
    (["run", "--nosuch"], 2, "--nosuch"),
    (["check", "-c", "/nonexistent"], 2, "/nonexistent"),
    (["check", "-c", "/"], 2, "Is a directory"),
    (["check", "--nosuch"], 2, "--nosuch"),
    (["stats", "-c", "/nonexistent"], 2, "/nonexistent"),
    (["stats", "--control", "/nonexistent/control"], 1, "/nonexistent/control"),
    (["stats", "--nosuch"], 2, "--nosuch"),
    (["stats", "extra"], 2, "extra"),
    (["reload", "--control", "/nonexistent/control"], 1, "/nonexistent/control"),
    (["reload", "--json"], 2, "--json"),
    (["send"], 2, "send"),
    (["send", "udp", "127.0.0.1:9"], 2, "file"),
    (["send", "smtp", "127.0.0.1:9", "-"], 2, "smtp"),
    (["send", "udp", "127.0.0.1", "-"], 2, "127.0.0.1"),
    (["send", "udp", "127.0.0.1:65536", "-"], 2, "65536"),
    (["send", "udp", "127.0.0.1:9", "/nonexistent"], 2, "/nonexistent"),
    (["send", "--rate", "fast", "udp", "127.0.0.1:9", "-"], 2, "fast"),
    (["send", "--rate", "-1", "udp", "127.0.0.1:9", "-"], 2, "-1"),
    (["send", "--octet", "udp", "127.0.0.1:9", "-"], 2, "--octet"),
    (["send", "--sources", "4", "tcp", "127.0.0.1:9", "-"], 2, "--sources"),
    (["send", "--nosuch", "udp", "127.0.0.1:9", "-"], 2, "--nosuch"),
    (["send", "unix-stream", "/nonexistent/socket", "-"], 1, "/nonexistent/socket"),
    (["textfsm"], 2, "--index"),
    (["textfsm", "/nonexistent"], 2, "/nonexistent"),
    (["textfsm", "--nosuch"], 2, "--nosuch"),
    (["manual", "extra"], 2, "extra"),
]

GOOD = [
    (["--help"], "usage: netnorm"),
    (["-h"], "usage: netnorm"),
    (["--version"], "netnorm "),
    (["help", "parse"], "usage: netnorm parse"),
    (["manual"], ".TH"),
    (["parse", "-"], ""),
    (["parse", "/dev/null"], ""),
]


def wrong_usage(faults):
    for argv, status, word in WRONG:
        done = rig.run(*argv)
        text = done.stderr.decode()
        faults.same(done.returncode, status, f"status of {argv}")
        faults.expect(word in text, f"{argv} says {text!r}, without {word!r}")
        faults.same(done.stdout, b"", f"standard output of {argv}")


def help_is_there(faults):
    for argv, word in GOOD:
        done = rig.run(*argv)
        faults.same(done.returncode, 0, f"status of {argv}")
        faults.expect(word in done.stdout.decode(), f"{argv} does not say {word!r}")
    overview = rig.run("--help").stdout.decode()
    for name in COMMANDS:
        done = rig.run(name, "--help")
        text = done.stdout.decode()
        faults.same(done.returncode, 0, f"status of {name} --help")
        faults.expect(text.startswith(f"usage: netnorm {name}"), f"{name} --help begins with {text[:40]!r}")
        faults.same(done.stderr, b"", f"{name} --help, standard error")
        faults.same(rig.run(name, "-h").stdout.decode(), text, f"{name} -h")
        faults.expect(f"  {name} " in overview, f"--help does not list {name}")


def manual_names_all(faults):
    """Every long option that a command's help lists stands in netnorm(1)."""
    with open(os.path.join(rig.TOP, "docs/man/netnorm.1"), encoding="utf-8") as f:
        manual = f.read().replace("\\-", "-")
    synopsis, description = manual.split(".SH DESCRIPTION", 1)
    of_command = collections.defaultdict(str)
    for m in re.finditer(r"^\.B netnorm (\w+)(?: \w+)?\n(?:(?!\.B netnorm ).*\n)*", synopsis, re.M):
        of_command[m[1]] += m[0]
    for name in COMMANDS:
        options = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", rig.run(name, "--help").stdout.decode(), re.M)
        faults.expect(options or name == "manual", f"{name} --help lists no option")
        for option in options:
            word = re.compile(re.escape(option) + r"(?![\w-])")
            faults.expect(word.search(description), f"netnorm.1 does not say what {option} of {name} is")
            faults.expect(option == "--config" or word.search(of_command[name]), f"netnorm.1 does not show {option} beside {name}")


def environment_counts(faults):
    line = (rig.LINES[0] + "\n").encode()
    fixed = rig.run("parse", "--now", rig.NOW, stdin=line).stdout
    faults.same(rig.run("parse", stdin=line, env={"NETNORM_NOW": rig.NOW}).stdout, fixed, "NETNORM_NOW")
    faults.same(rig.run("parse", "--now", rig.NOW, stdin=line, env={"NETNORM_NOW": "1"}).stdout, fixed, "--now before NETNORM_NOW")
    faults.same(rig.run("parse", stdin=line, env={"NETNORM_NOW": ""}).returncode, 0, "an empty NETNORM_NOW")
    done = rig.run("parse", stdin=line, env={"NETNORM_NOW": "noon"})
    faults.same(done.returncode, 2, "a NETNORM_NOW that is no time")
    faults.same(rig.run("check", env={"NETNORM_CONFIG": "/nonexistent/of.environment"}).returncode, 2, "NETNORM_CONFIG")


def what_is_shipped(faults):
    """Each configuration is good, and each kind of output has an example."""
    examples = glob.glob(os.path.join(rig.TOP, "config/examples/**/*.yaml"), recursive=True)
    used = ""
    for path in [os.path.join(rig.TOP, "config/netnorm.yaml"), *examples]:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if not re.search(r"^outputs:", text, re.M):
            continue
        used += re.sub(r"#.*", "", text)
        done = rig.run("check", "-c", path, env={"SEARCH_API_KEY": "a key", "HOOK_TOKEN": "a token"})
        faults.expect(done.returncode == 0, f"check -c {path}: {done.stderr.decode()}")
    with open(os.path.join(rig.TOP, "outputs/output_kinds.c"), encoding="utf-8") as f:
        kinds = re.findall(r"&output_kind_(\w+)", f.read())
    faults.expect(len(kinds) > 5, f"kinds of outputs: {kinds}")
    for kind in kinds:
        faults.expect(re.search(rf"kind: {kind}\b", used), f"config/examples has nothing for kind: {kind}")


def closed_output(faults):
    """A reader that goes away ends `parse` with status 1 and no noise of a signal."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with open(os.devnull, "rb") as nothing:
        done = subprocess.run([rig.NETNORM, "parse", os.path.join(rig.TOP, "config/demo/lines.txt")], stdin=nothing,
                              stdout=write_end, stderr=subprocess.PIPE, check=False, timeout=30)
    os.close(write_end)
    faults.same(done.returncode, 1, "status of parse into a closed pipe")


def body(faults, _workdir):
    wrong_usage(faults)
    help_is_there(faults)
    manual_names_all(faults)
    environment_counts(faults)
    what_is_shipped(faults)
    closed_output(faults)


if __name__ == "__main__":
    rig.main(body)
