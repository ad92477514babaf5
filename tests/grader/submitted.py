"""One submission: a lesson's notebook with answers in it, as the bytes of a file."""

import copy
import functools
import json
from pathlib import Path

from activation_lab import exercises
from activation_lab_tools.author.sources import choices as choice_calls
from activation_lab_tools.author.sources import defined_names, with_choice

ROOT = Path(__file__).resolve().parents[2]


def notebook(lesson, answers=None, choices=None):
    """The lesson as a learner hands it in.

    Args:
        lesson: its name.
        answers: {exercise: source}: put into the cell that defines the exercise.
        choices: {question: letter}.
    """
    return encoded(filled(_read("lessons", lesson), answers or {}, choices or {}))


def right(lesson):
    """The bytes of the lesson with every answer and every choice right."""
    return notebook(lesson, right_answers(lesson), right_choices(lesson))


def untouched(lesson):
    """The bytes of the lesson as learners first open it."""
    return notebook(lesson)


def with_mistake(lesson, exercise, source):
    """The bytes of the lesson with all right but for one exercise, answered by this source."""
    return notebook(lesson, right_answers(lesson) | {exercise: source}, right_choices(lesson))


def right_answers(lesson):
    """{exercise: source}, from the cells of the solution."""
    names = {exercise.name for exercise in exercises.of_lesson(lesson)}
    sources = [text(cell) for cell in _read("solutions", lesson)["cells"] if cell["cell_type"] == "code"]
    return {name: source for source in sources for name in defined_names(source) & names}


def right_choices(lesson):
    """{question: letter}."""
    return {question.name: question.correct for question in exercises.questions_of_lesson(lesson)}


def filled(document, answers, choices):
    """A copy of a notebook (as a dictionary), with these answers and choices in it."""
    document = copy.deepcopy(document)
    placed = set()
    for cell in document["cells"]:
        if cell["cell_type"] != "code":
            continue
        if names := defined_names(text(cell)) & set(answers):
            put(cell, "\n\n\n".join(answers[name] for name in sorted(names)))
            placed |= names
            continue  # what was put there may be no Python
        for _, question in choice_calls(text(cell)):
            if question in choices:
                put(cell, with_choice(text(cell), f'"{choices[question]}"', question))
                placed.add(question)
    if missing := {*answers, *choices} - placed:
        raise LookupError(f"no cell of the notebook is for {', '.join(sorted(missing))}")
    return document


def text(cell):
    return "".join(cell["source"])


def put(cell, source):
    cell["source"] = source.splitlines(keepends=True)


def encoded(document):
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def decoded(data):
    return json.loads(data)


@functools.cache
def _read(folder, lesson):
    return decoded((ROOT / folder / f"{lesson}.ipynb").read_bytes())
