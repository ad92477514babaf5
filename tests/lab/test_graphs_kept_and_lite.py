"""Are the arrays that training keeps, and the operators for phones, those that TensorFlow really keeps and runs?"""

import gc
import warnings
import weakref

import numpy as np
import pytest

from activation_lab.with_keras.models import FORMS

BATCH, FEATURES, UNITS = 6, 5, 7
MODEL_FORMS = ("argument", "layer")


@pytest.fixture(scope="module")
def graphs(tf):
    from activation_lab.with_keras import graphs

    return graphs


def model_of(form, activation, layers=1):
    return FORMS[form](FEATURES, [UNITS] * layers + [2], [activation] * layers + [None])


@pytest.mark.parametrize("activation", ["relu", "softplus"])
@pytest.mark.parametrize("form", MODEL_FORMS)
def test_as_much_as_a_tape_keeps_alive(tf, keras, graphs, form, activation):
    """Does the number of arrays of a hidden layer agree with those that stay alive under a tape in eager mode?"""
    seen = []

    def remembered(z):
        a = keras.activations.get(activation)(z)
        if not isinstance(z, keras.KerasTensor):
            seen.extend([weakref.ref(z), weakref.ref(a)])
        return a

    model = model_of(form, remembered, layers=3)
    seen.clear()
    with tf.GradientTape():
        outputs = model(tf.ones((BATCH, FEATURES)))  # a tape forgets what led to a result that nobody has
        gc.collect()
        alive = sum(reference() is not None for reference in seen)
    counted = [array for array in graphs.kept(model_of(form, activation, 3), batch=BATCH) if array.shape[1] == UNITS]
    assert len(counted) == alive > 0 and outputs.shape == (BATCH, 2)
    assert {array.size for array in counted} == {BATCH * UNITS * np.dtype("float32").itemsize}


def test_what_is_kept_is_what_the_backward_pass_reads(graphs):
    """Is it relu's output alone, and for leaky_relu, whose backward asks for it, the pre-activation too?"""
    kinds = {name: [a.operation for a in graphs.kept(model_of("layer", name))] for name in ("relu", "leaky_relu")}
    assert kinds == {"relu": ["Relu", "BiasAdd"], "leaky_relu": ["BiasAdd", "LeakyRelu", "BiasAdd"]}


def interpreter(tf, content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it is to move to another package
        return tf.lite.Interpreter(model_content=content)


def test_operators_are_those_of_the_interpreter(tf, graphs, monkeypatch):
    """Does TensorFlow Lite's interpreter list the same operators, and is a relu that it lacks a part of another?"""
    programs = []
    convert = tf.lite.TFLiteConverter.from_saved_model

    def noted(folder):
        converter = convert(folder)
        original = converter.convert
        converter.convert = lambda: programs.append(original()) or programs[-1]
        return converter

    monkeypatch.setattr(tf.lite.TFLiteConverter, "from_saved_model", noted)
    listed = [graphs.lite(FORMS[form](FEATURES, [UNITS, UNITS, 2], ["relu", "elu", None])) for form in MODEL_FORMS]
    for names, program in zip(listed, programs, strict=True):
        own = [detail["op_name"] for detail in interpreter(tf, program)._get_ops_details()]
        own = [name for name in own if name != "DELEGATE"]
        assert names == ("FULLY_CONNECTED[RELU]", "FULLY_CONNECTED", "ELU", "FULLY_CONNECTED")
        assert [name.split("[")[0] for name in names] == own


def test_what_is_no_model(graphs, keras):
    """Does something else get one sentence?"""
    with pytest.raises(TypeError, match="received Dense; expected a keras.Model"):
        graphs.lite(keras.layers.Dense(3))
    with pytest.raises(TypeError, match="received Dense; expected a keras.Model"):
        graphs.kept(keras.layers.Dense(3))
