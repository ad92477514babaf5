"""The class: who should hand something in, read from a file."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from ...errors import UserError
from . import moments, roster_columns, roster_file
from .matching import Roster, Student
from .names import folded

TEST_STUDENT, POSSIBLE = "student, test", "points possible"  # rows of a Canvas gradebook that are nobody's


@dataclass(frozen=True)
class RosterTable:
    """The roster as its file has it, so that a table for its platform can be written in the same form.

    Args:
        path: the file.
        platform: "moodle" (a grading worksheet), "canvas" (a gradebook), or "" (any other table).
        headings: as they are.
        rows: {student: tuple of as many cells as there are headings}, as they are, in the file's order.
        columns: which column is what, by its number from 0: those of "name", "first", "last", "email", "moodle",
            "canvas", "github", "group" and "handed_in" that are there.
        assignments: a Canvas gradebook's roster_columns.AssignmentColumns.
        encoding, delimiter: of the CSV file; of one to write, if this is an xlsx file.
    """

    path: str
    platform: str
    headings: tuple
    rows: dict
    columns: dict
    assignments: tuple = ()
    encoding: str = "utf-8-sig"
    delimiter: str = ","

    def name_of(self, row):
        """Return the name in a row; "" if there is none."""
        parts = (row[self.columns[key]].strip() for key in ("name", "first", "last") if key in self.columns)
        return next(parts, "") if "name" in self.columns else " ".join(parts)


def load(path, groups=None):
    """Return the Roster in a file.

    Columns are found by their headings, in any case and order: student (else id, username, ID number, or e-mail), name
    (or first name and last name), email, group, moodle, canvas. A Moodle grading worksheet in any language and a
    Canvas gradebook work as they are. Where a student's identity is blank, the next of these columns gives it.

    Args:
        path: see `roster_file.read`.
        groups: a file with the columns group and student, or None.

    Raises:
        UserError: it cannot be read, has no column for the students, or has an identity twice.
    """
    sheet = roster_file.read(path)
    headings = tuple(sheet.rows[0]) if sheet.rows else ()
    rows = [(*row, *("",) * (len(headings) - len(row)))[: len(headings)] for row in sheet.rows[1:]]
    columns = roster_columns.of(headings, rows) if headings else None
    shown = ", ".join(repr(title) for title in headings) or "nothing"
    if not columns or not columns.identities:
        raise UserError(f'The roster {path} has no column "student". Its first line is {shown}; expected headings.')
    if columns.doubtful:
        raise UserError(
            f"The roster {path} has a column {columns.doubtful[0]!r}, which may or may not tell students apart. "
            f'Call it "student", or remove it. Its headings are {shown}.'
        )
    students, kept, possible = _students(path, columns, rows, sheet.lines[1:])
    assignments = roster_columns.assignments(headings, possible) if columns.platform == "canvas" else ()
    table = RosterTable(
        str(path), columns.platform, headings, kept, columns.known, assignments, sheet.encoding, sheet.delimiter
    )
    return Roster(students, table, load_groups(groups) if groups else None)


def load_groups(path):
    """Return {group: [member, …]} from a file with the columns group and student, a row for each member.

    Raises:
        UserError: it cannot be read, or has no such columns.
    """
    sheet = roster_file.read(path, "list of groups")
    headings = [folded(cell) for cell in sheet.rows[0]] if sheet.rows else []
    if not {"group", "student"} <= set(headings):
        shown = ", ".join(repr(title) for title in headings) or "nothing"
        raise UserError(
            f'The list of groups {path} needs the columns "group" and "student". Its first line is {shown}.'
        )
    groups = defaultdict(list)
    for row in sheet.rows[1:]:
        cells = dict(zip(headings, (cell.strip() for cell in row), strict=False))
        if cells.get("group") and cells.get("student"):
            groups[cells["group"]].append(cells["student"])
    return dict(groups)


def missing(students, handed_in, lessons):
    """Return {lesson: [Student, …]}: who of these Students has not handed it in, in the same order.

    Args:
        students: Students.
        handed_in: pairs of a student's identity and a lesson.
        lessons: those that are due.
    """
    there = set(handed_in)
    return {lesson: [each for each in students if (each.student, lesson) not in there] for lesson in lessons}


def _students(path, columns, rows, lines):
    """Return ([Student], {identity: row}, the row of points possible)."""
    students, kept, first, possible = [], {}, {}, ()
    for row, line in zip(rows, lines, strict=True):
        cells = {key: row[at].strip() for key, at in columns.known.items()}
        identities = [text for at in columns.identities if (text := row[at].strip())]
        if columns.platform == "canvas" and _is_nobodys(cells, identities):
            possible = row if folded(cells.get("name", "")) == POSSIBLE else possible
            continue
        if not identities:
            raise UserError(f"The roster {path} has nothing in row {line} that tells this student apart. Fill it in.")
        student = _student(cells, identities)
        if student.student in first:
            twice = f"{student.student!r} in rows {first[student.student]} and {line}"
            raise UserError(f"The roster {path} has {twice}. Remove one.")
        first[student.student], kept[student.student] = line, row
        students.append(student)
    return students, kept, possible


def _is_nobodys(cells, identities):
    """Is it a row of Canvas's own, such as that of its test student, whose login is a digest?"""
    name = folded(cells.get("name", ""))
    test = name == TEST_STUDENT and all(each.isdigit() or re.fullmatch("[0-9a-f]{40}", each) for each in identities)
    return test or name == POSSIBLE or not name and not identities


def _student(cells, identities):
    identity, *others = (unicodedata.normalize("NFC", text) for text in identities)
    name = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}".strip() or identity
    moodle = roster_columns.number_in(cells.get("moodle", ""))[1]
    handed_in = moments.iso_in(cells.get("handed_in", ""))
    return Student(
        identity, unicodedata.normalize("NFC", name), cells.get("email", ""), moodle, cells.get("canvas", ""),
        cells.get("group", ""), handed_in, tuple(each for each in others if each != cells.get("email")),
    )  # fmt: skip
