"""The cases of one part of an answer in which a relation can be told: numbers were expected, and numbers came back."""

import contextlib
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...harness import call
from ..compare import agree, numbers

QUICK = "plain_calls", "layers"  # harnesses of NumPy alone
FEW = 3  # so many entries, or cases of whole numbers, must differ from what was expected before a relation counts


@dataclass(frozen=True, eq=False)
class Compared:
    """One part of an answer in one case.

    Args:
        name: the name of the case.
        expected, received: arrays of numbers.
        arguments: {name: value} of the case.
        axes: {name of an argument: names of its axes}, for arguments whose axes have names.
        others: {name: array} that is expected of the answer's other parts.
        tolerance: how close counts as equal.
        expect: `expect(arguments)` returns what would be expected of other arguments, None if there is no such
            thing; None itself if finding out takes too long.
    """

    name: str
    expected: np.ndarray
    received: np.ndarray
    arguments: dict
    axes: dict
    others: dict
    tolerance: object
    expect: Callable | None = None

    def equal(self, value, other):
        """Are the two equal, as closely as the expected dtype allows?"""
        if np.shape(value) != np.shape(other):
            return False
        if self.expected.dtype == np.float32:
            value = np.asarray(value, np.float32)
        return agree(value, other, self.tolerance)

    @functools.cached_property
    def wrong(self):
        return not self.equal(self.expected, self.received)

    def arrays(self):
        """Return {name: array} of the arguments that are arrays of numbers with at least one axis."""
        arrays = {name: value for name, value in self.arguments.items() if isinstance(value, np.ndarray) and value.ndim}
        return {name: value for name, value in arrays.items() if value.dtype.kind in "iuf"}


def compared(runs, received, part=None):
    """Return the Compared of each case for the part with this index (None: the whole value); () if none is wrong.

    Cases in which the answer raised or overflowed are left out: there, no relation can be told.
    """
    exercise, found = runs.exercise, []
    names = argument_names(exercise)
    expect = functools.partial(_expected_of, exercise, part) if is_quick(exercise) else None
    for case, arguments in runs.cases.items():
        wanted, got, others = runs.expected(case).value, received[case].value, {}
        if part is not None:
            if not exercise.is_whole(got):
                continue
            others = {name: numbers(value) for name, value in zip(exercise.returns, wanted, strict=True)}
            del others[exercise.returns[part]]
            wanted, got = wanted[part], got[part]
        if not (_is_number(wanted) and _is_number(got)):
            continue
        wanted, got = numbers(wanted), numbers(got)
        if np.isfinite(wanted).all() and not np.isfinite(got).all():
            continue
        given = dict(zip(names, arguments, strict=False))
        axes = getattr(exercise.reference, "axes", {})
        found.append(Compared(case, wanted, got, given, axes, others, exercise.tolerance, expect))
    return found if any(case.wrong or case.received.dtype != case.expected.dtype for case in found) else ()


def holds(cases, compute, differs=None):
    """Does compute(case) equal what came back in every case, and differ from what was expected often enough?

    Args:
        cases: a list of Compared.
        compute: a function of one; it returns None, or raises, where it says nothing: there, the answer must be right.
        differs: `differs(case, value)` says whether the case tells the relation from a right answer; by default,
            whether the value differs from the expected one.
    """
    evidence = 0
    for case in cases:
        value = None
        with contextlib.suppress(Exception):
            value = compute(case)
        if value is None:
            if case.wrong:
                return False
            continue
        if not case.equal(value, case.received):
            return False
        if differs(case, value) if differs else not case.equal(value, case.expected):
            evidence += 1 if case.received.dtype.kind in "biu" else max(case.received.size, 1)
    return evidence >= min(FEW, len(cases))


def is_quick(exercise):
    """Is the right answer plain NumPy, so that it can run a hundred times for one check?"""
    in_numpy = exercise.run is call or exercise.run.__module__.split(".")[-1] in QUICK
    return in_numpy and exercise.examine is None


def argument_names(exercise):
    """Return the names of a case's arguments: `examine` or `run` names them after its first, else the reference."""
    if exercise.examine is None and exercise.run is call:
        return list(inspect.signature(exercise.reference).parameters)
    return list(inspect.signature(exercise.examine or exercise.run).parameters)[1:]


def _is_number(value):
    return value is not None and not isinstance(value, str) and numbers(value) is not None


def _expected_of(exercise, part, arguments):
    with contextlib.suppress(Exception):
        value = exercise.run(exercise.reference, *arguments.values())
        return numbers(value if part is None else value[part])
    return None
