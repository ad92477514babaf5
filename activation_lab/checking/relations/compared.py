"""The cases of one part of an answer in which a relation can be told: numbers were expected, and numbers came back."""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...harness import call
from ..case import argument_names
from ..compare import agree, numbers

QUICK = "plain_calls", "layers"  # harnesses of NumPy alone
LARGE = 100_000  # entries; a larger array is not looked into
NEAR = 1e-3  # more than any tolerance
FEW = 3  # so many entries, or cases of whole numbers, must differ from what was expected before a relation counts


@dataclass(frozen=True, eq=False)
class Compared:
    """One part of an answer in one case.

    Args:
        name: the name of the case.
        part: the index of the part; None for the whole value.
        expected, received: arrays of numbers.
        arguments: {name: value} of the case.
        axes: {name of an argument: names of its axes}, for arguments whose axes have names.
        others: {name: array} that is expected of the answer's other parts.
        tolerance: how close counts as equal.
        expect: `expect(arguments)` returns what would be expected of other arguments, or None; None itself if finding
            out takes too long.
        memory: what was computed for this part and case in an earlier check.
        shared: the same for all parts of the case.
    """

    name: str
    part: int | None
    expected: np.ndarray
    received: np.ndarray
    arguments: dict
    axes: dict
    others: dict
    tolerance: object
    expect: Callable | None = None
    memory: dict = field(default_factory=dict)
    shared: dict = field(default_factory=dict)

    def equal(self, value, other):
        """Are the two equal, as closely as the expected dtype allows?"""
        start = self.start if other is self.received else _first_entry(other)
        if np.shape(value) != np.shape(other) or _far_apart(_first_entry(value), start):
            return False
        if self.expected.dtype == np.float32:
            value = np.asarray(value, np.float32)
        return agree(value, other, self.tolerance)

    def remembered(self, text, compute):
        """Return compute(self), None if that fails; computed once for all answers."""
        if text not in self.memory:
            self.memory[text] = None
            with contextlib.suppress(Exception):
                self.memory[text] = compute(self)
        return self.memory[text]

    def expected_of(self, text, change):
        """Return what is expected of the arguments after change(self), a dictionary of others; None if nothing is."""
        if text not in self.shared:
            self.shared[text] = None
            with contextlib.suppress(Exception):
                self.shared[text] = self.expect(self.arguments | change(self))
        whole = self.shared[text]
        return whole if whole is None or self.part is None else numbers(whole[self.part])

    @functools.cached_property
    def start(self):
        return _first_entry(self.received)

    @functools.cached_property
    def wrong(self):
        return not self.equal(self.expected, self.received)

    def arrays(self):
        """Return {name: array} of the arguments that are arrays of numbers with at least one axis."""
        arrays = {name: value for name, value in self.arguments.items() if isinstance(value, np.ndarray) and value.ndim}
        return {name: value for name, value in arrays.items() if value.dtype.kind in "iuf"}


def compared(runs, received, part=None):
    """Return the Compared of each case for the part with this index (None: the whole value); () if none is wrong.

    Wrong ones come first, since they rule out most relations. Cases in which the answer raised or overflowed are left
    out: there, no relation can be told.
    """
    exercise, found = runs.exercise, []
    names = argument_names(exercise)
    expect = functools.partial(_expected_of, exercise) if is_quick(exercise) else None
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
        if got.size > LARGE or np.isfinite(wanted).all() and not np.isfinite(got).all():
            continue
        given = dict(zip(names, arguments, strict=False))
        memory, shared = runs.memory.setdefault((part, case), {}), runs.memory.setdefault(case, {})
        axes = getattr(exercise.reference, "axes", {})
        found.append(Compared(case, part, wanted, got, given, axes, others, exercise.tolerance, expect, memory, shared))
    if not any(case.wrong or case.received.dtype != case.expected.dtype for case in found):
        return ()
    return sorted(found, key=lambda case: not case.wrong)


def first_that_holds(cases, kind, candidates_of, also=lambda text: True):
    """Return the text of the first candidate that holds; None if none does.

    Args:
        cases: a list of Compared.
        kind: a name for these candidates.
        candidates_of: a function of the first case; returns {text: compute(case) -> value}, where no value depends on
            what came back. They are kept, next to the first entry of each value, which rules out nearly all of them.
        also: another condition for the text.
    """
    first = cases[0]
    if kind not in first.memory:
        candidates = list(candidates_of(first).items())
        starts = [_first_entry(first.remembered(text, compute)) for text, compute in candidates]
        first.memory[kind] = candidates, np.array(starts)
    candidates, starts = first.memory[kind]
    for index in np.flatnonzero(~_far_apart(starts, first.start) & ~np.isnan(starts)):
        text, compute = candidates[index]
        if holds(cases, compute, text) and also(text):
            return text
    return None


def _far_apart(a, b):
    """Does a number, or each of several, differ from b by more than any tolerance? NaN tells nothing: it does not."""
    return abs(a - b) > NEAR * max(1, abs(b))


def _first_entry(value):
    """Return the first entry as a number; NaN if there is none, or it is none."""
    array = np.asarray(value)
    return float(array.item(0)) if array.size and array.dtype.kind in "iufb" else np.nan


def holds(cases, compute, text=None, fitted=False):
    """Is compute(case) what came back in every case, and not what was expected, in enough of its entries?

    Args:
        cases: a list of Compared.
        compute: a function of one; it returns None, or raises, where it says nothing: there, the answer must be right.
        text: a name under which the value can be remembered, if it does not depend on what came back.
        fitted: whether a number in it was taken from what came back: then it must not hide within the tolerance.
    """
    evidence = 0
    for case in cases:
        value = case.remembered(text, compute) if text else compute(case)
        if value is None:
            if case.wrong:
                return False
        elif not case.equal(value, case.received):
            return False
        elif fitted and not case.wrong and not np.array_equal(value, case.expected):
            return False
        elif case.wrong:
            evidence += _told_by(case.received)
    return evidence >= min(FEW, len(cases))


def _told_by(array):
    """How many numbers agree that could have been others? Whole numbers that repeat, True and False tell little."""
    if array.dtype.kind == "b":
        return 1
    return len(np.unique(array)) if array.dtype.kind in "iu" else array.size


def is_quick(exercise):
    """Is the right answer plain NumPy, so that it can run a hundred times for one check?"""
    in_numpy = exercise.run is call or exercise.run.__module__.split(".")[-1] in QUICK
    return in_numpy and exercise.examine is None


def _is_number(value):
    return value is not None and not isinstance(value, str) and numbers(value) is not None


def _expected_of(exercise, arguments):
    value = exercise.run(exercise.reference, *arguments.values())
    return value if exercise.returns else numbers(value)
