"""Every exercise that can be loaded here: those from lesson 5 on only if TensorFlow is installed."""

import dataclasses
import functools
import importlib.util
import math
import warnings

import numpy as np

import activation_lab as lab
from activation_lab import exercises


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


@functools.cache
def undiagnosed(exercise):
    """The same exercise, but a wrong answer gets its verdict alone; a diagnosis takes many times as long."""
    return dataclasses.replace(exercise, mistakes={}, transfer=True)


def names_of(lesson):
    """What a notebook of this lesson imports."""
    names = {"np": np, "math": math, "lab": lab}
    if needs_keras(lesson):
        from activation_lab.quiet import keras, tf

        names |= {"keras": keras, "tf": tf}
    return names
