"""What a lesson does, tried: a kernel, Part I by hand, Part II with Keras."""

import os
import sys

from .context import installed, near
from .findings import fault, ok
from .programs import ILLEGAL, run
from .versions import TENSORFLOWS

TOLERANCE = 1e-9  # both compute in float64
A_BY_HAND = [[2.5, 0.0]]  # relu([1 2] @ [[1 -1] [0.5 0.5]] + [0.5 -0.5])


def kernel(context):
    """The kernel that JupyterLab would start runs this Python, and it answers."""
    outcome = run("kernel.py", cwd=context.lessons, seconds=context.seconds)
    expected = f"a kernel that runs this Python, {sys.executable}"
    reinstall = context.install("--force-reinstall", "ipykernel", "jupyter-client")
    if outcome.code is None:
        remedy = f"{context.more_time}\nIf that does not help: does a firewall block connections to 127.0.0.1?"
        return fault(outcome.why, expected, remedy)
    if outcome.code != 0:
        return fault(f"no kernel was found: {outcome.why}", expected, reinstall)
    folder, python, prefix, error = (outcome.data[key] for key in ("folder", "python", "prefix", "error"))
    if error and python == sys.executable:
        return fault(f"this Python's kernel does not answer: {error}", expected, reinstall)
    if error or os.path.realpath(prefix) != os.path.realpath(sys.prefix):
        what = f"{python}, which does not answer ({error})" if error else f"the Python of {prefix}"
        removal = f"{context.python} -m jupyter_client.kernelspecapp remove -f python3"
        return fault(f"python3 starts {what}, because of {near(folder)}", expected, removal)
    return ok(f"python3 starts this Python, which answers in {outcome.seconds:.1f} s ({near(folder)})")


def part_one(context):
    """NumPy, matplotlib and the course can be imported, and a layer gives the right numbers."""
    outcome = run("part_one.py", seconds=context.seconds)
    expected = "numpy, matplotlib and the course imported, and a layer computed"
    if outcome.code != 0:
        step = (outcome.output.split() or ["numpy"])[-1].split(".")[0]
        return fault(f"{step}: {outcome.why}", expected, _reinstall(step, context))
    if outcome.data["a"] != A_BY_HAND:
        return fault(f"relu([2.5, -0.5]) gave {outcome.data['a']}", str(A_BY_HAND), _reinstall("numpy", context))
    return ok(f"a dense layer with relu, by hand, in {outcome.seconds:.1f} s")


def keras(context):
    """A Keras layer can be built, and gives the same numbers as by hand."""
    outcome = run("keras_dense.py", seconds=context.seconds)
    expected = "a Dense layer computed; Part I runs without it"
    if outcome.crash in ILLEGAL:
        found = f"{outcome.why}: TensorFlow needs a processor with AVX"
        return fault(found, expected, "Do Part II on another machine, or in the cloud.")
    if outcome.crash == "SIGKILL":
        return fault(f"{outcome.why}: probably out of memory", expected, "Close other programs, and try again.")
    if outcome.code is None:
        return fault(outcome.why, expected, context.more_time)
    name = next((name for name in TENSORFLOWS if installed(name)), "tensorflow")
    if outcome.code != 0:
        return fault(outcome.why, expected, _reinstall(name, context))
    if not outcome.data["difference"] <= TOLERANCE:
        found = f"it differs by {outcome.data['difference']:.1e} from the layer by hand"
        return fault(found, expected, _reinstall(name, context))
    return ok(f"a Dense layer with relu, as by hand, in {outcome.seconds:.1f} s")


def _reinstall(name, context):
    """The command that installs a package, or the course, again."""
    if name == "activation_lab":
        return context.install_course()
    version = installed(name)
    return context.install("--force-reinstall", "--no-deps", f"{name}=={version}" if version else name)
