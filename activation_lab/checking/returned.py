"""The contract: what came back is not what was asked for, though the right values may be inside it."""

import numpy as np

from .compare import agree, kind_of, numbers

ORDINALS = "first second third fourth fifth sixth seventh eighth".split()


def contract(runs, received, findings):
    """Return a sentence about the kind of the returned value, if it is another one in every case; else None.

    Args:
        runs: the exercise's ReferenceRuns.
        received: {case name: the answer's Outcome}, none with an error.
        findings: a CodeFindings.
    """
    exercise = runs.exercise
    values = [received[case].value for case in runs.cases]
    expected = [runs.expected(case).value for case in runs.cases]
    if any(value is None for value in values):
        return findings.returns_nothing or None
    if all(isinstance(value, dict) for value in values):
        return _dictionary(exercise, expected, values)
    if exercise.returns:
        return _several(exercise, expected, values, findings)
    return _one(exercise, expected, values)


def _one(exercise, expected, values):
    """Return what is wrong with the kind of one value: it is in a tuple or list, or it is a list."""
    if all(map(callable, values)):
        return f"What comes back is {kind_of(values[0])}, not what it computes: call it, with brackets."
    for position in range(min(map(_length, values))):
        if all(agree(e, v[position], exercise.tolerance) for e, v in zip(expected, values, strict=True)):
            if not all(agree(e, v, exercise.tolerance) for e, v in zip(expected, values, strict=True)):
                return _pick(f"{kind_of(values[0])} of {len(values[0])}", position, len(values[0]))
    if all(map(_is_list_for_array, expected, values)):
        right = all(agree(e, v, exercise.tolerance) for e, v in zip(expected, values, strict=True))
        return (
            f"{'The numbers are right, but they come' if right else 'The numbers come'} as a list. Return an array: "
            "`np.array(…)`."
        )
    return None


def _length(value):
    return len(value) if isinstance(value, tuple | list) else 0


def _pick(what, position, count):
    if count == 1:
        return f"It returns {what}: the value is right, but alone in it. Return the value itself."
    return f"It returns {what}; the {_ordinal(position)} of them is what was asked for. Return it alone."


def _ordinal(position):
    return ORDINALS[position] if position < len(ORDINALS) else f"{position + 1}th"


def _is_list_for_array(expected, value):
    return isinstance(expected, np.ndarray) and isinstance(value, list | tuple) and numbers(value) is not None


def _dictionary(exercise, expected, values):
    """Return which entries of a dictionary are right."""
    if not exercise.returns:
        for key in values[0]:
            if all(key in v and agree(e, v[key], exercise.tolerance) for e, v in zip(expected, values, strict=True)):
                return f"It returns a dictionary; its entry {key!r} is what was asked for. Return it alone."
        return "It returns a dictionary; the value itself is asked for."
    names, pairs = exercise.returns, list(zip(expected, values, strict=True))
    whole = all(agree(tuple(e), tuple(v.values()), exercise.tolerance) for e, v in pairs)
    right = "Its values are right; return" if whole else "Return"
    return f"It returns a dictionary. {right} a tuple: {', '.join(names)}."


def _several(exercise, expected, values, findings):
    """Return which of several values are missing, too many, or None."""
    count = len(exercise.returns)
    pairs = list(zip(expected, values, strict=True))
    if all(isinstance(v, tuple | list) and len(v) == count for v in values):
        if any(part is None for v in values for part in v):
            return findings.returns_nothing or None
        return None
    for position, name in enumerate(exercise.returns):
        if all(not isinstance(v, tuple | list) and agree(e[position], v, exercise.tolerance) for e, v in pairs):
            return f"It returns {name} alone. Return all {count} values: {', '.join(exercise.returns)}."
    lengths = {len(v) if isinstance(v, tuple | list) else 0 for v in values}
    if len(lengths) == 1 and max(lengths) > count:
        places = [_place_of(position, exercise, pairs) for position in range(count)]
        if None not in places:
            words = ", ".join(exercise.returns)
            return f"It returns {max(lengths)} values; {words} are among them. Return these {count} alone."
    if len(lengths) == 1 and lengths == {1}:
        return (
            f"It returns one value inside a {type(values[0]).__name__}. Return {count}: {', '.join(exercise.returns)}."
        )
    return None


def _place_of(position, exercise, pairs):
    """Return the place at which the part with this position came back in every case; None if there is none."""
    for place in range(len(pairs[0][1])):
        if all(agree(e[position], v[place], exercise.tolerance) for e, v in pairs):
            return place
    return None


def left_over_axes(expected, values, tolerance):
    """Are the values right in every case, but in arrays with more axes of length 1 than expected (keepdims)?"""
    pairs = [(numbers(e), numbers(v)) for e, v in zip(expected, values, strict=True)]
    if any(e is None or v is None or e.size != v.size for e, v in pairs):
        return False
    if all(e.shape == v.shape for e, v in pairs) or any(v.ndim < e.ndim for e, v in pairs):
        return False
    same = all([n for n in e.shape if n != 1] == [n for n in v.shape if n != 1] for e, v in pairs)
    return same and all(agree(e, v.reshape(e.shape), tolerance) for e, v in pairs)


def parts_with_axes_left(runs, received):
    """Return {name of the part, or "": a sentence} for values that are right but for axes of length 1."""
    exercise = runs.exercise
    values = [received[case].value for case in runs.cases]
    expected = [runs.expected(case).value for case in runs.cases]
    if exercise.returns and not all(map(exercise.is_whole, values)):
        return {}
    found = {}
    for position, name in enumerate(exercise.returns or ("",)):
        e = [each[position] for each in expected] if exercise.returns else expected
        v = [each[position] for each in values] if exercise.returns else values
        if left_over_axes(e, v, exercise.tolerance):
            wrong = next((a, b) for a, b in zip(e, v, strict=True) if np.shape(a) != np.shape(b))
            found[name] = (
                f"{name or 'The result'} has the right values, but an axis of length 1 too many: shape "
                f"{np.shape(wrong[1])} where {np.shape(wrong[0])} is expected. `keepdims=True` leaves such an axis, "
                "and so do double brackets."
            )
    return found
