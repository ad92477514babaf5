"""Answers that are not written yet, and how they are told from wrong ones."""

import inspect
import re

from ..shown import first_line

# The message of an unwritten answer: the build writes it, the checks and the grader read it.
WRITE = "Write {} here."
STUB = re.compile(WRITE.replace(".", r"\.").format(r"([\w.]+)"))


def is_untouched(exercise, function):
    """Does a class still hold the stub of every method?"""
    if not inspect.isclass(exercise.reference):
        return False
    methods = [name for name, member in vars(exercise.reference).items() if inspect.isfunction(member)]
    return all(_is_stub(getattr(function, name, None)) for name in methods if name != "__init__")


def _is_stub(method):
    constants = getattr(getattr(method, "__code__", None), "co_consts", ())
    return any(isinstance(constant, str) and STUB.fullmatch(constant) for constant in constants)


def stub_of(error):
    """The name in “Write sigmoid here.” when that is why an answer stopped, else None."""
    match = STUB.fullmatch(first_line(error)) if isinstance(error, NotImplementedError) else None
    return match and match[1]


def waits(exercise, stub):
    if stub.split(".")[0] == exercise.name:
        return f"{stub} is not written yet."
    return f"{exercise.name} needs your {stub} first: write it, run its cell, and check again."
