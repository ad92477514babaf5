"""Do answers that do nothing earn nothing, whatever numbers are drawn?"""

import pytest
from course import EXERCISES, LESSON, names_of, seeds_of, undiagnosed
from idle import idle

from activation_lab.checking import judge


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
            report = judge(undiagnosed(exercise), namespace[name], seed=seed)
            assert report.state == "failed" and report.score == 0, what
