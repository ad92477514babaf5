"""Marks as tables for a spreadsheet."""

import collections
import contextlib
import csv
from pathlib import Path

from ..records import Mark
from .atomic_write import atomic_write
from .naming import cell

GRADES = [
    "student", "name", "email", "lesson", "score", "points", "percent", "raw", "by hand", "deadline", "late",
    "days late", "penalty", "attempt", "attempts", "handed in", "source", "group", "comment", "states", "isolation",
    "needs a look", "reading seconds",
]  # fmt: skip
EXERCISES = [
    "student", "lesson", "exercise", "kind", "state", "score", "points", "raw", "by hand", "comment", "diagnosis",
    "seconds", "ended", "evidence", "isolation", "judging seconds", "reply bytes", "model bytes",
]  # fmt: skip
STATES = ("passed", "failed", "not attempted", "to mark")
EXCUSED = "excused"  # in the place of a score


def written(grades, folder):
    """Yield these FinalGrades, each once it is in grades.csv and exercises.csv, which replace earlier ones at the end.

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
            yield grade


def _grade(grade):
    graded = grade.graded
    states = collections.Counter(mark.shown_state for mark in graded.marks) if graded else {}
    told = ", ".join(f"{states[each]} {each}" for each in STATES if states.get(each))
    percent = round(100 * grade.score / grade.points, 1) if grade.points else 0
    counts = [EXCUSED, grade.points, ""] if grade.excused else [grade.score, grade.points, percent]
    return [
        grade.student, grade.name, grade.email, grade.lesson, *counts, grade.raw, _by_hand(grade), grade.deadline,
        "yes" if grade.late or grade.days_late else "", grade.days_late,
        f"{round(100 * grade.penalty, 2):g}%" if grade.penalty else "", grade.attempt, grade.attempts,
        grade.handed_in, grade.handed_in_source, grade.group, grade.comment,
        told if graded else "nothing handed in", graded.isolation if graded else "", " ".join(_doubts(grade)),
        graded.reading if graded else "",
    ]  # fmt: skip


def _by_hand(decision):
    """Return who decided, and when, if a person decided a score; else ""."""
    told = " ".join(part for part in (decision.by, decision.when) if part) or "yes"
    return told if decision.by_hand else ""


def _doubts(grade):
    """Yield what a person may want to look at before handing out marks."""
    for each in grade.marks:
        if each.mark and each.mark.ended:
            yield f"{each.exercise}: {each.mark.ended}."
    for each in grade.unmarked:
        if each.kind != "written":
            yield f"{each.exercise}: could not be judged."
    if grade.unmarked:
        yield f"Not marked yet: {', '.join(each.exercise for each in grade.unmarked)}."
    if grade.earlier:
        yield "It was graded with an earlier version of the exercises or the grader; --again grades it once more."
    if grade.graded and grade.graded.isolation == "none":
        yield "It ran without a sandbox."


def _exercises(grade):
    for each in grade.marks:
        mark = each.mark or Mark(each.exercise, each.kind, "not attempted", 0, each.points)
        score = EXCUSED if each.excused or grade.excused else "" if each.score is None else each.score
        yield [
            grade.student, grade.lesson, each.exercise, each.kind, mark.shown_state, score, each.points,
            "" if each.graded is None else each.graded, _by_hand(each), each.comment, " ".join(mark.reasons),
            mark.seconds, mark.ended, mark.verification, grade.graded.isolation if grade.graded else "", mark.judged,
            mark.received, mark.memory,
        ]  # fmt: skip
