"""The course's own package, and files that hide others: where does Python find what a lesson imports?"""

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from .finding import fault, not_tried, ok
from .place import near, quoted, unset
from .programs import run

PACKAGE = "activation_lab"
OWN = (PACKAGE, "activation_lab_tools")
HARMLESS = {"test", "tests"}  # tests of Python, or of a package, which no lesson imports


def hidden(place):
    """No file in the lessons' folder has the name of a package: there it would be imported in its place."""
    if not os.path.isdir(place.lessons):
        return not_tried(f"{place.lessons} is no folder")
    hiding = {path.stem: path for path in _importable(place) if _is_package(path.stem, place)}
    if not hiding:
        return ok("no file among the lessons has a package's name")
    shown = ", ".join(f"{near(path)} hides the package {name}" for name, path in hiding.items())
    return fault(shown, "other names for your own files", "\n".join(_renaming(path) for path in hiding.values()))


def _renaming(path):
    new = path.with_name(f"my_{path.name}")
    return f"ren {quoted(near(path), new.name)}" if os.name == "nt" else f"mv {quoted(near(path), near(new))}"


def _importable(place):
    """Files and folders that `import` would take there; a folder without code in it hides nothing."""
    found = [*place.lessons.glob("*.py"), *(file.parent for file in place.lessons.glob("*/__init__.py"))]
    own = [(place.project / name).resolve() for name in OWN] if place.project else []
    return [path for path in found if path.resolve() not in own]


def _is_package(name, place):
    """Whether a lesson that imports this name means something else than the learner's file."""
    if name in HARMLESS:
        return False
    if name == PACKAGE or name in sys.stdlib_module_names:
        return True
    # The first entry is where the doctor was started from: no lesson sees it.
    elsewhere = [entry for entry in sys.path[1:] if entry and Path(entry).absolute() != place.lessons]
    spec = PathFinder.find_spec(name, elsewhere)
    return spec is not None and spec.origin is not None  # a folder without code in it has none


def imported_from(place):
    """The package that a lesson imports is the one in this project, not an older copy."""
    outcome = run("locate.py", cwd=place.lessons, seconds=place.seconds)
    if outcome.code != 0:
        return fault(outcome.why, "the place of activation_lab", place.install_course())
    found = outcome.data["folder"]
    expected = place.project / PACKAGE if place.project else None
    if found is None:
        return fault("activation_lab is not installed", str(expected or PACKAGE), place.install_course())
    if expected and expected.resolve() != Path(found).resolve():
        entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        by_path = any(entry and Path(found).parent == Path(entry) for entry in entries)
        remedy = unset("PYTHONPATH") if by_path else place.install_course()
        return fault(f"imported from {found}", f"{expected}, this copy of the course", remedy)
    return ok(f"imported from {near(found)}")
