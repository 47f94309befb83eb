"""Run by the Python of a virtual environment that has NAPALM: a JSON object a line, one answer for each.  See getter_rig.Peer.

    {"driver": "eos", "host": "127.0.0.1", "port": 8080, "user": ..., "password": ..., "method": "get_facts", "args": {}, "options": {}, "now": 1767323045}

    {"result": ...}; {"missing": true} where its driver has no such method; {"error": the exception's name, "text": ..., "where": ...} where it failed
"""
import json
import logging
import os
import sys
import time
import traceback
import types

from napalm import get_network_driver
from napalm.base.base import NetworkDriver

TIMEOUT = 20
# Ports stand on loopback, and no key of this machine is to be tried there.
OPTIONAL = {
    "eos": {"transport": "http"},
    "nxos": {"transport": "http"},
    "ios": {"fast_cli": True},
    "nxos_ssh": {"fast_cli": True},
}


def set_clock(cls, now):
    """Its drivers say time.time(); what is below them goes on with the real clock."""
    clock = types.SimpleNamespace(**{name: getattr(time, name) for name in dir(time) if not name.startswith("_")})
    clock.time = lambda: float(now)
    for parent in cls.__mro__:
        module = sys.modules[parent.__module__]
        if module.__name__.startswith("napalm.") and hasattr(module, "time"):
            module.time = clock


def method_of(cls, name):
    """None where it is the base class that says NotImplementedError."""
    own = getattr(cls, name, None)
    return own if own is not None and own is not getattr(NetworkDriver, name, None) else None


def open_device(cls, question):
    options = {**OPTIONAL.get(question["driver"], {}), **question.get("options", {}), "port": question["port"]}
    device = cls(question["host"], question["user"], question["password"], timeout=TIMEOUT, optional_args=options)
    device.open()
    return device


def close(device):
    try:
        device.close()
    except Exception:           # what it wants to send at the end, no device of ours knows
        pass


def ask(question):
    cls = get_network_driver(question["driver"])
    if method_of(cls, question["method"]) is None:
        return {"missing": True}
    if question.get("now") is not None:
        set_clock(cls, question["now"])
    device = open_device(cls, question)
    try:
        result = getattr(device, question["method"])(**question.get("args", {}))
    finally:
        close(device)
    if result is NotImplementedError:
        raise NotImplementedError("the class was returned")
    return {"result": json.loads(json.dumps(result))}


def where(error):
    """The last place in NAPALM itself."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}napalm{os.sep}" in f.filename]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def main():
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)               # nothing that a library prints gets among the answers
    for line in sys.stdin:
        try:
            answer = ask(json.loads(line))
        except Exception as e:  # whatever it raises is its answer
            answer = {"error": type(e).__name__, "text": str(e)[:500], "where": where(e)}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
