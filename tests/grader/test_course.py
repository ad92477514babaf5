"""The course: does its digest change with whatever decides a mark, and with nothing else?"""

import shutil

import numpy as np
import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader import course
from activation_lab_tools.grader.course import Course
from activation_lab_tools.grader.pack_harness import harness_text
from activation_lab_tools.grader.sandbox import worker


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """{"activation_lab", "grader": a copy of this folder}, of which the digest is taken."""
    folders = {folder.name: tmp_path / folder.name for folder in course.DECIDING}
    for folder in course.DECIDING:
        shutil.copytree(folder, folders[folder.name], ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    monkeypatch.setattr(course, "DECIDING", tuple(folders.values()))
    return folders


@pytest.mark.parametrize(
    "path",
    [
        "activation_lab/figures/plots.py",
        "activation_lab/figures/diagrams.py",
        "grader/pages/html.py",
        "grader/finding/layouts.py",
        "grader/marks/final.py",
        "grader/store.py",
        "grader/README.md",
    ],
)
def test_what_decides_nothing(copies, path):
    """Is a class not regraded for a new color in a figure, a new page or a new layout?"""
    assert changed(copies, path) is False


@pytest.mark.parametrize(
    "path",
    [
        "activation_lab/__init__.py",
        "activation_lab/by_hand/activations.py",
        "activation_lab/with_keras/models/__init__.py",
        "activation_lab/timing/stopwatch.py",
        "activation_lab/harness/plain_calls.py",
        "activation_lab/exercises/lesson_01_dense_forward.py",
        "activation_lab/checking/compare.py",
        "activation_lab/quiet.py",
        "activation_lab/shown.py",
        "activation_lab/errors.py",
        "activation_lab/claims.py",
        "activation_lab/claims.toml",
        "grader/submission_judge.py",
        "grader/reading/slicing.py",
        "grader/sandbox/worker.py",
        "grader/models/allowlist.py",
    ],
)
def test_what_decides_a_mark(copies, path):
    """Is a class regraded if anything changes that answers may call, or that runs or judges them?"""
    assert changed(copies, path) is True


def test_pack():
    """Does an instructor's pack of exercises decide marks too?"""
    packs = [
        f'"""exam_{n}: a pack."""\nfrom activation_lab.exercises.lesson_01_dense_forward import *\n' for n in (1, 2)
    ]
    assert len({Course(pack).grading_digest() for pack in [None, *packs]}) == 3


OWN_HARNESS = '''"""exam_1: a pack with a harness of its own."""
import functools
import numpy as np
from activation_lab import harness
from activation_lab.exercises import Exercise

FACTOR = 3
def twice(answer, x): return answer(answer(x))  # ANSWER
def halves(answer, x):
    # ANSWER: np.tanh
    return np.hstack([answer(x[:1]), answer(x[1:])])
def scaled(answer, x):
    return FACTOR * answer(x)
def in_keras(answer, x):
    return keras.ops.abs(answer(x))
@functools.cache
def cached(answer, x):
    return answer(x)
def outer():
    def inner(answer, x):
        return answer(x)
    return inner

def answer_of(z):
    return np.tanh(z)
EXERCISE = Exercise(answer_of, prompt="...", points=1, hints=(), mistakes={}, cases=lambda rng: {"one": (np.ones(3),)},
    run=RUN, accepted=(lambda z: np.tanh(z) + len("ANSWER") - 6,))
'''


@pytest.mark.parametrize("run", ["twice", "halves", "harness.call"])
def test_only_a_harness_is_sent(run):
    """Does a harness reach the sandbox without the rest of its file, and run an answer there as it does here?"""
    (exercise,) = Course(OWN_HARNESS.replace("RUN", run)).exercises("exam_1")
    text = harness_text(exercise)
    assert "ANSWER" not in text and "tanh" not in text
    x = np.arange(3.0)
    assert np.array_equal(worker._harness(text)(np.cos, x), exercise.run(np.cos, x))


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        ("lambda answer, x: answer(x)", "a lambda"),
        ("scaled", "uses FACTOR of its file"),
        ("in_keras", "uses keras of its file"),
        ("cached", "not a function"),
        ("outer()", "within something else"),
        ("functools.partial(twice, 3)", "partial, not a function"),
    ],
)
def test_another_harness_is_refused(run, reason):
    """Is a pack refused when it is read, with the reason, if its harness would take more of its file along?"""
    with pytest.raises(UserError, match=f"harness of answer_of cannot be sent to the sandbox: .*{reason}"):
        Course(OWN_HARNESS.replace("RUN", run))


def changed(copies, path):
    """Does a further line in a file change the digest?"""
    before = Course().grading_digest()
    folder, _, name = path.partition("/")
    with open(copies[folder] / name, "a", encoding="utf-8") as file:
        file.write("# a change\n")
    return Course().grading_digest() != before


def test_the_written_catalogue_is_what_the_exercises_say(keras):
    """Has the build been run since an exercise, a question or its points changed?"""
    assert Course().catalogue() == Course().asked_catalogue(), "run activation-lab build"
