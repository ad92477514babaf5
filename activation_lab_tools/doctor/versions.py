"""This Python and the installed packages, compared with what the course allows."""

import os
import platform
import re
import sys
from pathlib import Path

from .context import installed, keras_extra, near, quoted, unset
from .findings import fault, note, ok, part_one

TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tf-nightly", "tf-nightly-cpu")


def python(context):
    """A supported, 64-bit Python; on an Intel Mac there is no TensorFlow."""
    here, bits = platform.python_version(), 64 if sys.maxsize > 2**32 else 32
    expected = f"Python {context.ranges['python']}, 64 bit"
    if bits != 64 or not allowed(here, context.ranges["python"]):
        return fault(
            f"Python {here}, {bits} bit",
            expected,
            "Install Python 3.13 (64 bit), then make a new environment with it: make clean, then make lab\n"
            "Without make: python3.13 -m venv .venv, then the commands in the README",
        )
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return part_one(
            f"Python {here} for Intel Macs",
            "a Python for Apple silicon: TensorFlow has ended its support for Intel Macs",
            "On a Mac with Apple silicon, install its Python.\nOn an Intel Mac, Part I runs; do Part II elsewhere.",
        )
    return ok(f"{here}, {bits} bit", expected)


def environment(context):
    """The course's own environment if it has one, else any but the system's."""
    own, prefix = context.project and context.project / ".venv", Path(sys.prefix)
    conda = (prefix / "conda-meta").is_dir()
    if own and (own / "pyvenv.cfg").is_file() and not os.path.samefile(own, prefix):
        other = own / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        command = quoted(near(other), near(context.project / "activation_lab_tools/doctor"))
        return note(f"{prefix}, but the course has its own environment", near(own), f"Check that one: {command}")
    if sys.prefix == sys.base_prefix and not conda:
        remedy = f"make lab, which makes one; or: {context.python} -m venv .venv"
        return note(f"{prefix}, the system's Python", "a separate environment for the course", remedy)
    return ok(f"{near(prefix)}, a {'conda' if conda else 'virtual'} environment")


def package(name, context):
    """A package that the course needs, in an allowed version."""
    version, range_ = installed(name), context.ranges.get(name, "")
    expected = f"{name}{range_}"
    if version is None or not allowed(version, range_):
        return fault(version or "not installed", expected, context.install(expected))
    return ok(version, expected)


def tensorflow(context):
    """One TensorFlow: two overwrite each other's files."""
    found = {name: version for name in TENSORFLOWS if (version := installed(name))}
    range_ = context.ranges["tensorflow"]
    expected = f"one of tensorflow{range_} and tensorflow-cpu{range_}"
    shown = ", ".join(f"{name} {version}" for name, version in found.items())
    if not found:
        return part_one("not installed; Part I, lessons 1 to 4, runs without it", expected, context.install_course())
    if len(found) > 1:
        suited = "tensorflow-cpu" if keras_extra() == "keras-cpu" else "tensorflow"
        removal = f"{context.python} -m pip uninstall -y {' '.join(found)}"
        return fault(shown, f"{expected}; two overwrite each other's files", f"{removal}\n{context.install(suited)}")
    ((name, version),) = found.items()
    return ok(shown, expected) if allowed(version, range_) else fault(shown, expected, context.install(name + range_))


def keras_settings(_):
    """No variable that gives the lessons another backend, or Keras 2."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        return fault(f"KERAS_BACKEND is {backend}", "tensorflow, or not set", unset("KERAS_BACKEND"))
    if os.environ.get("TF_USE_LEGACY_KERAS", "0").lower() in ("1", "true"):
        return fault("TF_USE_LEGACY_KERAS is set: tf.keras is Keras 2", "Keras 3", unset("TF_USE_LEGACY_KERAS"))
    return ok("no variable selects another Keras")


def allowed(version, range_):
    """Return whether a version is in a range such as ">=2.19,<3". Only >= and < count: the course uses no others."""
    lowest, limit = (re.search(rf"{sign}\s*([\d.]+)", range_) for sign in (">=", "<"))
    return not (lowest and release(version) < release(lowest[1]) or limit and release(version) >= release(limit[1]))


def release(version):
    """(3, 10, 0) for "3.10.0rc1": the numbers at the beginning."""
    return tuple(int(number) for number in re.match(r"\d+(?:\.\d+)*", version)[0].split("."))
