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


WITHOUT_ARGUMENTS = "build_mlp", "build_cnn"  # the model itself is the answer


@pytest.mark.parametrize("name", EXERCISES)
def test_table(name):
    """Does no table, however it is looked up, hold every answer?

    And does partial credit give nothing for the cases that the notebook has too, and never all points to an answer that
    fails a single case, whichever it is?
    """
    exercise, known = EXERCISES[name], reference_runs(EXERCISES[name], 0)
    has_arguments = any(arguments(known, case) for case in known.cases)
    assert has_arguments != (name in WITHOUT_ARGUMENTS)
    for seed in SEEDS if has_arguments else ():
        runs = reference_runs(exercise, seed)
        for look_up in (by_arguments, by_shape, by_position):
            assert not all(holds(runs, look_up, case) for case in runs.cases), look_up
        results = [CaseResult(case, () if holds(runs, by_arguments, case) else ("Wrong.",)) for case in runs.cases]
        assert _partial_score(exercise, runs, Report(exercise.name, "failed", exercise.points, tuple(results))) == 0
    runs = reference_runs(exercise, SEEDS[0])
    for failed in runs.cases:
        results = [CaseResult(case, ("Wrong.",) if case == failed else ()) for case in runs.cases]
        report = Report(exercise.name, "failed", exercise.points, tuple(results))
        assert _partial_score(exercise, runs, report) < exercise.points, failed
