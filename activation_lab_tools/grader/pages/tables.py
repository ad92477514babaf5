"""Marks as tables for a spreadsheet."""

import collections
import contextlib
import csv
from pathlib import Path

from .atomic_write import atomic_write
from .naming import cell

GRADES = ["student", "name", "email", "lesson", "score", "points", "percent", "states", "isolation", "needs a look",
          "reading seconds"]  # fmt: skip
EXERCISES = [
    "student", "lesson", "exercise", "kind", "state", "score", "points", "diagnosis", "seconds", "ended", "evidence",
    "isolation", "judging seconds", "reply bytes", "model bytes",
]  # fmt: skip


def write(grades, folder):
    """Write grades.csv and exercises.csv, which replace earlier ones when both are written.

    Args:
        grades: an iterator of FinalGrade; one at a time is in memory.
        folder: where the files go.
    """
    with contextlib.ExitStack() as stack:
        writers = [
            csv.writer(stack.enter_context(atomic_write(Path(folder) / name, "utf-8-sig")))
            for name in ("grades.csv", "exercises.csv")
        ]
        for writer, headings in zip(writers, (GRADES, EXERCISES), strict=True):
            writer.writerow(headings)
        for grade in grades:
            writers[0].writerow(map(cell, _grade(grade)))
            writers[1].writerows(map(cell, row) for row in _exercises(grade))


def _grade(grade):
    graded = grade.graded
    states = collections.Counter(mark.state for mark in graded.marks)
    order = ("passed", "failed", "not attempted")
    percent = round(100 * grade.score / grade.points, 1) if grade.points else 0
    return [
        grade.student, grade.name, grade.email, grade.lesson, grade.score, grade.points, percent,
        ", ".join(f"{states[state]} {state}" for state in order if states[state]), graded.isolation,
        " ".join(_doubts(graded)), graded.reading,
    ]  # fmt: skip


def _doubts(graded):
    """Yield what a person may want to look at before handing out marks."""
    for mark in graded.marks:
        if mark.ended:
            yield f"{mark.exercise}: {mark.ended}."
        if mark.verification == "unverified":
            yield f"{mark.exercise}: could not be judged."
    if graded.isolation == "none":
        yield "It ran without a sandbox."


def _exercises(grade):
    for mark in grade.graded.marks:
        yield [
            grade.student, grade.lesson, mark.exercise, mark.kind, mark.state, mark.score, mark.points,
            " ".join(mark.reasons), mark.seconds, mark.ended, mark.verification, grade.graded.isolation,
            mark.judged, mark.received, mark.memory,
        ]  # fmt: skip
