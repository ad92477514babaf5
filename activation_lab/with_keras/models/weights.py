"""Copying the weights of one Keras model into another."""

import itertools
import re

from ...quiet import keras


def copy_weights(source, target):
    """target's weights = source's weights, in order. Nothing is copied unless all match in name, shape and dtype.

    Args:
        source, target: built keras.Models, in any forms.

    Returns:
        target.

    Raises:
        TypeError: one of them is not a keras.Model.
        ValueError: one is not built, or they do not match; the message names the first difference.
    """
    for role, model in (("source", source), ("target", target)):
        if not isinstance(model, keras.Model):
            raise TypeError(f"copy_weights: {role} is a {type(model).__name__}; expected a keras.Model.")
        if not model.built:
            raise ValueError(
                f"copy_weights: {role}, the model {model.name!r}, is not built, so it has no weights yet. "
                "Give it a keras.Input, or call it on data once."
            )
    for ours, theirs in itertools.zip_longest(source.weights, target.weights):
        if ours is None or theirs is None or _kind(ours) != _kind(theirs):
            raise ValueError(
                f"copy_weights: the models do not match; nothing was copied. The first difference: {_text(ours)} in "
                f"source, {_text(theirs)} in target."
            )
    target.set_weights(source.get_weights())
    return target


def _kind(weight):
    """What must be equal. Numbers at the end of a name only count the objects made earlier in the process."""
    return re.sub(r"_\d+$", "", weight.name), tuple(weight.shape), weight.dtype


def _text(weight):
    if weight is None:
        return "no further weight"
    *_, layer, name = ("", *weight.path.split("/"))
    return f"the {weight.dtype} weight {name!r} of layer {layer!r}, of shape {tuple(weight.shape)},"
