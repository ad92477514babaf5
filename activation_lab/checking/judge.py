"""The verdict on an answer: run every case, compare, and look for a known mistake that explains the outcomes."""

import functools
import inspect
import time
from dataclasses import dataclass

import numpy as np

from .case import result
from .code_reading import shown_by_source
from .compare import other_width
from .imports import foreign_imports
from .inspection import notebook_variables, other_signature, warning_switches
from .limit import OutOfTime
from .outcome import observe
from .reference_runs import reference_runs
from .report import Report
from .stubs import is_untouched, stub_of, waits

SHORTEST = 0.01  # seconds that a case gets when the ones before it have used up the time


def judge(exercise, function, seed=0):
    """Return the Report on `function` as an answer to `exercise`, on the cases drawn with `seed`."""
    before = reference_runs(exercise, seed)
    received = _tried(exercise, function, before.cases)
    seen = CodeFindings(
        untouched=is_untouched(exercise, function),
        ran_reference=next((outcome.ran_reference for outcome in received.values() if outcome.ran_reference), ""),
        variables=notebook_variables(function),
        switches=warning_switches(function),
        signature=other_signature(function, parameters_without_default(exercise)),
        imports=foreign_imports(function, exercise.allowed_imports),
        **shown_by_source(function, received.values()),
    )
    return verdict(before, received, seen)


@dataclass(frozen=True)
class CodeFindings:
    """Findings about an answer's code, as opposed to its behavior.

    Args:
        untouched: whether a class still has the stub of every method.
        ran_reference: the name of the package's function that did the work, if one did.
        variables: names of the notebook variables that it uses.
        switches: names it uses that hide warnings.
        imports: the modules it uses that an answer to the exercise may not use.
        returns_nothing: a sentence about why it would return None; "" if its source doesn't show it.
        beside_a_stub: whether something is written beside a stub's `raise`.
        signature: its signature, if it cannot take the exercise's arguments; else None.
        others: sentences about other reasons why correct values would not count.
    """

    untouched: bool = False
    ran_reference: str = ""
    variables: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    signature: str | None = None
    imports: tuple[str, ...] = ()
    returns_nothing: str = ""
    beside_a_stub: bool = False
    others: tuple[str, ...] = ()


def verdict(before, received, seen, values=True):
    """Return the Report on an answer that has been tried.

    Args:
        before: the exercise's ReferenceRuns.
        received: {case name: Outcome}; cases after one that took too long may be missing.
        seen: a CodeFindings.
        values: whether the Report may reveal the cases' values.
    """
    exercise = before.exercise
    unwritten = _unwritten(exercise, seen, received.values())
    if unwritten:
        return unwritten
    results = tuple(
        result(exercise, case, arguments, before.expected(case), received.get(case), values)
        for case, arguments in before.cases.items()
    )
    objected = tuple(objections(exercise, seen))
    if not objected and all(case.passed for case in results):
        return Report(exercise.name, "passed", exercise.points, results, notes=_notes(before, received))
    stopped = len(received) < len(before.cases) or any(map(_out_of_time, received.values()))
    untold = exercise.transfer or objected or stopped
    found = () if untold else diagnosed(before, received, seen.returns_nothing)
    return Report(exercise.name, "failed", exercise.points, results, objected, found, _where_hints_are(exercise))


def diagnosed(*arguments):
    """Return what diagnosis.diagnoses does. It is a third of this package, and only a wrong answer needs it."""
    from .diagnosis import diagnoses

    return diagnoses(*arguments)


def _tried(exercise, function, cases):
    """Return {case name: Outcome}, up to and including the case in which the time for all cases was over."""
    received, left = {}, exercise.seconds
    for name, arguments in cases.items():
        before = time.process_time()
        received[name] = observe(exercise, function, arguments, seconds=left)
        if _out_of_time(received[name]):
            break
        left = max(left - (time.process_time() - before), SHORTEST)
    return received


def _out_of_time(outcome):
    return isinstance(outcome.error, OutOfTime)


def _where_hints_are(exercise):
    return (f"For a hint: lab.hint({exercise.name})",) if exercise.hints else ()


# Not written yet


def _unwritten(exercise, seen, outcomes):
    """Return the Report on an answer that is not attempted, or needs another unwritten one; else None.

    Some cases show the reason; others may have failed earlier, with an error that follows from it.
    """
    stubs = {stub_of(outcome.error) for outcome in outcomes} - {None}
    untouched = seen.untouched and bool(stubs)  # methods that __init__ puts on self come before the class's stubs
    if seen.beside_a_stub and stubs and all(stub.split(".")[0] == exercise.name for stub in stubs):
        return Report(exercise.name, "failed", exercise.points, diagnoses=(_LEFT_IN,), notes=_where_hints_are(exercise))
    if any(outcome.error is None for outcome in outcomes):
        stubs = set()
    if untouched or exercise.name in stubs:
        how = (
            "In the cell above, replace the line `raise NotImplementedError(…)` by your answer; run it, then this one."
        )
        return Report(exercise.name, "not attempted", exercise.points, notes=(how, *_where_hints_are(exercise)))
    if len(stubs) == 1:
        notes = (waits(exercise, *stubs), *_where_hints_are(exercise))
        return Report(exercise.name, "failed", exercise.points, notes=notes)
    return None


_LEFT_IN = (
    "Your code is there, but so is the line `raise NotImplementedError(…)`, and Python stops at it. Delete that line."
)


# The answer as a whole


def _notes(before, received):
    """Return a note if right values came back in another float width; it costs nothing."""
    exercise = before.exercise
    for case in before.cases:
        expected, value = before.expected(case).value, received[case].value
        pairs = zip(expected, value, strict=True) if exercise.returns else [(expected, value)]
        for widths in filter(None, (other_width(e, v) for e, v in pairs)):
            got, wanted = widths
            how = _WIDER if np.dtype(got).itemsize > np.dtype(wanted).itemsize else _NARROWER
            return (
                f"A note, which costs nothing: the values are right, but {got} where {wanted} is expected ({case}). "
                f"{how}",
            )
    return ()


_WIDER = (
    "`np.zeros`, `np.eye`, and `.astype(float)` make float64, twice as large as float32; `dtype=x.dtype` keeps x's."
)
_NARROWER = "It keeps fewer digits than the argument has; `dtype=x.dtype` keeps x's."


def objections(exercise, seen):
    """Yield reasons why correct values would not count."""
    if seen.ran_reference:
        yield f"This merely calls the package's own {seen.ran_reference}. Write it yourself; the others are welcome."
    if seen.variables:
        several = "variables" if len(seen.variables) > 1 else "variable"
        cure = "Work from the arguments alone"
        if inspect.isclass(exercise.reference):
            cure = "Keep what it must remember on self"
        yield (
            f"It reads the notebook's {several} {', '.join(seen.variables)}. {cure}: in another notebook that name is "
            "missing, or holds something else."
        )
    if seen.switches:
        yield (
            f"{', '.join(seen.switches)} hides the warning; what it warns of still happens. Avoid the overflow itself."
        )
    if seen.signature is not None:
        wanted = inspect.signature(exercise.reference)
        yield f"It is defined as {exercise.name}{seen.signature}; the exercise calls {exercise.name}{wanted}."
    if seen.imports:
        yield (
            f"It imports {', '.join(seen.imports)}; an answer to {exercise.name} may use "
            f"{', '.join([*exercise.allowed_imports, 'activation_lab'])} and Python's standard library."
        )
    yield from seen.others


@functools.cache
def parameters_without_default(exercise):
    """Return the names of the arguments that every answer must take; () for a class, which its harness calls."""
    if inspect.isclass(exercise.reference):
        return ()
    parameters = inspect.signature(exercise.reference).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.default is parameter.empty)
