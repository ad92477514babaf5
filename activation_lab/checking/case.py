"""One case in words: what is wrong with an answer's outcome, and the values to compare."""

import functools
import inspect

import numpy as np

from ..errors import CannotJudge
from ..harness import call
from ..shown import array_lines, count, shown_apart
from .compare import difference, kind_of, numbers, wrong_entries
from .limit import OutOfTime
from .report import CaseResult
from .stubs import stub_of, waits

LABEL_WIDTH = 16


def result(exercise, name, arguments, expected, received, values=True):
    """Return the CaseResult of one case.

    Args:
        exercise: an Exercise.
        name: the name of the case.
        arguments: the arguments of the case.
        expected, received: the Outcomes of the reference and the answer; None if the answer was not tried.
        values: whether the result may reveal the case's values.
    """
    if received is None:
        return CaseResult(name, ("Not tried, since the one above had to be stopped.",))
    problems = tuple(_problems(exercise, expected, received, values))
    shown = problems and values
    return CaseResult(name, problems, tuple(_details(exercise, arguments, expected, received)) if shown else ())


@functools.cache
def argument_names(exercise):
    """Return the names of a case's arguments: `examine` or `run` names them after its first, else the reference."""
    if exercise.examine is None and exercise.run is call:
        return tuple(inspect.signature(exercise.reference).parameters)
    return tuple(inspect.signature(exercise.examine or exercise.run).parameters)[1:]


def _problems(exercise, expected, received, values):
    """Return a sentence for everything that is wrong with one outcome."""
    if received.error is not None:
        return [_error_problem(exercise, received)]
    problems = _value_problems(exercise, expected.value, received.value, values)
    problems += [f"It warns “{text}”; it should be silent." for text in received.warnings]
    names = argument_names(exercise)
    for position in received.changed:
        problems.append(
            f"It changes its argument {names[position]} in place, so the caller's own is changed: work on a copy, or "
            "put everything back."
        )
    return problems


def _error_problem(exercise, received):
    error = received.error
    stub = stub_of(error)
    if stub:
        return waits(exercise, stub)
    if isinstance(error, CannotJudge):
        return str(error)
    if isinstance(error, OutOfTime):
        seconds = count(error.seconds or exercise.seconds, "second")
        return (
            f"It was still running after {seconds} and was stopped. Is there a loop that never ends, or much "
            "more work than this case needs?"
        )
    return f"It stops with {received.stopped}"


def _value_problems(exercise, expected, received, values):
    names = exercise.returns
    if not names:
        text = difference(expected, received, exercise.tolerance, values=values)
        return [f"The result {text}"] if text else []
    if received is None:
        return [f"It returns None. It should return {', '.join(names)}: is a `return` missing?"]
    if not exercise.is_whole(received):
        count = len(received) if isinstance(received, tuple | list) else kind_of(received)
        return [f"It returns {count}; expected {len(names)} values: {', '.join(names)}."]
    parts = zip(expected, received, strict=True)
    texts = (difference(e, r, exercise.tolerance, values=values) for e, r in parts)
    return [_sentence(f"{name} {text}") for name, text in zip(names, texts, strict=True) if text]


def _sentence(text):
    """Capitalize a sentence, unless it begins with a name such as dx."""
    return text[0].upper() + text[1:] if text.startswith("the ") else text


def _details(exercise, arguments, expected, received):
    """Return the case's arguments, and expected next to received for the first part that differs.

    If an answer raises, shapes say more than values; if a harness runs it, there are too many values to read.
    """
    if isinstance(received.error, NameError | NotImplementedError | CannotJudge | OutOfTime):
        return []
    lines = []
    for name, argument in zip(argument_names(exercise), arguments, strict=False):  # defaults may be left out
        if argument is None or _means_little(exercise, name, argument):
            continue
        brief = isinstance(argument, np.ndarray) and (
            received.error is not None
            or _is_too_long(exercise, argument)
            or _are_too_many(exercise, arguments)
            or _is_too_deep(argument)
        )
        lines += _labelled(name, f"shape {argument.shape}" if brief else argument)
    return lines if received.error is not None else lines + _comparison(exercise, expected.value, received.value)


def _means_little(exercise, name, argument):
    """Is it something that only a harness uses, not the answer: a seed, or arrays too long to show?"""
    if exercise.run is call or name in inspect.signature(exercise.reference).parameters:
        return False
    return isinstance(argument, int) or _is_too_long(exercise, argument)


def _is_too_long(exercise, argument):
    return exercise.run is not call and np.size(argument) > 6


def _are_too_many(exercise, arguments):
    """Does a harness use so many arrays that a reader could not say which of them matters here?"""
    return exercise.run is not call and sum(isinstance(value, np.ndarray) for value in arguments) > 2


def _is_too_deep(array):
    """Does it have more axes than rows and columns, so that a reader would get lost?"""
    return np.squeeze(array).ndim > 2


def _comparison(exercise, expected, received):
    if exercise.returns and not exercise.is_whole(received):
        return []
    parts = [("", expected, received)]
    if exercise.returns:
        parts = zip((f" {name}" for name in exercise.returns), expected, received, strict=True)
    for name, wanted, got in parts:
        if isinstance(wanted, str) or isinstance(got, str):
            continue  # already quoted in the sentence above
        if difference(wanted, got, exercise.tolerance, kinds=False):
            if _is_too_deep(wanted) and numbers(got) is not None and np.shape(got) == np.shape(wanted):
                return [_first_wrong(name, numbers(wanted), numbers(got), exercise.tolerance)]
            return _farthest(name, wanted, got) or [
                *_labelled(f"expected{name}", wanted),
                *_labelled(f"received{name}", got),
            ]
    return []


def _first_wrong(name, wanted, got, tolerance):
    return _entry("the first wrong entry", name, wanted, got, np.argwhere(wrong_entries(wanted, got, tolerance))[0])


def _entry(words, name, wanted, got, index):
    place = f", [{', '.join(map(str, index))}]" if len(index) else ""
    expected, received = shown_apart(wanted[tuple(index)], got[tuple(index)])
    return f"{words}{name}{place}: expected {expected}, received {received}"


def _farthest(name, wanted, got):
    """Return the entry with the largest error, if the arrays would look alike; [] if they look different."""
    wanted, got = numbers(wanted), numbers(got)
    if wanted is None or got is None or wanted.shape != got.shape or wanted.dtype.kind == "b" or got.dtype.kind == "b":
        return []
    wanted, got = wanted.astype(float), got.astype(float)
    if array_lines(wanted) != array_lines(got) or not np.any(wanted != got):
        return []
    index = np.unravel_index(np.nanargmax(np.abs(wanted - got)), wanted.shape)
    return [_entry("farthest apart", name, wanted, got, index)]


def _labelled(label, value):
    """Return `label  value`; an array of several lines, or one with a long label, starts on a new line."""
    lines = array_lines(value)
    if len(lines) == 1 and len(label) < LABEL_WIDTH:
        return [f"{label:<{LABEL_WIDTH}}{lines[0]}"]
    return [label, *(f"    {line}" for line in lines)]
