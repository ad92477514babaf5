"""What came back is what was expected, multiplied by a number or moved by one: fitted, then put in words."""

import numpy as np

from ...shown import shown
from .changes import SIMPLE
from .compared import holds
from .sizes import sizes


def scaled(cases):
    """Return “what was expected, divided by 4, the batch size” or the like; None if it isn't that."""
    return _scaled(cases, lambda case: case.expected, "what was expected")


def scaled_after_a_change(cases):
    """Return the same for what was expected, transposed, summed and so on."""
    for text, change in SIMPLE.items():
        if found := _scaled(cases, lambda case, change=change: change(case.expected), f"what was expected, {text}"):
            return found.replace(", divided", " and divided").replace(", multiplied", " and multiplied")
    return None


def shifted(cases):
    """Return “what was expected, plus 0.001 times kernel” or the like; None if it isn't that."""
    if found := _shift(cases, lambda case: np.ones(()), None):
        return found
    for name in cases[0].arrays():
        if found := _shift(cases, lambda case, name=name: case.arguments[name], name):
            return found
    return None


def of_argument(cases):
    """Return “z, divided by 2” or “z, plus 1” or the like: what came back has only to do with one argument."""
    for name, array in cases[0].arrays().items():
        if array.dtype.kind == "f":

            def base(case, name=name):
                return case.arguments[name]

            if found := _scaled(cases, base, name) or _shift(cases, lambda case: np.ones(()), None, base, name):
                return found
    return None


def _scaled(cases, base, words):
    factors = (_factor(base(case), case) for case in cases)
    constant = next((factor for factor in factors if factor is not None), None)
    if constant is None or not np.isfinite(constant) or constant == 0:
        return None
    if holds(cases, lambda case: base(case) * constant, fitted=True):
        return f"{words}, {_times(constant)}"
    for size in cases[0].remembered("sizes", sizes):
        for verb, power in (("divided", -1), ("multiplied", 1)):

            def by_size(case, size=size, power=power):
                return base(case) * float(case.remembered("sizes", sizes)[size]) ** power

            if holds(cases, by_size, f"{words}, {verb} by {size}"):
                first = cases[0]
                number = f"{shown(sizes(first)[size])}, " if size.startswith("the ") else ""
                return f"{words}, {verb} by {number}{size}"
    return None


def _factor(base, case):
    """Return received / base at the largest entry of base; None if base is all zeros."""
    base = np.asarray(base, float)
    if base.shape != case.received.shape or not base.size or not base.any():
        return None if base.shape == case.received.shape else np.nan
    place = np.unravel_index(np.argmax(np.abs(base)), base.shape)
    return float(case.received[place]) / float(base[place])


def _times(factor):
    if np.isclose(factor, -1):
        return "with the opposite sign"
    inverse = 1 / factor
    if abs(factor) < 1 and np.isclose(inverse, round(inverse)):
        return f"divided by {shown(int(round(inverse)))}"
    return f"multiplied by {shown(factor)}"


def _shift(cases, direction, name, base=lambda case: case.expected, words="what was expected"):
    """received = base + c·direction, with the same c in every case."""
    first = cases[0]
    start, along = base(first), np.asarray(direction(first), float)
    if start.shape != first.received.shape or along.ndim and along.shape != start.shape or not along.any():
        return None
    place = np.unravel_index(np.argmax(np.abs(np.broadcast_to(along, start.shape))), start.shape)
    c = (float(first.received[place]) - float(start[place])) / float(np.broadcast_to(along, start.shape)[place])
    if not np.isfinite(c) or c == 0 or not holds(cases, lambda case: base(case) + c * direction(case), fitted=True):
        return None
    many = shown(abs(c)) if name is None else name if np.isclose(abs(c), 1) else f"{shown(abs(c))} times {name}"
    return f"{words}, {'plus' if c > 0 else 'minus'} {many}"
