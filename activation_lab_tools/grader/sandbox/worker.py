"""A sandboxed child's work: parse notebooks, or load an answer and run it on the cases that the judge sends.

Everything it sends is testimony: code in this process can make it say anything. So the judge accepts values, which it
compares itself, and no verdicts.
"""

import dataclasses
import importlib
import inspect
import linecache
import os
import pkgutil
import signal
import socket
import sys
import time
import types
from types import SimpleNamespace

import numpy as np

from activation_lab import harness
from activation_lab.checking.code_reading import shown_by_source
from activation_lab.checking.compare import numbers
from activation_lab.checking.inspection import notebook_variables, other_signature, warning_switches
from activation_lab.checking.limit import Stop
from activation_lab.checking.outcome import Outcome, observe
from activation_lab.exercises import NEEDED_LATER
from activation_lab.shown import first_line

from ..reading import parse
from ..records import ParsedNotebook
from . import wire

PROGRAM = "<answer>"  # the file that errors name
TAKEN_OUT = "the package's own {} is not available here"


def import_harness(keras):
    """Import what answers may use and harnesses need; afterwards the package's files are hidden."""
    names = [module.name for module in pkgutil.walk_packages(harness.__path__, f"{harness.__name__}.")]
    if keras:
        names += ["activation_lab.quiet", "activation_lab.with_keras.models", "activation_lab.with_keras.graphs"]
        names += ["activation_lab.with_keras.call_counts", "activation_lab.timing"]
        names += ["activation_lab_tools.grader.models.serialize"]
    for name in () if keras else NEEDED_LATER:  # without a sandbox they can be found, and take seconds
        sys.modules[name] = None  # importing it raises ModuleNotFoundError
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            if keras or error.name not in NEEDED_LATER:
                raise
    for name in () if keras else NEEDED_LATER:
        del sys.modules[name]


def warm_up():
    """Do once what every child does: what Python makes at the first call and keeps, children then inherit.

    The answer uses NumPy alone; TensorFlow's operations must not run before a fork.
    """
    before = sys.modules["__main__"]
    here, there = socket.socketpair()
    with here, there:
        request = {"kind": "answer", "exercise": "f", "harness": "activation_lab.harness:call", "needed": ["x"]}
        wire.send(here, request | {"program": "import numpy as np\n\ndef f(x):\n    return np.array(x)\n"})
        wire.send(here, (np.ones((2, 3)),))
        here.shutdown(socket.SHUT_WR)
        serve(there)
    sys.modules["__main__"] = before
    del linecache.cache[PROGRAM]


def serve(connection):
    """Do what the first frame asks until the judge closes the connection."""
    request = wire.receive(connection)
    if request is None:
        return
    if request["kind"] == "probe":
        return wire.send(connection, tuple(path for path in request["paths"] if visible(path, request["shown"])))
    if request["kind"] == "parse":
        while (notebook := wire.receive(connection)) is not None:
            wire.send(connection, _parsed(notebook["data"].tobytes(), request["catalogue"], notebook["seconds"]))
        return
    take_out(request.get("taken_out", ()))
    sys.modules.update(dict.fromkeys(request.get("absent", ())))  # importing None raises ModuleNotFoundError
    answer, report = _loaded(request)
    wire.send(connection, report)
    exercise = SimpleNamespace(name=request["exercise"], run=_harness(request["harness"]), examine=None)
    process = os.getpid()
    while (arguments := wire.receive(connection)) is not None:
        reply = outcome_of(exercise, answer, arguments)
        if os.getpid() != process:  # the answer has forked, and this is the copy: one of the two replies
            os._exit(0)
        wire.send(connection, reply)


def _parsed(notebook, catalogue, seconds):
    """Return a ParsedNotebook as plain data; an empty one if it takes more processor time. That is counted anyway."""
    began = time.thread_time()  # while a process has a timer, its own clock advances in steps only
    signal.signal(signal.SIGPROF, _stop)
    try:
        try:
            signal.setitimer(signal.ITIMER_PROF, seconds)  # process 1 of a namespace does not die of RLIMIT_CPU
            parsed = parse.parse_notebook(notebook, catalogue)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except Stop:
        parsed = ParsedNotebook()
    return dataclasses.asdict(dataclasses.replace(parsed, seconds=time.thread_time() - began))


def _stop(*_):
    raise Stop


def visible(path, shown):
    """Return whether this file, or any file in this folder, can be seen here, but for what is shown on purpose."""
    if os.path.isfile(path):
        return path not in shown
    for top, folders, files in os.walk(path):
        folders[:] = [name for name in folders if os.path.join(top, name) not in shown]
        if any(os.path.join(top, name) not in shown for name in files):
            return True
    return False


def take_out(names):
    """Make the package's functions raise TAKEN_OUT, however they are reached; their code is gone.

    So an answer to relu may use lab.swish, but neither lab.relu nor lab.Activation("relu").

    Args:
        names: such as "activation_lab.by_hand.activations:relu"; of a class, all methods are taken out.
    """
    for name in names:
        module, _, path = name.partition(":")
        found = inspect.unwrap(getattr(sys.modules.get(module), path, None) or take_out)
        for function in vars(found).values() if inspect.isclass(found) else (found,):
            if inspect.isfunction(function) and function is not take_out:
                function.__code__ = _raising(TAKEN_OUT.format(path), function.__code__.co_freevars)


def _raising(text, variables):
    """Return the code of a function that raises an error, and closes over these variables, as the one it replaces."""
    namespace, own = {}, ", ".join(variables)
    uses = f"        {own}\n" if own else ""
    exec(
        f"def outer({own}):\n    def taken_out(*_, **__):\n        raise RuntimeError({text!r})\n{uses}"
        "    return taken_out",
        namespace,
    )
    return namespace["outer"](*variables).__code__


def _loaded(request):
    """Return the answer and findings about it; None and the error if it could not be loaded."""
    notebook = types.ModuleType("__main__")
    notebook.display = lambda *_, **__: None  # Jupyter's own, which an answer may still call
    sys.modules["__main__"] = notebook
    program, name = request["program"], request["exercise"]
    linecache.cache[PROGRAM] = (len(program), None, program.splitlines(keepends=True), PROGRAM)
    tried = _observed(SimpleNamespace(name=name, run=_load, examine=None), (program, notebook, name), ())
    if tried.error is not None:
        return None, {"error": _error(tried)}
    answer = vars(notebook)[name]
    return answer, {
        "variables": notebook_variables(answer),
        "switches": warning_switches(answer),
        "signature": other_signature(answer, request["needed"]),
    }


def _load(program_notebook_name):
    program, notebook, name = program_notebook_name
    exec(compile(program, PROGRAM, "exec"), vars(notebook))
    return callable(vars(notebook)[name])


def _harness(text):
    """Return the function that a name such as activation_lab.harness:call refers to, or that a source defines."""
    if "\n" not in text:
        module, name = text.split(":")
        return getattr(importlib.import_module(module), name)
    namespace = {"np": np, **{name: sys.modules.get(module) for name, module in MODULES.items()}}
    exec(compile(text, "<harness>", "exec"), namespace)
    return list(namespace.values())[-1]


MODULES = {"lab": "activation_lab", "keras": "keras", "tf": "tensorflow"}


def outcome_of(exercise, answer, arguments):
    """Return what the judge gets of one case; whether the arguments were changed, it sees for itself."""
    given = arguments

    def run(answer, *copies):
        nonlocal given
        given = copies
        return exercise.run(answer, *copies)

    outcome = _observed(SimpleNamespace(name=exercise.name, run=run, examine=None), answer, arguments)
    return _report(outcome) | {"arguments": given} | shown_by_source(answer, [outcome])


def reported(exercise, answer, arguments):
    """Return the Outcome of one case as plain data; its architecture is read only if the examiner's child sends it."""
    return _report(_observed(exercise, answer, arguments))


def _report(outcome):
    value = _serialize(outcome.value) if "keras" in sys.modules else outcome.value
    return {
        "value": _plain(value),
        "error": None if outcome.error is None else _error(outcome),
        "warnings": outcome.warnings,
        "architecture": outcome.architecture,
    }


def _plain(value):
    """Return an answer's own kinds of tuples and numbers as Python's or NumPy's, as the comparison reads them."""
    if isinstance(value, tuple | list):
        return (tuple if isinstance(value, tuple) else list)(map(_plain, value))
    if value is None or type(value) in (bool, int, float, complex, str, dict) or isinstance(value, np.ndarray):
        return value
    if isinstance(value, str):
        return str(value)
    array = numbers(value)
    return value if array is None else array if array.ndim else array[()]


def _observed(exercise, answer, arguments):
    try:
        return observe(exercise, answer, arguments, restoring=False)
    except BaseException as error:  # such as SystemExit, which asks the check itself to stop
        return Outcome(error=error, stopped=f"{type(error).__name__}: {first_line(error)}")


def _serialize(value):
    """Return the value with each model in it replaced by its description."""
    from ..models.serialize import CannotSerialize, serialize

    if isinstance(value, tuple | list):
        return type(value)(map(_serialize, value)) if type(value) in (tuple, list) else value
    if isinstance(value, sys.modules["keras"].Model):
        try:
            return {"model": serialize(value)}
        except CannotSerialize as error:
            return {"cannot_serialize": str(error)}
    return value


def _error(outcome):
    kind = type(outcome.error)
    return {
        "module": str(kind.__module__),
        "name": kind.__name__,
        "text": first_line(outcome.error)[:1000],
        "stopped": outcome.stopped[:1000],
    }
