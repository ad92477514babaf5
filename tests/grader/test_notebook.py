"""Bytes as cells."""

import json

import pytest
from sheets import code, sheet, text

from activation_lab_tools.grader.reading import notebook
from activation_lab_tools.grader.reading.notebook import Cell, Unreadable, cells_of


def refused(data):
    with pytest.raises(Unreadable) as caught:
        cells_of(data)
    return str(caught.value)


def test_cells_keep_number_kind_and_source():
    """Are cells numbered as in the file, and sources joined from text or from lists of lines?"""
    cells, notes = cells_of(sheet(text("# Title"), code(["x = 1\n", "y = 2"]), {"cell_type": "raw", "source": "z"}))
    assert cells == [Cell(1, "text", "# Title"), Cell(2, "code", "x = 1\ny = 2"), Cell(3, "text", "z")]
    assert notes == []


def test_cells_without_ids_metadata_and_outputs_are_read():
    """Is a cell with only its source a cell, and is anything else skipped without shifting numbers?"""
    cells, _ = cells_of(sheet({"cell_type": "code", "source": "x"}, {"source": "y"}, {"cell_type": 7, "source": "z"}))
    assert [(cell.kind, cell.source) for cell in cells] == [("code", "x"), ("unknown", "y"), ("unknown", "z")]
    data = json.dumps({"cells": [None, 3, "x", {"cell_type": "code", "source": "x"}, {"cell_type": "code"}]}).encode()
    assert cells_of(data)[0] == [Cell(4, "code", "x"), Cell(5, "code", "")]


def test_format_3_is_read():
    """Are a format 3 notebook's worksheets read one after the other, with `input` for `source`?"""
    first = [
        {"cell_type": "heading", "source": "Title"},
        {"cell_type": "code", "input": ["x = 1"], "language": "python"},
    ]
    second = [{"cell_type": "code", "input": "y <- 2", "language": "R"}]
    data = json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": first}, {"cells": second}, None]})
    cells, _ = cells_of(data.encode())
    assert cells == [Cell(1, "text", "Title"), Cell(2, "code", "x = 1"), Cell(3, "code", "y <- 2", "R")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_unicode_encoding_is_read(encoding):
    """Is a notebook that an editor has saved in another Unicode encoding still read?"""
    data = '{"cells": [{"cell_type": "code", "source": "x = \'é😀\'"}]}'.encode(encoding)
    assert cells_of(data) == ([Cell(1, "code", "x = 'é😀'")], [])


def test_another_encoding_is_read_and_noted():
    """Is a notebook in Latin-1 read, but for the letters that are not ASCII, and is that said?"""
    cells, (note,) = cells_of('{"cells": [{"cell_type": "code", "source": "x = 1  # é"}]}'.encode("latin-1"))
    assert cells[0].source == "x = 1  # \ufffd" and "not saved as UTF-8" in note


def test_ends_of_lines_and_lone_surrogates_are_put_right():
    """Can every source be written as UTF-8, with one kind of line end?"""
    (cell,), _ = cells_of(b'{"cells": [{"cell_type": "code", "source": "a\\r\\nb\\rc = \'\\ud800\'"}]}')
    assert cell.source == "a\nb\nc = '?'"


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"not json", "in line 1"),
        (sheet("x = 1")[:-9], "in line 1"),
        (b"\x00\xff\xfe\x80", "not a notebook"),
        (b"%PDF-1.7 \xff\xd8", "not a notebook"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"1" * 5_000, "too many digits"),
        (b"[]", "no list of cells"),
        (b'"text"', "no list of cells"),
        (b'{"cells": {"a": 1}}', "no list of cells"),
        (b'{"worksheets": 3}', "no list of cells"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(data, words):
    """Does the sentence say what came, what was expected, and what to do?"""
    sentence = refused(data)
    assert words in sentence and sentence.startswith("Received a file")
    assert "Expected" in sentence and "hand" in sentence


@pytest.mark.parametrize(
    "metadata, language",
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"kernelspec": {"name": "ir"}}, "ir"),
        ({"kernelspec": {"name": "julia-1.10"}}, "julia"),
        ({"language_info": {"name": "julia"}}, "julia"),
    ],
)
def test_another_kernel_is_refused(metadata, language):
    """Is a notebook for R or Julia refused, with the kernel's language?"""
    assert f"kernel for '{language}" in refused(sheet("x", metadata=metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        7,
        {"kernelspec": None},
        {"kernelspec": {"name": "my-env"}, "language_info": []},
        {"kernelspec": {"name": "x", "language": "Python"}},
        {"kernelspec": {"name": "sagemath", "language": "sage"}, "language_info": {"name": "python"}},
    ],
)
def test_pythons_kernels_are_known_by_any_name(metadata):
    """Is a Python notebook read with odd or missing metadata?"""
    assert len(cells_of(sheet("x", metadata=metadata))[0]) == 1


@pytest.mark.parametrize(
    "metadata",
    [
        {"vscode": {"languageId": "csharp"}},
        {"polyglot_notebook": {"kernelName": "csharp"}},
        {"dotnet_interactive": {"language": "csharp"}},
        {"kernel": "csharp"},
    ],
)
def test_the_language_of_a_cell_is_read(metadata):
    """Is a cell in another language known as one, as several editors write it?"""
    assert cells_of(sheet(code("x", metadata=metadata)))[0][0].language == "csharp"


def test_limits(monkeypatch):
    """Are too large a file and too many cells refused, and too long a cell left out?"""
    monkeypatch.setattr(notebook, "MAX_BYTES", 5_000)
    monkeypatch.setattr(notebook, "MAX_CELLS", 3)
    monkeypatch.setattr(notebook, "MAX_CELL_CHARACTERS", 10)
    assert "6,000 bytes; expected at most 5,000" in refused(b" " * 6_000)
    assert "4 cells; expected at most 3" in refused(sheet("1", "2", "3", "4"))
    cells, (note,) = cells_of(sheet("x = 1", "y = 'too long'", "z = 3"))
    assert [cell.number for cell in cells] == [1, 3] and "Cell 2 has 14 characters and was skipped" in note
