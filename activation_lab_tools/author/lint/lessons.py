"""Rules for a lesson: untouched, cut from its solution, and without answers."""

import ast

from activation_lab.shown import count


def untouched(view):
    for number, cell in view.code:
        if cell.outputs or cell.execution_count is not None:
            yield number, "stores an output or a count; a reader predicts before running. Build the lesson again."


def cut_from_its_solution(view):
    advice = "edit the solution, then run `activation-lab build`."
    for (number, cell), expected in zip(view.cells, view.cut.cells, strict=False):
        if cell != expected:
            yield number, f"is not what the build cuts from the solution; {advice}"
            return
    if len(view.cells) != len(view.cut.cells):
        yield None, f"{count(len(view.cells), 'cell')}, expected {len(view.cut.cells)} as in the solution; {advice}"
    elif view.notebook != view.cut:
        yield None, f"metadata or format differ from the solution's; {advice}"


def unanswered(view):
    for number, call in view.calls("lab.predict", "lab.answer"):
        if [ast.unparse(argument) for argument in call.args[1:]] != ["None"] or call.keywords:
            yield number, f"gives an answer away; expected {ast.unparse(call.func)}(…, None)."


def figures_drawn_unseen(view):
    for number, cell in view.code:
        if "alt=" in cell.source and not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield (
                number,
                "describes a figure that is yet to be drawn, so its source must be hidden; build it again.",
            )


RULES = (untouched, cut_from_its_solution, unanswered, figures_drawn_unseen)
