"""What came back is what was expected, changed in one way; or one step is still missing."""

import numpy as np

from ...by_hand import activations
from .compared import first_that_holds, holds


def _over(axis, function, **options):
    """A change that works along one axis, if there is that axis and another one."""

    def change(array):
        return function(array, axis=axis, **options) if array.ndim > 1 else None

    return change


def _turned(array):
    return array.T if array.ndim == 2 else None


# {what was done to it: change(array) -> array, or None where it means nothing}
LAYOUTS = {
    "transposed": _turned,
    "with its last two axes exchanged": lambda array: np.swapaxes(array, -1, -2) if array.ndim > 2 else None,
    "with its axes in the opposite order": lambda array: array.T if array.ndim > 2 else None,
    "in the opposite order": lambda array: array[::-1] if array.ndim == 1 else None,
    "with its rows in the opposite order": lambda array: array[::-1] if array.ndim > 1 else None,
    "with each row in the opposite order": lambda array: array[..., ::-1] if array.ndim > 1 else None,
    "moved by one place": lambda array: np.roll(array, 1, axis=-1) if array.ndim else None,
    "moved back by one place": lambda array: np.roll(array, -1, axis=-1) if array.ndim else None,
}
REDUCTIONS = {
    f"{verb} over {where}": _over(axis, function, keepdims=keep)
    for verb, function in (("summed", np.sum), ("averaged", np.mean))
    for where, axis, keep in (
        ("axis 0", 0, False),
        ("its last axis", -1, False),
        ("axis 0, which was kept", 0, True),
        ("its last axis, which was kept", -1, True),
    )
} | {
    "summed to a single number": lambda array: np.sum(array) if array.ndim else None,
    "averaged to a single number": lambda array: np.mean(array) if array.ndim and array.size else None,
}
FUNCTIONS = {
    "with relu applied": activations.relu,
    "with sigmoid applied": activations.sigmoid,
    "with tanh applied": np.tanh,
    "with softmax applied": lambda array: activations.softmax(array) if array.ndim else None,
    "with softmax applied to all of it at once": lambda array: (
        activations.softmax(array.ravel()).reshape(array.shape) if array.ndim > 1 else None
    ),
    "with exp applied": np.exp,
    "with log applied": np.log,
    "squared": np.square,
    "with the square root taken": np.sqrt,
    "without its signs: all of it is positive": np.abs,
    "reduced to its signs, −1, 0 and 1": np.sign,
    "subtracted from 1": lambda array: 1 - array,
    "turned into its reciprocal, 1 divided by it": lambda array: 1 / array,
    "rounded to whole numbers": np.round,
    **{f"rounded to {n} decimals": lambda array, n=n: np.round(array, n) for n in (1, 2, 3, 4)},
    "rounded down": np.floor,
    "rounded up": np.ceil,
    "added up as it goes (a running sum)": lambda array: np.cumsum(array, axis=-1) if array.ndim else None,
    "with each row divided by its sum": lambda array: array / array.sum(axis=-1, keepdims=True) if array.ndim else None,
    "divided by the sum of all of it": lambda array: array / array.sum() if array.ndim else None,
    "with each row's mean subtracted": lambda array: array - array.mean(axis=-1, keepdims=True) if array.size else None,
    "minus the mean of all of it": lambda array: array - array.mean() if array.ndim and array.size else None,
    "limited to at most 1": lambda array: np.minimum(array, 1),
    "limited to 0 … 1": lambda array: np.clip(array, 0, 1),
    "limited to −1 … 1": lambda array: np.clip(array, -1, 1),
}
FUNCTIONS |= {
    f"with {name} applied": pair[0]
    for name, pair in activations.ACTIVATIONS.items()
    if f"with {name} applied" not in FUNCTIONS and name != "linear"
}
CUTS = {
    "without its first row": lambda array: array[1:] if array.ndim > 1 else None,
    "without its last row": lambda array: array[:-1] if array.ndim > 1 else None,
    "without its first column": lambda array: array[..., 1:] if array.ndim > 1 else None,
    "without its last column": lambda array: array[..., :-1] if array.ndim > 1 else None,
    "without its first entry": lambda array: array[1:] if array.ndim == 1 else None,
    "without its last entry": lambda array: array[:-1] if array.ndim == 1 else None,
    "but only its first row": lambda array: array[0] if array.ndim > 1 else None,
    "but only its last row": lambda array: array[-1] if array.ndim > 1 else None,
    "but only its first entry": lambda array: array.flat[0] if array.ndim else None,
    "but only its last entry": lambda array: array.flat[-1] if array.ndim else None,
    "but only its largest entry": lambda array: np.max(array) if array.ndim else None,
}
UNFINISHED = (
    {f"it is {text}": step for text, step in REDUCTIONS.items() if "kept" not in text}
    | {
        f"{name} is applied": FUNCTIONS[f"with {name} applied"]
        for name in ("relu", "sigmoid", "tanh", "softmax", "exp", "log")
    }
    | {
        "each row is divided by its sum": FUNCTIONS["with each row divided by its sum"],
        "it is divided by the sum of all of it": FUNCTIONS["divided by the sum of all of it"],
    }
)
# After one of these, what came back may still be scaled.
SIMPLE = LAYOUTS | REDUCTIONS


def as_another_type(cases):
    """Are the values right, or as right as this type of number allows, and only the type is another?"""
    if not all(_right_for_its_type(case) for case in cases):
        return None
    case = next((case for case in cases if case.received.dtype != case.expected.dtype), None)
    return case and f"right in its values, but {case.received.dtype}; expected {case.expected.dtype}"


def _right_for_its_type(case):
    if not case.wrong:
        return True
    if case.received.dtype not in (np.float32, np.float16) or case.received.shape != case.expected.shape:
        return False
    near = 4 * np.finfo(case.received.dtype).eps
    return case.received.dtype != case.expected.dtype and np.allclose(case.expected, case.received, near, near)


def laid_out(cases):
    """Return “what was expected, transposed” or the like: the same entries elsewhere, or fewer of them."""
    return _changed(cases, "laid out", LAYOUTS | REDUCTIONS | CUTS) or _another_shape(cases)


def applied(cases):
    """Return “what was expected, with relu applied” or the like."""
    if holds(cases, _without_decimals):
        return "what was expected, with its decimals cut off: an array of whole numbers keeps none"
    return _changed(cases, "applied", FUNCTIONS)


def unfinished(cases):
    """Return “not finished: what was expected comes out once it is summed over axis 0” or the like."""
    for text, step in UNFINISHED.items():

        def reached(case, step=step):
            done = step(case.received)
            return case.received if done is not None and case.equal(case.expected, done) else None

        if holds(cases, reached):
            return f"not finished: what was expected comes out once {text}"
    return None


def _changed(cases, kind, changes):
    return first_that_holds(
        cases,
        kind,
        lambda first: {
            f"what was expected, {text}": lambda case, change=change: change(case.expected)
            for text, change in changes.items()
        },
    )


def _without_decimals(case):
    return np.trunc(case.expected) if case.received.dtype.kind in "iu" else case.expected


def _another_shape(cases):
    """Are the values right, in their order, but in another shape, or repeated?"""
    first = cases[0]
    text = f"it has shape {first.received.shape}; expected {first.expected.shape}"
    if holds(cases, lambda case: _reshaped(case, np.reshape)):
        return f"what was expected, but in another shape: {text}"
    if holds(cases, lambda case: _reshaped(case, np.broadcast_to)):
        return f"what was expected, repeated: {text}"
    return None


def _reshaped(case, how):
    return how(case.expected, case.received.shape) if _fits(case, how) else None


def _fits(case, how):
    if how is np.reshape:
        return case.expected.size == case.received.size
    wanted, got = case.expected.shape[::-1], case.received.shape[::-1]
    return len(wanted) <= len(got) and all(a in (1, b) for a, b in zip(wanted, got, strict=False))
