"""Activation functions in NumPy, each next to its backward function.

`f(z) -> a` takes the pre-activation `z`; `f_backward(da, z) -> dz` takes the gradient of the loss with respect to `a`
and the same `z`, and returns the gradient with respect to `z`. Arrays may have any shape and keep their dtype. Names,
defaults and the slopes at kinks match `keras.activations`.
"""

import difflib
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# Klambauer et al., "Self-Normalizing Neural Networks" (2017): keeps mean 0 and variance 1 from layer to layer.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805
# Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016): the cubic term of the tanh form.
GELU_CUBIC = 0.044715


def linear(z):
    """a = z."""
    return z


def linear_backward(da, z):
    """dz = da."""
    return da


def relu(z):
    """a = max(z, 0)."""
    return np.maximum(z, 0)


def relu_backward(da, z):
    """dz = da where z > 0, else 0. The slope at the kink z = 0 is 0, as in Keras."""
    return da * (z > 0)


def leaky_relu(z, negative_slope=0.2):
    """a = z where z > 0, else negative_slope·z. Keras's "leaky_relu" has slope 0.2; its LeakyReLU layer has 0.3."""
    return np.where(z > 0, z, negative_slope * z)


def leaky_relu_backward(da, z, negative_slope=0.2):
    """dz = da where z > 0, else negative_slope·da."""
    return np.where(z > 0, da, negative_slope * da)


def elu(z, alpha=1.0):
    """a = z where z > 0, else alpha·(exp(z) − 1)."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_backward(da, z, alpha=1.0):
    """dz = da where z > 0, else alpha·exp(z)·da. The slope at the kink z = 0 is alpha, as in Keras."""
    return da * np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


def selu(z):
    """a = SELU_SCALE·elu(z, SELU_ALPHA)."""
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_backward(da, z):
    """dz = SELU_SCALE·da where z >= 0 (as in Keras at the kink), else SELU_SCALE·SELU_ALPHA·exp(z)·da."""
    return SELU_SCALE * da * np.where(z >= 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0)))


def sigmoid(z):
    """a = 1 / (1 + exp(−z)), computed so that exp only gets numbers ≤ 0 and cannot overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_backward(da, z):
    """dz = a·(1 − a)·da with a = sigmoid(z)."""
    a = sigmoid(z)
    return a * (1 - a) * da


def tanh(z):
    """a = (exp(z) − exp(−z)) / (exp(z) + exp(−z))."""
    return np.tanh(z)


def tanh_backward(da, z):
    """dz = (1 − a²)·da with a = tanh(z)."""
    return (1 - np.tanh(z) ** 2) * da


def softplus(z):
    """a = log(1 + exp(z))."""
    return np.logaddexp(0, z)


def softplus_backward(da, z):
    """dz = sigmoid(z)·da."""
    return sigmoid(z) * da


def swish(z):
    """a = z·sigmoid(z); Keras calls it "swish" or "silu"."""
    return z * sigmoid(z)


def swish_backward(da, z):
    """dz = s·(1 + z·(1 − s))·da with s = sigmoid(z). 1 − s is computed as sigmoid(−z), to keep its digits."""
    return sigmoid(z) * (1 + z * sigmoid(-z)) * da


def gelu(z, approximate=False):
    """a = z·Φ(z), where Φ is the normal distribution function; approximate=True uses its tanh form.

    Φ(z) = (1 + erf(z/√2)) / 2  ≈  (1 + tanh(u)) / 2 = sigmoid(2u)  with  u = √(2/π)·(z + 0.044715·z³)
    """
    return z * _normal_cdf(z, approximate)


def gelu_backward(da, z, approximate=False):
    """dz = (Φ(z) + z·Φ′(z))·da, with the same Φ as in `gelu`."""
    if approximate:
        u = _gelu_inner(z)
        du = math.sqrt(2 / math.pi) * (1 + 3 * GELU_CUBIC * z**2)
        slope = 2 * sigmoid(2 * u) * sigmoid(-2 * u) * du  # a·(1 − a) loses digits near a = 1
    else:
        slope = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return (_normal_cdf(z, approximate) + z * slope) * da


def _normal_cdf(z, approximate):
    if approximate:
        return sigmoid(2 * _gelu_inner(z))
    erf = np.vectorize(math.erf, otypes=[np.result_type(z, 0.0)])  # NumPy itself has no erf
    return 0.5 * (1 + erf(z / math.sqrt(2)))


def _gelu_inner(z):
    return math.sqrt(2 / math.pi) * (z + GELU_CUBIC * z**3)


def mish(z):
    """a = z·tanh(softplus(z))."""
    return z * np.tanh(softplus(z))


def mish_backward(da, z):
    """dz = (t + z·sigmoid(z)·(1 − t²))·da with t = tanh(w) and w = softplus(z).

    Computes 1 − t² as 4·sigmoid(2w)·sigmoid(−2w), which keeps its digits near t = 1.
    """
    w = softplus(z)
    return (np.tanh(w) + z * sigmoid(z) * 4 * sigmoid(2 * w) * sigmoid(-2 * w)) * da


def softmax(z):
    """aᵢ = exp(zᵢ) / Σⱼ exp(zⱼ) over the last axis. Not element-wise: every output depends on every input of its row.

    Subtracting the row's maximum leaves all ratios unchanged and keeps exp from overflowing.
    """
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_backward(da, z):
    """dzᵢ = aᵢ·(daᵢ − Σⱼ daⱼ·aⱼ) with a = softmax(z): the row's full Jacobian, not just its diagonal."""
    a = softmax(z)
    return a * (da - np.sum(da * a, axis=-1, keepdims=True))


class ActivationPair(NamedTuple):
    """An activation function and its backward function: `forward(z) -> a`, `backward(da, z) -> dz`."""

    forward: Callable
    backward: Callable


ACTIVATIONS = {
    "linear": ActivationPair(linear, linear_backward),
    "relu": ActivationPair(relu, relu_backward),
    "leaky_relu": ActivationPair(leaky_relu, leaky_relu_backward),
    "elu": ActivationPair(elu, elu_backward),
    "selu": ActivationPair(selu, selu_backward),
    "sigmoid": ActivationPair(sigmoid, sigmoid_backward),
    "tanh": ActivationPair(tanh, tanh_backward),
    "softplus": ActivationPair(softplus, softplus_backward),
    "swish": ActivationPair(swish, swish_backward),
    "silu": ActivationPair(swish, swish_backward),
    "gelu": ActivationPair(gelu, gelu_backward),
    "mish": ActivationPair(mish, mish_backward),
    "softmax": ActivationPair(softmax, softmax_backward),
}


def get_activation(identifier):
    """Return the ActivationPair for `identifier`, much as `keras.activations.get` returns a function.

    Args:
        identifier: a name such as "relu", one of this package's activation functions, an ActivationPair (or any pair of
            functions: forward, backward), or None for linear.

    Returns:
        An ActivationPair.

    Raises:
        ValueError: the name is unknown, or the function has no known backward function.
    """
    if identifier is None:
        return ACTIVATIONS["linear"]
    if isinstance(identifier, str):
        if identifier in ACTIVATIONS:
            return ACTIVATIONS[identifier]
        close = difflib.get_close_matches(identifier.lower(), ACTIVATIONS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"Unknown activation {identifier!r}. Expected one of {', '.join(ACTIVATIONS)}.{hint}")
    if isinstance(identifier, tuple) and len(identifier) == 2 and all(map(callable, identifier)):
        return ActivationPair(*identifier)
    for pair in ACTIVATIONS.values():
        if identifier is pair.forward:
            return pair
    raise ValueError(
        f"Cannot use {identifier!r} as an activation. Expected a name ({', '.join(ACTIVATIONS)}), one of the package's "
        "activation functions, None, or a pair. To use your own function, pass its backward function too: "
        "ActivationPair(my_function, my_function_backward)."
    )
