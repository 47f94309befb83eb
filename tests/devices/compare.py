"""Two JSON values, with their types: 1 is not 1.0, nor true.  The order of a list counts, that of keys does not."""
import json


class NotJson(Exception):
    pass


def pairs(items):
    tree = dict(items)
    if len(tree) != len(items):
        raise NotJson(f"a key stands twice in {items!r}")
    return tree


def constant(word):
    raise NotJson(f"{word} is no JSON")


def read(text):
    """One value, as strictly as the RFC has it."""
    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except ValueError as e:
        raise NotJson(f"{e}: {text[:200]!r}") from e


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 150 else text[:150] + " ..."


def step(path, key):
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}"


def differences(got, wanted, path="$"):
    """A line for each place, by its path."""
    if type(got) is not type(wanted):
        yield f"{path}: got {short(got)}, expected {short(wanted)}"
    elif isinstance(wanted, dict):
        for key in wanted.keys() - got.keys():
            yield f"{step(path, key)}: missing, expected {short(wanted[key])}"
        for key in got.keys() - wanted.keys():
            yield f"{step(path, key)}: not expected, got {short(got[key])}"
        for key in wanted:
            if key in got:
                yield from differences(got[key], wanted[key], step(path, key))
    elif isinstance(wanted, list):
        for i, (one, other) in enumerate(zip(got, wanted)):
            yield from differences(one, other, step(path, i))
        for i in range(len(got), len(wanted)):
            yield f"{step(path, i)}: missing, expected {short(wanted[i])}"
        for i in range(len(wanted), len(got)):
            yield f"{step(path, i)}: not expected, got {short(got[i])}"
    elif got != wanted:
        yield f"{path}: got {short(got)}, expected {short(wanted)}"
