"""What came back is right in a part of its entries; the others hold something simple."""

import functools

import numpy as np

from ...shown import shown
from ..compare import wrong_entries
from .compared import first_that_holds, holds

NAMES = {1: ("entry",), 2: ("row", "column"), 3: ("block", "row", "column"), 4: ("sample", "row", "column", "channel")}


def partly_right(cases):
    """Return “right only in its first row; elsewhere it is 0” or the like; None if there is no such pattern."""
    if any(case.expected.shape != case.received.shape for case in cases):
        return None
    masks = _places(cases[0]) | _signs(cases[0])
    text = first_that_holds(cases, "patterns", _patterns, also=lambda text: _only(cases, masks[_where(text)]))
    return text or _slope(cases)


def _patterns(first):
    fillers = {"0": lambda case: np.zeros_like(case.expected)}
    for name in first.arrays():
        fillers[name] = lambda case, name=name: case.arguments[name]
    return {
        f"right only {text}; elsewhere it is {filler}": functools.partial(_put_together, where, fill)
        for filler, fill in fillers.items()
        for text, where in (_places(first) | _signs(first)).items()
    }


def _where(text):
    return text.removeprefix("right only ").split("; ")[0]


def _only(cases, where):
    """Are most entries elsewhere wrong, so that “only” is true?"""
    elsewhere = [wrong_entries(case.expected, case.received, case.tolerance)[~where(case)] for case in cases]
    return np.mean(np.concatenate([np.ravel(wrong) for wrong in elsewhere])) > 0.5


def _put_together(where, fill, case):
    return np.where(where(case), case.expected, fill(case))


def _places(first):
    """Return {where: mask(case)} of first and last rows, columns and so on, and all but these."""
    ndim, found = first.expected.ndim, {}
    for name in NAMES.get(ndim, ()):
        for which, index in (("first", 0), ("last", -1)):
            found[f"in its {which} {name}"] = only = functools.partial(_at, ((name, index),))
            found[f"outside of its {which} {name}"] = _not(only)
    if ndim > 1:
        found["outside of its last row and column"] = _not(functools.partial(_at, (("row", -1), ("column", -1))))
        border = [(name, index) for name in ("row", "column") for index in (0, -1)]
        found["inside of its border"] = _not(functools.partial(_at, border))
    if ndim == 2:
        found["on its diagonal"] = lambda case: np.eye(*case.expected.shape, dtype=bool)
        found["outside of its diagonal"] = _not(found["on its diagonal"])
        for name, array in first.arrays().items():
            if array.dtype.kind in "iu" and array.ndim == 1:
                where = f"at the entry of each row's number in {name}"
                found[where] = lambda case, name=name: (
                    case.arguments[name][:, np.newaxis] == np.arange(case.expected.shape[1])
                )
                found[f"outside of the entry of each row's number in {name}"] = _not(found[where])
    return found


def _not(where):
    return lambda case: ~where(case)


def _at(places, case):
    """Return a mask of these places, pairs of an axis's name and an index."""
    mask = np.zeros(case.expected.shape, dtype=bool)
    for name, index in places:
        mask[(slice(None),) * NAMES[mask.ndim].index(name) + (index,)] = True
    return mask


def _signs(case):
    found = {}
    for name, value in case.arguments.items():
        if np.shape(value) == case.expected.shape and isinstance(value, np.ndarray):
            found[f"where {name} is positive"] = lambda case, name=name: case.arguments[name] > 0
            found[f"where {name} is not negative"] = lambda case, name=name: case.arguments[name] >= 0
            found[f"where {name} is negative"] = lambda case, name=name: case.arguments[name] < 0
    return found


def _slope(cases):
    """Is it right on one side of 0, and a multiple of an argument or one number on the other?"""
    for text, where in _signs(cases[0]).items():
        for name in [*(n for n, a in cases[0].arguments.items() if np.shape(a) == cases[0].expected.shape), None]:

            def beyond(case, name=name):
                return np.ones_like(case.expected) if name is None else case.arguments[name]

            factor = _fitted(cases, where, beyond)
            if factor is None:
                continue

            def value(case, where=where, beyond=beyond, factor=factor):
                return np.where(where(case), case.expected, factor * beyond(case))

            if holds(cases, value, fitted=True) and _only(cases, where):
                other = shown(factor) if name is None else f"{shown(factor)} times {name}"
                return f"right only {text}; elsewhere it is {other}"
    return None


def _fitted(cases, where, beyond):
    for case in cases:
        out = ~np.asarray(where(case)) & (beyond(case) != 0)
        if np.any(out):
            place = tuple(np.argwhere(out)[0])
            return float(case.received[place]) / float(np.asarray(beyond(case))[place])
    return None
