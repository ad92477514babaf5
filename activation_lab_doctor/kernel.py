"""The kernel: which Python would JupyterLab start for a lesson, and does it answer?"""

import os
import sys

from .finding import fault, ok
from .place import near
from .programs import run


def specification(place):
    outcome = run("kernel.py", "specification", seconds=place.seconds)
    expected = f"this Python, {sys.executable}"
    reinstall = place.install("--force-reinstall", "--no-deps", "ipykernel", "jupyter-client")
    if outcome.code != 0:
        return fault(f"no kernel is found: {outcome.why}", expected, reinstall)
    folder, python, prefix = (outcome.data[key] for key in ("folder", "python", "prefix"))
    if prefix and os.path.realpath(prefix) == os.path.realpath(sys.prefix):
        return ok(f"python3 starts this Python ({near(folder)})")
    what = f"the Python of {prefix}" if prefix else f"{python}, which is not there or does not run"
    removal = f"{place.python} -m jupyter_client.kernelspecapp remove -f python3"
    return fault(f"python3 starts {what}, by {near(folder)}", expected, removal)


def computes(place):
    outcome = run("kernel.py", "compute", str(place.seconds), cwd=place.folder, seconds=place.seconds)
    expected = "a kernel that answers 1 + 1"
    if outcome.code is None:
        remedy = f"{place.more_time}\nIf that does not help: does a firewall forbid connections to 127.0.0.1?"
        return fault(outcome.why, expected, remedy)
    if outcome.code != 0 or outcome.data["answer"] != "2":
        found = outcome.why if outcome.code else f"it answered {outcome.data['answer']}"
        return fault(found, expected, place.install("--force-reinstall", "ipykernel"))
    return ok(f"1 + 1 = 2, in {outcome.seconds:.1f} s")
