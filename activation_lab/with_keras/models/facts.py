"""The facts that a figure of a Keras model shows: its steps, each with the place of its activation."""

import re
from dataclasses import dataclass

from ...quiet import keras
from ...shown import count
from .separable import FUNCTIONAL, activation_separable, is_linear

ACTIVATION_LAYERS = (
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ELU,
    keras.layers.Softmax,
)
ARGUMENTS = ("activation", "recurrent_activation")
ACTIVATIONS = {name.replace("_", ""): name for name in dir(keras.activations)}


@dataclass(frozen=True)
class Step:
    """One step of a model.

    Args:
        name: the class of a layer, or the name of a function.
        place: "layer", or where the function is applied: "argument", "operation" or "call".
        note: its contents, in words.
        shape: the shape of its output, without the batch axis.
        activates: whether it is an activation.
        inside: the steps inside it: activations given as arguments.
        ends_with_it: whether the activation inside is known to be applied last.
    """

    name: str
    place: str
    note: str
    shape: str = ""
    activates: bool = False
    inside: tuple = ()
    ends_with_it: bool = False


@dataclass(frozen=True)
class Facts:
    """A model: the shape of its input, its steps in order, and their total."""

    shape: str
    steps: tuple
    total: str


def facts_of(model, title):
    """Read the facts from a built model whose steps form a chain.

    Args:
        model: a Sequential, a functional model, or a subclassed one that Keras can copy and call on symbolic tensors.
        title: its name in error messages.

    Returns:
        Facts.

    Raises:
        TypeError: the model is not a keras.Model.
        ValueError: the model is not built, has several inputs, or its steps do not form a chain.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"{title} is a {type(model).__name__}; expected a keras.Model.")
    if not model.built:
        raise ValueError(f"{title} is not built, so it has no shapes yet. Give it a keras.Input, or call it once.")
    functional = _functional(model, title)
    steps = [step for step in functional.operations if not isinstance(step, keras.layers.InputLayer)]
    if len(functional.inputs) != 1 or any(len(_inputs(step)) != 1 for step in steps if isinstance(step, keras.Layer)):
        raise ValueError(f"{title} has branches; expected one input, and layers that form a chain.")
    place = "operation" if isinstance(model, keras.Sequential | FUNCTIONAL) else "call"
    layers = sum(isinstance(step, keras.Layer) for step in steps)
    return Facts(
        _shape(functional.inputs[0]),
        tuple(_layer(step) if isinstance(step, keras.Layer) else _function(step, place) for step in steps),
        f"{count(layers, 'layer')}, {_parameters(model.count_params())}",
    )


def _functional(model, title):
    """Return the model's graph; a subclassed model is copied, and its `call` is traced on a symbolic input."""
    if isinstance(model, keras.Sequential):
        return keras.Model(model.inputs, model.outputs, name=model.name)
    if isinstance(model, FUNCTIONAL):
        return model
    try:
        inputs = keras.Input(batch_shape=model.get_build_config()["input_shape"])
        return keras.Model(inputs, type(model).from_config(model.get_config()).call(inputs))
    except Exception as error:
        raise ValueError(
            f"{title}, a {type(model).__name__}, computes in Python, and its call cannot be traced: {error} "
            "Expected a keras.Sequential, a functional model, or a class with get_config and a symbolic call."
        ) from error


def _inputs(step):
    return keras.tree.flatten(step.input)


def _layer(layer):
    """A layer with the activations that are its arguments; an activation that is a layer has its own parameters."""
    name, note, given = type(layer).__name__, _parameters(layer.count_params()), _arguments(layer)
    if isinstance(layer, ACTIVATION_LAYERS):
        if "activation" in given:
            name += f": {_called(layer.activation)}"
        return Step(name, "layer", f"layer, {note}", _shape(layer.output), activates=True)
    own = layer.count_params() - sum(map(_count, given.values()))
    inside = tuple(_argument(*pair) for pair in given.items())
    return Step(
        name, "layer", _parameters(own), _shape(layer.output), inside=inside, ends_with_it=activation_separable(layer)
    )


def _arguments(layer):
    """Return {name of the argument: activation}, without linear ones."""
    given = {name: getattr(layer, name, None) for name in ARGUMENTS}
    return {name: activation for name, activation in given.items() if not is_linear(activation)}


def _argument(name, activation):
    note = "argument" if name == "activation" else name.removesuffix("_activation") + " argument"
    if isinstance(activation, keras.Layer):
        note += f", {_parameters(_count(activation))}" if activation.built else ", not built yet"
    return Step(_called(activation), "argument", note, activates=True)


def _function(operation, place):
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(operation).__name__).lower()
    name = ACTIVATIONS.get(words.replace("_", ""), words)
    note = "operation, no layer" if place == "operation" else "in call(), no layer"
    return Step(name, place, note, _shape(operation.output), name in ACTIVATIONS.values())


def _called(activation):
    if isinstance(activation, keras.Layer):
        return type(activation).__name__
    return getattr(activation, "__name__", type(activation).__name__).strip("<>")


def _count(activation):
    return activation.count_params() if isinstance(activation, keras.Layer) and activation.built else 0


def _parameters(number):
    return {0: "no parameters", 1: "1 parameter"}.get(number, f"{number:,} parameters")


def _shape(tensors):
    """The shape without the batch axis, such as (26, 26, 32); several shapes are joined."""
    return " and ".join(str(tuple(tensor.shape[1:])) for tensor in keras.tree.flatten(tensors))
