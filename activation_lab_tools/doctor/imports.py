"""What a lesson's imports find: the course's own package, and no learner's file in place of another package."""

import os
import sys
from importlib import metadata
from pathlib import Path

from .context import near, quoted, unset
from .findings import fault, not_tried, ok
from .programs import run

PACKAGE = "activation_lab"
OWN = (PACKAGE, "activation_lab_tools")
HARMLESS = {"test", "tests"}  # no lesson imports them


def hidden(context):
    """No file in the lessons' folder has the name of a package: Python would import the file instead."""
    if not os.path.isdir(context.lessons):
        return not_tried(f"{context.lessons} is not a folder")
    importable = [path for path in _importable(context) if path.stem not in HARMLESS]
    # The names of what is installed take half a second, and most folders have no file to compare with them.
    packages = {PACKAGE, *sys.stdlib_module_names, *metadata.packages_distributions()} if importable else ()
    hiding = [path for path in importable if path.stem in packages]
    if not hiding:
        return ok("no file among the lessons has a package's name")
    found = ", ".join(f"{near(path)} hides the package {path.stem}" for path in hiding)
    return fault(found, "other names for your own files", "\n".join(map(_renaming, hiding)))


def _importable(context):
    """The files and folders there that `import` would find; a folder without code hides nothing."""
    found = [*context.lessons.glob("*.py"), *(file.parent for file in context.lessons.glob("*/__init__.py"))]
    own = [(context.project / name).resolve() for name in OWN] if context.project else []
    return [path for path in found if path.resolve() not in own]


def _renaming(path):
    new = path.with_name(f"my_{path.name}")
    return f"ren {quoted(near(path), new.name)}" if os.name == "nt" else f"mv {quoted(near(path), near(new))}"


def imported_from(context):
    """The package that a lesson imports is the one in this project and not an older copy."""
    outcome = run("locate.py", cwd=context.lessons, seconds=context.seconds)
    if outcome.code != 0:
        return fault(outcome.why, "the folder of activation_lab", context.install_course())
    found, expected = outcome.data["folder"], context.project and context.project / PACKAGE
    if found is None:
        return fault("activation_lab is not installed", str(expected or PACKAGE), context.install_course())
    if expected and expected.resolve() != Path(found).resolve():
        entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        by_path = any(entry and Path(found).parent == Path(entry) for entry in entries)
        remedy = unset("PYTHONPATH") if by_path else context.install_course()
        return fault(f"imported from {found}", f"{expected}, this copy of the course", remedy)
    return ok(f"imported from {near(found)}")
