"""What came back is a constant, an argument, or a short formula of the arguments."""

import functools
import itertools

import numpy as np

from ...by_hand.activations import ACTIVATIONS
from ...shown import shown
from .compared import first_that_holds, holds

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
    "softmax({})·(1 − softmax({}))": lambda z: (
        ACTIVATIONS["softmax"].forward(z) * (1 - ACTIVATIONS["softmax"].forward(z))
    ),
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
    "1 where {} and {} are both positive, 0 elsewhere": lambda a, b: ((a > 0) & (b > 0)).astype(float),
    "{} * {} > 0, True or False": lambda a, b: a * b > 0,
    "relu of {} times {}": lambda a, b: np.maximum(a * b, 0),
    "relu({}) times {}": lambda a, b: np.maximum(a, 0) * b,
    "sigmoid({}) times {}": lambda a, b: ACTIVATIONS["sigmoid"].forward(a) * b,
    "softmax({}) times {}": lambda a, b: ACTIVATIONS["softmax"].forward(a) * b,
    "softmax({}) minus {}": lambda a, b: ACTIVATIONS["softmax"].forward(a) - b,
    "tanh({}) times {}": lambda a, b: np.tanh(a) * b,
} | {
    f"the slope of {name} at {{1}}, times {{0}}": pair.backward
    for name, pair in ACTIVATIONS.items()
    if name in ("relu", "leaky_relu", "sigmoid", "tanh", "softplus", "swish", "softmax")
}


def constant(cases):
    """Return “0, whatever the arguments are” if the same number always comes back."""
    numbers = {entry for case in cases for entry in np.unique(case.received).tolist()[:2]}
    if len(numbers) != 1 or len({str(case.expected.tolist()) for case in cases}) < max(2, min(3, len(cases))):
        return None
    (number,) = numbers
    always = holds(cases, lambda case: np.full(case.received.shape, number))
    return f"{shown(number)}, whatever the arguments are" if always else None


def argument(cases):
    """Return “x, unchanged” or “kernel.T” if an argument comes back, or another part than was asked for."""
    return first_that_holds(cases, "an argument", _arguments)


def _arguments(first):
    found = {}
    for name in first.arguments:
        found[f"{name}, unchanged"] = lambda case, name=name: _number(case.arguments[name])
        found[f"{name}.T, and nothing else"] = lambda case, name=name: _number(case.arguments[name]).T
    for name in first.others:
        found[f"what is expected of {name}"] = lambda case, name=name: case.others[name]
    return found


def of_arguments(cases):
    """Return “sigmoid(z)” or “x.T times dz, entry by entry” if such a short formula explains what came back."""
    return first_that_holds(cases, "formulas", _formulas)


def _formulas(first):
    names, found = [name for name, value in first.arguments.items() if _number(value) is not None], {}
    pairs = [pair for pair in itertools.permutations(names, 2) if any(name in first.arrays() for name in pair)]
    for forms, chosen in ((OF_ONE, [(name,) for name in names]), (OF_TWO, pairs)):
        for (form, function), some in itertools.product(forms.items(), chosen):
            text = form.format(*some) if len(some) == 2 else form.replace("{}", some[0])
            found[text] = functools.partial(_value, function, some)
    return found


def _value(function, names, case):
    value = np.asarray(function(*(_number(case.arguments[name]) for name in names)))
    return value.astype(float) if value.dtype == bool else value


def _number(value):
    if isinstance(value, str) or value is None:
        return None
    array = np.asarray(value)
    return array if array.dtype.kind in "iufb" else None
