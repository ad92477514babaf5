"""Do the check in the notebook and the grader say the same of the same answer, however oddly it is written?"""

import linecache
import types

import pytest
from odd_answers import RIGHT, WRONG
from sheets import sheet

from activation_lab import exercises
from activation_lab.checking.judge import judge as check
from activation_lab_tools.grader.records import Submission

IMPORTS = "import numpy as np\nimport activation_lab as lab"
ADA = Submission("ada", "Ada", "ada.ipynb", "ada.ipynb")


def in_the_notebook(exercise, source):
    """The Report of `lab.check` after the notebook's cells have run."""
    notebook = types.ModuleType("__main__")
    for number, cell in enumerate([IMPORTS, *source.split("# %%\n")]):
        name = f"<cell {number}>"
        linecache.cache[name] = len(cell), None, cell.splitlines(keepends=True), name
        exec(compile(cell, name, "exec"), vars(notebook))
    return check(exercise, vars(notebook)[exercise.name])


def in_the_grader(judge, exercise, source):
    """The Mark of a notebook with these cells."""
    notebook = judge.parse(sheet(IMPORTS, *source.split("# %%\n")), judge.course.catalogue())
    assert not notebook.problem
    seeds = dict.fromkeys((each.name for each in judge.course.exercises(notebook.lesson)), 7)
    marks = judge.grade(ADA, notebook, seeds).marks
    return next(mark for mark in marks if mark.exercise == exercise.name)


@pytest.mark.parametrize("name", RIGHT)
def test_right(judge, name):
    """Do both accept a right answer that is written in an odd way?"""
    exercise, source = exercises.find(RIGHT[name][0]), RIGHT[name][1]
    report, mark = in_the_notebook(exercise, source), in_the_grader(judge, exercise, source)
    assert (report.state, mark.state) == ("passed", "passed"), (report, mark.lines)


@pytest.mark.parametrize("name", WRONG)
def test_wrong(judge, name):
    """Do both reject a wrong one, with the same headline, objections and diagnoses?"""
    exercise, source = exercises.find(WRONG[name][0]), WRONG[name][1]
    report, mark = in_the_notebook(exercise, source), in_the_grader(judge, exercise, source)
    assert report.state == mark.state != "passed", (report, mark.lines)
    if report.state == "failed":
        assert report.verdict == mark.headline and set(report.objections) <= set(mark.lines), (report, mark.lines)
        assert report.diagnoses == mark.diagnoses


def test_a_corrected_helper_is_explained(judge):
    """Does the feedback say which of two helpers counts?"""
    relu = exercises.find("relu")
    right, wrong = RIGHT["a corrected helper"][1], WRONG["a helper that stays wrong"][1]
    uses = "relu uses clipped, which changed later, in cell 4"
    assert in_the_grader(judge, relu, right).lines[-1] == f"{uses}; with the later one it passes."
    assert in_the_grader(judge, relu, wrong).lines[-1] == f"{uses}; it passes with neither."
