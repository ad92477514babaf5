"""Do the losses and their gradients match Keras's, and do they reject invalid labels?"""

import math

import numpy as np
import pytest
from near import assert_near

from activation_lab import (
    cross_entropy_from_logits,
    cross_entropy_from_logits_backward,
    mean_squared_error,
    mean_squared_error_backward,
)

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
LIMIT = {np.float32: 1e-6, np.float64: 1e-12}


def logits_and_labels(batch=7, classes=5, scale=3.0, dtype=float, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=(batch, classes)).astype(dtype), rng.integers(0, classes, size=batch)


@each_dtype
@pytest.mark.parametrize("shape", [(6, 4), (1, 1), (5,), (2, 3, 4)])
def test_mean_squared_error_as_in_keras(shape, dtype, tf, tape):
    """Do loss and gradient match those of keras.losses, averaged over all entries?"""
    rng = np.random.default_rng(0)
    prediction, target = rng.normal(size=shape).astype(dtype), rng.normal(size=shape).astype(dtype)
    keras_loss = tf.keras.losses.MeanSquaredError(dtype=dtype.__name__)
    loss, (dprediction,) = tape(lambda prediction: keras_loss(target, prediction), None, prediction)
    assert_near(mean_squared_error(prediction, target), loss, LIMIT[dtype])
    assert_near(mean_squared_error_backward(prediction, target), dprediction, LIMIT[dtype])


@each_dtype
@pytest.mark.parametrize(("batch", "classes"), [(7, 5), (1, 3), (4, 2), (3, 3)])
def test_cross_entropy_as_in_keras(batch, classes, dtype, tf, tape):
    """Do loss and gradient match those of SparseCategoricalCrossentropy(from_logits=True)?"""
    z, labels = logits_and_labels(batch, classes, dtype=dtype)
    keras_loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype=dtype.__name__)
    loss, (dz,) = tape(lambda z: keras_loss(labels, z), None, z)
    assert_near(cross_entropy_from_logits(z, labels), loss, LIMIT[dtype])
    assert_near(cross_entropy_from_logits_backward(z, labels), dz, LIMIT[dtype])


def test_cross_entropy_as_in_a_textbook():
    """Is the loss the mean of −log softmax, row by row?"""
    z, labels = logits_and_labels()
    losses = [-math.log(math.exp(row[label]) / sum(map(math.exp, row))) for row, label in zip(z, labels, strict=True)]
    assert cross_entropy_from_logits(z, labels) == pytest.approx(sum(losses) / len(losses), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_as_measured(seed):
    """Does each gradient predict how its loss changes when one entry moves?"""
    z, labels = logits_and_labels(seed=seed)
    target, step = np.random.default_rng(seed).normal(size=z.shape), 1e-5
    for loss, dz in [
        (lambda z: cross_entropy_from_logits(z, labels), cross_entropy_from_logits_backward(z, labels)),
        (lambda z: mean_squared_error(z, target), mean_squared_error_backward(z, target)),
    ]:
        for index in np.ndindex(z.shape):
            move = np.zeros_like(z)
            move[index] = step
            assert (loss(z + move) - loss(z - move)) / (2 * step) == pytest.approx(dz[index], rel=1e-7, abs=1e-9)


@each_dtype
def test_far_logits(dtype):
    """At logits of ±1000: silent and finite, with loss 0 for a confident correct row and 2000 for a wrong one?"""
    z, labels = np.array([[1000, -1000], [1000, -1000]], dtype), np.array([0, 1])
    with np.errstate(all="raise", under="ignore"):
        loss, dz = cross_entropy_from_logits(z, labels), cross_entropy_from_logits_backward(z, labels)
    assert loss == 1000
    np.testing.assert_array_equal(dz, [[0, 0], [0.5, -0.5]])


@each_dtype
def test_manners(dtype):
    """Do the results keep the dtype, and the arguments their values?"""
    z, labels = logits_and_labels(dtype=dtype)
    target = z[::-1].copy()
    before = z.copy(), labels.copy(), target.copy()
    for result in (
        cross_entropy_from_logits(z, labels),
        cross_entropy_from_logits_backward(z, labels),
        mean_squared_error(z, target),
        mean_squared_error_backward(z, target),
    ):
        assert result.dtype == dtype
    for array, original in zip((z, labels, target), before, strict=True):
        np.testing.assert_array_equal(array, original)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint64])
def test_any_integer_labels(dtype):
    """Do labels of any integer dtype, including that of the images, give the same numbers?"""
    z, labels = logits_and_labels()
    for function in (cross_entropy_from_logits, cross_entropy_from_logits_backward):
        np.testing.assert_array_equal(function(z, labels.astype(dtype)), function(z, labels))


def test_shapes_are_not_stretched():
    """Is a column of targets rejected, where broadcasting would compare every row with every other?"""
    for function in (mean_squared_error, mean_squared_error_backward):
        with pytest.raises(ValueError) as caught:
            function(np.zeros(4), np.zeros((4, 1)))
        assert str(caught.value) == (
            f"{function.__name__}: prediction has shape (4,) and target (4, 1); expected the same shape for both."
        )


Z = np.zeros((3, 4))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([0, 4, 1], "labels run from 0 to 4; expected class numbers 0 … 3, since z has 4 columns."),
        ([0, -1, 1], "labels run from -1 to 1; expected class numbers 0 … 3, since z has 4 columns."),
        ([0.0, 1.0, 2.0], "labels have dtype float64; expected integers, one class number per row."),
        ([True, False, True], "labels have dtype bool; expected integers, one class number per row."),
        ([0, 1], "'batch' is 3 in z and 2 in labels; they must be equal."),
        (np.eye(3, 4, dtype=int), "labels has shape (3, 4); expected 1 axis: (batch,)."),
    ],
    ids=["too large", "negative", "real", "true or false", "too few", "one-hot"],
)
def test_labels_that_are_none(labels, words):
    """Is a label that would pick a wrong entry, or none, rejected with what was received and what was expected?"""
    with pytest.raises(ValueError) as caught:
        cross_entropy_from_logits(Z, np.array(labels))
    assert words in str(caught.value)


@pytest.mark.parametrize("labels", [[0, 1], np.eye(3, 4, dtype=int)], ids=["too few", "one-hot"])
def test_the_backward_refuses_wrong_shapes_too(labels):
    """Does the gradient on its own reject labels of the wrong shape?"""
    with pytest.raises(ValueError, match=r"^cross_entropy_from_logits_backward: .*labels"):
        cross_entropy_from_logits_backward(Z, np.array(labels))
