"""The child's side of examining models: rebuild those in a value, hand them to the exercise's `examine`, reply.

The fork server forks the child, and has not imported this: lessons hold answers. The child has a limit of processor
time and of memory, which is set anew for each request; if it exceeds one, it dies, which the judge sees.
"""

import contextlib
import gc
import math
import os
import resource
from types import SimpleNamespace

from activation_lab.errors import CannotJudge
from activation_lab.exercises import NEEDED_LATER

from ..course import Course
from ..sandbox import wire
from ..sandbox.worker import reported

try:
    from activation_lab.quiet import keras, tf

    from .rebuild import Rejected, rebuild
except ModuleNotFoundError as error:  # an instructor's own exercise may examine answers that use NumPy alone
    if error.name not in NEEDED_LATER:
        raise
    keras = tf = None

OUT_OF_MEMORY = (MemoryError, tf.errors.ResourceExhaustedError) if tf else MemoryError
CLEARED_EVERY = 200  # requests
GARBAGE = 64 << 20  # bytes that may wait for Python's own collection: a model refers to itself
PEAK, SIZE, RESIDENT = "VmHWM", "VmSize", "VmRSS"  # lines of /proc/self/status


class Unverified(CannotJudge):
    """The answer returned a model that can't be rebuilt: a person must look at it."""


def serve(connection):
    """Examine until the judge hangs up."""
    gc.enable()  # unlike an answer's child, this one lives long
    first = wire.receive(connection)
    course = Course(first["pack"])
    if tf:
        tf.constant(1.0) + 1  # TensorFlow starts its threads, whose memory is not the first model's
    gc.collect()
    gc.freeze()  # what is here by now stays, and need not be looked at again
    wire.send(connection, {"seconds": _processor_seconds()})
    count, kept = 0, _status(RESIDENT)
    while (request := wire.receive(connection)) is not None:
        wire.send(connection, _within(request, first["memory"], course))
        count += 1
        if _status(RESIDENT) > kept + GARBAGE:
            gc.collect()
            kept = _status(RESIDENT)
        if keras and count % CLEARED_EVERY == 0:  # Keras counts all layer names that it has made
            keras.backend.clear_session()


def _within(request, memory, course):
    """Return the reply to a request; the process ends here if that takes too much."""
    before, held = _processor_seconds(), _status(RESIDENT)
    _limit("CPU", math.ceil(before + request["seconds"]))
    if size := _status(SIZE):
        _limit("AS", size + memory)
    _forget_the_peak()
    reply = examine(course.exercise(request["exercise"]), request["value"], request["arguments"])
    seconds = _processor_seconds() - before
    if seconds > request["seconds"]:
        os._exit(1)
    return reply | {"seconds": seconds, "memory": max(_status(PEAK) - held, 0)}


def examine(exercise, value, arguments):
    """Return what worker.reported does, of `examine` on a value's models, and "unverified"."""
    unverified = False

    def run(value):
        nonlocal unverified
        try:
            return _with_models(value)
        except Unverified:
            unverified = True
            raise

    def examined(models, *arguments):
        try:
            return exercise.examine(models, *arguments)
        except OUT_OF_MEMORY:
            os._exit(1)

    rebuilding = SimpleNamespace(
        name=exercise.name, run=run, examine=examined, architecture=exercise.architecture if keras else ""
    )
    return reported(rebuilding, value, arguments) | {"unverified": unverified}


def _with_models(value):
    """Return the value with each model's description replaced by a model that is built here."""
    if isinstance(value, tuple | list):
        return type(value)(map(_with_models, value))
    if not isinstance(value, dict) or keras is None:
        return value
    if isinstance(value.get("cannot_serialize"), str):
        raise Unverified(f"Its model could not be rebuilt to be judged: {value['cannot_serialize'][:300]}")
    try:
        return rebuild(value.get("model"))
    except Rejected as error:
        raise Unverified(f"Its model could not be rebuilt to be judged: {error}") from None


# What it takes


def _processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _limit(name, value):
    """Set a soft limit, which can be raised again for the next request."""
    number = getattr(resource, f"RLIMIT_{name}")
    _, hard = resource.getrlimit(number)
    resource.setrlimit(number, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _status(name):
    """Return a number of bytes from /proc; 0 on a system without it."""
    with contextlib.suppress(OSError), open("/proc/self/status") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith(f"{name}:")), 0)
    return 0


def _forget_the_peak():
    with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # see proc_pid_clear_refs(5)
