#!/usr/bin/python3
"""Writes docs/getters.md, the methods of `netnorm get` by drivers, from what NETNORM says of them: `make docs`.

    docs/make_getters.py NETNORM >docs/getters.md
"""
import re
import subprocess
import sys

HEAD = """\
# Getters

<!-- Made by docs/make_getters.py from `netnorm get help` (`make docs`): do not edit. -->

The methods of `netnorm get` with their arguments, and which driver implements which. Names, arguments and results are NAPALM's. Arguments are given as one JSON object:
`netnorm get leaf-1 ping '{"destination": "198.51.100.7", "count": 3}'`. `netnorm get help` prints the methods, `netnorm get --driver D help` those of one driver,
`netnorm get --driver help` the drivers with their options.

"""


def say(netnorm, *argv):
    return subprocess.run([netnorm, "get", *argv], stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout


def methods(netnorm, *argv):
    """Method: its arguments as (name, what it says of it)."""
    found = {}
    for line in say(netnorm, *argv, "help").splitlines():
        if line.startswith(" "):
            found[list(found)[-1]].append(line.split(maxsplit=1))
        else:
            found[line] = []
    return found


def drivers(netnorm):
    return re.findall(r"^(\w+): ", say(netnorm, "--driver", "help"), re.M)


def page(netnorm):
    names, every = drivers(netnorm), methods(netnorm)
    able = {name: methods(netnorm, "--driver", name) for name in names}
    yield HEAD + "## Which driver implements which\n\nStatus 3 tells that a driver does not implement a method, or not with these arguments.\n"
    yield "| method | " + " | ".join(names) + " |"
    yield "|---|" + ":-:|" * len(names)
    for method in every:
        yield f"| {method} | " + " | ".join("yes" if method in able[name] else "-" for name in names) + " |"
    yield "\n## Arguments\n\n| method | argument | what |\n|---|---|---|"
    for method, arguments in every.items():
        for name, what in arguments:
            yield f"| {method} | `{name}` | {what} |"
    yield "\nThe other methods take none: " + ", ".join(m for m, arguments in every.items() if not arguments) + "."


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: docs/make_getters.py NETNORM >docs/getters.md")
    print("\n".join(page(sys.argv[1])))


if __name__ == "__main__":
    main()
