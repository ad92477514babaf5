"""What does writing it by hand cost, against bare matrix products and against Keras?"""

import numpy as np
import pytest
from bench import measured_until

import activation_lab as lab
from activation_lab.by_hand.conv2d import conv2d_backward, conv2d_forward
from activation_lab.by_hand.layers import Conv2D, Flatten, MaxPooling2D

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


def drawn_images(rng):
    """32 images of 28×28 in one channel, and a label for each."""
    return rng.random((32, 28, 28, 1), dtype=np.float32), rng.integers(0, 10, size=32)


def test_conv2d_against_eager_keras(tf):
    """Is the hand-made convolution, 32×28×28×1 to 32 filters of 3×3, at most twice as slow as Keras's called eagerly?

    Forward against the call of a Conv2D layer. Forward and backward against the same call on a tape and its gradient
    with respect to images, kernel and bias: the tape cannot go back without going forward. Tensors are made beforehand.
    """
    rng = np.random.default_rng(0)
    x, _ = drawn_images(rng)
    dz = rng.normal(size=(32, 26, 26, 32)).astype(np.float32)
    layer = tf.keras.layers.Conv2D(32, (3, 3))
    layer.build(x.shape)
    kernel, bias = layer.get_weights()
    images, upstream = tf.constant(x), tf.constant(dz)

    def by_hand():
        conv2d_forward(x, kernel, bias)
        conv2d_backward(dz, x, kernel)

    def on_tape():
        with tf.GradientTape() as tape:
            tape.watch(images)
            z = layer(images)
        tape.gradient(z, [images, *layer.trainable_variables], output_gradients=upstream)

    print()
    title = "conv2d at 32×28×28×1 to 32 filters, float32"
    forward = measured_until(
        lambda r: r <= 2,
        f"{title}, forward",
        lambda: conv2d_forward(x, kernel, bias),
        lambda: layer(images),
        rounds=200,
    )
    both = measured_until(lambda r: r <= 2, f"{title}, forward and backward", by_hand, on_tape, rounds=200)
    assert forward <= 2
    assert both <= 2


def test_cnn_train_step_against_eager_keras(tf):
    """Is a hand-made step of the articles' network on 32 images at most twice as slow as Keras's run eagerly?

    Against the compiled train_on_batch it is reported, not judged.
    """
    x, labels = drawn_images(np.random.default_rng(0))
    model = lab.Sequential([Conv2D(32, (3, 3), activation="sigmoid"), MaxPooling2D((2, 2)), Flatten(), lab.Dense(10)])
    model.build((28, 28, 1), np.random.default_rng(0), dtype="float32")

    def in_keras(**settings):
        layers = tf.keras.layers
        twin = tf.keras.Sequential(
            [
                layers.Input((28, 28, 1)),
                layers.Conv2D(32, (3, 3), activation="sigmoid"),
                layers.MaxPooling2D((2, 2)),
                layers.Flatten(),
                layers.Dense(10),
            ]
        )
        twin.set_weights([parameter for layer in model.layers for parameter in layer.parameters.values()])
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        twin.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.01), loss=loss, **settings)
        return lambda: twin.train_on_batch(x, labels)

    def by_hand():
        lab.train_step(model.layers, x, labels, 0.01)

    print()
    title = "train_step of the articles' network on 32 images, float32"
    ratio = measured_until(lambda r: r <= 2, f"{title}, eager", by_hand, in_keras(run_eagerly=True), rounds=100)
    measured_until(lambda r: True, f"{title}, compiled", by_hand, in_keras(), rounds=100)
    assert ratio <= 2
