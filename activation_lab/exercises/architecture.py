"""A Keras model's layers in one line of text, in which a learner can see what differs."""

import warnings

import numpy as np

from ..harness.activation_names import activation_name
from ..harness.models import layers_within

SETTINGS = ("units", "filters", "kernel_size", "pool_size", "strides", "padding", "dilation_rate")
USUAL = {"strides": (1, 1), "padding": "valid", "dilation_rate": (1, 1)}  # what a text leaves out


def architecture_text(model):
    """The model's layers in one line: «Input(784,) → Dense(64, relu) → Dense(10, softmax)»; linear is left out."""
    shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
    return " → ".join([*(f"Input{shape}" for shape in shapes), *map(layer_text, layers_within(model))])


def layer_text(layer):
    """One layer: its class, its settings where they are not the usual ones, and its activation unless it is linear."""
    with warnings.catch_warnings():  # of a lambda, which nobody is going to save
        warnings.simplefilter("ignore")
        config = _config(layer)
    settings = {name: config[name] for name in SETTINGS if name in config}
    usual = USUAL | {"strides": config["pool_size"]} if "pool_size" in config else USUAL
    words = [
        value if isinstance(value, str) else "×".join(map(str, np.ravel(value)))
        for name, value in settings.items()
        if value != usual.get(name)
    ]
    activation = activation_name(getattr(layer, "activation", None))
    if activation != "linear":
        words.append(activation)
    return f"{type(layer).__name__}({', '.join(words)})" if words else type(layer).__name__


def _config(layer):
    try:
        return layer.get_config()
    except Exception:  # a layer that was spoiled, by `layer.activation = None` for example
        return {}
