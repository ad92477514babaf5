"""The class: who should hand something in, and which of them a name or a number refers to."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ...errors import UserError
from ..text import plain

COLUMNS = {
    "student": ("student", "id", "username", "id number", "email", "email address"),
    "name": ("name", "full name"),
    "first": ("first name",),
    "last": ("last name", "surname"),
    "email": ("email", "email address", "e-mail"),
    "moodle": ("moodle", "identifier"),
    "canvas": ("canvas",),
}
# A gradebook exported from Canvas calls the name "Student" and its own number "ID".
CANVAS_COLUMNS = COLUMNS | {
    "student": ("sis login id", "sis user id", "id"),
    "name": ("student",),
    "canvas": ("id",),
}


@dataclass(frozen=True)
class Student:
    """A row of the roster."""

    student: str
    name: str
    email: str = ""
    moodle: str = ""
    canvas: str = ""


class Roster:
    """The class, to look students up in.

    Args:
        students: Students with different identities.
    """

    def __init__(self, students):
        self.students = tuple(students)
        self._by = {"moodle": {}, "canvas": {}, "label": {}}
        for student in self.students:
            for key in ("moodle", "canvas"):
                if getattr(student, key):
                    self._by[key].setdefault(getattr(student, key), []).append(student)
            for label in {folded(text) for text in (student.student, student.email, student.name) if text}:
                self._by["label"].setdefault(label, []).append(student)

    def match(self, owner):
        """Return the Student that a layouts.Owner refers to, or a sentence on why that is unclear.

        A platform's number decides; if the roster does not have it, the identity, e-mail or full name does, in any
        case and spacing.
        """
        numbered = [s for key in ("moodle", "canvas") for s in self._by[key].get(owner.ids.get(key), ())]
        labelled = self._by["label"].get(folded(owner.name), [])
        meant = numbered or labelled
        if not meant:
            return f"{_shown(owner)} is not in the roster. Add a row, or correct the existing one."
        if len(meant) > 1:
            return f"{_shown(owner)} could be any of {len(meant)} in the roster. Give them different numbers or names."
        if labelled and meant[0] not in labelled:
            return (
                f"{_shown(owner)} has the number of {meant[0].name} and the name of {labelled[0].student} in the "
                "roster. Correct the roster."
            )
        return meant[0]


def load(path):
    """Return the Roster in a CSV file.

    Columns are found by their names, in any case and order: student (else id, username, ID number, or e-mail), name
    (or first name and last name), email, moodle, canvas; a Moodle grading worksheet and a Canvas gradebook work as
    they are. The separator is a comma, a semicolon or a tab.

    Raises:
        UserError: it cannot be read, has no column for the students, or has an identity twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"The roster {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f'The roster {path} is not UTF-8. Save it as "CSV UTF-8".') from error
    header = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True))
    except csv.Error as error:
        raise UserError(f"The roster {path} is not valid CSV: {error}.") from error
    return Roster(_students(path, rows))


def missing(roster, found):
    """Return the students of the roster, in its order, of whom nothing was found."""
    there = {one.student for one in found}
    return [student for student in roster.students if student.student not in there]


def folded(text):
    """Return a name in the form that is compared: composed characters, no case, single blanks."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def _students(path, rows):
    header = [folded(title) for title in rows[0]] if rows else []
    gradebook = "student" in header and any(title.startswith("sis ") for title in header)
    columns = {
        key: next((header.index(title) for title in titles if title in header), None)
        for key, titles in (CANVAS_COLUMNS if gradebook else COLUMNS).items()
    }
    if columns["student"] is None:
        named = ", ".join(repr(title) for title in rows[0]) if rows else "nothing"
        raise UserError(f'The roster {path} has no column "student". Its first line is {named}; expected a header.')
    lines = {}
    for line, row in enumerate(rows[1:], start=2):
        cells = {key: "" if at is None or at >= len(row) else row[at].strip() for key, at in columns.items()}
        if not any(row) or gradebook and not cells["canvas"]:  # such as the row of points possible
            continue
        if not cells["student"]:
            title = rows[0][columns["student"]]
            raise UserError(f'The roster {path} has no "{title}" in row {line}. Fill it in.')
        student = _student(cells)
        if student.student in lines:
            first = lines[student.student][0]
            raise UserError(f"The roster {path} has {student.student!r} in rows {first} and {line}. Remove one.")
        lines[student.student] = line, student
    return [student for line, student in lines.values()]


def _student(cells):
    name = cells["name"] or f"{cells['first']} {cells['last']}".strip() or cells["student"]
    moodle = re.sub(r"^\D+(?=\d+$)", "", cells["moodle"])  # Moodle writes “Participant 12345”, in its user's language
    identity = unicodedata.normalize("NFC", cells["student"])
    return Student(identity, unicodedata.normalize("NFC", name), cells["email"], moodle, cells["canvas"])


def _shown(owner):
    return f'"{plain(owner.student, 80)}"'
