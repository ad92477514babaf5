"""Do output shapes and parameter counts match Keras, and does the decorator reject what does not fit?"""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activation_lab import dense_output_shape, dense_parameter_count
from activation_lab.by_hand.shapes import conv2d_output_shape, max_pooling2d_output_shape, shaped

sizes = st.integers(1, 12)
pairs = st.one_of(st.integers(1, 6), st.tuples(st.integers(1, 6), st.integers(1, 6)))
each_property = settings(max_examples=200)


@shaped(x="batch features", y="features")
def dot(x, y, scale=1):
    """One number per row."""
    return scale * (x @ y)


@pytest.mark.parametrize("input_shape", [(None, 784), (32, 3), (1, 1)])
def test_output_shape_as_in_keras(input_shape, tf):
    """Does Keras compute the same shape, including an unknown batch size?"""
    assert dense_output_shape(input_shape, 64) == tf.keras.layers.Dense(64).compute_output_shape(input_shape)


@pytest.mark.parametrize("input_shape", [(784,), (32, 28, 28), ()])
def test_output_shape_of_something_else(input_shape):
    """Is a shape without exactly two axes rejected and shown?"""
    with pytest.raises(ValueError) as caught:
        dense_output_shape(input_shape, 64)
    assert str(caught.value) == f"input_shape is {input_shape}; expected two axes: (batch, features)."


def test_parameter_count():
    """Is it the number of entries in the two arrays?"""
    for features, units in [(784, 64), (1, 5), (3, 1)]:
        assert dense_parameter_count(features, units) == np.zeros((features, units)).size + np.zeros(units).size


def or_refused(shape_of):
    """The shape, or "refused"; some versions of Keras return a size of 0 where others raise."""
    try:
        shape = shape_of()
    except ValueError:
        return "refused"
    return shape if all(shape) else "refused"


def test_conv2d_output_shape_as_in_keras(tf):
    """For any sizes, as ints or pairs, does Keras compute the same shape, and reject the same kernels?"""

    @each_property
    @given(
        st.tuples(sizes, sizes, st.integers(1, 3)), st.integers(1, 5), pairs, pairs, st.sampled_from(["valid", "same"])
    )
    def agree(image, filters, kernel_size, strides, padding):
        layer = tf.keras.layers.Conv2D(filters, kernel_size, strides=strides, padding=padding)
        expected = or_refused(lambda: layer.compute_output_shape((None, *image))[1:])
        assert or_refused(lambda: conv2d_output_shape(image, filters, kernel_size, strides, padding)) == expected

    agree()


def test_max_pooling2d_output_shape_as_in_keras(tf):
    """For any sizes, does Keras's MaxPooling2D compute the same shape, and reject the same windows?"""

    @each_property
    @given(st.tuples(sizes, sizes, st.integers(1, 3)), pairs)
    def agree(image, pool_size):
        layer = tf.keras.layers.MaxPooling2D(pool_size)
        expected = or_refused(lambda: layer.compute_output_shape((None, *image))[1:])
        assert or_refused(lambda: max_pooling2d_output_shape(image, pool_size)) == expected

    agree()


@pytest.mark.parametrize("function", [conv2d_output_shape, inspect.unwrap(conv2d_output_shape)], ids=["whole", "body"])
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (((28, 28, 1), 32, (3, 3)), (26, 26, 32)),
        (((28, 28, 1), 32, 3), (26, 26, 32)),
        (([28, 20, 3], 8, [5, 2], 2), (12, 10, 8)),
        (((28, 20, 3), np.int64(8), np.int64(5), (1, 3)), (24, 6, 8)),
        (((7, 5, 1), 4, 3, [2, 4], "same"), (4, 2, 4)),
        (((7, 5, 1), 4, 3, np.int32(2), "same"), (4, 3, 4)),
        (((2, 2, 1), 4, 9, 1, "same"), (2, 2, 4)),
    ],
)
def test_sizes_in_every_form(function, arguments, expected):
    """Are ints, NumPy ints, tuples and lists accepted, even by the undecorated body, which is shown as the answer?"""
    received = function(*arguments)
    assert received == expected and type(received) is tuple
    assert [type(size) for size in received[:2]] == [int, int]


GRAY = "Gray images have one channel: (height, width, 1)."
COUNT = "expected a whole number of at least 1"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: conv2d_output_shape((28, 28), 32, 3),
            f"input_shape is (28, 28); expected three axes, without the batch: (height, width, channels). {GRAY}",
        ),
        (
            lambda: max_pooling2d_output_shape((32, 28, 28, 1)),
            "input_shape is (32, 28, 28, 1); expected three axes, without the batch: (height, width, channels). "
            + GRAY,
        ),
        (lambda: conv2d_output_shape((28, None, 1), 32, 3), f"input_shape: width is None; {COUNT}."),
        (lambda: max_pooling2d_output_shape((28, 28, 0)), f"input_shape: channels is 0; {COUNT}."),
        (lambda: conv2d_output_shape((28, 28, 1), 0, 3), f"filters is 0; {COUNT}."),
        (
            lambda: conv2d_output_shape((28, 28, 1), 32, (3, 3, 1)),
            f"kernel_size is (3, 3, 1); {COUNT}, or a pair of them: (2, 3).",
        ),
        (
            lambda: conv2d_output_shape((28, 28, 1), 32, 3, strides=0),
            f"strides is 0; {COUNT}, or a pair of them: (2, 3).",
        ),
        (
            lambda: max_pooling2d_output_shape((28, 28, 1), (2, 0.5)),
            f"pool_size is (2, 0.5); {COUNT}, or a pair of them: (2, 3).",
        ),
        (
            lambda: conv2d_output_shape((28, 28, 1), 32, 3, padding="vaild"),
            "Unknown padding 'vaild'. Expected one of valid, same. Did you mean 'valid'?",
        ),
        (
            lambda: conv2d_output_shape((28, 4, 1), 32, (3, 5)),
            "The kernel has 5 columns but the image only 4: it does not fit. "
            "Expected at most 4; use a smaller one, or padding='same'.",
        ),
        (
            lambda: max_pooling2d_output_shape((1, 28, 1)),
            "The pooling window has 2 rows but the image only 1: it does not fit. "
            "Expected at most 1; use a smaller pool_size.",
        ),
    ],
)
def test_sizes_that_are_none(call, words):
    """Does the error say which size, what was received, what was expected and what to do?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == words


def test_what_fits_goes_through():
    """Do arguments that fit reach the function unchanged, positional or by keyword, lists included?"""
    x, y = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(dot(x, y), [8, 26])
    np.testing.assert_array_equal(dot(y=y, x=x, scale=2), [16, 52])
    keeps = shaped(a="batch")(lambda a: a)
    listed = [1, 2]
    assert keeps(listed) is listed


def test_the_function_keeps_its_face():
    """Are name, docstring and signature kept, which `help` and the answer cells show?"""
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
    """Is a length of 1 rejected where NumPy would broadcast it?"""
    same = shaped(a="rows", b="rows")(lambda a, b: a + b)
    with pytest.raises(ValueError, match="'rows' is 3 in a and 1 in b"):
        same(np.ones(3), np.ones(1))


def test_one_axis_twice_in_one_argument():
    """Is a matrix that must be square checked for that?"""
    square = shaped(a="side side")(lambda a: a)
    with pytest.raises(ValueError, match="'side' is 2 in a and 3 in a"):
        square(np.ones((2, 3)))
