"""Training by hand: forward, backward, one step downhill, again."""

import numpy as np

from .losses import cross_entropy_from_logits, cross_entropy_from_logits_backward


def train_step(layers, x, labels, learning_rate):
    """parameter ← parameter − learning_rate·∂loss/∂parameter, for every parameter of every layer, once.

    Args:
        layers: a list of layers; the last one gives logits.
        x: a batch of inputs, (batch, …).
        labels: the right class of each row, integers, (batch,).
        learning_rate: how far to go against the gradient.

    Returns:
        The mean cross-entropy of the batch before the step.
    """
    z = x
    for layer in layers:
        z = layer.forward(z)
    loss = cross_entropy_from_logits(z, labels)
    dz = cross_entropy_from_logits_backward(z, labels)
    for layer in reversed(layers):
        dz = layer.backward(dz)
    for layer in layers:
        for name, gradient in layer.gradients.items():
            layer.parameters[name] -= learning_rate * gradient
    return loss


def train(layers, x, labels, *, learning_rate, batch_size, epochs, rng):
    """Stochastic gradient descent: `train_step` on every batch of shuffled data, `epochs` times over.

    Args:
        layers: a list of layers; the last one gives logits.
        x, labels: the training data, (samples, …) and (samples,).
        learning_rate: of each step.
        batch_size: samples a step; the last batch of an epoch may be smaller.
        epochs: how often to go through the data.
        rng: a numpy.random.Generator, for the order of the samples.

    Returns:
        One number per epoch: the mean loss over its samples, each taken before the step that used it.
    """
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += len(batch) * float(train_step(layers, x[batch], labels[batch], learning_rate))
        history.append(total / len(x))
    return history


def accuracy(layers, x, labels):
    """The share of samples whose largest output is the right class.

    Args:
        layers: a list of layers; the last one gives a number per class.
        x, labels: (samples, …) and (samples,).

    Returns:
        A float in 0 … 1.
    """
    for layer in layers:
        x = layer.forward(x)
    return float(np.mean(np.argmax(x, axis=-1) == labels))
