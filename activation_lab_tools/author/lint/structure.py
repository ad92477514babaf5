"""Rules for how a lesson is put together: exercises, predictions, questions, figures, one title."""

import ast
import re
from collections import Counter

from ..notebook_view import pictures
from ..unspoiled import describes_a_figure

WHAT_TO_SEE = "What to see"
SHOWING = ("lab.plots.show", "plots.show", "lab.explorer.one_neuron", "lab.explorer.two_forms")


def answered_once(view):
    for exercise in view.exercises:
        cells = [number for number, tree in view.trees.items() if any(exercise == defined(node) for node in tree.body)]
        if not cells:
            yield None, f"no cell answers {exercise}; expected one def or class of this name."
        for number in cells[1:]:
            yield number, f"defines {exercise} again, and hides the learner's answer; choose another name."


def checked_once(view):
    alone = Counter(cell.source.strip() for _, cell in view.code)
    for exercise in view.exercises:
        if (count := alone[check_of(exercise)]) != 1:
            yield None, f"{count} cells check {exercise}; expected one cell that contains only {check_of(exercise)}."
    for number, _ in view.calls("lab.check"):
        if view.notebook.cells[number - 1].source.strip() not in map(check_of, view.exercises):
            yield number, "is not a bare check; expected only lab.check(name), for an exercise of this lesson."


def course_functions_by_lab(view):
    for number, tree in view.trees.items():
        answered = {defined(statement) for statement in tree.body} & set(view.exercises)
        # An answer may use the learner's own earlier answers: it runs only when it is called.
        others = [statement for statement in tree.body if defined(statement) not in view.exercises]
        for name in sorted({name for node in others for name in names(node)} & set(view.exercises) - answered):
            yield number, f"uses the learner's {name}, which may not be written yet; write lab.{name}, or rename."


def predictions_revealed(view):
    predicted, revealed = named(view, "lab.predict"), named(view, "lab.reveal")
    for number, name in predicted:
        if not any(name == other and later > number for later, other in revealed):
            yield number, f"predicts {name}, which no later cell reveals; add lab.reveal({name}, …) after it."
    for number, name in revealed:
        if not any(name == other and earlier < number for earlier, other in predicted):
            yield number, f"reveals {name}, which no earlier cell predicts; add lab.predict({name}, None) before it."
    for number, name in repeated(predicted):
        yield number, f"predicts {name} a second time; give it another name."


def questions_asked_once(view):
    asked = named(view, "lab.answer")
    expected = [repr(question) for question in view.questions]
    for name in expected:
        if name not in [other for _, other in asked]:
            yield None, f"nothing asks the question {name}; add lab.answer({name}, None)."
    for number, name in asked:
        if name not in expected:
            yield number, f"asks {name}, which is not a question of this lesson; expected one of {', '.join(expected)}."
    for number, name in repeated(asked):
        yield number, f"asks {name} a second time; delete one."


def figures_explained(view):
    following = {number - 1: cell for number, cell in view.cells}
    shown = {number for number, _ in view.calls(*SHOWING)}
    shown |= {number for number, output in view.outputs if "image/png" in output.get("data", {}) or pictures(output)}
    for number in sorted(shown):
        cell = following.get(number)
        if cell is None or cell.cell_type != "markdown" or WHAT_TO_SEE not in cell.source:
            yield number, f"shows a figure; expected a text cell with **{WHAT_TO_SEE}.** right after it."


def figures_drawn_alone(view):
    for number, tree in view.trees.items():
        if len(tree.body) > 1 and describes_a_figure(view.notebook.cells[number - 1].source):
            yield number, "computes, and describes a figure, which a lesson hides; compute in a cell of its own."


def one_title(view):
    prose = "\n\n".join(cell.source for _, cell in view.cells if cell.cell_type == "markdown")
    titles = re.findall(r"(?m)^#[ \t]+\S.*|^[^\n]+\n=+[ \t]*$", re.sub(r"(?ms)^```.*?^```", "", prose))
    if len(titles) != 1:
        yield None, f"{len(titles)} titles (# …), expected one; make the others sections (## …)."


def check_of(exercise):
    return f"lab.check({exercise})"


def defined(statement):
    """The name that a `def`, a `class` or `name = …` defines; None for another statement."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def names(tree):
    """Every name that is read or bound in `tree`, except the one in lab.check(name) or lab.hint(name)."""
    match tree:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="lab"), attr="check" | "hint")):
            return
        case ast.Name(id=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name
    for child in ast.iter_child_nodes(tree):
        yield from names(child)


def named(view, function):
    """(cell, first argument as written) of each call of `function`."""
    return [(n, ast.unparse(call.args[0]) if call.args else "nothing") for n, call in view.calls(function)]


def repeated(calls):
    """The calls whose name appears in an earlier call."""
    return [(number, name) for k, (number, name) in enumerate(calls) if name in [other for _, other in calls[:k]]]


RULES = (
    answered_once,
    checked_once,
    course_functions_by_lab,
    predictions_revealed,
    questions_asked_once,
    figures_explained,
    figures_drawn_alone,
    one_title,
)
