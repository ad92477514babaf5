"""Recipes: how an answer is carried out, `recipe(answer, *arguments) -> value`.

A recipe makes what an answer needs and no message can carry (a function, a layer, a model with weights), hands it over
and gives back what came of it, where that is to be compared: numbers, a text, or a Keras model that is examined later.
No recipe holds an answer, so they may lie open beside answers of unknown making.
"""

import inspect


def call(function, *arguments):
    """The usual way to carry out an answer: call it."""
    return function(*arguments)


def taken(recipe, arguments):
    """The first arguments of a case: as many as the recipe has parameters behind the answer; `*arguments` takes all."""
    parameters = list(inspect.signature(recipe).parameters.values())[1:]
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return tuple(arguments)
    return tuple(arguments[: len(parameters)])
