"""Are the course's notebooks sound as stored? Whether they run is tested with nbval."""

from pathlib import Path

import pytest

from activation_lab import exercises
from activation_lab_tools.author import build
from activation_lab_tools.author.lint import check_lesson, check_solution

ROOT = Path(__file__).parents[2]


def stored(folder):
    return sorted(path.stem for path in (ROOT / folder).glob("*.ipynb"))


@pytest.mark.parametrize("folder", ["solutions", "lessons"])
def test_every_lesson_has_its_notebook(folder):
    """Is there exactly one notebook for each lesson with exercises?"""
    assert stored(folder) == sorted(exercises.lessons()) != []


@pytest.mark.parametrize("name", stored("solutions"))
def test_a_solution_is_sound(name):
    """Do all lint rules find nothing in it?"""
    assert check_solution(ROOT / "solutions" / f"{name}.ipynb") == []


@pytest.mark.parametrize("name", stored("solutions"))
def test_a_solution_is_filled_from_its_exercises(name):
    """Are answers, prompts, questions and signposts those of the exercises today?"""
    notebook = build.read_notebook(ROOT / "solutions" / f"{name}.ipynb")
    assert [cell.source for cell in build.fill(notebook, name).cells] == [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("name", stored("lessons"))
def test_a_lesson_is_sound(name):
    """Do all lint rules find nothing in it, and is it what the build cuts from its solution?"""
    assert check_lesson(ROOT / "lessons" / f"{name}.ipynb", ROOT / "solutions" / f"{name}.ipynb") == []
