"""Gradients measured by trying: the referee for every backward written by hand."""

import numpy as np


def numerical_gradient(loss, array, step=1e-5):
    """∂loss/∂array[i] ≈ (loss(array + step·eᵢ) − loss(array − step·eᵢ)) / (2·step), entry by entry.

    Central differences err by step², one-sided ones by step. Computed in float64 on a copy: in float32 a step of 1e-5
    drowns in rounding.

    Args:
        loss: a function of one array that returns one number. It must use the array it is given.
        array: where to take the gradient, any shape; left unchanged.
        step: how far each entry is moved, in the entry's own units.

    Returns:
        The gradient, float64, with the array's shape.
    """
    nudged = np.array(array, dtype=float)
    gradient = np.zeros_like(nudged)
    for index in np.ndindex(nudged.shape):
        value = nudged[index]
        nudged[index] = value + step
        above = loss(nudged)
        nudged[index] = value - step
        below = loss(nudged)
        nudged[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def relative_error(a, b):
    """‖a − b‖ / (‖a‖ + ‖b‖): 0 where equal, 1 where one is zero or they point in opposite directions.

    Args:
        a, b: arrays of one shape.

    Returns:
        A float in 0 … 1; 0.0 when both are all zeros.

    Raises:
        ValueError: the shapes differ.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"relative_error: the shapes {a.shape} and {b.shape} differ; expected one shape for both.")
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / scale) if scale else 0.0
