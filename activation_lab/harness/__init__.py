"""Harnesses, which run answers: `harness(answer, *arguments) -> value`.

A harness creates what an answer needs but no message can carry (a function, a layer, a model with weights),
calls the answer with it, and returns what is compared: numbers, a text, or a Keras model that is examined later. No
harness contains an answer, so submissions in the sandbox may see them.
"""

import functools
import inspect


def call(function, *arguments):
    """The default harness: call the answer."""
    return function(*arguments)


def arguments_for(harness, arguments):
    """Return the case's first arguments: one per parameter of the harness after the answer, or all for `*arguments`."""
    return tuple(arguments[: _taken(harness)])


@functools.lru_cache(maxsize=200)
def _taken(harness):
    """Return how many arguments a harness takes after the answer; None for `*arguments`."""
    parameters = list(inspect.signature(harness).parameters.values())[1:]
    return None if any(each.kind is each.VAR_POSITIONAL for each in parameters) else len(parameters)
