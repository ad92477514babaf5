"""The packages that are installed, against what the course allows and what was tested."""

import operator
import os
import re

from .finding import fault, note, ok, part_one
from .place import TENSORFLOWS, installed, keras_extra, unset

LISTED = 6  # how many names fit into a line
COMPARISONS = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def package(name, place):
    """One that the course needs: is it there, in a version that is allowed?"""
    version, wanted = installed(name), place.ranges.get(name, "")
    expected = f"{name}{wanted}"
    if version is None:
        return fault("not installed", expected, place.install(expected))
    if not allowed(version, wanted):
        return fault(version, expected, place.install(expected))
    return ok(version, expected)


def tensorflow(place):
    """One TensorFlow, not two: they overwrite each other's files."""
    found = {name: version for name in TENSORFLOWS if (version := installed(name))}
    expected = f"one of tensorflow{place.ranges['tensorflow']} and tensorflow-cpu{place.ranges['tensorflow-cpu']}"
    suited = "tensorflow-cpu" if keras_extra() == "keras-cpu" else "tensorflow"
    shown = ", ".join(f"{name} {version}" for name, version in found.items())
    if not found:
        return part_one("not installed: Part I, lessons 1 to 4, runs without", expected, place.install_course())
    if len(found) > 1:
        removal = f"{place.python} -m pip uninstall -y {' '.join(found)}"
        return fault(shown, f"{expected}; two overwrite each other's files", f"{removal}\n{place.install(suited)}")
    ((name, version),) = found.items()
    if not allowed(version, place.ranges["tensorflow"]):
        return fault(shown, expected, place.install(f"{name}{place.ranges['tensorflow']}"))
    return ok(shown, expected)


def keras_settings(place):
    """Does nothing set Keras to another library, or to its old self?"""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    legacy = os.environ.get("TF_USE_LEGACY_KERAS", "0").lower() in ("1", "true")
    if backend != "tensorflow":
        return fault(f"KERAS_BACKEND is {backend}", "tensorflow, or nothing", unset("KERAS_BACKEND"))
    if legacy:
        return fault("TF_USE_LEGACY_KERAS is set: tf.keras is Keras 2", "Keras 3", unset("TF_USE_LEGACY_KERAS"))
    return ok("nothing sets another Keras")


def tested_versions(place):
    """What differs from the tested versions; the file with which most agrees counts."""
    differing = {file: _differences(pins) for file, pins in place.constraints.items()}
    if not differing:
        return ok("not known here: constraints.txt is not beside the package")
    file = min(differing, key=lambda name: len(differing[name]))
    there = sum(installed(name) is not None for name in place.constraints[file])
    differences = differing[file]
    if not differences:
        return ok(f"all {there} packages as in {file}")
    named = ", ".join(differences[:LISTED]) + (", …" if len(differences) > LISTED else "")
    return note(f"{len(differences)} of {there} packages differ: {named}", f"as in {file}, if something goes wrong")


def _differences(pins):
    return [
        f"{name} {version} (tested {pin})"
        for name, pin in pins.items()
        if (version := installed(name)) and release(version) != release(pin)
    ]


def release(version):
    """The release (3, 10) of "3.10.0rc1": the numbers in front, without zeros at the end."""
    numbers = [int(number) for number in re.match(r"\d+(?:\.\d+)*", version)[0].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def allowed(version, specifiers):
    """Whether a version is in a range such as ">=2.19,<3"; any is in an empty one.

    Raises:
        ValueError: the range has another form.
    """
    for specifier in filter(None, (part.strip() for part in specifiers.split(","))):
        parts = re.fullmatch(r"(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)", specifier)
        if parts is None:
            raise ValueError(f"Received the range {specifier!r}; expected one such as >=2.19.")
        if not COMPARISONS[parts[1]](release(version), release(parts[2])):
            return False
    return True
