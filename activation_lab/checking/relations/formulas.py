"""What came back is a constant, an argument, or a short formula of the arguments."""

import itertools

import numpy as np

from ...by_hand.activations import ACTIVATIONS
from ...shown import shown
from .compared import holds

# {words with a place for the argument: function}
OF_ONE = {
    **{f"{name}({{}})": pair.forward for name, pair in ACTIVATIONS.items() if name not in ("linear", "silu")},
    "exp({})": np.exp,
    "exp(−{})": lambda z: np.exp(-z),
    "−{}": lambda z: -z,
    "1 − {}": lambda z: 1 - z,
    "|{}|": np.abs,
    "{} squared": np.square,
    "{}·(1 − {})": lambda z: z * (1 - z),
    "1 − {} squared": lambda z: 1 - z**2,
    "1 / {}": lambda z: 1 / z,
    "log({})": np.log,
    "the sign of {}": np.sign,
    "{} > 0, as 1 and 0": lambda z: (z > 0).astype(float),
    "{} >= 0, as 1 and 0": lambda z: (z >= 0).astype(float),
    "{} < 0, as 1 and 0": lambda z: (z < 0).astype(float),
    "1 + exp({})": lambda z: 1 + np.exp(z),
    "1 + exp(−{})": lambda z: 1 + np.exp(-z),
    "{} + exp(−{})": lambda z: z + np.exp(-z),
    "exp({}) / (1 + exp({}))": lambda z: np.exp(z) / (1 + np.exp(z)),
    "exp({}) divided by its sum": lambda z: np.exp(z) / np.exp(z).sum(),
} | {
    f"the slope of {name} at {{}}": lambda z, pair=pair: pair.backward(np.ones_like(z), z)
    for name, pair in ACTIVATIONS.items()
    if name not in ("linear", "silu", "softmax")
}
OF_TWO = {
    "{} times {}, entry by entry": lambda a, b: a * b,
    "{} plus {}": lambda a, b: a + b,
    "{} minus {}": lambda a, b: a - b,
    "{} divided by {}, entry by entry": lambda a, b: a / b,
    "{} @ {}": lambda a, b: a @ b,
    "{} @ {}.T": lambda a, b: a @ b.T,
    "{}.T @ {}": lambda a, b: a.T @ b,
    "{}.T @ {}.T": lambda a, b: a.T @ b.T,
    "{}.T times {}, entry by entry": lambda a, b: a.T * b,
    "{} * ({} > 0)": lambda a, b: a * (b > 0),
    "{} where {} is positive, as 1 and 0": lambda a, b: ((a > 0) & (b > 0)).astype(float),
    "{} * {} > 0, True or False": lambda a, b: a * b > 0,
    "relu({}) times {}": lambda a, b: np.maximum(a, 0) * b,
    "sigmoid({}) times {}": lambda a, b: ACTIVATIONS["sigmoid"].forward(a) * b,
    "softmax({}) times {}": lambda a, b: ACTIVATIONS["softmax"].forward(a) * b,
    "softmax({}) minus {}": lambda a, b: ACTIVATIONS["softmax"].forward(a) - b,
    "tanh({}) times {}": lambda a, b: np.tanh(a) * b,
} | {
    f"the slope of {name} at {{1}}, times {{0}}": pair.backward
    for name, pair in ACTIVATIONS.items()
    if name not in ("linear", "silu")
}


def constant(cases):
    """Return “0 everywhere, whatever the arguments” if the same number always comes back."""
    numbers = {entry for case in cases for entry in np.unique(case.received).tolist()[:2]}
    if len(numbers) != 1 or len({str(case.expected.tolist()) for case in cases}) < min(3, len(cases)):
        return None
    (number,) = numbers

    def filled(case):
        return np.full(case.received.shape, number)

    return f"{shown(number)}, whatever the arguments are" if holds(cases, filled) else None


def argument(cases):
    """Return “x, unchanged” or “kernel.T” if an argument comes back, or another part than was asked for."""
    for name in cases[0].arguments:
        if holds(cases, lambda case, name=name: _number(case.arguments[name])):
            return f"{name}, unchanged"
        if holds(cases, lambda case, name=name: case.arguments[name].T):
            return f"{name}.T, and nothing else"
    for name in cases[0].others:
        if holds(cases, lambda case, name=name: case.others[name]):
            return f"what is expected of {name}"
    return None


def function_of_arguments(cases):
    """Return “sigmoid(z)” or “x.T times dz, entry by entry” if such a short formula explains what came back."""
    names = [name for name, value in cases[0].arguments.items() if _number(value) is not None]
    for form, function in OF_ONE.items():
        for name in names:
            if holds(cases, lambda case, f=function, name=name: _typed(f(_number(case.arguments[name])), case)):
                return f"the value of {form.replace('{}', name)}"
    for form, function in OF_TWO.items():
        for pair in itertools.permutations(names, 2):

            def value(case, f=function, pair=pair):
                return _typed(f(*(_number(case.arguments[name]) for name in pair)), case)

            if holds(cases, value):
                return f"the value of {form.format(*pair)}"
    return None


def _typed(value, case):
    """Python's bool counts as a number here."""
    return np.asarray(value, float) if np.asarray(value).dtype == bool else value


def _number(value):
    if isinstance(value, str) or value is None:
        return None
    array = np.asarray(value)
    return array if array.dtype.kind in "iufb" else None
