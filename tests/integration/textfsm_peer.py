"""Python's own textfsm, asked over standard input: one JSON object a line in, one out.  Run by the virtual environment of textfsm_rig.

    {"do": "load", "template": text}                            {"ok": true} or {"error": ...}
    {"do": "parse", "template": text, "text": text}             {"rows": [{...}]} or {"error": ...}
    {"do": "make", "template": text, "seed": n, "lines": n}     {"text": made of what the rules match}
    {"do": "index", "dir": path}                                {"rows": [{"Template": ..., ...}]}
    {"do": "command", "regex": text, "seed": n}                 {"text": what it matches}
    {"do": "find", "dir": path, "attributes": {}, "text": text} {"template": ..., "rows": [{...}]} or {"error": ...}
"""
import io
import json
import random
import re
import signal
import sys
import time

import textfsm
from textfsm import clitable

try:
    from re import _constants as C, _parser as parser
except ImportError:
    import sre_constants as C
    import sre_parse as parser

SECONDS = 3
ALPHABET = "abcdefgXYZ0123456789  .:/-_,()[]=+*#@\"'<>|%$^~\t"
WIDE = "äßÉжλ中\u00a0\u2003²½٣𝟘"
CATEGORY = {C.CATEGORY_DIGIT: "0123456789", C.CATEGORY_SPACE: "   \t", C.CATEGORY_WORD: "abcXYZ019_",
            C.CATEGORY_NOT_DIGIT: "abc -./", C.CATEGORY_NOT_SPACE: "abcXYZ019-./:()", C.CATEGORY_NOT_WORD: " -./:()"}


class Slow(Exception):
    pass


def ring(_signal, _frame):
    raise Slow()


# ---- text that a regex matches, mostly -------------------------------------------------------------

class Maker:
    def __init__(self, rng):
        self.rng, self.groups = rng, {}

    def any_char(self):
        return self.rng.choice(WIDE if self.rng.random() < 0.01 else ALPHABET)

    def in_set(self, items):
        if items[0][0] is C.NEGATE:
            text = "[^" + "".join(self.set_text(i) for i in items[1:]) + "]"
            good = [c for c in ALPHABET if re.match(text, c)]
            return self.rng.choice(good) if good else "a"
        op, value = self.rng.choice(items)
        if op is C.LITERAL:
            return chr(value)
        if op is C.RANGE:
            return chr(self.rng.randint(*value))
        return self.rng.choice(CATEGORY[value])

    @staticmethod
    def set_text(item):
        op, value = item
        if op is C.LITERAL:
            return re.escape(chr(value))
        if op is C.RANGE:
            return re.escape(chr(value[0])) + "-" + re.escape(chr(value[1]))
        return {C.CATEGORY_DIGIT: r"\d", C.CATEGORY_SPACE: r"\s", C.CATEGORY_WORD: r"\w", C.CATEGORY_NOT_DIGIT: r"\D",
                C.CATEGORY_NOT_SPACE: r"\S", C.CATEGORY_NOT_WORD: r"\W"}[value]

    def make(self, parsed):
        return "".join(self.item(op, value) for op, value in parsed)

    def repeat(self, value):
        low, high, what = value
        count = self.rng.randint(low, min(high, low + self.rng.choice((0, 1, 3, 9))))
        return "".join(self.make(what) for _ in range(count))

    def item(self, op, value):
        if op is C.LITERAL:
            return chr(value)
        if op is C.NOT_LITERAL:
            return self.rng.choice([c for c in "abc 1-" if c != chr(value)])
        if op is C.ANY:
            return self.any_char()
        if op is C.IN:
            return self.in_set(value)
        if op is C.BRANCH:
            return self.make(self.rng.choice(value[1]))
        if op is C.SUBPATTERN:
            self.groups[value[0]] = text = self.make(value[-1])
            return text
        if op in (C.MAX_REPEAT, C.MIN_REPEAT, getattr(C, "POSSESSIVE_REPEAT", None)):
            return self.repeat(value)
        if op is C.GROUPREF:
            return self.groups.get(value, "")
        if op is getattr(C, "ATOMIC_GROUP", 0):
            return self.make(value)
        return ""


def make_text(fsm, rng, lines):
    """A walk: in each state a line for one of its rules, then to where that rule goes."""
    state, out, parsed = "Start", [], {}
    strict = any(rule.line_op == "Error" for rules in fsm.states.values() for rule in rules)
    noise = 0.003 if strict else 0.1        # a line that no rule has
    for _ in range(lines):
        rules = fsm.states.get(state) or fsm.states["Start"]
        good = [r for r in rules if r.line_op != "Error"] if rng.random() < 0.998 else rules
        if not good:
            break
        rule = rng.choice(good)
        if rule.regex not in parsed:
            parsed[rule.regex] = parser.parse(rule.regex)
        out.append(Maker(rng).make(parsed[rule.regex]))
        if rng.random() < noise:
            out.append("" if rng.random() < 0.7 else "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 40))))
        if rule.new_state and rule.new_state not in ("End", "EOF"):
            state = rule.new_state
    return "\n".join(out) + rng.choice(("", "\n"))


# ---- requests --------------------------------------------------------------------------------------

TABLES = {}


def table_of(folder):
    if folder not in TABLES:
        TABLES[folder] = clitable.CliTable("index", folder)
    return TABLES[folder]


def load(text):
    return textfsm.TextFSM(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")))


def do_load(q):
    load(q["template"])
    return {"ok": True}


def do_parse(q):
    fsm = load(q["template"])
    text = q["text"].replace("\r\n", "\n").replace("\r", "\n")
    return {"rows": [dict(zip(fsm.header, row)) for row in fsm.ParseText(text)]}


def do_make(q):
    rng = random.Random(q["seed"])
    return {"text": make_text(load(q["template"]), rng, q["lines"])}


def do_index(q):
    index = table_of(q["dir"]).index.index
    return {"rows": [{name: row[name] for name in index.header.values} for row in index]}


def do_command(q):
    return {"text": Maker(random.Random(q["seed"])).make(parser.parse(q["regex"]))}


def do_find(q):
    table = table_of(q["dir"])
    row = table.index.GetRowMatch(q["attributes"])
    if not row:
        return {"template": None}
    text = q["text"].replace("\r\n", "\n").replace("\r", "\n")
    table.ParseCmd(text, q["attributes"])
    names = list(table.header.values)
    return {"template": table.index.index[row]["Template"], "rows": [{name: row[name] for name in names} for row in table]}


def main():
    signal.signal(signal.SIGALRM, ring)
    for line in sys.stdin:
        question = json.loads(line)
        begin = time.monotonic()
        signal.alarm(SECONDS)
        try:
            answer = globals()["do_" + question["do"]](question)
        except Slow:
            answer = {"error": "Slow"}
        except Exception as e:      # whatever it trips over is its answer
            answer = {"error": type(e).__name__, "text": str(e)}
        signal.alarm(0)
        answer["seconds"] = time.monotonic() - begin
        print(json.dumps(answer), flush=True)


main()
