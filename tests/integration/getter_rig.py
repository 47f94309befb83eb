"""NAPALM itself: fetched once from PyPI into a virtual environment, and asked over a pipe what it makes of a device.

    with getter_rig.Peer() as peer:                 # raises Missing where the machine cannot have one
        peer.ask(driver="eos", host=..., port=..., user=..., password=..., method="get_facts", args={}, options={}, now=None)

The environment stays under $BUILD/integration/ for the next run.
"""
import json
import os
import shutil
import sys

import kafka_rig
import napalm_rig
import peer

VERSION = "5.2.0"

Missing = kafka_rig.Missing


def fetch():
    venv = os.path.join(kafka_rig.cache_folder(), f"napalm-{VERSION}")
    if os.path.isdir(venv):
        return venv
    work = venv + ".part"
    shutil.rmtree(work, ignore_errors=True)
    napalm_rig.run_or_miss([sys.executable, "-m", "venv", work], "no virtual environment could be made (the package python3-venv)", "NAPALM")
    napalm_rig.run_or_miss([os.path.join(work, "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--timeout", "20",
                            "--retries", "1", f"napalm=={VERSION}", "setuptools<81"], "pip could not fetch it from PyPI", f"NAPALM {VERSION}")
    os.rename(work, venv)
    return venv


class Peer(peer.Peer):
    """One Python with NAPALM, one question at a time."""

    def __init__(self):
        super().__init__(fetch(), "getter_peer.py")


def differences(ours, theirs, path="$"):
    """As NAPALM's own tests compare: 1 is 1.0 and true, what is null may as well not be there, the order of a list counts."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        for i in range(max(len(ours), len(theirs))):
            mine, other = (x[i] if i < len(x) else None for x in (ours, theirs))
            yield from differences(mine, other, f"{path}[{i}]")
    elif ours != theirs:
        yield f"{path}: netnorm {json.dumps(ours, ensure_ascii=False)[:150]}, NAPALM {json.dumps(theirs, ensure_ascii=False)[:150]}"
