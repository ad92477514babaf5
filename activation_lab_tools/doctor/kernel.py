"""The kernel: is it this Python that JupyterLab would start for a lesson, and does it answer?"""

import os
import sys

from .finding import fault, ok
from .place import near
from .programs import run


def answers(place):
    outcome = run("kernel.py", cwd=place.lessons, seconds=place.seconds)
    expected = f"a kernel that answers, of this Python, {sys.executable}"
    reinstall = place.install("--force-reinstall", "ipykernel", "jupyter-client")
    if outcome.code is None:
        remedy = f"{place.more_time}\nIf that does not help: does a firewall forbid connections to 127.0.0.1?"
        return fault(outcome.why, expected, remedy)
    if outcome.code != 0:
        return fault(f"no kernel is found: {outcome.why}", expected, reinstall)
    folder, python, prefix, error = (outcome.data[key] for key in ("folder", "python", "prefix", "error"))
    if error and python == sys.executable:
        return fault(f"this Python's kernel does not answer: {error}", expected, reinstall)
    if error or os.path.realpath(prefix) != os.path.realpath(sys.prefix):
        what = f"{python}, which does not answer ({error})" if error else f"the Python of {prefix}"
        removal = f"{place.python} -m jupyter_client.kernelspecapp remove -f python3"
        return fault(f"python3 starts {what}, by {near(folder)}", expected, removal)
    return ok(f"python3 starts this Python, which answers, in {outcome.seconds:.1f} s ({near(folder)})")
