"""Do hint, answer, predict, reveal and attempt show what a learner needs next, and no more?"""

import collections
import dataclasses
import warnings

import numpy as np
import pytest
from answers import notebook, words

import activation_lab as lab
from activation_lab import checking, exercises
from activation_lab.errors import UnknownNameError


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch):
    """No hints given and no predictions made yet."""
    monkeypatch.setattr(checking, "_hints_given", collections.Counter())
    monkeypatch.setattr(checking, "_predictions", {})


# hint


def test_hints_come_in_order():
    """Does each call add the next hint, gentlest first, and does the last call say that it was the last?"""
    texts = exercises.find("dense_backward").hints
    assert len(texts) == 3
    for number in (1, 2, 3, 3, 3):
        shown = repr(lab.hint("dense_backward"))
        assert f"hint {number} of 3" in shown
        assert [text in shown for text in texts] == [position < number for position in range(3)]
        assert ("last one" in shown) == (number == 3)
        assert ("lab.hint(dense_backward)" in shown) == (number < 3)


def test_hints_by_function_and_by_name():
    """Do the function, a lambda in a variable and the name share one series of hints, separate from other exercises?"""
    variables = notebook("relu = lambda z: z\ndef sigmoid(z):\n    return z")
    shown = [words(eval(f"lab.hint({thing})", variables)) for thing in ("relu", "'relu'", "sigmoid")]
    for text, start in zip(shown, ("relu: hint 1", "relu: hint 2", "sigmoid: hint 1"), strict=True):
        assert text.startswith(f"→ {start} of ")


def test_no_hints(monkeypatch):
    """Does an exercise without hints say so kindly, every time, and point to what helps?"""
    alone = dataclasses.replace(exercises.find("relu"), transfer=True, hints=())
    monkeypatch.setattr(exercises, "find", lambda *names: alone)
    for _ in range(2):
        shown = words(lab.hint("relu"))
        assert shown.startswith("→ relu: no hints, on purpose") and "lab.check(relu)" in shown
        assert "last" not in shown and "hint 0" not in shown


# answer


@pytest.mark.parametrize("choice", ["b", "B", " b) ", "b.", "B)"])
def test_a_right_choice(choice):
    """Is the right letter accepted, however it is written, with the reason why?"""
    report = lab.answer("bias_gradient", choice)
    assert (report.state, report.score, report.points) == ("passed", 1, 1)
    assert exercises.find_question("bias_gradient").options["b"][1] in words(report)


def test_wrong_choices():
    """Does each wrong option have its own explanation, and earn no points?"""
    question = exercises.find_question("bias_gradient")
    for letter in set(question.options) - {question.correct}:
        report = lab.answer("bias_gradient", letter)
        assert (report.state, report.score) == ("failed", 0)
        assert question.options[letter][1] in words(report)
        assert question.options[question.correct][1] not in words(report)


def test_no_choice_yet():
    """Is None not attempted, with what to do?"""
    report = lab.answer("bias_gradient", None)
    assert report.state == "not attempted"
    assert "in place of None" in words(report)


@pytest.mark.parametrize("choice", ["e", "", 2, "bb", ["b"], "<b>"])
def test_a_choice_that_is_none(choice):
    """Is a letter that is not an option shown, with the valid letters?"""
    report = lab.answer("bias_gradient", choice)
    assert report.state == "failed"
    assert f"Received {choice!r}; expected one of 'a', 'b', 'c', 'd', or None." in words(report)


def test_a_word_is_a_choice():
    """Is the word of an option accepted, with why it is right; and is True without quotes refused, as by the grader?"""
    question = exercises.Question(
        "it", "Is it?", {"true": ("true", "It is."), "false": ("false", "It is not so.")}, "true"
    )
    for choice, state, line in (
        ("True", "passed", '"true": It is.'),
        ("false", "failed", '"false": It is not so.'),
        (True, "failed", "Received True; expected one of 'true', 'false', or None."),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(exercises, "find_question", lambda name: question)
            report = lab.answer("it", choice)
        assert report.state == state and report.notes == (line,)


def test_together():
    """Are several results shown one below another, in text and in HTML?"""
    reports = lab.answer("bias_gradient", "b"), lab.answer("bias_gradient", None)
    together = lab.together(*reports)
    assert repr(together) == "\n".join(map(repr, reports))
    assert [report._repr_html_() in together._repr_html_() for report in reports] == [True, True]


def test_an_unknown_question():
    """Does a misspelt question get a suggestion?"""
    with pytest.raises(LookupError, match="There is no question named 'bias_gradent'. Did you mean 'bias_gradient'?"):
        lab.answer("bias_gradent", "a")


# predict and reveal


@pytest.mark.parametrize(
    ("guess", "measured", "sentence"),
    [
        (0.5, 2 / 3, "✗ You predicted 0.5; measured 0.666667."),
        (0.667, 2 / 3, "✓ You predicted 0.667; measured 0.666667."),
        ("yes", True, "✓ You predicted yes; measured True."),
        ("Yes ", False, "✗ You predicted Yes; measured False."),
        ("An error", "an error", "✓ You predicted An error; measured an error."),
        (0, 1_234_567, "✗ You predicted 0; measured 1,234,567."),
        ((26, 26), (26, 26), "✓ You predicted (26, 26); measured (26, 26)."),
        ([0, 2], np.array([0, 2]), "✓ You predicted [0, 2]; measured [0, 2]."),
        ([0, 2], 2, "✗ You predicted [0, 2]; measured 2."),
        ("many", 3, "✗ You predicted many; measured 3."),
        (None, 3, "→ No prediction yet; measured 3."),
        (False, np.array([1.0, -0.0]), "✗ You predicted False; measured [1., 0.]."),
    ],
)
def test_prediction_and_measurement(guess, measured, sentence):
    """Is the guess, including 0 and False, shown next to the measurement, and does a right one look different?"""
    lab.predict("slope", guess)
    assert repr(lab.reveal("slope", measured)) == sentence


def test_a_prediction_alone():
    """Does `predict` repeat a guess, and ask for one if there is none?"""
    assert repr(lab.predict("slope", 3)) == "→ You predict 3."
    assert repr(lab.predict("slope", None)) == (
        "○ No prediction yet. Put your guess in place of None and run this cell again."
    )


def test_predictions_do_not_mix():
    """Does each name have its own latest guess, and an unknown name none?"""
    lab.predict("a", 1)
    lab.predict("a", 2)
    lab.predict("b", 3)
    assert [lab.reveal(name, 0).guess for name in ("a", "b", "c")] == [2, 3, None]


def test_a_misspelt_prediction_is_refused():
    """Does a prediction under a slightly different name lead to a sentence, until it is mended?"""
    lab.predict("lowest_swich", 3)
    with pytest.raises(UnknownNameError, match="Nothing was predicted as 'lowest_swish', but you predicted 'lowest_sw"):
        lab.reveal("lowest_swish", 3)
    lab.predict("lowest_swish", 3)
    assert lab.reveal("lowest_swish", 3).guess == 3


# attempt


@pytest.mark.parametrize(
    ("action", "parts"),
    [
        (lambda: 1 / 0, ["ZeroDivisionError: division by zero"]),
        (lambda: {}["missing"], ["KeyError: 'missing'"]),
        (lambda: np.ones(3) @ np.ones(2), ["ValueError: "]),
        (lambda: np.exp(np.array([1000.0])), ["RuntimeWarning: overflow encountered in exp", "[inf]"]),
        (lambda: warnings.warn("first\nsecond", UserWarning, stacklevel=1), ["UserWarning: first"]),
        (lambda: np.array([1.0, 2.5]), ["No error", "[1. , 2.5]"]),
        (lambda: 2 / 3, ["No error", "0.666667"]),
        (lambda: None, ["No error", "None"]),
    ],
)
def test_attempt(action, parts):
    """Does trying show the error's type and first line, else the warning's, else the value, in one line?"""
    shown = repr(lab.attempt(action))
    assert shown.startswith("→ ") and all(part in shown for part in parts)
    assert "\n" not in shown and "second" not in shown


@pytest.mark.parametrize("message", ["", "\n"])
def test_attempt_without_words(message):
    """Is an error or a warning without a message shown by its type?"""

    def fail():
        raise ValueError(message)

    assert "ValueError" in repr(lab.attempt(fail))
    assert "UserWarning" in repr(lab.attempt(lambda: warnings.warn(message, UserWarning, stacklevel=1)))


def test_attempt_sees_every_time():
    """Is a warning noticed the second time too, and none passed on to the notebook?"""

    def warn():
        warnings.warn("again", UserWarning, stacklevel=1)

    for _ in range(2):
        assert repr(lab.attempt(warn)) == "→ UserWarning: again"
