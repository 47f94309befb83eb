"""What the checks in this folder share: finding sources, and reading C without its comments."""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOMS = ("base", "parsers", "outputs", "drivers", "collector", "tests")

# Comments, string literals, character constants: whatever starts first wins.
PIECES = re.compile(r'''(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<string>"(?:\\.|[^"\\\n])*")|(?P<char>'(?:\\.|[^'\\\n])*')''', re.S)


def sources(rooms=ROOMS, suffixes=(".c", ".h")):
    """Paths from the top, sorted, of every C file in these rooms."""
    found = []
    for room in rooms:
        for folder, _, files in os.walk(os.path.join(TOP, room)):
            found += [os.path.relpath(os.path.join(folder, f), TOP) for f in files if f.endswith(suffixes)]
    return sorted(found)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def blank(text):
    """The same length and the same lines, all else spaces."""
    return re.sub(r"[^\n]", " ", text)


def without(text, *kinds):
    """`text` with its "comment", "string" or "char" pieces blanked; every place stays where it was."""
    return PIECES.sub(lambda m: blank(m.group()) if m.lastgroup in kinds else m.group(), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(faults):
    """Tell them all, in order of place, and end."""
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)
