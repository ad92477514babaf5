"""Rebuild a Keras model from plain data, no matter who wrote the data.

Only layers, operations and functions on the allowlist are made, from settings that are checked one by one. Nothing is
deserialized, and no function that the data names is called. Sizes are counted before anything of that size is made.
"""

import warnings

import numpy as np

from activation_lab.quiet import keras
from activation_lab.shown import first_line

from .allowlist import ACTIVATION_LAYERS, FUNCTIONS, LAYERS
from .rebuild_graph import FunctionalMaker, SequentialMaker
from .validate import PARTS, Rejected, as_dict, as_list, fail, item_of, name_of, policy_of, settings_of

PARAMETERS = 5_000_000  # numbers in weights and constants
AXES = 6  # of a constant: Keras's errors show it, which takes time exponential in the number of its axes


def rebuild(description):
    """Return a keras.Model with its weights.

    Args:
        description: as `described` gives it, or whatever else has come in its place.

    Raises:
        Rejected: it is not a description, is too large, or names something that is not on the allowlist.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Parts(description).model()
    except Rejected:
        raise
    except Exception as error:
        raise Rejected(f"Keras cannot build it: {type(error).__name__}: {first_line(error)[:200]}") from error


class _Parts:
    """The layers and models of a description, made in order, so that each consists of earlier ones.

    Attributes:
        made: the layers and models, by number.
        costs: for each, the Cost of one call; None for a layer, where it depends on the input.
        kernels: for each, the shape of its kernel; None without one.
        settings: of each, as described.
    """

    def __init__(self, description):
        description = as_dict(description, "layers", "model")
        self.parameters, self.calls = PARAMETERS, PARTS
        self.made, self.costs, self.kernels, self.settings = [], [], [], []
        for part in as_list(description.get("layers")):
            self._make(part)
        self._number = description.get("model")

    def model(self):
        model = item_of(self._number, self.made)
        if not isinstance(model, keras.Model):
            fail("it ends in a layer, not in a model")
        return model

    def _make(self, part):
        if type(part) is not dict:
            fail("a layer is not a dictionary")
        kind = part.get("class")
        if type(kind) is str and kind in LAYERS:
            made, cost = self._layer(LAYERS[kind], part), None
        elif kind in ("Sequential", "Functional"):
            maker = SequentialMaker(self, part) if kind == "Sequential" else FunctionalMaker(self, part)
            made, cost = maker.model, maker.cost
            if made.dtype_policy.name != policy_of(part):
                made.dtype_policy = policy_of(part)
        else:
            fail("a layer is of an unknown class")
        self.made.append(made)
        self.costs.append(cost)
        self.settings.append(part.get("settings") or {})
        self.kernels.append(getattr((part.get("weights") or {}).get("kernel"), "shape", None))

    def _layer(self, kind, part):
        as_dict(part, "class", "name", "policy", "settings", "weights", "activation")
        arguments = settings_of(kind, part.get("settings", {}))
        weights = as_dict(part.get("weights", {}), *kind.weights)
        for attribute, argument in kind.weights.items():
            if attribute in weights:
                arguments[argument] = _Given(self.array(weights[attribute]))
            elif kind.make is not keras.layers.PReLU:  # as an argument it is built at its first call, with zeros
                arguments[argument] = _Given(None)
        activation = self._activation(part.get("activation")) if kind.activation else None
        if kind.activation:
            arguments["activation"] = activation or "linear"
        layer = kind.make(**arguments, dtype=policy_of(part), name=name_of(part, len(self.made)))
        if kind.activation and activation is None:
            layer.activation = None
        return layer

    def _activation(self, value):
        if value is None:
            return None
        value = as_dict(value, "function", "layer")
        if "layer" in value:
            layer = item_of(value["layer"], self.made)
            return layer if type(layer) in ACTIVATION_LAYERS else fail("an activation is another layer")
        name = value.get("function")
        if type(name) is not str or name not in FUNCTIONS:
            fail("an activation is unknown")
        return FUNCTIONS[name]

    def array(self, value):
        """Return an array of numbers, after counting them."""
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf" or value.dtype.itemsize > 8:
            fail("expected an array of numbers")
        if value.ndim > AXES:
            fail(f"an array has {value.ndim} axes; at most {AXES} are built")
        self.parameters -= value.size
        if self.parameters < 0:
            raise Rejected(f"The model has more than {PARAMETERS:,} weights.")
        return value

    def count_calls(self, number):
        """Count a call of a layer or a model, whose own calls are repeated with it; None for an operation."""
        cost = None if number is None else self.costs[number]
        self.calls -= cost.calls if cost else 1
        if self.calls < 0:
            raise Rejected(f"The model calls more than {PARTS} layers and operations.")


class _Given(keras.initializers.Initializer):
    """An initializer that gives exactly these numbers, and rejects a weight of another shape or a missing one."""

    def __init__(self, array):
        self.array = array

    def __call__(self, shape, dtype=None):
        if self.array is None or tuple(shape) != self.array.shape:
            got = "none" if self.array is None else f"one of shape {self.array.shape}"
            raise Rejected(f"A layer needs a weight of shape {tuple(shape)}, but got {got}.")
        return keras.ops.convert_to_tensor(self.array, dtype=dtype)

    def get_config(self):
        return {}
