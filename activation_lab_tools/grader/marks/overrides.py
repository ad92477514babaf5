"""What people decided, in overrides.csv: points, comments and excuses, which outlast every regrading."""

import math
import re
from collections import defaultdict
from dataclasses import dataclass

from ...errors import UserError
from ..finding import moments
from ..pages.naming import cell
from ..records import ReviewItem
from ..text import count
from . import sheet
from .comments import MOST

FILE = "overrides.csv"
HEADINGS = ("student", "lesson", "exercise", "points", "comment", "excused", "by", "when")
YES, NO = ("yes", "y", "true", "1", "x"), ("", "no", "n", "false", "0")
EXTRA = re.compile(r"(.*?)\s*extra", re.I)  # “3 extra”: more than the exercise is worth, on purpose


@dataclass(frozen=True)
class Override:
    """What a person decided on an exercise, or on a whole lesson.

    Args:
        student, lesson: whose.
        exercise: "" for the lesson as a whole.
        points: None if the grader's stay.
        extra: whether the points may exceed what the exercise is worth.
        comment: for the student; may name entries of the comment library.
        excused: whether it counts neither for nor against the student.
        by, when: who decided, and the date.
        row: of the file.
    """

    student: str
    lesson: str
    exercise: str
    points: float | None
    extra: bool
    comment: str
    excused: bool
    by: str
    when: str
    row: int

    @property
    def decides(self):
        """What it says, apart from who said it and when."""
        return self.points, self.extra, self.comment, self.excused


def load(path, people, lessons):
    """Return {(student, lesson): {exercise: Override}} and a ReviewItem for each row that can't be used.

    Args:
        path: of overrides.csv.
        people: {how a person may write a student: the student}.
        lessons: {lesson: {exercise: points}}, as far as anyone handed it in.

    Raises:
        UserError: the file can't be read at all.
    """
    given, looks = everything(path, people, lessons)
    found = defaultdict(dict)
    for (student, lesson, exercise), several in given.items():
        found[student, lesson][exercise] = chosen = newest(several)
        if disagree(several):
            looks.append(_conflict(several, chosen))
    return dict(found), looks


def everything(path, people, lessons):
    """Return {(student, lesson, exercise): every Override on it}, and ReviewItems as `load` does."""
    rows, _ = sheet.read(path, HEADINGS)
    given, looks = defaultdict(list), []
    for number, row in rows:
        read = _override(number, row, people, lessons)
        if isinstance(read, str):
            looks.append(ReviewItem(f"{FILE}, row {number}", f"{read} The row doesn't count."))
        else:
            given[read.student, read.lesson, read.exercise].append(read)
    return given, looks


def newest(several):
    """Return the Override that was written last: by its time, if that can be read, and by its row."""
    return max(several, key=lambda each: (_time(each.when), each.row))


def _time(when):
    """Return a point in time as a number, whatever its offset or form; one that can't be read is before all others."""
    try:
        return moments.comparable(when).timestamp()
    except ValueError:
        text = moments.iso_in(when)  # as a spreadsheet may have made it
        return moments.comparable(text).timestamp() if text else -math.inf


def disagree(several):
    return len({each.decides for each in several}) > 1


def checked(row, people, lessons):
    """Return the Override in a new row.

    Raises:
        UserError: something in it can't be used.
    """
    override = _override(0, row, people, lessons)
    if isinstance(override, str):
        raise UserError(override)
    if people.get(cell(override.student)) != override.student:
        raise UserError(
            f"Tables show several students as “{cell(override.student)}”, so nothing can be written on one of them. "
            "Give them different names, in the roster or in the folders."
        )
    return override


def _conflict(several, chosen):
    told = "; ".join(
        f"row {each.row} says {_said(each)}{f' ({each.by} {each.when})'.replace('  ', ' ') if each.by else ''}"
        for each in several
    )
    what = chosen.exercise or chosen.lesson
    return ReviewItem(
        f"{FILE}, row {chosen.row}",
        f"Rows disagree on {what} of {chosen.student}: {told}. Row {chosen.row} counts. Delete the others.",
        chosen.student,
    )


def _said(override):
    parts = [count(override.points, "point") if override.points is not None else ""]
    parts += ["excused" if override.excused else "", f"“{override.comment}”" if override.comment else ""]
    return ", ".join(part for part in parts if part) or "nothing"


def _override(number, row, people, lessons):
    """Return the Override in a row, or a sentence on why there is none."""
    student, lesson, exercise = row["student"], row["lesson"], row["exercise"]
    if student not in people:
        return (
            f"“{student}” is not a student of this course, or could be several; write the name as in the column "
            "“student” of grades.csv."
        )
    if exercise and not lesson:
        having = [name for name, exercises in lessons.items() if exercise in exercises]
        if len(having) != 1:
            return f"{exercise} is in {len(having)} lessons of this course, so the column “lesson” must say which."
        lesson = having[0]
    if lesson not in lessons:
        return f"Nobody has handed in a lesson “{lesson}” yet; handed in so far: {', '.join(sorted(lessons))}."
    if exercise and exercise not in lessons[lesson]:
        return f"{lesson} has no exercise “{exercise}”; it has {', '.join(lessons[lesson])}."
    maximum = lessons[lesson][exercise] if exercise else sum(lessons[lesson].values())
    points, extra = _points(row["points"])
    if points is math.inf:
        return f"The points are “{row['points']}”; expected a number from 0, such as 2, or “3 extra”."
    if points is not None and points > maximum and not extra:
        return (
            f"{count(points, 'point')} would be more than the {maximum:g} of {exercise or lesson}. If that is meant, "
            f"write “{points:g} extra”, or pass --extra to `mark`."
        )
    excused = row["excused"].lower()
    if excused not in YES + NO:
        return f"“{row['excused']}” stands in the column “excused”; expected yes or nothing."
    texts = row["comment"], excused in YES, row["by"], row["when"]
    return Override(people[student], lesson, exercise, points, extra, *texts, number)


def _points(text):
    """Return the points in a cell and whether they may be extra; None for an empty cell, infinity for no number."""
    extra = EXTRA.fullmatch(text)
    text = (extra[1] if extra else text).replace(",", ".")
    try:
        points = float(text) if text else None
    except ValueError:
        return math.inf, False
    good = points is None or 0 <= points < MOST
    return (points if good else math.inf), bool(extra)


# Writing


def put(path, row, people):
    """Add a row, in place of those on the same student, lesson and exercise; return those.

    A row that decides nothing only takes the place of others.

    Args:
        path: of overrides.csv; made if it is missing.
        row: {heading: text}.
        people: {how a person may write a student: the student}.
    """
    rows, headings = sheet.read(path, HEADINGS)
    row = row | {"student": cell(row["student"])}
    replaced = [old for _, old in rows if _about(old, people) == _about(row, people)]
    new = [row] if row["points"] or row["comment"] or row["excused"] else []
    sheet.write(path, headings, [*(old for _, old in rows if old not in replaced), *new])
    return replaced


def merge(path, other, people):
    """Add the rows of another overrides.csv; return how many were new, and how many of these disagree with a row here.

    Rows that disagree all stay: the newest counts, and the report says so. For the arguments see `put`.
    """
    rows, headings = sheet.read(path, HEADINGS)
    theirs, more = sheet.read(other, HEADINGS)
    mine = [row for _, row in rows]
    new = [row for _, row in theirs if not any(_same(row, old) for old in mine)]
    about = {_about(row, people) for row in mine}
    sheet.write(path, [*headings, *(each for each in more if each not in headings)], [*mine, *new])
    return len(new), sum(_about(row, people) in about for row in new)


def _about(row, people):
    return people.get(row["student"], row["student"]), row["lesson"], row["exercise"]


def _same(row, other):
    return all(row[heading] == other[heading] for heading in HEADINGS)
