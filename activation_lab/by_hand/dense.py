"""The linear part of the dense layer, as stateless functions."""

from .shapes import shaped


@shaped(x="batch features", kernel="features units", bias="units")
def dense_forward(x, kernel, bias):
    """z = x @ kernel + bias.

    Args:
        x: inputs, (batch, features).
        kernel: weights, (features, units).
        bias: one number per unit, (units,).

    Returns:
        The pre-activation z, (batch, units).

    Raises:
        ValueError: the shapes do not fit together.
    """
    return x @ kernel + bias


@shaped(dz="batch units", x="batch features", kernel="features units")
def dense_backward(dz, x, kernel):
    """dx = dz @ kernelᵀ,  dkernel = xᵀ @ dz,  dbias = Σ over the batch of dz.

    Args:
        dz: gradient of the loss with respect to z, (batch, units).
        x: the inputs passed to `dense_forward`, (batch, features).
        kernel: the weights passed to it, (features, units).

    Returns:
        dx (batch, features), dkernel (features, units), dbias (units,).

    Raises:
        ValueError: the shapes do not fit together.
    """
    dx = dz @ kernel.T
    dkernel = x.T @ dz
    dbias = dz.sum(axis=0)
    return dx, dkernel, dbias


@shaped(kernel_1="features hidden", bias_1="hidden", kernel_2="hidden units", bias_2="units")
def collapse(kernel_1, bias_1, kernel_2, bias_2):
    """(x @ kernel_1 + bias_1) @ kernel_2 + bias_2 = x @ (kernel_1 @ kernel_2) + (bias_1 @ kernel_2 + bias_2).

    Args:
        kernel_1, bias_1: the first layer, (features, hidden) and (hidden,).
        kernel_2, bias_2: the second layer, (hidden, units) and (units,).

    Returns:
        kernel (features, units) and bias (units,) of the single layer that equals the two layers for every x.

    Raises:
        ValueError: the shapes do not fit together.
    """
    return kernel_1 @ kernel_2, bias_1 @ kernel_2 + bias_2
