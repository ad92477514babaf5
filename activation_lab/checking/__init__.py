"""What a learner calls: check, hint, answer, points, predict, reveal, attempt, together. Each result shows itself."""

import collections
import difflib
import inspect
import sys
import warnings

from .. import exercises
from ..errors import UnknownNameError
from ..exercises import public_cases
from ..shown import Together, count, first_line, shown
from .judge import judge
from .kept_points import keep, points
from .outcome import concerning
from .report import Attempt, Hint, Noted, Prediction, Report

__all__ = ["answer", "attempt", "check", "hint", "judge", "load_cases", "points", "predict", "reveal", "together"]

_hints_given = collections.Counter()
_predictions, _revealed = {}, set()


def check(function, seed=0):
    """Check your function on the cases of its exercise.

    Args:
        function: the function or class itself, `check(relu)`, not a call of it. Its name identifies the exercise.
        seed: a different number draws different cases.

    Returns:
        A Report: passed, failed (with what is wrong), or not attempted.

    Raises:
        TypeError: the argument is not a function or class.
        UnknownNameError: no exercise has its name.
    """
    if not callable(function):
        raise TypeError(
            f"check takes the function itself, for example lab.check(relu); received {type(function).__name__} "
            f"{shown(function)[:60]}."
        )
    report = judge(_exercise_of(function, sys._getframe(1).f_globals), function, seed)
    keep(report)
    return report


def load_cases(text):
    """Load the public cases of a handout, so that `check`, `hint` and `answer` know its exercises.

    Public cases are a few examples with what is right in each. Other cases decide the points.

    Args:
        text: what `activation-lab handout` wrote into the notebook.

    Returns:
        A Noted.

    Raises:
        ValueError: it is something else.
    """
    lesson, items = public_cases.from_text(text)
    exercises.hand_out(items)
    cases = sum(len(item.recorded) for item in items if isinstance(item, public_cases.PublicExercise))
    return Noted(f"{lesson}: {count(cases, 'public case')}", ("Other cases decide the points.",))


def hint(function_or_name):
    """Show the next hint for an exercise, gentlest first, below those already given.

    Args:
        function_or_name: your function, or its name as a string.

    Returns:
        A Hint.

    Raises:
        UnknownNameError: no exercise has this name.
    """
    if isinstance(function_or_name, str):
        exercise = exercises.find(function_or_name)
    else:
        exercise = _exercise_of(function_or_name, sys._getframe(1).f_globals)
    number = min(_hints_given[exercise.name] + 1, len(exercise.hints))
    _hints_given[exercise.name] = number
    lesson = exercises.lesson_of(exercise) if number == len(exercise.hints) else ""
    solution = f"solutions/{lesson}.ipynb" if lesson else ""
    return Hint(exercise.name, exercise.hints[:number], len(exercise.hints), solution)


def answer(question, choice):
    """Answer a question.

    Args:
        question: the name of the question.
        choice: your answer as a string, the letter or word of an option; None if you haven't answered yet.

    Returns:
        A Report that says why the option is right or wrong; of a handout's question, a Noted.

    Raises:
        UnknownNameError: no question has this name.
    """
    asked = exercises.find_question(question)
    if choice is None:
        one = f"one of {', '.join(map(repr, asked.options))}"
        notes = (f"Put your answer, {one}, in place of None and run this cell again.",)
        return Report(asked.name, "not attempted", asked.points, notes=notes)
    letter = choice.strip(" ().").lower() if isinstance(choice, str) else None  # the grader reads text only
    if letter not in asked.options:
        notes = (f"Received {choice!r}; expected one of {', '.join(map(repr, asked.options))}, or None.",)
        return Report(asked.name, "failed", asked.points, notes=notes)
    if not asked.correct:  # a handout does not say which option is right
        return Noted(f"{asked.name}: {letter}) {asked.options[letter][0]}", ("It counts when you have handed it in.",))
    state = "passed" if letter == asked.correct else "failed"
    report = Report(asked.name, state, asked.points, notes=(asked.said_of(letter),))
    keep(report)
    return report


def predict(question, guess):
    """Record a guess before the measurement: a number, a word or a list; None if you have none yet. Never graded."""
    _predictions[question] = guess
    return Prediction(question, guess)


def reveal(question, measured):
    """Show the measurement next to the guess that `predict` recorded under the same name.

    Raises:
        UnknownNameError: nothing was predicted under this name, but under one nearly like it.
    """
    waiting = [name for name in _predictions if name not in _revealed]
    if question not in _predictions and (close := difflib.get_close_matches(question, waiting, n=1, cutoff=0.8)):
        raise UnknownNameError(
            f"Nothing was predicted as {question!r}, but you predicted {close[0]!r}. "
            f"Write lab.predict({question!r}, …) and run that cell and this one again."
        )
    _revealed.add(question)
    return Prediction(question, _predictions.get(question), measured)


def together(*results):
    """Show several results, such as those of `answer`, one below another."""
    return Together(*results)


def attempt(action):
    """Try something that may fail: `attempt(lambda: kernel @ x)`.

    Args:
        action: a function without arguments.

    Returns:
        An Attempt: the kind and first line of the error, or the value and the first warning.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = action()
        except Exception as error:
            return Attempt(type(error).__name__, first_line(error))
    for warning in concerning(caught):
        return Attempt(warning.category.__name__, first_line(warning.message), value)
    return Attempt("", "", value)


def _exercise_of(function, variables):
    """Return the exercise named like the function, or like a variable that holds it (`relu = lambda z: …`)."""
    own = str(getattr(function, "__name__", ""))
    names = [name for name, value in variables.items() if value is function and not name.startswith("_")]
    names = [name for name in (own, *names) if name.isidentifier()]  # "<lambda>" is not an identifier
    if not names:
        if inspect.isroutine(function):
            raise UnknownNameError("Received a function without a name. Give it one: relu = lambda z: ….")
        raise UnknownNameError(
            f"Received a {type(function).__name__}, which has no name; expected the function itself, without brackets "
            "behind it: lab.check(relu)."
        )
    return exercises.find(*names)
