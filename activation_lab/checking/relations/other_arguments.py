"""What came back is right for other arguments than those that were given: for −z, for the first sample only, …"""

import itertools

import numpy as np

from .compared import first_that_holds
from .sizes import axis_words


def exchanged(cases):
    """Return “what would be right if da and z were exchanged” or the like: the arguments are mixed up."""
    words = {case.name: [value for value in case.arguments.values() if isinstance(value, str)] for case in cases}
    return _first_that_holds(cases, "exchanged", lambda first: _exchanges(first) | _always(first, words))


def _exchanges(first):
    return {
        f"what would be right if {a} and {b} were exchanged": lambda case, a=a, b=b: {
            a: case.arguments[b],
            b: case.arguments[a],
        }
        for a, b in itertools.combinations(first.arguments, 2)
    }


def _always(first, words):
    """Return {text: change}: a text is the same in all cases, though the cases differ in it."""
    found = {}
    for name, value in first.arguments.items():
        if isinstance(value, str):
            for word in dict.fromkeys(itertools.chain(*words.values())):
                found[f"what would be right if {name} were always “{word}”"] = lambda case, name=name, word=word: {
                    name: word
                }
    return found


def changed(cases):
    """Return “what would be right if z had the opposite sign” or the like."""
    return _first_that_holds(cases, "changed", lambda first: _changes(first) | _one_of_many(first)) or _arranged(cases)


def _changes(first):
    found = {}
    for name, value in first.arguments.items():
        if isinstance(value, str | bool) or not isinstance(value, np.ndarray | float | int | np.generic):
            continue
        for text, change in (REAL if _is_float(value) else WHOLE).items():
            found[f"what would be right if {name} {text}"] = lambda case, name=name, change=change: {
                name: change(case.arguments[name])
            }
    return found


REAL = {
    "were 0: it plays no part": lambda value: value * 0,
    "were 1: it plays no part": lambda value: value * 0 + 1,
    "had the opposite sign": lambda value: -value,
    "were transposed": np.transpose,
    "were twice as large": lambda value: 2 * value,
    "were half as large": lambda value: value / 2,
    "were positive everywhere": np.abs,
}
REAL |= {
    f"were limited to −{limit} … {limit}": lambda value, limit=limit: np.clip(value, -limit, limit)
    for limit in (1, 5, 6, 10, 15, 20, 30, 50, 100, 500)
}
WHOLE = {
    "were larger by 1": lambda value: value + 1,
    "were smaller by 1": lambda value: value - 1,
    "were 0: it plays no part": lambda value: value * 0,
}


def _first_that_holds(cases, kind, changes_of):
    """Return the first text whose change(case), a dictionary of other arguments, makes the reference say the same."""
    if cases[0].expect is None:
        return None
    return first_that_holds(
        cases,
        kind,
        lambda first: {
            text: lambda case, text=text, change=change: case.expected_of(text, change)
            for text, change in changes_of(first).items()
        },
    )


def _one_of_many(first):
    """Return {text: change}: only the first or the last along an axis that has a name, in all arguments."""
    changes = {}
    for axis in dict.fromkeys(axis for axes in first.axes.values() for axis in axes):
        for which, kept in (("first", slice(None, 1)), ("last", slice(-1, None))):

            def cut(case, axis=axis, kept=kept):
                return {
                    name: case.arguments[name][(slice(None),) * axes.index(axis) + (kept,)]
                    for name, axes in case.axes.items()
                    if axis in axes
                }

            many = axis_words(axis).removeprefix("the number of ").replace("the batch size", "samples")
            changes[f"what would be right if there were only the {which} of the {many}"] = cut
    return changes


def _arranged(cases):
    """Is it right for arrays that are laid out in another way: columns for rows, all in one row, entry by entry?"""
    names = [name for name, value in cases[0].arguments.items() if _is_float(value)]

    def same_shape(case):
        return all(np.shape(case.arguments[name]) == case.expected.shape for name in names)

    def columns(case):
        moved = {name: np.moveaxis(case.arguments[name], 0, -1) for name in names}
        return np.moveaxis(case.expect(case.arguments | moved), -1, 0)

    def axis_1(case):
        moved = {name: np.moveaxis(case.arguments[name], 1, -1) for name in names}
        return np.moveaxis(case.expect(case.arguments | moved), -1, 1)

    def one_row(case):
        flat = {name: case.arguments[name].ravel() for name in names}
        return case.expect(case.arguments | flat).reshape(case.expected.shape)

    def by_first_axis(case):
        parts = [
            case.expect(case.arguments | {name: np.ravel(case.arguments[name][i]) for name in names})
            for i in range(len(case.expected))
        ]
        return np.reshape(parts, case.expected.shape)

    texts = {
        "what would be right if the columns were rows: it works along axis 0 instead of the last axis": columns,
        "what would be right along axis 1: it works along that instead of the last axis": axis_1,
        "what would be right if the whole array were one row": one_row,
        "what would be right for a batch of rows: it takes the items along the first axis, whatever they are": (
            by_first_axis
        ),
    }
    if cases[0].expect is None or cases[0].part is not None or not names or not all(map(same_shape, cases)):
        return None
    return first_that_holds(cases, "arranged", lambda first: texts)


def _is_float(value):
    return isinstance(value, np.ndarray | float | np.floating) and np.asarray(value).dtype.kind == "f"
