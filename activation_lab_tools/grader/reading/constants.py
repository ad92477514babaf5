"""Decide which expressions have the same value each time and no side effects, judging by their text."""

import ast
from typing import NamedTuple

from .names import dotted, parts_of, walk

# Calls of these return the same value each time and have no side effects: constants.
CONSTANT_MODULES = ("math", "numpy", "functools", "operator", "itertools", "collections", "typing")
CONSTANT_BUILTINS = frozenset(
    "range tuple list dict set frozenset float int str bool complex len min max sum abs round sorted zip map enumerate "
    "reversed slice any all object super".split()
)
LITERALS = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.BinOp, ast.UnaryOp, ast.Compare)
DOING = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Global, ast.Import, ast.ImportFrom, ast.With)
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
    needs, users = {}, {}  # what a definition calls of the notebook's own; None if it does more than make a value
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found = _needed_to_make(node, paths)
            earlier = needs.get(node.name, frozenset())
            needs[node.name] = None if found is None or earlier is None else earlier | found
    for name, needed in needs.items():
        for other in needed or ():
            users.setdefault(other, []).append(name)
    others = [name for name in users if name not in needs]  # such as open
    todo = [*others, *(name for name, needed in needs.items() if needed is None)]
    not_makers = set(todo)
    while todo:  # what calls one that isn't a maker isn't one either
        new = [name for name in users.get(todo.pop(), ()) if name not in not_makers]
        not_makers.update(new)
        todo += new
    return Callables(paths, frozenset(needs) - not_makers)


def is_constant(value, known):
    """Does an expression call only functions that return constants? The bodies of its lambdas don't run yet."""
    needed = _needed_by([value], known.paths)
    return needed is not None and needed <= known.makers


def _needed_to_make(definition, paths):
    """Return which of the notebook's functions calling this one calls; None if it does more than make a value."""
    if not all(dotted(each, paths).split(".")[0] in CONSTANT_MODULES for each in definition.decorator_list):
        return None
    if isinstance(definition, ast.ClassDef):
        parts = [part for part in definition.body if isinstance(part, ast.FunctionDef) and part.name in CONSTRUCTORS]
        found = [frozenset(dotted(base, paths) for base in definition.bases) - {"object"}]
        found += [_needed_to_make(part, paths) for part in parts]
        return None if definition.keywords or None in found else frozenset().union(*found)
    own = {node.arg for node in walk(definition.args) if isinstance(node, ast.arg)}
    own |= {node.id for node in walk(definition) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if definition.name in CONSTRUCTORS:
        own -= {each.arg for each in definition.args.args[:1]}  # a method of self can do anything
    return _needed_by(definition.body, paths, own)


def _needed_by(nodes, paths, own=()):
    """Return the names that must be makers where these nodes run; None if they do more than make values.

    Args:
        nodes: syntax trees.
        paths: what the notebook's imports bind.
        own: names of a maker's values, whose methods may be called.
    """
    needed, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, DOING):
            return None
        if isinstance(node, ast.Call):
            maker = _maker_in(node.func, paths, own)
            if maker is None:
                return None
            needed.add(maker)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):  # its body doesn't run yet
            todo += [node.args, *getattr(node, "decorator_list", ())]
        else:
            todo += parts_of(node)
    return frozenset(needed - {""})


def _maker_in(function, paths, own):
    """Return the name that must be a maker if calling this is to make a value; "" if it does anyway, None if never."""
    path = dotted(function, paths)
    root, _, attributes = path.partition(".")
    if path and attributes:
        return "" if root in CONSTANT_MODULES or root in own else None
    if path:
        return "" if root in CONSTANT_BUILTINS else None if root in own else root
    while isinstance(function, ast.Attribute | ast.Subscript):
        function = function.value
    if isinstance(function, ast.Call):  # a method of a part that is checked itself, but not of an own class
        return None if _maker_in(function.func, paths, own) else ""
    return "" if isinstance(function, LITERALS) else None
