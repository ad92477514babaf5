"""The stages at which one can look into a model: traced, executed, compiled by XLA."""

from ...quiet import native_lines_dropped, tf
from .hlo import canonical
from .listing import listing
from .operations import constant
from .recording import recorded
from .tracing import function_of


def traced(model, gradients=False, *, batch=32):
    """The kinds of the operations that TensorFlow traces for a model.

    Args:
        model: a built keras.Model of one input; its weights may be anything, and stay as they are.
        gradients: False: of inference, model(x, training=False). True: of a training step, forward and backward: the
            mean of the squares of model(x, training=True), and its gradients with respect to the trainable variables.
        batch: how many inputs at once.

    Returns:
        A tuple of strings, such as ("MatMul", "BiasAdd", "Relu"), in an order in which they can run: each after those
        that feed it. What computes nothing is left out: arguments, constants, the reading of weights, Identity.

    Raises:
        TypeError: it is no keras.Model.
        ValueError: it is not built, has several inputs, or an input whose shape is not known.
    """
    return kinds(traced_listing(concrete(model, gradients, batch)))


def executed(model, gradients=False, *, batch=32):
    """The kinds of the operations that TensorFlow runs for a model, after it has optimised what it traced.

    What is fused into one operation is spelled out: "_FusedMatMul[BiasAdd+Relu]". A name that only one kind of
    processor has is given as the public one: "_MklNativeFusedMatMul" is "_FusedMatMul"; "_MklSwish", which has none, is
    "_FusedSwish[Sigmoid+Mul]". It is recorded while the model is run once, on zeros.

    Args, Returns and Raises as in `traced`.
    """
    return kinds(executed_listing(concrete(model, gradients, batch)))


def compiled(model, gradients=False, *, batch=32):
    """The program that XLA makes of a model: its optimised HLO, the same text for programs that differ in names alone.

    Args and Raises as in `traced`.

    Returns:
        A string: first what runs, ENTRY, then the computations that it calls.
    """
    function, spec = function_of(model, gradients, batch, compiled=True)
    with native_lines_dropped():  # what the compiler logs when it is asked for the first time
        return canonical(function.experimental_get_compiler_ir(spec)(stage="optimized_hlo"))


def concrete(model, gradients, batch):
    """A function freshly traced: what has run once is not optimised again."""
    function, spec = function_of(model, gradients, batch)
    return function.get_concrete_function(spec)


def traced_listing(function):
    """The Operations of a concrete function as it was traced."""
    graph = function.graph.as_graph_def()
    names = [tensor.op.name for tensor in function.inputs]
    outputs = [tensor.name for tensor in function.outputs]
    return listing(graph.node, outputs, dict(zip(names, _arguments(function), strict=True)), graph.library.function)


def executed_listing(function):
    """The Operations that run for a concrete function; it must not have run before."""
    graph, texts = recorded(function), list(_arguments(function))
    given, returned = (
        {node.attr["index"].i: node.name for node in graph.node if node.op == op} for op in ("_Arg", "_Retval")
    )
    arguments = {given[number]: texts[number] for number in sorted(given)}
    return listing(graph.node, [returned[number] for number in sorted(returned)], arguments, graph.library.function)


def _arguments(function):
    """What each argument of a concrete function stands for: the input, a weight, or a number from outside."""
    shapes = {id(variable.handle): variable.shape for variable in function.variables}
    yield f"x{_axes(function.inputs[0].shape)}"
    for tensor in function.captured_inputs:
        yield f"w{_axes(shapes[id(tensor)])}" if id(tensor) in shapes else _outside(tensor)


def _outside(tensor):
    return f"a {tensor.dtype.name}" if tensor.dtype in (tf.resource, tf.variant) else constant(tensor.numpy())


def _axes(shape):
    return f"[{','.join(map(str, shape))}]"


def kinds(operations):
    """Without the last, which says what is returned."""
    return tuple(operation.kind for operation in operations[:-1])
