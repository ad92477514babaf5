"""Guards of the course's own rules: how a lesson is put together."""

import ast
import re
from collections import Counter

from .page import pictures

WHAT_TO_SEE = "**What to see.**"
SHOWING = ("lab.plots.show", "plots.show", "lab.explorer.one_neuron", "lab.explorer.two_forms")


def answered_once(page):
    for exercise in page.exercises:
        cells = [number for number, tree in page.trees.items() if any(exercise == defined(node) for node in tree.body)]
        if not cells:
            yield None, f"no cell answers {exercise}; expected one def or class of this name."
        for number in cells[1:]:
            yield number, f"defines {exercise} again, and hides the learner's answer; call it another name."


def checked_once(page):
    alone = Counter(cell.source.strip() for _, cell in page.code)
    for exercise in page.exercises:
        if (count := alone[check_of(exercise)]) != 1:
            yield None, f"{count} cells check {exercise}; expected one cell with nothing but {check_of(exercise)}."
    for number, _ in page.calls("lab.check"):
        if page.notebook.cells[number - 1].source.strip() not in map(check_of, page.exercises):
            yield number, "is no bare check; expected nothing but lab.check(name), of an exercise of this lesson."


def course_functions_by_lab(page):
    for number, tree in page.trees.items():
        answered = {defined(statement) for statement in tree.body} & set(page.exercises)
        # An answer may use the learner's own earlier answers: it runs only when it is called.
        others = [statement for statement in tree.body if defined(statement) not in page.exercises]
        for name in sorted({name for node in others for name in names(node)} & set(page.exercises) - answered):
            yield number, f"uses the learner's {name}, which may not be written yet; write lab.{name}, or rename."


def predictions_revealed(page):
    predicted, revealed = named(page, "lab.predict"), named(page, "lab.reveal")
    for number, name in predicted:
        if not any(name == other and later > number for later, other in revealed):
            yield number, f"predicts {name}, which no later cell reveals; add lab.reveal({name}, …) after it."
    for number, name in revealed:
        if not any(name == other and earlier < number for earlier, other in predicted):
            yield number, f"reveals {name}, which no earlier cell predicts; add lab.predict({name}, None) before it."
    for number, name in repeated(predicted):
        yield number, f"predicts {name} a second time; give it another name."


def questions_asked_once(page):
    asked = named(page, "lab.answer")
    expected = [repr(question) for question in page.questions]
    for name in expected:
        if name not in [other for _, other in asked]:
            yield None, f"nothing asks the question {name}; add lab.answer({name}, None)."
    for number, name in asked:
        if name not in expected:
            yield number, f"asks {name}, which is no question of this lesson; expected one of {', '.join(expected)}."
    for number, name in repeated(asked):
        yield number, f"asks {name} a second time; delete one."


def figures_explained(page):
    following = {number - 1: cell for number, cell in page.cells}
    shown = {number for number, _ in page.calls(*SHOWING)}
    shown |= {number for number, output in page.outputs if "image/png" in output.get("data", {}) or pictures(output)}
    for number in sorted(shown):
        cell = following.get(number)
        if cell is None or cell.cell_type != "markdown" or WHAT_TO_SEE not in cell.source:
            yield number, f"shows a figure; expected a text cell with {WHAT_TO_SEE} right after it."


def one_title(page):
    prose = "\n\n".join(cell.source for _, cell in page.cells if cell.cell_type == "markdown")
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
    """Every name that is read or bound in `tree`, but for the one in lab.check(name) or lab.hint(name)."""
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


def named(page, function):
    """(cell, first argument as written) of each call of `function`."""
    return [(n, ast.unparse(call.args[0]) if call.args else "nothing") for n, call in page.calls(function)]


def repeated(calls):
    """The calls whose name an earlier one has."""
    return [(number, name) for k, (number, name) in enumerate(calls) if name in [other for _, other in calls[:k]]]


GUARDS = (
    answered_once,
    checked_once,
    course_functions_by_lab,
    predictions_revealed,
    questions_asked_once,
    figures_explained,
    one_title,
)
