"""Max pooling, as stateless functions: keep the largest entry of each window."""

import numpy as np

from .shapes import max_pooling2d_output_shape, refuse_other_shape, shaped


@shaped(x="batch height width channels")
def max_pooling2d_forward(x, pool_size=(2, 2)):
    """y[b, i, j, c] = max over r < rows, k < columns of x[b, i·rows + r, j·columns + k, c].

    Args:
        x: images, (batch, height, width, channels).
        pool_size: the window's (rows, columns), or one number for both. Windows do not overlap; leftover rows and
            columns of x that do not fill a window are dropped.

    Returns:
        y, (batch, height // rows, width // columns, channels).

    Raises:
        ValueError: x does not have four axes, or pool_size is invalid or larger than the image.
    """
    return np.max(_places(x, pool_size), axis=0)


@shaped(dy="batch y_height y_width channels", x="batch height width channels")
def max_pooling2d_backward(dy, x, pool_size=(2, 2)):
    """dx = dy at the largest entry of each window, else 0. Ties go to the first entry, row by row, as in TensorFlow.

    Args:
        dy: gradient of the loss with respect to y, with the shape of y, (batch, height, width, channels).
        x: the images passed to `max_pooling2d_forward`, (batch, height, width, channels).
        pool_size: as passed to `max_pooling2d_forward`.

    Returns:
        dx, (batch, height, width, channels).

    Raises:
        ValueError: the shapes do not fit together, or pool_size is invalid or larger than the image.
    """
    y = max_pooling2d_forward(x, pool_size)
    refuse_other_shape("max_pooling2d_backward: dy", dy, y.shape)
    dx = np.zeros(x.shape, dy.dtype)
    waiting = np.ones(y.shape, bool)  # windows whose largest entry has not been found yet
    for entry, dentry in zip(_places(x, pool_size), _places(dx, pool_size), strict=True):
        found = waiting & (entry == y)
        dentry += dy * found  # add to the zeros, since −1·0 alone would give −0
        waiting &= ~found
    return dx


def _places(x, pool_size):
    """One view of x per position in a window, row by row: the first entry of every window, then the second, …"""
    height, width, _ = max_pooling2d_output_shape(x.shape[1:], pool_size)
    rows, columns = np.broadcast_to(pool_size, 2)
    x = x[:, : height * rows, : width * columns]
    return [x[:, row::rows, column::columns] for row, column in np.ndindex(rows, columns)]
