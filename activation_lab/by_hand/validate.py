"""Checks of arguments: a whole number, a pair of them, or the name of a padding."""

import difflib

import numpy as np

PADDINGS = ("valid", "same")


def whole(name, value):
    """Return `value` as an int if it is a whole number of at least 1.

    Raises:
        ValueError: it is not; the message begins with `name`.
    """
    if not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least 1.")
    return int(value)


def pair(name, value):
    """Return two ints of at least 1, given one number for both, or a list or tuple of two.

    Raises:
        ValueError: it is neither; the message begins with `name`.
    """
    both = value if isinstance(value, list | tuple) else (value, value)
    if len(both) != 2 or not all(isinstance(one, int | np.integer) and one >= 1 for one in both):
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least 1, or a pair of them: (2, 3).")
    return tuple(map(int, both))


def known_padding(padding):
    """Return `padding` unchanged if it is "valid" or "same".

    Raises:
        ValueError: it is neither.
    """
    if padding not in PADDINGS:
        close = difflib.get_close_matches(str(padding).lower(), PADDINGS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"Unknown padding {padding!r}. Expected one of {', '.join(PADDINGS)}.{hint}")
    return padding
