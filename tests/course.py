"""Every exercise that can be loaded here: those from lesson 5 on only if TensorFlow is installed."""

import dataclasses
import functools
import importlib.util
import math
import warnings

import numpy as np

import activation_lab as lab
from activation_lab import exercises
from activation_lab.checking import judge


def needs_keras(lesson):
    return lesson >= "05"


KERAS = importlib.util.find_spec("tensorflow") is not None
LESSONS = tuple(lesson for lesson in exercises.lessons() if KERAS or not needs_keras(lesson))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # TensorFlow's own deprecations, on its first import, are not ours
    LESSON = {exercise.name: lesson for lesson in LESSONS for exercise in exercises.of_lesson(lesson)}
    EXERCISES = {name: exercises.find(name) for name in LESSON}


def seeds_of(exercise, turn=None):
    """Seeds of the draws to try, since graders draw their own numbers.

    Models take longer to build than arrays: they get two, of which a test of many answers
    tries one, that of its `turn`.
    """
    if not needs_keras(LESSON[exercise.name]):
        return range(5)
    return range(2) if turn is None else [turn % 2]


def first_failure(exercise, answer, seed=0):
    """The Report on the first case that an answer does not pass, without a diagnosis; None if it passes all.

    One case at a time, since most wrong answers fail the first; and a diagnosis takes many times as long as a verdict.
    """
    reports = (judge(alone, answer) for alone in one_case_each(exercise, seed))
    return next((report for report in reports if report.state != "passed"), None)


@functools.cache
def one_case_each(exercise, seed):
    """The exercise with one of its cases at a time, undiagnosed."""
    cases = exercise.cases(np.random.default_rng(seed))
    replace = functools.partial(dataclasses.replace, exercise, mistakes={}, transfer=True)
    return [replace(cases=lambda rng, case=case: dict([case])) for case in cases.items()]


def names_of(lesson):
    """What a notebook of this lesson imports."""
    names = {"np": np, "math": math, "lab": lab}
    if needs_keras(lesson):
        from activation_lab.quiet import keras, tf

        names |= {"keras": keras, "tf": tf}
    return names
