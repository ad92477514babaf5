"""What a training step keeps in memory between its forward and its backward pass."""

from typing import NamedTuple

from .stages import concrete

NO_ARRAYS = ("Placeholder", "ReadVariableOp", "Const")  # inputs, weights and constants are there in any case


class Kept(NamedTuple):
    """An array that the forward pass computes and the backward pass reads.

    Attributes:
        operation: the type of the operation that computes it, such as "Relu".
        shape: a tuple.
        size: in bytes.
    """

    operation: str
    shape: tuple
    size: int


def kept(model, *, batch=32):
    """Return the arrays that a training step keeps for its backward pass, as TensorFlow traces it.

    Counted before any optimization: the graph optimizer, or XLA, may compute some of them twice instead. Weights and
    the input aren't counted.

    Args:
        model: a built keras.Model with one input.
        batch: the number of inputs in a batch.

    Returns:
        A list of Kept, in the order in which they are computed. The loss is the mean of the squares of the outputs.

    Raises:
        As `traced`.
    """
    function = concrete(model, gradients=True, batch=batch)
    forward, waiting = set(), [function.outputs[0].op.inputs[0].op]  # the loss, below the Identity that returns it
    while waiting:
        operation = waiting.pop()
        if operation not in forward:
            forward.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
    return [
        Kept(operation.type, tuple(tensor.shape), tensor.dtype.size * tensor.shape.num_elements())
        for operation in function.graph.get_operations()
        if operation in forward and operation.type not in NO_ARRAYS
        for tensor in operation.outputs
        if any(reader not in forward and reader.type != "Identity" for reader in tensor.consumers())
    ]
