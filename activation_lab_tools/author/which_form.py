"""The table “Which form, when”, which grows from lesson to lesson and is complete in lesson 10."""

import itertools

LESSON = "10_claims_on_trial"
HEAD = "| you want | form | because |"
PAGE = """\
# Which form, when

Should an activation be an argument of a layer, or a layer of its own? Here is what decides; lessons 4 to 10 show why.

{table}
"""


def table(notebook):
    """The lines of the notebook's table, head first; an empty list if it has no such table."""
    for cell in notebook.cells:
        _, head, rest = cell.source.partition(HEAD)
        if cell.cell_type == "markdown" and head:
            return list(itertools.takewhile(lambda line: line.startswith("|"), (head + rest).splitlines()))
    return []


def page(notebook):
    """The table alone, as a Markdown page to print."""
    return PAGE.format(table="\n".join(table(notebook)))
