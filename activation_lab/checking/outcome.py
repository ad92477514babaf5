"""What an answer did with one case: the value, the error, the warnings, the arguments it changed."""

import copy
import linecache
import random
import re
import sys
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

# Libraries issue these about each other; the answer is not at fault, even if one is attributed to the learner's cell.
PASSING = DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, ResourceWarning

ROUNDING = 1e-9  # by which an argument may differ that was changed and put back


@dataclass(frozen=True)
class Outcome:
    """Everything observable from outside when an answer runs on one case."""

    value: object = None
    error: BaseException | None = None
    stopped: str = ""  # the error in words, with the answer's line that raised it
    warnings: tuple[str, ...] = ()
    changed: tuple[int, ...] = ()  # positions of the arguments that were changed in place
    ran_reference: str = ""  # the name of the package's function that did the work, if one did
    architecture: dict | None = None  # of the Keras model that was returned; see exercises.architecture


def observe(exercise, function, arguments, seconds=None, restoring=True):
    """Run `function` on copies of `arguments` and return the Outcome, including anything that it raises.

    Args:
        exercise: an Exercise.
        function: an answer to the exercise, right or wrong.
        arguments: the arguments of one case; left unchanged.
        seconds: None for code to be trusted. An answer is watched for calls of the reference, and stopped after these
            seconds, with OutOfTime as the error.
        restoring: whether random numbers then go on as if nothing had run; it takes as long as a small answer.

    Raises:
        KeyboardInterrupt: the user interrupted it.
    """
    given = copy.deepcopy(arguments)
    value = error = None
    noted = {}
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("always")
        with _randomness_fixed(restoring), reference_calls(exercise) if seconds else nullcontext() as watcher:
            try:
                work = partial(carried_out, exercise, function, given, arguments, noted)
                value = _as_arrays(within(seconds, work) if seconds else work())
            except (KeyboardInterrupt, Stop):  # a Stop here belongs to an enclosing limit
                raise
            except BaseException as raised:
                error = raised
    return Outcome(
        value=value,
        error=error,
        stopped=error_text(error) if error is not None else "",
        warnings=tuple(dict.fromkeys(map(_text, concerning(caught)))),
        changed=tuple(i for i, (a, b) in enumerate(zip(given, arguments, strict=True)) if not same(a, b)),
        ran_reference=watcher.ran if seconds else "",
        **noted,
    )


def carried_out(exercise, answer, given, arguments, noted=None):
    """Return what is compared: the value returned by `run`, or what `examine` makes from it.

    Args:
        exercise: an Exercise, or any other object with `run` and `examine`.
        answer: the answer to run.
        given: the arguments for it, which it may modify.
        arguments: an unmodified copy of these, for `examine`.
        noted: a dictionary that gets what else is worth knowing: "architecture".
    """
    if exercise.examine is None:
        return exercise.run(answer, *given)
    returned = exercise.run(answer, *arguments_for(exercise.run, given))
    if noted is not None and getattr(exercise, "architecture", ""):
        noted["architecture"] = _architecture(returned)
    return exercise.examine(returned, *arguments)


def _architecture(returned):
    """Return the architecture of a Keras model, or of the first of several values; None if it has none."""
    from ..exercises.architecture import architecture_of  # imports Keras

    try:
        return architecture_of(returned[0] if isinstance(returned, tuple) else returned)
    except Exception:  # not a model, or one without an input: `examine` says so
        return None


@contextmanager
def _randomness_fixed(restoring):
    """Context: one random state for all answers (Keras draws weights from Python's generator), restored afterwards."""
    python, numpy = (random.getstate(), np.random.get_state()) if restoring else (None, None)
    random.seed(0)
    np.random.seed(0)
    try:
        yield
    finally:
        if restoring:
            random.setstate(python)
            np.random.set_state(numpy)


def _as_arrays(value):
    """Convert TensorFlow's and Keras's tensors, alone or as parts of an answer, to arrays; leave anything else."""
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
    """Return the warnings about what was done, without those about future changes in libraries."""
    return [warning for warning in caught if not issubclass(warning.category, PASSING)]


def _text(warning):
    return f"{warning.category.__name__}: {first_line(warning.message)}"


def error_text(error):
    """Return “ValueError: … (line 3: dz = da @ kernel)”, with the last line that is in a notebook cell."""
    # replace NumPy's long message about a matrix product with plain words
    message = re.sub(r"matmul: .*\((size .*)\)$", r"the shapes do not fit for a matrix product (\1)", message_of(error))
    text = f"{type(error).__name__}: {message}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if _in_notebook(frame.filename):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
            return f"{text} (line {frame.lineno}{f': {line}' if line else ''})"
    return text


def message_of(error):
    """Return the line of an error's message that says most, without the numbers that Keras gives its layers."""
    text = first_line(error)
    if text.startswith("Invalid input shape for input"):  # followed by the numbers of the input, line by line
        text = first_line(re.sub(r"(?s).*?(?=Expected shape)", "Invalid input shape. ", str(error), count=1))
    return NUMBERED.sub(r"\1", text) if "keras" in sys.modules else text


# Names that Keras makes, as in “layer 'dense_7'” and “sequential_3”; a learner's own name may lose its number, too.
NUMBERED = re.compile(
    r"\b((?:sequential|functional|model|dense|activation|re_lu|softmax|conv2d|max_pooling2d|average_pooling2d|flatten|"
    r"batch_normalization|layer_normalization|dropout|add|concatenate|keras_tensor|input_layer|p_re_lu))_\d+\b"
)


def _in_notebook(filename):
    """Is this the file name of a notebook cell?"""
    return "ipykernel" in filename or filename.startswith("<") and not filename.startswith("<frozen")


def same(a, b):
    """Is an argument what it was before? Numbers that were put back may be off by rounding."""
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if not isinstance(a, np.ndarray):
        return a is b or type(a) is type(b) and a == b
    if not isinstance(b, np.ndarray) or a.dtype != b.dtype or a.shape != b.shape:
        return False
    return np.array_equal(a, b) or a.dtype.kind in "fc" and np.allclose(a, b, rtol=0, atol=ROUNDING, equal_nan=True)
