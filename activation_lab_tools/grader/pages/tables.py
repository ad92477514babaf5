"""Marks as tables: for a spreadsheet, and to upload to learning platforms."""

import collections
import contextlib
import csv
import html
import re
from pathlib import Path

from ..records import ReviewItem
from ..text import plain
from . import feedback
from .atomic_write import atomic_write
from .naming import cell, file_name, html_cell

GRADES = ["student", "name", "email", "lesson", "score", "points", "percent", "states", "isolation", "needs a look",
          "reading seconds"]  # fmt: skip
EXERCISES = [
    "student", "lesson", "exercise", "kind", "state", "score", "points", "diagnosis", "seconds", "ended", "evidence",
    "isolation", "judging seconds", "reply bytes", "model bytes",
]  # fmt: skip
# Moodle's “Upload grading worksheet” looks for Identifier, Grade, Last modified (grade) and the names of feedback
# fields; the rest is for the person who uploads it. A dash is Moodle's “never graded”.
MOODLE = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
          "Feedback comments"]  # fmt: skip
# Canvas's gradebook import expects these first, in this order, then a column for the assignment.
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POSSIBLE = "Points Possible"  # in the first cell of a row marks the row of the assignments' points


def write(results, folder):
    """Write grades.csv, exercises.csv and, for each lesson, upload/moodle_<lesson>.csv and upload/canvas_<lesson>.csv.

    Args:
        results: an iterator of GradedSubmission; one at a time is in memory.
        folder: where the files go; they replace earlier ones when all are written.

    Returns:
        A list of ReviewItem: for each upload file, the students without a number on that platform, who are left out.
    """
    folder, uploads, unknown = Path(folder), {}, collections.defaultdict(list)
    with contextlib.ExitStack() as stack:

        def table(path, headings, *more):
            writer = csv.writer(stack.enter_context(atomic_write(folder / path, "utf-8-sig")))
            writer.writerows([headings, *more])
            return writer

        grades, exercises = table("grades.csv", GRADES), table("exercises.csv", EXERCISES)
        for graded in results:
            grades.writerow(map(cell, _grade(graded)))
            exercises.writerows(map(cell, row) for row in _exercises(graded))
            for platform, (first, row_of) in UPLOADS.items():
                path = f"upload/{platform}_{file_name(graded.lesson)}.csv"
                if not number_on(platform, graded):
                    unknown[path].append(graded.student)
                    continue
                if path not in uploads:
                    uploads[path] = table(path, *first(graded))
                uploads[path].writerow(row_of(graded))
    return [_left_out(path, students) for path, students in sorted(unknown.items()) if path in uploads]


def number_on(platform, graded):
    """Return the student's number on a learning platform; "" if none, or nothing valid, is known."""
    number = graded.ids.get(platform, "")
    return number if re.fullmatch("[0-9]{1,18}", number) else ""


def _grade(graded):
    states = collections.Counter(mark.state for mark in graded.marks)
    order = ("passed", "failed", "not attempted")
    percent = round(100 * graded.score / graded.points, 1) if graded.points else 0
    return [
        graded.student, graded.name, graded.email, graded.lesson, graded.score, graded.points, percent,
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


def _exercises(graded):
    for mark in graded.marks:
        yield [
            graded.student, graded.lesson, mark.exercise, mark.kind, mark.state, mark.score, mark.points,
            " ".join(mark.reasons), mark.seconds, mark.ended, mark.verification, graded.isolation,
            mark.judged, mark.received, mark.memory,
        ]  # fmt: skip


def _moodle(graded):
    # Moodle reads comments as HTML.
    text = "<br>".join(html_cell(html.escape(line)) for line in feedback.comments(graded))
    number = f"Participant {graded.ids['moodle']}"
    return [number, *map(cell, [graded.name, graded.email, graded.score, graded.points]), "-", text]


def _canvas(graded):
    name = cell(graded.name).replace(POSSIBLE, "Points-Possible")  # Canvas finds the student by the number alone
    return [name, graded.ids["canvas"], "", "", "", cell(graded.score)]


# How a file starts, and a student's row.
UPLOADS = {
    "moodle": (lambda graded: [MOODLE], _moodle),
    "canvas": (
        lambda graded: [[*CANVAS, cell(graded.lesson)], [f"    {POSSIBLE}", "", "", "", "", graded.points]],
        _canvas,
    ),
}


def _left_out(path, students):
    platform = Path(path).name.split("_")[0].capitalize()
    names = ", ".join(plain(student, 80) for student in students[:20])
    more = f" and {len(students) - 20} more" if len(students) > 20 else ""
    return ReviewItem(
        path,
        f"Not in this file, since their number in {platform} is unknown: {names}{more}. Enter their marks by hand, "
        "or add the numbers to the roster.",
    )
