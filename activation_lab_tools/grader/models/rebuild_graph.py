"""Rebuild a Sequential or functional model from existing layers, counting what it costs; see cost.py.

Tensors are counted by their shapes while they are symbolic, and each call before it is made.
"""

import contextlib

from activation_lab.quiet import keras

from .allowlist import OPERATIONS, whole
from .cost import Cost, fan_in_of, reach_of, shadow
from .validate import as_dict, as_list, fail, item_of, name_of, settings_of


class _Maker:
    """A model that is being built, and what it costs.

    Attributes:
        model: the keras.Model.
        cost: a Cost.
    """

    def __init__(self, parts, part):
        self.parts = parts
        self.cost = Cost([], [])
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
        self.cost.inputs.append(shadow(tensor).shape)
        self.cost.pay([], self.cost.inputs[-1:])
        return tensor

    def pay_layer(self, number, taken, given):
        """Count a call of the layer with this number by the shapes of what it takes and gives."""
        kernel, settings = self.parts.kernels[number], self.parts.settings[number]
        self.cost.pay(taken, given, fan_in_of(kernel, settings), reach_of(taken, kernel, settings))


class SequentialMaker(_Maker):
    def __init__(self, parts, part):
        super().__init__(parts, part)
        as_dict(part, "class", "name", "policy", "inputs", "layers")
        numbers = as_list(part.get("layers"))
        layers = [item_of(number, parts.made) for number in numbers]
        if len(self.inputs) != 1 or not layers:
            fail("a Sequential has one input and at least one layer")
        before = self.cost.inputs[0]
        for number, layer in zip(numbers, layers, strict=True):
            parts.count_calls(number)
            if inner := parts.costs[number]:
                self.cost.pay_model(inner, [before])
                (before,) = (
                    inner.outputs if len(inner.outputs) == 1 else fail("a Sequential has a model of more outputs")
                )
                continue
            after = layer.compute_output_shape(before)
            self.pay_layer(number, [before], [after])
            before = after
        self.cost.outputs.append(before)
        self.model = keras.Sequential([self.inputs[0], *layers], name=name_of(part, len(parts.made)))


class FunctionalMaker(_Maker):
    def __init__(self, parts, part):
        super().__init__(parts, part)
        as_dict(part, "class", "name", "policy", "inputs", "listed", "calls", "outputs")
        self.tensors, self.shadows = list(self.inputs), {id(tensor): shadow(tensor) for tensor in self.inputs}
        for call in as_list(part.get("calls")):
            self._call(call)
        if len(self.tensors) == len(self.inputs):  # Keras 3.10 requires that an input is used somewhere
            keras.layers.Identity()(self.inputs[0])
        outputs = [item_of(number, self.tensors) for number in as_list(part.get("outputs"), 8)]
        self.cost.outputs += [self.shadows[id(tensor)].shape for tensor in outputs]
        ends = [self._end(tensors, part, number) for number, tensors in enumerate((self.inputs, outputs))]
        self.model = keras.Model(*ends, name=name_of(part, len(parts.made)))

    def _end(self, tensors, part, number):
        listed = item_of(number, as_list(part.get("listed"), 2))
        if type(listed) is not bool or not listed and len(tensors) != 1:
            fail("a model has no inputs or outputs")
        return tensors if listed else tensors[0]

    def _call(self, call):
        """Make a call, once on the shadows, to count it, and then on the tensors."""
        as_dict(call, "arguments", "layer", "training", "operation", "settings")
        arguments = [self._argument(value) for value in as_list(call.get("arguments"), 8)]
        if not _symbolic(arguments):  # it would run immediately, before anything is counted
            fail("a call has no symbolic tensor among its arguments")
        layer, number, training = None, call.get("layer"), call.get("training")
        if "layer" in call:
            layer = item_of(number, self.parts.made)
        self.parts.count_calls(number)
        shadows = self._shadows_of(call, [self._shadowed(argument) for argument in arguments])
        options = {"training": training} if type(training) is bool else {}
        outputs = _listed(layer(*arguments, **options) if layer else self._operated(call, arguments))
        if len(outputs) != len(shadows) or not all(isinstance(tensor, keras.KerasTensor) for tensor in outputs):
            fail("a call does not return a symbolic tensor")
        self.tensors += outputs
        self.shadows |= {id(tensor): each for tensor, each in zip(outputs, shadows, strict=True)}

    def _shadowed(self, argument):
        """Return a call's argument with each tensor replaced by its shadow."""
        if isinstance(argument, list):
            return list(map(self._shadowed, argument))
        return self.shadows[id(argument)] if isinstance(argument, keras.KerasTensor) else argument

    def _shadows_of(self, call, arguments):
        """Return the shadows of a call's outputs, after paying for it."""
        taken = [tensor.shape for tensor in _symbolic(arguments)]
        number = call.get("layer")
        if "layer" in call and (inner := self.parts.costs[number]):
            self.cost.pay_model(inner, taken)
            return [keras.KerasTensor(shape) for shape in inner.outputs]
        if "layer" in call:
            outputs = _listed(self.parts.made[number].compute_output_spec(*arguments))
            self.pay_layer(number, taken, [tensor.shape for tensor in outputs])
            return outputs
        outputs = _listed(self._operated(call, arguments))
        kernel, settings = _kernel_of(call, arguments), call.get("settings") or {}
        given = [tensor.shape for tensor in outputs]
        self.cost.pay(taken, given, fan_in_of(kernel, settings), reach_of(taken, kernel, settings))
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


def _listed(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def _symbolic(arguments):
    """Return the symbolic tensors among arguments, including those in lists."""
    flat = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    return [item for item in flat if isinstance(item, keras.KerasTensor)]


def _kernel_of(call, arguments):
    """Return the shape of an operation's kernel; None without one."""
    shapes = [tuple(argument.shape) for argument in arguments if hasattr(argument, "shape")]
    if call.get("operation") in ("Matmul", "Dot") and shapes and shapes[0]:
        return shapes[0][-1], 1
    return shapes[1] if call.get("operation") == "Conv" and len(shapes) > 1 else None
