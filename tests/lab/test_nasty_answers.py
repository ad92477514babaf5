"""Does `check` return a report that can be shown, whatever an answer does?"""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from answers import checked

NASTY = {
    "leaves Python": "raise SystemExit(3)",
    "never ends calling itself": "return relu(z)",
    "leaves in another way": "raise GeneratorExit",
    "raises the base of all errors": "raise BaseException('no')",
    "is a generator": "yield z",
    "returns an object": "return object()",
    "returns a type": "return int",
    "returns itself": "return relu",
    "returns a list in itself": "z = []; z.append(z); return z",
    "returns lists a thousand deep": "for _ in range(5000): z = [z]\n    return z",
    "returns a ragged list": "return [[1], [1, 2]]",
    "returns bytes": "return b'abc'",
    "returns a string of broken characters": "return '\\udc80\\x00'",
    "returns a dictionary": "return {'z': z}",
    "returns a date": "return np.datetime64('2020-01-01')",
    "returns a structured array": "return np.zeros(5, [('a', float)])",
    "returns an array of objects": "return np.array([object()] * 5)",
    "returns a number of 400 digits": "return 10**400",
    "returns a huge array": "return np.broadcast_to(0.0, (10**6, 10**6))",
    "returns what refuses to be shown": "return type('T', (), {'__repr__': lambda self: 1 / 0})()",
    "returns what refuses to be an array": "return type('T', (), {'__array__': lambda self, *a, **k: 1 / 0})()",
    "returns what refuses to be compared": "return type('T', (float,), {'__eq__': lambda self, other: 1 / 0})()",
    "returns what refuses to say its dtype": "return type('T', (), {'dtype': property(lambda self: 1 / 0)})()",
    "returns what has no length": "return type('T', (), {'__len__': lambda self: -1, '__getitem__': None})()",
    "raises what refuses to be shown": "raise type('E', (Exception,), {'__str__': lambda self: str(1 / 0)})()",
    "raises without words": "raise ValueError",
    "raises markup": "raise ValueError('<script>alert(1)</script> & more\\nlines')",
    "raises a group": "raise ExceptionGroup('several', [ValueError('one')])",
    "stops an iteration": "raise StopIteration",
    "raises another NotImplementedError": "raise NotImplementedError",
    "deletes its argument": "del z\n    return np.zeros(5)",
    "resizes its argument": "z.resize((1,), refcheck=False); return z",
    "prints": "print('spam'); return z",
    "warns in two lines": "import warnings; warnings.warn('one\\ntwo'); return z",
    "warns without words": "import warnings; warnings.warn(''); return z",
    "makes warnings errors": "import warnings; warnings.simplefilter('error'); return np.log(z)",
    "changes NumPy's settings": "np.seterr(all='raise'); return z",
    "changes the random state": "np.random.seed(0); return z",
}


@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("name", ["relu", "dense_backward"])
def test_a_nasty_answer_fails_quietly(name, body, capsys):
    """Whatever an answer does, does `check` return a report that can be shown in both forms?"""
    parameters = {"relu": "z", "dense_backward": "z, x, kernel"}[name]
    settings = np.geterr()
    report = checked(
        f"def {name}({parameters}):\n    {body}".replace("relu(z)", f"{name}({parameters})"), f"lab.check({name})"
    )
    assert report.state == "failed"
    assert len(repr(report)) < 10_000
    ElementTree.fromstring(re.sub(r"[\x00-\x08\ud800-\udfff]", "", report._repr_html_()))
    assert np.geterr() == settings


# What an answer might return in lessons on Keras, and what it might do with it.
NASTY_KERAS = {
    "returns a layer": "return keras.layers.Dense(2)",
    "returns a class of layers": "return keras.layers.Dense",
    "returns a model": "return keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])",
    "returns a model that is not built": "return keras.Sequential([keras.layers.Dense(2)])",
    "returns Keras itself": "return keras",
    "returns a symbolic tensor": "return keras.Input((5,))",
    "returns a variable": "return keras.Variable(z)",
    "returns a variable of TensorFlow": "return tf.Variable(z)",
    "returns a tensor of words": "return tf.constant('words')",
    "returns a tensor of another shape": "return tf.zeros((2, 3))",
    "returns a tensor of a graph": "with tf.Graph().as_default():\n        return tf.constant(1.0)",
    "returns a tensor of bfloat16": "return tf.cast(z, tf.bfloat16)",
    "returns a ragged tensor": "return tf.ragged.constant([[1.0], [2.0, 3.0]])",
    "returns a sparse tensor": "return tf.sparse.from_dense(z)",
    "returns a data set": "return tf.data.Dataset.from_tensor_slices(z)",
    "returns a shape": "return tf.TensorShape([5])",
    "returns a tape": "return tf.GradientTape()",
    "returns a traced function": "return tf.function(lambda x: x)",
    "returns three of a kind": "return [tf.constant(1.0), keras.Input((5,)), keras.layers.Dense(2)]",
    "calls a model of another shape": (
        "return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])(np.ones((4, 7)))"
    ),
}


@pytest.mark.parametrize("body", NASTY_KERAS.values(), ids=NASTY_KERAS)
@pytest.mark.parametrize("name", ["relu", "dense_backward"])
def test_a_nasty_keras_answer_fails_quietly(name, body, tf):
    """Is this also true for layers, models, tensors and other Keras and TensorFlow objects?"""
    parameters = {"relu": "z", "dense_backward": "z, x, kernel"}[name]
    source = f"import tensorflow as tf\nimport keras\ndef {name}({parameters}):\n    {body}"
    report = checked(source, f"lab.check({name})")
    assert report.state == "failed"
    assert len(repr(report)) < 10_000
    ElementTree.fromstring(re.sub(r"[\x00-\x08\ud800-\udfff]", "", report._repr_html_()))


@pytest.mark.parametrize("method", ["__init__", "forward", "backward"])
def test_a_nasty_class_fails_quietly(method):
    """Does a class that fails when it is created or used give a report too?"""
    source = f"class ActivationLayer:\n    def {method}(self, *arguments):\n        raise SystemExit"
    report = checked(source, "lab.check(ActivationLayer)")
    assert report.state == "failed" and repr(report) and report._repr_html_()
