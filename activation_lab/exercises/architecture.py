"""A Keras model's architecture as plain data, and as one line of text, which shows a learner what differs.

    {"inputs": [shape, …], "steps": [step, …], "output": number}

A step is one application of a layer or an operation, in the order of computation. It has its "class", its "text", what
it "activates" with ("" for linear), its "settings", the number of its "layer" (the same for a layer that is applied
again), whether that has "weights", whether it is an activation "alone", and its "sources": the numbers of other steps,
or −1, −2, … for the inputs.
"""

import re
import warnings

import numpy as np

from ..harness.activation_names import activation_name, known_name
from ..quiet import keras

SHOWN = ("units", "filters", "kernel_size", "pool_size", "strides", "padding", "dilation_rate")
USUAL = {"strides": (1, 1), "padding": "valid", "dilation_rate": (1, 1)}  # defaults, which the text omits
# Settings that don't change what is computed from given weights.
UNSEEN = re.compile(
    r"name|trainable|dtype|activation|seed|momentum|.*_(initializer|regularizer|constraint|config)|lora_.*"
)
ACTIVATION_LAYERS = ("Activation", "ReLU", "Softmax", "LeakyReLU", "ELU")
OPERATIONS = {"leakyrelu": "leaky_relu", "swish": "silu"}  # operations whose class has another name than the activation


def architecture_of(model):
    """Return the architecture of a Keras model with a known input; see above."""
    parts = _Steps()
    output = parts.model(model, [-1 - i for i in range(len(model.inputs))])
    shapes = [[None if n is None else int(n) for n in tensor.shape] for tensor in model.inputs]
    return {"inputs": shapes, "steps": parts.steps, "output": output}


def architecture_text(model):
    """Return the layers in one line: “Input(784,) → Dense(64, relu) → Dense(10, softmax)”, omitting linear."""
    return text_of(architecture_of(model))


def text_of(architecture):
    """Return an architecture in one line. A layer that is applied again says so."""
    inputs = [f"Input{tuple(shape[1:])}" for shape in architecture["inputs"]]
    seen, texts = set(), []
    for step in architecture["steps"]:
        texts.append(f"{step['text']} again" if step["layer"] in seen else step["text"])
        seen.add(step["layer"])
    return " → ".join([*inputs, *texts])


class _Steps:
    """Collects the steps of a model, and of the models in it, which disappear."""

    def __init__(self):
        self.steps, self._layers = [], {}

    def model(self, model, sources):
        """Add a model's steps, applied to what has these numbers; return the number of its (first) output."""
        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                sources = [self._applied(layer, sources)]
            return sources[0]
        numbers = {id(tensor): source for tensor, source in zip(model.inputs, sources, strict=False)}
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for node in model._nodes_by_depth[depth]:
                if isinstance(node.operation, keras.layers.InputLayer):
                    continue
                given = [numbers[id(tensor)] for tensor in node.input_tensors if id(tensor) in numbers]
                number = self._applied(node.operation, given)
                numbers |= {id(tensor): number for tensor in node.outputs}
        return numbers.get(id(model.outputs[0]), -1)

    def _applied(self, operation, sources):
        if isinstance(operation, keras.layers.InputLayer):
            return sources[0]
        if isinstance(operation, keras.Sequential) or hasattr(operation, "_nodes_by_depth"):
            return self.model(operation, sources)
        number = self._layers.setdefault(id(operation), len(self._layers))
        described = _layer(operation) if isinstance(operation, keras.Layer) else _operation(operation)
        self.steps.append({"layer": number, "sources": list(sources), **described})
        return len(self.steps) - 1


def _layer(layer):
    config, kind = _config(layer), type(layer).__name__
    settings = {name: _plain(value) for name, value in config.items() if not UNSEEN.fullmatch(name)}
    if not config:  # Keras can't give the settings of a layer whose activation was set to None
        settings["activation"] = None
    settings["dtype"] = str(layer.dtype_policy.name)
    if isinstance(layer, keras.layers.BatchNormalization):
        settings["trainable"] = bool(layer.trainable)
    if kind in ACTIVATION_LAYERS and kind != "Activation":
        activates = known_name(layer) or kind
    else:
        activates = activation_name(getattr(layer, "activation", None))
    return {
        "class": kind,
        "text": _text(kind, config, "linear" if kind in ACTIVATION_LAYERS[1:] else activates),
        "activates": "" if activates == "linear" else str(activates),
        "settings": settings,
        "weights": bool(layer.weights),
        "alone": kind in ACTIVATION_LAYERS,
    }


def _operation(operation):
    kind = type(operation).__name__
    name = OPERATIONS.get(kind.lower(), kind.lower())
    activates = name if hasattr(keras.activations, name) else ""
    return {
        "class": kind,
        "text": f"{name}(…)",
        "activates": activates,
        "settings": {},
        "weights": False,
        "alone": bool(activates),
    }


def _text(kind, config, activation):
    """Return one layer as text: its class, its non-default settings, and its activation unless it is linear."""
    settings = {name: config[name] for name in SHOWN if name in config}
    usual = USUAL | {"strides": config["pool_size"]} if "pool_size" in config else USUAL
    words = [
        value if isinstance(value, str) else "×".join(map(str, np.ravel(value)))
        for name, value in settings.items()
        if value != usual.get(name)
    ]
    if activation != "linear":
        words.append(activation)
    return f"{kind}({', '.join(words)})" if words else kind


def _config(layer):
    with warnings.catch_warnings():  # about lambdas, which nobody is going to save
        warnings.simplefilter("ignore")
        try:
            return layer.get_config()
        except Exception:  # a layer broken by, for example, `layer.activation = None`
            return {}


def _plain(value):
    """Return a setting as plain data; anything else than numbers and texts as text."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, bool | int | float | str) else str(type(value).__name__)
