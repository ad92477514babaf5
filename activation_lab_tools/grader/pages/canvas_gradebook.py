"""Canvas's gradebook import: the students' columns as exported, and one assignment's column with its number."""

import re

from ..finding.names import folded, squashed
from .moodle_worksheet import scaled
from .naming import cell

# Canvas's gradebook import expects these first, in this order, then a column for the assignment.
STUDENT = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
LAST_OF_STUDENT = "section"
POSSIBLE = "Points Possible"  # in the first cell of a row marks the row of the assignments' points
EXCUSED = "EX"


class Gradebook:
    """How a file for Canvas begins, and a student's row.

    Args:
        table: the RosterTable of a gradebook, or None.
        column: the AssignmentColumn that the grades belong to; None for a new assignment.
        title: of a new assignment.
    """

    def __init__(self, table=None, column=None, title=""):
        self.headings, self.rows = STUDENT, {}
        if table and (last := _last(table)) is not None:
            self.headings = table.headings[: last + 1]
            self.rows = {row[table.columns["canvas"]].strip(): row[: last + 1] for row in table.rows.values()}
        self.column, self.title = column, title

    def first(self, grade):
        blank = [""] * (len(self.headings) - 1)
        heading, points = cell(self.title), cell(grade.points)
        if self.column:  # as it is: Canvas finds the assignment by it
            heading, points = f"{self.column.title} ({self.column.number})", self.column.points or points
        return [[*self.headings, heading], [f"    {POSSIBLE}", *blank, points]]

    def row(self, grade):
        """Return the row of a FinalGrade with a number in Canvas."""
        own = self.rows.get(grade.ids["canvas"]) or (grade.name, *[""] * (len(self.headings) - 1))
        own = [cell(text) for text in own]
        own[0] = own[0].replace(POSSIBLE, "Points-Possible")  # Canvas finds the student by the number alone
        own[1] = grade.ids["canvas"]
        return [*own, EXCUSED if grade.excused else cell(scaled(grade, self._most()))]

    def _most(self):
        points = self.column.points.replace(",", ".") if self.column else ""
        return float(points) if re.fullmatch(r"\d+(\.\d+)?", points) and float(points) else None


def column(table, lesson, chosen=""):
    """Return the AssignmentColumn of a lesson's grades, or None for a new assignment; and why it is unclear, or "".

    Args:
        table: the RosterTable of a gradebook, or None.
        lesson: its name.
        chosen: the heading that a person chose, such as "Homework 1 (98765)", or a title for a new assignment.
    """
    assignments = table.assignments if table else ()
    if chosen:
        return next((each for each in assignments if chosen in _names(each)), None), ""
    fitting = [each for each in assignments if _fits(each.title, lesson)]
    if len(fitting) == 1 or not assignments:
        return (fitting[0] if fitting else None), ""
    return None, _unclear(lesson, fitting or assignments, bool(fitting))


def _names(assignment):
    return f"{assignment.title} ({assignment.number})", assignment.title, assignment.number


def _fits(title, lesson):
    """Does a title have the lesson's name in it ("Lesson 1: Dense forward"), or its number ("Lesson 1")?"""
    number, _, name = lesson.partition("_")
    if name and squashed(name.replace("_", " ")) in squashed(title.replace("_", " ")):
        return True
    return number.isdigit() and re.fullmatch(rf"lesson 0*{int(number)}", folded(title)) is not None


def _unclear(lesson, assignments, several):
    shown = ", ".join(f'"{_names(each)[0]}"' for each in assignments[:10])
    what = "Several could be it" if several else "No column has its name"
    return (
        f"Which column of Canvas's gradebook is {lesson}? {what}: {shown}. Until you say, the file is for a new "
        f'assignment. Grade again with --canvas-column {lesson}="{_names(assignments[0])[0]}", or with '
        f"--canvas-column {lesson}={lesson} for a new assignment."
    )


def _last(table):
    """Return where the students' columns end; None if there is no Section, which Canvas needs."""
    return next((at for at, heading in enumerate(table.headings) if folded(heading) == LAST_OF_STUDENT), None)
