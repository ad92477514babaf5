"""The table of what was found, for the terminal."""

from rich.table import Table
from rich.text import Text

from ..text import count, plain

LISTED = 100  # notebooks; in a longer list the few rows that matter would be lost


def table(found, review, missing=()):
    """Return a rich table: who was found where, what needs a look, who is missing; nothing in it acts on the terminal.

    Args:
        found, review: as from submissions.find.
        missing: roster.Students.
    """
    students, notebooks = count(len({one.student for one in found}), "student"), count(len(found), "notebook")
    result = Table(title=f"{students} and {notebooks} found, {len(review)} to look at, {len(missing)} missing")
    for heading in ("", "student", "where"):
        result.add_column(heading, overflow="fold")
    for one in found if len(found) <= LISTED else ():
        _add(result, "found", _called(one), one.location)
    if len(found) > LISTED:
        _add(result, "found", students, f"{notebooks}; grades.csv lists them all")
    for one in review:
        _add(result, "look", "", f"{one.location}: {one.reason}", style="yellow")
    for one in missing:
        _add(result, "missing", _called(one), "", style="red")
    return result


def _add(result, *cells, style=None):
    result.add_row(*(Text(plain(cell, 1000)) for cell in cells), style=style)


def _called(one):
    return one.student if one.name in one.student else f"{one.student} {one.name}"
