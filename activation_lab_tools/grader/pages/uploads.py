"""What goes back to learning platforms: one file of marks, and one zip of feedback pages, for each lesson."""

import collections
import contextlib
import csv
import html
import re
import zipfile
from pathlib import Path

from ..records import ReviewItem
from ..text import plain
from . import feedback
from .atomic_write import atomic_write, unfinished
from .naming import cell, file_name, html_cell, moodle_folder

# Moodle's “Upload grading worksheet” looks for Identifier, Grade, Last modified (grade) and the names of feedback
# fields; the rest is for the person who uploads it. A dash is Moodle's “never graded”.
MOODLE = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
          "Feedback comments"]  # fmt: skip
# Canvas's gradebook import expects these first, in this order, then a column for the assignment.
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POSSIBLE = "Points Possible"  # in the first cell of a row marks the row of the assignments' points


def write(grades, folder):
    """Write upload/moodle_<lesson>.csv and upload/canvas_<lesson>.csv for each lesson.

    Args:
        grades: an iterator of FinalGrade; one at a time is in memory.
        folder: where upload/ is; its files replace earlier ones when all are written.

    Returns:
        A list of ReviewItem: for each upload file, the students without a number on that platform, who are left out.
    """
    folder, uploads, unknown = Path(folder), {}, collections.defaultdict(list)
    with contextlib.ExitStack() as stack:
        for grade in grades:
            for platform, (first, row_of) in UPLOADS.items():
                path = f"upload/{platform}_{file_name(grade.lesson)}.csv"
                if not number_on(platform, grade):
                    unknown[path].append(grade.student)
                    continue
                if path not in uploads:
                    uploads[path] = csv.writer(stack.enter_context(atomic_write(folder / path, "utf-8-sig")))
                    uploads[path].writerows(first(grade))
                uploads[path].writerow(row_of(grade))
    return [_left_out(path, students) for path, students in sorted(unknown.items()) if path in uploads]


def write_feedback(pages, folder):
    """Write upload/moodle_feedback_<lesson>.zip for the students whose number in Moodle is known.

    Moodle finds a student by the name of the file's folder; see `moodle_folder`.

    Args:
        pages: an iterator of (FinalGrade, the path of its page).
        folder: where upload/ is.
    """
    archives = {}
    with contextlib.ExitStack() as stack:
        for grade, page in pages:
            number = number_on("moodle", grade)
            path = Path(folder) / "upload" / f"moodle_feedback_{file_name(grade.lesson)}.zip"
            if number and path not in archives:
                temporary = stack.enter_context(unfinished(path))
                archives[path] = stack.enter_context(zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED))
            if number:
                archives[path].write(page, f"{moodle_folder(grade.name, number)}/{page.name}")


def number_on(platform, grade):
    """Return the student's number on a learning platform; "" if none, or nothing valid, is known."""
    number = grade.ids.get(platform, "")
    return number if re.fullmatch("[0-9]{1,18}", number) else ""


def _moodle(grade):
    # Moodle reads comments as HTML.
    text = "<br>".join(html_cell(html.escape(line)) for line in feedback.comments(grade))
    number = f"Participant {grade.ids['moodle']}"
    return [number, *map(cell, [grade.name, grade.email, grade.score, grade.points]), "-", text]


def _canvas(grade):
    name = cell(grade.name).replace(POSSIBLE, "Points-Possible")  # Canvas finds the student by the number alone
    return [name, grade.ids["canvas"], "", "", "", cell(grade.score)]


# How a file starts, and a student's row.
UPLOADS = {
    "moodle": (lambda grade: [MOODLE], _moodle),
    "canvas": (
        lambda grade: [[*CANVAS, cell(grade.lesson)], [f"    {POSSIBLE}", "", "", "", "", cell(grade.points)]],
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
