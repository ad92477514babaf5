"""The contract: what came back is not what was asked for, though the right values may be inside it."""

import numpy as np

from .compare import agree, kind_of, numbers, other_width

ORDINALS = "first second third fourth fifth sixth seventh eighth".split()


def contract(runs, received, returns_nothing):
    """Return a sentence about the kind of the returned value, if it is another one in every case; else None.

    Args:
        runs: the exercise's ReferenceRuns.
        received: {case name: the answer's Outcome}, none with an error.
        returns_nothing: why the answer returns None, if its source shows it; else "".
    """
    exercise = runs.exercise
    pairs = [(runs.expected(case).value, received[case].value) for case in runs.cases]
    if any(value is None for _, value in pairs):
        return returns_nothing or None
    if all(isinstance(value, dict) for _, value in pairs):
        return _dictionary(exercise, pairs)
    if not exercise.returns:
        return _one("It returns", exercise.tolerance, pairs)
    if all(exercise.is_whole(value) for _, value in pairs):
        return _of_a_part(exercise, pairs, returns_nothing)
    return _too_few_or_many(exercise, pairs)


def _right(tolerance, pairs):
    """Are all values right, whether they come in arrays or in lists?"""
    return all(agree(expected, _unlisted(expected, value), tolerance) for expected, value in pairs)


def _unlisted(expected, value):
    if isinstance(expected, np.ndarray) and isinstance(value, tuple | list) and numbers(value) is not None:
        return numbers(value)
    return value


def _one(returns, tolerance, pairs):
    """Return what is wrong with the kind of one value, though what is asked for may be in it."""
    first = pairs[0][1]
    if all(callable(value) for _, value in pairs):
        return f"{returns} {kind_of(first)}, not what it computes. Call it, with brackets."
    if all(kind_of(value) == "a generator" for _, value in pairs):
        return f"{returns} a generator, because it contains `yield`. `return` gives back a value."
    if all(isinstance(value, str) and not isinstance(expected, str) for expected, value in pairs):
        return f"{returns} a text, {first[:20]!r}. Return the value itself, without quotes or `str`."
    if _right(tolerance, pairs):
        return _other_kind(returns, pairs)
    for position in range(min(_length(value) for _, value in pairs)):
        if _right(tolerance, [(expected, value[position]) for expected, value in pairs]):
            return _pick(returns, first, position)
    return _list_for_array(returns, tolerance, pairs) or _rounded(returns, pairs)


def _length(value):
    return len(value) if isinstance(value, tuple | list) else 0


def _pick(returns, value, position):
    what = f"{returns} a {'tuple' if isinstance(value, tuple) else 'list'} of {len(value)}"
    if len(value) == 1:
        return f"{what}: the value is right, but it comes wrapped. Return the value itself."
    return f"{what}; the {_ordinal(position)} of them is what was asked for. Return it alone."


def _ordinal(position):
    return ORDINALS[position] if position < len(ORDINALS) else f"{position + 1}th"


def _other_kind(returns, pairs):
    """Return the sentence for values that are right, but in a list, or of another kind of number; else None."""
    for expected, value in pairs:
        if isinstance(expected, np.ndarray) and isinstance(value, list | tuple):
            return f"{returns} the right numbers in a {type(value).__name__}. Return an array: `np.array(…)`."
        wanted, got = np.asarray(expected).dtype.kind, np.asarray(value).dtype.kind
        if wanted in "iu" and got == "f":
            return f"{returns} the right numbers as floats: `/` always gives one. `//` divides to a whole number."
        if wanted == "f" and got in "iu" and not isinstance(value, int):
            return (
                f"{returns} the right numbers as whole numbers ({np.asarray(value).dtype}). Keep the arguments' dtype."
            )
    return None


def _list_for_array(returns, tolerance, pairs):
    """Return the sentence for lists where arrays are asked for, whose numbers are wrong as well; else None."""
    if all(isinstance(e, np.ndarray) and isinstance(v, list) and numbers(v) is not None for e, v in pairs):
        return f"{returns} a list, and its numbers are wrong as well. Return an array: `np.array(…)`."
    return None


def _rounded(returns, pairs):
    """Return the sentence for values that are right but for the few digits of their dtype; else None."""
    for expected, value in pairs:
        widths = other_width(expected, value)
        if not widths or np.shape(expected) != np.shape(value):
            return None
        error = 8 * np.finfo(value.dtype).eps * np.maximum(1, np.abs(expected))
        if value.dtype.itemsize >= np.asarray(expected).dtype.itemsize or np.any(np.abs(value - expected) > error):
            return None
    return f"{returns} values that are right to the few digits of {widths[0]}. Keep the arguments' dtype, {widths[1]}."


def _dictionary(exercise, pairs):
    """Return which entries of a dictionary are right."""
    if exercise.returns:
        whole = _right(exercise.tolerance, [(tuple(e), tuple(v.values())) for e, v in pairs])
        right = "Its values are right; return" if whole else "Return"
        return f"It returns a dictionary. {right} a tuple: {', '.join(exercise.returns)}."
    for key in pairs[0][1]:
        if all(key in v and agree(e, v[key], exercise.tolerance) for e, v in pairs):
            return f"It returns a dictionary; its entry {key!r} is what was asked for. Return it alone."
    return "It returns a dictionary; the value itself is asked for."


def _of_a_part(exercise, pairs, returns_nothing):
    """Return the sentence for the first of several values that is None, or of another kind."""
    if any(part is None for _, value in pairs for part in value):
        return returns_nothing or None
    for position, name in enumerate(exercise.returns):
        parts = [(expected[position], value[position]) for expected, value in pairs]
        if any(isinstance(expected, str) for expected, _ in parts):
            continue  # a text that a harness has made
        if sentence := _one(f"Where {name} is expected, it returns", exercise.tolerance, parts):
            return sentence
    return None


def _too_few_or_many(exercise, pairs):
    """Return which of several values are missing, or that there are others among them; None if neither is known."""
    names, tolerance = exercise.returns, exercise.tolerance
    for position, name in enumerate(names):
        if all(not isinstance(v, tuple | list) and agree(e[position], v, tolerance) for e, v in pairs):
            return f"It returns {name} alone. Return {_all(names)}: {', '.join(names)}."
    lengths = {_length(value) for _, value in pairs}
    if len(lengths) != 1 or lengths == {0}:
        return None
    (length,) = lengths
    places = [_place_of(position, tolerance, pairs, length) for position in range(len(names))]
    there = [name for name, place in zip(names, places, strict=True) if place is not None]
    if length > len(names) and len(there) == len(names):
        return f"It returns {length} values; {', '.join(names)} are among them. Return these {len(names)} alone."
    if length < len(names) and len(there) == length:
        missing = [name for name in names if name not in there]
        return f"It returns {' and '.join(there)}; {' and '.join(missing)} is missing. Return {_all(names)}, in order."
    return None


def _all(names):
    return "both values" if len(names) == 2 else f"all {len(names)} values"


def _place_of(position, tolerance, pairs, length):
    """Return the place at which the part with this position came back in every case; None if there is none."""
    for place in range(length):
        if _right(tolerance, [(expected[position], value[place]) for expected, value in pairs]):
            return place
    return None
