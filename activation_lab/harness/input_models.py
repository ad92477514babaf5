"""Harnesses for answers that are given a Keras model, with weights drawn from a seed."""

import functools

import numpy as np

from ..errors import CannotJudge
from ..quiet import keras
from .models import keras_model
from .random_draws import drawn_weights

# The models, selected by names used in cases


def two_layers(form):
    """Return a model with a layer named first and one named second, each with a kernel."""
    Dense, Activation, Conv2D = keras.layers.Dense, keras.layers.Activation, keras.layers.Conv2D
    if form == "argument":
        layers = [keras.Input((4,)), Dense(5, "relu", name="first"), Dense(3, "softmax", name="second")]
        return keras.Sequential(layers)
    if form == "layer":
        layers = [
            keras.Input((4,)),
            Dense(5, name="first"),
            Activation("relu"),
            Dense(3, name="second"),
            Activation("tanh"),
        ]
        return keras.Sequential(layers)
    if form == "convolution":
        first = Conv2D(3, (2, 3), strides=2, padding="same", activation="sigmoid", name="first")
        return keras.Sequential([keras.Input((6, 5, 2)), first, keras.layers.Flatten(), Dense(2, name="second")])
    inputs = keras.Input((4,))
    first = Dense(4, "tanh", use_bias=False, name="first")(inputs)
    second = Dense(3, "sigmoid", name="second")(keras.layers.Add()([inputs, first]))
    return keras.Model(inputs, second)


def with_arguments(kind):
    """Return a Sequential whose activations are arguments."""
    Dense, Conv2D = keras.layers.Dense, keras.layers.Conv2D
    if kind == "Dense layers":
        return keras.Sequential([keras.Input((4,)), Dense(6, "relu"), Dense(5), Dense(3, "softmax")])
    if kind == "a convolution":
        pooling = keras.layers.MaxPooling2D((2, 3), strides=1, padding="same")
        convolution = Conv2D(3, (2, 3), activation="sigmoid")
        layers = [keras.Input((6, 7, 1)), convolution, pooling, keras.layers.Flatten(), Dense(4, "tanh")]
        return keras.Sequential(layers)
    if kind == "nothing to do":
        return keras.Sequential([keras.Input((3,)), Dense(4), Dense(2)])
    convolution = Conv2D(2, (3, 2), strides=2, padding="same", use_bias=False, activation="leaky_relu")
    pooling, flatten = keras.layers.AveragePooling2D((1, 2)), keras.layers.Flatten()
    return keras.Sequential([keras.Input((5, 7, 2)), convolution, pooling, flatten, Dense(3, "elu")])


def classifier(form):
    """Return a model that ends in a softmax, in one of several forms."""
    Dense, Activation = keras.layers.Dense, keras.layers.Activation
    hidden = [keras.Input((5,)), Dense(4, "relu", name="hidden")]
    if form == "argument":
        return keras.Sequential([*hidden, Dense(3, "softmax", name="head")])
    if form == "no bias":
        return keras.Sequential([*hidden, Dense(3, "softmax", use_bias=False, name="head")])
    if form == "Activation":
        return keras.Sequential([*hidden, Dense(3), Activation("softmax")])
    if form == "Softmax":
        return keras.Sequential([*hidden, Dense(3), keras.layers.Softmax()])
    if form == "convolution":
        hidden = [keras.Input((6, 7, 1)), keras.layers.Conv2D(2, 3, activation="tanh"), keras.layers.Flatten()]
        return keras.Sequential([*hidden, Dense(4, "softmax")])
    inputs = keras.Input((5,))
    hidden = keras.layers.Concatenate()([inputs, Dense(3, "tanh")(inputs)])
    return keras.Model(inputs, Activation("softmax")(Dense(3)(hidden)))


def traced(form, activations):
    """Return a model with these hidden activations, for exercises that count operations."""
    Dense, Activation, Input = keras.layers.Dense, keras.layers.Activation, keras.Input
    if form == "relu6":  # two kinds that begin alike, as an argument and as a layer
        names = ["relu" if name == "relu" else "relu6" for name in activations]
        return keras.Sequential([Input((4,)), Dense(3, "relu6"), *map(Activation, names), Dense(2)])
    if form == "branches":
        inputs = Input((6, 5, 2))
        z = keras.layers.Conv2D(3, 2)(inputs)
        x = keras.layers.Add()([keras.activations.relu(z), keras.layers.ReLU()(z)])
        for name in activations:
            x = Activation(name)(x)
        return keras.Model(inputs, keras.layers.Flatten()(x), name="two_relu")
    if form == "argument form":
        hidden = [Dense(5, name) for name in activations]
    else:
        hidden = [layer for name in activations for layer in (Dense(5), Activation(name))]
    last = [Dense(3, "softmax")] if form == "argument form" else [Dense(3)]
    dropout = [keras.layers.Dropout(0.5)] if form == "dropout" else []
    return keras.Sequential([Input((6,)), *hidden, *dropout, *last])


# Large weights for a classifier, so that no tolerance hides a detour through the probabilities.
SCALES = {classifier: 3}


def weights_of(make, shapes, seed):
    """Return weights, drawn from `seed`, for a model built by `make`."""
    return [SCALES.get(make, 1) * weight for weight in drawn_weights(np.random.default_rng(seed), shapes)]


def filled(make, form, seed):
    """Return the model that `make` builds in this form, with its weights."""
    model = make(form)
    model.set_weights(weights_of(make, [weight.shape for weight in model.weights], seed))
    return model


# The harnesses: each returns the model that the answer returned, and the given one as the answer has left it


def model_of_a_layer(answer, form, layer_name, weights_seed):
    """Call the answer with a model that has two layers, and the name of one of them."""
    given = filled(two_layers, form, weights_seed)
    return keras_model(answer(given, layer_name)), given


def model_of_a_classifier(answer, form, weights_seed):
    """Call the answer with a model that ends in a softmax."""
    given = filled(classifier, form, weights_seed)
    return keras_model(answer(given)), given


def model_of_the_other_form(answer, kind, weights_seed):
    """Call the answer with a model in the argument form.

    Raises:
        CannotJudge: the returned model shares its weights with it.
    """
    given = filled(with_arguments, kind, weights_seed)
    weights = given.get_weights()
    returned = keras_model(answer(given))
    own = returned.get_weights()
    if len(own) == len(weights) and all(map(np.array_equal, own, weights)):
        returned.set_weights([np.zeros_like(weight) for weight in own])
        if not all(map(np.array_equal, given.get_weights(), weights)):
            raise CannotJudge("It shares its weights with the given model: training one changes the other.")
        returned.set_weights(own)
    return returned, given


def on_a_traced_model(answer, form, activations, kind):
    """Give the answer a model to trace, the same one each time, unless an answer has changed its settings."""
    model, settings = _kept(form, activations)
    try:
        return answer(model, kind)
    finally:
        if model.get_config() != settings:
            _kept.cache_clear()


@functools.lru_cache(maxsize=20)
def _kept(form, activations):
    """A model to trace, and its settings: making it takes longer than tracing it."""
    model = traced(form, activations)
    return model, model.get_config()
