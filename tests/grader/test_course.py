"""The course: does its digest change with whatever decides a mark, and with nothing else?"""

import shutil

import pytest

from activation_lab_tools.grader import course
from activation_lab_tools.grader.course import Course


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


def changed(copies, path):
    """Does a further line in a file change the digest?"""
    before = Course().grading_digest()
    folder, _, name = path.partition("/")
    with open(copies[folder] / name, "a", encoding="utf-8") as file:
        file.write("# a change\n")
    return Course().grading_digest() != before
