#!/usr/bin/python3
# tests/run: no-asan
"""The runner itself: nothing to run is a failure, and what was skipped is counted, listed, and with --no-skip a failure."""
import os
import shutil
import subprocess
import sys

import rig

FILES = {       # a tree of its own; the Criterion programs are scripts that say what Criterion says
    "tests/e2e/good.py": "#!/bin/sh\nexit 0\n",
    "tests/e2e/absent.py": "#!/bin/sh\necho skipped: no such thing here\nexit 77\n",
    "tests/room/test_half.c": "",
    "build/asan/tests/room/test_half": "#!/bin/sh\necho '[\033[0;34mSKIP\033[0m] half::one: it is not there'\necho '[====] Synthesis: Tested: 1'\n",
    "tests/room/test_none.c": "",
    "build/asan/tests/room/test_none": "#!/bin/sh\necho '[====] Synthesis: Tested: 0'\n",
}

# arguments, status, what stands on standard output or error, what does not
CASES = [
    (["--only", "nosuch/*", "unit", "e2e"], 1, ["unit, e2e", "'nosuch/*'"], ["passed"]),
    (["--only", "e2e/good", "e2e"], 0, ["ok   e2e/good", "1 passed, 0 failed\n"], ["skip"]),
    (["--only", "e2e/absent", "e2e"], 0, ["skip e2e/absent", "no such thing here", "\nskipped: e2e/absent\n", "0 passed, 0 failed, 1 skipped"], []),
    (["--only", "unit/room/test_half", "unit"], 0, ["skip unit/room/test_half", "half::one", "\nskipped: unit/room/test_half\n", "1 skipped"], []),
    (["--no-skip", "--only", "e2e/absent", "e2e"], 1, ["FAIL e2e/absent", "skipped, which is a failure here", "failed: e2e/absent"], []),
    (["--no-skip", "--only", "unit/room/test_half", "unit"], 1, ["FAIL unit/room/test_half", "skipped, which is a failure here"], []),
    (["--only", "unit/room/test_none", "unit"], 1, ["it ran no test"], []),
]


def body(faults, workdir):
    for name, text in FILES.items():
        path = os.path.join(workdir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o755)
    shutil.copy(os.path.join(rig.TOP, "tests/run"), os.path.join(workdir, "tests/run"))
    env = {k: v for k, v in os.environ.items() if k not in ("BUILD", "NETNORM", "ONLY", "GOLDEN")}
    for argv, status, wanted, unwanted in CASES:
        done = subprocess.run([sys.executable, "tests/run", *argv], cwd=workdir, env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        faults.same(done.returncode, status, f"status of {argv}: {done.stdout}")
        for text in wanted:
            faults.expect(text in done.stdout, f"{argv} does not say {text!r}: {done.stdout}")
        for text in unwanted:
            faults.expect(text not in done.stdout, f"{argv} says {text!r}: {done.stdout}")


if __name__ == "__main__":
    rig.main(body)
