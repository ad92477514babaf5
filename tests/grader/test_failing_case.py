"""The numbers of a failing case: does an instructor see them, and no learner?"""

import dataclasses

import numpy as np
import pytest

from activation_lab import exercises
from activation_lab.checking.judge import judge
from activation_lab.checking.outcome import Outcome, observe
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.shown import array_lines, first_line
from activation_lab_tools.grader.failing_case import LINE, LINES, failing_case
from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages import feedback
from activation_lab_tools.grader.records import GradedSubmission, Mark

RELU = exercises.find("relu")


def received(exercise, answer, seed=3):
    runs = reference_runs(exercise, seed)
    return runs, {name: observe(exercise, answer, arguments) for name, arguments in runs.cases.items()}


def test_the_same_as_in_the_notebook():
    """Does it say of a wrong answer what the check says of its first failing case, values included?"""
    lines = failing_case(RELU, *received(RELU, np.abs))
    shown = judge(RELU, np.abs, seed=3).case_lines()
    first = next(number for number, line in enumerate(shown) if line.startswith("✗"))
    assert [line.strip() for line in lines[1:]] == [line.strip() for line in shown[first + 1 : first + len(lines)]]
    assert any(line.startswith("  expected") for line in lines) and any(line.startswith("  z ") for line in lines)


def test_a_right_answer():
    """Is there none if every case passes?"""
    assert failing_case(RELU, *received(RELU, RELU.reference)) == ()


def test_it_is_bounded():
    """Is an answer's text of any length cut?"""
    runs = reference_runs(RELU, 3)
    outcome = Outcome(error=ValueError("x" * 10**6), stopped="x" * 10**6)
    lines = failing_case(RELU, runs, dict.fromkeys(runs.cases, outcome))
    assert 1 <= len(lines) <= LINES and max(map(len, lines)) == LINE


@pytest.mark.parametrize("told", [False, True])
def test_no_learner_reads_it(told):
    """Is it neither on the feedback page nor in a comment?"""
    mark = Mark("relu", "exercise", "failed", 0, 2, case=("a row: wrong", "  expected  0.8137"), lines=("✗ a row",))
    grade = undecided(GradedSubmission("s", "S", "p", "01", "bubblewrap", (dataclasses.replace(mark, told=told),)))
    assert "8137" not in feedback.page(grade) and "8137" not in "\n".join(feedback.comments(grade))


def test_it_is_quick():
    """Is a list of any length read only as far as it is shown?"""

    class Counted(np.ndarray):
        shown = 0

        def __repr__(self):
            Counted.shown += 1
            return "an array"

    many = [[np.zeros(1).view(Counted)] * 1_000] * 100
    runs = reference_runs(RELU, 3)
    for value in (many, tuple(many), {"a": many}):
        failing_case(RELU, runs, dict.fromkeys(runs.cases, Outcome(value=value)))
    assert 0 < Counted.shown < 1_000


def test_a_list_that_contains_itself():
    """Is it shown as far as there is room?"""
    endless = [1.5]
    endless.append(endless)
    assert first_line(endless).startswith("[1.5, [1.5, [1.5") and array_lines(endless)[0] == first_line(endless)[:100]
