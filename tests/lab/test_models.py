"""Is a Keras answer judged by what it does, and is anything else rejected with a sentence?"""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import activation_lab as lab
from activation_lab import exercises
from activation_lab.errors import CannotJudge

pytest.importorskip("tensorflow", reason="Keras answers need Keras")

from activation_lab.checking.outcome import carried_out  # noqa: E402
from activation_lab.exercises import architecture, models  # noqa: E402
from activation_lab.harness.activation_names import KNOWN_ACTIVATIONS, activation_name  # noqa: E402
from activation_lab.harness.keras_functions import saved_and_loaded  # noqa: E402
from activation_lab.harness.outputs import array_of, outputs_of  # noqa: E402
from activation_lab.quiet import keras, tf  # noqa: E402
from activation_lab.with_keras.models import FORMS, pre_activation_model  # noqa: E402

Dense, Conv2D, Activation = keras.layers.Dense, keras.layers.Conv2D, keras.layers.Activation
X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


class OwnClass(keras.Model):
    def call(self, x):
        return x


NO_MODELS = {
    "nothing": (lambda: None, "It returns None"),
    "a layer": (lambda: Dense(3), "It returns a layer (Dense)"),
    "a class": (lambda: keras.Sequential, "the class Sequential itself"),
    "a symbolic tensor": (lambda: keras.Input((3,)), "a symbolic tensor"),
    "a list": (lambda: [Dense(3)], "It returns a list"),
    "a model by hand": (lambda: lab.Sequential([]), "It returns a lab.Sequential"),
    "an unbuilt model": (lambda: keras.Sequential([Dense(3)]), "Put keras.Input"),
    "a model of its own class": (OwnClass, "is of your own class OwnClass"),
    "a model in a tuple": (lambda: (keras.Sequential([keras.Input((4,))]), 1), "Return the model alone."),
    "a model in a dictionary": (lambda: {"model": keras.Sequential([keras.Input((4,))])}, "Return the model alone."),
    "another input": (lambda: keras.Sequential([keras.Input((3,)), Dense(2)]), "shape (3,); expected (4,)"),
    "a fixed batch": (lambda: keras.Sequential([keras.Input((4,), batch_size=2), Dense(2)]), "batches of 2 only"),
}


@pytest.mark.parametrize(("make", "words"), NO_MODELS.values(), ids=NO_MODELS)
def test_what_is_no_model_is_refused(make, words):
    """Does anything that is not a suitable model get its own sentence?"""
    with pytest.raises(CannotJudge) as refusal:
        models.model_of(make(), (4,))
    assert words in str(refusal.value) and str(refusal.value)[-1] in ".?"


def test_a_model_passes_through():
    """Is a suitable model, Sequential or functional, returned unchanged?"""
    sequential = keras.Sequential([keras.Input((4,)), Dense(2)])
    functional = keras.Model(sequential.inputs, sequential.outputs)
    assert models.model_of(sequential, (4,)) is sequential
    assert models.model_of(functional) is functional


def test_the_text_of_a_stack():
    """Does the text include what matters, omit what is usual, and expand nested models?"""
    inner = keras.Sequential([keras.Input((3, 3, 2)), keras.layers.Flatten(), Dense(2)])
    convolution = Conv2D(2, (3, 2), strides=2, padding="same", activation="sigmoid")
    pooling = keras.layers.MaxPooling2D((2, 1), strides=1)
    model = keras.Sequential([keras.Input((8, 6, 1)), convolution, pooling, inner, Activation("softmax")])
    assert architecture.architecture_text(model) == (
        "Input(8, 6, 1) → Conv2D(2, 3×2, 2×2, same, sigmoid) → MaxPooling2D(2×1, 1×1) → Flatten → Dense(2) → "
        "Activation(softmax)"
    )


def test_layers_are_found_and_counted():
    """Are a model's layers of one class found, in order and in nested models, and is a wrong number rejected?"""
    first, second = Dense(5), Dense(2)
    model = keras.Sequential([keras.Input((4,)), first, Activation("relu"), keras.Sequential([second])])
    assert models.layers_of(model, Dense, 2) == [first, second]
    with pytest.raises(CannotJudge, match=r"Activation\(relu\) → Dense\(2\), with 2 of the class Dense; expected 1\.$"):
        models.layers_of(model, Dense, 1)


REFUSED_IN_LESSON_9 = {
    "normalized_block": (
        lambda features, units: keras.Sequential(
            [keras.Input((features,)), Dense(units), keras.layers.BatchNormalization(scale=False), Activation("relu")]
        ),
        "no gamma or no beta",
    ),
    "residual_block": (
        lambda features: keras.Sequential([keras.Input((features,)), Dense(2 * features), Dense(features)]),
        "two Dense layers of",
    ),
    "mixed_precision_head": (
        lambda features, classes: keras.Sequential([keras.Input((features,)), Dense(classes, use_bias=False)]),
        "with a bias",
    ),
}


@pytest.mark.parametrize("name", REFUSED_IN_LESSON_9)
def test_other_layers_than_asked_for(name):
    """Is a model that cannot hold the cases' weights rejected with a sentence, not by an error of set_weights?"""
    answer, words = REFUSED_IN_LESSON_9[name]
    exercise = exercises.find(name)
    for arguments in exercise.cases(np.random.default_rng(0)).values():
        with pytest.raises(CannotJudge, match=words):
            carried_out(exercise, answer, arguments, arguments)


@pytest.mark.parametrize("name", KNOWN_ACTIVATIONS)
def test_an_activation_is_known_by_what_it_does(name):
    """Does an activation get the same name however it is written: a string, a function, a wrapper?"""
    function = keras.activations.get(name)
    for written in (function, lambda z: function(z)):
        assert activation_name(written) == name
    assert activation_name(Dense(3, activation=name).activation) == name


def test_an_unknown_activation_keeps_its_own_name():
    """Is a custom function called by its own name?"""
    assert activation_name(np.cbrt) == "cbrt"
    assert activation_name(None) == "linear"
    assert activation_name(tf.nn.relu) == "relu"


def test_weights_that_do_not_fit():
    """Is the output then reported as missing, and does the model keep its weights?"""
    model = keras.Sequential([keras.Input((4,)), Dense(3, "relu")])
    before = model.get_weights()
    text, output = models.stack_and_output(model, [np.ones((4, 2)), np.ones(2)], X)
    assert (text, output) == ("Input(4,) → Dense(3, relu)", "not computed, since the weights have other shapes")
    assert all(map(np.array_equal, before, model.get_weights()))


def test_weights_that_fit():
    """Is the output that of the given weights, traced or not?"""
    kernel, bias = np.ones((4, 3), "float32"), np.arange(3, dtype="float32")
    model = keras.Sequential([keras.Input((4,)), Dense(3, "relu")])
    _, computed = models.stack_and_output(model, [kernel, bias], X)
    for output in (computed, outputs_of(model, X, traced=True)):
        assert np.allclose(output, np.maximum(X @ kernel + bias, 0), atol=1e-5)


SWISH = """
{decorator}
def bend(x):
    return x * keras.ops.sigmoid(x)
"""
SESSIONS = {
    "registered": ("@keras.saving.register_keras_serializable()", True),
    "not registered": ("", False),
    "registered under a package": ('@keras.saving.register_keras_serializable(package="mine")', True),
}


def loads_here(source, path):
    """Save a model with this activation to `path`: does it load here, whatever this session has registered?"""
    namespace = {"keras": keras}
    exec(source, namespace)
    keras.saving.get_custom_objects()["bend"] = namespace["bend"]
    try:
        model = keras.Sequential([keras.Input((4,)), Dense(3, activation=namespace["bend"])])
        model.save(path)
        loaded = saved_and_loaded(model, namespace["bend"])
        assert keras.saving.get_custom_objects()["bend"] is namespace["bend"], "the session's own objects are as before"
        return np.allclose(outputs_of(loaded, X), outputs_of(model, X))
    except CannotJudge:
        return False
    finally:
        del keras.saving.get_custom_objects()["bend"]


# Each model is loaded in a process of its own that has imported Keras and run the definition, and nothing else.
NEW_SESSIONS = """
import json, os, sys
from activation_lab.quiet import keras
for source, path in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        try:
            exec(source, {"keras": keras})
            keras.saving.load_model(path)
        except BaseException:
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
def test_loading_is_as_in_a_new_session(tmp_path):
    """Does a model load here exactly if it loads in a new process that has run only the definition?"""
    sources = [SWISH.format(decorator=decorator) for decorator, _ in SESSIONS.values()]
    paths = [str(tmp_path / f"{number}.keras") for number in range(len(sources))]
    here = list(map(loads_here, sources, paths))
    command = [sys.executable, "-c", NEW_SESSIONS, json.dumps(list(zip(sources, paths, strict=True)))]
    environment = os.environ | {"ACTIVATION_LAB_WARM_UP": "no"}  # a process that has run operations can't be forked
    elsewhere = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.split()
    assert here == [word == "True" for word in elsewhere] == [loads for _, loads in SESSIONS.values()]


def test_no_tensor_is_refused():
    """Do None and a layer get a sentence where a tensor is expected?"""
    for value, words in ((None, "It returns None"), (Dense(2), "It returns a Dense")):
        with pytest.raises(CannotJudge, match=words):
            array_of(value)
    assert np.array_equal(array_of(tf.constant([1.0, 2.0])), [1, 2])


# The pre-activation model, which an exercise asks for and the package contains


@pytest.mark.parametrize("activation", ["relu", "softmax", "tanh", None])
@pytest.mark.parametrize("form", ["argument", "layer", "operation"])
def test_pre_activation_of_dense(form, activation):
    """Is z = x @ kernel + bias in every form, and is the original model unchanged?"""
    model = FORMS[form](4, [3, 2], [activation, None])
    layer = next(layer for layer in model.layers if isinstance(layer, Dense))
    kernel, bias = layer.get_weights()
    bias = bias + 0.5
    layer.set_weights([kernel, bias])
    before = outputs_of(model, X)
    z = outputs_of(pre_activation_model(model, layer.name), X)
    assert np.allclose(z, X @ kernel + bias, atol=1e-5)
    assert np.array_equal(outputs_of(model, X), before)


def test_pre_activation_of_a_convolution():
    """Does the twin keep strides and padding?"""
    settings = {"strides": 2, "padding": "same"}
    model = keras.Sequential([keras.Input((6, 5, 2)), Conv2D(3, (2, 3), activation="relu", name="c", **settings)])
    x = np.random.default_rng(0).normal(size=(2, 6, 5, 2)).astype("float32")
    kernel, bias = model.get_weights()
    z = outputs_of(pre_activation_model(model, "c"), x)
    assert np.allclose(z, tf.nn.conv2d(x, kernel, strides=2, padding="SAME") + bias, atol=1e-5)
    assert z.min() < 0


def test_pre_activation_of_what_has_none():
    """Are an unknown name and a layer without an activation rejected with Keras's own message?"""
    model = keras.Sequential([keras.Input((2, 3)), keras.layers.Flatten(name="flat")])
    with pytest.raises(ValueError, match="No such layer: nowhere"):
        pre_activation_model(model, "nowhere")
    with pytest.raises((TypeError, ValueError), match="activation"):
        pre_activation_model(model, "flat")


def test_an_error_while_tracing(keras, tf):
    """Is an error raised while TensorFlow traces a function shown with its own message, not “in user code”?"""
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])

    @tf.function
    def run(x):
        return model(x)

    attempt = lab.attempt(lambda: run.get_concrete_function(tf.zeros((1, 784))))
    assert attempt.kind == "ValueError" and "incompatible with the layer" in attempt.text
