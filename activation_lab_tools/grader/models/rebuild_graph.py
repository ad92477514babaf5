"""Rebuild a Sequential or functional model from existing layers, counting what it costs.

Tensors are counted by their shapes while they are symbolic, before anything of that size is made.
"""

import contextlib
import math

from activation_lab.quiet import keras

from .allowlist import LARGEST, OPERATIONS, whole
from .validate import Rejected, as_dict, as_list, fail, item_of, name_of, settings_of

NUMBERS = 5_000_000  # in all tensors of one sample's forward pass
WORK = 200_000_000  # about as many multiplications for one sample


class _Maker:
    """A model that is being built, and what it costs.

    Attributes:
        model: the keras.Model.
        numbers, work: of one sample's forward pass.
    """

    def __init__(self, parts, part):
        self.parts, self.numbers, self.work = parts, 0, 0
        self.inputs = [self._input(number, one) for number, one in enumerate(as_list(part.get("inputs"), 8))]
        if not self.inputs:
            fail("a model has no inputs")

    def _input(self, number, description):
        as_dict(description, "shape", "dtype")
        batch, *shape = as_list(description.get("shape"), 8) or [None]
        if not (batch is None or whole(batch)) or not all(length is None or whole(length) for length in shape):
            fail("an input has no shape")
        dtype = description.get("dtype")
        if dtype not in ("float16", "bfloat16", "float32", "float64", "int32", "int64", "uint8", "bool"):
            fail("an input has no dtype")
        name = f"input.{len(self.parts.made)}.{number}"
        tensor = keras.Input(batch_shape=(batch, *shape), dtype=dtype, name=name)
        self.pay([], [tensor.shape], 1)
        return tensor

    def pay(self, taken, given, fan_in, cost=None):
        """Count a call by the shapes of its inputs and outputs: a model's own cost, else `fan_in` for each output."""
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


class SequentialMaker(_Maker):
    def __init__(self, parts, part):
        super().__init__(parts, part)
        as_dict(part, "class", "name", "policy", "inputs", "layers")
        numbers = as_list(part.get("layers"))
        layers = [item_of(number, parts.made) for number in numbers]
        if len(self.inputs) != 1 or not layers:
            fail("a Sequential has one input and at least one layer")
        before = self.inputs[0].shape
        for number, layer in zip(numbers, layers, strict=True):
            parts.count_call()
            after = layer.compute_output_shape(before)
            self.pay([before], [after], parts.kernels[number], parts.costs[number])
            before = after
        self.model = keras.Sequential([self.inputs[0], *layers], name=name_of(part, len(parts.made)))


class FunctionalMaker(_Maker):
    def __init__(self, parts, part):
        super().__init__(parts, part)
        as_dict(part, "class", "name", "policy", "inputs", "listed", "calls", "outputs")
        self.tensors = list(self.inputs)
        for call in as_list(part.get("calls")):
            parts.count_call()
            self.tensors += self._called(call)
        if len(self.tensors) == len(self.inputs):  # Keras 3.10 requires that an input is used somewhere
            keras.layers.Identity()(self.inputs[0])
        outputs = [item_of(number, self.tensors) for number in as_list(part.get("outputs"), 8)]
        ends = [self._end(tensors, part, number) for number, tensors in enumerate((self.inputs, outputs))]
        self.model = keras.Model(*ends, name=name_of(part, len(parts.made)))

    def _end(self, tensors, part, number):
        listed = item_of(number, as_list(part.get("listed"), 2))
        if type(listed) is not bool or not listed and len(tensors) != 1:
            fail("a model has no inputs or outputs")
        return tensors if listed else tensors[0]

    def _called(self, call):
        """Return the outputs of a call: a list of symbolic tensors."""
        as_dict(call, "arguments", "layer", "training", "operation", "settings")
        arguments = [self._argument(value) for value in as_list(call.get("arguments"), 8)]
        if not _symbolic(arguments):  # it would run immediately, before anything is counted
            fail("a call has no symbolic tensor among its arguments")
        if "layer" in call:
            layer = item_of(call["layer"], self.parts.made)
            training = call.get("training")
            options = {"training": training} if type(training) is bool else {}
            outputs = layer(*arguments, **options)
            number = call["layer"]
            fan_in, cost = self.parts.kernels[number], self.parts.costs[number]
        else:
            outputs, fan_in, cost = self._operated(call, arguments), _work_of(call, arguments), None
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        if not all(isinstance(tensor, keras.KerasTensor) for tensor in outputs):
            fail("a call does not return a symbolic tensor")
        shapes = [[tensor.shape for tensor in tensors] for tensors in (_symbolic(arguments), outputs)]
        self.pay(*shapes, fan_in, cost)
        return outputs

    def _operated(self, call, arguments):
        name = call.get("operation")
        if type(name) is not str or name not in OPERATIONS:
            fail("an operation is unknown")
        kind = OPERATIONS[name]
        output = kind.make(*arguments, **settings_of(kind, call.get("settings", {})))
        with contextlib.suppress(AttributeError):  # a name that no layer has, since Keras requires different ones
            output._keras_history.operation.name = f"operation.{len(self.parts.made)}.{len(self.tensors)}"
        return output

    def _argument(self, value, nested=False):
        if type(value) is dict and "tensor" in value:
            return item_of(as_dict(value, "tensor")["tensor"], self.tensors)
        if type(value) is dict:
            return self.parts.array(as_dict(value, "constant").get("constant"))
        if type(value) in (list, tuple) and not nested:
            return [self._argument(item, nested=True) for item in as_list(value, 16)]
        if value is None or type(value) is bool or type(value) in (int, float) and abs(value) < 1e30:
            return value
        return fail("an argument is neither a tensor nor a number")


def _symbolic(arguments):
    """Return the symbolic tensors among arguments, including those in lists."""
    flat = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    return [item for item in flat if isinstance(item, keras.KerasTensor)]


def _work_of(call, arguments):
    """Return about how many multiplications one number of an operation's output takes."""
    shapes = [tuple(argument.shape) for argument in arguments if hasattr(argument, "shape")]
    if call.get("operation") in ("Matmul", "Dot") and shapes and shapes[0]:
        return shapes[0][-1] or 1
    if call.get("operation") == "Conv" and len(shapes) > 1:
        return math.prod(length or 1 for length in shapes[1][:-1])
    return window_of(call.get("settings") or {})


def window_of(settings):
    """Return how many numbers a pooling reads for each output; 1 for anything else."""
    size = settings.get("pool_size", 1)
    return math.prod(size) if type(size) is list else size**2
