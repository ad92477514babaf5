"""Are output shapes and parameter counts Keras's, and does the decorator refuse what does not fit?"""

import inspect

import numpy as np
import pytest

from activation_lab import dense_output_shape, dense_parameter_count
from activation_lab.shapes import shaped


@shaped(x="batch features", y="features")
def dot(x, y, scale=1):
    """One number per row."""
    return scale * (x @ y)


@pytest.mark.parametrize("input_shape", [(None, 784), (32, 3), (1, 1)])
def test_output_shape_as_in_keras(input_shape, tf):
    """Does Keras expect the same shape, an unknown batch among them?"""
    assert dense_output_shape(input_shape, 64) == tf.keras.layers.Dense(64).compute_output_shape(input_shape)


@pytest.mark.parametrize("input_shape", [(784,), (32, 28, 28), ()])
def test_output_shape_of_something_else(input_shape):
    """Is a shape without exactly two axes refused and shown?"""
    with pytest.raises(ValueError) as caught:
        dense_output_shape(input_shape, 64)
    assert str(caught.value) == f"input_shape is {input_shape}; expected two axes: (batch, features)."


def test_parameter_count():
    """Is it the number of entries that the two arrays have?"""
    for features, units in [(784, 64), (1, 5), (3, 1)]:
        assert dense_parameter_count(features, units) == np.zeros((features, units)).size + np.zeros(units).size


def test_what_fits_goes_through():
    """Do arguments that fit reach the function as they are, by place or by name, lists among them?"""
    x, y = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(dot(x, y), [8, 26])
    np.testing.assert_array_equal(dot(y=y, x=x, scale=2), [16, 52])
    keeps = shaped(a="batch")(lambda a: a)
    listed = [1, 2]
    assert keeps(listed) is listed


def test_the_function_keeps_its_face():
    """Do name, docstring and signature stay, which `help` and the answer cells show?"""
    assert (dot.__name__, dot.__doc__) == ("dot", "One number per row.")
    assert str(inspect.signature(dot)) == "(x, y, scale=1)"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            (np.ones((2, 3)), np.ones(2)),
            "dot: 'features' is 3 in x and 2 in y; they must be equal. "
            "Expected x (batch, features) and y (features,); received (2, 3) and (2,).",
        ),
        ((np.ones(3), np.ones(3)), "dot: x has shape (3,); expected 2 axes: (batch, features)."),
        ((np.ones((2, 3)), 5.0), "dot: y has shape (); expected 1 axis: (features,)."),
    ],
)
def test_what_does_not_fit(arguments, words):
    """Does the error name the function, the axis, both arguments and both shapes?"""
    with pytest.raises(ValueError) as caught:
        dot(*arguments)
    assert str(caught.value) == words


def test_lengths_of_one_are_not_stretched():
    """Is a length of 1 refused where NumPy would stretch it?"""
    same = shaped(a="rows", b="rows")(lambda a, b: a + b)
    with pytest.raises(ValueError, match="'rows' is 3 in a and 1 in b"):
        same(np.ones(3), np.ones(1))


def test_one_axis_twice_in_one_argument():
    """Is a matrix that should be square held to it?"""
    square = shaped(a="side side")(lambda a: a)
    with pytest.raises(ValueError, match="'side' is 2 in a and 3 in a"):
        square(np.ones((2, 3)))
