"""Answers in prose, which are never run.

activation_lab/exercises/written_cells.py writes their cells. A student may have turned one into another kind, split it,
or lost the marker that begins it.
"""

import re

ASKED = re.compile(r"\s*\*\*Written answer\*\*\s*`(\w+)`")
MARKED = re.compile(r"[\s#]*\*\*(\w+)\*\*[ \t]*(?:—|–|--?|:)[ \t]*")
HERE = "*Write your answer here.*"
LONGEST = 20_000  # characters of an answer


def answered_in(cell):
    """Return the name in the marker that begins a cell, or ""."""
    found = MARKED.match(cell.source)
    return found[1] if found else ""


def asked_in(cell):
    """Return the name of the written answer for which a cell asks, or ""."""
    found = ASKED.match(cell.source)
    return found[1] if found else ""


def written_in(cells, names):
    """Return the answers to some written exercises, and notes on them.

    Cells with the same marker are one answer. If there is none, the text cells below the question are the answer.

    Args:
        cells: of the notebook.
        names: of the written exercises.

    Returns:
        {name: the text, or None}, and a list of whole sentences.
    """
    answers, notes = {}, []
    for name in names:
        parts = [_without_marker(cell) for cell in cells if answered_in(cell) == name]
        if not parts and (parts := list(_below_the_question(cells, name))):
            notes.append(f"The cell that begins with **{name}** — is missing, so what is below the question counts.")
        text = "\n\n".join(filter(None, parts))
        if len(text) > LONGEST:
            text = text[:LONGEST]
            notes.append(f"The answer {name} is longer than {LONGEST:,} characters; the rest was cut off.")
        answers[name] = text or None
    return answers, notes


def _below_the_question(cells, name):
    """Yield the text cells between a question and the next code, heading or other question."""
    below = False
    for cell in cells:
        if asked_in(cell) == name:
            below = True
        elif cell.kind != "text" or asked_in(cell) or answered_in(cell) or cell.source.lstrip().startswith("#"):
            below = False
        elif below:
            yield cell.source.strip()


def _without_marker(cell):
    lines = cell.source.strip().splitlines()
    if cell.kind == "code" and all(line.startswith("#") or not line.strip() for line in lines):
        lines = [line.lstrip("#").removeprefix(" ") for line in lines]
    text = MARKED.sub("", "\n".join(lines), count=1).strip()
    return text.removeprefix(HERE).strip()
