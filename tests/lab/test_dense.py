"""Does the linear part of the dense layer, forward and backward, agree with Keras and plain sums?"""

import numpy as np
import pytest
from near import assert_near

from activation_lab import collapse, dense_backward, dense_forward, dense_parameter_count

SIZES = [(4, 3, 2), (1, 5, 3), (6, 1, 4), (3, 4, 1), (3, 3, 3)]  # batch, features, units
each_size = pytest.mark.parametrize("size", SIZES, ids=["×".join(map(str, size)) for size in SIZES])
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def drawn(batch, features, units, dtype=float, seed=0):
    """x, kernel, bias and the incoming gradient dz."""
    rng = np.random.default_rng(seed)
    shapes = (batch, features), (features, units), (units,), (batch, units)
    return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


@each_dtype
@each_size
def test_as_in_keras(size, dtype, tf, tape):
    """With the weights of Keras's Dense, do we get the same z and the same three gradients as on the tape?"""
    x, kernel, bias, dz = drawn(*size, dtype)
    layer = tf.keras.layers.Dense(size[2], dtype=dtype.__name__)
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    z, (dx,) = tape(layer, dz, x)
    _, (dkernel, dbias) = tape(lambda kernel, bias: tf.constant(x) @ kernel + bias, dz, kernel, bias)
    limit = 1e-6 if dtype is np.float32 else 1e-13
    assert_near(dense_forward(x, kernel, bias), z, limit)
    for received, expected in zip(dense_backward(dz, x, kernel), (dx, dkernel, dbias), strict=True):
        assert_near(received, expected, limit)


@each_size
def test_as_sums(size):
    """Do sums written over named axes give the same result?"""
    x, kernel, bias, dz = drawn(*size)
    limit = 1e-13
    assert_near(dense_forward(x, kernel, bias), np.einsum("bf,fu->bu", x, kernel) + bias, limit)
    dx, dkernel, dbias = dense_backward(dz, x, kernel)
    assert_near(dx, np.einsum("bu,fu->bf", dz, kernel), limit)
    assert_near(dkernel, np.einsum("bf,bu->fu", x, dz), limit)
    assert_near(dbias, np.einsum("bu->u", dz), limit)


@each_size
def test_gradients_as_measured(size):
    """Does moving one entry of x, kernel or bias change Σ dz·z by the amount its gradient predicts?

    The sum is affine in each entry, so the difference over a step of 1 is the exact slope.
    """
    x, kernel, bias, dz = drawn(*size)
    before = np.sum(dz * dense_forward(x, kernel, bias))
    for position, gradient in enumerate(dense_backward(dz, x, kernel)):
        for index in np.ndindex(gradient.shape):
            moved = [x.copy(), kernel.copy(), bias.copy()]
            moved[position][index] += 1
            assert np.sum(dz * dense_forward(*moved)) - before == pytest.approx(gradient[index], rel=1e-10, abs=1e-12)


@each_dtype
def test_manners(dtype):
    """Do the results keep the dtype, and the arguments their values?"""
    x, kernel, bias, dz = drawn(4, 3, 2, dtype)
    before = [array.copy() for array in (x, kernel, bias, dz)]
    results = dense_forward(x, kernel, bias), *dense_backward(dz, x, kernel)
    assert [result.dtype for result in results] == [dtype] * 4
    assert [result.shape for result in results] == [(4, 2), (4, 3), (3, 2), (2,)]
    for array, original in zip((x, kernel, bias, dz), before, strict=True):
        np.testing.assert_array_equal(array, original)


def test_an_empty_batch():
    """Does an empty batch give no outputs, and gradients of zero?"""
    x, kernel, bias, dz = drawn(0, 3, 2)
    assert dense_forward(x, kernel, bias).shape == (0, 2)
    dx, dkernel, dbias = dense_backward(dz, x, kernel)
    assert dx.shape == (0, 3)
    assert not dkernel.any() and not dbias.any()


X, KERNEL, BIAS = np.ones((4, 3)), np.ones((3, 2)), np.ones(2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: dense_forward(X, KERNEL.T, BIAS),
            "dense_forward: 'features' is 3 in x and 2 in kernel; they must be equal. "
            "Expected x (batch, features) and kernel (features, units); received (4, 3) and (2, 3).",
        ),
        (
            lambda: dense_forward(X, KERNEL, np.ones(3)),
            "dense_forward: 'units' is 2 in kernel and 3 in bias; they must be equal. "
            "Expected kernel (features, units) and bias (units,); received (3, 2) and (3,).",
        ),
        (
            lambda: dense_forward(X[0], KERNEL, BIAS),
            "dense_forward: x has shape (3,); expected 2 axes: (batch, features).",
        ),
        (
            lambda: dense_forward(X, KERNEL, bias=np.ones((1, 2))),
            "dense_forward: bias has shape (1, 2); expected 1 axis: (units,).",
        ),
        (
            lambda: dense_backward(np.ones((3, 2)), X, KERNEL),
            "dense_backward: 'batch' is 3 in dz and 4 in x; they must be equal. "
            "Expected dz (batch, units) and x (batch, features); received (3, 2) and (4, 3).",
        ),
        (
            lambda: dense_backward(np.ones((4, 3)), X, kernel=KERNEL),
            "dense_backward: 'units' is 3 in dz and 2 in kernel; they must be equal. "
            "Expected dz (batch, units) and kernel (features, units); received (4, 3) and (3, 2).",
        ),
        (
            lambda: collapse(KERNEL, BIAS, KERNEL, BIAS),
            "collapse: 'hidden' is 2 in kernel_1 and 3 in kernel_2; they must be equal. "
            "Expected kernel_1 (features, hidden) and kernel_2 (hidden, units); received (3, 2) and (3, 2).",
        ),
    ],
)
def test_shapes_that_do_not_fit(call, words):
    """Does the error say which axes disagree, what was expected and what was received?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == words


def test_a_missing_argument():
    """Is a missing argument reported by Python's own clear message?"""
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'bias'"):
        dense_forward(X, KERNEL)


def test_collapse():
    """Does the single layer give the same outputs as the two layers, on new inputs?"""
    rng = np.random.default_rng(0)
    layers = rng.normal(size=(4, 6)), rng.normal(size=6), rng.normal(size=(6, 3)), rng.normal(size=3)
    kernel, bias = collapse(*layers)
    for x in rng.normal(size=(20, 4)):
        hidden = [sum(x[f] * layers[0][f, h] for f in range(4)) + layers[1][h] for h in range(6)]
        z = [sum(hidden[h] * layers[2][h, u] for h in range(6)) + layers[3][u] for u in range(3)]
        np.testing.assert_allclose(x @ kernel + bias, z, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("features, units", [(784, 64), (64, 10), (1, 1), (3, 2)])
def test_parameter_count_as_in_keras(features, units, tf):
    """Does Keras count the same number?"""
    layer = tf.keras.layers.Dense(units)
    layer.build((None, features))
    assert dense_parameter_count(features, units) == layer.count_params()
