"""05_keras_dense: Keras's Dense and its activation argument, opened, compared and extended."""

import numpy as np

from ..by_hand.activations import relu, sigmoid, softmax
from ..harness.keras_functions import custom_objects, on_a_sealed_layer, used_in_a_place
from ..harness.models import model_of_nothing
from ..harness.outputs import array_of
from ..harness.random_draws import drawn_batch, drawn_weights, small_numbers
from ..quiet import keras, tf
from ..with_keras.models import argument_form, layer_form, operation_form
from . import KERAS, Exercise, Question
from .models import with_two_layers_of_weights


def build_mlp():
    return keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _build_mlp_cases(rng):
    def drawn(batch):
        return (*drawn_weights(rng, [(784, 64), (64,), (64, 10), (10,)]), drawn_batch(rng, batch, 784))

    return {"a batch of three": drawn(3), "a single picture": drawn(1)}


def _stack(*layers, shape=(784,)):
    return keras.Sequential([keras.Input(shape=shape), *layers])


def _dense(units, activation=None, **settings):
    return keras.layers.Dense(units, activation=activation, **settings)


def _by_add():
    model = keras.Sequential()
    model.add(keras.Input((784,)))
    model.add(keras.layers.Dense(units=64, activation=keras.activations.relu))
    model.add(keras.layers.Dense(units=10, activation=keras.activations.softmax))
    return model


def _functional():
    inputs = keras.Input(shape=(784,))
    hidden = keras.layers.Dense(64, "relu")(inputs)
    return keras.Model(inputs, keras.layers.Dense(10, "softmax")(hidden))


BUILD_MLP = Exercise(
    build_mlp,
    prompt="""
    A Keras model for the images of lesson 4: one hidden layer, and a probability for each class.

    returns a Sequential or functional keras.Model: 784 numbers come in; a Dense layer of 64 units with relu; a Dense
            layer of 10 units with softmax; both activations by argument, and nothing that Keras warns of

    >>> build_mlp().count_params()
    50890
    """,
    points=2,
    cases=_build_mlp_cases,
    hints=(
        "keras.Sequential takes a list, as lab.Sequential does. Its first item gives the input shape: keras.Input(shape=…).",
        "keras.layers.Dense takes the units and, as activation=, the name of an activation in quotes.",
        "The shape of one sample has no batch axis, and a shape is a tuple even when it has one axis: (784,).",
    ),
    mistakes={
        "The hidden layer has no activation: with None, Dense stays linear.": lambda: _stack(
            _dense(64), _dense(10, "softmax")
        ),
        "The last layer has no softmax: it gives logits, and probabilities are asked for.": lambda: _stack(
            _dense(64, "relu"), _dense(10)
        ),
        "The two activations have changed places.": lambda: _stack(_dense(64, "softmax"), _dense(10, "relu")),
        "The last layer has sigmoid: each class gets a number of its own, and they need not add up to 1.": lambda: (
            _stack(_dense(64, "relu"), _dense(10, "sigmoid"))
        ),
        "The hidden layer has sigmoid; relu is asked for.": lambda: _stack(
            _dense(64, "sigmoid"), _dense(10, "softmax")
        ),
        "The activations are layers of their own here; they are asked for as arguments.": lambda: _stack(
            _dense(64), keras.layers.Activation("relu"), _dense(10), keras.layers.Activation("softmax")
        ),
        "Each layer applies its activation, and a layer after it applies it again; once is enough.": lambda: _stack(
            _dense(64, "relu"),
            keras.layers.Activation("relu"),
            _dense(10, "softmax"),
            keras.layers.Activation("softmax"),
        ),
        "The picture comes in as 28 rows of 28 numbers; its 784 numbers are asked for in one row.": (
            lambda: _stack(_dense(64, "relu"), _dense(10, "softmax"), shape=(28, 28))
        ),
        "The shape is an argument of the first layer, the old way, which makes Keras warn; put keras.Input(shape=(784,)) first in the list.": (
            lambda: keras.Sequential([_dense(64, "relu", input_shape=(784,)), _dense(10, "softmax")])
        ),
        "A shape is a tuple: (784,), with the comma. (784) is the number 784.": lambda: _stack(_dense(64), shape=784),
        "lab.relu and lab.softmax work on NumPy arrays; Keras has its own, by name or in keras.activations.": lambda: (
            _stack(_dense(64, relu), _dense(10, softmax))
        ),
        "The last layer has one unit: a softmax over one number is always 1. There is one unit for each class.": lambda: (
            _stack(_dense(64, "relu"), _dense(1, "softmax"))
        ),
    },
    accepted=(_by_add, _functional, lambda: _stack(_dense(64, tf.nn.relu), _dense(10, tf.nn.softmax))),
    returns=("the stack of layers", "the output"),
    run=model_of_nothing,
    examine=with_two_layers_of_weights,
    architecture="exact",
    allowed_imports=KERAS,
    near_twins=(argument_form, layer_form, operation_form),
    self_reported="that it gives no warning",
)


def dense_by_hand(layer, x):
    z = x @ keras.ops.convert_to_numpy(layer.kernel)
    if layer.use_bias:
        z = z + keras.ops.convert_to_numpy(layer.bias)
    a = keras.ops.convert_to_numpy(layer.activation(z))
    return z, a


def _dense_by_hand_cases(rng):
    def drawn(batch, features, units, activation, bias=True):
        kernel, b, x = (drawn_batch(rng, *shape) for shape in ((features, units), (units,), (batch, features)))
        return (kernel, b if bias else None, activation, x)

    def small(*shape):
        return (small_numbers(rng, *shape).astype(np.float32),)

    return {
        "relu": (*small(3, 2), *small(2), "relu", *small(4, 3)),
        "softmax, a single row": drawn(1, 2, 5, "softmax"),
        "no activation": drawn(3, 4, 2, None),
        "swish, without a bias": drawn(2, 3, 4, "swish", bias=False),
        "a function of its own": drawn(3, 2, 3, "square"),
    }


def _linear_part(layer, x):
    kernel, *bias = layer.get_weights()
    return x @ kernel + (bias[0] if bias else np.float32(0))


def _activated(layer, z):
    return array_of(layer.activation(z))


def _unpacked(layer, x):
    kernel, bias = layer.get_weights()
    return x @ kernel + bias, _activated(layer, x @ kernel + bias)


def _none_added(layer, x):
    z = x @ np.asarray(layer.kernel) + layer.bias
    return array_of(z), _activated(layer, z)


def _bias_as_condition(layer, x):
    kernel, *bias = layer.get_weights()
    z = x @ kernel + (bias[0] if layer.bias else 0)
    return z, _activated(layer, z)


def _bias_last(layer, x):
    kernel, *bias = layer.get_weights()
    return x @ kernel, _activated(layer, x @ kernel) + (bias[0] if bias else 0)


def _bias_in_the_kernel(layer, x):
    kernel, *bias = layer.get_weights()
    z = x @ (kernel + (bias[0] if bias else np.float32(0)))
    return z, _activated(layer, z)


def _by_tensors(layer, x):
    z = tf.matmul(x, layer.kernel)
    if layer.bias is not None:
        z = tf.nn.bias_add(z, layer.bias)
    return z.numpy(), layer.activation(z).numpy()


def _by_the_course(layer, x):
    kernel, *bias = layer.get_weights()
    z = keras.ops.add(keras.ops.matmul(x, kernel), bias[0] if bias else 0.0)
    return np.array(z), np.array(keras.activations.get(layer.activation)(z))


DENSE_BY_HAND = Exercise(
    dense_by_hand,
    prompt="""
    What a built Keras Dense layer computes, from what it holds: its kernel, its bias, its activation.

    layer   a built keras.layers.Dense: layer.kernel and layer.bias are its weights (bias is None and layer.use_bias
            False where it has none), layer.activation is a function
    x       inputs, float32, (batch, features)
    returns the pre-activation z and the activation a, two arrays, (batch, units), float32 like x; the layer itself
            is not called

    >>> layer = keras.layers.Dense(1, activation="relu")
    >>> layer.build((None, 2))
    >>> layer.set_weights([np.array([[2.0], [-3.0]]), np.array([1.0])])
    >>> z, a = dense_by_hand(layer, np.array([[1.0, 2.0]], dtype=np.float32))
    >>> print(z, a)
    [[-3.]] [[0.]]
    """,
    points=2,
    cases=_dense_by_hand_cases,
    hints=(
        "z comes first: you wrote it in lesson 1. layer.get_weights() returns the weights as NumPy arrays.",
        "A layer with use_bias=False has only one weight, the kernel. Its bias is None, and nothing is added.",
        "layer.activation is a function, whatever the argument was; call it on z. It may return a tensor; "
        "np.array(…) makes an array of it.",
    ),
    mistakes={
        "It is always relu; the layer's own activation is asked for, layer.activation.": lambda layer, x: (
            _linear_part(layer, x),
            np.maximum(_linear_part(layer, x), 0),
        ),
        "The activation is missing: a is the same as z.": lambda layer, x: (
            _linear_part(layer, x),
            _linear_part(layer, x),
        ),
        "The bias is missing.": lambda layer, x: (
            x @ layer.get_weights()[0],
            _activated(layer, x @ layer.get_weights()[0]),
        ),
        "A layer without a bias is not provided for: there, layer.bias is None and get_weights() holds one array only.": (
            _unpacked
        ),
        "A layer without a bias is not provided for: there, layer.bias is None, and None cannot be added.": _none_added,
        "A weight cannot be asked “are you there?” by `if layer.bias:`; ask layer.use_bias, or layer.bias is not None.": (
            _bias_as_condition
        ),
        "z has the activation in it already; z is what comes before.": lambda layer, x: (
            _activated(layer, _linear_part(layer, x)),
            _activated(layer, _linear_part(layer, x)),
        ),
        "The activation is applied twice.": lambda layer, x: (
            _linear_part(layer, x),
            _activated(layer, layer.activation(_linear_part(layer, x))),
        ),
        "The bias is added after the activation; it belongs to z.": _bias_last,
        "It calls the layer, which gives a alone; z is lost on the way.": lambda layer, x: (layer(x), layer(x)),
        "The bias is added to every row of the kernel; it belongs to the product, x @ kernel.": _bias_in_the_kernel,
        "The bias is subtracted; it is added.": lambda layer, x: (
            2 * (x @ layer.get_weights()[0]) - _linear_part(layer, x),
            _activated(layer, 2 * (x @ layer.get_weights()[0]) - _linear_part(layer, x)),
        ),
        "The bias is added twice.": lambda layer, x: (
            2 * _linear_part(layer, x) - x @ layer.get_weights()[0],
            _activated(layer, 2 * _linear_part(layer, x) - x @ layer.get_weights()[0]),
        ),
        "The activation has been applied to x, before the product.": lambda layer, x: (
            _linear_part(layer, _activated(layer, x)),
            _linear_part(layer, _activated(layer, x)),
        ),
    },
    accepted=(
        _by_tensors,
        _by_the_course,
        lambda layer, x: (_linear_part(layer, x), _activated(layer, _linear_part(layer, x))),
    ),
    returns=("z", "a"),
    run=on_a_sealed_layer,
    allowed_imports=KERAS,
    self_reported="that the layer itself is not called",
)


with custom_objects():  # a registration that a learner has made under the same name stays theirs

    @keras.saving.register_keras_serializable()
    def keras_swish(x):
        return x * keras.ops.sigmoid(x)

    @keras.saving.register_keras_serializable()
    def _with_tf_sigmoid(x):
        return x * tf.sigmoid(x)

    @keras.saving.register_keras_serializable()
    def _with_the_courses(x):
        return x * sigmoid(x)

    @keras.saving.register_keras_serializable()
    def _with_numpy(x):
        return x / (1 + np.exp(-x))

    @keras.saving.register_keras_serializable()
    def _sigmoid_alone(x):
        return keras.ops.sigmoid(x)

    @keras.saving.register_keras_serializable()
    def _with_relu(x):
        return x * keras.ops.relu(x)

    @keras.saving.register_keras_serializable()
    def _sigmoid_added(x):
        return x + keras.ops.sigmoid(x)

    @keras.saving.register_keras_serializable()
    def _relu_alone(x):
        return keras.ops.relu(x)

    @keras.saving.register_keras_serializable()
    def _gelu(x):
        return keras.ops.gelu(x)

    @keras.saving.register_keras_serializable()
    def _with_tanh(x):
        return x * keras.ops.tanh(x)

    @keras.saving.register_keras_serializable()
    def _other_side(x):
        return x * keras.ops.sigmoid(-x)

    @keras.saving.register_keras_serializable()
    def _squared_sigmoid(x):
        return keras.ops.sigmoid(x) * keras.ops.sigmoid(x)

    @keras.saving.register_keras_serializable()
    def _with_softmax(x):
        return x * keras.ops.softmax(x)

    @keras.saving.register_keras_serializable()
    def _written_out(x):
        return x / (1.0 + keras.ops.exp(-x))

    @keras.saving.register_keras_serializable(package="mine")
    def _by_activations(x):
        return keras.ops.multiply(x, keras.activations.sigmoid(x))

    @keras.saving.register_keras_serializable(name="another name")
    def _by_silu(x):
        return keras.ops.silu(x)

    @keras.saving.register_keras_serializable()
    def _by_tanh(x):
        return x * (1.0 + keras.ops.tanh(x / 2.0)) / 2.0


def _not_registered(x):
    return x * keras.ops.sigmoid(x)


def _as_in_the_article(x):
    return x * tf.sigmoid(x)


def _keras_swish_cases(rng):
    def drawn(place, scale=2.0):
        return (place, (scale * rng.normal(size=(3, 2))).astype(np.float32))

    return {
        "on an array": ("array", rng.permutation(np.array([-2, -1, 0, 1, 3], np.float32))),
        "as far as ±1000": ("array", np.array([-1000.0, 0.0, 1000.0], dtype=np.float32)),
        "its gradient, as far as ±1000": ("gradient", np.array([-1000.0, -3.0, 2.0, 1000.0], dtype=np.float32)),
        "on a symbolic tensor": drawn("symbolic tensor"),
        "as a Dense layer's argument": drawn("argument"),
        "in a model that was saved and loaded": drawn("saved and loaded"),
    }


KERAS_SWISH = Exercise(
    keras_swish,
    prompt="""
    Swish (lesson 2) for Keras models that will be saved and loaded.

    x       a Keras tensor, a symbolic one included, or an array; as far as ±1000, and its gradient too
    returns swish of every entry, of x's shape
            A model with Dense(4, activation=keras_swish) can be saved, and then loaded in a new notebook that has run
            only this def. Anything right above the def belongs to it.

    >>> print(np.round(np.array(keras_swish(np.array([-1.0, 0.0, 2.0]))), 4))
    [-0.2689  0.      1.7616]
    """,
    points=2,
    cases=_keras_swish_cases,
    hints=(
        "keras.ops has sigmoid and most of NumPy's functions, and they take symbolic tensors too.",
        "When it loads a model, Keras looks a function up by its name. A line above the def has to register it, "
        "so that Keras finds it.",
        "The lesson registered a relu, with @keras.saving.register_keras_serializable() above its def.",
    ),
    mistakes={
        "It is not registered, so Keras cannot find it by its name: put @keras.saving.register_keras_serializable() above the def.": (
            _not_registered
        ),
        "It refuses symbolic tensors, as TensorFlow's and NumPy's functions do; keras.ops.sigmoid takes them.": _with_tf_sigmoid,
        "It refuses symbolic tensors (keras.ops.sigmoid takes them), and it is not registered: @keras.saving.register_keras_serializable().": (
            _as_in_the_article
        ),
        "lab's functions are NumPy's: they take arrays, not Keras's tensors. Use keras.ops.": _with_the_courses,
        "NumPy works on arrays only, and its exp overflows; keras.ops has what works on tensors too.": _with_numpy,
        "Written out with exp, its gradient far on the left is not a number; keras.ops.sigmoid is safe there.": _written_out,
        "The brackets after the decorator are missing: @keras.saving.register_keras_serializable().": (
            keras.saving.register_keras_serializable(_not_registered)
        ),
        "x is missing: that is sigmoid alone.": _sigmoid_alone,
        "That is x times relu(x); swish multiplies by sigmoid(x).": _with_relu,
        "x and sigmoid(x) are added; swish multiplies them.": _sigmoid_added,
        "That is relu; swish is smooth, and a little below zero on the left.": _relu_alone,
        "That is gelu, which looks alike; swish is x times sigmoid(x).": _gelu,
        "x is multiplied by tanh(x); swish multiplies it by sigmoid(x).": _with_tanh,
        "The sign inside the sigmoid is turned: x is multiplied by sigmoid(−x).": _other_side,
        "sigmoid(x) is squared; swish is x times sigmoid(x).": _squared_sigmoid,
        "x is multiplied by softmax(x), which looks at the whole row; swish takes each number alone, with sigmoid.": _with_softmax,
    },
    accepted=(_by_activations, _by_silu, _by_tanh),
    run=used_in_a_place,
    allowed_imports=KERAS,
    self_reported="that a saved model loads again",
)


NO_ARGUMENT = Question(
    name="no_argument",
    text="Someone writes `keras.layers.Dense(64)` and leaves `activation=` out. Which activation does the layer apply?",
    options={
        "a": ("relu, the usual choice for hidden layers", "Keras chooses nothing for you: the default is None."),
        "b": (
            "none: the output is the pre-activation",
            "Right: None means linear, which returns its input unchanged.",
        ),
        "c": (
            "none, and so the layer cannot be trained",
            "Its kernel and bias train as usual; only the activation is missing.",
        ),
        "d": ("sigmoid, as in the first neural networks", "The default is None, whatever history says."),
    },
    correct="b",
)

SUMMARY_WITHOUT_RELU = Question(
    name="summary_without_relu",
    text='Someone wrote `Dense(64, activation="relu")`, saw no relu in the summary, and put `Activation("relu")` after it. The '
    "summary now shows a Dense and an Activation. How often is relu applied?",
    options={
        "a": (
            "once, by the Activation; what the summary does not show is not there",
            "`hidden.activation` was there, and it worked.",
        ),
        "b": (
            "twice, once inside Dense and once after it",
            "Right: Dense applies it, and Activation applies it again. Lesson 7 measures what harm that does.",
        ),
        "c": ("once, since Keras notices and merges the two", "Keras applies what it is told to apply."),
        "d": (
            "once now, and twice after `compile`",
            "`compile` adds no activation; the models above were not even compiled.",
        ),
    },
    correct="b",
)

CANNOT_LOAD = Question(
    name="cannot_load",
    text="A colleague sends you `model.keras`. Loading it stops with “Could not locate function 'bend'”. What is missing?",
    options={
        "a": ("the weights: they have to be trained again", "The weights are in the file; a function is missing."),
        "b": (
            "the definition of `bend`: the file holds only its name, and your notebook knows no function of that name",
            "Right: run its def, and pass the function to load_model as custom_objects=.",
        ),
        "c": (
            "`bend` must become a layer, since functions cannot be saved",
            "Registered functions load; a custom layer must be registered just the same.",
        ),
        "d": ("a newer Keras, which will know `bend`", "It is your colleague's own function; no Keras knows it."),
    },
    correct="b",
)
