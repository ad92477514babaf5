"""Turn a Keras model into plain data from which `rebuild` can make one that computes the same; runs in the sandbox.

    {"layers": [layer or model, …], "model": 3}        the last one is the model itself; the others are its parts

A layer has its class, its settings, its weights and its dtype policy; a model has its inputs and which layer or
operation is called on what. Tensors are numbered: the inputs, then the outputs of each call. Functions have names.
"""

import numpy as np

from activation_lab.harness.activation_names import known_name
from activation_lab.quiet import keras, tf
from activation_lab.with_keras.models.separable import FUNCTIONAL

from .allowlist import ACTIVATION_LAYERS, FUNCTIONS, LAYERS, OPERATIONS


class CannotSerialize(Exception):
    """The allowlist lacks something in this model; the text is a whole sentence."""


def serialize(model):
    """Return the description of a Keras model: dicts, lists, texts, numbers, None, and NumPy arrays of its weights.

    Args:
        model: a built keras.Sequential or functional model.

    Raises:
        CannotSerialize: it has something other than Keras's own plain layers, operations and functions.
    """
    parts = _Parts()
    number = parts.number(model)
    return {"layers": parts.layers, "model": number}


class _Parts:
    """The layers described so far, each once even if the model uses it several times.

    Attributes:
        layers: their descriptions.
    """

    def __init__(self):
        self.layers = []
        self._numbers = {}

    def number(self, layer):
        """Return the number of a layer's description, which is added if it is new."""
        if id(layer) not in self._numbers:
            if isinstance(layer, keras.Model):
                description = self._sequential(layer) if type(layer) is keras.Sequential else self._functional(layer)
            else:
                description = self._layer(layer)
            self.layers.append(description)
            self._numbers[id(layer)] = len(self.layers) - 1
        return self._numbers[id(layer)]

    # Layers

    def _layer(self, layer):
        name = type(layer).__name__
        if name not in LAYERS or type(layer) is not LAYERS[name].make:
            raise CannotSerialize(f"It has a layer {name}, which is not one of those that can be rebuilt.")
        kind = LAYERS[name]
        weights = {attribute: _weight(layer, attribute) for attribute in kind.weights}
        weights = {attribute: weight for attribute, weight in weights.items() if weight is not None}
        description = {
            "class": name,
            "name": str(layer.name),
            "policy": _policy(layer),
            "settings": _settings(layer, kind),
            "weights": weights,
        }
        if kind.activation:
            description["activation"] = self._activation(layer.activation)
        inner = layer.activation.weights if kind.activation and isinstance(layer.activation, keras.Layer) else []
        if len(layer.weights) != len(weights) + len(inner):
            raise CannotSerialize(f"Its layer {name} has weights that such a layer does not have.")
        return description

    def _activation(self, activation):
        if activation is None:
            return None
        if isinstance(activation, ACTIVATION_LAYERS):
            return {"layer": self.number(activation)}
        name = _NAMES.get(id(activation)) or known_name(activation)
        if name is None:
            own = getattr(activation, "__name__", type(activation).__name__)
            raise CannotSerialize(f"Its activation {own} is not one of Keras's own.")
        return {"function": name}

    # Models

    def _sequential(self, model):
        try:
            inputs = model.inputs
        except AttributeError:
            raise CannotSerialize("A Sequential in it is not built: it does not know its input.") from None
        layers = [self.number(layer) for layer in model.layers]
        return {**_named(model), "inputs": [_symbol(tensor) for tensor in inputs], "layers": layers}

    def _functional(self, model):
        if type(model) is not FUNCTIONAL:
            raise CannotSerialize(f"It has a model of a custom class, {type(model).__name__}.")
        tensors = {id(tensor): number for number, tensor in enumerate(model.inputs)}
        calls = []
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for node in model._nodes_by_depth[depth]:
                if not isinstance(node.operation, keras.layers.InputLayer):
                    calls.append(self._call(node, tensors))
                    for tensor in node.outputs:
                        tensors[id(tensor)] = len(tensors)
        return {
            **_named(model),
            "inputs": [_symbol(tensor) for tensor in model.inputs],
            "listed": [_is_list(model.input), _is_list(model.output)],
            "calls": calls,
            "outputs": [tensors[id(tensor)] for tensor in model.outputs],
        }

    def _call(self, node, tensors):
        call = {"arguments": [_argument(argument, tensors) for argument in node.arguments.args]}
        options = {name: value for name, value in node.arguments.kwargs.items() if value is not None}
        operation = node.operation
        if isinstance(operation, keras.Layer):
            call["layer"] = self.number(operation)
            if type(options.get("training")) is bool:
                call["training"] = options.pop("training")
        else:
            call |= _operation(operation)
        if options:
            raise CannotSerialize(f"It calls {type(operation).__name__} with {', '.join(map(str, options))}.")
        return call


_NAMES = {id(function): name for name, function in reversed(FUNCTIONS.items())}  # Keras's activations before its ops


def _named(model):
    kind = "Sequential" if type(model) is keras.Sequential else "Functional"
    return {"class": kind, "name": str(model.name), "policy": _policy(model)}


def _policy(layer):
    if getattr(layer, "quantization_mode", None) is not None or getattr(layer, "lora_enabled", False):
        raise CannotSerialize(f"Its layer {type(layer).__name__} is quantized or has adapters.")
    return str(layer.dtype_policy.name)


def _settings(thing, kind):
    """Return its settings that this version of Keras has."""
    return {name: _plain(getattr(thing, name)) for name in kind.settings if hasattr(thing, name)}


def _weight(layer, attribute):
    variable = getattr(layer, attribute, None)
    return None if variable is None else _array(variable)


def _array(values):
    """Return numbers as an array of a kind that every NumPy knows; bfloat16 becomes float32, which loses nothing."""
    array = np.asarray(keras.ops.convert_to_numpy(values))
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.kind not in "biuf":
        raise CannotSerialize(f"It has an array of {array.dtype}.")
    return array


def _symbol(tensor):
    return {"shape": [_plain(length) for length in tensor.shape], "dtype": str(tensor.dtype)}


def _is_list(structure):
    """Are a model's inputs, or outputs, a list rather than a single tensor?"""
    if isinstance(structure, (list, tuple)) and all(isinstance(each, keras.KerasTensor) for each in structure):
        return True
    if isinstance(structure, keras.KerasTensor):
        return False
    raise CannotSerialize("A model in it has inputs or outputs that are neither a tensor nor a list of tensors.")


def _operation(operation):
    name = type(operation).__name__
    module = type(operation).__module__
    if name not in OPERATIONS or not module.startswith(("keras.src.ops.", "keras.src.activations.")):
        raise CannotSerialize(f"It has an operation {name}, which is not one of those that can be rebuilt.")
    return {"operation": name, "settings": _settings(operation, OPERATIONS[name])}


def _argument(value, tensors):
    """Return a call's argument: {"tensor": its number}, {"constant": its array}, a number, None, or a list of these."""
    if isinstance(value, keras.KerasTensor):
        return {"tensor": tensors[id(value)]}
    if isinstance(value, (list, tuple)):
        return [_argument(item, tensors) for item in value]
    if isinstance(value, (keras.Variable, tf.Tensor, tf.Variable, np.ndarray, np.generic)):
        return {"constant": _array(value)}
    return _plain(value)


def _plain(value):
    """Return a setting as plain data: tuples become lists, NumPy's numbers Python's."""
    if isinstance(value, np.generic) or isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise CannotSerialize(f"It has a setting {type(value).__name__}, which is neither a number nor a text.")
