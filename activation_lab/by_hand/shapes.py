"""Shapes: what goes into a layer, what comes out, and how many parameters the layer has."""

import functools
import inspect
import math

import numpy as np

from .validate import known_padding, pair, whole


def dense_output_shape(input_shape, units):
    """(batch, features) -> (batch, units); a batch axis of unknown size is None, as in Keras.

    Raises:
        ValueError: input_shape does not have two axes.
    """
    if len(input_shape) != 2:
        raise ValueError(f"input_shape is {tuple(input_shape)}; expected two axes: (batch, features).")
    return (input_shape[0], units)


def dense_parameter_count(features, units):
    """features·units + units: the entries of the kernel, plus the entries of the bias.

    Args:
        features: the number of inputs.
        units: the number of outputs.

    Returns:
        An int.
    """
    return features * units + units


def _with_sound_sizes(function):
    """Decorator: reject invalid sizes and a kernel larger than the image; pass on plain ints and pairs."""

    @functools.wraps(function)
    def checked(input_shape, filters, kernel_size, strides=(1, 1), padding="valid"):
        image, window = _image(input_shape), pair("kernel_size", kernel_size)
        if known_padding(padding) == "valid":
            _refuse_larger("kernel", window, image, "use a smaller one, or padding='same'")
        return function(image, whole("filters", filters), window, pair("strides", strides), padding)

    return checked


@_with_sound_sizes
def conv2d_output_shape(input_shape, filters, kernel_size, strides=(1, 1), padding="valid"):
    """⌈(size − window + 1) / stride⌉ with "valid", ⌈size / stride⌉ with "same", for both height and width.

    Args:
        input_shape: (height, width, channels), without the batch axis.
        filters: the number of outputs at each position.
        kernel_size: the window's (rows, columns), or one number for both.
        strides: how far the window moves (down, across), or one number for both.
        padding: "valid" or "same".

    Returns:
        (height, width, filters).

    Raises:
        ValueError: a size is not a whole number of at least 1, the padding is unknown, or with "valid" the kernel is
            larger than the image.
    """
    height, width, _ = input_shape
    rows, columns = np.broadcast_to(kernel_size, 2)  # 3 stands for (3, 3)
    down, across = np.broadcast_to(strides, 2)
    if padding == "valid":
        height, width = height - rows + 1, width - columns + 1
    return math.ceil(height / down), math.ceil(width / across), filters


def max_pooling2d_output_shape(input_shape, pool_size=(2, 2)):
    """(height, width, channels) -> (height // rows, width // columns, channels).

    Raises:
        ValueError: a size is not a whole number of at least 1, or the window is larger than the image.
    """
    (height, width, channels), (rows, columns) = _image(input_shape), pair("pool_size", pool_size)
    _refuse_larger("pooling window", (rows, columns), (height, width), "use a smaller pool_size")
    return (height // rows, width // columns, channels)


def shaped(**axes):
    """Decorator: reject arrays whose axes do not match, and say which ones.

    `@shaped(x="batch features", kernel="features units")` names each argument's axes in order. An axis named twice must
    have the same length in both places. Nothing is converted or copied. The names can be read from `.axes`.

    Raises:
        ValueError: (raised by the decorated function) an argument has the wrong number of axes, or lengths differ.
    """
    axes = {name: tuple(spec.split()) for name, spec in axes.items()}

    def decorate(function):
        parameters = tuple(inspect.signature(function).parameters)

        @functools.wraps(function)
        def checked(*args, **kwargs):
            _compare_axes(function.__name__, axes, dict(zip(parameters, args, strict=False)) | kwargs)
            return function(*args, **kwargs)

        checked.axes = axes
        return checked

    return decorate


def refuse_other_shape(name, gradient, expected):
    """Raise a ValueError unless a gradient has the shape of forward's result."""
    if np.shape(gradient) != expected:
        raise ValueError(
            f"{name} has shape {np.shape(gradient)}; expected {expected}, the shape of forward's result. Pass the "
            "gradient of the loss with respect to that result."
        )


def _image(input_shape):
    if len(input_shape) != 3:
        raise ValueError(
            f"input_shape is {tuple(input_shape)}; expected three axes, without the batch: (height, width, channels). "
            "Gray images have one channel: (height, width, 1)."
        )
    axes = ("height", "width", "channels")
    return tuple(whole(f"input_shape: {axis}", size) for axis, size in zip(axes, input_shape, strict=True))


def _refuse_larger(name, window, image, advice):
    for axis, entries, size in zip(("rows", "columns"), window, image, strict=False):
        if entries > size:
            raise ValueError(
                f"The {name} has {entries} {axis} but the image only {size}: it does not fit. "
                f"Expected at most {size}; {advice}."
            )


def _compare_axes(function_name, axes, arguments):
    first_seen = {}
    for argument, names in axes.items():
        if argument not in arguments:
            continue  # Python's own message about a missing argument is clear
        shape = np.shape(arguments[argument])
        if len(shape) != len(names):
            raise ValueError(
                f"{function_name}: {argument} has shape {shape}; expected {len(names)} "
                f"{'axis' if len(names) == 1 else 'axes'}: {_axes_text(names)}."
            )
        for axis, length in zip(names, shape, strict=True):
            other, expected = first_seen.setdefault(axis, (argument, length))
            if length != expected:
                raise ValueError(
                    f"{function_name}: '{axis}' is {expected} in {other} and {length} in {argument}; they must be "
                    f"equal. Expected {other} {_axes_text(axes[other])} and {argument} {_axes_text(names)}; received "
                    f"{np.shape(arguments[other])} and {shape}."
                )


def _axes_text(names):
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"
