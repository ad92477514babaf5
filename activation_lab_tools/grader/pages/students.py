"""The report's table of students: a total, and a column for each lesson."""

from dataclasses import dataclass, field
from urllib.parse import quote

from ..text import count, number
from .html import element, joined, person
from .long_table import long_table

SCALE = 100  # of the total


@dataclass(slots=True)
class Cell:
    """What a student has in one lesson: the score is None if excused."""

    score: float | None
    points: float
    missing: bool
    page: str
    notes: tuple


@dataclass(slots=True)
class Row:
    """A student.

    Args:
        student, name, email: see Submission.
        listed: whether the roster has them.
        cells: {lesson: Cell}.
    """

    student: str
    name: str
    email: str = ""
    listed: bool = False
    cells: dict = field(default_factory=dict)

    def add(self, grade, page):
        """Take in a FinalGrade of this student."""
        notes = tuple(_notes(grade))
        self.email = self.email or grade.email
        score = None if grade.excused else grade.score
        self.cells[grade.lesson] = Cell(score, grade.points, grade.graded is None and not grade.by_hand, page, notes)

    def misses(self, lesson):
        """Does the roster have the student, and is there nothing for this lesson, nor points by a person?"""
        return self.listed and (lesson not in self.cells or self.cells[lesson].missing)


def _notes(grade):
    """Yield in a few words how the mark that counts differs from the grader's own."""
    if grade.excused:
        yield "excused"
        return
    if grade.unmarked:
        yield f"{len(grade.unmarked)} to mark"
    if grade.raw != grade.score:
        yield f"raw {number(grade.raw)}"
    if grade.days_late:
        yield f"{count(grade.days_late, 'day')} late" + (f", −{number(100 * grade.penalty)}%" if grade.penalty else "")
    elif grade.late:
        yield "late"
    if grade.attempts > 1:
        yield f"attempt {grade.attempt} of {grade.attempts}"
    if grade.earlier:
        yield "earlier version"


def table(rows, lessons):
    """Yield the table in pieces, a row at a time; who has no row in a lesson has 0 of its points.

    Args:
        rows: Rows.
        lessons: names of the lessons that anyone handed in.
    """
    points = {
        lesson: max((row.cells[lesson].points for row in rows if lesson in row.cells), default=0) for lesson in lessons
    }
    headings = [element("th", "student", scope="col"), _heading("total", SCALE)]
    headings += [_heading(_breakable(lesson), points[lesson]) for lesson in lessons]
    ordered = sorted(rows, key=lambda row: (row.name.casefold(), row.student))
    cells = ([_who(row), _total(row, points), *(_cell(row.cells.get(each)) for each in lessons)] for row in ordered)
    yield from long_table("students", headings, (element("tr", each) for each in cells))


def _heading(name, most):
    return element("th", name, element("small", f"of {number(most)}"), scope="col", class_="number")


def _breakable(name):
    """Return a lesson's name, which may break after "_" where the column is narrow."""
    return joined(["_", element("wbr")], name.split("_"))


def _who(row):
    identity = element("small", person(row.student)) if row.name != row.student else None
    return element("td", person(row.name or row.student), identity, data_v=row.name or row.student)


def _cell(cell):
    if cell is None:
        return element("td", "–", element("small", "missing"), class_="number", data_v="-1")
    shown = "–" if cell.score is None else number(cell.score)
    linked = element("a", shown, href=quote(cell.page)) if cell.page else shown
    notes = ("missing", *cell.notes) if cell.missing else cell.notes
    value = -2 if cell.score is None else cell.score
    return element("td", linked, (element("small", note) for note in notes), class_="number", data_v=str(value))


def _total(row, points):
    """Return the sum as a part of SCALE, in whole and tenths; lessons from which the student is excused don't count."""
    counted = {lesson: row.cells.get(lesson) for lesson in points}
    counted = {lesson: cell for lesson, cell in counted.items() if cell is None or cell.score is not None}
    most = sum(points[lesson] if cell is None else cell.points for lesson, cell in counted.items())
    if not most:
        return element("td", "–", class_="number", data_v="-2")
    total = SCALE * sum(cell.score for cell in counted.values() if cell) / most
    return element("td", element("b", f"{total:.1f}"), class_="number", data_v=f"{total:.4f}")
