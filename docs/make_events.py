#!/usr/bin/python3
"""Writes docs/events.md, the list of all events, from the shipped profiles: `make docs`.

    docs/make_events.py NETNORM >docs/events.md

Kinds and messages are read from profiles/; of each kind one sample is run through NETNORM with a fixed clock, so that the page is the same on each run.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit("there is no PyYAML: install python3-yaml")

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROFILES = os.path.join(TOP, "profiles")
NO_SYSTEMS = ("kinds", "yang")
NOW = "2026-06-15T12:00:00Z"        # of samples everywhere
WIDTH = 150
SHOWN = ("error", "os", "host", "time", "op", "object", "condition", "yang_model", "yang_message")
SUBJECTS = {            # file of profiles/kinds: heading, in the order of the page
    "interfaces": "Interfaces", "optics": "Transceivers", "switching": "Switching", "access": "Access and addresses", "fhrp": "Gateway redundancy",
    "bgp": "BGP", "ospf": "OSPF", "isis": "IS-IS", "routing": "BFD and routes", "mpls": "MPLS", "multicast": "Multicast",
    "platform": "Components", "alarms": "Alarms of the device", "resources": "Resources", "processes": "Processes", "system": "System",
    "ntp": "Time", "timing": "Precision time", "users": "Users", "aaa": "AAA servers", "configuration": "Configuration", "firewall": "Firewall",
    "forwarding": "Forwarding", "licenses": "Licences", "console": "Console servers",
}
HEAD = """\
# Events

<!-- Made by docs/make_events.py from profiles/ (`make docs`): do not edit. -->

Every event that the shipped profiles give, by subject: what it is called (`error`), which systems log it under which tag, and where its facts go in the
OpenConfig models (`yang_message`, shape `openconfig`). `docs/profiles.md` explains how a message is recognised and how a kind is written,
`docs/architecture.md` has the other keys of an event.

How to read a mapping: `{peer}` is a fact that the line gives, `{vrf|instance?DEFAULT}` one that passes a cast and has a default, `{.time}` one of the envelope.
Behind `#` stand the systems of which some message gives all facts of that line, where they are not all. What a line does not say is left out; a list whose
key it does not say is left out as a whole. List keys are repeated in the entry's `state`.

"""


# ---- the profiles ----------------------------------------------------------------------------------

def load(path):
    with open(path, encoding="utf-8") as f:
        return yaml.load(f, Loader=yaml.CBaseLoader) or {}          # texts as they stand: `on` and 07 are what they are to netnorm


class Subject:
    """A file of kinds: a heading, what its first comment says, and its kinds in their order."""

    def __init__(self, path):
        self.stem = os.path.splitext(os.path.basename(path))[0]
        self.title = SUBJECTS.get(self.stem, self.stem.capitalize())
        data = load(path)
        self.paths = data.get("paths") or {}
        self.kinds = data.get("kinds") or {}
        with open(path, encoding="utf-8") as f:
            comment = re.match(r"(?:#[^\n]*\n)*", f.read()).group()
        self.text = re.sub(r"  +", " ", " ".join(line.lstrip("# ") for line in comment.splitlines()))

    def rank(self):
        order = list(SUBJECTS)
        return (order.index(self.stem) if self.stem in order else len(order), self.stem)


def subjects():
    return sorted((Subject(p) for p in glob.glob(os.path.join(PROFILES, "kinds/*.yaml"))), key=Subject.rank)


def systems():
    """Folder: its messages, in the order in which they are read."""
    for folder in sorted(os.listdir(PROFILES)):
        if folder in NO_SYSTEMS or folder.startswith("_"):
            continue
        files = sorted(glob.glob(os.path.join(PROFILES, folder, "*.yaml")))
        yield folder, [m for path in files for m in load(path).get("messages") or []]


def messages_by_error():
    found = collections.defaultdict(list)
    for system, messages in systems():
        for message in messages:
            found[message["error"]].append((system, message))
    return found


# ---- a mapping -------------------------------------------------------------------------------------

def full_path(path, names):
    while path.startswith("$"):
        name, slash, rest = path[1:].partition("/")
        path = names[name] + slash + rest
    return path


def value_text(value):
    """As it is written; `{name}` without quotes is a map in YAML."""
    return "{" + next(iter(value)) + "}" if isinstance(value, dict) else value


def wanted_facts(text):
    """Names of the message's facts without which `text` is left out."""
    places = re.findall(r"\{([^}]*)\}", text)
    return {re.split(r"[|?]", place)[0] for place in places if "?" not in place and not place.startswith(".")}


def given_facts(message):
    return {name.split("|")[0] for name in message.get("values") or {}} | set(message.get("facts") or {})


def who_gives(text, messages):
    """` # ios, nxos`: the systems that can fill it, if they are not all of them."""
    wanted, all_systems = wanted_facts(text), {system for system, _ in messages}
    able = {system for system, message in messages if wanted <= given_facts(message)}
    if able == all_systems:
        return ""
    return "    # " + (", ".join(sorted(able)) or "no system yet")


def mapping_lines(openconfig, names, messages):
    """Paths with their values, those in one entry of a list under it."""
    head = None
    for path, value in openconfig.items():
        path, value = full_path(path, names), value_text(value)
        cut = path.rfind("]") + 1 or path.rfind("/")
        if path[:cut] != head:
            head = path[:cut]
            yield head
        rest = path[cut:]
        yield "    " + (f"{rest}: {value}" if rest else "(the entry alone)") + who_gives(path + value, messages)


def sentences(kind, conditions):
    """What the keys of a kind other than `openconfig` say; `conditions` are those that its messages have."""
    alarm, clears, fallback = kind.get("alarm"), kind.get("clears"), kind.get("fallback")
    if alarm and clears:
        yield f"Ends the alarm of {link(clears)}: the same entry of `/system/alarms`, with {over(kind)}."
    elif alarm:
        severity = "with a severity by that of the line" if alarm == "auto" else f"of severity `{alarm}`"
        end = f" Where `condition` is up it is over, and has {over(kind)}." if "up" in conditions else ""
        yield f"An alarm {severity} in `/system/alarms/alarm[id={{error}}|{{object}}]`." + end
    if is_record(kind):
        yield "A record in `/system/messages/state/message`."
    if kind.get("op") == "delete":
        yield "`op: delete`: what the path names has ceased to exist."
    if not alarm and not is_record(kind):
        ended = f"the end of the alarm of {link(clears)}" if clears else "an alarm"
        yield f"Where nothing of it is left: {ended if fallback == 'alarm' else 'a record'}."


def is_record(kind):
    return kind.get("message") == "true"


def roots(kind):
    return {path.strip("/").split("/")[0] for path in kind.get("full", ())}


def over(kind):
    """How the end of an alarm goes out: beside anything else the entry stays, and is marked."""
    return "`netnorm-events:cleared: true`" if kind.get("openconfig") or is_record(kind) else "`op: delete`"


def has_state(kind):
    """Anything that is more than an alarm."""
    return is_record(kind) or roots(kind) - {"event"}


# ---- messages --------------------------------------------------------------------------------------

def condition_words(message):
    condition = message.get("condition")
    if isinstance(condition, dict):
        return {word for by in condition.values() for word in by.values()} | {"other"}
    return {condition} if condition else set()


def cell(words, code="`"):
    return ", ".join(code + word.replace("|", "\\|") + code for word in words)


def tags_of(message):
    return message["tag"] if isinstance(message["tag"], list) else [message["tag"]]


def table_lines(messages):
    yield "| system | tags | condition |"
    yield "|---|---|---|"
    for system in sorted({system for system, _ in messages}):
        own = [message for name, message in messages if name == system]
        tags = dict.fromkeys(tag for message in own for tag in tags_of(message))
        conditions = set().union(*(condition_words(message) for message in own))
        yield f"| {system} | {cell(tags)} | {cell([w for w in ('up', 'down', 'other') if w in conditions], '')} |"


def napalm_names(messages):
    return sorted({m["napalm_error"] for _, m in messages if m.get("napalm_error")})


# ---- samples ---------------------------------------------------------------------------------------

class Sample:
    def __init__(self, system, message, sample):
        self.system, self.error = system, message["error"]
        self.line, self.pin = sample["line"], sample.get("os")
        self.event = None

    def leaves(self):
        return count_leaves(self.event["yang_message"])

    def is_fallback(self, kind):
        """Nothing but an alarm or a record, where the kind says more."""
        return has_state(kind) and set(self.event["yang_message"]) == {"openconfig-system:system"} and \
            set(self.event["yang_message"]["openconfig-system:system"]) <= {"alarms", "messages"}

    def is_end(self, kind):
        return "alarm" in kind and "clears" not in kind and self.event.get("condition") == "up"


def count_leaves(value):
    if isinstance(value, dict):
        return sum(count_leaves(v) for v in value.values())
    return sum(count_leaves(v) for v in value) if isinstance(value, list) else 1


def run(netnorm, samples):
    """Gives each sample its event: one run for each system that is pinned."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("NETNORM")}
    for pin in sorted({s.pin or "" for s in samples}):
        some = [s for s in samples if (s.pin or "") == pin]
        argv = [netnorm, "parse", "--profiles", PROFILES, "--now", NOW] + (["--os", pin] if pin else [])
        done = subprocess.run(argv, input="".join(s.line + "\n" for s in some).encode(), stdout=subprocess.PIPE, env=env, check=True)
        lines = done.stdout.splitlines()
        if len(lines) != len(some):
            sys.exit(f"{len(some)} lines gave {len(lines)} objects")
        for sample, line in zip(some, lines):
            sample.event = json.loads(line)


class Examples:
    """One sample a kind: one that shows its paths and no alarm's end, then of the system that has been shown least, then the fullest."""

    def __init__(self, netnorm, by_error):
        self.samples = collections.defaultdict(list)
        for error, messages in by_error.items():
            for system, message in messages:
                self.samples[error] += [Sample(system, message, s) for s in message.get("samples") or []]
        run(netnorm, [s for some in self.samples.values() for s in some])
        self.used = collections.Counter()

    def take(self, error, kind):
        good = [s for s in self.samples[error] if s.event["error"] == error]
        if not good:
            return None
        best = min(good, key=lambda s: (s.is_fallback(kind) or s.is_end(kind), self.used[s.system], -s.leaves()))
        self.used[best.system] += 1
        return best


def single(value):
    """The only child of a container that has one: its opening text, the child, its closing text."""
    if isinstance(value, dict) and len(value) == 1:
        key, child = next(iter(value.items()))
        return "{" + json.dumps(key) + ": ", child, "}"
    return ("[", value[0], "]") if isinstance(value, list) and len(value) == 1 else None


def pretty(value, indent=0):
    """JSON; what fits into a line stands in one, and so do the beginnings of containers that hold one thing each."""
    flat, head, tail = json.dumps(value, ensure_ascii=False), "", ""
    if not isinstance(value, (dict, list)) or not value or len(flat) + indent <= WIDTH:
        return flat
    while single(value):
        opening, value, closing = single(value)
        head, tail = head + opening, closing + tail
    if not isinstance(value, (dict, list)) or not value:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(k)}: {pretty(v, indent + 2)}" for k, v in value.items()]
        head, tail = head + "{", "}" + tail
    else:
        inner = [pad + pretty(v, indent + 2) for v in value]
        head, tail = head + "[", "]" + tail
    return head + "\n" + ",\n".join(inner) + "\n" + " " * indent + tail


def example_lines(sample):
    event = {key: sample.event[key] for key in SHOWN if key in sample.event}
    inner = ",\n".join(f"  {json.dumps(key)}: {pretty(value, 2)}" for key, value in event.items())
    yield from ("```text", sample.line, "```", "```json", "{\n" + inner + "\n}", "```")


# ---- the page --------------------------------------------------------------------------------------

def kind_lines(error, kind, names, messages, examples):
    yield f"### {error}\n"
    if kind.get("text"):
        yield kind["text"] + "\n"
    if messages:
        yield from table_lines(messages)
        yield ""
    else:
        yield "No message of the shipped profiles gives it yet.\n"
    if napalm_names(messages):
        yield f"napalm-logs' name, where it has a less exact one: {cell(napalm_names(messages))}.\n"
    if kind.get("openconfig"):
        yield "```text"
        yield from mapping_lines(kind["openconfig"], names, messages)
        yield "```\n"
    conditions = set().union(*(condition_words(message) for _, message in messages))
    yield from [sentence + "\n" for sentence in sentences(kind, conditions)]
    for system, message in messages:
        if message.get("openconfig"):
            yield f"{cell(tags_of(message))} of {system} has a mapping of its own:\n\n```text"
            yield from mapping_lines(message["openconfig"], names, [(system, message)])
            yield "```\n"
    sample = examples.take(error, kind)
    if sample:
        yield from example_lines(sample)
        yield ""


def link(text):
    return f"[{text}](#{re.sub(r'[^a-z0-9_ -]', '', text.lower()).replace(' ', '-')})"


def page(netnorm):
    all_subjects, by_error = subjects(), messages_by_error()
    names = {name: path for s in all_subjects for name, path in s.paths.items()}
    examples = Examples(netnorm, by_error)
    kinds = {error for s in all_subjects for error in s.kinds}
    bare = sorted(set(by_error) - kinds)
    out = [HEAD + "## Contents\n"]
    out += [f"- {link(s.title)}: " + ", ".join(map(link, s.kinds)) for s in all_subjects]
    if bare:
        out.append("- [Without a mapping](#without-a-mapping): " + ", ".join(map(link, bare)))
    for subject in all_subjects:
        out.append(f"\n## {subject.title}\n\n{subject.text}\n")
        for error, kind in subject.kinds.items():
            kind["full"] = [full_path(path, names) for path in kind.get("openconfig") or {}]
            out += kind_lines(error, kind, names, by_error[error], examples)
    if bare:
        out.append("\n## Without a mapping\n\nNo kind says where their facts go: each is a record in `/system/messages/state/message`.\n")
        for error in bare:
            out += kind_lines(error, {"message": "true"}, names, by_error[error], examples)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).rstrip("\n") + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.write(page(sys.argv[1]))
