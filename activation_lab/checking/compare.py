"""Comparison of a received value with the expected one; a difference is a sentence."""

from dataclasses import dataclass

import numpy as np

from ..shown import shown_apart

QUOTED = 300  # the most characters to quote of a text that an answer returned
WIDEST = {"f": 8, "c": 16}  # bytes; what is wider differs between machines, and is not sent to another process
KINDS = {"b": "True or False", "i": "whole numbers", "u": "whole numbers", "f": "real numbers", "c": "complex numbers"}


@dataclass(frozen=True)
class UnsendableObject:
    """A placeholder for an object in another process that could not be sent.

    Args:
        kind: what it is, in words: “a Dense”.
    """

    kind: str


def difference(expected, received, tolerance, kinds=True, values=True):
    """Return None if the two agree, else what is wrong with `received`: “has shape (3,); expected (4, 3).”

    Without `kinds`, numbers are compared regardless of dtype: True is 1, float64 is as good as float32.
    Without `values`, no numbers are revealed.
    """
    if received is None:
        return "is None: there is no value. Is a `return` missing?"
    if isinstance(expected, str):
        if not isinstance(received, str):
            return f"is {kind_of(received)}; expected {expected!r}."
        return None if received == expected else f"is {_quoted(received)}; expected {expected!r}."
    if kinds and isinstance(expected, np.ndarray) and isinstance(received, tuple | list):
        return f"is {kind_of(received)}; expected {_described(expected)}."
    array, expected = _array(received), np.asarray(expected)
    if isinstance(received, str):
        return f"is {_quoted(received)}; expected {_described(expected)}."
    if array is None:
        return f"is {kind_of(received)} that makes no array; expected {_described(expected)}."
    if array.dtype.kind not in KINDS:
        return f"is {kind_of(received)}; expected {_described(expected)}."
    if kinds and array.dtype.itemsize > WIDEST.get(array.dtype.kind, np.inf):
        return f"is {kind_of(array)}, which not every machine has; expected {_described(expected)}."
    if array.shape != expected.shape:
        return f"has shape {array.shape}; expected {expected.shape}."
    text = _value_difference(expected, array, tolerance, values)
    if not kinds:
        return text
    return _kind_difference(expected, array, received) or text


def other_width(expected, received):
    """Return (the dtype of received, that of expected) if both are floats of different widths; else None."""
    if not (isinstance(expected, np.ndarray | np.generic) and isinstance(received, np.ndarray | np.generic)):
        return None  # a Python number has no width to choose
    if expected.dtype == received.dtype or expected.dtype.kind != "f" or received.dtype.kind != "f":
        return None
    return str(received.dtype), str(expected.dtype)


def agree(a, b, tolerance):
    """Are the two equal apart from their dtype, part by part if they have parts? NaN equals NaN here."""
    if a is None or b is None:
        return a is b
    a_parts, b_parts = (isinstance(v, tuple | list) for v in (a, b))
    if a_parts and b_parts:
        return len(a) == len(b) and all(agree(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if a_parts != b_parts:
        return False
    if isinstance(a, str) or isinstance(b, str):
        return difference(a, b, tolerance, kinds=False) is None
    a, b = numbers(a), numbers(b)
    if a is None or b is None or a.shape != b.shape or _begin_differently(a, b, tolerance):
        return False
    return not wrong_entries(a, b, tolerance).any()


def _begin_differently(expected, array, tolerance):
    """Are the first entries far apart? This settles most comparisons, in a tenth of the time. NaN tells nothing."""
    if not expected.size or "c" in (expected.dtype.kind, array.dtype.kind):
        return False
    first, other = expected.item(0), array.item(0)
    single = expected.dtype == np.float32
    limit = tolerance.single * max(1, abs(first)) if single else tolerance.absolute + tolerance.relative * abs(first)
    return abs(other - first) > 2 * limit  # twice, since it is rounded in another way than the arrays


def wrong_entries(expected, array, tolerance):
    """Return a Boolean array: where two numeric arrays of the same shape differ. NaN equals NaN here."""
    if expected.dtype.kind in "biu" and array.dtype.kind in "biu":
        return array != expected
    expected, array = np.asarray(expected, _floating(expected)), np.asarray(array, _floating(array))
    equal = (array == expected) | np.isnan(array) & np.isnan(expected)
    with np.errstate(invalid="ignore", over="ignore"):  # inf − inf; 1e308 + 1e308
        return ~(equal | (np.abs(array - expected) <= _limit(expected, tolerance)))


def numbers(value):
    """Return the value as an array of numbers; None if it cannot be one."""
    array = _array(value)
    return array if array is not None and array.dtype.kind in KINDS else None


def _quoted(text):
    return repr(text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…")


def _array(value):
    """Return the value as an array; None if that fails: for a ragged list, texts, an object that raises."""
    if isinstance(value, tuple | list) and _holds_text(value):
        return None  # NumPy would allocate as much memory for each text as for the longest
    try:
        return np.asarray(value)
    except Exception:
        return None


def _holds_text(value, depth=10):
    if isinstance(value, tuple | list):
        return depth > 0 and any(_holds_text(item, depth - 1) for item in value)
    return isinstance(value, str | bytes)


def kind_of(value):
    """Return what a value is: “a Dense”, “an EagerTensor”, “the class Dense”, “an array of bfloat16”."""
    if isinstance(value, UnsendableObject):
        return value.kind
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def _described(expected):
    if expected.shape == ():
        return {"b": "True or False", "i": "a whole number", "u": "a whole number"}.get(expected.dtype.kind, "a number")
    if expected.ndim == 1 and expected.dtype.kind in "iu":
        return f"{expected.size} whole numbers"
    return f"an array of shape {expected.shape}"


def _kind_difference(expected, array, received):
    wanted, got = expected.dtype.kind, array.dtype.kind
    if wanted == "f" and got in "iu" and isinstance(received, int):
        return None  # max(0, z) of a single number may return Python's own 0
    if KINDS[wanted] == KINDS[got]:
        return None
    return f"holds {KINDS[got]} ({array.dtype}); expected {KINDS[wanted]} ({expected.dtype})."


def _value_difference(expected, array, tolerance, values):
    nan = np.isnan(array) & ~np.isnan(expected)
    if nan.any():
        return f"is not a number (NaN) in {_count(nan)}."
    infinite = np.isinf(array) & ~np.isinf(expected)
    if infinite.any():
        return f"is infinite in {_count(infinite)}."
    wrong = wrong_entries(expected, array, tolerance)
    if not wrong.any():
        return None
    if wrong.size == 1 and values:
        got, wanted = shown_apart(array.flat[0], expected.flat[0])
        return f"is {got}; expected {wanted}."
    return f"is wrong in {_count(wrong)}."


def _floating(array):
    return array.dtype if array.dtype.kind in "fc" else float


def _limit(expected, tolerance):
    if expected.dtype == np.float32:
        return tolerance.single * np.maximum(1, np.abs(expected))
    return tolerance.absolute + tolerance.relative * np.abs(expected)


def _count(where):
    return "its one entry" if where.size == 1 else f"{np.count_nonzero(where)} of {where.size} entries"
