"""Numerical gradients, used to check every hand-written backward function."""

import numpy as np


def numerical_gradient(loss, array, step=1e-5):
    """∂loss/∂array[i] ≈ (loss(array + step·eᵢ) − loss(array − step·eᵢ)) / (2·step), entry by entry.

    The error of a central difference is of order step², that of a one-sided difference of order step. Computed in
    float64 on a copy: in float32, rounding would swamp a step of 1e-5.

    Args:
        loss: a function that takes one array and returns one number. It must use the array passed to it.
        array: the point at which to take the gradient, any shape; left unchanged.
        step: how far to move each entry, in the same units as the entry.

    Returns:
        The gradient, float64, with the shape of `array`.
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
    """‖a − b‖ / (‖a‖ + ‖b‖): 0 if equal, 1 if one is zero or they point in opposite directions.

    Args:
        a, b: arrays of the same shape.

    Returns:
        A float in 0 … 1; 0.0 when both are all zeros.

    Raises:
        ValueError: the shapes differ.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"relative_error: shapes {a.shape} and {b.shape} differ; expected arrays of the same shape.")
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / scale) if scale else 0.0
