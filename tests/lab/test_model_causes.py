"""Is a Keras model judged by the layers in it, and is what is wrong with it, or what Keras says, put into words?"""

import re

import numpy as np
import pytest

from activation_lab import exercises
from activation_lab.errors import CannotJudge

pytest.importorskip("tensorflow", reason="Keras answers need Keras")

from activation_lab.checking import judge  # noqa: E402
from activation_lab.checking.error_causes import error_cause  # noqa: E402
from activation_lab.checking.outcome import Outcome, error_text  # noqa: E402
from activation_lab.exercises import architecture, models  # noqa: E402
from activation_lab.harness.keras_functions import saved_and_loaded  # noqa: E402
from activation_lab.harness.outputs import outputs_of  # noqa: E402
from activation_lab.quiet import keras, tf  # noqa: E402

Dense, Conv2D, Activation = keras.layers.Dense, keras.layers.Conv2D, keras.layers.Activation
X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


class Block(keras.layers.Layer):
    def __init__(self, units, weight=False):
        super().__init__()
        self.dense, self.norm = Dense(units, "relu"), keras.layers.BatchNormalization()
        self.own = self.add_weight(shape=(units,)) if weight else 0

    def call(self, x, training=None):
        return self.norm(self.dense(x), training=training) + self.own


class Blocks(keras.Model):
    def __init__(self):
        super().__init__()
        self.block, self.last = Block(3), Dense(2)

    def call(self, x):
        return self.last(self.block(x))


def called(model):
    model(X)
    return model


OPENED = {
    "in a Sequential": lambda: keras.Sequential([keras.Input((4,)), Block(3), Dense(2)]),
    "in a functional model": lambda: keras.Model(i := keras.Input((4,)), Dense(2)(Block(3)(i))),
    "a model of its own class": lambda: called(Blocks()),
}


@pytest.mark.parametrize("make", OPENED.values(), ids=OPENED)
def test_a_custom_block_is_opened(make):
    """Is a block of a learner's own class judged by the layers in it, with their weights, in inference and training?"""
    given = make()
    model = models.model_of(given, (4,))
    assert architecture.architecture_text(model).startswith("Input(4,) → Dense(3, relu) → BatchNormalization")
    assert {id(weight) for weight in model.weights} == {id(weight) for weight in given.weights}
    for training in (False, True):
        assert np.allclose(outputs_of(model, X, training=training), given(X, training=training), atol=1e-6)


def test_a_block_with_weights_of_its_own_stays():
    """Is a block left closed if opening it would lose its own weights, or if it needs numbers?"""
    block = Block(3, weight=True)
    model = keras.Sequential([keras.Input((4,)), block])
    assert models.model_of(model).layers == [block]


def test_a_layer_applied_again_says_so():
    """Does the text tell one activation object used twice from two, in both APIs, and show operations?"""
    again = Activation("relu")
    inputs = keras.Input((4,))
    for model in (
        keras.Sequential([keras.Input((4,)), Dense(3), again, Dense(2), again]),
        keras.Model(inputs, again(Dense(2)(again(Dense(3)(inputs))))),
    ):
        assert architecture.architecture_text(model) == (
            "Input(4,) → Dense(3) → Activation(relu) → Dense(2) → Activation(relu) again"
        )
    assert architecture.architecture_text(keras.Model(inputs, keras.ops.relu(inputs))) == "Input(4,) → relu(…)"


UNSEEN = {
    "dropout": lambda f, u: [
        Dense(u),
        keras.layers.BatchNormalization(),
        Activation("relu"),
        keras.layers.Dropout(0.5),
    ],
    "frozen": lambda f, u: [Dense(u), keras.layers.BatchNormalization(trainable=False), Activation("relu")],
}
SAID = {
    "dropout": "One Dropout more than asked for, at the end, after relu.",
    "frozen": "The BatchNormalization layer is frozen: trainable is False.",
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_inference_does_not_show(kind):
    """Is a model rejected that is right at inference and wrong in training, and is the cause named?"""

    def normalized_block(features, units):
        return keras.Sequential([keras.Input((features,)), *UNSEEN[kind](features, units)])

    report = judge(exercises.find("normalized_block"), normalized_block)
    assert report.state == "failed" and report.diagnoses == (SAID[kind],), repr(report)
    assert "The output in training is wrong" in repr(report) and "The output is wrong" not in repr(report)


def test_two_mistakes_in_one_model():
    """Are two errors in one model both named?"""

    def with_activation_layers(features, units, activation):
        layers = [Dense(count, activation=activation) for count in units[:-1]]
        return keras.Sequential([keras.Input((features,)), *layers, Dense(units[-1], "softmax")])

    report = judge(exercises.find("with_activation_layers"), with_activation_layers)
    assert report.diagnoses == (
        "relu is an argument of the first Dense and the second Dense; it is asked for as a layer of its own.",
        "The last Dense has softmax; logits are asked for.",
    )


def test_a_spec_stays_as_it_is():
    """Is a builder rejected that takes its argument apart?"""

    def block_from_spec(spec):
        layers = [keras.Input((spec.pop(0)[1],))]
        return keras.Sequential([*layers, *(Dense(3) for _ in spec)])

    report = judge(exercises.find("block_from_spec"), block_from_spec)
    assert "It changes the list `spec`, which belongs to the caller." in repr(report)


def test_a_lambda_is_not_loaded():
    """Is a registered lambda rejected, whatever name it is given? Keras would not load it."""
    keras_swish = lambda x: x * keras.ops.sigmoid(x)  # noqa: E731
    keras_swish.__name__ = "keras_swish"
    with pytest.raises(CannotJudge, match="Keras loads no lambda from a file"):
        saved_and_loaded(keras.Sequential([keras.Input((4,)), Dense(3, activation=keras_swish)]), keras_swish)


KERAS_ERRORS = {
    "a name in capitals": (
        lambda i: Dense(3, activation="Relu"),
        "Names are written in small letters. Did you mean 'relu'?",
    ),
    "an option": (
        lambda i: Dense(3, activaton="relu"),
        "`Dense` has no argument `activaton=`. Did you mean `activation=`?",
    ),
    "a class": (lambda i: keras.Sequential([i, Dense]), "A layer is made by a call: `Dense(…)`"),
    "a text": (lambda i: keras.Sequential([i, "relu"]), "A text is in the list of layers: 'relu'."),
    "a function": (lambda i: keras.Sequential([i, keras.activations.relu]), "A function is in the list of layers."),
    "no list": (lambda i: keras.Sequential(Dense(2), Dense(3)), "takes one list"),
    "input of a model": (lambda i: keras.Sequential([keras.Input((4,)), Dense(3)]).input, "before it is called"),
    "no weights yet": (
        lambda i: Dense(3).set_weights([np.ones((4, 3)), np.ones(3)]),
        "has no weights yet when `set_weights`",
    ),
    "other weights": (
        lambda i: keras.Sequential([i, Dense(3)]).set_weights([np.ones(3)]),
        "gets 1 array, and the layer has 2 weights",
    ),
    "NumPy": (lambda i: np.exp(i), "a symbolic tensor has none yet. keras.ops has the same functions"),
    "TensorFlow": (lambda i: tf.nn.relu(i), "TensorFlow's functions don't take symbolic tensors"),
    "a condition": (lambda i: i if i > 0 else 0, "`if` can't ask a symbolic tensor"),
    "no attribute": (lambda i: i.op, "A symbolic tensor has no `.op`"),
    "not connected": (lambda i: keras.Model(keras.Input((4,)), Dense(3)(i)), "isn't computed from its input"),
    "a layer as the output": (lambda i: keras.Model(i, Dense(3)), "the output given is a layer, Dense"),
    "another width": (
        lambda i: keras.Sequential([i, Dense(2)])(np.ones((4, 7))),
        "was made for 4 numbers in the last axis",
    ),
    "no channels": (lambda i: Conv2D(3, 3)(keras.Input((28, 28))), "Pictures come as batch, height, width, channels."),
    "the batch twice": (lambda i: Conv2D(3, 3)(keras.Input((None, 28, 28, 1))), "The input has the batch axis twice"),
    "the stride": (
        lambda i: Conv2D(3, 3, "same"),
        "The third argument of a convolution is its stride, and here it is same.",
    ),
    "a shape": (lambda i: keras.Input(784), "A shape is a tuple: (784,), with the comma."),
    "units": (lambda i: Dense("relu")(i), "is the number of units"),
    "a large window": (lambda i: Conv2D(3, 9)(keras.Input((5, 5, 1))), "larger than the picture"),
}


@pytest.mark.parametrize(("act", "sentence"), KERAS_ERRORS.values(), ids=KERAS_ERRORS)
def test_what_keras_means(act, sentence):
    """Is an error of Keras explained in one sentence, in every version of Keras?"""
    with pytest.raises(Exception) as raised:  # noqa: PT011
        act(keras.Input((4,)))
    outcome = Outcome(error=raised.value, stopped=error_text(raised.value))
    assert sentence in (error_cause(exercises.find("build_mlp"), outcome) or str(raised.value))


@pytest.mark.parametrize(
    ("error", "code", "cause"),
    [
        (TypeError("'Dense' object is not iterable"), "keras.Sequential(Dense(2), Dense(3))", "takes one list"),
        (TypeError("'Dense' object is not iterable"), "for unit in Dense(2):", None),
        (ValueError("`inputs` not connected to `outputs`"), "", "isn't computed from its input"),
        (
            ValueError("Cannot convert '(4, 'relu')' to a shape. Found invalid entry 'relu' of type '<class 'str'>'. "),
            "",
            "and here one is relu. The first argument of Dense is the number of units.",
        ),
        (
            ValueError("Computed output size would be negative. Received `inputs shape=(None, 5, 5, 1)`"),
            "",
            "larger than the picture",
        ),
        (
            ValueError("Received an invalid value for `units`, expected a positive integer. Received: units=relu"),
            "",
            "The first argument of this layer is the number of units, and here it is relu.",
        ),
    ],
)
def test_what_another_keras_means(error, code, cause):
    """Is a message explained that only some versions of Keras give? All but the last are those of Keras 3.10."""
    stopped = f"{type(error).__name__}: {error} (line 3: {code})"
    found = error_cause(exercises.find("build_mlp"), Outcome(error=error, stopped=stopped))
    assert found is cause is None or cause in found


def test_numbers_of_layers_are_folded():
    """Is the number left out that Keras gives a layer, so that one error reads the same in every case?"""
    texts = set()
    for _ in range(2):
        with pytest.raises(ValueError) as raised:  # noqa: PT011
            keras.Sequential([keras.Input((4,)), Dense(2)])(np.ones((4, 7)))
        texts.add(error_text(raised.value))
    assert len(texts) == 1
    assert re.search("layer ['\"]dense['\"]", texts.pop())


@pytest.mark.parametrize(
    ("hidden", "sentence"),
    [
        ([], "Dense(64, relu) is missing between the input and Dense(10, softmax)."),
        ([Dense(64, "relu"), Dense(32, "relu")], "One Dense(32, relu) more than asked for"),
    ],
)
def test_what_the_check_made_is_not_put_down_to_the_answer(hidden, sentence):
    """Is a model whose output could not be computed told about its layers, not about the check's own words?"""
    layers = [keras.Input((784,)), *hidden, Dense(10, "softmax")]
    report = judge(exercises.find("build_mlp"), lambda: keras.Sequential([*layers]))
    assert len(report.diagnoses) == 1 and report.diagnoses[0].startswith(sentence)
