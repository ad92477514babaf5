"""Does a table of the notebook's answers, which anybody can print, earn anything on the cases that the secret draws?"""

import numpy as np
import pytest
from course import EXERCISES

from activation_lab.checking.compare import agree
from activation_lab.checking.outcome import same
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.checking.report import CaseResult, Report
from activation_lab.harness import arguments_for
from activation_lab_tools.grader.submission_judge import _partial_score

SEEDS = 11, 12  # any but 0, the notebook's


def arguments(runs, case):
    return arguments_for(runs.exercise.run, runs.cases[case])


def shapes(runs, case):
    """The class and shape of each argument; of a specification, how long it is."""
    given = arguments(runs, case)
    return [(type(each), len(each) if isinstance(each, tuple) else np.shape(each)) for each in given]


def by_arguments(runs, table, case):
    """The notebook's case with equal arguments."""
    given = arguments(runs, case)
    return next((known for known in table.cases if all(map(same, given, arguments(table, known)))), None)


def by_shape(runs, table, case):
    """The first of the notebook's cases with arguments of equal kinds and shapes."""
    given = shapes(runs, case)
    return next((known for known in table.cases if shapes(table, known) == given), None)


def by_position(runs, table, case):
    """The notebook's case that comes as the first, the second, …"""
    return list(table.cases)[list(runs.cases).index(case)]


def holds(runs, look_up, case):
    """Does the table have what is expected in this case?"""
    table = reference_runs(runs.exercise, 0)
    known = look_up(runs, table, case)
    return bool(known) and agree(table.expected(known).value, runs.expected(case).value, runs.exercise.tolerance)


# build_mlp() and build_cnn() take no arguments: the model itself is the answer.
WITH_ARGUMENTS = [
    pytest.param(exercise, id=name)
    for name, exercise in EXERCISES.items()
    if any(arguments(reference_runs(exercise, 0), case) for case in reference_runs(exercise, 0).cases)
]


@pytest.mark.parametrize("look_up", [by_arguments, by_shape, by_position])
@pytest.mark.parametrize("exercise", WITH_ARGUMENTS)
def test_table(exercise, look_up):
    """Does no table, however it is looked up, hold every answer?"""
    for seed in SEEDS:
        runs = reference_runs(exercise, seed)
        assert not all(holds(runs, look_up, case) for case in runs.cases)


@pytest.mark.parametrize("exercise", WITH_ARGUMENTS)
def test_table_with_partial_credit(exercise):
    """Do the cases that the notebook has too earn nothing?"""
    for seed in SEEDS:
        runs = reference_runs(exercise, seed)
        results = [CaseResult(case, () if holds(runs, by_arguments, case) else ("Wrong.",)) for case in runs.cases]
        assert _partial_score(exercise, runs, Report(exercise.name, "failed", exercise.points, tuple(results))) == 0


@pytest.mark.parametrize("exercise", [pytest.param(exercise, id=name) for name, exercise in EXERCISES.items()])
def test_any_failed_case_costs_points(exercise):
    """Does an answer that fails a single case earn less than all points with partial credit, whichever case it is?"""
    runs = reference_runs(exercise, SEEDS[0])
    for failed in runs.cases:
        results = [CaseResult(case, ("Wrong.",) if case == failed else ()) for case in runs.cases]
        report = Report(exercise.name, "failed", exercise.points, tuple(results))
        assert _partial_score(exercise, runs, report) < exercise.points, failed


def test_number_of_exercises():
    """Are all but those without arguments tried?"""
    assert len(EXERCISES) - len(WITH_ARGUMENTS) == sum(name in EXERCISES for name in ("build_mlp", "build_cnn"))
