"""Measurements that decide a claim: of one layer, of two models, of one function."""

import numpy as np

from ..quiet import keras, tf


def variables_held(layer, x):
    """The number of variables that a layer holds, trained or not, after it has been called on x.

    Args:
        layer: a Keras layer.
        x: a batch that it can be called on.

    Returns:
        A whole number.
    """
    layer(x)
    return len(layer.variables)


def differing_outputs(a, b, x):
    """The number of outputs in which two models differ, in any bit.

    Args:
        a, b: Keras models with outputs of the same shape.
        x: a batch for both.

    Returns:
        A whole number.
    """
    return int(np.count_nonzero(np.array(a(x)) != np.array(b(x))))


def gradient_gap(a, b, x, labels):
    """max |∂L/∂θ_a − ∂L/∂θ_b| over all parameters θ of two classifiers; L is the mean cross-entropy over a batch.

    Args:
        a, b: Keras models that end in a softmax, with trainable weights of the same shapes, in the same order.
        x: a batch for both.
        labels: (samples,), the number of the right class for each sample.

    Returns:
        A float.
    """
    cross_entropy = keras.losses.SparseCategoricalCrossentropy()
    gradients = []
    for model in (a, b):
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, model(x))
        gradients.append(tape.gradient(loss, model.trainable_weights))
    return max(float(np.abs(np.array(of_a) - np.array(of_b)).max()) for of_a, of_b in zip(*gradients, strict=True))


def is_affine(f, u, v):
    """Whether f(u + v) + f(0) = f(u) + f(v), up to rounding: true for every affine map, for almost no other.

    Args:
        f: a function of one array.
        u, v: arrays of the same shape that f can be applied to.

    Returns:
        True or False.
    """
    return bool(np.allclose(f(u + v) + f(np.zeros_like(u)), f(u) + f(v), atol=1e-4))
