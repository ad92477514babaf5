"""The table of what was found, for the terminal."""

from rich.table import Table
from rich.text import Text

from ..text import count, plain

LISTED = 100  # notebooks; in a longer list the few rows that matter would be lost


def table(found, review, missing=None):
    """Return a rich table: who was found where, what needs a look, who is missing; nothing in it acts on the terminal.

    Args:
        found: a submissions.Found.
        review: ReviewItems: those of `found`, and what parsing added.
        missing: {lesson: matching.Students}.
    """
    some, missing = found.submissions, missing or {}
    students, notebooks = count(len({one.student for one in some}), "student"), count(len(some), "notebook")
    absent = len({one.student for every in missing.values() for one in every})
    without = f", {len(found.nothing)} without a notebook" if found.nothing else ""
    result = Table(title=f"{students} and {notebooks} found, {len(review)} to look at{without}, {absent} missing")
    for heading in ("", "student", "where"):
        result.add_column(heading, overflow="fold")
    for one in some if len(some) <= LISTED else ():
        _add(result, "found", _called(one), _where(one))
    if len(some) > LISTED:
        _add(result, "found", students, f"{notebooks}; grades.csv lists them all")
    for one in review:
        _add(result, "look", "", f"{one.location}: {one.reason}", style="yellow")
    for one in found.nothing:
        _add(result, "no notebook", _called(one), f"{one.location}: {one.reason}", style="yellow")
    for lesson, every in missing.items():
        for one in every:
            _add(result, "missing", _called(one), lesson, style="red")
    if found.left_out:
        more = f" and {len(found.left_out) - 1} more" if len(found.left_out) > 1 else ""
        _add(result, "left out", "", f"{found.left_out[0].location}{more}: nobody's notebooks")
    return result


def _where(one):
    return f"{one.location} ({one.group})" if one.group else one.location


def _add(result, *cells, style=None):
    result.add_row(*(Text(plain(cell, 1000)) for cell in cells), style=style)


def _called(one):
    return one.student if one.name in one.student else f"{one.student} {one.name}"
