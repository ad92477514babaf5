"""Training by hand: forward, backward, one step downhill, repeat."""

import numpy as np

from .losses import cross_entropy_from_logits, cross_entropy_from_logits_backward


def train_step(layers, x, labels, learning_rate):
    """parameter ← parameter − learning_rate·∂loss/∂parameter, for every parameter of every layer, once.

    Args:
        layers: a list of layers; the last one returns logits.
        x: a batch of inputs, (batch, …).
        labels: the correct class of each row, integers, (batch,).
        learning_rate: the factor of the gradient in each step.

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
        layers: a list of layers; the last one returns logits.
        x, labels: the training data, (samples, …) and (samples,).
        learning_rate: as in `train_step`.
        batch_size: samples per step; the last batch of an epoch may be smaller.
        epochs: how many times to go through the data.
        rng: a numpy.random.Generator, for the order of the samples.

    Returns:
        One number per epoch: the mean loss over its samples, measured for each batch before its step.
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
    """The fraction of samples whose largest output is that of the correct class.

    Args:
        layers: a list of layers; the last one returns one number per class.
        x, labels: (samples, …) and (samples,).

    Returns:
        A float in 0 … 1.
    """
    for layer in layers:
        x = layer.forward(x)
    return float(np.mean(np.argmax(x, axis=-1) == labels))
