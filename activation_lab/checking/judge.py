"""The verdict on an answer: run every case, compare, and look for a known mistake that explains what was seen."""

import inspect
import re

import numpy as np

from ..exercises import call
from .compare import difference
from .diagnosis import diagnoses
from .inspection import notebook_variables, warning_switches
from .outcome import error_text, observe
from .report import CaseResult, Report, array_lines, first_line, shown

LABEL_WIDTH = 16
STUB = re.compile(r"Write ([\w.]+) here\.")  # the message of an unwritten answer: build writes it, judge reads it


def judge(exercise, function, seed=0):
    """The Report on `function` as an answer to `exercise`, on the cases that `seed` draws."""
    cases = exercise.cases(np.random.default_rng(seed))
    expected = {name: observe(exercise, exercise.reference, arguments) for name, arguments in cases.items()}
    received = {name: observe(exercise, function, arguments) for name, arguments in cases.items()}
    unwritten = _unwritten(exercise, function, received.values())
    if unwritten:
        return unwritten
    results = tuple(_result(exercise, name, cases[name], expected[name], received[name]) for name in cases)
    objections = tuple(_objections(exercise, function, received.values()))
    if not objections and all(result.passed for result in results):
        return Report(exercise.name, "passed", exercise.points, results)
    found = () if objections else diagnoses(exercise, cases, expected, received)
    return Report(exercise.name, "failed", exercise.points, results, objections, found, (_hint(exercise),))


def _hint(exercise):
    return f"For a hint: lab.hint({exercise.name})"


# Not written yet


def _unwritten(exercise, function, outcomes):
    """The Report on an answer that never got going: not attempted, or waiting for another; else None."""
    stubs = {_stub_of(outcome.error) for outcome in outcomes}
    if _is_untouched(exercise, function) or stubs == {exercise.name}:
        how = (
            "In the cell above, replace the line `raise NotImplementedError(…)` by your answer; run it, then this one."
        )
        return Report(exercise.name, "not attempted", exercise.points, notes=(how, _hint(exercise)))
    if len(stubs) == 1 and None not in stubs:
        return Report(exercise.name, "failed", exercise.points, notes=(_waits(exercise, *stubs), _hint(exercise)))
    return None


def _is_untouched(exercise, function):
    """Does a class still hold the stub of every method?"""
    if not inspect.isclass(exercise.reference):
        return False
    methods = [name for name, member in vars(exercise.reference).items() if inspect.isfunction(member)]
    return all(_is_stub(getattr(function, name, None)) for name in methods if name != "__init__")


def _is_stub(method):
    constants = getattr(getattr(method, "__code__", None), "co_consts", ())
    return any(isinstance(constant, str) and STUB.fullmatch(constant) for constant in constants)


def _stub_of(error):
    """The name in «Write sigmoid here.» when that is why an answer stopped, else None."""
    match = STUB.fullmatch(first_line(error)) if isinstance(error, NotImplementedError) else None
    return match and match[1]


def _waits(exercise, stub):
    if stub.split(".")[0] == exercise.name:
        return f"{stub} is not written yet."
    return f"{exercise.name} needs your {stub} first: write it, run its cell, and check again."


# One case


def _result(exercise, name, arguments, expected, received):
    problems = tuple(_problems(exercise, expected, received))
    return CaseResult(name, problems, tuple(_details(exercise, arguments, expected, received)) if problems else ())


def _problems(exercise, expected, received):
    """Sentences on everything that is wrong with one outcome."""
    if received.error is not None:
        stub = _stub_of(received.error)
        return [_waits(exercise, stub) if stub else f"It stops with {error_text(received.error)}"]
    problems = _value_problems(exercise, expected.value, received.value)
    problems += [f"It warns «{text}»; it should be silent." for text in received.warnings]
    names = _argument_names(exercise)
    for position in received.changed:
        problems.append(
            f"It changes its argument {names[position]} in place, so the caller's own array is changed: "
            "work on a copy, or put everything back."
        )
    return problems


def _value_problems(exercise, expected, received):
    names = exercise.returns
    if not names:
        text = difference(expected, received, exercise.tolerance)
        return [f"The result {text}"] if text else []
    if received is None:
        return [f"It returns None. It should return {', '.join(names)}: is a `return` missing?"]
    if not exercise.is_whole(received):
        count = len(received) if isinstance(received, tuple | list) else f"one {type(received).__name__}"
        return [f"It returns {count}; expected {len(names)} values: {', '.join(names)}."]
    texts = (difference(e, r, exercise.tolerance) for e, r in zip(expected, received, strict=True))
    return [f"{name} {text}" for name, text in zip(names, texts, strict=True) if text]


def _details(exercise, arguments, expected, received):
    """The case's arguments, and expected beside received for the first part that differs.

    Where an answer stops, shapes say more than values; where it is run by a recipe, there are too many values to read.
    """
    if isinstance(received.error, NameError | NotImplementedError):
        return []
    lines = []
    for name, argument in zip(_argument_names(exercise), arguments, strict=True):
        recipe = exercise.run is not call and np.size(argument) > 6
        brief = isinstance(argument, np.ndarray) and (recipe or received.error is not None)
        if argument is not None:
            lines += _labelled(name, f"shape {argument.shape}" if brief else argument)
    return lines if received.error is not None else lines + _comparison(exercise, expected.value, received.value)


def _comparison(exercise, expected, received):
    if exercise.returns and not exercise.is_whole(received):
        return []
    parts = [("", expected, received)]
    if exercise.returns:
        parts = zip((f" {name}" for name in exercise.returns), expected, received, strict=True)
    for name, wanted, got in parts:
        if difference(wanted, got, exercise.tolerance, kinds=False):
            wanted_lines, got_lines = _labelled(f"expected{name}", wanted), _labelled(f"received{name}", got)
            return [*wanted_lines, *got_lines, *_farthest(wanted, got)]
    return []


def _farthest(wanted, got):
    """The entry that is most wrong, in more digits, when four decimals show no difference."""
    try:
        wanted, got = (np.asarray(value, dtype=float) for value in (wanted, got))
    except Exception:  # no array of numbers: the two look different anyway
        return []
    if wanted.shape != got.shape or array_lines(wanted) != array_lines(got):
        return []
    place = np.argmax(np.abs(wanted - got))
    return [f"farthest apart: expected {shown(wanted.flat[place])}, received {shown(got.flat[place])}"]


def _labelled(label, value):
    """`label  value`; an array of several lines, or one with a long label, starts on a line of its own."""
    lines = array_lines(value)
    if len(lines) == 1 and len(label) < LABEL_WIDTH:
        return [f"{label:<{LABEL_WIDTH}}{lines[0]}"]
    return [label, *(f"    {line}" for line in lines)]


def _argument_names(exercise):
    """The names of what a case holds: `run` names them after the answer itself, else the reference's signature does."""
    if exercise.run is call:
        return list(inspect.signature(exercise.reference).parameters)
    return list(inspect.signature(exercise.run).parameters)[1:]


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
