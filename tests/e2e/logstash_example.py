#!/usr/bin/python3
# tests/run: no-asan
"""config/examples/logstash, without Logstash: the pipeline's blocks and plugins, the fields that it reads, the template's fields, and what its README names."""
import glob
import json
import os
import re

import rig

FOLDER = os.path.join(rig.TOP, "config/examples/logstash")
PLUGINS = {"input": {"beats", "tcp"}, "filter": {"json", "date", "mutate"}, "output": {"elasticsearch"}}
LOGSTASH_OWN = {"@timestamp", "message", "tags"}
NOT_OF_SAMPLES = {"enrichment", "refers_to", "repeat", "truncated", "state_tag"}   # `netnorm run` alone writes the first two; the last is of profiles that have it
TOKEN = re.compile(r"""\s+ | \#[^\n]* | (?P<text>"[^"]*") | (?P<mark>=>|[][{},!()]|==|!=) | (?P<word>[\w@]+)""", re.X)


class Block:
    """`head {` ... `}`: a section, a condition, a plugin or a hash."""

    def __init__(self, head, parents):
        self.head, self.parents, self.tokens = head, parents, []

    @property
    def section(self):
        return (self.parents + [self])[1].head

    def option(self, name):
        at = [i for i, token in enumerate(self.tokens[:-1]) if token == name and self.tokens[i + 1] == "=>"]
        return self.tokens[at[0] + 2] if at else None


def blocks(faults, text):
    """All blocks, each with the tokens that stand right in it."""
    done, open_blocks, at, pending = [], [Block("", [])], 0, []
    while at < len(text):
        m = TOKEN.match(text, at)
        if not faults.expect(m, f"pipeline.conf: unreadable at {text[at:at + 40]!r}"):
            return []
        at = m.end()
        token = m.group("text") or m.group("mark") or m.group("word")
        if token is None:
            continue
        if token == "{":
            open_blocks.append(Block(" ".join(pending), list(open_blocks)))
            pending = []
        elif token == "}":
            done.append(open_blocks.pop())
            pending = []
            if not faults.expect(open_blocks, "pipeline.conf: a } too many"):
                return []
        else:
            open_blocks[-1].tokens.append(token)
            # What a block's head is begins behind the last value.
            pending = [token] if m.group("word") and pending[-1:] != ["if"] and not set(pending) & {"if", "else"} and pending[-1:] != ["=>"] else pending + [token]
    faults.same(len(open_blocks), 1, "pipeline.conf: open blocks at the end")
    return done


def fields(text):
    """[a][b] and %{a}, without comments."""
    code = re.sub(r"#[^\n]*", "", text)
    paths = {tuple(re.findall(r"\[([\w@]+)\]", path)) for path in re.findall(r"(?:\[[\w@]+\])+", code)}
    return paths | {(name,) for name in re.findall(r"%\{(\w+)\}", code)}


def samples(form):
    """Events of the samples of all profiles, and of lines that show what is rare."""
    lines = list(rig.LINES) + ["<189>7: x: bytes \udcff"]
    for name in glob.glob(os.path.join(rig.TOP, "profiles/*/*.yaml")):
        with open(name, encoding="utf-8") as f:
            lines += [line.replace("''", "'") for line in re.findall(r"^ *- line: '(.*)'$", f.read(), re.M)]
    done = rig.run("parse", "--now", rig.NOW, "--ip", "192.0.2.1", "--format", form, stdin="\n".join(lines).encode("utf-8", "surrogateescape") + b"\n")
    return [json.loads(line) for line in done.stdout.splitlines()]


def has(events, path):
    def under(event):
        for key in path:
            event = event.get(key) if isinstance(event, dict) else None
        return event is not None
    return any(map(under, events))


def pipeline(faults, native, ecs):
    with open(os.path.join(FOLDER, "pipeline.conf"), encoding="utf-8") as f:
        text = f.read()
    found = blocks(faults, text)
    faults.same([b.head for b in found if len(b.parents) == 1], ["input", "filter", "output"], "sections")
    plugins = [b for b in found if re.fullmatch(r"\w+", b.head) and b.head != "else" and len(b.parents) > 1]
    for b in plugins:
        faults.expect(b.head in PLUGINS[b.section], f"{b.section} has no plugin {b.head}")
    searches = [b for b in plugins if b.head == "elasticsearch"]
    faults.same(len(searches), 2, "outputs")
    for b in searches:
        # An id that is no field stands there as it is written, and the second document of that id would be refused in silence.
        faults.same(b.parents[-1].head, "if [ @metadata ] [ id ]" if b.option("document_id") else "else", "the condition of an output")
        faults.same(b.option("document_id"), '"%{[@metadata][id]}"' if b.option("document_id") else None, "document_id")
        faults.same(bool(b.option("silence_errors_in_log")), bool(b.option("document_id")), "silent about conflicts")
        faults.same((b.option("action"), b.option("index")), ('"create"', '"%{[@metadata][index]}"'), "action and index")
    for path in fields(text):
        faults.expect(path[0] in LOGSTASH_OWN | {"@metadata"} or has(native, path) or has(ecs, path), f"pipeline.conf reads {path}, which no event has")
    for path in (("id",), ("v",)):
        faults.expect(path in fields(text) and has(native, path) and not has(ecs, path), f"{path} is native")
    for path in (("event", "id"), ("ecs",)):
        faults.expect(path in fields(text) and has(ecs, path) and not has(native, path), f"{path} is of ECS")
    for name in re.findall(r"@((?:\.\./elasticsearch/)?template[\w-]*\.json)", text):
        faults.expect("/" in name or os.path.exists(os.path.join(FOLDER, name)), f"pipeline.conf names {name}, which is not there")
    for setting in ("queue.type: persisted", "dead_letter_queue.enable: true"):
        faults.expect(setting in text, f"pipeline.conf does not name {setting}")


def template(faults, native):
    with open(os.path.join(FOLDER, "template.json"), encoding="utf-8") as f:
        mapped = json.load(f)["template"]["mappings"]["properties"]
    there = {key for event in native for key in event}
    faults.same(set(mapped) - there - LOGSTASH_OWN - NOT_OF_SAMPLES, set(), "mapped, and in no event")
    faults.same(there - set(mapped), set(), "in events, and not mapped")
    for key, mapping in mapped.items():
        nested = key == "enrichment" or any(isinstance(event.get(key), dict) for event in native)
        faults.same(nested, mapping["type"] == "flattened", f"{key} is an object")


def named(faults):
    texts = ""
    for name in ("README.md", "netnorm.yaml"):
        with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
            texts += f.read()
    for name in os.listdir(FOLDER):
        faults.expect(name in texts, f"{name} is named in neither README.md nor netnorm.yaml")
    for setting in ("queue.type: persisted", "dead_letter_queue.enable: true"):
        faults.expect(texts.count(setting) == 2, f"README.md and netnorm.yaml do not both name {setting}")


def body(faults, _workdir):
    native, ecs = samples("native"), samples("ecs")
    faults.expect(len(native) > 500 and len(native) == len(ecs), f"{len(native)} native events, {len(ecs)} of ECS")
    pipeline(faults, native, ecs)
    template(faults, native)
    named(faults)


if __name__ == "__main__":
    rig.main(body)
