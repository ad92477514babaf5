"""What a lesson hides until its reader has guessed: the text about a result, and the code that draws a figure.

Both stay in their cells, folded: a reader opens them by a click, after running the cell above.
"""

import re

FOLD = "<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"
WHAT_TO_SEE = "**What to see.**"
GUESS, RESULTS = "lab.predict(", ("lab.reveal(", "lab.claims.decide(")


def fold_results(cells):
    """Fold, in place, what would give a result away in a lesson that has not been run."""
    for place, cell in enumerate(cells):
        if cell.cell_type == "code":
            if describes_a_figure(cell.source):
                cell.metadata["jupyter"] = {"source_hidden": True}
            if _shows_a_result(cell) and (about := text_about(cells[place + 1 :])) is not None:
                _fold(cells[place + 1 + about])
        elif cell.source.startswith(WHAT_TO_SEE):
            _fold(cell)


def describes_a_figure(source):
    """Return whether code says what a figure shows in words; one that computes them gives nothing away."""
    return re.search(r"\balt=\s*(?:f?[\"']|\()", source) is not None


def text_about(following):
    """The position of the text cell whose first paragraph is about the result just above; None if there is none.

    Code in between draws or prints more of the result. A paragraph just before the next prediction asks for that.
    """
    for place, cell in enumerate(following):
        if cell.cell_type == "code":
            if GUESS in cell.source or _shows_a_result(cell):
                return None
            continue
        if cell.source.startswith(("#", "**Question.**")):
            return None
        alone = not parted(cell.source)[1]
        asks = place + 1 < len(following) and GUESS in following[place + 1].source
        return None if alone and asks else place
    return None


def parted(source):
    """(first paragraph, the rest) of a text cell."""
    first, _, rest = source.strip().partition("\n\n")
    return first, rest


def _shows_a_result(cell):
    return any(call in cell.source for call in RESULTS)


def _fold(cell):
    if cell.source.startswith("<details>"):
        return
    summary = "What to see" if cell.source.startswith(WHAT_TO_SEE) else "What this shows"
    first, rest = parted(cell.source)
    folded = FOLD.format(summary=summary, text=first.removeprefix(WHAT_TO_SEE).strip())
    cell.source = f"{folded}\n\n{rest}" if rest else folded
