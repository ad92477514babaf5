"""What recipes do with an answer that is a Keras model: refuse it in words, fill it, run it, save and load it."""

import contextlib
import math
import tempfile
import warnings
from pathlib import Path

import numpy as np

from ..quiet import keras, tf
from . import Refused
from .stack import layers_within, stack_text


def model_of(value, input_shape=None):
    """`value` itself, if it is a Keras model that knows its input.

    Args:
        value: whatever an answer has returned.
        input_shape: what one sample must look like; None for anything.

    Raises:
        Refused: it is something else; the text says what, and what to do.
    """
    problem = _no_model(value) or _no_input(value) or _other_input(value, input_shape)
    if problem:
        raise Refused(problem)
    return value


def _no_model(value):
    """A sentence on what is no model; else None."""
    kind, wanted = type(value).__name__, "a Keras model is asked for, such as keras.Sequential([…])"
    if value is None:
        return f"It returns None; {wanted}. Is a `return` missing?"
    if isinstance(value, type):
        return f"It returns the class {value.__name__} itself, not an object of it; {wanted}."
    if isinstance(value, keras.Model):
        return None
    if isinstance(value, keras.layers.Layer):
        return f"It returns a layer ({kind}); {wanted}."
    if isinstance(value, keras.KerasTensor):
        return "It returns a symbolic tensor; a model is asked for: keras.Model(inputs, outputs)."
    ours = type(value).__module__.startswith("activation_lab.")
    return f"It returns a {'lab.' if ours else ''}{kind}; {wanted}."


def _no_input(model):
    """A sentence on a model without a symbolic input; else None."""
    if _inputs(model):
        return None
    if not isinstance(model, keras.Sequential):
        return "Its model is of a class of its own; a Sequential or a functional model is asked for."
    return "Its model does not know the shape of its input yet. Put keras.Input(shape=…) before the first layer."


def _other_input(model, input_shape):
    """A sentence on a model that takes something else; else None."""
    batch, *shape = _inputs(model)[0].shape
    if input_shape is not None and tuple(shape) != tuple(input_shape):
        return (
            f"Its model takes samples of shape {tuple(shape)}; expected {tuple(input_shape)}. The number of samples is "
            "no part of the shape."
        )
    return batch and f"Its model takes batches of {batch} only; leave batch_size out of keras.Input."


def _inputs(model):
    try:
        return model.inputs
    except Exception:  # Keras says by an AttributeError today that there are none
        return None


def layers_of(model, kind, count):
    """The layers of one class, those of models inside it among them, in the order in which they are applied.

    Raises:
        Refused: there are not `count` of them.
    """
    layers = [layer for layer in layers_within(model) if isinstance(layer, kind)]
    if len(layers) != count:
        raise Refused(
            f"Its stack of layers is {stack_text(model)}, with {len(layers)} of the class {kind.__name__}; "
            f"{count} asked for."
        )
    return layers


def seeded(rng, *arguments):
    """The arguments of a case, and behind them a seed, from which its recipe draws weights and a batch."""
    return (*arguments, int(rng.integers(1_000_000)))


def drawn_batch(rng, *shape):
    """A batch of samples, float32."""
    return rng.normal(size=shape).astype(np.float32)


def drawn_weights(rng, shapes):
    """float32 arrays; a kernel's numbers are the smaller, the more of them are added up."""
    return [(rng.normal(size=shape) / np.sqrt(math.prod(shape[:-1]))).astype(np.float32) for shape in shapes]


def drawn_normalization(rng, width):
    """The weights of a BatchNormalization with a past: gamma, of either sign, beta, mean, and a positive variance."""
    gamma = rng.uniform(0.5, 2, width) * np.where(np.arange(width) % 2, 1, -1)
    return [gamma, *rng.normal(size=(2, width)), rng.uniform(0.5, 2, width)]


def built_and_run(answer, kernel_1, bias_1, kernel_2, bias_2, x):
    """Build the answer's model, put these weights into it, and give it this batch."""
    return stack_and_output(model_of(answer(), x.shape[1:]), [kernel_1, bias_1, kernel_2, bias_2], x, traced=True)


def stack_and_output(model, weights, x, traced=False):
    """The text of the model's layers, and what it gives for a batch once it holds `weights`, if they fit it."""
    if [weight.shape for weight in model.get_weights()] != [weight.shape for weight in weights]:
        return stack_text(model), "not computed, since the weights have other shapes"
    model.set_weights(weights)
    return stack_text(model), outputs_of(model, x, traced)


def outputs_of(model, x, traced=False):
    """What the model gives for a batch, as an array; `traced`, which takes longer, as `fit` and `predict` run it."""
    with warnings.catch_warnings():
        # A model of a list of one input, keras.Model(model.inputs, …), warns of a bare array.
        warnings.filterwarnings("ignore", "The structure of `inputs`")
        return array_of((tf.function(model) if traced else model)(x, training=False))


def array_of(tensor):
    """A tensor's numbers, as an array.

    Raises:
        Refused: there is no tensor.
    """
    if tensor is None:
        raise Refused("It returns None: there is no value. Is a `return` missing?")
    if isinstance(tensor, keras.layers.Layer) or callable(tensor):
        raise Refused(f"It returns a {type(tensor).__name__}; a tensor is asked for. Call it on something.")
    return keras.ops.convert_to_numpy(tensor)


@contextlib.contextmanager
def custom_objects(*functions):
    """Context: Keras knows the registered ones among `functions`, and no other custom object."""
    registry = keras.saving.get_custom_objects()
    before = dict(registry)
    names = {keras.saving.get_registered_name(function): function for function in functions}
    registry.clear()
    registry.update({name: function for name, function in names.items() if name != function.__name__})
    try:
        yield
    finally:
        registry.clear()
        registry.update(before)


def saved_and_loaded(model, function):
    """The model after saving and loading, as in a new notebook in which only `function` has been defined.

    Raises:
        Refused: it cannot be loaded.
    """
    with custom_objects(function), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        try:
            return keras.saving.load_model(path)
        except Exception as error:
            raise Refused(
                "A model that uses it can be saved, but not loaded again in a new notebook that has run this "
                "definition and no more."
            ) from error
