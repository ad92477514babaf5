"""Is “Which form, when” one table that grows from lesson to lesson?"""

import itertools
from pathlib import Path

import nbformat
import pytest

from activation_lab_tools.author import build, which_form

ROOT = Path(__file__).parents[2]
STORED = sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb"))
WITH_TABLE = [name for name in STORED if "04" <= name <= which_form.LESSON]


def solution(name):
    return nbformat.read(ROOT / "solutions" / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("before, name", list(itertools.pairwise(WITH_TABLE)))
def test_a_lessons_table_begins_with_the_one_before(before, name):
    """Are all rows of the previous lesson there, in the same order and with the same words?"""
    rows = which_form.table(solution(before))
    assert len(rows) >= 3, f"{before} has no row; expected a head, a line of dashes and at least one row"
    assert which_form.table(solution(name))[: len(rows)] == rows


def test_the_page_is_lesson_tens_table():
    """Is the page to print what the build makes from lesson 10?"""
    page = (ROOT / build.WHICH_FORM).read_text(encoding="utf-8")
    assert page == which_form.page(solution(which_form.LESSON))
    assert page.count("\n|") == len(which_form.table(solution(which_form.LESSON)))


TABLE = ["| you want | form | because |", "|---|---|---|", "| few lines | argument | it is short |"]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("\n".join(TABLE), TABLE),
        ("Before.\n\n**Which form, when**\n\n" + "\n".join(TABLE) + "\n\nAfter: a | b\n\n| another | table |", TABLE),
        ("| claim | verdict |\n|---|---|\n| a | true |", []),
        ("**Which form, when**: not yet.", []),
    ],
)
def test_the_table_is_found(source, lines):
    """Is the whole table found, without the text around it, and no other table?"""
    cells = [nbformat.v4.new_code_cell("'| you want | form | because |'"), nbformat.v4.new_markdown_cell(source)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert which_form.table(notebook) == lines
    assert [line for line in which_form.page(notebook).splitlines() if line.startswith("|")] == lines
