"""How an answer is run: `harness(answer, *arguments) -> value`.

A harness makes what an answer needs and no message can carry (a function, a layer, a model with weights), calls the
answer with it, and returns what is compared: numbers, a text, or a Keras model that is examined later. No harness holds
an answer, so the sandbox can show them to submissions.
"""

import inspect


def call(function, *arguments):
    """The usual harness: call the answer."""
    return function(*arguments)


def arguments_for(harness, arguments):
    """The first arguments of a case: as many as the harness has parameters after the answer; `*arguments` takes all."""
    parameters = list(inspect.signature(harness).parameters.values())[1:]
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return tuple(arguments)
    return tuple(arguments[: len(parameters)])
