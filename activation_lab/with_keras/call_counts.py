"""How much work Python and TensorFlow do, as a number that doesn't depend on the machine.

The three counts here are exact, unlike a time. They do depend on the versions of Python and Keras, and on what has been
called before: a first call builds, traces and fills caches. So call the work twice before counting, and compare counts
that were made in one process.

Source of the mechanism: Python's `sys.setprofile`, which reports every call of a Python function.
"""

import gc
import importlib
import inspect
import sys


def python_calls(work):
    """The number of Python functions that are called while `work()` runs once, in this thread.

    The call of `work` itself isn't counted. Functions written in C, such as `len`, aren't Python functions; the Python
    functions that they call are. Each time a generator is resumed is a call. The garbage collector is off meanwhile,
    since it could call functions of objects that have nothing to do with the work.

    Args:
        work: a function without arguments, such as `lambda: model(x)`.

    Returns:
        A whole number.

    Raises:
        TypeError: work can't be called.
        RuntimeError: another profiler is running that can't be stopped and started again from Python.
        Whatever work raises; the profile function that was there before is back in any case.

    Source:
        https://docs.python.org/3/library/sys.html#sys.setprofile, event "call".
    """
    return len(_codes_called(work))


def layer_calls(work):
    """The number of calls of Keras layers, of `keras.layers.Layer.__call__`, while `work()` runs once in this thread.

    A model is a layer too, and its own call counts. So do symbolic calls: those by which Keras builds a model, and
    TensorFlow traces one.

    Args, Returns and Raises as in `python_calls`.
    """
    from ..quiet import keras

    layer_call = inspect.unwrap(keras.layers.Layer.__call__).__code__  # Keras wraps it, to shorten tracebacks
    return sum(code is layer_call for code in _codes_called(work))


def operations_run(work):
    """The number of TensorFlow operations that Python asks for one by one, in eager, while `work()` runs once.

    Reading a weight is an operation too (`ReadVariableOp`). A traced function is a single operation, however many its
    graph has; operations that are only written down while it is traced don't count.

    Args:
        work: as in `python_calls`.

    Returns:
        A whole number.

    Raises:
        TypeError: work can't be called.
        Whatever work raises.

    Source:
        The op callbacks of `tensorflow.python.framework.op_callbacks`, which TensorFlow's debugger uses. The module
        isn't public; there is no public way to see each eager operation.
    """
    _check(work)
    importlib.import_module("activation_lab.quiet")  # imports TensorFlow without the lines that it logs
    from tensorflow.python.framework import op_callbacks

    run = []

    def note(kind, inputs, attributes, outputs, op_name=None, graph=None):
        if graph is None:
            run.append(kind)

    op_callbacks.add_op_callback(note)
    try:
        work()
    finally:
        op_callbacks.remove_op_callback(note)
    return len(run)


def _codes_called(work):
    """The code object of every Python function that is called while work() runs, in order, without work's own."""
    _check(work)
    before = sys.getprofile()
    if before is not None and not callable(before):
        raise RuntimeError(
            f"counts: a {type(before).__name__} is profiling this thread, and Python can't hand it back afterwards. "
            "Expected none, such as cProfile; stop it and count again."
        )
    called = []

    def note(frame, event, argument):
        if event == "call":
            called.append(frame.f_code)

    collects = gc.isenabled()
    gc.disable()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()
    own = getattr(getattr(work, "__func__", work), "__code__", None)
    return called[1:] if called and called[0] is own else called


def _check(work):
    if not callable(work):
        raise TypeError(
            f"counts: received a {type(work).__name__}; expected a function without arguments, such as "
            "lambda: model(x)."
        )
