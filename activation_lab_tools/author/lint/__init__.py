"""Lint rules: what is wrong with a stored notebook, one sentence per finding.

A rule is a small function: it takes a NotebookView and yields pairs (number of the cell, or None for the whole
notebook; what to do). `basics`, `structure` and `keras_use` hold the rules for both kinds of notebook, `outputs` those
for solutions, `lessons` those for lessons. This module runs them.
"""

from pathlib import Path

import nbformat

from activation_lab import exercises

from ..build import cut, exercise_names
from ..notebook_view import NotebookView
from . import basics, keras_use, lessons, outputs, structure

SHARED = (*basics.RULES, *structure.RULES, *keras_use.RULES)
SOLUTION = (*SHARED, *outputs.RULES)
LESSON = (*SHARED, *lessons.RULES)


def check_solution(path):
    """A list of what is wrong with the solution at `path`; empty if it is sound."""
    return findings_of_file(Path(path), SOLUTION)


def check_lesson(path, solution_path):
    """A list of what is wrong with the lesson at `path`, whose solution is at `solution_path`."""
    solution, names = nbformat.read(solution_path, as_version=4), exercise_names(Path(path).stem)
    return findings_of_file(Path(path), LESSON, expected=cut(solution, names))


def findings_of_file(path, rules, expected=None):
    """What `rules` find in the notebook at `path`; a damaged file is one finding."""
    name = f"{path.parent.name}/{path.name}"
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # a damaged file fails in many ways, and each is a finding
        return [f"{name}: is not a valid notebook ({type(error).__name__}); restore it, or build it again."]
    questions = tuple(question.name for question in exercises.questions_of_lesson(path.stem))
    return findings(NotebookView(notebook, name, exercise_names(path.stem), questions, expected), rules)


def findings(view, rules):
    """What `rules` find in `view`, each with the file and the cell."""
    return [
        f"{view.name}, {'notebook' if number is None else f'cell {number}'}: {sentence}"
        for rule in rules
        for number, sentence in rule(view)
    ]
