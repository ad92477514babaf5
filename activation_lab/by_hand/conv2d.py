"""The convolutional layer's linear part, as functions without state: a dense layer on every window of the image."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .dense import dense_backward, dense_forward
from .shapes import conv2d_output_shape, refuse_other_shape, shaped


@shaped(x="batch height width channels", kernel="rows columns channels filters", bias="filters")
def conv2d_forward(x, kernel, bias, strides=(1, 1), padding="valid"):
    """z[b, i, j, f] = Σ over r, k, c of x[b, i·down + r, j·across + k, c]·kernel[r, k, c, f], + bias[f].

    Each number is a window of the image, multiplied entry by entry with a filter and summed; nothing is turned around,
    so that it is a cross-correlation, as in Keras.

    Args:
        x: images, (batch, height, width, channels).
        kernel: weights, (rows, columns, channels, filters).
        bias: one number per filter, (filters,).
        strides: how far the window moves (down, across), or one number for both.
        padding: "valid" keeps the window inside the image; "same" puts zeros around it, so that stride 1 keeps height
            and width. Where their number is odd, one more stands at the bottom or the right, as in TensorFlow.

    Returns:
        The pre-activation z, (batch, height, width, filters), with the height and width of `conv2d_output_shape`.

    Raises:
        ValueError: the shapes do not fit together, a stride is less than 1, or the padding is unknown.
    """
    windows = _windows(np.pad(x, _margins(x, kernel, strides, padding)), kernel, strides)
    z = dense_forward(*_in_rows(windows, kernel), bias)
    return z.reshape(*windows.shape[:3], kernel.shape[3])


@shaped(dz="batch z_height z_width filters", x="batch height width channels", kernel="rows columns channels filters")
def conv2d_backward(dz, x, kernel, strides=(1, 1), padding="valid"):
    """dwindow = Σ over filters of dz·kernel, added to dx where the window stood;
    dkernel = Σ over windows of window·dz,  dbias = Σ over windows of dz.

    Args:
        dz: gradient of the loss with respect to z, (batch, height, width, filters) of z.
        x: the images that `conv2d_forward` took, (batch, height, width, channels).
        kernel: the weights that it took, (rows, columns, channels, filters).
        strides, padding: as they were there.

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
    for row, column in np.ndindex(kernel.shape[:2]):  # one entry of each window at a time: whole windows overlap
        places[..., row, column, :] += dwindows[..., row, column, :]
    _, (top, _), (left, _), _ = margins
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, dkernel.reshape(kernel.shape), dbias


def _windows(padded, kernel, strides):
    """What the kernel lies over at each of its stops, (batch, height, width, rows, columns, channels): a view."""
    down, across = np.broadcast_to(strides, 2)
    every = sliding_window_view(padded, kernel.shape[:2], axis=(1, 2), writeable=True)
    return np.moveaxis(every[:, ::down, ::across], 3, -1)


def _in_rows(windows, kernel):
    """Each window as one row, each filter as one column: what a dense layer takes."""
    kernel = kernel.reshape(-1, kernel.shape[3])
    return windows.reshape(-1, len(kernel)), kernel


def _margins(x, kernel, strides, padding):
    """How many zeros stand before and after each axis of x: what the last window reaches beyond the image, halved."""
    _, *image, _ = x.shape
    *stops, _ = conv2d_output_shape(x.shape[1:], kernel.shape[3], kernel.shape[:2], strides, padding)
    steps = np.broadcast_to(strides, 2)
    beyond = [
        max(0, (count - 1) * step + window - size)
        for count, step, window, size in zip(stops, steps, kernel.shape[:2], image, strict=True)
    ]
    return [(0, 0), *((zeros // 2, zeros - zeros // 2) for zeros in beyond), (0, 0)]
