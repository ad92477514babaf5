"""The name of an activation, determined by what it computes."""

import functools

import numpy as np

from ..quiet import keras

PROBE = np.array([[-2.0, -0.5, 0.5], [3.0, 0.0, 7.0]], dtype=np.float32)
# relu and relu6 differ at 7, linear and relu at the negative numbers.
KNOWN_ACTIVATIONS = ("linear", "relu", "softmax", "sigmoid", "tanh", "silu", "leaky_relu", "elu", "gelu", "relu6")


def activation_name(activation):
    """Return the name of the Keras activation that computes the same, however this one is written; else its own."""
    return "linear" if activation is None else known_name(activation) or _own_name(activation)


def known_name(activation):
    """Return the name of the known activation that computes the same; None if there is none."""
    for name in KNOWN_ACTIVATIONS:
        if activation is getattr(keras.activations, name):
            return name
    return _behaves_as(activation)


def is_kerass_own(activation):
    """Is the activation None, one of Keras's own functions, or a layer?"""
    if activation is None or isinstance(activation, keras.Layer):
        return True
    return str(getattr(activation, "__module__", "")).startswith("keras.")


def _behaves_as(activation):
    try:
        values = keras.ops.convert_to_numpy(activation(keras.ops.convert_to_tensor(PROBE)))
    except Exception:  # such as an unbuilt layer, or a function for other shapes: use its name
        return None
    for name in KNOWN_ACTIVATIONS:
        if values.shape == PROBE.shape and np.allclose(values, _probed(name), atol=1e-6):
            return name
    return None


@functools.cache
def _probed(name):
    return keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.convert_to_tensor(PROBE)))


def _own_name(activation):
    return getattr(activation, "__name__", type(activation).__name__)
