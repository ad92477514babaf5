"""The checks in order, each on its own: one that fails itself is a fault among others."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import computing, course, interpreter, kernel, machine, packages
from .finding import Finding, State, fault, not_tried

BLOCKED = (State.PART_ONE, State.FAULT, State.NOT_TRIED)


@dataclass(frozen=True)
class Check:
    """What is looked at, how, and which other checks must have gone well before."""

    name: str
    look: Callable[..., Finding]
    needs: tuple[str, ...] = ()


CHECKS = (
    Check("Python", interpreter.version),
    Check("environment", interpreter.environment),
    Check("numpy", partial(packages.package, "numpy")),
    Check("matplotlib", partial(packages.package, "matplotlib")),
    Check("jupyterlab", partial(packages.package, "jupyterlab")),
    Check("TensorFlow", packages.tensorflow),
    Check("Keras", partial(packages.package, "keras"), needs=("TensorFlow",)),
    Check("Keras settings", packages.keras_settings),
    Check("tested versions", packages.tested_versions),
    Check("lessons folder", machine.lessons),
    Check("temporary files", machine.temporary_files),
    Check("memory", machine.memory),
    Check("names of files", course.hidden),
    # What a program that is tried says, goes into a temporary file.
    Check("the course", course.imported_from, needs=("temporary files", "names of files")),
    Check("Part I computes", computing.part_one, needs=("numpy", "matplotlib", "the course")),
    Check("kernel answers", kernel.answers, needs=("jupyterlab", "temporary files", "names of files")),
    Check("Keras computes", computing.keras, needs=("TensorFlow", "Keras", "Keras settings", "Part I computes")),
    Check("grading", machine.grading),
)

WELL, FAULTY, PART_ONE_ONLY = "well", "faulty", "part one only"
EXIT_CODES = {WELL: 0, FAULTY: 1, PART_ONE_ONLY: 3}


def examine(place, checks=CHECKS):
    """Yields (check's name, Finding), one after the other."""
    states = {}
    for check in checks:
        missing = [name for name in check.needs if states.get(name) in BLOCKED]
        finding = not_tried(f"not tried, because of: {', '.join(missing)}") if missing else _look(check, place)
        states[check.name] = finding.state
        yield check.name, finding


def _look(check, place):
    try:
        return check.look(place)
    except (Exception, SystemExit) as error:
        return fault(
            f"this check itself failed: {type(error).__name__}: {error}",
            "an answer",
            "Put other faults right first; if it stays, please show this line to the course's authors.",
        )


def verdict(findings):
    """WELL, FAULTY or PART_ONE_ONLY, from (name, Finding) pairs."""
    states = {finding.state for _, finding in findings}
    if State.FAULT in states:
        return FAULTY
    return PART_ONE_ONLY if State.PART_ONE in states else WELL
