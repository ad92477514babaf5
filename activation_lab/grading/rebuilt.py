"""Plain data -> a Keras model that computes what the data says, whoever has written it.

Only layers, operations and functions of the vocabulary are made, from settings that are checked one by one; nothing is
deserialized, and nothing is called that the data names. Sizes are counted before anything of that size is made.
"""

import contextlib
import math
import re
import warnings

import numpy as np

from ..checking.report import first_line
from ..quiet import keras
from .vocabulary import FUNCTIONS, LARGEST, LAYERS, OPERATIONS, POLICY, whole

PARTS = 200  # layers, models and calls in all
PARAMETERS = 5_000_000  # numbers in weights and constants
NUMBERS = 5_000_000  # in all tensors of one sample's way through the model
WORK = 200_000_000  # multiplications for one sample, about
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")  # without a dot: those with one are given here


class Rejected(Exception):
    """This is no description of a model that may be built; the text is a whole sentence."""


def rebuilt(description):
    """A keras.Model, with its weights.

    Args:
        description: as `described` gives it, or whatever else has come in its place.

    Raises:
        Rejected: it is no description, is too large, or names what is not to be built.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Parts(description).model()
    except Rejected:
        raise
    except Exception as error:
        raise Rejected(f"Keras cannot build it: {type(error).__name__}: {first_line(error)[:200]}") from error


def _fail(what):
    raise Rejected(f"The description of the model is not as it should be: {what}.")


def _dict(value, *keys):
    if type(value) is not dict or any(type(key) is not str or key not in keys for key in value):
        _fail(f"expected a dictionary of {', '.join(keys)}")
    return value


def _list(value, longest=PARTS):
    if type(value) not in (list, tuple) or len(value) > longest:
        _fail(f"expected a list of at most {longest} items")
    return list(value)


def _index(value, items):
    """The item that a number stands for; only what is there already can be meant."""
    if type(value) is not int or not 0 <= value < len(items):
        _fail("a number stands for nothing")
    return items[value]


class _Parts:
    """The layers and models of a description, made in their order, so that each is built of earlier ones.

    Attributes:
        made: the layers and models, by number.
        costs: for each, (numbers, work) of one call; for a layer that depends on what it is called on, None.
    """

    def __init__(self, description):
        description = _dict(description, "layers", "model")
        self.parameters, self.calls = PARAMETERS, PARTS
        self.made, self.costs, self.kernels = [], [], []
        for part in _list(description.get("layers")):
            self._make(part)
        self._number = description.get("model")

    def model(self):
        model = _index(self._number, self.made)
        if not isinstance(model, keras.Model):
            _fail("it ends in a layer, not in a model")
        return model

    def _make(self, part):
        if type(part) is not dict:
            _fail("a layer is no dictionary")
        kind = part.get("class")
        if type(kind) is str and kind in LAYERS:
            made, cost, kernel = self._layer(LAYERS[kind], part), None, _fan_in(part)
        elif kind in ("Sequential", "Functional"):
            maker = _Sequential(self, part) if kind == "Sequential" else _Functional(self, part)
            made, cost, kernel = maker.model, (maker.numbers, maker.work), 1
            if made.dtype_policy.name != _policy(part):
                made.dtype_policy = _policy(part)
        else:
            _fail("a layer is of an unknown class")
        self.made.append(made)
        self.costs.append(cost)
        self.kernels.append(kernel)

    def _layer(self, kind, part):
        _dict(part, "class", "name", "policy", "settings", "weights", "activation")
        arguments = _settings(kind, part.get("settings", {}))
        weights = _dict(part.get("weights", {}), *kind.weights)
        for attribute, argument in kind.weights.items():
            if attribute in weights:
                arguments[argument] = _Given(self.array(weights[attribute]))
            elif kind.make is not keras.layers.PReLU:  # as an argument it is built when it is first called: of zeros
                arguments[argument] = _Given(None)
        activation = self._activation(part.get("activation")) if kind.activation else None
        if kind.activation:
            arguments["activation"] = activation or "linear"
        layer = kind.make(**arguments, dtype=_policy(part), name=_name(part, len(self.made)))
        if kind.activation and activation is None:
            layer.activation = None
        return layer

    def _activation(self, value):
        if value is None:
            return None
        value = _dict(value, "function", "layer")
        if "layer" in value:
            layer = _index(value["layer"], self.made)
            return _fail("a model is given as an activation") if isinstance(layer, keras.Model) else layer
        name = value.get("function")
        if type(name) is not str or name not in FUNCTIONS:
            _fail("an activation is unknown")
        return FUNCTIONS[name]

    def array(self, value):
        """An array of numbers, counted."""
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf" or value.dtype.itemsize > 8:
            _fail("expected an array of numbers")
        self.parameters -= value.size
        if self.parameters < 0:
            raise Rejected(f"The model has more than {PARAMETERS:,} weights.")
        return value

    def count_call(self):
        self.calls -= 1
        if self.calls < 0:
            raise Rejected(f"The model calls more than {PARTS} layers and operations.")


class _Given(keras.initializers.Initializer):
    """An initializer that gives these numbers and no others: a weight of another shape, or a forgotten one, is none."""

    def __init__(self, array):
        self.array = array

    def __call__(self, shape, dtype=None):
        if self.array is None or tuple(shape) != self.array.shape:
            got = "none" if self.array is None else f"one of shape {self.array.shape}"
            raise Rejected(f"A layer needs a weight of shape {tuple(shape)}, and is given {got}.")
        return keras.ops.convert_to_tensor(self.array, dtype=dtype)

    def get_config(self):
        return {}


def _settings(kind, given):
    """The arguments for a layer or operation, each checked."""
    for name, value in _dict(given, *kind.settings).items():
        if not kind.settings[name](value):
            _fail(f"the setting {name} has a value that it cannot have")
    return {name: _tuples(value) for name, value in given.items()}


def _tuples(value):
    return tuple(map(_tuples, value)) if type(value) is list else value


def _policy(part):
    policy = part.get("policy")
    return policy if POLICY(policy) else _fail("a dtype policy is unknown")


def _name(part, number):
    """The name that the layer had, which errors tell of, or another."""
    name = part.get("name")
    return name if type(name) is str and NAME.fullmatch(name) else f"layer.{number}"


def _fan_in(part):
    """How many multiplications one number of the layer's output takes, about."""
    weights, settings = part.get("weights") or {}, part.get("settings") or {}
    kernel, window = weights.get("kernel"), settings.get("pool_size", 1)
    if isinstance(kernel, np.ndarray):
        return math.prod(kernel.shape[:-1])
    return math.prod(window) if type(window) is list else window


class _Counted:
    """A model that is being made, and what it costs.

    Attributes:
        model: the keras.Model.
        numbers, work: of one sample's way through it.
    """

    def __init__(self, parts, part):
        self.parts, self.numbers, self.work = parts, 0, 0
        self.inputs = [self._input(number, one) for number, one in enumerate(_list(part.get("inputs"), 8))]
        if not self.inputs:
            _fail("a model has no inputs")

    def _input(self, number, description):
        _dict(description, "shape", "dtype")
        batch, *shape = _list(description.get("shape"), 8) or [None]
        if not (batch is None or whole(batch)) or not all(length is None or whole(length) for length in shape):
            _fail("an input has no shape")
        dtype = description.get("dtype")
        if dtype not in ("float16", "bfloat16", "float32", "float64", "int32", "int64", "uint8", "bool"):
            _fail("an input has no dtype")
        name = f"input.{len(self.parts.made)}.{number}"
        tensor = keras.Input(batch_shape=(batch, *shape), dtype=dtype, name=name)
        self.pay([tensor.shape], [], 1)
        return tensor

    def pay(self, taken, given, fan_in, cost=None):
        """Count a call by the shapes that it takes and gives: a model's own cost, else so much for each number."""
        size = sum(map(_size, given))
        numbers, work = cost or (0, sum(map(_size, taken)) + size * fan_in)
        self.numbers += numbers + size
        self.work += work
        if self.numbers > NUMBERS or self.work > WORK:
            raise Rejected("The model's tensors are too large, or it computes too much.")


def _size(shape):
    for length in shape:
        if length is not None and not 0 <= length <= LARGEST:
            raise Rejected(f"A tensor is longer than {LARGEST:,}.")
    return math.prod(length or 1 for length in shape)


class _Sequential(_Counted):
    def __init__(self, parts, part):
        super().__init__(parts, part)
        _dict(part, "class", "name", "policy", "inputs", "layers")
        numbers = _list(part.get("layers"))
        layers = [_index(number, parts.made) for number in numbers]
        if len(self.inputs) != 1 or not layers:
            _fail("a Sequential has one input and at least one layer")
        before = self.inputs[0].shape
        for number, layer in zip(numbers, layers, strict=True):
            parts.count_call()
            after = layer.compute_output_shape(before)
            self.pay([before], [after], parts.kernels[number], parts.costs[number])
            before = after
        self.model = keras.Sequential([self.inputs[0], *layers], name=_name(part, len(parts.made)))


class _Functional(_Counted):
    def __init__(self, parts, part):
        super().__init__(parts, part)
        _dict(part, "class", "name", "policy", "inputs", "listed", "calls", "outputs")
        self.tensors = list(self.inputs)
        for call in _list(part.get("calls")):
            parts.count_call()
            self.tensors += self._called(call)
        if len(self.tensors) == len(self.inputs):  # Keras 3.10 wants an input to go somewhere, be it out of the model
            keras.layers.Identity()(self.inputs[0])
        outputs = [_index(number, self.tensors) for number in _list(part.get("outputs"), 8)]
        ends = [self._end(tensors, part, place) for place, tensors in enumerate((self.inputs, outputs))]
        self.model = keras.Model(*ends, name=_name(part, len(parts.made)))

    def _end(self, tensors, part, place):
        listed = _index(place, _list(part.get("listed"), 2))
        if type(listed) is not bool or not listed and len(tensors) != 1:
            _fail("a model has no inputs or outputs")
        return tensors if listed else tensors[0]

    def _called(self, call):
        """What a call gives: a list of symbolic tensors."""
        _dict(call, "arguments", "layer", "training", "operation", "settings")
        arguments = [self._argument(value) for value in _list(call.get("arguments"), 8)]
        if "layer" in call:
            layer = _index(call["layer"], self.parts.made)
            training = call.get("training")
            options = {"training": training} if type(training) is bool else {}
            outputs = layer(*arguments, **options)
            number = call["layer"]
            fan_in, cost = self.parts.kernels[number], self.parts.costs[number]
        else:
            outputs, fan_in, cost = self._operated(call, arguments), _work_of(call, arguments), None
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        if not outputs or not all(isinstance(tensor, keras.KerasTensor) for tensor in outputs):
            _fail("a call works on no symbolic tensor")
        shapes = [[tensor.shape for tensor in tensors] for tensors in (_symbolic(arguments), outputs)]
        self.pay(*shapes, fan_in, cost)
        return outputs

    def _operated(self, call, arguments):
        name = call.get("operation")
        if type(name) is not str or name not in OPERATIONS:
            _fail("an operation is unknown")
        if not _symbolic(arguments):
            _fail("an operation works on no symbolic tensor")
        kind = OPERATIONS[name]
        output = kind.make(*arguments, **_settings(kind, call.get("settings", {})))
        with contextlib.suppress(AttributeError):  # a name that no layer has: Keras asks for different ones
            output._keras_history.operation.name = f"operation.{len(self.parts.made)}.{len(self.tensors)}"
        return output

    def _argument(self, value, nested=False):
        if type(value) is dict and "tensor" in value:
            return _index(_dict(value, "tensor")["tensor"], self.tensors)
        if type(value) is dict:
            return self.parts.array(_dict(value, "constant").get("constant"))
        if type(value) in (list, tuple) and not nested:
            return [self._argument(item, nested=True) for item in _list(value, 16)]
        if value is None or type(value) is bool or type(value) in (int, float) and abs(value) < 1e30:
            return value
        return _fail("an argument is neither a tensor nor a number")


def _symbolic(arguments):
    """The symbolic tensors among arguments, those in lists too."""
    flat = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    return [item for item in flat if isinstance(item, keras.KerasTensor)]


def _work_of(call, arguments):
    """How many multiplications one number of an operation's output takes, about."""
    shapes = [tuple(argument.shape) for argument in arguments if hasattr(argument, "shape")]
    if call.get("operation") in ("Matmul", "Dot") and shapes and shapes[0]:
        return shapes[0][-1] or 1
    if call.get("operation") == "Conv" and len(shapes) > 1:
        return math.prod(length or 1 for length in shapes[1][:-1])
    window = (call.get("settings") or {}).get("pool_size", 1)
    return math.prod(window) if type(window) is list else window
