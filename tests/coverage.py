#!/usr/bin/python3
"""What the profiles make of lines: for each system how many became events, RAW or UNKNOWN, and the tags that want a message most.

    tests/coverage.py [--tags N] [FILE...]          `make coverage`, `make coverage CORPUS='FILE...'`

A FILE ends in .jsonl and has an object a line, whose `raw` is the line of a device, or it has such lines themselves; without one it is all of ../shared/corpus.
Where a file kinds.tsv lies beside a .jsonl it says which kind of event a row (`id`) reports, set by hand: then it is told, too, how many of them became it.

    A|B            either kind will do
    none           no kind of the list; none:NAME: NAME is what such a kind could be called
    unsure:KIND    can be argued either way: counted apart

Of a row whose `form` is body or presplit (the seventh column of a table) the header is lost: it is parsed with its system pinned (`os`).
"""
import argparse
import collections
import glob
import json
import os
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit("there is no PyYAML: install python3-yaml")

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROFILES = os.path.join(TOP, "profiles")
CORPORA = os.path.join(TOP, "../shared/corpus")
NOW = "2026-06-15T12:00:00Z"
OTHER = "other"                         # systems that have no profile
SYSTEMS = {                             # what a corpus calls a system, where that is not the name of its folder
    "vrp": "huawei", "fortios": "fortinet", "fortimail": "fortinet", "fortiweb": "fortinet", "ironware": "netiron", "fastiron": "netiron",
}


# ---- lines -----------------------------------------------------------------------------------------

class Row:
    """A line, and what its corpus says of it."""

    def __init__(self, line, system=None, name="", pinned=False):
        self.line, self.name = line, name
        self.system = system            # a folder of profiles, OTHER, or None: nobody says
        self.pin = system if pinned and system != OTHER else None
        self.label = None
        self.event = None
        self.napalm_error = None

    def belongs_to(self):
        return self.system or self.event["os"]

    def outcome(self):
        """A line that says only that the one before it came again is no event of its own."""
        again = "repeat" in self.event and "last message repeated" in self.line.lower()
        return "repeat" if again else self.event["outcome"]

    def names(self):
        """What the event is called, here and in napalm-logs."""
        return {self.event["error"], self.napalm_error} - {None} if self.outcome() == "event" else set()


def folder_of(system):
    """None of None; of a system without a profile OTHER."""
    folder = SYSTEMS.get(system, system)
    return folder if folder is None or os.path.exists(os.path.join(PROFILES, folder, "init.yaml")) else OTHER


def row_of(item):
    """The row of an object, or None where it has no line, or more than one."""
    raw = (item.get("raw") or "").rstrip("\n")
    if item.get("form") == "presplit":
        raw = (raw.split("||") + [""] * 7)[6]
    if not raw or "\n" in raw:
        return None
    return Row(raw, folder_of(item.get("os")), item.get("id", ""), item.get("form") in ("body", "presplit"))


def read(path):
    """Rows of a file, and how many of its objects have none."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as f:
        lines = [line.rstrip("\n") for line in f]
    if not path.endswith(".jsonl"):
        return [Row(line) for line in lines if line], 0
    found = [row_of(json.loads(line)) for line in lines if line]
    return [row for row in found if row], found.count(None)


def read_all(paths):
    """Rows of all files, with their labels, and how many objects have no line."""
    rows, without = [], 0
    for path in paths:
        some, none = read(path)
        labels = read_labels(os.path.join(os.path.dirname(path), "kinds.tsv"))
        for row in some:
            row.label = labels.get(row.name)
        rows += some
        without += none
    return rows, without


def corpora():
    return sorted(glob.glob(os.path.join(CORPORA, "*.jsonl")))


# ---- events ----------------------------------------------------------------------------------------

def objects(netnorm, rows, *options):
    """What `netnorm parse` makes of each."""
    env = dict(os.environ, NETNORM_PROFILES=PROFILES)
    stdin = "".join(row.line + "\n" for row in rows).encode("utf-8", "surrogateescape")
    done = subprocess.run([netnorm, "parse", "--now", NOW, *options], input=stdin, capture_output=True, env=env, check=False)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(rows):
        sys.exit(f"netnorm parse: status {done.returncode}, {len(lines)} objects of {len(rows)} lines\n" + done.stderr.decode(errors="replace")[-2000:])
    return [json.loads(line) for line in lines]


def parse(netnorm, rows):
    """Gives each row its event: one run for the lines of each system that is pinned."""
    for pin in sorted({row.pin or "" for row in rows}):
        some = [row for row in rows if (row.pin or "") == pin]
        options = ("--os", pin) if pin else ()
        for row, event in zip(some, objects(netnorm, some, *options)):
            row.event = event
        if any(row.label for row in some):
            for row, event in zip(some, objects(netnorm, some, "--shape", "napalm", *options)):
                row.napalm_error = event["error"]


# ---- labels ----------------------------------------------------------------------------------------

class Label:
    """What a row reports, by kinds.tsv."""

    def __init__(self, text):
        self.text = text
        word, _, name = text.partition(":")
        self.what = word if word in ("none", "unsure") else "kind"
        self.kinds = set((name if self.what != "kind" else text).split("|")) - {""}

    def verdict(self, names):
        """kind: hit, wrong or missed; none: quiet, named (as the label would call it) or event; unsure: unsure."""
        if self.what == "unsure":
            return "unsure"
        good, bad, nothing = ("hit", "wrong", "missed") if self.what == "kind" else ("named", "event", "quiet")
        if not names:
            return nothing
        return good if names & self.kinds else bad


def read_labels(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as f:
        return {cells[0]: Label(cells[1]) for cells in (line.rstrip("\n").split("\t") for line in f) if len(cells) > 1}


def verdicts(rows):
    """System: how many rows of each verdict."""
    table = collections.defaultdict(collections.Counter)
    for row in rows:
        if row.label:
            table[row.belongs_to()][row.label.verdict(row.names())] += 1
    return table


# ---- tags ------------------------------------------------------------------------------------------

def known_tags(system):
    """The tags that messages of a system name."""
    found = set()
    for path in glob.glob(os.path.join(PROFILES, system, "*.yaml")):
        with open(path, encoding="utf-8") as f:
            for message in (yaml.load(f, Loader=yaml.CBaseLoader) or {}).get("messages") or []:
                found |= {message["tag"]} if isinstance(message["tag"], str) else set(message["tag"])
    return found


def is_known(tag, known):
    """As it stands, or without one of its inner parts, which may say only which module speaks."""
    parts = tag.split("-")
    return tag in known or any("-".join(parts[:i] + parts[i + 1:]) in known for i in range(1, len(parts) - 1))


def wanting(rows):
    """(system, tag, why): how many lines are RAW for it, most frequent first."""
    counts = collections.Counter((row.event["os"], row.event.get("message_details", {}).get("tag") or "") for row in rows if row.outcome() == "raw")
    known = {system: known_tags(system) for system in {system for system, _ in counts}}
    for (system, tag), n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        why = "no tag in the line" if not tag else "no pattern fits" if is_known(tag, known[system]) else "no message"
        yield system, tag, why, n


# ---- telling ---------------------------------------------------------------------------------------

def show(title, head, lines):
    """A table: texts to the left, numbers to the right."""
    lines = [[str(cell) for cell in line] for line in lines]
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    right = [all(line[i].rstrip("%-").replace(".", "").isdigit() or line[i] == "-" for line in lines) for i in range(len(head))]

    def written(line):
        return "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right)).rstrip()

    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\n{title}\n\n" + (f"\x1b[1m{written(head)}\x1b[0m" if bold else written(head)))
    for line in lines:
        print(written(line))


def share(part, whole):
    return f"{100 * part / whole:.1f}%" if whole else "-"


def with_total(table):
    """Systems in order, those without a profile behind them, and the sum of all that have one."""
    total = collections.Counter()
    for system in sorted(table, key=lambda s: (s in (OTHER, "unknown"), s)):
        if system not in (OTHER, "unknown"):
            total += table[system]
        yield system, table[system]
    yield "all with a profile", total


def show_lines(rows):
    table = collections.defaultdict(collections.Counter)
    for row in rows:
        table[row.belongs_to()][row.outcome()] += 1
    show("Lines", ["system", "lines", "events", "share", "RAW", "UNKNOWN", "repeats"],
         [[s, c.total(), c["event"], share(c["event"], c.total() - c["repeat"]), c["raw"], c["unknown"], c["repeat"]] for s, c in with_total(table)])


def show_kinds(rows):
    lines = []
    for system, c in with_total(verdicts(rows)):
        kinds, none = c["hit"] + c["wrong"] + c["missed"], c["quiet"] + c["named"] + c["event"]
        lines.append([system, kinds, c["hit"], share(c["hit"], kinds), c["wrong"], c["missed"], none, c["named"], c["event"], c["unsure"]])
    show("Rows with a label: those that report a kind; those that report none; those that can be argued either way",
         ["system", "kind", "became it", "share", "another", "no event", "none", "as named", "an event", "unsure"], lines)


def show_rows(title, rows, wanted):
    lines = [[row.name, row.label.text, row.event["error"], row.line[:100]] for row in rows if row.label and row.label.verdict(row.names()) in wanted]
    if lines:
        show(title, ["row", "label", "became", "line"], lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tags", type=int, default=30, metavar="N", help="show so many tags (30)")
    parser.add_argument("files", nargs="*", metavar="FILE")
    args = parser.parse_args()
    paths = args.files or corpora()
    if not paths:
        sys.exit("no lines: name files (make coverage CORPUS='FILE...')")
    try:
        rows, without = read_all(paths)
    except (OSError, ValueError) as e:
        sys.exit(f"{e}")
    parse(os.environ.get("NETNORM", os.path.join(TOP, "build/netnorm")), rows)
    show_lines(rows)
    if without:
        print(f"\n{without} objects have no line, or more than one, and are not counted.")
    tags = list(wanting(rows))
    show(f"Tags whose lines are RAW: {min(len(tags), args.tags)} of {len(tags)}", ["system", "tag", "why", "lines"], tags[:args.tags])
    if any(row.label for row in rows):
        show_kinds(rows)
        profiled = [row for row in rows if row.system != OTHER]
        show_rows("Rows of a kind that became another, or none", profiled, ("wrong", "missed"))
        show_rows("Rows of no kind that became an event of another name", rows, ("event",))


if __name__ == "__main__":
    main()
