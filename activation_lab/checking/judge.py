"""The verdict on an answer: run every case, compare, and look for a known mistake that explains what was seen."""

import inspect
import re

import numpy as np

from .compare import agree, difference
from .inspection import notebook_variables
from .outcome import error_text, observe
from .report import STOPS, CaseResult, Report, array_lines

LABEL_WIDTH = 16
STUB = re.compile(r"Write ([\w.]+) here\.")  # the message of an unwritten answer: build writes it, judge reads it


def judge(exercise, function, seed=0):
    """The Report on `function` as an answer to `exercise`, on the cases that `seed` draws."""
    cases = exercise.cases(np.random.default_rng(seed))
    expected = {name: observe(exercise, exercise.reference, arguments) for name, arguments in cases.items()}
    received = {name: observe(exercise, function, arguments) for name, arguments in cases.items()}
    if _is_unwritten(exercise, function, received.values()):
        return Report(exercise.name, "not attempted", exercise.points, notes=_how_to_begin(exercise))
    waits_for = {_stub_of(outcome.error) for outcome in received.values()}
    if len(waits_for) == 1 and None not in waits_for:
        notes = (_waits(exercise, *waits_for), _hint(exercise))
        return Report(exercise.name, "failed", exercise.points, notes=notes)
    results = tuple(_result(exercise, name, cases[name], expected[name], received[name]) for name in cases)
    objections = _objections(exercise, function, received.values())
    if objections or not all(result.passed for result in results):
        diagnoses = _diagnoses(exercise, cases, expected, received) if not objections else ()
        notes = (*objections, _hint(exercise))
        return Report(exercise.name, "failed", exercise.points, results, diagnoses, notes)
    return Report(exercise.name, "passed", exercise.points, results)


# Not attempted


def _is_unwritten(exercise, function, outcomes):
    if inspect.isclass(exercise.reference):
        names = [name for name in _methods(exercise.reference) if name != "__init__"]
        stubs = [name for name in names if _is_stub(getattr(function, name, None))]
        return names == stubs
    return all(_stub_of(outcome.error) == exercise.name for outcome in outcomes)


def _methods(cls):
    return [name for name, member in vars(cls).items() if inspect.isfunction(member)]


def _is_stub(method):
    constants = getattr(getattr(method, "__code__", None), "co_consts", ())
    return any(isinstance(constant, str) and STUB.fullmatch(constant) for constant in constants)


def _stub_of(error):
    """The name in «Write sigmoid here.» when that is why an answer stopped, else None."""
    match = STUB.fullmatch(str(error)) if isinstance(error, NotImplementedError) else None
    return match and match[1]


def _how_to_begin(exercise):
    return (
        "In the cell above, replace the line `raise NotImplementedError(…)` by your answer; run it, then this one.",
        _hint(exercise),
    )


def _waits(exercise, stub):
    if stub.split(".")[0] == exercise.name:
        return f"{stub} is not written yet."
    return f"{exercise.name} needs your {stub} first: write it, run its cell, and check again."


def _hint(exercise):
    return f"For a hint: lab.hint({exercise.name})"


# One case


def _result(exercise, name, arguments, expected, received):
    problems = _problems(exercise, expected, received)
    details = () if not problems else _details(exercise, arguments, expected, received)
    return CaseResult(name, tuple(problems), details)


def _problems(exercise, expected, received):
    """Sentences on everything that is wrong with one outcome."""
    if received.error is not None:
        stub = _stub_of(received.error)
        return [_waits(exercise, stub) if stub else f"{STOPS}{error_text(received.error)}"]
    problems = _value_problems(exercise, expected.value, received.value)
    problems += [f"warns «{text}»; it should be silent." for text in received.warnings]
    names = _argument_names(exercise)
    for position in received.changed:
        problems.append(
            f"changes its argument {names[position]} in place, so the caller's own array is changed: "
            "work on a new array."
        )
    return problems


def _value_problems(exercise, expected, received):
    if not exercise.returns:
        text = difference(expected, received, exercise.tolerance)
        return [f"The result {text}"] if text else []
    names = exercise.returns
    if received is None:
        return [f"returns None. It should return {', '.join(names)}: is a `return` missing?"]
    if not _is_whole(exercise, received):
        count = len(received) if isinstance(received, tuple | list) else f"one {type(received).__name__}"
        return [f"returns {count}; expected {len(names)} values: {', '.join(names)}."]
    texts = (difference(e, r, exercise.tolerance) for e, r in zip(expected, received, strict=True))
    return [f"{name} {text}" for name, text in zip(names, texts, strict=True) if text]


def _details(exercise, arguments, expected, received):
    """The case's arguments, and expected beside received for the first part that differs."""
    lines = []
    for name, argument in zip(_argument_names(exercise), arguments, strict=True):
        lines += _labelled(name, argument)
    if received.error is not None:
        return tuple(lines)
    parts = [("", expected.value, received.value)]
    if exercise.returns and _is_whole(exercise, received.value):
        parts = zip((f" {name}" for name in exercise.returns), expected.value, received.value, strict=True)
    for name, wanted, got in parts:
        if not agree(wanted, got, exercise.tolerance):
            return (*lines, *_labelled(f"expected{name}", wanted), *_labelled(f"received{name}", got))
    return tuple(lines)


def _labelled(label, value):
    """`label  value`; an array of several lines, or one with a long label, starts on a line of its own."""
    lines = array_lines(value)
    if len(lines) == 1 and len(label) < LABEL_WIDTH:
        return [f"{label:<{LABEL_WIDTH}}{lines[0]}"]
    return [label, *(f"    {line}" for line in lines)]


def _argument_names(exercise):
    """The names of what a case holds: `run` names them after the answer itself, else the reference's signature does."""
    of_run = [p for p in inspect.signature(exercise.run).parameters.values()][1:]
    if any(p.kind is p.VAR_POSITIONAL for p in of_run):
        return list(inspect.signature(exercise.reference).parameters)
    return [p.name for p in of_run]


# The answer as a whole


def _objections(exercise, function, outcomes):
    """Reasons why right values would not count."""
    objections = []
    if any(outcome.ran_reference for outcome in outcomes):
        objections.append(
            f"This merely calls the package's own {exercise.name}. Write it yourself; the others are welcome."
        )
    variables = notebook_variables(function)
    if variables:
        several = "variables" if len(variables) > 1 else "variable"
        objections.append(
            f"It reads the notebook's {several} {', '.join(variables)}. An answer works from its arguments alone: "
            "in another notebook that name is missing, or holds something else."
        )
    mismatch = _signature_mismatch(exercise, function)
    if mismatch:
        objections.append(mismatch)
    return objections


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


# Known mistakes


def _diagnoses(exercise, cases, expected, received):
    """The mistakes whose outcomes agree with what was received on every case; part by part where none agrees whole."""
    outcomes = {
        text: {name: observe(exercise, mistake, arguments) for name, arguments in cases.items()}
        for text, mistake in exercise.mistakes.items()
    }
    whole = tuple(text for text, seen in outcomes.items() if _alike(exercise, seen, received))
    if whole or not exercise.returns:
        return whole
    found = {}
    for part in range(len(exercise.returns)):
        if not _differs(exercise, part, expected, received):
            continue
        for text, seen in outcomes.items():
            if _wrong_parts(exercise, expected, seen) == [part] and not _differs(exercise, part, seen, received):
                found[text] = None
    return tuple(found)


def _alike(exercise, a, b):
    return all(
        type(a[name].error) is type(b[name].error)
        and a[name].warnings == b[name].warnings
        and a[name].changed == b[name].changed
        and agree(a[name].value, b[name].value, exercise.tolerance)
        for name in a
    )


def _wrong_parts(exercise, expected, seen):
    return [part for part in range(len(exercise.returns)) if _differs(exercise, part, expected, seen)]


def _differs(exercise, part, a, b):
    """Does this part of the value differ in some case, or is it missing?"""

    def value(outcome):
        return outcome.value[part] if _is_whole(exercise, outcome.value) else None

    return any(not agree(value(a[name]), value(b[name]), exercise.tolerance) for name in a)


def _is_whole(exercise, value):
    """Are there as many parts as the answer should return?"""
    return isinstance(value, tuple | list) and len(value) == len(exercise.returns)
