"""Do the measurements that decide claims agree with what is known by hand?"""

import numpy as np
import pytest

import activation_lab as lab


@pytest.fixture
def classifiers(keras):
    """Two classifiers with one Dense layer each; the second's bias is larger by 1, 0 and -1."""
    kernel, bias = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, -1.0]]), np.zeros(3)
    models = []
    for shift in (0, np.array([1.0, 0.0, -1.0])):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
        model.set_weights([kernel, bias + shift])
        models.append(model)
    return models


@pytest.mark.parametrize("name, held", [("Softmax", 0), ("PReLU", 1), ("BatchNormalization", 4)])
def test_variables_held(keras, name, held):
    """Are all variables counted, trained or not, though the layer makes them at its first call?"""
    assert lab.evidence.variables_held(getattr(keras.layers, name)(), np.ones((2, 3), dtype="float32")) == held


def test_differing_outputs(keras):
    """Is the smallest difference counted, and an equal output not?"""
    a, b = (keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, use_bias=False)]) for _ in "ab")
    a.set_weights([np.array([[1.0, 2.0, 3.0]])])
    b.set_weights([np.array([[1.0, np.nextafter(np.float32(2), np.float32(3)), 4.0]])])
    x = np.array([[1.0], [2.0]], dtype="float32")
    assert lab.evidence.differing_outputs(a, a, x) == 0
    assert lab.evidence.differing_outputs(a, b, x) == 4


def test_gradient_gap(classifiers):
    """Is it the largest difference of the gradients by the formula, (p - y) / n and its product with the batch?"""
    x, labels = np.random.default_rng(0).normal(size=(5, 2)).astype("float32"), np.array([0, 2, 1, 1, 0])
    gradients = []
    for model in classifiers:
        dz = (np.array(model(x)) - np.eye(3)[labels]) / 5
        gradients.append(np.vstack([x.T @ dz, dz.sum(axis=0)]))
    expected = np.abs(gradients[0] - gradients[1]).max()
    assert lab.evidence.gradient_gap(*classifiers, x, labels) == pytest.approx(expected, rel=1e-5)
    assert expected > 0.01 and lab.evidence.gradient_gap(classifiers[0], classifiers[0], x, labels) == 0


@pytest.mark.parametrize(
    "f, affine",
    [
        (lambda x: 3 * x - 1, True),
        (lambda x: np.maximum(x, 0), False),
        (lambda x: x[:, ::-1] + 2, True),
        (np.exp, False),
    ],
)
def test_is_affine(f, affine):
    """Is an affine map told from another?"""
    u, v = np.random.default_rng(0).normal(size=(2, 4, 3))
    assert lab.evidence.is_affine(f, u, v) is affine
