"""Rows of a table, and how what stands in them is measured."""
import os
import resource
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BUILD") or os.path.join(TOP, "build"))
os.environ["NETNORM"] = NETNORM = os.path.abspath(os.environ.get("NETNORM") or os.path.join(BUILD, "netnorm"))
os.environ.setdefault("NETNORM_PROFILES", os.path.join(TOP, "profiles"))
OVERHEAD_US = 0.6                       # of CPU a message, beside what a bare loop and the parser take
PARSE = [NETNORM, "parse", "--now", "2026-06-15T12:00:00Z"]


class Table:
    """Rows of (what, figure, aim, ratio), printed as they come and kept for the file."""

    def __init__(self):
        self.lines = []

    def head(self):
        self.say(f"{'what':52} {'figure':>16} {'aim':>16} {'ratio':>7}")

    def say(self, text):
        print(text, flush=True)
        self.lines.append(text)

    def row(self, what, figure, unit="us/message", aim=None, at_least=False, digits=3):
        shown = f"{figure:.{digits}f} {unit}".replace("us/message", "us")
        if aim is None:
            self.say(f"{what:52} {shown:>16}")
            return
        bound = f"{'>=' if at_least else '<='} {aim:.{digits}f}"
        self.say(f"{what:52} {shown:>16} {bound:>16} {figure / aim:7.2f}" + ("" if (figure >= aim) == at_least or figure == aim else "  missed"))

    def write(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(line + "\n" for line in self.lines)


def timed(argv, stdin=None, stdout=subprocess.DEVNULL):
    """(CPU seconds, wall seconds) of a program that must end with status 0."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(argv, stdin=stdin or subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(argv)}: status {done.returncode}\n{done.stderr.decode()[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def best(runs, function, *args):
    return min((function(*args) for _ in range(runs)), key=lambda pair: pair[0])


def write_cycle(path, lines, count):
    with open(path, "wb") as f:
        f.writelines(lines[i % len(lines)] + b"\n" for i in range(count))
    return path


def instructions(path, *options):
    with tempfile.NamedTemporaryFile() as out:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", *PARSE, *options, path],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        with open(out.name, encoding="utf-8", errors="replace") as f:
            totals = [line.split()[1] for line in f if line.startswith(("summary:", "totals:"))]
    if done.returncode != 0 or not totals:
        sys.exit(f"callgrind: status {done.returncode}\n{done.stderr[-2000:]}")
    return int(totals[-1])
