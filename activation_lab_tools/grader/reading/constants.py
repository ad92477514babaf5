"""Decide which expressions have the same value each time and no side effects, judging by their text."""

import ast
from typing import NamedTuple

from .names import dotted

# Calls of these return the same value each time and have no side effects: constants.
CONSTANT_MODULES = ("math", "numpy", "functools", "operator", "itertools", "collections", "typing")
CONSTANT_BUILTINS = frozenset(
    "range tuple list dict set frozenset float int str bool complex len min max sum abs round sorted zip map enumerate "
    "reversed slice any all object super".split()
)
LITERALS = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.BinOp, ast.UnaryOp, ast.Compare)
CONSTRUCTORS = ("__init__", "__new__", "__post_init__")


class Callables(NamedTuple):
    """What an expression of a notebook may call.

    Args:
        paths: what its imports bind; see statements.import_paths.
        makers: names of its own functions and classes that only make a value, such as `def make(a): return lambda …`.
    """

    paths: dict
    makers: frozenset = frozenset()


def callables_of(nodes, paths):
    """Return the Callables of a notebook.

    Args:
        nodes: its top-level statements.
        paths: what its imports bind.
    """
    definitions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    makers, before = frozenset(node.name for node in definitions), None
    while makers != before:  # a maker that calls one that isn't a maker isn't one either
        before, known = makers, Callables(paths, makers)
        makers -= {node.name for node in definitions if not _only_makes(node, known)}
    return Callables(paths, makers)


def is_constant(value, known):
    """Does an expression call only functions that return constants? The bodies of its lambdas don't run yet."""
    return all(_is_harmless(node, known, ()) for node in _running(value))


def _only_makes(definition, known):
    """Does calling a function or class do nothing but make a value?"""
    if not all(dotted(each, known.paths).split(".")[0] in CONSTANT_MODULES for each in definition.decorator_list):
        return False
    if isinstance(definition, ast.ClassDef):
        parts = [part for part in definition.body if isinstance(part, ast.FunctionDef) and part.name in CONSTRUCTORS]
        bases = [dotted(base, known.paths) for base in definition.bases]
        if definition.keywords or not all(base == "object" or base in known.makers for base in bases):
            return False
        return all(_only_makes(part, known) for part in parts)
    own = {node.arg for node in ast.walk(definition.args) if isinstance(node, ast.arg)}
    own |= {node.id for node in ast.walk(definition) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own -= {definition.args.args[0].arg} if definition.name in CONSTRUCTORS and definition.args.args else set()
    return all(_is_harmless(node, known, own) for part in definition.body for node in _running(part))


def _running(node):
    """Yield a node and all in it that runs with it: not the bodies of functions."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += [node.args, *getattr(node, "decorator_list", ())]
        else:
            todo += ast.iter_child_nodes(node)


def _is_harmless(node, known, own):
    kinds = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Global, ast.Import, ast.ImportFrom, ast.With)
    if isinstance(node, kinds):
        return False
    return not isinstance(node, ast.Call) or _makes_a_constant(node.func, known, own)


def _makes_a_constant(function, known, own):
    """Does calling this return the same each time? `own` names a maker's values, whose methods may be called."""
    path = dotted(function, known.paths)
    root, _, attributes = path.partition(".")
    if path:
        if root in own:
            return bool(attributes)
        return root in CONSTANT_MODULES if attributes else root in CONSTANT_BUILTINS or root in known.makers
    while isinstance(function, ast.Attribute | ast.Subscript):
        function = function.value
    if isinstance(function, ast.Call):  # a method of a part that is checked separately, but not of one's own class
        return dotted(function.func, known.paths) not in known.makers
    return isinstance(function, LITERALS)
