"""A Keras model's layers as one line of text, which shows a learner what differs."""

import warnings

import numpy as np

from ..harness.activation_names import activation_name
from ..harness.models import layers_within

SETTINGS = ("units", "filters", "kernel_size", "pool_size", "strides", "padding", "dilation_rate")
USUAL = {"strides": (1, 1), "padding": "valid", "dilation_rate": (1, 1)}  # defaults, which the text omits


def architecture_text(model):
    """Return the layers in one line: “Input(784,) → Dense(64, relu) → Dense(10, softmax)”, omitting linear."""
    shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
    return " → ".join([*(f"Input{shape}" for shape in shapes), *map(layer_text, layers_within(model))])


def layer_text(layer):
    """Return one layer as text: its class, its non-default settings, and its activation unless it is linear."""
    with warnings.catch_warnings():  # about lambdas, which nobody is going to save
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
    except Exception:  # a layer broken by, for example, `layer.activation = None`
        return {}
