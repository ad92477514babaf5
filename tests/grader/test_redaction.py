"""Does feedback keep the cases' numbers and this machine's folders to itself, whatever an answer says?"""

import re

import numpy as np
import pytest

from activation_lab import exercises
from activation_lab.checking.judge import verdict
from activation_lab.checking.outcome import Outcome
from activation_lab.checking.reference_runs import reference_runs
from activation_lab_tools.grader.execution import Execution
from activation_lab_tools.grader.redaction import redacted

NUMBER = 0.8137
FOLDER = "/home/instructor/grading 2026"
RUNS = reference_runs(exercises.find("relu"), 3)


def said(outcome, spoken=True, program="", runs=RUNS):
    """What the learner reads of an answer that comes to this in every case, in one text."""
    execution = Execution(received=dict.fromkeys(runs.cases, outcome), spoken=set(runs.cases) if spoken else set())
    report = verdict(runs, execution.received, execution.findings, values=False)
    return "\n".join(redacted(report, runs, execution, program).case_lines())


def stopped(text):
    return Outcome(error=ValueError(text), stopped=f"ValueError: {text}")


@pytest.mark.parametrize("text", ["0.8137", "-0.8137", "8.137e-01", "[0.8137 17]", "key=0.8137,", "813_7", "x is 17."])
def test_numbers_in_an_error(text):
    """Are an error's numbers left out, alone, in a list, in any notation?"""
    told = said(stopped(text))
    assert "It stops with ValueError" in told and not re.search("8137|17|137", told), told


def test_sizes_in_an_error():
    """Are shapes told, axes, and how many arguments there were?"""
    text = "operands could not be broadcast together with shapes (4,3) (2,), axis 1, float32"
    assert text in said(stopped(text))


def test_numbers_that_are_arguments():
    """Is a number left out that is an argument, even if it is as small as an axis?"""
    runs = reference_runs(exercises.find("dense_parameter_count"), 3)
    assert "of … or …" in said(stopped("of 3 or 784"), runs=runs).splitlines()[0]


def test_numbers_elsewhere():
    """Are numbers left out of a warning and of a returned text, but not out of what the judge says itself?"""
    warned = Outcome(value=np.zeros(5), warnings=("UserWarning: 0.8137",))
    assert "8137" not in said(warned, spoken=False) and "It warns “UserWarning: …”" in said(warned, spoken=False)
    assert "8137" not in said(Outcome(value="0.8137"))
    assert "has shape (7, 9); expected (4, 3)" in said(Outcome(value=np.zeros((7, 9))), spoken=False)


def test_numbers_in_words_like_ours():
    """Are numbers left out behind words that the judge uses?"""
    assert "8137" not in said(stopped("; expected 0.8137"))
    assert "8137" not in said(Outcome(value="x; expected 0.8137"))
    assert "8137" not in said(Outcome(value=np.zeros(5), warnings=("UserWarning: ; expected 0.8137",)), spoken=False)


def test_the_answers_own_line():
    """Is the line quoted as the learner wrote it, if it is one of the answer's?"""
    outcome = Outcome(error=ValueError("0.8137"), stopped="ValueError: 0.8137 (dz = da * 0.25)")
    assert said(outcome, program="dz = da * 0.25\n").splitlines()[0].endswith("ValueError: … (dz = da * 0.25)")
    assert said(outcome, program="dz = da * 0.5\n").splitlines()[0].endswith("ValueError: … (dz = da * …)")


@pytest.mark.parametrize(
    "path, told",
    [
        (f"{FOLDER.replace(' ', '_')}/solutions/relu.py", "…/relu.py"),
        ("/usr/lib/python3.12/site-packages/keras/src/layer.py", "…/layer.py"),
        ("'/scratch/numbers.npy'", "'…/numbers.npy'"),
        (r"C:\Users\Instructor\relu.py", "…/relu.py"),
        ("https://keras.io/api/layers", "https://keras.io/api/layers"),
        ("dz/dx and z / x", "dz/dx and z / x"),
    ],
)
def test_folders(path, told):
    """Is a path cut to its last part, and an address or a fraction not?"""
    assert said(stopped(f"no such file: {path}")).splitlines()[0].endswith(f"no such file: {told}")
