"""The checks in order. A check that fails itself is one fault among others."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import imports, machine, trials, versions
from .findings import State, fault, not_tried

BLOCKED = (State.PART_ONE, State.FAULT, State.NOT_TRIED)


@dataclass(frozen=True)
class Check:
    """A check's name, its function from a Context to a Finding, and the checks that must have gone well before."""

    name: str
    look: Callable
    needs: tuple[str, ...] = ()


CHECKS = (
    Check("Python", versions.python),
    Check("environment", versions.environment),
    Check("numpy", partial(versions.package, "numpy")),
    Check("matplotlib", partial(versions.package, "matplotlib")),
    Check("jupyterlab", partial(versions.package, "jupyterlab")),
    Check("TensorFlow", versions.tensorflow),
    Check("Keras", partial(versions.package, "keras"), needs=("TensorFlow",)),
    Check("Keras settings", versions.keras_settings),
    Check("lessons folder", machine.lessons),
    Check("temporary files", machine.temporary_files),
    Check("memory", machine.memory),
    Check("file names", imports.hidden),
    # A program that is tried writes its output to a temporary file.
    Check("the course", imports.imported_from, needs=("temporary files", "file names")),
    Check("Part I computes", trials.part_one, needs=("numpy", "matplotlib", "the course")),
    Check("kernel answers", trials.kernel, needs=("jupyterlab", "temporary files", "file names")),
    Check("Keras computes", trials.keras, needs=("TensorFlow", "Keras", "Keras settings", "Part I computes")),
)

WELL, FAULTY, PART_ONE_ONLY = "well", "faulty", "part one only"
EXIT_CODES = {WELL: 0, FAULTY: 1, PART_ONE_ONLY: 3}


def examine(context, checks=CHECKS):
    """Yield (check's name, Finding), one after the other."""
    states = {}
    for check in checks:
        missing = [name for name in check.needs if states.get(name) in BLOCKED]
        finding = not_tried(f"not tried, because of: {', '.join(missing)}") if missing else _look(check, context)
        states[check.name] = finding.state
        yield check.name, finding


def _look(check, context):
    try:
        return check.look(context)
    except (Exception, SystemExit) as error:
        return fault(
            f"this check itself failed: {type(error).__name__}: {error}",
            "a result",
            "Fix the other faults first. If this one stays, please show this line to the course's authors.",
        )


def verdict(findings):
    """WELL, FAULTY or PART_ONE_ONLY, from (name, Finding) pairs."""
    states = {finding.state for _, finding in findings}
    if State.FAULT in states:
        return FAULTY
    return PART_ONE_ONLY if State.PART_ONE in states else WELL
