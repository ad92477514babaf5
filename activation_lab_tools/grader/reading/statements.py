"""Classify the top-level statements of a notebook for the programs that are cut out of it."""

import ast
import copy
import functools
from dataclasses import dataclass

from .constants import callables_of, is_constant
from .names import bound_by, imported, read_by, walk

USUAL_NAMES = {"np": "numpy", "lab": "activation_lab"}  # in case the cell with the imports is missing
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


@dataclass(frozen=True, eq=False)
class Statement:
    """One top-level statement, or the part of it that may be executed.

    Args:
        position: (number of the cell, number within it): statements sort by it.
        kind: "future", "star" or "import"; "definition"; "constant"; "block", an if, try, with or loop with such;
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
    nodes = [node for piece in pieces if "import" in piece.source for node in walk(piece.node)]
    return USUAL_NAMES | imported(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def statements_of(pieces, paths):
    """Return the Statements of a notebook's Pieces, in order.

    Args:
        pieces: all of a notebook's.
        paths: see import_paths.
    """
    found, known = [], callables_of([piece.node for piece in pieces], paths)
    for piece in pieces:
        for kind, names, node, source in _parts(piece, known):
            found.append(Statement((piece.cell, len(found)), kind, names, node, source, piece.text))
    return found


def _parts(piece, known):
    """Return (kind, names, node, source) of each statement in a piece."""
    node, source = piece.node, piece.source
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [_import(node, alias) for alias in node.names]
    if isinstance(node, DEFINITIONS):
        return [("definition", (node.name,), node, source)]
    if isinstance(node, ASSIGNMENTS):
        return [_assignment(piece, known)]
    if isinstance(node, BLOCKS):
        return _block(node, source, known)
    return [("variable", piece.names, node, source)] if piece.names else []


def _import(node, alias):
    single = copy.copy(node)
    single.names = [alias]
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        kind = "future"
    else:
        kind = "star" if alias.name == "*" else "import"
    return kind, bound_by(single), single, ast.unparse(single)


def _assignment(piece, known):
    changed, constant = _changed_by(piece.node), _gives_constant(piece.node, known)
    if changed and constant:
        return "patch", tuple(changed - {None}), piece.node, piece.source
    return "constant" if constant else "variable", piece.names, piece.node, piece.source


def _changed_by(assignment):
    """Return the names of what an assignment to attributes or items changes; None for one that has no name."""
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    return {_root(target) for target in targets if isinstance(target, ast.Attribute | ast.Subscript)}


def _gives_constant(assignment, known):
    return assignment.value is not None and is_constant(assignment.value, known)


def _root(node):
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _block(node, source, known):
    """Return the part of the block that may be executed, and the names in the rest."""
    try:
        kept = _kept(node, known)
        if kept and ast.dump(kept) != ast.dump(node):
            source = ast.unparse(kept)
    except RecursionError:  # such as a thousand elif branches
        kept = None
    names = bound_by(kept) if kept else ()
    lost = tuple(name for name in bound_by(node) if name not in names)
    parts = [("variable", lost, node, source)] if lost else []
    return [*parts, ("block", names, kept, source)] if kept else parts


def _kept(node, known):
    """Return the part of a statement within a block that may be executed; None if nothing remains.

    A block that only running it could decide, such as a loop or `if f():`, becomes `if True:` if one of its branches
    defines functions or classes: the notebook, too, either has these or none.
    """
    if isinstance(node, (ast.Import, ast.ImportFrom, *DEFINITIONS)):
        return node
    if isinstance(node, ASSIGNMENTS):
        return node if _gives_constant(node, known) and not _changed_by(node) else None
    if not isinstance(node, BLOCKS):
        return None
    kept = copy.copy(node)
    bodies = [name for name in ("body", "orelse", "finalbody") if getattr(node, name, None)]
    for name in bodies:
        setattr(kept, name, _kept_all(getattr(node, name), known))
    if hasattr(node, "handlers"):
        kept.handlers = [copy.copy(handler) for handler in node.handlers]
        for handler in kept.handlers:
            handler.body = _kept_all(handler.body, known)
    branches = [getattr(kept, name) for name in bodies] + [handler.body for handler in getattr(kept, "handlers", ())]
    if isinstance(node, ast.Try | ast.TryStar) or _is_decided(node, known):
        return kept if any(not isinstance(part, ast.Pass) for branch in branches for part in branch) else None
    defining = [branch for branch in branches if any(map(_defines, branch))]
    return _always(defining[0], node) if len(defining) == 1 else None


def _is_decided(node, known):
    """Does a block do the same each time that it runs? A loop's `break` is not kept, so a `while` never does."""
    if isinstance(node, ast.If):
        return is_constant(node.test, known)
    if isinstance(node, ast.With):
        return all(is_constant(item.context_expr, known) for item in node.items)
    return isinstance(node, ast.For) and is_constant(node.iter, known) and any(map(_defines, node.body))


def _defines(node):
    return any(isinstance(part, DEFINITIONS) for part in walk(node))


def _always(body, node):
    return ast.copy_location(ast.If(ast.copy_location(ast.Constant(True), node), body, []), node)


def _kept_all(body, known):
    kept = [part for part in (_kept(statement, known) for statement in body) if part is not None]
    return kept or [ast.copy_location(ast.Pass(), body[0])]
