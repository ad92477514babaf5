"""What a Keras model or function gives, as arrays."""

import contextlib
import warnings

from ..errors import CannotJudge
from ..quiet import keras, tf


def outputs_of(model, x, traced=False):
    """What the model gives for a batch, as an array; `traced`: it must bear tracing, as `fit` and `predict` do."""
    with bare_input():
        if traced:
            trace(model, x)
        return array_of(model(x, training=False))


def trace(model, tensor):
    """Trace the model for what has this tensor's shape and dtype; to run it, too, would take several times as long."""
    with bare_input():
        tf.function(model).get_concrete_function(tf.TensorSpec(tensor.shape, tensor.dtype), training=False)


@contextlib.contextmanager
def bare_input():
    """Context: a model of a list of one input, keras.Model(model.inputs, …), does not warn of a bare array."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The structure of `inputs`")
        yield


def array_of(tensor):
    """A tensor's numbers, as an array.

    Raises:
        CannotJudge: there is no tensor.
    """
    if tensor is None:
        raise CannotJudge("It returns None: there is no value. Is a `return` missing?")
    if isinstance(tensor, keras.layers.Layer) or callable(tensor):
        raise CannotJudge(f"It returns a {type(tensor).__name__}; a tensor is asked for. Call it on something.")
    return keras.ops.convert_to_numpy(tensor)
