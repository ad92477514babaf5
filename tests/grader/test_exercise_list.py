"""The list of exercises: does it say what there is to earn before anything is graded?"""

import json

import pytest

import activation_lab as lab
from activation_lab_tools import cli

LESSON = "01_dense_forward"
PACK = '''"""exam_1: an exam."""
from activation_lab.exercises import Exercise, Question

def double(x):
    return 2 * x

DOUBLE = Exercise(double, prompt="Double x.", points=5, hints=(), mistakes={},
                  cases=lambda rng: {"a row": (rng.normal(size=3),)})
WHY = Question("why", "Why?", {"a": ("so", "no"), "b": ("thus", "yes")}, "b", points=2)
'''


def printed(capsys, *arguments):
    assert cli.main(["exercises", *arguments]) == 0
    return capsys.readouterr().out


def test_a_lesson(capsys):
    """Are names and points those that a learner's own total counts, questions included?"""
    (lesson,) = json.loads(printed(capsys, "--json", "--lesson", LESSON))
    rows = lab.points(LESSON).rows
    assert [(item["name"], item["points"]) for item in lesson["items"]] == [(name, worth) for name, _, worth in rows]
    assert lesson["points"] == sum(worth for _, _, worth in rows)


def test_a_file_of_ones_own(tmp_path, capsys):
    """Are the points of an exam listed, and left out if they aren't asked for?"""
    (tmp_path / "exam_1.py").write_text(PACK)
    text = printed(capsys, "--points", "--exercises", str(tmp_path / "exam_1.py"))
    assert text.splitlines() == [
        "exam_1: 7 points at most",
        "  double  exercise  5 points",
        "  why     question  2 points",
    ]
    text = printed(capsys, "--exercises", str(tmp_path / "exam_1.py"))
    assert text.splitlines() == ["exam_1", "  double  exercise", "  why     question"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--lesson", "99_none"], "There is no lesson '99_none'. Expected one of: 01_dense_forward"),
     (["--exercises", "gone.py"], "gone.py could not be read: ")],
)  # fmt: skip
def test_what_is_not_there(arguments, said, capsys):
    """Is a lesson or a file that isn't there said in a sentence?"""
    assert cli.main(["exercises", *arguments]) == 2
    assert said in capsys.readouterr().err
