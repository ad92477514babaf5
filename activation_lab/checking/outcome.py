"""What an answer did with one case: the value, the error, the warnings, the arguments it changed."""

import copy
import linecache
import random
import re
import traceback
import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..harness import arguments_for
from ..shown import first_line
from .limit import Stop, within
from .reference_calls import reference_calls

# Libraries say these of one another; no answer has done anything wrong, even where one comes up in the learner's cell.
PASSING = DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, ResourceWarning


@dataclass(frozen=True)
class Outcome:
    """All that can be seen from outside when an answer is run on one case."""

    value: object = None
    error: BaseException | None = None
    stopped: str = ""  # the error in words, with the line of the answer that it came from
    warnings: tuple[str, ...] = ()
    changed: tuple[int, ...] = ()  # positions of the arguments that were changed in place
    ran_reference: bool = False


def observe(exercise, function, arguments, guarded=False):
    """Run `function` on copies of `arguments` and record the outcome; nothing that it raises comes out.

    Args:
        exercise: an Exercise.
        function: an answer to it, right or wrong.
        arguments: of one case; they stay as they are.
        guarded: for an answer of unknown making: it is watched for calls of the reference, and stopped when the
            exercise's seconds are over; the error is then OutOfTime. Watching takes as long again as the work itself.

    Raises:
        KeyboardInterrupt: whoever waits for it wants it to stop.
    """
    given = copy.deepcopy(arguments)
    value = error = None
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("always")
        with _randomness_fixed(), reference_calls(exercise) if guarded else nullcontext() as watcher:
            try:
                work = partial(carried_out, exercise, function, given, arguments)
                value = _as_arrays(within(exercise.seconds, work) if guarded else work())
            except (KeyboardInterrupt, Stop):  # a Stop here belongs to a limit around this one
                raise
            except BaseException as raised:
                error = raised
    return Outcome(
        value=value,
        error=error,
        stopped=error_text(error) if error is not None else "",
        warnings=tuple(dict.fromkeys(map(_text, concerning(caught)))),
        changed=tuple(i for i, (a, b) in enumerate(zip(given, arguments, strict=True)) if not _same(a, b)),
        ran_reference=guarded and watcher.ran,
    )


def carried_out(exercise, answer, given, arguments):
    """What an exercise gets to compare: the value of `run`, or what `examine` finds in it.

    Args:
        exercise: an Exercise, or whatever else has `run` and `examine`.
        answer: to be run.
        given: the arguments for it, which it may spoil.
        arguments: the same, to examine by.
    """
    if exercise.examine is None:
        return exercise.run(answer, *given)
    return exercise.examine(exercise.run(answer, *arguments_for(exercise.run, given)), *arguments)


@contextmanager
def _randomness_fixed():
    """Context: Keras draws weights from Python's generator. The same for all answers, and as before afterwards."""
    python, numpy = random.getstate(), np.random.get_state()
    random.seed(0)
    np.random.seed(0)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


def _as_arrays(value):
    """TensorFlow's and Keras's tensors, alone or as the parts of an answer, as arrays; anything else as it is."""
    if type(value) in (tuple, list):
        return type(value)(map(_as_array, value))
    return _as_array(value)


def _as_array(value):
    if type(value).__module__.split(".")[0] not in ("tensorflow", "keras"):
        return value
    try:
        array = np.asarray(value)
    except Exception:  # a symbolic tensor has no numbers
        return value
    return value if array.dtype == object else array


def concerning(caught):
    """The warnings that are about what was done, not about how libraries will do it in future."""
    return [warning for warning in caught if not issubclass(warning.category, PASSING)]


def _text(warning):
    return f"{warning.category.__name__}: {first_line(warning.message)}"


def error_text(error):
    """«ValueError: … (line 3: `dz = da @ kernel`)», the line being the last one in a notebook cell."""
    # NumPy's long message about a matrix product in plain words
    message = re.sub(r"matmul: .*\((size .*)\)$", r"the shapes do not fit for a matrix product (\1)", first_line(error))
    text = f"{type(error).__name__}: {message}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if _in_notebook(frame.filename):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
            return f"{text} (line {frame.lineno}{f': {line}' if line else ''})"
    return text


def _in_notebook(filename):
    """Is this the name of a cell?"""
    return "ipykernel" in filename or filename.startswith("<") and not filename.startswith("<frozen")


def _same(a, b):
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return a is b or a == b
