"""Does a lesson that has not been run hide what its results will be, and only that?"""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from activation_lab_tools.author.unspoiled import fold_results

PREDICT, REVEAL = new_code_cell('lab.predict("a", None)'), new_code_cell('lab.reveal("a", 1)')
DECIDE, PLAIN = new_code_cell('lab.claims.decide("S1.1", True)'), new_code_cell("print(1)")
DRAWS = new_code_cell('lab.plots.show(figure, alt="It falls.")')


def folded(*cells):
    """The cells' sources after folding; a string stands for a text cell."""
    cells = [new_markdown_cell(cell) if isinstance(cell, str) else cell.copy() for cell in cells]
    fold_results(cells)
    return [cell.source for cell in cells]


def fold(text, summary="What this shows"):
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


@pytest.mark.parametrize("result", [REVEAL, DECIDE])
def test_the_first_paragraph_after_a_result(result):
    """Is the paragraph about a result folded, and what follows left open?"""
    assert folded(PREDICT, result, "It is 1.\n\nNext, guess again.")[2] == f"{fold('It is 1.')}\n\nNext, guess again."


def test_after_more_output():
    """Is it found behind code that prints or draws more of the result?"""
    assert folded(REVEAL, PLAIN, DRAWS, "It is 1.")[3] == fold("It is 1.")


@pytest.mark.parametrize(
    "cells",
    [
        (REVEAL, "## A new section"),
        (REVEAL, "**Question.** Why?"),
        (REVEAL, "What comes next? Guess.", PREDICT),
        (REVEAL, PREDICT, "About the guess."),
        (PREDICT, "Look closely."),
        (PLAIN, "It printed 1."),
    ],
)
def test_what_is_not_about_a_result_stays_open(cells):
    """Is a heading, a question, or the text that asks for the next guess left as it is?"""
    assert folded(*cells) == [cell if isinstance(cell, str) else cell.source for cell in cells]


def test_what_to_see():
    """Is the text below a figure folded under its own name, wherever the figure is?"""
    assert folded(DRAWS, "**What to see.** It falls.\n\nMore.")[1] == f"{fold('It falls.', 'What to see')}\n\nMore."


def test_folding_twice_changes_nothing():
    """Is a folded paragraph left alone?"""
    once = folded(REVEAL, "It is 1.", DRAWS, "**What to see.** It falls.")
    assert folded(REVEAL, once[1], DRAWS, once[3]) == once


def test_the_words_of_a_figure_are_not_in_view():
    """Is the source of a cell hidden that describes a figure, and of no other?"""
    cells = [PLAIN.copy(), DRAWS.copy()]
    fold_results(cells)
    assert [cell.metadata.get("jupyter") for cell in cells] == [None, {"source_hidden": True}]


@pytest.mark.parametrize(
    "words, hides", [('"It falls."', True), ('f"It is {a}."', True), ("(\n    'It')", True), ("figure_alt(a)", False)]
)
def test_code_that_describes_a_figure_is_hidden(words, hides):
    """Is the code hidden if it holds the description itself, and shown if the description is computed?"""
    (cell,) = cells = [new_code_cell(f"lab.plots.show(figure, alt={words})")]
    fold_results(cells)
    assert cell.metadata.get("jupyter", {}).get("source_hidden", False) is hides
