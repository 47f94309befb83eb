"""Python's textfsm and the templates of ntc-templates: fetched once from PyPI into a virtual environment, and asked over a pipe.

    with textfsm_rig.Peer() as peer:                # raises Missing where the machine cannot have one
        peer.ask(do="parse", template=..., text=...)

The environment stays under $BUILD/integration/ for the next run.
"""
import glob
import json
import os
import shutil
import subprocess
import sys

import kafka_rig
import napalm_rig

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


class Peer:
    """One Python with textfsm, one question at a time."""

    def __init__(self):
        self.venv = fetch()
        self.templates, = glob.glob(os.path.join(self.venv, "lib/python3*/site-packages/ntc_templates/templates"))
        here = os.path.dirname(os.path.abspath(__file__))
        self.proc = subprocess.Popen([os.path.join(self.venv, "bin/python"), "-W", "ignore", os.path.join(here, "textfsm_peer.py")],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.proc.stdin.close()
        self.proc.wait()

    def ask(self, **question):
        self.proc.stdin.write(json.dumps(question) + "\n")
        self.proc.stdin.flush()
        return json.loads(self.proc.stdout.readline())
