"""A Keras model's layers in one line of text, in which a learner can see what differs."""

import functools
import warnings

import numpy as np

from ..quiet import keras

PROBE = np.array([[-2.0, -0.5, 0.5], [3.0, 0.0, 7.0]], dtype=np.float32)
# In this order: relu and relu6 are told apart by 7, linear and relu by the negative numbers.
KNOWN_ACTIVATIONS = ("linear", "relu", "softmax", "sigmoid", "tanh", "silu", "leaky_relu", "elu", "gelu", "relu6")
SETTINGS = ("units", "filters", "kernel_size", "pool_size", "strides", "padding", "dilation_rate")
USUAL = {"strides": (1, 1), "padding": "valid", "dilation_rate": (1, 1)}  # what a text leaves out


def stack_text(model):
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


def activation_name(activation):
    """The name of Keras's activation that computes the same, however this one is written; else its own."""
    if activation is None:
        return "linear"
    try:
        values = keras.ops.convert_to_numpy(activation(keras.ops.convert_to_tensor(PROBE)))
    except Exception:  # a layer that is not built, a function of another shape: its name must do
        return _own_name(activation)
    for name in KNOWN_ACTIVATIONS:
        if values.shape == PROBE.shape and np.allclose(values, _probed(name), atol=1e-6):
            return name
    return _own_name(activation)


def _config(layer):
    try:
        return layer.get_config()
    except Exception:  # a layer that was spoiled, by `layer.activation = None` for example
        return {}


def layers_within(model):
    """The layers of a model, those of models inside it among them, without inputs."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from layers_within(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer


@functools.cache
def _probed(name):
    return keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.convert_to_tensor(PROBE)))


def _own_name(activation):
    return getattr(activation, "__name__", type(activation).__name__)
