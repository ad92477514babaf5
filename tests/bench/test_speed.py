"""What does writing it by hand cost, against bare matrix products and against Keras?"""

import numpy as np
import pytest
from bench import measured_until

import activation_lab as lab

FEATURES = UNITS = 1024


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [32, 256])
def test_dense_against_bare_products(batch, dtype):
    """Does a dense layer with relu, forward and backward, cost little more than its three matrix products?"""
    rng = np.random.default_rng(0)
    x, kernel, dz = (
        rng.normal(size=shape).astype(dtype) for shape in ((batch, FEATURES), (FEATURES, UNITS), (batch, UNITS))
    )
    bias = np.zeros(UNITS, dtype)

    def products():
        return x @ kernel, dz @ kernel.T, x.T @ dz

    def layer():
        lab.relu(lab.dense_forward(x, kernel, bias))
        lab.dense_backward(dz, x, kernel)

    def layer_and_slope():
        z = lab.dense_forward(x, kernel, bias)
        lab.relu(z)
        lab.dense_backward(lab.relu_backward(dz, z), x, kernel)

    limit = 1.3 if batch == 256 else np.inf  # at batch 32 the matrices are thin: reported, not judged
    title = f"dense at {batch}×{FEATURES}×{UNITS}, {dtype.__name__}"
    print()
    rounds = 40 if batch == 256 else 150
    whole = measured_until(lambda r: r <= limit, f"{title}, forward + relu + backward", layer, products, rounds=rounds)
    measured_until(lambda r: True, f"{title}, with relu_backward", layer_and_slope, products, rounds=rounds)
    assert whole <= limit


def test_train_step_against_keras(tf):
    """Is the hand-made step at 784-64-10, batch 32, faster than Keras's train_on_batch on the same model?"""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(32, 784)).astype(np.float32), rng.integers(0, 10, size=32)
    model = lab.Sequential([lab.Dense(64, activation="relu"), lab.Dense(10)])
    model.build((784,), rng, dtype="float32")
    layers = tf.keras.layers
    twin = tf.keras.Sequential([layers.Input((784,)), layers.Dense(64, activation="relu"), layers.Dense(10)])
    twin.set_weights([parameter for layer in model.layers for parameter in layer.parameters.values()])
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    twin.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.01), loss=loss)

    print()
    value = measured_until(
        lambda r: r < 1,
        "train_step at 784-64-10, batch 32, float32, against train_on_batch",
        lambda: lab.train_step(model.layers, x, labels, 0.01),
        lambda: twin.train_on_batch(x, labels),
        rounds=300,
    )
    assert value < 1
