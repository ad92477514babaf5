"""What came back is right for other arguments than those that were given: for −z, for the first sample only, …"""

import itertools

import numpy as np

from .compared import holds
from .sizes import axis_words


def found(cases):
    """Return “what would be right if z had the opposite sign” or the like; None if nothing of the kind explains it."""
    if cases[0].expect is None:
        return None
    for text, change in _changes(cases).items():

        def value(case, change=change):
            changed = change(case)
            return None if changed is None else case.expect(changed)

        if holds(cases, value):
            return text
    return None if any(case.expected.ndim == 0 for case in cases) else _laid_out(cases)


def _changes(cases):
    """Return {text: change(case) -> other arguments}."""
    first, changes = cases[0], {}

    def other(name, function):
        return lambda case: case.arguments | {name: function(case.arguments[name])}

    for name, value in first.arguments.items():
        if isinstance(value, str):
            for word in dict.fromkeys(case.arguments[name] for case in cases):
                changes[f"what would be right if {name} were always “{word}”"] = other(name, lambda _, w=word: w)
        elif _is_float(value):
            changes |= {
                f"what would be right if {name} had the opposite sign": other(name, np.negative),
                f"what would be right if {name} were 0: it plays no part": other(name, lambda v: v * 0),
                f"what would be right if {name} were 1: it plays no part": other(name, lambda v: v * 0 + 1),
                f"what would be right if {name} were twice as large": other(name, lambda v: 2 * v),
                f"what would be right if {name} were half as large": other(name, lambda v: v / 2),
                f"what would be right if {name} were positive everywhere": other(name, np.abs),
                f"what would be right if {name} were transposed": other(name, np.transpose),
            }
        elif isinstance(value, np.ndarray | int):
            changes |= {
                f"what would be right if {name} were larger by 1": other(name, lambda v: v + 1),
                f"what would be right if {name} were smaller by 1": other(name, lambda v: v - 1),
                f"what would be right if {name} were 0: it plays no part": other(name, lambda v: v * 0),
            }
    for a, b in itertools.combinations(first.arguments, 2):
        changes[f"what would be right if {a} and {b} were exchanged"] = lambda case, a=a, b=b: (
            case.arguments
            | {
                a: case.arguments[b],
                b: case.arguments[a],
            }
        )
    return changes | _one_of_many(first)


def _one_of_many(first):
    """The reference on the first or last of an axis that has a name."""
    changes = {}
    for axis in dict.fromkeys(axis for axes in first.axes.values() for axis in axes):
        for which, kept in (("first", slice(None, 1)), ("last", slice(-1, None))):

            def cut(case, axis=axis, kept=kept):
                changed = dict(case.arguments)
                for name, axes in case.axes.items():
                    if axis in axes and isinstance(changed.get(name), np.ndarray):
                        changed[name] = changed[name][(slice(None),) * axes.index(axis) + (kept,)]
                return changed

            length = axis_words(axis).removeprefix("the number of ").replace("the batch size", "samples")
            changes[f"what would be right if there were only the {which} of the {length}"] = cut
    return changes


def _laid_out(cases):
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
    if not names or not all(map(same_shape, cases)):
        return None
    return next((text for text, value in texts.items() if holds(cases, value)), None)


def _is_float(value):
    return isinstance(value, np.ndarray | float | np.floating) and np.asarray(value).dtype.kind == "f"
