"""What goes back to learning platforms: one file of marks, and one zip of feedback pages, for each lesson."""

import collections
import contextlib
import csv
import re
import zipfile
from dataclasses import replace
from pathlib import Path

from ..records import ReviewItem
from ..text import named, plain
from . import canvas_gradebook, moodle_worksheet
from .atomic_write import atomic_write, unfinished
from .canvas_gradebook import Gradebook
from .moodle_worksheet import Worksheet
from .naming import file_name, moodle_folder
from .upload_forms import UploadForms

PLATFORMS = ("moodle", "canvas")
UNKNOWN = (
    "Not in this file, since their number in {platform} is unknown: {names}. Enter their marks by hand, or add the "
    "numbers to the roster."
)
OTHERS = (
    "Not written, since no worksheet that was given has this assignment's numbers. Grade its ZIP file again, with its "
    "own worksheet as the roster."
)
WAITING = "Not in this file, since an answer of theirs waits for a person's mark: {names}."


def write(grades, folder, forms=None):
    """Write upload/moodle_<lesson>.csv and upload/canvas_<lesson>.csv for each lesson, with what counts in the end.

    Args:
        grades: a function that returns an iterator of FinalGrade; one at a time is in memory.
        folder: where upload/ is; its files replace earlier ones when all are written.
        forms: the UploadForms, or None.

    Returns:
        A list of ReviewItem: for each file, the students who are left out, and what of its form is unclear.
    """
    forms = forms or UploadForms()
    numbers = _numbers(grades) if len(forms.worksheets) > 1 else collections.defaultdict(set)
    files, left_out, looks = {}, collections.defaultdict(list), []
    with contextlib.ExitStack() as stack:
        for grade in grades():
            for platform in PLATFORMS:
                path = f"upload/{platform}_{file_name(grade.lesson)}.csv"
                if reason := UNKNOWN if not number_on(platform, grade, forms) else WAITING if grade.unmarked else "":
                    left_out[path, reason].append(grade.student)
                    continue
                if path not in files:
                    form, problem = _form(platform, grade.lesson, forms, numbers)
                    looks += [ReviewItem(path, problem)] if problem else []
                    writer = csv.writer(stack.enter_context(atomic_write(Path(folder) / path, "utf-8-sig")))
                    writer.writerows(form.first(grade))
                    files[path] = form, writer
                form, writer = files[path]
                writer.writerow(form.row(grade))
    others = sorted({path for path, reason in left_out if reason == UNKNOWN} - files.keys()) if forms.worksheets else []
    looks += [ReviewItem(path, OTHERS) for path in others if path.startswith("upload/moodle_")]
    return looks + [_left_out(*key, names) for key, names in sorted(left_out.items()) if key[0] in files]


def _form(platform, lesson, forms, numbers):
    """Return the Worksheet or Gradebook of a lesson, and what is unclear about it, a sentence or ""."""
    if platform == "canvas":
        column, unclear = canvas_gradebook.column(forms.gradebook, lesson, forms.columns.get(lesson, ""))
        return Gradebook(forms.gradebook, column, forms.columns.get(lesson, lesson)), unclear
    table = forms.worksheet_of(numbers[lesson])
    if table and moodle_worksheet.columns(table)[0] is None:
        headings = ", ".join(plain(heading, 40) for heading in table.headings)
        return Worksheet(), (
            f"No column of grades was found in {plain(table.path)}, whose headings are {headings}. The file has the "
            "headings that Moodle in English reads."
        )
    return Worksheet(table), ""


def _numbers(grades):
    """Return {lesson: the students' numbers in Moodle}."""
    numbers = collections.defaultdict(set)
    for grade in grades():
        numbers[grade.lesson].add(grade.ids.get("moodle", ""))
    return numbers


def with_numbers(grades, forms):
    """Return a function like `grades`; if nothing was handed in, it takes the number from the lesson's own worksheet.

    Moodle numbers students anew in each assignment, and only a submission says by itself which number is right.
    """

    def numbered():
        numbers = None  # {lesson: the numbers of the students who handed it in}
        for grade in grades():
            if grade.graded is None:
                numbers = numbers or _numbers(lambda: (each for each in grades() if each.graded))
                grade = replace(grade, ids=forms.ids_in(numbers[grade.lesson], grade))
            yield grade

    return numbered if forms.worksheets else grades


def write_feedback(pages, folder, forms=None):
    """Write upload/moodle_feedback_<lesson>.zip for the students whose number in Moodle is known.

    Moodle finds a student by the name of the file's folder; see `moodle_folder`.

    Args:
        pages: an iterator of (FinalGrade, the path of its page).
        folder: where upload/ is.
        forms: the UploadForms, or None.
    """
    archives = {}
    with contextlib.ExitStack() as stack:
        for grade, page in pages:
            number = number_on("moodle", grade, forms or UploadForms())
            path = Path(folder) / "upload" / f"moodle_feedback_{file_name(grade.lesson)}.zip"
            if number and path not in archives:
                temporary = stack.enter_context(unfinished(path))
                archives[path] = stack.enter_context(zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED))
            if number:
                archives[path].write(page, f"{moodle_folder(grade.name, number)}/{page.name}")


def number_on(platform, grade, forms):
    """Return the student's number on a learning platform; "" if none, or nothing valid, is certain.

    Without a roster, a student is called "Full Name (12345)", as a file was: in Moodle, the number of a group looks the
    same. It is the student's if a worksheet or gradebook that came later has it beside this name.
    """
    number = grade.ids.get(platform, "")
    if not re.fullmatch("[0-9]{1,18}", number):
        return ""
    told_by_file = grade.student.endswith(f"({number})")
    return "" if told_by_file and not forms.confirms(platform, number, grade.name) else number


def _left_out(path, reason, students):
    platform = Path(path).name.split("_")[0].capitalize()
    return ReviewItem(path, reason.format(platform=platform, names=named(students)))
