"""The function that TensorFlow traces for a Keras model."""

import functools
import operator

from ...by_hand.validate import whole
from ...quiet import keras, tf


def function_of(model, gradients, batch, compiled=False):
    """Return the function to inspect, not traced yet, and the tf.TensorSpec of its input.

    Args:
        model: a built keras.Model with one input.
        gradients: False: model(x, training=False). True: the mean of the squares of model(x, training=True), and its
            gradients with respect to the trainable variables.
        batch: the number of inputs in a batch.
        compiled: whether XLA compiles it.

    Raises:
        TypeError: the model is not a keras.Model.
        ValueError: the model is not built, has several inputs, or has an input of unknown shape.
    """
    spec = _input(model, batch)

    def inference(x):
        return model(x, training=False)

    def training_step(x):
        with tf.GradientTape() as tape:
            outputs = keras.tree.flatten(model(x, training=True))
            loss = functools.reduce(operator.add, [tf.reduce_mean(tf.square(y)) for y in outputs])
        return loss, tape.gradient(loss, model.trainable_variables)

    return tf.function(training_step if gradients else inference, jit_compile=compiled or None), spec


def _input(model, batch):
    """The tf.TensorSpec of the model's input."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"graphs: received {type(model).__name__}; expected a keras.Model.")
    title = f"graphs: the model {model.name!r}"
    if not model.built:
        raise ValueError(f"{title} is not built, so it has no shapes yet. Give it a keras.Input, or call it once.")
    inputs = getattr(model, "inputs", None) or _called_with(model)
    if len(inputs) != 1:
        raise ValueError(
            f"{title} has {len(inputs) or 'no'} inputs of known shape; expected one. Wrap it in a model with one input."
        )
    shape = tuple(inputs[0].shape[1:])
    if None in shape:
        raise ValueError(
            f"{title} takes inputs of shape {shape}; expected whole numbers, since a program is compiled for one. "
            "Build it with a keras.Input of known shape."
        )
    return tf.TensorSpec((whole("graphs: batch", batch), *shape), inputs[0].dtype, name="x")


def _called_with(model):
    """[keras.Input, …] for what a subclassed model was first called with."""
    shape = (model.get_build_config() or {}).get("input_shape")
    if not isinstance(shape, list | tuple):
        return ()
    shapes = [shape] if all(size is None or isinstance(size, int) for size in shape) else shape
    return [keras.Input(batch_shape=tuple(shape), dtype=model.input_dtype) for shape in shapes]
