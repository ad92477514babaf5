"""The sizes of a case that have a name: the batch size, the number of features, a numeric argument."""

import itertools

import numpy as np


def sizes(case):
    """Return {words: number}, the plain sizes first, then products of two."""
    found = {}
    for name, array in case.arrays().items():
        for axis, length in zip(case.axes.get(name, ()), array.shape, strict=False):
            found[axis_words(axis)] = length
    plain = dict(found)
    if not found and (array := next(iter(case.arrays().values()), None)) is not None:
        row = array.shape[-1]
        plain = {"the length of a row": row, "the number of rows": array.size // max(row, 1)}
        plain["the number of all entries"] = array.size
    for name, value in case.arguments.items():
        if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
            plain[name] = value
    products = {f"{a} times {b}": plain[a] * plain[b] for a, b in itertools.combinations(found, 2)}
    squares = {f"the square of {a}": plain[a] ** 2 for a in found}
    return plain | products | squares


def axis_words(axis):
    if axis == "batch":
        return "the batch size"
    return f"the {axis}" if axis in ("height", "width") else f"the number of {axis}"
