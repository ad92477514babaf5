"""Max pooling, as functions without state: of each window the largest entry stays."""

import numpy as np

from .shapes import max_pooling2d_output_shape, refuse_other_shape, shaped


@shaped(x="batch height width channels")
def max_pooling2d_forward(x, pool_size=(2, 2)):
    """y[b, i, j, c] = max over r < rows, k < columns of x[b, i·rows + r, j·columns + k, c].

    Args:
        x: images, (batch, height, width, channels).
        pool_size: the window's (rows, columns), or one number for both. Windows lie side by side; rows and columns of x
            that fill no window are left out.

    Returns:
        y, (batch, height // rows, width // columns, channels).

    Raises:
        ValueError: x has another number of axes, or pool_size is no size, or larger than the image.
    """
    return np.max(_places(x, pool_size), axis=0)


@shaped(dy="batch y_height y_width channels", x="batch height width channels")
def max_pooling2d_backward(dy, x, pool_size=(2, 2)):
    """dx = dy at the largest entry of each window, else 0. Among equal entries the first, row by row, as in TensorFlow.

    Args:
        dy: gradient of the loss with respect to y, (batch, height, width, channels) of y.
        x: the images that `max_pooling2d_forward` took, (batch, height, width, channels).
        pool_size: as it was there.

    Returns:
        dx, (batch, height, width, channels).

    Raises:
        ValueError: the shapes do not fit together, or pool_size is no size, or larger than the image.
    """
    y = max_pooling2d_forward(x, pool_size)
    refuse_other_shape("max_pooling2d_backward: dy", dy, y.shape)
    dx = np.zeros(x.shape, dy.dtype)
    waiting = np.ones(y.shape, bool)  # windows whose largest entry has not been met yet
    for entry, dentry in zip(_places(x, pool_size), _places(dx, pool_size), strict=True):
        found = waiting & (entry == y)
        dentry += dy * found  # added to the zeros, since −1·0 alone would be −0
        waiting &= ~found
    return dx


def _places(x, pool_size):
    """One view of x for each place in a window, row by row: the first entry of all windows, the second of all, …"""
    height, width, _ = max_pooling2d_output_shape(x.shape[1:], pool_size)
    rows, columns = np.broadcast_to(pool_size, 2)
    x = x[:, : height * rows, : width * columns]
    return [x[:, row::rows, column::columns] for row, column in np.ndindex(rows, columns)]
