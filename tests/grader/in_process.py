"""A course graded without sandboxes and processes: notebooks are read and answers run in the test's own process.

What is under test is what happens around the judge, so the judge is a small one: an answer is right if it agrees with
the exercise's own function on its own cases.
"""

import contextlib
import csv
import io
import json
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from rich.console import Console

from activation_lab.checking.compare import agree
from activation_lab_tools.grader import pool_worker, run
from activation_lab_tools.grader.course import Course
from activation_lab_tools.grader.reading.parse import parse_notebook
from activation_lab_tools.grader.records import GradedSubmission, Mark
from activation_lab_tools.grader.submission_judge import Settings, _written_mark

PACK = '''"""{lesson}: two small exercises."""

import numpy as np
from activation_lab.exercises import Exercise

def {lesson}_double(z):
    return {factor} * z

def {lesson}_half(z):
    return z / 2

EXERCISES = [Exercise(function, prompt="…", points=points, hints=(), mistakes={{}},
    cases=lambda rng: {{"a row": (rng.normal(size=5),)}}) for function, points in
    [({lesson}_double, 3), ({lesson}_half, 2)]]
DOUBLE, HALF = EXERCISES
'''


def pack(folder, lesson="exam", factor=2):
    """The path of a pack with one lesson, whose exercises give 3 and 2 points."""
    path = Path(folder) / f"{lesson}.py"
    path.write_text(PACK.format(lesson=lesson, factor=factor))
    return path


def notebook(lesson="exam", double=None, half=None, remark=""):
    """A notebook whose answers multiply by these numbers; None for an answer that isn't there."""
    factors = {"double": double, "half": half}
    sources = [
        f"def {lesson}_{name}(z):\n    return {factor} * z" for name, factor in factors.items() if factor is not None
    ]
    return cells(*sources, f"# {lesson} {remark}\n{lesson}_unused = None")


def cells(*sources):
    """A notebook of these code cells."""
    listed = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"cells": listed, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


def hand_in(folder, students):
    """`<student>/work.ipynb` in a folder, which is returned; students: {name: bytes}."""
    for name, data in students.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "work.ipynb").write_bytes(data)
    return folder


class Here:
    """Does a worker's task at once, in this process."""

    def __init__(self, workers=1):
        self.workers = workers

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future

    def close(self, at_once=False):
        """Nothing is open."""


class Executor:
    """Does a worker's task, as the small judge does it, when it is submitted.

    Args:
        stop_after: raise KeyboardInterrupt instead of grading more than this many.
    """

    workers = 1

    def __init__(self, stop_after=None):
        self.graded, self.stop_after = 0, stop_after

    def submit(self, function, *arguments):
        future = Future()
        pack, settings = function.args
        if function.func is pool_worker.parse:
            catalogue, data, _ = arguments
            future.set_result(parse_notebook(data, catalogue))
        else:
            if self.graded == self.stop_after:
                raise KeyboardInterrupt
            self.graded += 1
            future.set_result(_judged(Course(pack), *arguments))
        return future

    def close(self, at_once=False):
        """Nothing is open."""


def grade(monkeypatch, out, *submissions, executor=None, **options):
    """Run `activation-lab grade` in this process; return (exit code, what it printed)."""
    executor = executor or Executor()
    monkeypatch.setattr(run, "_workers", lambda _: contextlib.nullcontext(executor))
    console = Console(file=io.StringIO(), width=300, markup=False, emoji=False)
    options = {"settings": Settings(sandboxed=False)} | options
    code = run.grade(run.GradeOptions(submissions, Path(out), **options), console)
    return code, console.file.getvalue()


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def scores(out):
    """{(student, lesson): score} from grades.csv; scores as text."""
    return {(row["student"], row["lesson"]): row["score"] for row in rows(Path(out) / "grades.csv")}


def _judged(course, submission, notebook, seeds):
    marks = []
    for exercise in course.exercises(notebook.lesson):
        answer = next(each for each in notebook.answers if each.exercise == exercise.name)
        if answer.state != "written":
            marks.append(Mark(exercise.name, "exercise", "not attempted", 0, exercise.points))
            continue
        variables = {}
        exec(answer.program, variables)
        cases, own = exercise.cases(np.random.default_rng(seeds[exercise.name])), variables[exercise.name]
        right = all(agree(own(*case), exercise.reference(*case), exercise.tolerance) for case in cases.values())
        state, score = ("passed", exercise.points) if right else ("failed", 0)
        marks.append(Mark(exercise.name, "exercise", state, score, exercise.points, own=answer.own))
    shared = ("student", "name", "location", "ids", "email", "handed_in", "handed_in_source", "late", "group")
    for question in course.questions(notebook.lesson):
        right = notebook.choices.get(question.name) == question.correct
        state, score = ("passed", question.points) if right else ("failed", 0)
        marks.append(Mark(question.name, "question", state, score, question.points))
    marks += [_written_mark(written, notebook.written) for written in course.written(notebook.lesson)]
    copied = {name: getattr(submission, name) for name in shared}
    return GradedSubmission(lesson=notebook.lesson, isolation="bubblewrap", marks=tuple(marks), **copied)
