"""The outputs of a Keras model or function, as arrays."""

import contextlib
import warnings

from ..errors import CannotJudge
from ..quiet import keras, tf


def outputs_of(model, x, traced=False, training=False):
    """Return the model's output for a batch as an array.

    Args:
        model: a Keras model.
        x: a batch.
        traced: whether to trace it as well, as `fit` and `predict` do.
        training: whether to call it as training does: dropout drops, and batch normalization uses the batch.
    """
    with bare_input():
        if traced:
            trace(model, x)
        return array_of(model(x, training=training))


def trace(model, tensor):
    """Trace the model for this tensor's shape and dtype, without running it, which would take several times as long."""
    with bare_input():
        tf.function(model).get_concrete_function(tf.TensorSpec(tensor.shape, tensor.dtype), training=False)


@contextlib.contextmanager
def bare_input():
    """Context: a model with a list of one input, keras.Model(model.inputs, …), does not warn about a bare array."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The structure of `inputs`")
        yield


def array_of(tensor):
    """Return a tensor's numbers as an array.

    Raises:
        CannotJudge: the value is not a tensor.
    """
    if tensor is None:
        raise CannotJudge("It returns None. Is a `return` missing?")
    if isinstance(tensor, keras.layers.Layer) or callable(tensor):
        kind = type(tensor).__name__
        article = "an" if kind[0] in "AEIOUaeiou" else "a"
        raise CannotJudge(f"It returns {article} {kind}; expected a tensor. Call it on an input.")
    return keras.ops.convert_to_numpy(tensor)
