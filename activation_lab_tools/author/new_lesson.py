"""A new lesson: placeholders for every part, which pass all tests until you replace them one by one."""

import contextlib
import importlib.util
import keyword
import re
import sys
from pathlib import Path

import nbformat

from activation_lab import exercises

from ..errors import UserError
from . import build
from .lint.keras_use import PART_ONE, QUIETLY

MODULE = '''"""{lesson}: say in a few words what the lesson is about."""

import numpy as np

from . import Exercise, Question
'''

EXERCISE = '''

def {name}(z):
    return 2 * z + 1


{constant} = Exercise(
    {name},
    prompt="""
    Placeholder: twice z, plus one. State the contract here, and one worked number.

    z       any shape
    returns z's shape and dtype; z stays unchanged

    >>> {name}(np.array([1.0, 2.0]))
    array([3., 5.])
    """,
    points=1,
    cases=lambda rng: {{
        "a row": (rng.normal(size=5),),
        "a batch": (rng.normal(size=(4, 3)),),
        "float32": (rng.normal(size=(3, 2)).astype(np.float32),),
    }},
    hints=(
        "The gentlest hint comes first.",
        "The last one leaves little to find.",
    ),
    mistakes={{
        "The 1 is missing.": lambda z: 2 * z,
        "z is not doubled.": lambda z: z + 1,
        "The 1 is doubled too; it is added last.": lambda z: 2 * (z + 1),
    }},
    accepted=(
        lambda z: z + z + 1,
        lambda z: np.add(np.multiply(z, 2), 1),
        lambda z: (z + 0.5) * 2,
    ),
)
'''

QUESTION = """

QUESTION = Question(
    name="question_{number}",
    text="Placeholder: what does a placeholder do?",
    options={{
        "a": ("it keeps a place", "Right: until something better takes it."),
        "b": ("nothing", "It passes every test."),
        "c": ("everything", "It waits for you."),
    }},
    correct="a",
)
"""


IMPORTS = """import numpy as np

import activation_lab as lab

np.set_printoptions(precision=4, suppress=True)"""

# From lesson 5 on. The demonstration uses tf, since the style check wants every import used.
IMPORTS_WITH_KERAS = f"""import numpy as np

import activation_lab as lab
{QUIETLY}

np.set_printoptions(precision=4, suppress=True)
keras.utils.set_random_seed(0)"""


LONGEST = 50  # characters of a name: a cell's id, which is made of it, has at most 64
TAKEN = ("np", "lab", "keras", "tf", "question")  # names in a new lesson's notebook or module


class NewLessonError(UserError):
    """The lesson cannot be started: what is wrong with its number or its names."""


def new(lesson, names):
    """Write the lesson's exercises and its solution, and build both notebooks.

    Args:
        lesson: number and title, such as "11_title".
        names: its exercises.

    Returns:
        The paths that were written.

    Raises:
        NewLessonError: the lesson or an exercise exists already, a name is not allowed, or it can't be built.
        BuildError: a cell of its notebook fails. After any error, nothing has been written.
    """
    _refuse(lesson, names)
    solution = build.SOLUTIONS / f"{lesson}.ipynb"
    module = Path(exercises.__file__).with_name(f"lesson_{lesson}.py")
    paths = module, solution, build.LESSONS / solution.name
    for path in paths:
        if path.exists():
            raise NewLessonError(
                f"{path} exists already, and would be overwritten. Move it away, or choose another name."
            )
    try:
        text = build.as_text(_solution(lesson, names))
        module.write_text(_module(lesson, names), encoding="utf-8", newline="\n")
        _look_again()
        solution.write_text(text, encoding="utf-8", newline="\n")
        build.build([lesson])
    except BaseException as error:
        _take_back(paths)
        if isinstance(error, UserError) or not isinstance(error, Exception):
            raise
        reason = f"{type(error).__name__}: {str(error)[:300]}"
        raise NewLessonError(f"The lesson could not be built, so nothing was written. {reason}") from error
    return paths


def _module(lesson, names):
    text = MODULE.format(lesson=lesson)
    text += "".join(EXERCISE.format(name=name, constant=name.upper()) for name in names)
    return text + QUESTION.format(number=lesson.split("_")[0])


def _look_again():
    exercises.lessons.cache_clear()
    importlib.invalidate_caches()


def _take_back(paths):
    """Remove a lesson's files, and its module from memory."""
    module = paths[0]
    for path in (*paths, Path(importlib.util.cache_from_source(module))):
        with contextlib.suppress(OSError):  # a name too long for the disk was not written either
            path.unlink(missing_ok=True)
    sys.modules.pop(f"{exercises.__name__}.{module.stem}", None)
    vars(exercises).pop(module.stem, None)
    _look_again()


def _refuse(lesson, names):
    if not re.fullmatch(r"[0-9]{2}(_[a-z0-9]+)+", lesson) or len(lesson) > LONGEST:
        raise NewLessonError(f"Received the lesson {lesson!r}; expected a number and a title, such as 11_my_lesson.")
    if not build.SOLUTIONS.is_dir():
        raise NewLessonError("There is no folder solutions/ here. Run this command in the project's own folder.")
    by_number = {other.split("_")[0]: other for other in exercises.lessons()}
    number, title = lesson.split("_", 1)
    if number in by_number:
        free = f"{int(max(by_number)) + 1:02d}"
        raise NewLessonError(
            f"The number {number} belongs to {by_number[number]}; expected {free} or later. "
            f"For example: activation-lab new {free}_{title} {' '.join(names)}"
        )
    known = {exercise.name: other for other in exercises.lessons() for exercise in exercises.of_lesson(other)}
    for name in names:
        if not re.fullmatch("[a-z][a-z0-9_]*", name) or keyword.iskeyword(name) or len(name) > LONGEST:
            raise NewLessonError(f"Received the exercise {name!r}; expected a function's name, such as max_pooling.")
        if name in TAKEN:
            raise NewLessonError(f"Received the exercise {name!r}, which the lesson uses itself; choose another name.")
        if name in known:
            raise NewLessonError(f"The exercise {name} is in {known[name]} already; choose another name.")
    if len(set(names)) < len(names):
        raise NewLessonError(f"An exercise is named twice: {', '.join(names)}.")


def _solution(lesson, names):
    number, title = lesson.split("_", 1)
    with_keras = not lesson.startswith(PART_ONE)
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [
        markdown(
            f"# {int(number)} · {title.replace('_', ' ').capitalize()}\n\nAfter this lesson you can …\n\n"
            "**30 minutes.** It builds on …",
            id="title",
        ),
        code(IMPORTS_WITH_KERAS if with_keras else IMPORTS, id="imports"),
        markdown("## A question\n\nWhat does the smallest demonstration show? Ask for a guess first.", id="question"),
        code(f'lab.predict("guess_{number}", 1)', id="predict"),
        code(
            f'lab.reveal("guess_{number}", {"int(2 * tf.constant(1) + 1)" if with_keras else "2 * 1 + 1"})', id="reveal"
        ),
        markdown("Say what it means.", id="meaning"),
    ]
    for name in names:
        dashed = name.replace("_", "-")
        cells += [
            markdown(f"### Exercise · `{name}` · 1 point\n\nOne sentence.", id=f"exercise-{dashed}"),
            code(f"def {name}(): ...", id=f"write-{dashed}"),
            code(f"lab.check({name})", id=f"check-{dashed}"),
        ]
    cells += [
        code(f'lab.answer("question_{number}", None)', id="answer"),
        markdown("## Take-away\n\n- One.\n- Two.\n- Three.", id="take-away"),
    ]
    return nbformat.v4.new_notebook(cells=cells)
