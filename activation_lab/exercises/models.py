"""What a Keras answer is judged by: the text of its layers, its weights, its outputs. Recipes call these."""

import contextlib
import functools
import math
import tempfile
import warnings
from pathlib import Path

import numpy as np

from ..quiet import keras, tf
from . import Refused

PROBE = np.array([[-2.0, -0.5, 0.5], [3.0, 0.0, 7.0]], dtype=np.float32)
# In this order: relu and relu6 are told apart by 7, linear and relu by the negative numbers.
KNOWN_ACTIVATIONS = ("linear", "relu", "softmax", "sigmoid", "tanh", "silu", "leaky_relu", "elu", "gelu", "relu6")
SETTINGS = ("units", "filters", "kernel_size", "pool_size", "strides", "padding", "dilation_rate")
USUAL = {"strides": (1, 1), "padding": "valid", "dilation_rate": (1, 1)}  # what a text leaves out


def model_of(value, input_shape=None):
    """`value` itself, if it is a Keras model that knows its input.

    Args:
        value: whatever an answer has returned.
        input_shape: what one sample must look like; None for anything.

    Raises:
        Refused: it is something else; the text says what, and what to do.
    """
    if isinstance(value, type) and issubclass(value, keras.Model):
        raise Refused(f"It returns the class {value.__name__} itself; call it, so that a model comes out.")
    if isinstance(value, keras.layers.Layer) and not isinstance(value, keras.Model):
        raise Refused(
            f"It returns a layer ({type(value).__name__}); a model is asked for, such as keras.Sequential([…])."
        )
    if isinstance(value, keras.KerasTensor):
        raise Refused("It returns a symbolic tensor; a model is asked for: keras.Model(inputs, outputs).")
    if value is None:
        raise Refused("It returns None; a Keras model is asked for. Is a `return` missing?")
    if not isinstance(value, keras.Model):
        kind = (
            f"lab.{type(value).__name__}"
            if type(value).__module__.startswith(__package__.split(".")[0])
            else type(value).__name__
        )
        raise Refused(f"It returns a {kind}; a Keras model is asked for, such as keras.Sequential([…]).")
    inputs = _inputs(value)
    if not inputs and not isinstance(value, keras.Sequential):
        raise Refused("Its model is of a class of its own; a Sequential or a functional model is asked for.")
    if not inputs:
        raise Refused(
            "Its model does not know the shape of its input yet, so it has no weights. Put keras.Input(shape=…) before "
            "the first layer."
        )
    batch, *shape = inputs[0].shape
    if input_shape is not None and tuple(shape) != tuple(input_shape):
        raise Refused(
            f"Its model takes samples of shape {tuple(shape)}; expected {tuple(input_shape)}. The number of samples is "
            "no part of the shape."
        )
    if batch is not None:
        raise Refused(f"Its model takes batches of {batch} only; leave batch_size out of keras.Input.")
    return value


def _inputs(model):
    try:
        return model.inputs
    except Exception:  # Keras says by an AttributeError today that there are none
        return None


def stack_text(model):
    """The model's layers in one line: «Input(784,) → Dense(64, relu) → Dense(10, softmax)»; linear is left out."""
    shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
    return " → ".join([*(f"Input{shape}" for shape in shapes), *map(layer_text, _layers_within(model))])


def layer_text(layer):
    """One layer: its class, its settings where they are not the usual ones, and its activation unless it is linear."""
    with warnings.catch_warnings():  # of a lambda, which nobody is going to save
        warnings.simplefilter("ignore")
        config = _config(layer)
    settings = {name: config[name] for name in SETTINGS if name in config}
    usual = USUAL | {"strides": config["pool_size"]} if "pool_size" in config else USUAL
    words = [
        value if isinstance(value, str) else "×".join(map(str, np.ravel(value)))
        for name, value in settings.items()
        if value != usual.get(name)
    ]
    activation = activation_name(getattr(layer, "activation", None))
    if activation != "linear":
        words.append(activation)
    return f"{type(layer).__name__}({', '.join(words)})" if words else type(layer).__name__


def activation_name(activation):
    """The name of Keras's activation that computes the same, however this one is written; else its own."""
    if activation is None:
        return "linear"
    try:
        values = array_of(activation(keras.ops.convert_to_tensor(PROBE)))
    except Exception:  # a layer that is not built, a function of another shape: its name must do
        return _own_name(activation)
    for name in KNOWN_ACTIVATIONS:
        if values.shape == PROBE.shape and np.allclose(values, _probed(name), atol=1e-6):
            return name
    return _own_name(activation)


def drawn_batch(rng, *shape):
    """A batch of samples, float32."""
    return rng.normal(size=shape).astype(np.float32)


def drawn_weights(rng, shapes):
    """float32 arrays; a kernel's numbers are the smaller, the more of them are added up."""
    return [(rng.normal(size=shape) / np.sqrt(math.prod(shape[:-1]))).astype(np.float32) for shape in shapes]


def built_and_run(answer, kernel_1, bias_1, kernel_2, bias_2, x):
    """Build the answer's model, put these weights into it, and give it this batch."""
    model = with_weights(model_of(answer(), x.shape[1:]), [kernel_1, bias_1, kernel_2, bias_2])
    return stack_text(model), outputs_of(model, x, traced=True)


def with_weights(model, weights):
    """The model, holding copies of `weights`.

    Raises:
        Refused: the model's weights have other shapes.
    """
    own, given = _shapes_text(model.get_weights()), _shapes_text(weights)
    if own != given:
        raise Refused(f"Its stack of layers is {stack_text(model)}: weights of shapes {own}; expected {given}.")
    model.set_weights(weights)
    return model


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
    """The model after saving and loading, as in a new session in which only `function` has been defined.

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
                "A model that uses it can be saved, but not loaded again in a new session that has run this definition "
                "and no more."
            ) from error


def _config(layer):
    try:
        return layer.get_config()
    except Exception:  # a layer that was spoiled, by `layer.activation = None` for example
        return {}


def _layers_within(model):
    """The layers of a model, those of models inside it among them, without inputs."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers_within(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer


@functools.cache
def _probed(name):
    return array_of(keras.activations.get(name)(keras.ops.convert_to_tensor(PROBE)))


def _own_name(activation):
    return getattr(activation, "__name__", type(activation).__name__)


def _shapes_text(arrays):
    return ", ".join(str(np.shape(array)) for array in arrays) or "none"
