#!/usr/bin/python3
# tests/run: timeout 1800
"""The same templates and texts to Python's textfsm and to netnorm: the JSON must be equal, what one refuses the other must.

Every template of ntc-templates loads.  Each gets texts made of what its rules match, then the same with faults (characters and lines gone, doubled
and changed, other line ends), and some get faults themselves.  Every row of the index gets a command that it matches.

    ROUNDS=3 SEED=1 tests/integration/textfsm_itself.py
"""
import collections
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import threading

import netnorm_rig
import textfsm_rig

ROUNDS, SEED = int(os.environ.get("ROUNDS", "1")), int(os.environ.get("SEED", "1"))
CASES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "../shared/drivers/cases/test")
PLATFORMS = {"eos": "arista_eos", "ios": "cisco_ios", "iosxr": "cisco_xr", "iosxr_netconf": "cisco_xr", "junos": "juniper_junos", "nxos": "cisco_nxos",
             "nxos_ssh": "cisco_nxos"}
LEAST_TEMPLATES, MOST_SLOW = 979, 10
SHOWN = 12
SLOW_SECONDS = 0.5              # Python tries so long where netnorm says that a rule takes too many steps
ODD = ["\t", " ", "  ", "\x0b", "\x0c", "\x1c", "\x1e", "\u0085", "\u2028", "\u00a0", "é", "中", "\r", "\r\n", "\n", "\x00", "0", "x", "-", "#"]
TEMPLATE_ODD = ["$", "$$", "${", "}", "(", ")", "(?:", "?", "*", "+", "{,2}", "{2}", "[", "]", "^", "|", "\\", "\\d", "\\Z", "\\s", " ", "  ", "\t", "\n", "#",
                " -> ", "->", " -> Record", " -> Continue", " -> Continue.Record", " -> Next.Clear", " -> Clearall", " -> Error", " -> End", " -> EOF",
                "\nEOF\n", "\nEnd\n", "Value ", "List,", "Required,", "Fillup,", "Filldown ", "Key ", "(?P<inner>a)", ".", "é", "\r"]


def ask_netnorm(workdir, template, text):
    path = os.path.join(workdir, "template.textfsm")
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(template)
    return run("textfsm", path, text=text)


def run(*argv, text):
    try:
        done = subprocess.run([netnorm_rig.NETNORM, *argv], input=text.encode(), capture_output=True, check=False, timeout=60)
    except subprocess.TimeoutExpired:
        return {"error": "netnorm took more than 60 s"}
    if done.returncode == 0:
        return {"rows": json.loads(done.stdout)}
    return {"error": f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()}"}


def mutate(rng, text, odd, most):
    for _ in range(rng.randint(1, most)):
        at = rng.randint(0, len(text))
        lines = text.split("\n")
        n = rng.randrange(len(lines))
        kind = rng.randrange(6)
        if kind == 0:
            text = text[:at] + rng.choice(odd) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + rng.choice((1, 1, 1, 5)):]
        elif kind == 2:
            text = text[:at] + rng.choice(odd) + text[at + 1:]
        elif kind == 3:
            text = "\n".join(lines[:n] + lines[n:n + 1] + lines[n:])
        elif kind == 4:
            text = "\n".join(lines[:n] + lines[n + 1:])
        else:
            m = rng.randrange(len(lines))
            lines[n], lines[m] = lines[m], lines[n]
            text = "\n".join(lines)
    return text


class Score:
    def __init__(self):
        self.counts, self.faults, self.done, self.lock = collections.Counter(), 0, [], threading.Lock()

    def compare(self, what, theirs, ours, show):
        with self.lock:
            self.judge(what, theirs, ours, show)

    def judge(self, what, theirs, ours, show):
        """Equal, or why not counted."""
        if theirs.get("error") == "Slow":
            self.counts[what, "Python took too long"] += 1
        elif "too many steps" in ours.get("error", "") and theirs["seconds"] > SLOW_SECONDS:
            self.counts[what, "netnorm took too long"] += 1
        elif theirs.get("error") == "TypeError" and "expected string" in theirs["text"]:
            self.counts[what, "Python trips over an unset List"] += 1
        elif ("error" in theirs) == ("error" in ours) and theirs.get("rows") == ours.get("rows"):
            self.counts[what, "both refuse" if "error" in theirs else "equal"] += 1
            self.counts[what, "records"] += len(ours.get("rows", []))
        else:
            self.counts[what, "different"] += 1
            self.faults += 1
            if self.faults <= SHOWN:
                show(theirs, ours)

    def print(self):
        for (what, how), count in sorted(self.counts.items()):
            print(f"{what}: {how}: {count}")


def shower(name, template, text):
    def show(theirs, ours):
        print(f"--- {name}\n{text!r}\ntheirs: {json.dumps(theirs)[:1500]}\nours:   {json.dumps(ours)[:1500]}")
        if template is not None:
            print(template)
    return show


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return f.read()


def all_templates(peer, workdir, score):
    rng = random.Random(SEED)
    for path in sorted(glob.glob(os.path.join(peer.templates, "*.textfsm"))):
        name, template = os.path.basename(path), read(path)
        score.compare("ntc templates with an empty text", peer.ask(do="parse", template=template, text=""), ask_netnorm(workdir, template, ""),
                      shower(name, None, ""))
        for _ in range(ROUNDS):
            made = peer.ask(do="make", template=template, seed=rng.random(), lines=rng.randint(1, 40))["text"]
            for what, text in (("made texts", made), ("made texts with faults", mutate(rng, made, ODD, 4))):
                score.compare(what, peer.ask(do="parse", template=template, text=text), ask_netnorm(workdir, template, text), shower(name, None, text))
            changed = mutate(rng, template, TEMPLATE_ODD, 2)
            score.compare("templates with faults", peer.ask(do="parse", template=changed, text=made), ask_netnorm(workdir, changed, made),
                          shower(name, changed, made))


REGEXES = [r"(\w)", r"(\d*)", r"(x?)", r"((a|b)+)", r"((?P<in>\w)(?P<of>\d)?)", r"(\S+)", r"(é|\W)", r"([[:x]+)", r"(a{,2})", r"((\w)\s(\w))", r"(\d+|-)"]
OPTIONS = ["Required", "Filldown", "Fillup", "List", "Key"]
PIECES = [r"\s*", r"\w", ".", r"(?:a|b)?", "x", "-", r"\d{,2}", "(?=a)", r"\S*?", " ", r"(\w)", "$$"]
ACTIONS = ["", "", "", " -> Record", " -> Continue", " -> Continue", " -> Continue.Record", " -> Clear", " -> Clearall", " -> Next.Record A", " -> B", " -> Record B",
           " -> Start", " -> A", " -> Continue.Clear", " -> End", " -> EOF", " -> Error", " -> Continue.Clearall", " -> Record Start"]


def made_up_template(rng):
    """Values with any options, a few states, rules of a few pieces."""
    names = ["V%d" % n for n in range(rng.randint(1, 5))]
    lines = []
    for name in names:
        options = rng.sample(OPTIONS, rng.choice((0, 0, 1, 1, 2, 3)))
        lines.append(" ".join(["Value"] + ([",".join(options)] if options else []) + [name, rng.choice(REGEXES)]))
    for state in ("Start", "A", "B"):
        lines += ["", state]
        for _ in range(rng.randint(1, 5)):
            used = rng.sample(names, rng.randint(0, min(2, len(names))))
            pieces = rng.sample(PIECES, rng.randint(0, 2)) + [rng.choice(("${%s}", "(?:${%s})?", "${%s}?")) % name for name in used]
            rng.shuffle(pieces)
            lines.append("  ^" + "".join(pieces) + rng.choice(ACTIONS))
    return "\n".join(lines + rng.choice(([], [], ["", "EOF"]))) + "\n"


def made_up(peer, workdir, score):
    rng = random.Random(SEED)
    for _ in range(400 * ROUNDS):
        template = made_up_template(rng)
        text = "\n".join("".join(rng.choice("aabbxx12 -é\t[:") for _ in range(rng.randint(0, 6))) for _ in range(rng.randint(0, 12)))
        score.compare("made-up templates", peer.ask(do="parse", template=template, text=text), ask_netnorm(workdir, template, text),
                      shower("made up", template, text))


def by_index(peer, score, what, attributes, text):
    """clitable keeps cells as text: an element of a List that took no part is "None" there."""
    options = [word for name, value in attributes.items() for word in ("--" + name.lower(), value)]
    ours = run("textfsm", "--index", peer.templates, *options, text=text)
    theirs = peer.ask(do="find", dir=peer.templates, attributes=attributes, text=text)
    for record in ours.get("rows", []):
        for name, value in record.items():
            if isinstance(value, list):
                record[name] = ["None" if e is None else e for e in value]
    if theirs.pop("template", None) is None and "error" not in theirs:
        theirs["error"] = "no row"
    score.compare(what, theirs, ours, shower(str(attributes), None, text))


def whole_index(peer, _workdir, score):
    rng = random.Random(SEED)
    rows = peer.ask(do="index", dir=peer.templates)["rows"]
    for row in rows:
        attributes = {name: peer.ask(do="command", regex=row[name], seed=rng.random())["text"] for name in ("Command", "Platform") if row.get(name)}
        template = read(os.path.join(peer.templates, row["Template"].split(":")[rng.randrange(1 + row["Template"].count(":"))]))
        text = peer.ask(do="make", template=template, seed=rng.random(), lines=30)["text"]
        by_index(peer, score, "rows of the index", attributes, text)


def device_outputs(peer, workdir, score):
    """What devices really said, where it is on this machine: by the index, and to templates of its platform that were made for other commands."""
    rng = random.Random(SEED)
    paths = sorted(p for ext in ("txt", "text") for p in glob.glob(os.path.join(CASES, "*/**/*." + ext), recursive=True))
    for path in paths:
        platform = PLATFORMS[os.path.relpath(path, CASES).split(os.sep)[0]]
        command = os.path.splitext(os.path.basename(path))[0].replace("___", " | ").replace("_", " ")
        with open(path, encoding="utf-8", errors="replace", newline="") as f:
            text = f.read()
        by_index(peer, score, "outputs of devices, by the index", {"Platform": platform, "Command": command}, text)
        templates = sorted(glob.glob(os.path.join(peer.templates, platform + "_*.textfsm")))
        for name in rng.sample(templates, min(3 * ROUNDS, len(templates))):
            template = read(name)
            score.compare("outputs of devices, other templates", peer.ask(do="parse", template=template, text=text), ask_netnorm(workdir, template, text),
                          shower(f"{path} {name}", None, text[:2000]))
    if not paths:
        print(f"no outputs of devices: {CASES} is not there")


def work(parts, score):
    try:
        with textfsm_rig.Peer() as peer, tempfile.TemporaryDirectory(prefix="netnorm-textfsm-") as workdir:
            for part in parts:
                part(peer, workdir, score)
                score.done.append(part)
    except (OSError, ValueError, KeyError) as e:
        print(f"{parts}: {e!r}")


def main():
    score = Score()
    textfsm_rig.fetch()
    halves = ((all_templates,), (made_up, whole_index, device_outputs))         # about as long, each with a Python of its own
    threads = [threading.Thread(target=work, args=(parts, score)) for parts in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    score.faults += sum(map(len, halves)) - len(score.done)
    score.print()
    loaded = score.counts["ntc templates with an empty text", "equal"]
    slow = sum(count for (_what, how), count in score.counts.items() if how == "netnorm took too long")
    if loaded < LEAST_TEMPLATES or slow > MOST_SLOW * ROUNDS:
        print(f"{loaded} templates loaded, wanted {LEAST_TEMPLATES}; {slow} times too many steps, at most {MOST_SLOW * ROUNDS} allowed")
        score.faults += 1
    return 1 if score.faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except textfsm_rig.Missing as e:
        print(e)
        sys.exit(77)
