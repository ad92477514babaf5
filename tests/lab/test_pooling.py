"""Does hand-written max pooling, forward and backward, agree with Keras and the tape, ties included?"""

import numpy as np
import pytest
from near import assert_near

from activation_lab import numerical_gradient, relu
from activation_lab.by_hand.pooling import max_pooling2d_backward, max_pooling2d_forward

# batch, height, width, channels, and a window: one that fills the image, one that does not, one of a single entry
CASES = [
    ((2, 6, 4, 3), (2, 2)),
    ((2, 7, 5, 3), (2, 2)),
    ((1, 8, 9, 1), (3, 2)),
    ((3, 5, 7, 2), (1, 3)),
    ((2, 4, 5, 2), (4, 5)),
    ((2, 3, 4, 2), (1, 1)),
]
each_case = pytest.mark.parametrize(("shape", "pool_size"), CASES)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
DRAWS = {
    "all different": lambda rng, shape: rng.normal(size=shape),
    "many equal": lambda rng, shape: rng.integers(-1, 2, size=shape),
    "after a relu, whole windows of zero": lambda rng, shape: relu(rng.normal(size=shape) - 1),
    "zeros of both signs": lambda rng, shape: rng.choice([-1.0, 0.0, -0.0], size=shape),
    "all zero": lambda rng, shape: np.zeros(shape),
}


def drawn(shape, dtype=float, how="all different"):
    return DRAWS[how](np.random.default_rng(0), shape).astype(dtype)


@each_dtype
@each_case
@pytest.mark.parametrize("how", DRAWS)
def test_as_in_keras(how, shape, pool_size, dtype, tf, tape):
    """Does Keras's MaxPooling2D give the same result, and send each gradient to the same one of equal entries?"""
    x = drawn(shape, dtype, how)
    y = max_pooling2d_forward(x, pool_size)
    dy = np.random.default_rng(1).normal(size=y.shape).astype(dtype)
    expected, (dx,) = tape(tf.keras.layers.MaxPooling2D(pool_size, dtype=dtype.__name__), dy, x)
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(max_pooling2d_backward(dy, x, pool_size), dx)
    assert y.dtype == max_pooling2d_backward(dy, x, pool_size).dtype == dtype


def test_the_first_of_equal_entries():
    """Does the first of the largest entries, row by row, get the gradient, wherever it is in the window?"""
    x = np.array([[5.0, 5, 0, 7, 1, 1], [5, 5, 7, 0, 2, 1]]).reshape(1, 2, 6, 1)
    dx = max_pooling2d_backward(np.array([10.0, 20, 30]).reshape(1, 1, 3, 1), x)
    np.testing.assert_array_equal(dx[0, :, :, 0], [[10, 0, 0, 20, 0, 0], [0, 0, 0, 0, 30, 0]])


@each_case
def test_gradient_as_measured(shape, pool_size):
    """If no entries are close to each other, does moving one change Σ dy·y by the amount dx predicts?"""
    x = np.random.default_rng(0).permutation(np.prod(shape)).reshape(shape).astype(float)  # neighbors 1 apart
    dy = np.random.default_rng(1).normal(size=max_pooling2d_forward(x, pool_size).shape)
    measured = numerical_gradient(lambda x: np.sum(dy * max_pooling2d_forward(x, pool_size)), x, step=0.25)
    assert_near(max_pooling2d_backward(dy, x, pool_size), measured, 1e-11)


def test_rows_and_columns_that_fill_no_window():
    """Are a leftover row and column dropped, with gradient 0, even if they hold the largest entries?"""
    x = np.array([[1.0, 2, 99], [3, 4, 99], [99, 99, 99]]).reshape(1, 3, 3, 1)
    assert max_pooling2d_forward(x).ravel() == [4]
    np.testing.assert_array_equal(
        max_pooling2d_backward(np.full((1, 1, 1, 1), 6.0), x)[0, :, :, 0], [[0, 0, 0], [0, 6, 0], [0, 0, 0]]
    )


def test_no_zero_with_a_sign():
    """Is a zero gradient a plain 0, even if the incoming one is negative?"""
    dx = max_pooling2d_backward(np.full((1, 1, 1, 1), -3.0), np.arange(4.0).reshape(1, 2, 2, 1))
    assert np.array2string(dx.ravel()) == "[ 0.  0.  0. -3.]"


@pytest.mark.parametrize("pool_size", [2, np.int64(2), [2, 2]])
def test_one_number_for_both(pool_size):
    """Do an int, a NumPy int and a list of two mean the same as a pair?"""
    x = drawn((2, 5, 6, 3))
    y = max_pooling2d_forward(x, pool_size)
    np.testing.assert_array_equal(y, max_pooling2d_forward(x, (2, 2)))
    np.testing.assert_array_equal(max_pooling2d_backward(y, x, pool_size), max_pooling2d_backward(y, x, (2, 2)))


@each_case
def test_arguments_are_left_alone(shape, pool_size):
    """Do x and dy keep their values, and is the result never a view of them, even with a window of one entry?"""
    x = drawn(shape)
    before, y = x.copy(), max_pooling2d_forward(x, pool_size)
    dx = max_pooling2d_backward(y, x, pool_size)
    assert not np.shares_memory(x, y) and not np.shares_memory(x, dx) and not np.shares_memory(y, dx)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(y, max_pooling2d_forward(x, pool_size))


def test_whole_numbers_and_an_empty_batch():
    """Is the gradient for whole numbers not rounded, and does an empty batch give an empty result?"""
    pixels = np.arange(8, dtype=np.uint8).reshape(1, 2, 4, 1)
    dx = max_pooling2d_backward(np.array([0.5, 0.25]).reshape(1, 1, 2, 1), pixels)
    assert (dx[0, 1, 1, 0], dx[0, 1, 3, 0]) == (0.5, 0.25)
    nothing = np.ones((0, 4, 6, 3))
    assert max_pooling2d_forward(nothing).shape == (0, 2, 3, 3)
    assert max_pooling2d_backward(np.ones((0, 2, 3, 3)), nothing).shape == nothing.shape


X = np.ones((2, 4, 6, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: max_pooling2d_forward(X[..., 0]),
            "max_pooling2d_forward: x has shape (2, 4, 6); expected 4 axes: (batch, height, width, channels).",
        ),
        (
            lambda: max_pooling2d_forward(X, 0),
            "pool_size is 0; expected a whole number of at least 1, or a pair of them: (2, 3).",
        ),
        (
            lambda: max_pooling2d_forward(X, (5, 2)),
            "The pooling window has 5 rows but the image only 4: it does not fit. "
            "Expected at most 4; use a smaller pool_size.",
        ),
        (
            lambda: max_pooling2d_backward(X[:, :2, :3, :2], X),
            "max_pooling2d_backward: 'channels' is 2 in dy and 3 in x; they must be equal. Expected dy (batch, "
            "y_height, y_width, channels) and x (batch, height, width, channels); "
            "received (2, 2, 3, 2) and (2, 4, 6, 3).",
        ),
        (
            lambda: max_pooling2d_backward(X, X),
            "max_pooling2d_backward: dy has shape (2, 4, 6, 3); expected (2, 2, 3, 3), the shape of forward's result. "
            "Pass the gradient of the loss with respect to that result.",
        ),
    ],
)
def test_what_does_not_fit(call, words):
    """Does the error name the axis or argument, what was received, what was expected and what to do?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == words
