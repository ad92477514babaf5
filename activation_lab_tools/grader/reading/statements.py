"""Classify the top-level statements of a notebook for the programs that are cut out of it."""

import ast
import copy
import functools
from dataclasses import dataclass

from .names import bound_by, dotted, imported, read_by

# Calls of these return the same value each time and have no side effects: constants.
CONSTANT_MODULES = ("math", "numpy", "functools", "operator", "itertools", "collections", "typing")
CONSTANT_BUILTINS = frozenset(
    "range tuple list dict set frozenset float int str bool complex len min max sum abs round sorted zip map enumerate "
    "reversed slice any all".split()
)
USUAL_NAMES = {"np": "numpy", "lab": "activation_lab"}  # in case the cell with the imports is missing
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
LITERALS = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.BinOp, ast.UnaryOp, ast.Compare)


@dataclass(frozen=True, eq=False)
class Statement:
    """One top-level statement, or the part of it that may be executed.

    Args:
        position: (number of the cell, number within it): statements sort by it.
        kind: "future", "star" or "import"; "definition"; "constant"; "block", an if, try or with that contains such;
            "patch", as `Relu.forward = forward`; or "variable", which programs omit.
        names: what it binds; for a patch, what it changes.
        node: its syntax tree; an import has only one name, a block only what may be executed.
        source: its text.
        text: whether it is in a text cell.
    """

    position: tuple
    kind: str
    names: tuple
    node: ast.stmt
    source: str
    text: bool = False

    @property
    def cell(self):
        return self.position[0]

    @functools.cached_property
    def reads(self):
        """All global names that it reads, in order, and the set of those read immediately; see names.read_by."""
        return read_by(self.node)


def import_paths(pieces):
    """Return {"np": "numpy", …}: what a notebook's imported names refer to, and usual names that it doesn't import."""
    nodes = [node for piece in pieces if "import" in piece.source for node in ast.walk(piece.node)]
    return USUAL_NAMES | imported(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def statements_of(pieces, paths):
    """Return the Statements of a notebook's Pieces, in order.

    Args:
        pieces: all of a notebook's.
        paths: see import_paths.
    """
    found = []
    for piece in pieces:
        for kind, names, node, source in _parts(piece, paths):
            found.append(Statement((piece.cell, len(found)), kind, names, node, source, piece.text))
    return found


def _parts(piece, paths):
    """Return (kind, names, node, source) of each statement in a piece."""
    node, source = piece.node, piece.source
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [_import(node, alias) for alias in node.names]
    if isinstance(node, DEFINITIONS):
        return [("definition", (node.name,), node, source)]
    if isinstance(node, ASSIGNMENTS):
        return [_assignment(node, source, paths)]
    if isinstance(node, ast.If | ast.Try | ast.TryStar | ast.With):
        return _block(node, source, paths)
    names = bound_by(node)
    return [("variable", names, node, source)] if names else []


def _import(node, alias):
    single = copy.copy(node)
    single.names = [alias]
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        kind = "future"
    else:
        kind = "star" if alias.name == "*" else "import"
    return kind, bound_by(single), single, ast.unparse(single)


def _assignment(node, source, paths):
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    changed = {_root(target) for target in targets if isinstance(target, ast.Attribute | ast.Subscript)}
    constant = node.value is not None and is_constant(node.value, paths)
    if changed and constant:
        return "patch", tuple(changed - {None}), node, source
    return "constant" if constant else "variable", bound_by(node), node, source


def _root(node):
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def is_constant(value, paths):
    """Does an expression call only functions that return constants? The bodies of its lambdas don't run yet."""
    todo = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(node, ast.Call) and not _makes_a_constant(node.func, paths):
            return False
        todo += ast.iter_child_nodes(node.args if isinstance(node, ast.Lambda) else node)
    return True


def _makes_a_constant(function, paths):
    path = dotted(function, paths)
    if path:
        return path.split(".")[0] in (CONSTANT_BUILTINS if "." not in path else CONSTANT_MODULES)
    while isinstance(function, ast.Attribute | ast.Subscript):
        function = function.value
    return isinstance(function, (ast.Call, *LITERALS))  # a method of a part that is checked separately


def _block(node, source, paths):
    """Return the part of the block that may be executed, and the names in the rest."""
    try:
        kept = _kept(node, paths)
        if kept and ast.dump(kept) != ast.dump(node):
            source = ast.unparse(kept)
    except RecursionError:  # such as a thousand elif branches
        kept = None
    names = bound_by(kept) if kept else ()
    lost = tuple(name for name in bound_by(node) if name not in names)
    parts = [("variable", lost, node, source)] if lost else []
    return [*parts, ("block", names, kept, source)] if kept else parts


def _kept(node, paths):
    """Return the part of a statement within a block that may be executed; None if nothing remains."""
    if isinstance(node, (ast.Import, ast.ImportFrom, *DEFINITIONS)):
        return node
    if isinstance(node, ASSIGNMENTS):
        return node if _assignment(node, "", paths)[0] == "constant" else None
    if isinstance(node, ast.If) and not is_constant(node.test, paths):
        return None
    if not isinstance(node, ast.If | ast.Try | ast.TryStar | ast.With):
        return None
    kept = copy.copy(node)
    bodies = [name for name in ("body", "orelse", "finalbody") if getattr(node, name, None)]
    for name in bodies:
        setattr(kept, name, _kept_all(getattr(node, name), paths))
    if hasattr(node, "handlers"):
        kept.handlers = [copy.copy(handler) for handler in node.handlers]
        for handler in kept.handlers:
            handler.body = _kept_all(handler.body, paths)
    inside = [part for name in bodies for part in getattr(kept, name)]
    inside += [part for handler in getattr(kept, "handlers", ()) for part in handler.body]
    return kept if any(not isinstance(part, ast.Pass) for part in inside) else None


def _kept_all(body, paths):
    kept = [part for part in (_kept(statement, paths) for statement in body) if part is not None]
    return kept or [ast.copy_location(ast.Pass(), body[0])]
