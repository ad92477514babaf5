"""What came back is right in a part of its entries; the others hold something simple."""

import numpy as np

from ...shown import shown
from .compared import holds

NAMES = {1: ("entry",), 2: ("row", "column"), 3: ("block", "row", "column"), 4: ("sample", "row", "column", "channel")}


def partly_right(cases):
    """Return “right in its first row only; the rest is 0” or the like; None if there is no such pattern."""
    if any(case.expected.shape != case.received.shape for case in cases):
        return None
    fillers = {"0": lambda case: np.zeros_like(case.expected)}
    for name in cases[0].arrays():
        fillers[name] = lambda case, name=name: case.arguments[name]
    for filler, fill in fillers.items():
        for text, where in (_places(cases[0]) | _signs(cases[0])).items():

            def value(case, where=where, fill=fill):
                return np.where(where(case), case.expected, fill(case))

            if holds(cases, value):
                return f"right only {text}; elsewhere it is {filler}"
    return _slope(cases)


def _places(case):
    """Return {where: mask(case)} of first and last rows, columns and so on, and all but these."""
    ndim, found = case.expected.ndim, {}
    for axis, name in enumerate(NAMES.get(ndim, ())):
        for which, index in (("first", 0), ("last", -1)):

            def only(case, axis=axis, index=index):
                return _at(case.expected.shape, axis, index)

            found[f"in its {which} {name}"] = only
            found[f"outside of its {which} {name}"] = lambda case, only=only: ~only(case)
    if ndim == 4:
        found["outside of its last row and column"] = lambda case: (
            ~(_at(case.expected.shape, 1, -1) | _at(case.expected.shape, 2, -1))
        )
        found["inside of its border"] = lambda case: (
            ~np.logical_or.reduce([_at(case.expected.shape, axis, index) for axis in (1, 2) for index in (0, -1)])
        )
    if ndim == 2:
        found["on its diagonal"] = lambda case: np.eye(*case.expected.shape, dtype=bool)
        found["outside of its diagonal"] = lambda case: ~np.eye(*case.expected.shape, dtype=bool)
        for name, array in case.arrays().items():
            if array.dtype.kind in "iu" and array.shape == case.expected.shape[:1]:
                found[f"at the entry of each row's number in {name}"] = lambda case, name=name: (
                    case.arguments[name][:, np.newaxis] == np.arange(case.expected.shape[1])
                )
                found[f"outside of the entry of each row's number in {name}"] = lambda case, name=name: (
                    case.arguments[name][:, np.newaxis] != np.arange(case.expected.shape[1])
                )
    return found


def _at(shape, axis, index):
    mask = np.zeros(shape, dtype=bool)
    mask[(slice(None),) * axis + (index,)] = True
    return mask


def _signs(case):
    found = {}
    for name, value in case.arguments.items():
        if np.shape(value) == case.expected.shape and isinstance(value, np.ndarray):
            found[f"where {name} is positive"] = lambda case, name=name: case.arguments[name] > 0
            found[f"where {name} is not negative"] = lambda case, name=name: case.arguments[name] >= 0
            found[f"where {name} is negative"] = lambda case, name=name: case.arguments[name] < 0
            found[f"where {name} is not 0"] = lambda case, name=name: case.arguments[name] != 0
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

            if holds(cases, value):
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
