"""Shapes: what goes into a layer, what comes out, and how many parameters lie between."""

import functools
import inspect

import numpy as np


def dense_output_shape(input_shape, units):
    """(batch, features) -> (batch, units); a leading axis of unknown size is None, as Keras writes it.

    Raises:
        ValueError: input_shape does not have two axes.
    """
    if len(input_shape) != 2:
        raise ValueError(f"input_shape is {tuple(input_shape)}; expected two axes: (batch, features).")
    return (input_shape[0], units)


def dense_parameter_count(features, units):
    """features·units entries of the kernel, and units entries of the bias.

    Args:
        features: how many numbers the layer takes.
        units: how many numbers the layer gives.

    Returns:
        An int.
    """
    return features * units + units


def shaped(**axes):
    """Decorator: refuse arrays whose axes do not fit together, and say which.

    `@shaped(x="batch features", kernel="features units")` names each argument's axes in order. An axis named twice must
    have the same length in both places. Nothing is converted or copied.

    Raises:
        ValueError: (by the decorated function) an argument has another number of axes, or an axis another length.
    """
    axes = {name: tuple(spec.split()) for name, spec in axes.items()}

    def decorate(function):
        parameters = tuple(inspect.signature(function).parameters)

        @functools.wraps(function)
        def checked(*args, **kwargs):
            _compare_axes(function.__name__, axes, dict(zip(parameters, args, strict=False)) | kwargs)
            return function(*args, **kwargs)

        return checked

    return decorate


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
