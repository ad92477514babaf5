"""Does no attack earn a point, break the grader, or reach another exercise, another submission or this machine?"""

import functools
import hashlib
import os
import threading

import pytest
from hostile import ATTACKS, EXERCISE, traces
from submitted import right_answers

from activation_lab_tools.grader.records import Submission
from activation_lab_tools.grader.sandbox import bubblewrap
from activation_lab_tools.grader.submission_judge import AFTER_TIME_OUT

EVE = Submission("eve", "Eve", "eve/1.ipynb", "eve/1.ipynb")
JUDGING = 3.0  # seconds of processor time that the judge itself may spend on an answer, whatever the attack


def own_files():
    """A digest of every file of the package."""
    files = {path: path.stat() for own in bubblewrap.PACKAGES for path in own.rglob("*.py")}
    return {path: digest(path, state.st_ctime_ns, state.st_size) for path, state in files.items()}


@functools.cache
def digest(path, *state):
    """A digest of a file that is in this state: Linux sets the time of each change itself."""
    return hashlib.sha256(path.read_bytes()).digest()


@pytest.fixture(scope="module")
def before():
    """The files of the package before the first attack."""
    return own_files()


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(judge_with, before, name):
    """Is an attack marked fairly, and nothing else changed?"""
    attack, judge = ATTACKS[name], judge_with()
    judge._limit = lambda exercise, slow: attack.seconds if exercise.name == EXERCISE else AFTER_TIME_OUT
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    reading = judge.parse(attack.notebook, judge.course.catalogue())
    marks = judge.grade(EVE, reading, dict.fromkeys(right_answers(reading.lesson), 3)).marks
    assert {mark.exercise: mark.state == "passed" for mark in marks} == attack.passed, marks
    assert all(mark.judged < JUDGING for mark in marks)
    assert traces() == []
    assert own_files() == before
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) <= (threads, files + 8)


def test_number_of_attacks():
    """Are there at least 25 attacks?"""
    assert len(ATTACKS) >= 25
