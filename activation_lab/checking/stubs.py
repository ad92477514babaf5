"""Answers that are not written yet, as opposed to wrong ones."""

import inspect
import re

from ..shown import first_line

# The message of an unwritten answer: written by the build, recognized by the checks and the grader.
WRITE = "Write {} here."
STUB = re.compile(WRITE.replace(".", r"\.").format(r"([\w.]+)"))


def is_untouched(exercise, function):
    """Does a class still have the stub of every method?"""
    if not inspect.isclass(exercise.reference):
        return False
    methods = [name for name, member in vars(exercise.reference).items() if inspect.isfunction(member)]
    return all(_is_stub(getattr(function, name, None)) for name in methods if name != "__init__")


def _is_stub(method):
    constants = getattr(getattr(method, "__code__", None), "co_consts", ())
    return any(isinstance(constant, str) and STUB.fullmatch(constant) for constant in constants)


def stub_of(error):
    """Return the name in “Write sigmoid here.” if an answer raised that error; else None."""
    match = STUB.fullmatch(first_line(error)) if isinstance(error, NotImplementedError) else None
    return match and match[1]


def waits(exercise, stub):
    if stub.split(".")[0] == exercise.name:
        return f"{stub} is not written yet."
    return f"{exercise.name} needs your {stub} first: write it, run its cell, and check again."
