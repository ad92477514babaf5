"""Edits: an answer that behaves like a right one with one small change has that change in it."""

import ast
import copy
import functools
import warnings

import numpy as np

from ...by_hand.activations import ACTIVATIONS
from ..compare import numbers
from .compared import first_that_holds
from .edit_words import words
from .mutation import changes, compiled, mutants, run, source_of

NOTHING = np.array(np.nan)  # equal to nothing that came back
LONG = 300  # characters; an accepted answer that is longer takes too long to change in every way
SENTENCE = "One thing separates {subject} from a right answer: {text}."


def found(runs, received, cases):
    """Return {part: what was done}, for those of these parts that one small change explains.

    Args:
        runs: the exercise's ReferenceRuns.
        received: {case name: the answer's Outcome}.
        cases: {index of a part, or None: its Compared}.
    """
    texts = {part: _of_part(runs, received, part, compared) for part, compared in cases.items()}
    return {part: text for part, text in texts.items() if text}


def _of_part(runs, received, part, cases):
    if not cases or not _tells(cases):
        return None
    tried = _all_tried(runs)
    edit = first_that_holds(
        cases,
        "edits",
        lambda first: {number: functools.partial(each.value, part) for number, each in tried.items()},
        also=lambda number: tried[number].raises_as(received),
    )
    return None if edit is None else tried[edit].text


def _all_tried(runs):
    """Return {number: _Tried} of the small changes, kept for the next answer."""
    if "edits" not in runs.memory:
        runs.memory["edits"] = {i: _Tried(runs, *edit) for i, edit in enumerate(edited(runs.exercise))}
    return runs.memory["edits"]


def _tells(cases):
    """Is there more to compare than a few times True or False?"""
    return cases[0].expected.dtype.kind != "b" or sum(case.expected.size for case in cases) > 64


class _Tried:
    """A changed answer, run on one case after another as it is asked for."""

    def __init__(self, runs, text, code, form):
        self.runs, self.text, self.outcomes = runs, text, {}
        try:
            self.function = run(code, form)
        except Exception as error:
            self.function = functools.partial(_raise, error)

    def outcome(self, name):
        if name not in self.outcomes:
            exercise, arguments = self.runs.exercise, copy.deepcopy(self.runs.cases[name])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    value = exercise.run(self.function, *arguments)
                    self.outcomes[name] = tuple(map(numbers, value)) if exercise.returns else numbers(value)
                except Exception as error:
                    self.outcomes[name] = error
        return self.outcomes[name]

    def value(self, part, case):
        value = self.outcome(case.name)
        if isinstance(value, Exception):
            return NOTHING
        value = value if part is None else value[part] if part < len(value) else None
        return NOTHING if value is None else value

    def raises_as(self, received):
        """Does it raise the same kind of error where the answer raised?"""
        raised = {name: outcome.error for name, outcome in received.items() if outcome.error is not None}
        return all(type(self.outcome(name)) is type(error) for name, error in raised.items())


def _raise(error, *arguments):
    raise error


@functools.lru_cache(maxsize=64)
def edited(exercise):
    """Return (what was done, code, the right function) for each small change to a right answer that can be said."""
    found = {}
    for form in (exercise.reference, *exercise.textbook, *exercise.accepted):
        source = source_of(form)
        long = form is not exercise.reference and len(source or "") > LONG
        if source is None or long or "keras" in source or "tf." in source:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            for mutant in mutants(source, _changes, words):
                found[mutant.source] = words(mutant.before, mutant.after, mutant.within), compiled(mutant.source), form
    return tuple(found.values())


def _changes(node):
    """Yield the engine's changes, then what a beginner adds: brackets left out, another activation."""
    yield from changes(node)
    if isinstance(node, ast.BinOp | ast.Compare):
        yield from _without_brackets(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield ast.BinOp(node.left, ast.Mult(), node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ACTIVATIONS:
        for other in ("relu", "sigmoid", "tanh", "softmax", "swish"):
            if other != node.func.id:
                after = ast.Call(ast.parse(f"_activation({other!r})", mode="eval").body, node.args, node.keywords)
                after.words = f"{other} where {node.func.id} is needed"
                yield after
    if isinstance(node, ast.FunctionDef) and 1 < len(node.args.args) < 4:
        for i in range(len(node.args.args) - 1):
            names = [*node.args.args]
            names[i], names[i + 1] = names[i + 1], names[i]
            after = ast.FunctionDef(**{**dict(ast.iter_fields(node)), "lineno": 1})
            after.args = ast.arguments(**{**dict(ast.iter_fields(node.args)), "args": names})
            after.words = f"the arguments {names[i + 1].arg} and {names[i].arg} are taken in the other order"
            yield after


def _without_brackets(node):
    """Yield the node as it would be read if the brackets around one operand were left out."""
    text = ast.unparse(node)
    for operand in (node.left, getattr(node, "right", None), *getattr(node, "comparators", ())):
        if not isinstance(operand, ast.BinOp | ast.Compare):
            continue
        inner = ast.unparse(operand)
        if f"({inner})" in text:
            after = ast.parse(text.replace(f"({inner})", inner, 1), mode="eval").body
            after.words = "brackets are missing"
            yield after
