"""Does our training take the same steps as Keras's gradient descent?"""

import numpy as np
import pytest

from activation_lab import Activation, Dense, Sequential, accuracy, cross_entropy_from_logits, train, train_step

FORMS = {
    "by argument": lambda: Sequential([Dense(16, activation="relu"), Dense(4)]),
    "by layer": lambda: Sequential([Dense(16), Activation("relu"), Dense(4)]),
}
each_form = pytest.mark.parametrize("form", FORMS)


def built(form, dtype=float):
    model = FORMS[form]()
    model.build((6,), np.random.default_rng(0), dtype=dtype)
    return model


def data(samples=30, dtype=float):
    """Samples in four clusters, one per class."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 4, size=samples)
    centers = rng.normal(scale=3, size=(4, 6))
    return (centers[labels] + rng.normal(size=(samples, 6))).astype(dtype), labels


def parameters(model):
    return [parameter for layer in model.layers for parameter in layer.parameters.values()]


@each_form
def test_steps_as_in_keras(form, tf):
    """From equal weights in float32, do 20 steps give the losses and weights of train_on_batch with SGD?"""
    model = built(form, np.float32)
    layers = tf.keras.layers
    stack = {
        "by argument": [layers.Dense(16, activation="relu"), layers.Dense(4)],
        "by layer": [layers.Dense(16), layers.Activation("relu"), layers.Dense(4)],
    }
    twin = tf.keras.Sequential([layers.Input((6,)), *stack[form]])
    twin.set_weights(parameters(model))
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    twin.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.1), loss=loss)
    x, labels = data(dtype=np.float32)
    for start in range(20):
        rows = np.arange(start, start + 8)  # a different batch each time
        received = train_step(model.layers, x[rows], labels[rows], 0.1)
        twin.reset_metrics()  # train_on_batch returns a running mean
        assert received == pytest.approx(float(twin.train_on_batch(x[rows], labels[rows])), rel=1e-5, abs=1e-5)
    for ours, theirs in zip(parameters(model), twin.get_weights(), strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


@each_form
def test_one_step_by_measurement(form):
    """Is every parameter moved by −learning_rate times the numerical derivative of the loss?"""
    model, (x, labels) = built(form), data()
    start = [parameter.copy() for parameter in parameters(model)]

    def loss():
        return cross_entropy_from_logits(model.forward(x), labels)

    expected = []
    for parameter in parameters(model):
        slope = np.zeros_like(parameter)
        for index in np.ndindex(parameter.shape):
            value = parameter[index]
            parameter[index] = value + 1e-5
            above = loss()
            parameter[index] = value - 1e-5
            slope[index] = (above - loss()) / 2e-5
            parameter[index] = value
        expected.append(parameter - 0.5 * slope)
    before = loss()
    assert train_step(model.layers, x, labels, 0.5) == before  # the loss before the step
    assert loss() < before
    for moved, wanted, old in zip(parameters(model), expected, start, strict=True):
        np.testing.assert_allclose(moved, wanted, rtol=0, atol=1e-9)
        assert not np.array_equal(moved, old)


def test_no_step_at_rate_zero():
    """Does a learning rate of 0 leave every parameter where it is?"""
    model, (x, labels) = built("by argument"), data()
    start = [parameter.copy() for parameter in parameters(model)]
    train_step(model.layers, x, labels, 0.0)
    for parameter, old in zip(parameters(model), start, strict=True):
        np.testing.assert_array_equal(parameter, old)


@each_form
def test_training_is_its_steps(form):
    """Is `train` a train_step on each shuffled batch, including a short last one, and its history their mean?"""
    x, labels = data(samples=30)
    model, by_hand = built(form), built(form)
    history = train(model.layers, x, labels, learning_rate=0.1, batch_size=8, epochs=3, rng=np.random.default_rng(5))
    rng, means = np.random.default_rng(5), []
    for _ in range(3):
        batches = np.split(rng.permutation(30), [8, 16, 24])
        losses = [train_step(by_hand.layers, x[rows], labels[rows], 0.1) for rows in batches]
        means.append(np.average(losses, weights=[8, 8, 8, 6]))
    np.testing.assert_allclose(history, means, rtol=1e-12)
    for a, b in zip(parameters(model), parameters(by_hand), strict=True):
        np.testing.assert_array_equal(a, b)


def test_every_sample_once_an_epoch():
    """Does each epoch use every sample exactly once, in a new order?"""
    seen = []

    class Recorder(Dense):
        def forward(self, x):
            seen.extend(x[:, 0].astype(int))
            return super().forward(x)

    layer = Recorder(2)
    layer.build((1,), np.random.default_rng(0))
    x, labels = np.arange(10.0)[:, np.newaxis], np.arange(10) % 2
    train([layer], x, labels, learning_rate=0.0, batch_size=4, epochs=2, rng=np.random.default_rng(0))
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(range(10))
    assert seen[:10] != seen[10:] and seen[:10] != list(range(10))


def test_training_learns():
    """Are four well-separated clusters classified correctly in the end, with the loss falling?"""
    x, labels = data(samples=200)
    model = built("by layer")
    before = accuracy(model.layers, x, labels)
    history = train(model.layers, x, labels, learning_rate=0.1, batch_size=20, epochs=10, rng=np.random.default_rng(0))
    assert len(history) == 10 and all(type(loss) is float for loss in history)
    assert history[-1] < 0.1 * history[0]
    assert before < 0.6 < 0.97 < accuracy(model.layers, x, labels)


def test_training_is_repeatable():
    """Does the same seed give the same history, and a different seed a different one?"""

    def history(seed):
        rng = np.random.default_rng(seed)
        return train(built("by layer").layers, *data(), learning_rate=0.1, batch_size=8, epochs=2, rng=rng)

    assert history(0) == history(0) != history(1)


def test_accuracy_by_hand():
    """If two of three largest outputs are in the right place, is the result 2/3?"""
    outputs = np.array([[0.1, 0.9, 0.0], [5.0, -1.0, 2.0], [-3.0, -2.0, -1.0]])
    share = accuracy([Activation("linear")], outputs, np.array([1, 0, 0]))
    assert type(share) is float and share == pytest.approx(2 / 3)


def test_labels_are_looked_at_before_the_step():
    """Is a wrong label rejected without moving any parameter?"""
    model, (x, labels) = built("by layer"), data()
    start = [parameter.copy() for parameter in parameters(model)]
    with pytest.raises(ValueError, match="expected class numbers 0 … 3"):
        train_step(model.layers, x, labels + 1, 0.1)
    for parameter, old in zip(parameters(model), start, strict=True):
        np.testing.assert_array_equal(parameter, old)
