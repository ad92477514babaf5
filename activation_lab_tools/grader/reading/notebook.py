"""Turn a notebook's bytes into a list of cells, in any format and state."""

import functools
import json
import re
from dataclasses import dataclass

MAX_BYTES = 20_000_000
MAX_CELLS = 5_000
MAX_CELL_CHARACTERS = 1_000_000
NOT_PYTHON = ("ir", "julia", "octave", "bash", "javascript")  # kernels that older files only name


class Unreadable(Exception):
    """There is nothing here to grade; the text says what was received, what was expected, and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Args:
        number: its position among all cells, from 1.
        kind: "code", "text" (Markdown, raw, a heading) or "unknown" if the file does not say.
        source: with \\n at the ends of lines, and only characters that UTF-8 can encode.
        language: its language if the cell names another than Python; else "".
    """

    number: int
    kind: str
    source: str
    language: str = ""


def cells_of(data):
    """Return the cells of a notebook of format 2 to 4, and notes on the file, as whole sentences.

    Args:
        data: the bytes of the file.

    Returns:
        A list of Cell, and a list of sentences.

    Raises:
        Unreadable: it is not a notebook, not in Python, or too large.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"Received a file of {len(data):,} bytes; expected at most {MAX_BYTES:,}. Clear its outputs, save it, and "
            "hand it in again."
        )
    content, notes = _json(data)
    notes = list(notes)
    raw = _raw_cells(content)
    if len(raw) > MAX_CELLS:
        raise Unreadable(
            f"Received a notebook of {len(raw):,} cells; expected at most {MAX_CELLS:,}. Hand in the lesson's own "
            "notebook, without anything else."
        )
    _expect_python(content.get("metadata"))
    cells = [_cell(number, cell) for number, cell in enumerate(raw, 1) if isinstance(cell, dict)]
    for cell in cells:
        if len(cell.source) > MAX_CELL_CHARACTERS:
            notes.append(
                f"Cell {cell.number} has {len(cell.source):,} characters and was skipped; at most "
                f"{MAX_CELL_CHARACTERS:,} are read."
            )
    return [cell for cell in cells if len(cell.source) <= MAX_CELL_CHARACTERS], notes


def python_of(data):
    """Return the version of Python that a readable notebook was last run with, as (3, 12); None if it doesn't say."""
    metadata = _dict(_json(data)[0].get("metadata"))
    found = re.match(r"(\d{1,3})\.(\d{1,3})", str(_dict(metadata.get("language_info")).get("version"))[:20])
    return tuple(map(int, found.groups())) if found else None


@functools.lru_cache(maxsize=1)  # it is asked for the cells, and for the version
def _json(data):
    """Return the JSON in the bytes, in UTF-8, 16 or 32, with or without a byte order mark; and notes on it."""
    notes = ()
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        notes = ("The file is not saved as UTF-8: characters that could not be read were replaced.",)
    try:
        return json.loads(text.removeprefix("\ufeff")), notes
    except RecursionError:
        reason = "it is nested too deeply"
    except json.JSONDecodeError as error:
        reason = f"{error.msg} in line {error.lineno}" if text.strip() else "it is empty"
    except ValueError:
        reason = "it has a number with too many digits"
    raise Unreadable(
        f"Received a file that is not a notebook: {reason}. Expected a complete file saved by Jupyter (.ipynb); open "
        "it in JupyterLab, save it, and hand it in again."
    )


def _raw_cells(content):
    """Return the list of cells; in formats 2 and 3, those of all worksheets."""
    if isinstance(content, dict):
        if isinstance(content.get("cells"), list):
            return content["cells"]
        sheets = content.get("worksheets")
        if isinstance(sheets, list):
            found = [sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and _is_list(sheet.get("cells"))]
            return [cell for cells in found for cell in cells]
    raise Unreadable(
        "Received a file that is JSON but not a notebook: it has no list of cells. Expected the lesson's notebook as "
        "Jupyter saves it (.ipynb); hand in that file."
    )


def _is_list(value):
    return isinstance(value, list)


def _expect_python(metadata):
    """Raise Unreadable if the metadata name a kernel that isn't for Python."""
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
    """Return the language that multi-language editors note in a cell, if it is not Python."""
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
