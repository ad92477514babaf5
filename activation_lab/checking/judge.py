"""The verdict on an answer: run every case, compare, and look for a known mistake that explains what was seen."""

import inspect

from .case import result
from .diagnosis import diagnoses
from .inspection import notebook_variables, warning_switches
from .known import known
from .limit import OutOfTime
from .outcome import observe
from .report import Report
from .stubs import is_untouched, stub_of, waits


def judge(exercise, function, seed=0):
    """The Report on `function` as an answer to `exercise`, on the cases that `seed` draws."""
    before = known(exercise, seed)
    received = _tried(exercise, function, before.cases)
    unwritten = _unwritten(exercise, function, received.values())
    if unwritten:
        return unwritten
    results = tuple(
        result(exercise, case, arguments, before.expected(case), received.get(case))
        for case, arguments in before.cases.items()
    )
    objections = tuple(_objections(exercise, function, received.values()))
    if not objections and all(case.passed for case in results):
        return Report(exercise.name, "passed", exercise.points, results)
    untold = exercise.transfer or objections or any(map(_out_of_time, received.values()))
    found = () if untold else diagnoses(before, received)
    return Report(exercise.name, "failed", exercise.points, results, objections, found, _where_hints_are(exercise))


def _tried(exercise, function, cases):
    """name -> Outcome, as far as the cases could be tried: none after one that took too long."""
    received = {}
    for name, arguments in cases.items():
        received[name] = observe(exercise, function, arguments, guarded=True)
        if _out_of_time(received[name]):
            break
    return received


def _out_of_time(outcome):
    return isinstance(outcome.error, OutOfTime)


def _where_hints_are(exercise):
    return (f"For a hint: lab.hint({exercise.name})",) if exercise.hints else ()


# Not written yet


def _unwritten(exercise, function, outcomes):
    """The Report on an answer that never got going: not attempted, or waiting for another; else None.

    Some cases tell why; others may have been stopped on their way by something that follows from it.
    """
    stubs = {stub_of(outcome.error) for outcome in outcomes} - {None}
    if any(outcome.error is None for outcome in outcomes):
        stubs = set()
    if is_untouched(exercise, function) or exercise.name in stubs:
        how = (
            "In the cell above, replace the line `raise NotImplementedError(…)` by your answer; run it, then this one."
        )
        return Report(exercise.name, "not attempted", exercise.points, notes=(how, *_where_hints_are(exercise)))
    if len(stubs) == 1:
        notes = (waits(exercise, *stubs), *_where_hints_are(exercise))
        return Report(exercise.name, "failed", exercise.points, notes=notes)
    return None


# The answer as a whole


def _objections(exercise, function, outcomes):
    """Reasons why right values would not count."""
    if any(outcome.ran_reference for outcome in outcomes):
        yield f"This merely calls the package's own {exercise.name}. Write it yourself; the others are welcome."
    variables = notebook_variables(function)
    if variables:
        several = "variables" if len(variables) > 1 else "variable"
        cure = "Keep what it must remember on self" if inspect.isclass(function) else "Work from the arguments alone"
        yield (
            f"It reads the notebook's {several} {', '.join(variables)}. {cure}: in another notebook that name is "
            "missing, or holds something else."
        )
    switches = warning_switches(function)
    if switches:
        yield f"{', '.join(switches)} hides the warning; what it warns of still happens. Avoid the overflow itself."
    mismatch = _signature_mismatch(exercise, function)
    if mismatch:
        yield mismatch


def _signature_mismatch(exercise, function):
    """A sentence when `function` cannot take the arguments that the reference takes."""
    if inspect.isclass(exercise.reference):
        return None
    wanted = inspect.signature(exercise.reference)
    try:
        own = inspect.signature(function)
        own.bind(*(name for name, p in wanted.parameters.items() if p.default is p.empty))
    except ValueError:  # a builtin without a signature
        return None
    except TypeError:
        return f"It is defined as {exercise.name}{own}; the exercise calls {exercise.name}{wanted}."
    return None
