"""A table that people edit by hand: a CSV file in whatever form a spreadsheet saves it."""

import csv
import io
from pathlib import Path

from ...errors import UserError
from ..pages.atomic_write import atomic_write

SEPARATORS = ",;\t"


def read(path, headings):
    """Return [(row number as a spreadsheet shows it, {heading: text})], and all headings in their order.

    Args:
        path: of the file; one that doesn't exist has no rows.
        headings: those that the file must have. It may have others, which are kept.

    Raises:
        UserError: it can't be read, or a heading is missing.
    """
    path = Path(path)
    if not path.exists():
        return [], list(headings)
    lines = csv.reader(io.StringIO(_text(path), newline=""), delimiter=_separator(_text(path)), strict=False)
    rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines]
    rows = [(number, row) for number, row in rows if any(row)]
    if rows and rows[0][1][0].startswith("sep="):
        del rows[0]
    found = [each.lower() for each in rows[0][1]] if rows else []
    if missing := [each for each in headings if each not in found]:
        raise UserError(
            f"{path} has no column {', '.join(missing)}; its first row is {', '.join(found)[:200] or 'empty'}. "
            f"Expected {', '.join(headings)}."
        )
    return [(number, dict(zip(found, [*row, *[""] * len(found)], strict=False))) for number, row in rows[1:]], found


def write(path, headings, rows):
    """Write rows, each {heading: text}; the file is replaced when it is complete."""
    with atomic_write(path, "utf-8-sig") as file:
        writer = csv.DictWriter(file, headings, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _text(path):
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} could not be read: {error}.") from None
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path} is not a text in UTF-8. Save it as “CSV UTF-8”.")


def _separator(text):
    """Return the character that most often separates cells of the row of headings."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("sep=")]
    return max(SEPARATORS, key=(lines or [""])[0].count)
