"""What an answer did with one case: the value, the error, the warnings, the arguments it changed."""

import copy
import inspect
import linecache
import re
import sys
import traceback
import warnings
from dataclasses import dataclass

import numpy as np

from .report import first_line


@dataclass(frozen=True)
class Outcome:
    """All that can be seen from outside when an answer is run on one case."""

    value: object = None
    error: BaseException | None = None
    warnings: tuple[str, ...] = ()
    changed: tuple[int, ...] = ()  # positions of the arguments that were changed in place
    ran_reference: bool = False


def observe(exercise, function, arguments):
    """Run `function` on copies of `arguments` and record the outcome; nothing that it raises comes out."""
    given = copy.deepcopy(arguments)
    value = error = None
    with warnings.catch_warnings(record=True) as caught, np.errstate(divide="warn", over="warn", invalid="warn"):
        warnings.simplefilter("always")
        with _watch(exercise.reference) as watch:
            try:
                value = exercise.run(function, *given)
            except (Exception, SystemExit) as raised:
                error = raised
    return Outcome(
        value=value,
        error=error,
        warnings=tuple(dict.fromkeys(f"{w.category.__name__}: {first_line(w.message)}" for w in caught)),
        changed=tuple(i for i, (a, b) in enumerate(zip(given, arguments, strict=True)) if not _same(a, b)),
        ran_reference=watch.ran,
    )


def error_text(error):
    """«ValueError: … (line 3: `dz = da @ kernel`)», the line being the last one in a notebook cell."""
    # NumPy's long message about a matrix product in plain words
    message = re.sub(r"matmul: .*\((size .*)\)$", r"the shapes do not fit for a matrix product (\1)", first_line(error))
    text = f"{type(error).__name__}: {message}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "ipykernel" in frame.filename or frame.filename.startswith("<"):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
            return f"{text} (line {frame.lineno}{f': {line}' if line else ''})"
    return text


class _watch:
    """Context: did the reference's own code run? Only that is watched, not the functions around it."""

    def __init__(self, reference):
        reference = inspect.unwrap(reference)
        functions = vars(reference).values() if inspect.isclass(reference) else (reference,)
        self.codes = {f.__code__ for f in functions if inspect.isfunction(f)}
        self.ran = False

    def __enter__(self):
        self.before = sys.getprofile()
        sys.setprofile(self._called)
        return self

    def _called(self, frame, event, argument):
        if event == "call" and frame.f_code in self.codes:
            self.ran = True

    def __exit__(self, *_):
        sys.setprofile(self.before)


def _same(a, b):
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return a is b or a == b
