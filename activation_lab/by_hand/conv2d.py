"""The linear part of the convolutional layer, as stateless functions: a dense layer applied to each window."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .dense import dense_backward, dense_forward
from .shapes import conv2d_output_shape, refuse_other_shape, shaped


@shaped(x="batch height width channels", kernel="rows columns channels filters", bias="filters")
def conv2d_forward(x, kernel, bias, strides=(1, 1), padding="valid"):
    """z[b, i, j, f] = Σ over r, k, c of x[b, i·down + r, j·across + k, c]·kernel[r, k, c, f], + bias[f].

    Each output multiplies a window of the image by a filter, entry by entry, and sums the products. The filter is not
    flipped, so this is a cross-correlation, as in Keras.

    Args:
        x: images, (batch, height, width, channels).
        kernel: weights, (rows, columns, channels, filters).
        bias: one number per filter, (filters,).
        strides: how far the window moves (down, across), or one number for both.
        padding: "valid" keeps the window inside the image; "same" pads the image with zeros, so that stride 1 keeps
            height and width. If their number is odd, the extra zero goes at the bottom or right, as in TensorFlow.

    Returns:
        The pre-activation z, (batch, height, width, filters), with height and width as in `conv2d_output_shape`.

    Raises:
        ValueError: the shapes do not fit together, a stride is less than 1, or the padding is unknown.
    """
    windows = _windows(np.pad(x, _margins(x, kernel, strides, padding)), kernel, strides)
    z = dense_forward(*_in_rows(windows, kernel), bias)
    return z.reshape(*windows.shape[:3], kernel.shape[3])


@shaped(dz="batch z_height z_width filters", x="batch height width channels", kernel="rows columns channels filters")
def conv2d_backward(dz, x, kernel, strides=(1, 1), padding="valid"):
    """dwindow = Σ over filters of dz·kernel, added to dx at the window's position;
    dkernel = Σ over windows of window·dz,  dbias = Σ over windows of dz.

    Args:
        dz: gradient of the loss with respect to z, with the shape of z, (batch, height, width, filters).
        x: the images passed to `conv2d_forward`, (batch, height, width, channels).
        kernel: the weights passed to it, (rows, columns, channels, filters).
        strides, padding: as passed to `conv2d_forward`.

    Returns:
        dx (batch, height, width, channels), dkernel (rows, columns, channels, filters), dbias (filters,).

    Raises:
        ValueError: the shapes do not fit together, a stride is less than 1, or the padding is unknown.
    """
    margins = _margins(x, kernel, strides, padding)
    padded = np.pad(x, margins)
    windows = _windows(padded, kernel, strides)
    refuse_other_shape("conv2d_backward: dz", dz, (*windows.shape[:3], kernel.shape[3]))
    dwindows, dkernel, dbias = dense_backward(dz.reshape(-1, kernel.shape[3]), *_in_rows(windows, kernel))

    dwindows = dwindows.reshape(windows.shape)
    dpadded = np.zeros(padded.shape, dwindows.dtype)
    places = _windows(dpadded, kernel, strides)
    for row, column in np.ndindex(kernel.shape[:2]):  # one entry of each window at a time, since windows may overlap
        places[..., row, column, :] += dwindows[..., row, column, :]
    _, (top, _), (left, _), _ = margins
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, dkernel.reshape(kernel.shape), dbias


def _windows(padded, kernel, strides):
    """The windows that the kernel is applied to, (batch, height, width, rows, columns, channels), as a view."""
    down, across = np.broadcast_to(strides, 2)
    every = sliding_window_view(padded, kernel.shape[:2], axis=(1, 2), writeable=True)
    return np.moveaxis(every[:, ::down, ::across], 3, -1)


def _in_rows(windows, kernel):
    """Each window as one row and each filter as one column, as a dense layer expects."""
    kernel = kernel.reshape(-1, kernel.shape[3])
    return windows.reshape(-1, len(kernel)), kernel


def _margins(x, kernel, strides, padding):
    """The number of zeros before and after each axis of x: half of how far the last window extends past the image."""
    _, *image, _ = x.shape
    *stops, _ = conv2d_output_shape(x.shape[1:], kernel.shape[3], kernel.shape[:2], strides, padding)
    steps = np.broadcast_to(strides, 2)
    beyond = [
        max(0, (count - 1) * step + window - size)
        for count, step, window, size in zip(stops, steps, kernel.shape[:2], image, strict=True)
    ]
    return [(0, 0), *((zeros // 2, zeros - zeros // 2) for zeros in beyond), (0, 0)]
