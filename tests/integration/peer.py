"""A Python of a virtual environment that runs one of the *_peer.py here: a JSON object a line is asked, a line is the answer."""
import json
import os
import subprocess


class Peer:
    """One question at a time."""

    def __init__(self, venv, script):
        here = os.path.dirname(os.path.abspath(__file__))
        self.proc = subprocess.Popen([os.path.join(venv, "bin/python"), "-W", "ignore", os.path.join(here, script)],
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
