"""A table's file as rows of text: CSV in the encodings and with the separators that programs write, or Excel's xlsx."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass

from ...errors import UserError

SEPARATORS = ",;\t"
XLSX, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SAVE = 'Save it as "CSV UTF-8" or as xlsx'


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, the headings' first, and how a CSV file is written that belongs beside it.

    Args:
        rows: lists of texts, without empty ones.
        lines: the number of each row in the file, from 1.
        encoding, delimiter: for a CSV file, its own.
    """

    rows: tuple
    lines: tuple
    encoding: str = "utf-8-sig"
    delimiter: str = ","


def read(path, what="roster"):
    """Return the Sheet in a file.

    Args:
        path: a CSV file in UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs, perhaps with
            Excel's line "sep=;"; or an xlsx file, whose first sheet is read.
        what: what to call it in a sentence.

    Raises:
        UserError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UserError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    if data.startswith(OLD_EXCEL):
        raise UserError(f"The {what} {path} is in the form of old Excel (xls), which is not read. {SAVE}.")
    if data.startswith(XLSX):
        return _sheet(_xlsx(path, data, what))
    encoding = _encoding(data)
    if not encoding:
        raise UserError(f"The {what} {path} is neither UTF-8, UTF-16 nor Western (Windows-1252). {SAVE}.")
    text = data.decode(encoding)
    if said := re.match(f"sep=([{SEPARATORS}])\r?\n", text, re.IGNORECASE):
        text = text[said.end() :]
    header = text.partition("\n")[0]
    delimiter = said[1] if said else max(SEPARATORS, key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UserError(f"The {what} {path} is not valid CSV: {error}.") from error
    return _sheet(rows, 1 if said else 0, encoding, delimiter)


def _sheet(rows, above=0, *form):
    numbered = [(row, line) for line, row in enumerate(rows, start=1 + above) if any(cell.strip() for cell in row)]
    return Sheet(tuple(row for row, _ in numbered), tuple(line for _, line in numbered), *form)


def _encoding(data):
    """Return the name of the encoding; "" if none gives a text of letters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        guesses = ("utf-16",)
    elif b"\0" in data[:200]:  # without a byte order mark
        guesses = ("utf-16-le", "utf-16-be")
    elif data.startswith(b"\xef\xbb\xbf"):
        guesses = ("utf-8-sig",)
    else:
        guesses = ("utf-8", "cp1252")
    return next((each for each in guesses if _plausible(data, each)), "")


def _plausible(data, encoding):
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return False
    if encoding.startswith("utf-8"):  # no other text is valid UTF-8; signs that this Python doesn't know are newer
        return "\0" not in text
    # In Windows-1252, letters of another Windows encoding are often signs: the Polish ł is a small three.
    foreign = encoding == "cp1252" and any(ord(one) > 127 and not one.isalpha() and one not in "’–ªº°" for one in text)
    return not foreign and not any(unicodedata.category(one) in ("Cn", "Cs") or one == "\0" for one in text)


def _xlsx(path, data, what):
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        book.worksheets[0].reset_dimensions()  # a sheet may claim 16,384 columns, and each row would have them
        return [[_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # openpyxl raises whatever zipfile, XML and its own code do
        raise UserError(f"The {what} {path} is not a readable xlsx file ({type(error).__name__}). {SAVE}.") from error


def _text(cell):
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
