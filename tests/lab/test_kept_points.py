"""Are a learner's points kept, the best of each exercise, and is nothing lost or sent?"""

import json

import numpy as np
import pytest

import activation_lab as lab
from activation_lab.checking import kept_points
from activation_lab.errors import UnknownNameError


def relu(z):
    return np.maximum(z, 0)


def wrong_relu(z):
    return z


wrong_relu.__name__ = "relu"
LESSON = "02_activation_functions"


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv(kept_points.SETTING, str(tmp_path / "points.json"))
    return tmp_path / "points.json"


def test_the_best_counts(file):
    """Does a right answer keep its points, even if a wrong one follows, or came before?"""
    for answer in (wrong_relu, relu, wrong_relu):
        lab.check(answer)
    shown = lab.points(LESSON)
    assert dict((name, score) for name, score, _ in shown.rows)["relu"] == 1 == shown.score
    assert "✓ relu: 1 of 1" in repr(shown) and "○ sigmoid: 0 of" in repr(shown)


def test_a_wrong_answer_is_not_an_untried_one(file):
    """Can one tell what was tried from what was not?"""
    lab.check(wrong_relu)
    question = lab.exercises.find_question("what_bends")
    lab.answer("what_bends", next(letter for letter in question.options if letter != question.correct))
    assert "✗ relu: 0 of 1" in repr(lab.points(LESSON)) and "✗ what_bends: 0 of 1" in repr(lab.points(LESSON))


def test_not_attempted_is_not_kept(file):
    """Does an untouched question leave no trace?"""
    lab.answer("what_bends", None)
    assert not file.exists()


def test_a_lesson_with_every_point(file):
    """Does a finished lesson look finished?"""
    rows = lab.points(LESSON).rows
    file.write_text(json.dumps({name: worth for name, _, worth in rows}))
    assert repr(lab.points(LESSON)).startswith(f"✓ Lesson 2: {sum(worth for *_, worth in rows)} of")


@pytest.mark.parametrize("damage", ["{", "[]", '{"relu": "2"}', "\x00"])
def test_a_damaged_file_is_named_and_left(file, damage):
    """Does a file that isn't ours get a sentence, and stay as it is?"""
    file.write_text(damage)
    lab.check(relu)
    assert file.read_text() == damage
    assert "points.json can't be read" in repr(lab.points(LESSON)) and "Delete it" in repr(lab.points(LESSON))


def test_a_folder_that_is_gone(file, monkeypatch):
    """Does a check still answer where no file can be written?"""
    monkeypatch.setenv(kept_points.SETTING, str(file.parent / "gone" / "points.json"))
    assert lab.check(relu).state == "passed"


def test_only_in_notebooks(tmp_path, monkeypatch):
    """Does a check in a script or a test leave no file?"""
    monkeypatch.delenv(kept_points.SETTING, raising=False)
    monkeypatch.delitem(kept_points.sys.modules, "ipykernel", raising=False)
    monkeypatch.chdir(tmp_path)
    lab.check(relu)
    assert list(tmp_path.iterdir()) == []
    assert "in notebooks only" in repr(lab.points(LESSON))


def test_an_unknown_lesson():
    """Is a misspelt lesson refused with the names there are?"""
    with pytest.raises(UnknownNameError, match="no lesson named '02'"):
        lab.points("02")
