"""The graph that TensorFlow runs for a traced function, recorded while it runs once."""

from ...quiet import native_lines_dropped, tf


def recorded(function):
    """Return the tf.compat.v1.GraphDef of what runs, after all optimization.

    Args:
        function: a concrete function of one argument that has not run yet: TensorFlow optimizes it on the first call.
    """
    x = tf.zeros(function.inputs[0].shape, function.inputs[0].dtype)
    values = [variable.value() for variable in function.variables]
    try:
        with native_lines_dropped():  # the optimizer logs what it cannot do, and continues
            run = _record(function, x)
    finally:
        for variable, value in zip(function.variables, values, strict=True):  # such as those of a BatchNormalization
            variable.assign(value)
    graph = tf.compat.v1.GraphDef()
    for partition in run.partition_graphs:  # one for each device
        graph.MergeFrom(partition)
    return graph


def _record(function, x):
    """Return the RunMetadata.FunctionGraphs of one call.

    This uses a private module of TensorFlow, since the public way, tf.summary.trace_on and trace_off, leaves the
    collection on: from then on, the graphs of everything ever traced would stay in memory.
    """
    from tensorflow.python.eager import context

    run = context.context()
    run.enable_graph_collection()
    try:
        function(x)
        return run.export_run_metadata().function_graphs[-1]  # graphs of earlier runs may come before it
    finally:
        run.disable_graph_collection()
