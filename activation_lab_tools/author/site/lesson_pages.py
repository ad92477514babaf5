"""A solution as a page to read: predictions come before results, and every answer is folded."""

import copy
import re

from nbformat import v4

from activation_lab.shown import COLORS

from ...errors import UserError
from ..signposts import NEXT, POINTS, without_line
from ..unspoiled import parted, text_about

RUN_IT = """\
:::{{admonition}} This page is for reading
:class: tip

To predict, to write the functions and to have them checked, [run the lesson](start.md) in JupyterLab:
`lessons/{name}.ipynb`. You can also {elsewhere}[download the notebook](path:downloads/{name}.ipynb), which contains no
answers and runs where the course is installed.

Results and answers are folded here: make your guess, then open them. The output of each check is for the folded
answer. <button type="button" class="open-folds" hidden>Open all</button>
:::"""

GUESS = re.compile(r"[✓✗→] You predicted .*?; measured ")
TERMINAL = re.compile(r' style="color: #\w+; text-decoration-color: #\w+[^"]*"')
BAR = re.compile(r"solid #\w+(?=[^>]*><div><b>→ Measured)")
WORDS = ("text/plain", "text/html")


def page(solution, lesson, name, where=None):
    """The executed solution with its answers and results folded.

    Args:
        solution: a notebook with stored outputs; it is not changed.
        lesson: the same cells as a learner first meets them.
        name: the name of both, such as "01_dense_forward".
        where: the Repository where the course is published; None if it is not.

    Raises:
        UserError: the lesson was cut from another version of the solution, or a figure has no alt text.
    """
    unsolved = {cell.id: cell for cell in lesson.cells}
    if gone := [cell.id for cell in solution.cells if cell.id not in unsolved]:
        raise UserError(f"lessons/{name}.ipynb differs from its solution: it has no cell {gone[0]!r}. Run make build.")
    solved = copy.deepcopy(solution.cells)
    title, *rest = (cell for cell in solved if cell.id not in (POINTS, NEXT))  # the site has links of its own
    title.source = without_line(title.source)
    elsewhere = f"[open it on Google Colab]({where.colab(name)}), or " if where else ""
    cells = [title, text(RUN_IT.format(name=name, elsewhere=elsewhere))]
    guessing = False  # from a prediction to its result
    while rest:
        cell = rest.pop(0)
        if cell.cell_type != "code":
            cells.append(cell)
            continue
        cells.append(text(f"({anchor(name, cell.id)})="))
        guessing = "lab.predict(" in cell.source or guessing and "lab.reveal(" not in cell.source
        if "lab.predict(" in cell.source:
            cells.append(code(unsolved[cell.id].source))  # nobody's guess is shown
        elif cell.source != unsolved[cell.id].source:
            cells += answered(cell, unsolved[cell.id])
        elif "lab.reveal(" in cell.source:
            cells += [code(cell.source), *folded("Show what happened", outcome(cell, rest))]
        elif guessing:
            cells += [code(cell.source), *folded("Show what happened", results(cell) + what_to_see(rest))]
        elif "lab.claims.decide(" in cell.source:
            cells += [code(cell.source), *folded("Show the verdict", results(cell))]
        else:
            cells += shown(cell)
    return v4.new_notebook(cells=cells, metadata=solution.metadata)


def anchor(lesson, cell):
    """The anchor of a code cell on its page, without the #. It is a Sphinx label, so it is unique on the site."""
    return f"lesson-{lesson[:2]}-{cell}"


def answered(cell, unsolved):
    """The stub that the learner gets, and the folded answer."""
    summary = "Show the right answer" if cell.outputs else "Show an answer"
    return [code(unsolved.source), *folded(summary, shown(cell))]


def outcome(cell, rest):
    """The cell's results, and what follows up to the first paragraph about them, which is removed from `rest`."""
    cells, about = results(cell), text_about(rest)
    while rest and rest[0].cell_type == "code":
        cells += shown(rest.pop(0))
    if about is None or not rest:
        return cells
    paragraph, remaining = parted(rest[0].source)
    if remaining:
        rest[0].source = remaining
    else:
        rest.pop(0)
    return [*cells, text(paragraph)]


def what_to_see(rest):
    """The text cell below a figure, removed from `rest`."""
    return [rest.pop(0)] if rest and rest[0].source.startswith("**What to see.**") else []


def folded(summary, cells):
    """The cells in a fold that opens without JavaScript; an empty list if there are no cells."""
    if not cells:
        return []
    return [text(f'<details class="fold"><summary>{summary}</summary>'), *cells, text("</details>")]


def results(cell):
    """The cell's outputs without its source; an empty list if it has none."""
    if not cell.outputs:
        return []
    bare = copy.deepcopy(cell)
    bare.metadata["tags"] = [*bare.metadata.get("tags", ()), "remove-input"]
    return shown(bare)


def shown(cell):
    """The cell without empty outputs and the author's guess, and with its figure's alt text where myst-nb looks."""
    cell.outputs = [output for output in cell.outputs if output.get("data", {}).get("text/plain") != ""]
    for data in (output["data"] for output in cell.outputs if "data" in output):
        data.update({kind: unguessed(words) for kind, words in data.items() if kind in WORDS})
    pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
    alts = [picture.metadata.get("image/png", {}).get("alt") for picture in pictures]
    if len(alts) > 1 or None in alts:
        raise UserError(
            f"Cell {cell.id} shows {len(alts)} figures with the alt texts {alts}; expected one figure and its text. "
            'Show each figure in its own cell: lab.plots.show(figure, alt="…").'
        )
    if alts:
        cell.metadata["mystnb"] = {"image": {"alt": alts[0]}}
    return [cell]


def unguessed(words):
    """A result without the author's guess, and without the color that says whether it was right.

    Colors that a terminal would show, as in Keras's summary, go too: on a page, some can't be read.
    """
    return BAR.sub(f"solid {COLORS['→']}", GUESS.sub("→ Measured ", TERMINAL.sub("", words)))


def text(source):
    return v4.new_markdown_cell(source)


def code(source):
    return v4.new_code_cell(source)
