"""Notebooks as bytes, for tests that read them, and a catalogue of two small lessons."""

import json

from activation_lab_tools.grader.reading import parse

CATALOGUE = {
    "01_first": {
        "exercises": ["relu", "swish", "Layer"],
        "questions": ["which_form", "how_many"],
    },
    "02_second": {"exercises": ["softmax"], "questions": ["why"]},
}


def code(source, **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **more}


def text(source, **more):
    return {"cell_type": "markdown", "source": source, "metadata": {}, **more}


def sheet(*cells, **more):
    """A notebook's bytes: cells are dictionaries, or sources of code cells."""
    cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def read(*cells, **more):
    return parse.parse_notebook(sheet(*cells, **more), CATALOGUE)


def answer(*cells, name="relu"):
    """The Answer to one exercise of a notebook with these cells."""
    found = read(*cells)
    assert not found.problem, found.problem
    return next(answer for answer in found.answers if answer.exercise == name)


def executed(answer):
    """What an answer's name is after its program has run."""
    variables = {}
    exec(compile(answer.program, "<answer>", "exec"), variables)
    return variables[answer.exercise]
