"""Cases: YAML files.  What stands without quotation marks is a number, true, false or null only where JSON has it so; all keys are text."""
import glob
import os
import re

import yaml

from .answers import Refusal

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
KEYS = {"driver", "method", "args", "now", "options", "device", "answers", "status", "warnings", "expected"}

# JSON's own scalars.  YAML 1.1 has more: yes, 012, 1:30, 2026-01-02; in the words of devices those are text.
SCALARS = [
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"true|false", list("tf")),
    ("tag:yaml.org,2002:int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
]


class Wrong(Exception):
    """A case that cannot be used: where, and why."""


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    yaml_implicit_resolvers = {}


class Dumper(yaml.SafeDumper):
    """Quotes what either reading of YAML would not take for text."""

    def ignore_aliases(self, _data):
        return True


def construct_mapping(loader, node):
    """Keys as they are written; `<<: *anchor` takes over what another mapping has."""
    pairs, merged = {}, {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise Wrong(f"line {key.start_mark.line + 1}: a key that is not a word")
        if key.value == "<<" and not key.style:
            merged.update(loader.construct_object(value, deep=True))
            continue
        if key.value in pairs:
            raise Wrong(f"line {key.start_mark.line + 1}: {key.value!r} stands there twice")
        pairs[key.value] = loader.construct_object(value, deep=True)
    return {**merged, **pairs}


def construct_refusal(loader, node):
    if isinstance(node, yaml.ScalarNode):
        return Refusal(message=node.value)
    return Refusal(**construct_mapping(loader, node))


def represent_text(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


for tag, pattern, first in SCALARS:
    Loader.add_implicit_resolver(tag, re.compile(f"(?:{pattern})\\Z"), first)
    Dumper.add_implicit_resolver(tag, re.compile(f"(?:{pattern})\\Z"), first)
Loader.add_constructor("tag:yaml.org,2002:map", construct_mapping)
Loader.add_constructor("tag:yaml.org,2002:int", lambda _loader, node: int(node.value))
Loader.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: float(node.value))
Loader.add_constructor("!error", construct_refusal)
Dumper.add_representer(str, represent_text)


def read(text):
    return yaml.load(text, Loader)      # a safe loader: it makes plain values and Refusals


def write(value):
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=200, default_flow_style=False)


class Case:
    def __init__(self, path, tree):
        self.path = path
        self.name = "/".join(os.path.splitext(path)[0].split(os.sep)[-2:])
        self.driver, self.method = str(tree["driver"]), str(tree["method"])
        self.args = tree.get("args") or {}
        self.now = tree.get("now")
        self.options = tree.get("options") or {}
        self.device = tree.get("device") or {}
        self.answers = pairs_of(tree.get("answers") or {})
        self.status = tree.get("status", 0)
        self.warnings = tree.get("warnings") or []
        self.has_expected = "expected" in tree
        self.expected = tree.get("expected")


def pairs_of(answers):
    """[(request, answer)], of a map or of a list."""
    if isinstance(answers, dict):
        return list(answers.items())
    for item in answers:
        if not isinstance(item, dict) or set(item) != {"request", "answer"}:
            raise Wrong("an item of `answers` has `request` and `answer`, and nothing else")
    return [(str(item["request"]), item["answer"]) for item in answers]


def load(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    try:
        tree = read(text)
        if not isinstance(tree, dict) or not {"driver", "method"} <= set(tree):
            raise Wrong("`driver` or `method` is missing")
        if set(tree) - KEYS:
            raise Wrong(f"no such key: {', '.join(sorted(set(tree) - KEYS))}")
        case = Case(path, tree)
        folder, name = case.name.split("/")
        if folder != case.driver or not name.startswith(case.method + "__"):
            raise Wrong(f"the file of this case is {case.driver}/{case.method}__WORDS.yaml")
        if case.has_expected == (case.status != 0):
            raise Wrong("a case with status 0, and no other, has `expected`")
        return case
    except (Wrong, yaml.YAMLError) as e:
        raise Wrong(f"{path}: {e}") from e


def paths(folder=FOLDER):
    return sorted(glob.glob(os.path.join(folder, "*", "*.yaml")))
