"""Does the hand-written convolution, forward and backward, agree with Keras, the tape and plain sums?"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from near import assert_near

from activation_lab import numerical_gradient
from activation_lab.by_hand.conv2d import conv2d_backward, conv2d_forward

# batch, height, width, rows, columns, channels, filters
SIZES = [
    (2, 7, 5, 3, 2, 3, 4),
    (1, 5, 8, 2, 4, 1, 3),
    (3, 4, 6, 1, 3, 2, 1),
    (2, 6, 6, 1, 1, 3, 2),
    (1, 3, 4, 3, 4, 2, 5),
]
STRIDES = [(1, 1), (2, 1), (1, 3), (3, 2), (4, 4)]
each_size = pytest.mark.parametrize("size", SIZES, ids=["×".join(map(str, size)) for size in SIZES])
each_stride = pytest.mark.parametrize("strides", STRIDES, ids=[f"strides {down},{across}" for down, across in STRIDES])
each_padding = pytest.mark.parametrize("padding", ["valid", "same"])
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
LIMIT = {np.float32: 1e-5, np.float64: 1e-12}


def drawn(batch, height, width, rows, columns, channels, filters, dtype=float, seed=0):
    """x, kernel and bias."""
    rng = np.random.default_rng(seed)
    shapes = (batch, height, width, channels), (rows, columns, channels, filters), (filters,)
    return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


def upstream(z, seed=1):
    """The incoming gradient dz."""
    return np.random.default_rng(seed).normal(size=z.shape).astype(z.dtype)


def as_sums(x, kernel, bias, strides, padding):
    """Each entry of z on its own: the image entries under the kernel, leaving out those past the edge."""
    batch, *image, _ = x.shape
    *window, _, filters = kernel.shape
    if padding == "valid":
        stops = [len(range(0, n - w + 1, s)) for n, w, s in zip(image, window, strides, strict=True)]
        first = [0, 0]
    else:
        stops = [len(range(0, n, s)) for n, s in zip(image, strides, strict=True)]
        total = [max((k - 1) * s + w - n, 0) for k, n, w, s in zip(stops, image, window, strides, strict=True)]
        first = [-(zeros // 2) for zeros in total]
    z = np.zeros((batch, *stops, filters))
    for b, i, j, f in np.ndindex(z.shape):
        z[b, i, j, f] = bias[f]
        for r, k in np.ndindex(*window):
            row, column = first[0] + i * strides[0] + r, first[1] + j * strides[1] + k
            if 0 <= row < image[0] and 0 <= column < image[1]:
                z[b, i, j, f] += sum(x[b, row, column, c] * kernel[r, k, c, f] for c in range(x.shape[3]))
    return z


@each_dtype
@each_padding
@each_stride
@each_size
def test_as_in_keras(size, strides, padding, dtype, tf, tape):
    """With the weights of Keras's Conv2D, do we get the same z and the same three gradients as on the tape?"""
    x, kernel, bias = drawn(*size, dtype)
    layer = tf.keras.layers.Conv2D(size[-1], size[3:5], strides=strides, padding=padding, dtype=dtype.__name__)
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    received = conv2d_forward(x, kernel, bias, strides, padding)
    dz = upstream(received)
    z, (dx,) = tape(layer, dz, x)
    _, (dkernel, dbias) = tape(
        lambda kernel, bias: tf.nn.conv2d(x, kernel, strides, padding.upper()) + bias, dz, kernel, bias
    )
    assert_near(received, z, LIMIT[dtype])
    for gradient, expected in zip(conv2d_backward(dz, x, kernel, strides, padding), (dx, dkernel, dbias), strict=True):
        assert gradient.dtype == dtype
        assert_near(gradient, expected, LIMIT[dtype])


@each_padding
@each_stride
@each_size
def test_as_sums(size, strides, padding):
    """Does one sum per entry of z, without Keras, give the same result?"""
    x, kernel, bias = drawn(*size)
    expected = as_sums(x, kernel, bias, strides, padding)
    assert_near(conv2d_forward(x, kernel, bias, strides, padding), expected, 1e-12)


@each_padding
@pytest.mark.parametrize("strides", [(1, 1), (2, 3)])
def test_gradients_as_measured(strides, padding):
    """Does moving an entry of x, kernel or bias change Σ dz·z by the amount its gradient predicts?"""
    arrays = drawn(2, 5, 4, 3, 2, 2, 3)
    dz = upstream(conv2d_forward(*arrays, strides, padding))
    gradients = conv2d_backward(dz, *arrays[:2], strides, padding)
    for position, gradient in enumerate(gradients):

        def loss(array, position=position):
            moved = [*arrays[:position], array, *arrays[position + 1 :]]
            return np.sum(dz * conv2d_forward(*moved, strides, padding))

        # The loss is affine in each entry, so a large step measures the slope without losing it to rounding.
        assert_near(gradient, numerical_gradient(loss, arrays[position], step=0.5), 1e-11)


@given(st.tuples(*[st.integers(1, 3)] * 7), st.integers(1, 4), st.integers(1, 4), st.sampled_from(["valid", "same"]))
def test_forward_and_backward_belong_together(size, down, across, padding):
    """For any sizes, does Σ dz·z without the bias equal both Σ dx·x and Σ dkernel·kernel, by linearity in each?"""
    batch, height, width, rows, columns, channels, filters = size
    x, kernel, bias = drawn(batch, height + rows - 1, width + columns - 1, rows, columns, channels, filters)
    z = conv2d_forward(x, kernel, 0 * bias, (down, across), padding)
    dz = upstream(z)
    dx, dkernel, dbias = conv2d_backward(dz, x, kernel, (down, across), padding)
    assert dx.shape == x.shape and dkernel.shape == kernel.shape and dbias.shape == bias.shape
    assert np.sum(dx * x) == pytest.approx(np.sum(dz * z), rel=1e-9, abs=1e-9)
    assert np.sum(dkernel * kernel) == pytest.approx(np.sum(dz * z), rel=1e-9, abs=1e-9)


def test_an_edge_found_by_hand():
    """Does a filter for bright-above-dark respond at such an edge in the image, without being flipped?"""
    image = np.array([[1.0, 1, 1], [1, 1, 1], [0, 0, 0]]).reshape(1, 3, 3, 1)
    above_below = np.array([[1.0], [-1]]).reshape(2, 1, 1, 1)
    z = conv2d_forward(image, above_below, np.array([10.0]))
    np.testing.assert_array_equal(z[0, :, :, 0], [[10, 10, 10], [11, 11, 11]])


def test_the_odd_zero_stands_at_the_end():
    """With "same" and a window of two, is the zero added at the bottom and right?"""
    image, ones = np.array([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1), np.ones((2, 2, 1, 1))
    z = conv2d_forward(image, ones, np.zeros(1), padding="same")
    np.testing.assert_array_equal(z[0, :, :, 0], [[10, 6], [7, 4]])


def test_entries_under_no_window():
    """Do rows skipped by the window get gradient 0, and entries under two windows the sum of both gradients?"""
    x, kernel = np.ones((1, 4, 5, 1)), np.ones((1, 2, 1, 1))
    dx, _, _ = conv2d_backward(np.array([[1.0, 10, 100, 1000]] * 2).reshape(1, 2, 4, 1), x, kernel, strides=(2, 1))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[1, 11, 110, 1100, 1000], [0] * 5] * 2)


@each_padding
@pytest.mark.parametrize("strides", [2, np.int64(2), (2, 2), [2, 2], (np.int32(2), 2)])
def test_one_number_for_both_strides(strides, padding):
    """Do an int, a NumPy int, a tuple and a list of two give the same result?"""
    x, kernel, bias = drawn(2, 7, 5, 3, 2, 3, 4)
    z = conv2d_forward(x, kernel, bias, strides, padding)
    np.testing.assert_array_equal(z, conv2d_forward(x, kernel, bias, (2, 2), padding))
    received = conv2d_backward(z, x, kernel, strides, padding)
    for gradient, expected in zip(received, conv2d_backward(z, x, kernel, (2, 2), padding), strict=True):
        np.testing.assert_array_equal(gradient, expected)


@each_padding
@each_dtype
def test_manners(dtype, padding):
    """Do the results keep the dtype and own their memory, and do the read-only arguments keep their values?"""
    x, kernel, bias = arguments = drawn(2, 7, 5, 3, 2, 3, 4, dtype)
    z = conv2d_forward(x, kernel, bias, padding=padding)
    arguments += (dz := upstream(z),)
    before = [array.copy() for array in arguments]
    for array in arguments:
        array.flags.writeable = False
    results = conv2d_forward(x, kernel, bias, padding=padding), *conv2d_backward(dz, x, kernel, padding=padding)
    assert [result.dtype for result in results] == [dtype] * 4
    assert [result.shape for result in results[1:]] == [x.shape, kernel.shape, bias.shape]
    assert not any(np.shares_memory(result, array) for result, array in itertools.product(results, arguments))
    for array, original in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(array, original)


def test_images_of_whole_numbers():
    """Are uint8 pixels 0 … 255 accepted, with a gradient that is not rounded to whole numbers?"""
    x, kernel, bias = drawn(2, 5, 4, 2, 2, 1, 3)
    pixels = (x * 50 + 100).astype(np.uint8)
    z = conv2d_forward(pixels, kernel, bias)
    assert_near(z, conv2d_forward(pixels.astype(float), kernel, bias), 1e-12)
    assert_near(conv2d_backward(z, pixels, kernel)[0], conv2d_backward(z, pixels.astype(float), kernel)[0], 1e-12)


@each_padding
def test_an_empty_batch(padding):
    """Does an empty batch give no outputs, and gradients of zero?"""
    x, kernel, bias = drawn(0, 5, 4, 3, 2, 2, 3)
    z = conv2d_forward(x, kernel, bias, padding=padding)
    assert z.shape == ((0, 3, 3, 3) if padding == "valid" else (0, 5, 4, 3))
    dx, dkernel, dbias = conv2d_backward(z, x, kernel, padding=padding)
    assert dx.shape == x.shape
    assert not dkernel.any() and not dbias.any()


X, KERNEL, BIAS = drawn(2, 7, 5, 3, 2, 3, 4)
DZ = np.ones((2, 5, 4, 4))
GIVE = "Pass the gradient of the loss with respect to that result."


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: conv2d_forward(X[..., 0], KERNEL, BIAS),
            "conv2d_forward: x has shape (2, 7, 5); expected 4 axes: (batch, height, width, channels).",
        ),
        (
            lambda: conv2d_forward(X, KERNEL[..., 0], BIAS),
            "conv2d_forward: kernel has shape (3, 2, 3); expected 4 axes: (rows, columns, channels, filters).",
        ),
        (
            lambda: conv2d_forward(X[..., :2], KERNEL, BIAS),
            "conv2d_forward: 'channels' is 2 in x and 3 in kernel; they must be equal. Expected x (batch, height, "
            "width, channels) and kernel (rows, columns, channels, filters); received (2, 7, 5, 2) and (3, 2, 3, 4).",
        ),
        (
            lambda: conv2d_forward(X, KERNEL, np.ones(3)),
            "conv2d_forward: 'filters' is 4 in kernel and 3 in bias; they must be equal. Expected kernel (rows, "
            "columns, channels, filters) and bias (filters,); received (3, 2, 3, 4) and (3,).",
        ),
        (
            lambda: conv2d_backward(DZ[:1], X, KERNEL),
            "conv2d_backward: 'batch' is 1 in dz and 2 in x; they must be equal. Expected dz (batch, z_height, "
            "z_width, filters) and x (batch, height, width, channels); received (1, 5, 4, 4) and (2, 7, 5, 3).",
        ),
        (
            lambda: conv2d_backward(DZ, X, KERNEL, padding="same"),
            f"conv2d_backward: dz has shape (2, 5, 4, 4); expected (2, 7, 5, 4), the shape of forward's result. {GIVE}",
        ),
        (
            lambda: conv2d_backward(DZ, X, KERNEL, strides=2),
            f"conv2d_backward: dz has shape (2, 5, 4, 4); expected (2, 3, 2, 4), the shape of forward's result. {GIVE}",
        ),
        (
            lambda: conv2d_forward(X[:, :2], KERNEL, BIAS),
            "The kernel has 3 rows but the image only 2: it does not fit. "
            "Expected at most 2; use a smaller one, or padding='same'.",
        ),
        (
            lambda: conv2d_backward(DZ, X[:, :, :1], KERNEL),
            "The kernel has 2 columns but the image only 1: it does not fit. "
            "Expected at most 1; use a smaller one, or padding='same'.",
        ),
        (
            lambda: conv2d_forward(X, KERNEL, BIAS, strides=(1, 0)),
            "strides is (1, 0); expected a whole number of at least 1, or a pair of them: (2, 3).",
        ),
        (
            lambda: conv2d_forward(X, KERNEL, BIAS, padding="smae"),
            "Unknown padding 'smae'. Expected one of valid, same. Did you mean 'same'?",
        ),
        (lambda: conv2d_backward(DZ, X, KERNEL, padding=1), "Unknown padding 1. Expected one of valid, same."),
    ],
)
def test_what_does_not_fit(call, words):
    """Does the error name the axis or argument, what was received, what was expected and what to do?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == words
