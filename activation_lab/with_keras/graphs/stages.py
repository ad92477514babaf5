"""The stages at which a model can be inspected: traced, executed, compiled by XLA."""

from ...quiet import native_lines_dropped, tf
from .hlo import canonical
from .listing import listing
from .operations import constant
from .recording import recorded
from .tracing import function_of


def traced(model, gradients=False, *, batch=32):
    """Return the kinds of operations that TensorFlow traces for a model.

    Args:
        model: a built keras.Model with one input; its weights can be anything and are left unchanged.
        gradients: False: inference, model(x, training=False). True: a training step, forward and backward: the mean of
            the squares of model(x, training=True), and its gradients with respect to the trainable variables.
        batch: the number of inputs in a batch.

    Returns:
        A tuple of strings, such as ("MatMul", "BiasAdd", "Relu"), in an order in which they can run: each after those
        that feed it. Nodes that compute nothing are left out: arguments, constants, reads of weights, Identity.

    Raises:
        TypeError: the model is not a keras.Model.
        ValueError: the model is not built, has several inputs, or has an input of unknown shape.
    """
    return kinds(traced_listing(concrete(model, gradients, batch)))


def executed(model, gradients=False, *, batch=32):
    """Return the kinds of operations that TensorFlow runs for a model, after it has optimized the traced graph.

    Fused operations are spelled out: "_FusedMatMul[BiasAdd+Relu]". Names specific to one kind of processor are replaced
    by public ones: "_MklNativeFusedMatMul" is "_FusedMatMul"; "_MklSwish", which has no public name, is
    "_FusedSwish[Sigmoid+Mul]". The operations are recorded while the model runs once, on zeros.

    Args, Returns and Raises as in `traced`.
    """
    return kinds(executed_listing(concrete(model, gradients, batch)))


def compiled(model, gradients=False, *, batch=32):
    """Return the program that XLA compiles for a model: optimized HLO, independent of the names in it.

    Args and Raises as in `traced`.

    Returns:
        A string: first ENTRY, the computation that runs, then those that it calls. The same for programs that differ
        only in names.
    """
    return compiler(model, gradients, batch)("optimized_hlo")


def compiler(model, gradients, batch):
    """A function that returns XLA's program, independent of names: "hlo" as XLA receives it, or "optimized_hlo"."""
    function, spec = function_of(model, gradients, batch, compiled=True)

    def program(stage):
        with native_lines_dropped():  # what the compiler logs on first use
            return canonical(function.experimental_get_compiler_ir(spec)(stage=stage))

    return program


def concrete(model, gradients, batch):
    """A freshly traced concrete function, since one that has already run is not optimized again."""
    function, spec = function_of(model, gradients, batch)
    return function.get_concrete_function(spec)


def traced_listing(function):
    """The Operations of a concrete function, as traced."""
    graph = function.graph.as_graph_def()
    names = [tensor.op.name for tensor in function.inputs]
    outputs = [tensor.name for tensor in function.outputs]
    return listing(graph.node, outputs, dict(zip(names, _arguments(function), strict=True)), graph.library.function)


def executed_listing(function):
    """The Operations that run for a concrete function, which must not have run before."""
    graph, texts = recorded(function), list(_arguments(function))
    given, returned = (
        {node.attr["index"].i: node.name for node in graph.node if node.op == op} for op in ("_Arg", "_Retval")
    )
    arguments = {given[number]: texts[number] for number in sorted(given)}
    return listing(graph.node, [returned[number] for number in sorted(returned)], arguments, graph.library.function)


def _arguments(function):
    """What each argument of a concrete function is: the input, a weight, or a captured number."""
    shapes = {id(variable.handle): variable.shape for variable in function.variables}
    yield f"x{_axes(function.inputs[0].shape)}"
    for tensor in function.captured_inputs:
        yield f"w{_axes(shapes[id(tensor)])}" if id(tensor) in shapes else _outside(tensor)


def _outside(tensor):
    return f"a {tensor.dtype.name}" if tensor.dtype in (tf.resource, tf.variant) else constant(tensor.numpy())


def _axes(shape):
    return f"[{','.join(map(str, shape))}]"


def kinds(operations):
    """The kinds of the operations, without the last one, which is the return."""
    return tuple(operation.kind for operation in operations[:-1])
