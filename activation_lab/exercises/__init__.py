"""Exercises and questions: the task, the right answer, and known mistakes; and what people mark."""

import difflib
import functools
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import UnknownNameError
from ..harness import call

NEEDED_LATER = ("tensorflow", "keras")  # Part I does not need these
KERAS = ("numpy", "keras", "tensorflow")  # what answers of Part II may import


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """|received − expected| <= absolute + relative·|expected| in float64; float32 has its own limit, `single`."""

    absolute: float = 1e-9
    relative: float = 1e-6
    single: float = 1e-5  # float32: |received − expected| <= single·max(1, |expected|)


@dataclass(frozen=True, eq=False)  # equal only to itself, so it can be a dictionary key
class Exercise:
    """A function (or class) that a learner writes. Its name is always the reference's name.

    Args:
        reference: the right answer; the package's own function if it is the same.
        prompt: the contract and a worked number (`>>>`); becomes the docstring of the answer cell.
        points: all or nothing.
        cases: a function from a numpy Generator to {case name: arguments}, which are arrays, numbers, strings or tuples
            of these, so that they can be sent to another process.
        hints: the gentlest first; () for a transfer exercise.
        mistakes: {what is wrong: a wrong answer}. If a learner's answer behaves like one of them, its key is shown.
        accepted: right answers written in other ways; tests verify that they pass.
        textbook: forms that are right but for overflow or rounding, or for one kind of arguments. The check looks for
            small changes to them, as to the reference and to the accepted answers.
        returns: names of the parts if the answer returns several, for example ("dx", "dkernel", "dbias").
        run: `run(answer, *arguments) -> value`, a harness, for an answer that is more than a function of its arguments.
            It may raise CannotJudge, and calls neither the reference nor the package's function of this name. It gets
            only as many of a case's arguments as it takes, since the answer must not know the others.
        examine: `examine(value, *arguments)` takes what `run` returned and all arguments, and returns what is compared;
            None if that is the value itself. It never gets the answer. If `run` returns Keras models, it may get
            equivalent ones instead. It may raise CannotJudge.
        tolerance: how close counts as equal.
        seconds: of processor time for all cases together; an answer that takes longer is stopped.
        allowed_imports: the roots of third-party modules that an answer may import, besides the standard library
            and this package.
        near_twins: the package's other functions and classes that do this exercise's work, perhaps with a constant as
            one more argument. An answer that calls one doesn't count, as if it called the package's own.
        architecture: how a wrong model is compared with the reference's, layer by layer, to name what differs: "exact"
            if the form of activations counts, "steps" if it doesn't; "" for never, if other architectures are right.
        self_reported: what only the answer's own process can see and no judge outside can verify: a clause that begins
            with "that"; "" for nothing.
        transfer: whether learners work without help: there are no hints, and no mistake is named. The mistakes serve
            tests, and instructors who judge `dataclasses.replace(exercise, transfer=False)` to see them named.
    """

    reference: Callable
    prompt: str
    points: int
    cases: Callable[[np.random.Generator], Mapping[str, tuple]]
    hints: tuple[str, ...]
    mistakes: Mapping[str, Callable]
    accepted: tuple[Callable, ...] = ()
    textbook: tuple[Callable, ...] = ()
    returns: tuple[str, ...] = ()
    run: Callable = call
    examine: Callable | None = None
    tolerance: Tolerance = Tolerance()
    seconds: float = 10.0
    allowed_imports: tuple[str, ...] = ("numpy",)
    near_twins: tuple[Callable, ...] = ()
    architecture: str = ""
    self_reported: str = ""
    transfer: bool = False

    @property
    def name(self):
        return self.reference.__name__

    def is_whole(self, value):
        """Does a returned value have as many parts as the answer should return?"""
        return isinstance(value, tuple | list) and len(value) == len(self.returns)


@dataclass(frozen=True)
class Question:
    """A question with options, one of which is right.

    Args:
        name: its name, as in `lab.answer("name", "b")`.
        text: the question, in Markdown.
        options: {letter or word: (the option, why it is right or wrong)}.
        correct: the letter or word of the right option.
        points: all or nothing.
    """

    name: str
    text: str
    options: Mapping[str, tuple[str, str]]
    correct: str
    points: int = 1

    def said_of(self, choice):
        """Return an option's letter or word, and why it is right or wrong."""
        named = f"{choice})" if len(choice) == 1 else f'"{choice}":'
        return f"{named} {self.options[choice][1]}"


@dataclass(frozen=True)
class Written:
    """A question that is answered in prose and marked by a person.

    Args:
        name: its name, a word; the answer's cell begins with “**name** —”.
        text: the question, in Markdown.
        rubric: {name: (points, sentence for the learner)}: what a person may give. The points of those that are given
            are added; if all in the rubric are below zero, they are taken off `points`.
        points: the maximum.
    """

    name: str
    text: str
    rubric: Mapping[str, tuple[float, str]]
    points: int

    def __post_init__(self):
        if not re.fullmatch(r"\w+", self.name):
            raise ValueError(f"Received {self.name!r} as the name of a Written; expected a word, such as why_layers.")
        for name, item in self.rubric.items():
            if not re.fullmatch(r"[\w-]+", name) or not _is_rubric_item(item):
                raise ValueError(
                    f"Received {name!r}: {item!r} in the rubric of {self.name}; expected a name of letters, digits, "
                    '"-" and "_", and (points, "a sentence for the learner").'
                )


def _is_rubric_item(item):
    return isinstance(item, tuple) and [type(part) for part in item] in ([int, str], [float, str])


_handed_out = {}  # {name: Exercise or Question} that a handout has brought along


def hand_out(items):
    """Let `find` and `find_question` know these exercises and questions too, before those of the lessons."""
    _handed_out.update({item.name: item for item in items})


@functools.cache
def lessons():
    """Return the names of all lessons, in order; the modules of their exercises are named after them."""
    return tuple(path.stem.removeprefix("lesson_") for path in sorted(Path(__file__).parent.glob("lesson_*.py")))


def of_lesson(lesson):
    """Return the exercises of a lesson, in order; loads only this lesson's module."""
    return _of_kind(lesson, Exercise)


def questions_of_lesson(lesson):
    """Return the questions of a lesson, in order."""
    return _of_kind(lesson, Question)


def written_of_lesson(lesson):
    """Return what is answered in prose in a lesson, in order."""
    return _of_kind(lesson, Written)


def find(*names):
    """Return the exercise with this name; if several names are given, the first one that a lesson knows.

    Lessons are loaded in order until it is found, so Part I never loads Keras.

    Raises:
        UnknownNameError: no lesson has it.
    """
    return _handed(names, Exercise) or _find(names, of_lesson, "exercise")


def lesson_of(exercise):
    """Return the name of the lesson that an exercise belongs to; "" if it belongs to none."""
    return next((lesson for lesson in lessons() if any(own.name == exercise.name for own in of_lesson(lesson))), "")


def find_question(name):
    """Return the question with this name.

    Raises:
        UnknownNameError: no lesson has it.
    """
    return _handed((name,), Question) or _find((name,), questions_of_lesson, "question")


def _handed(names, kind):
    found = (_handed_out.get(name) for name in names)
    return next((item for item in found if isinstance(item, kind)), None)


def _find(names, items_of, kind):
    known, unsearched = [], ""
    for lesson in lessons():
        try:
            items = {item.name: item for item in items_of(lesson)}
        except ImportError as error:
            if error.name not in NEEDED_LATER:
                raise
            unsearched = f" (The lessons from {lesson} on could not be searched: {error.name} is not installed here.)"
            break
        for name in names:
            if name in items:
                return items[name]
        known += items
    close = difflib.get_close_matches(names[0], known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise UnknownNameError(
        f"There is no {kind} named {names[0]!r}.{hint} Expected one of: {', '.join(known)}.{unsearched}"
    )


def _of_kind(lesson, kind):
    if lesson not in lessons():
        raise UnknownNameError(f"There is no lesson named {lesson!r}. Expected one of: {', '.join(lessons())}.")
    module = importlib.import_module(f"{__name__}.lesson_{lesson}")
    return tuple(item for item in vars(module).values() if isinstance(item, kind))
