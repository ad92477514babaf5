"""Do answers that do nothing earn nothing, whatever numbers are drawn?"""

import dataclasses
import functools

import pytest
from course import EXERCISES, LESSON, names_of, seeds_of, undiagnosed
from idle import idle

from activation_lab.checking import judge
from activation_lab.checking.reference_runs import reference_runs


@functools.cache
def cases_apart(exercise, seed):
    """The exercise once for each of its cases, with no other: most do-nothing answers already fail in the first."""

    def with_one(name):
        return dataclasses.replace(exercise, cases=lambda rng: {name: exercise.cases(rng)[name]})

    return [with_one(name) for name in reference_runs(exercise, seed).cases]


@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_for_nothing(name):
    """Is none of an exercise's do-nothing answers right?"""
    exercise = EXERCISES[name]
    answers = idle(exercise)
    assert len(answers) >= 2
    for turn, (what, source) in enumerate(answers.items()):
        namespace = names_of(LESSON[name])
        exec(compile(source, "<cell>", "exec"), namespace)
        for seed in seeds_of(exercise, turn):
            apart = cases_apart(undiagnosed(exercise), seed)
            reports = (judge(each, namespace[name], seed=seed) for each in apart)
            assert any(report.state == "failed" and report.score == 0 for report in reports), what
