"""Harnesses for answers that measure something about layers and pairs of models, which a case gives by name."""

import numpy as np

from ..quiet import keras

LAYERS = {
    "Activation": lambda: keras.layers.Activation("tanh"),
    "PReLU": lambda: keras.layers.PReLU(),
    "Softmax": lambda: keras.layers.Softmax(),
    "Dense": lambda: keras.layers.Dense(4),
    "Dense without bias": lambda: keras.layers.Dense(4, use_bias=False),
    "BatchNormalization": lambda: keras.layers.BatchNormalization(),
}


def on_a_new_layer(answer, kind, x):
    """Call the answer with a layer that has never been called: of this kind, or so many Dense layers in one."""
    if isinstance(kind, int):
        return answer(keras.Sequential([keras.layers.Dense(2) for _ in range(kind)]), x)
    return answer(LAYERS[kind](), x)


def two_models(pair, seed, last="softmax"):
    """A small model in the argument form, and another model: which one, the name of the pair says."""
    first = [keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(3, last)]
    hidden = "tanh" if pair == "another activation" else "relu"
    second = [keras.Input((4,)), keras.layers.Dense(5), keras.layers.Activation(hidden)]
    second += [keras.layers.Dense(3), keras.layers.Activation(last)]
    a, b = keras.Sequential(first), keras.Sequential(second)
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=weight.shape).astype("float32") for weight in a.get_weights()]
    a.set_weights(weights)
    if pair == "another bias":
        weights[-1] = weights[-1] + np.array([1, 0, -1], dtype="float32")
    if pair == "another kernel":
        weights[2] = weights[2] * np.float32(1.5)
    if pair == "a bias a little larger":
        weights[-1] = weights[-1] + np.array([4e-7, 0, 0], dtype="float32")
    b.set_weights(weights)
    return a, b


def on_two_models(answer, pair, seed, x):
    """Call the answer with two models and a batch.

    With another bias they end in logits: how softmax rounds, and where it saturates, depends on the machine.
    """
    last = "linear" if "bias" in pair else "softmax"
    return answer(*two_models(pair, seed, last), x.copy())


def on_two_classifiers(answer, pair, seed, x, labels):
    """Call the answer with two models, a batch and its labels."""
    return answer(*two_models(pair, seed), x.copy(), labels.copy())
