"""What one node of a TensorFlow graph does, independent of its name."""

import dataclasses
import hashlib
import re

from ...quiet import tf

COMMUTATIVE = {"Add", "AddV2", "AddN", "Mul", "Maximum", "Minimum", "SquaredDifference", "Equal", "NotEqual"}
# Operations specific to one kind of processor, without a public name.
SPELLED_OUT = {"_MklSwish": "_FusedSwish[Sigmoid+Mul]", "_MklFusedMish": "_FusedMish[Softplus+Tanh+Mul]"}
# Attributes that list what is fused into an operation.
PARTS = ("fused_ops", "op_names")
# Attributes that are names; those that begin with an underscore are TensorFlow's notes.
NAMES = {"frame_name", "shared_name", "container"}
FEW = 4  # constants of up to this size are written out


@dataclasses.dataclass(frozen=True)
class Operation:
    """An operation of a program.

    Args:
        kind: the operation's name, with what is fused into it, such as "_FusedMatMul[BiasAdd+Relu]".
        operands: its inputs, as texts: "%3" is the result of the third operation, "%3:1" its second result, "w2[64]"
            the second weight; or an input, or a constant.
        attributes: (name, value) for each of its other settings. A value is a text; for a called function, such as the
            body of a loop, it is a tuple of Operations.
    """

    kind: str
    operands: tuple
    attributes: tuple = ()

    def __str__(self):
        return f"{self.kind}({', '.join(self.operands)})"


def kind_of(node):
    """Return the operation's public name, with what is fused into it."""
    parts = [part.decode() for name in PARTS if name in node.attr for part in node.attr[name].list.s]
    return _public(node.op) + (f"[{'+'.join(parts)}]" if parts else "")


def _public(op):
    if op in SPELLED_OUT or not op.startswith("_Mkl"):
        return SPELLED_OUT.get(op, op)
    name = op.removeprefix("_Mkl").removeprefix("Native")
    return f"_{name}" if name.startswith("Fused") else name


def attributes_of(node, operations_of):
    """Return ((name, value), …), sorted by name.

    Args:
        node: a NodeDef.
        operations_of: the name of a function -> its Operations.
    """
    names = sorted(name for name in node.attr if name[0] != "_" and name not in {*NAMES, *PARTS})
    return tuple((name, _value(node.attr[name], operations_of)) for name in names)


def _value(attribute, operations_of):
    called = [attribute.func.name] if attribute.HasField("func") else [func.name for func in attribute.list.func]
    if called:
        return tuple(operation for name in called for operation in operations_of(name))
    return re.sub(r"\b[a-z]+: ", "", " ".join(str(attribute).split()))  # without the names of the message's fields


def constant_of(node):
    """Return the numbers in a Const as text."""
    return constant(tf.make_ndarray(node.attr["value"].tensor))


def constant(array):
    """Return an array's numbers as text; if there are many, their dtype, shape and a digest."""
    numbers = str(array.tolist())
    if array.size <= FEW:
        return numbers
    digest = hashlib.sha256(numbers.encode()).hexdigest()[:8]
    return f"{array.dtype}[{','.join(map(str, array.shape))}]#{digest}"
