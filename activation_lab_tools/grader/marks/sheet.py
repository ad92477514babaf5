"""A table that people edit by hand: a CSV file in whatever form a spreadsheet saves it."""

import csv
from pathlib import Path

from ...errors import UserError
from ..finding import roster_file
from ..pages.atomic_write import atomic_write


def read(path, headings):
    """Return [(row number as a spreadsheet shows it, {heading: text})], and all headings in their order.

    Args:
        path: of the file; one that doesn't exist has no rows.
        headings: those that the file must have. It may have others, which are kept.

    Raises:
        UserError: it can't be read, a heading is missing or there twice, or a row has more cells than headings:
            in “1,5” without quotes, the 5 is of the next column.
    """
    file = _file(path)
    if file is None:
        return [], list(headings)
    rows = [[cell.strip() for cell in row] for row in file.rows]
    found = [each.lower() for each in rows[0]] if rows else []
    if missing := [each for each in headings if each not in found]:
        raise UserError(
            f"{path} has no column {', '.join(missing)}; its first row is {', '.join(found)[:200] or 'empty'}. "
            f"Expected {', '.join(headings)}."
        )
    if twice := [each for each in headings if found.count(each) > 1]:
        raise UserError(f"{path} has the column {twice[0]} more than once. Remove one of them.")
    if longer := [line for line, row in zip(file.lines, rows, strict=True) if any(row[len(found) :])]:
        raise UserError(
            f"{path} has more cells in row {longer[0]} than there are headings. Put quotes around a text with a "
            f"“{file.delimiter}”."
        )
    filled = (dict(zip(found, [*row, *[""] * len(found)], strict=False)) for row in rows[1:])
    return list(zip(file.lines[1:], filled, strict=True)), found


def write(path, headings, rows):
    """Write rows, each {heading: text}, with the separator of the file that was there, which is replaced at the end."""
    separator = (_file(path) or roster_file.Sheet((), ())).delimiter
    with atomic_write(path, "utf-8-sig") as file:
        writer = csv.DictWriter(file, headings, restval="", extrasaction="ignore", delimiter=separator)
        writer.writeheader()
        writer.writerows({heading: text.replace("\0", "") for heading, text in row.items()} for row in rows)


def _file(path):
    return roster_file.read(path, "file") if Path(path).exists() else None
