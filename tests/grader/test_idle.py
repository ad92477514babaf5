"""Do answers that do nothing earn nothing, whatever numbers are drawn?"""

import pytest
from course import EXERCISES, LESSON, first_failure, names_of, seeds_of
from idle import idle


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
            report = first_failure(exercise, namespace[name], seed)
            assert report and report.state == "failed" and report.score == 0, what
