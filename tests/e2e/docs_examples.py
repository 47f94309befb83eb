#!/usr/bin/python3
# tests/run: no-asan
"""The examples of docs/profiles.md do what the page says: the message that it makes in ten minutes, its kinds, and the mapping of one's own."""
import json
import os
import re
import textwrap

import rig

PAGE = os.path.join(rig.TOP, "docs/profiles.md")
LINE = "<189>7: sw1: Mar  1 2026 00:01:02 UTC: %FOO-4-BAR: Fan 2 stopped"


def blocks(page, heading):
    """The YAML of the section that begins with this line."""
    section = re.split(r"^##+ ", page[page.index(f"\n{heading}\n") + len(heading) + 2:], maxsplit=1, flags=re.M)[0]
    return [textwrap.dedent(text) for text in re.findall(r"^ *```yaml\n(.*?)^ *```", section, re.M | re.S)]


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def good(faults, *argv):
    done = rig.run(*argv)
    faults.same(done.returncode, 0, f"status of {argv[0]}: {done.stdout.decode()[-1500:]}{done.stderr.decode()[-1500:]}")
    return done.stdout.decode()


def strict(faults, folder):
    """The object of the page's line."""
    done = rig.run("parse", "--over", folder, "--now", rig.NOW, stdin=LINE.encode() + b"\n")
    faults.same(done.returncode, 0, "status of parse")
    event = json.loads(done.stdout)
    return event["error"], event["yang_message"]


def body(faults, workdir):
    with open(PAGE, encoding="utf-8") as f:
        page = f.read()
    message = blocks(page, "### From a line in a log to a tested profile, in ten minutes")
    kinds = blocks(page, "## Kinds: the strict object")
    if not faults.same((len(message), len(kinds)), (1, 2), "examples in docs/profiles.md"):
        return
    system = blocks(page, "### The first profile of a system that is not shipped")
    if not faults.same(len(system), 2, "examples of a new system in docs/profiles.md"):
        return
    other = os.path.join(workdir, "other")
    write(other, "acmeos/init.yaml", system[0])
    write(other, "acmeos/fans.yaml", system[1])
    faults.expect("1 samples good, 0 failed" in good(faults, "test", other), "the sample of a new system")
    mine = os.path.join(workdir, "mine")
    component = {"component": [{"name": "fan 2", "state": {"name": "fan 2", "type": "openconfig-platform-types:FAN", "oper-status": "openconfig-platform-types:INACTIVE"}}]}

    write(mine, "ios/fans.yaml", message[0])
    faults.expect("1 samples good, 0 failed" in good(faults, "test", mine), "the sample of the ten minutes")
    error, tree = strict(faults, mine)
    state = tree.get("openconfig-platform:components", {}).get("component", [{}])[0].get("state", {})
    faults.same((error, state.get("name"), state.get("oper-status")), ("FAN_FAILED", "fan 2", "openconfig-platform-types:INACTIVE"), "the shipped kind")

    write(mine, "ios/fans.yaml", message[0].replace("FAN_FAILED", "FAN_FAILED_AGAIN").replace("    facts: {component: '{fan}'}", "    #"))
    error, tree = strict(faults, mine)
    record = {"msg": "Fan 2 stopped", "priority": 189, "msgid": "FAN_FAILED_AGAIN"}
    faults.same((error, tree), ("FAN_FAILED_AGAIN", {"openconfig-system:system": {"messages": {"state": {"message": record}}}}), "an event without a kind")

    write(mine, "ios/fans.yaml", message[0].replace("FAN_FAILED", "FAN_FAILED_AGAIN"))
    write(mine, "kinds/fans.yaml", kinds[1])
    write(mine, "kinds/page.yaml", kinds[0])
    good(faults, "test", mine)
    good(faults, "lint", mine)
    error, tree = strict(faults, mine)
    faults.same((error, tree.get("openconfig-platform:components")), ("FAN_FAILED_AGAIN", component), "a mapping of one's own")
    alarms = tree.get("openconfig-system:system", {}).get("alarms", {}).get("alarm", [{}])
    faults.same(alarms[0].get("id"), "FAN_FAILED_AGAIN|fan 2", "its alarm")


if __name__ == "__main__":
    rig.main(body)
