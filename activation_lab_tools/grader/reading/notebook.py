"""A notebook's bytes as a list of cells, whatever has become of them on the way."""

import json
from dataclasses import dataclass

MAX_BYTES = 20_000_000
MAX_CELLS = 5_000
MAX_CELL_CHARACTERS = 200_000
NOT_PYTHON = ("ir", "julia", "octave", "bash", "javascript")  # kernels that older files know by their name alone


class Unreadable(Exception):
    """There is nothing here that could be graded; the text is a whole sentence: received, expected, what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Args:
        number: its place among all cells, from 1.
        kind: "code", "text" (Markdown, raw, a heading) or "unknown", where the file does not say.
        source: with \\n at the ends of lines, and with no character that UTF-8 cannot hold.
        language: the other language that it is written in, where the cell says so; else "".
    """

    number: int
    kind: str
    source: str
    language: str = ""


def cells_of(data):
    """The cells of a notebook of format 2 to 4, and what there is to say of the file, as whole sentences.

    Args:
        data: the bytes of the file.

    Returns:
        A list of Cell, and a list of sentences.

    Raises:
        Unreadable: it is no notebook, or none in Python, or too large.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"Received a file of {len(data):,} bytes; expected at most {MAX_BYTES:,}. Clear its outputs, save it, and "
            "hand it in again."
        )
    content, notes = _json(data)
    raw = _raw_cells(content)
    if len(raw) > MAX_CELLS:
        raise Unreadable(
            f"Received a notebook of {len(raw):,} cells; expected at most {MAX_CELLS:,}. Hand in the lesson's own "
            "notebook, without what does not belong to it."
        )
    _expect_python(content.get("metadata"))
    cells = [_cell(number, cell) for number, cell in enumerate(raw, 1) if isinstance(cell, dict)]
    for cell in cells:
        if len(cell.source) > MAX_CELL_CHARACTERS:
            notes.append(
                f"Cell {cell.number} has {len(cell.source):,} characters and was left out; at most "
                f"{MAX_CELL_CHARACTERS:,} are read."
            )
    return [cell for cell in cells if len(cell.source) <= MAX_CELL_CHARACTERS], notes


def _json(data):
    """What the bytes say, in UTF-8, 16 or 32, with a byte order mark or without."""
    notes = []
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        notes.append("The file is not saved in UTF-8: characters that could not be read were replaced.")
    try:
        return json.loads(text.removeprefix("\ufeff")), notes
    except RecursionError:
        reason = "it is nested too deeply"
    except json.JSONDecodeError as error:
        reason = f"{error.msg} in line {error.lineno}" if text.strip() else "it is empty"
    except ValueError:
        reason = "it holds a number with too many digits"
    raise Unreadable(
        f"Received a file that is no notebook: {reason}. Expected a file that Jupyter has saved whole (.ipynb); open "
        "it in JupyterLab, save it, and hand it in again."
    )


def _raw_cells(content):
    """The list of cells: of the notebook, or, in formats 2 and 3, of its worksheets one after the other."""
    if isinstance(content, dict):
        if isinstance(content.get("cells"), list):
            return content["cells"]
        sheets = content.get("worksheets")
        if isinstance(sheets, list):
            found = [sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and _is_list(sheet.get("cells"))]
            return [cell for cells in found for cell in cells]
    raise Unreadable(
        "Received a file that is JSON, but no notebook: it has no list of cells. Expected the lesson's notebook as "
        "Jupyter saves it (.ipynb); hand in that file."
    )


def _is_list(value):
    return isinstance(value, list)


def _expect_python(metadata):
    """Is the notebook's kernel, as far as its metadata say anything of it, one for Python?"""
    kernel, info = (_dict(_dict(metadata).get(key)) for key in ("kernelspec", "language_info"))
    languages = [value for value in (info.get("name"), kernel.get("language")) if isinstance(value, str) and value]
    name = str(kernel.get("name", "")).lower()
    if not languages and name.split("-")[0] in NOT_PYTHON:
        languages = [name]
    if languages and "python" not in languages[0].lower():
        raise Unreadable(
            f"Received a notebook with a kernel for {languages[0][:40]!r}; expected one for Python. Open the lesson's "
            "notebook, choose the kernel Python 3, and hand it in again."
        )


def _cell(number, cell):
    kind = {"code": "code", "markdown": "text", "raw": "text", "heading": "text"}.get(str(cell.get("cell_type")))
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    source = source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return Cell(number, kind or "unknown", source, _other_language(cell))


def _other_language(cell):
    """What editors for several languages write of a cell, if it is not Python."""
    metadata = _dict(cell.get("metadata"))
    for value in (
        cell.get("language"),  # format 3
        _dict(metadata.get("vscode")).get("languageId"),
        _dict(metadata.get("polyglot_notebook")).get("kernelName"),
        _dict(metadata.get("dotnet_interactive")).get("language"),
        metadata.get("kernel"),  # SoS
    ):
        if isinstance(value, str) and value and "python" not in value.lower():
            return value[:40]
    return ""


def _dict(value):
    return value if isinstance(value, dict) else {}
