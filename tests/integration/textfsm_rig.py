"""Python's textfsm and the templates of ntc-templates: fetched once from PyPI into a virtual environment, and asked over a pipe.

    with textfsm_rig.Peer() as peer:                # raises Missing where the machine cannot have one
        peer.ask(do="parse", template=..., text=...)

The environment stays under $BUILD/integration/ for the next run.
"""
import glob
import os
import shutil
import sys

import kafka_rig
import napalm_rig
import peer

VERSIONS = {"textfsm": "2.1.0", "ntc-templates": "9.3.0"}

Missing = kafka_rig.Missing


def fetch():
    venv = os.path.join(kafka_rig.cache_folder(), "textfsm-" + "-".join(VERSIONS.values()))
    if os.path.isdir(venv):
        return venv
    work = venv + ".part"
    shutil.rmtree(work, ignore_errors=True)
    napalm_rig.run_or_miss([sys.executable, "-m", "venv", work], "no virtual environment could be made (the package python3-venv)", "textfsm")
    napalm_rig.run_or_miss([os.path.join(work, "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--timeout", "20",
                            "--retries", "1", *(f"{name}=={version}" for name, version in VERSIONS.items())],
                           "pip could not fetch it and ntc-templates from PyPI", "textfsm")
    os.rename(work, venv)
    return venv


class Peer(peer.Peer):
    """One Python with textfsm, one question at a time."""

    def __init__(self):
        venv = fetch()
        self.templates, = glob.glob(os.path.join(venv, "lib/python3*/site-packages/ntc_templates/templates"))
        super().__init__(venv, "textfsm_peer.py")
