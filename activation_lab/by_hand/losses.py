"""Losses, each next to its backward function: one number for how far a batch of outputs is from its targets."""

import functools

import numpy as np

from .activations import softmax
from .shapes import shaped


def mean_squared_error(prediction, target):
    """loss = mean over all entries of (prediction − target)².

    Args:
        prediction, target: arrays of the same shape.

    Returns:
        The loss, one number.

    Raises:
        ValueError: the shapes differ (broadcasting would compare every row with every other).
    """
    _same_shape("mean_squared_error", prediction, target)
    return np.mean((prediction - target) ** 2)


def mean_squared_error_backward(prediction, target):
    """dprediction = 2·(prediction − target) / number of entries."""
    _same_shape("mean_squared_error_backward", prediction, target)
    return 2 * (prediction - target) / np.size(prediction)


def _with_class_numbers(function):
    """Decorator: reject labels that are not class numbers; NumPy would silently count a negative one from the end."""

    @functools.wraps(function)
    def checked(z, labels):
        labels, classes = np.asarray(labels), np.shape(z)[1]
        if labels.dtype.kind not in "iu":
            raise ValueError(f"labels have dtype {labels.dtype}; expected integers, one class number per row.")
        if labels.size and not (labels.min() >= 0 and labels.max() < classes):
            raise ValueError(
                f"labels run from {labels.min()} to {labels.max()}; expected class numbers 0 … {classes - 1}, "
                f"since z has {classes} columns."
            )
        return function(z, labels)

    return checked


@shaped(z="batch classes", labels="batch")
@_with_class_numbers
def cross_entropy_from_logits(z, labels):
    """loss = mean over the batch of −log softmax(z)[label] = mean of log Σⱼ exp(zⱼ) − z[label].

    The second form never takes the logarithm of a number rounded to 0; subtracting the row's maximum first keeps exp
    from overflowing.

    Args:
        z: logits, the outputs before softmax, (batch, classes).
        labels: the correct class of each row, integers in 0 … classes − 1, (batch,).

    Returns:
        The mean loss, one number.

    Raises:
        ValueError: the shapes do not fit together, or the labels are not class numbers.
    """
    shifted = z - np.max(z, axis=-1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=-1))
    return np.mean(log_sum - shifted[np.arange(len(labels)), labels])


@shaped(z="batch classes", labels="batch")
@_with_class_numbers
def cross_entropy_from_logits_backward(z, labels):
    """dz = (softmax(z) − one_hot(labels)) / batch.

    Args:
        z: logits, (batch, classes).
        labels: the correct class of each row, integers, (batch,).

    Returns:
        The gradient of the mean loss with respect to z, (batch, classes).

    Raises:
        ValueError: the shapes do not fit together, or the labels are not class numbers.
    """
    dz = softmax(z)
    dz[np.arange(len(labels)), labels] -= 1
    return dz / len(labels)


def _same_shape(function_name, prediction, target):
    if np.shape(prediction) != np.shape(target):
        raise ValueError(
            f"{function_name}: prediction has shape {np.shape(prediction)} and target {np.shape(target)}; "
            "expected the same shape for both."
        )
