"""The course's own package, and files that hide others: where does Python find what a lesson imports?"""

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from .finding import fault, ok
from .place import near, quoted, unset
from .programs import run

PACKAGE = "activation_lab"


def hidden(place):
    """No file in the lessons' folder has the name of a package: there it would be imported in its place."""
    elsewhere = [entry for entry in sys.path if entry and Path(entry).absolute() != place.folder]
    names = {path.stem: path for path in _importable(place.folder)}
    hiding = {
        name: path
        for name, path in names.items()
        if name == PACKAGE or name in sys.stdlib_module_names or PathFinder.find_spec(name, elsewhere)
    }
    if not hiding:
        return ok("no file among the lessons has a package's name")
    shown = ", ".join(f"{near(path)} hides the package {name}" for name, path in hiding.items())
    return fault(shown, "other names for your own files", "\n".join(_renaming(path) for path in hiding.values()))


def _renaming(path):
    new = path.with_name(f"my_{path.name}")
    return f"ren {quoted(near(path), new.name)}" if os.name == "nt" else f"mv {quoted(near(path), near(new))}"


def _importable(folder):
    """Files and folders that `import` would take there; a folder without code in it hides nothing."""
    return [*folder.glob("*.py"), *(file.parent for file in folder.glob("*/__init__.py"))]


def imported_from(place):
    """The package that a lesson imports is the one in this project, not an older copy."""
    outcome = run("locate.py", cwd=place.folder, seconds=place.seconds)
    if outcome.code != 0:
        return fault(outcome.why, "the place of activation_lab", place.install_course())
    found = outcome.data["folder"]
    expected = place.project / "activation_lab" if place.project else None
    if found is None:
        return fault("activation_lab is not installed", str(expected or "activation_lab"), place.install_course())
    if expected and expected.resolve() != Path(found).resolve():
        by_path = any(entry and Path(found).parent == Path(entry) for entry in _python_path())
        remedy = unset("PYTHONPATH") if by_path else place.install_course()
        return fault(f"imported from {found}", f"{expected}, this copy of the course", remedy)
    return ok(f"imported from {near(found)}")


def _python_path():
    return os.environ.get("PYTHONPATH", "").split(os.pathsep)
