"""What Keras's error messages mean, as rules for error_causes."""

import difflib
import re

from ..shown import count
from .error_names import NO_WEIGHTS, OPTIONS

ONE_LIST = "keras.Sequential takes one list: `keras.Sequential([…])`, with the layers in square brackets."
ACTIVATIONS = "relu sigmoid softmax tanh linear silu swish leaky_relu elu gelu relu6 softplus exponential".split()


def _activation(match, where):
    name = match[1].strip()
    close = [known for known in ACTIVATIONS if known == name.lower()] or difflib.get_close_matches(
        name.lower(), ACTIVATIONS, n=1
    )
    hint = f" Did you mean {close[0]!r}?" if close else ""
    small = " Names are written in small letters." if name != name.lower() else ""
    return f"Keras knows no activation named {match[1]!r}.{small}{hint}"


def _unknown_option(match, where):
    kind, option = match.groups()
    if kind == "Model":
        return "keras.Model needs both: `keras.Model(inputs, outputs)`."
    if option == "input_shape":
        return f"`{kind}` has no argument `input_shape=`."
    close = difflib.get_close_matches(option, OPTIONS, n=1)
    return f"`{kind}` has no argument `{option}=`.{f' Did you mean `{close[0]}=`?' if close else ''}"


def _not_a_layer(match, where):
    received, kind = match.groups()
    if kind == "type":
        name = re.split(r"[.']", received.rstrip("'>"))[-1]
        return f"A layer is made by a call: `{name}(…)`, with brackets. The class itself is in the list."
    if kind == "str":
        return f"A text is in the list of layers: {received!r}. The layer is `keras.layers.Activation({received!r})`."
    if kind == "NoneType":
        return "None is in the list of layers."
    if kind == "function":
        return "A function is in the list of layers. `keras.layers.Activation(function)` makes a layer of it."
    return f"Something in the list is not a layer, but of the class {kind.split('.')[-1]}."


def _no_list(match, where):
    if where.code and "Sequential" not in where.code:
        return None
    return ONE_LIST


def _weights(match, where):
    given, expected = match.groups()
    if expected == "0":
        return f"The layer has no weights yet when `set_weights` is called. {NO_WEIGHTS.split(': ')[1].capitalize()}"
    return f"`set_weights` gets {count(int(given), 'array')}, and the layer has {count(int(expected), 'weight')}."


def _axes(match, where):
    wanted, found, shape = match.groups()
    pictures = " Pictures come as batch, height, width, channels." if wanted == "4" else ""
    return f"The layer needs inputs with {wanted} axes, counting the batch, and gets {found}: {shape}.{pictures}"


def _first_argument(match, where):
    name, value = match.groups()
    if value.startswith("{"):
        return (
            f"The first argument of this layer is the number of {name}, and here it is a dictionary. "
            "`type(layer).from_config(config)` makes a layer of one."
        )
    return f"The first argument of this layer is the number of {name}, and here it is {value[:40]}."


def _unbuilt(match, where):
    return (
        "There are no weights yet, since the shape of the input isn't known: a layer gets it by `layer.build(…)` or "
        "its first call, a Sequential by keras.Input at its beginning."
    )


def _kernel_and_input(match, where):
    if match[1].startswith("(None, None"):
        return (
            f"The input has the batch axis twice, {match[1]}: keras.Input takes the shape of one sample, and adds the "
            "batch."
        )
    return f"The layer's window and its input have different numbers of axes; the input is {match[1]}."


NO_NUMBERS = "A symbolic tensor has no numbers yet."

KERAS = (
    (
        r"has never been called and thus has no defined (?:input|output)|has no defined (?:input|output)",
        "A model or layer has no `.input` or `.output` before it is called. A Sequential that begins with keras.Input "
        "has `model.inputs[0]` and `model.outputs[0]` from the start.",
    ),
    (r"has not yet been built|but the layer isn't built|hasn't been built", _unbuilt),
    (r"You must build the layer before accessing", NO_WEIGHTS),
    (r"with a weight list of length (\d+), but the layer was expecting (\d+) weights", _weights),
    (
        r"weight shape (\(.*?\)) is not compatible with provided weight shape (\(.*?\))",
        "`set_weights` gets an array of shape {1} for a weight of shape {0}.",
    ),
    (r"Could not interpret activation function identifier: (.*)", _activation),
    (r"Unrecognized keyword arguments passed to (\w+): \{'(\w+)'", _unknown_option),
    (
        r"Only instances of `?keras\.Layer`? can be added to a .* Received: (.*) \(of type <class '([\w.]+)'>",
        _not_a_layer,
    ),
    (r"Expected `trainable` to be a boolean. Received: trainable=<", ONE_LIST),
    (r"^'(?:Dense|Conv2D|Flatten|Activation|ReLU|BatchNormalization)' object is not iterable", _no_list),  # Keras 3.10
    (
        r"KerasTensor cannot be used as input to a TensorFlow function",
        "TensorFlow's functions don't take symbolic tensors, which have no numbers yet. keras.ops has the same "
        "functions for both.",
    ),
    (
        r"KerasTensor is symbolic.*(?:NumPy array|float|int)",
        "NumPy and Python's float need numbers, and a symbolic tensor has none yet. keras.ops has the same functions "
        "for both.",
    ),
    (
        r"KerasTensor cannot be used as a boolean",
        "`if` can't ask a symbolic tensor, which has no numbers yet. `keras.ops.where` chooses entry by entry.",
    ),
    (
        r"not connected to `?(?:inputs|outputs)|[Gg]raph disconnected",
        "The output of the model isn't computed from its input: the chain of calls must begin at the same keras.Input.",
    ),
    (
        r"`outputs` values must be KerasTensors\. Received: outputs=<(\w+) name",
        "keras.Model takes tensors, and the output given is a layer, {0}. Call the layer on a tensor.",
    ),
    (
        r"`(inputs|outputs)` values must be KerasTensors",
        "keras.Model takes symbolic tensors; something else is given as {0}.",
    ),
    (
        r"expected axis -1 of input shape to have value (\d+), but received input with shape (\(.*?\))",
        "The layer was made for {0} numbers in the last axis, and gets an input of shape {1}.",
    ),
    (r"expected (?:min_)?ndim=(\d+), found ndim=(\d+)\. Full shape received: (\(.*?\))", _axes),
    (
        r"Inputs have incompatible shapes\. Received shapes (\(.*?\)) and (\(.*?\))",
        "Tensors that are added must have the same shape; these have {0} and {1}.",
    ),
    (
        r"Cannot broadcast shape.*Input shapes are: \[(.*?)\] and \[(.*?)\]",
        "Tensors of shapes ({0}) and ({1}) can't be combined entry by entry: counted from the right, the lengths must "
        "be equal, or one of them 1.",
    ),
    (
        r"Arguments `target` and `output` must have the same rank",
        "`categorical_crossentropy` takes a row of shares for each sample. With the number of the right class it is "
        "`sparse_categorical_crossentropy`.",
    ),
    (r"Cannot convert '(\d+)' to a shape", "A shape is a tuple: ({0},), with the comma. ({0}) is the number {0}."),
    (  # Keras 3.10 takes anything for the units, and stops at the shape of the weights
        r"Cannot convert '\(.*\)' to a shape\. Found invalid entry '(.*)' of type",
        "A shape is made of whole numbers, and here one is {0}. The first argument of Dense is the number of units.",
    ),
    (r"invalid value for `(units|filters)`.*Received: \w+=(.*)", _first_argument),
    (
        r"`strides` argument must be .*Received strides=(\w+)",
        "The third argument of a convolution is its stride, and here it is {0}. Write `padding=` in front of a "
        "padding.",
    ),
    (r"Kernel shape must have the same length as input.*input of shape (\(.*\))", _kernel_and_input),
    (
        r"Expected shape (\(.*?\)), but input has incompatible shape (\(.*?\))",
        "The model takes inputs of shape {0}, and is given {1}.",
    ),
    (
        r"must be fully-defined \(no `None` dimensions\)",
        "A layer can't make its weights: their shape depends on an axis of unknown length, such as the batch "
        "(`axis=0`), or None in the shape of the input.",
    ),
    (
        r"symbolic `tf\.Tensor` as a Python `bool`",
        "`if` can't ask a symbolic tensor. " + NO_NUMBERS + " `keras.ops.where` chooses entry by entry.",
    ),
    (
        r"Iterating over a symbolic",
        "A loop can't go through a symbolic tensor. " + NO_NUMBERS + " keras.ops work on all entries at once.",
    ),
    (
        r"Cannot convert a symbolic tf\.Tensor",
        "NumPy can't compute with a symbolic tensor. " + NO_NUMBERS + " keras.ops has the same functions for both.",
    ),
    (
        r"Computed output size would be (?:zero or )?negative",
        "The window of a layer is larger than the picture that reaches it.",
    ),
    (
        r"should have unique names|[Ll]ayer names? (?:must|should) be unique",
        "Two layers have the same name, or the same layer object is used twice.",
    ),
    (r"No such layer: (\S+?)\.", "The model has no layer named {0}."),
    (
        r"was expected to be a (\w+) tensor but is a (\w+) tensor",
        "TensorFlow doesn't combine a {0} and a {1} tensor. Convert one of them: `keras.ops.cast`.",
    ),
)
