"""Cut out the program of an answer: its definition and, transitively, the top-level names that it uses."""

import ast
import builtins
import functools
from dataclasses import dataclass, field

from ..records import Answer
from .code_digest import code_digest
from .definitions import on_several
from .names import dotted, imported, walk
from .syntax import tree_of

MAX_PROGRAM_CHARACTERS = 1_000_000
MAX_OWN_CHARACTERS = 20_000
MAX_NAMES = 20
IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
BEHIND = {
    "activation_lab.quiet.keras": "keras",
    "activation_lab.quiet.tf": "tensorflow",
}  # imported through another module


@dataclass
class Needed:
    """What an answer needs: statements in the order of their first use, and names that no statement defines."""

    statements: dict = field(default_factory=dict)  # as an ordered set
    variables: dict = field(default_factory=dict)
    unknown: set = field(default_factory=set)


def answer(name, definitions):
    """Return the Answer to the exercise `name`, cut out of a notebook; nothing is executed.

    Args:
        name: of the exercise.
        definitions: the notebook's Definitions.
    """
    try:
        found, broken = definitions.of_answer(name), definitions.broken_of(name)
        if found:
            return _written(name, definitions, found, broken)
        if broken:
            return Answer(name, "broken", own=_limited(broken[-1].source), notes=(broken[-1].reason,))
        return _unwritten(name, definitions)
    except (RecursionError, MemoryError):
        return Answer(name, "broken", notes=(f"{name} is nested too deeply to be read.",))


def _unwritten(name, definitions):
    state = "stub" if definitions.has_stub_of(name) else "missing"
    return Answer(
        name,
        state,
        notes=tuple(
            f"Cell {cell} defines {name} in several branches, and only running it can decide which of them counts, so "
            "none does: put one definition at the beginning of a line."
            for cell in definitions.hidden_in(name)
        ),
    )


def _written(name, definitions, found, broken):
    chosen = found[-1]
    own = _own(name, definitions, chosen)
    needed = _needed(name, definitions, chosen, definitions.as_of)
    program = _program(definitions, needed)
    others = [statement for statement in found if statement not in own]
    notes = on_several(name, [*others, chosen])
    if chosen.text:
        notes.append(f"Cell {chosen.cell}, which has {name}, was turned into text; it counts anyway.")
    notes += [
        f"A later {name}, in cell {piece.cell}, is not valid Python, so an earlier one counts. {piece.reason}"
        for piece in broken
        if piece.cell >= chosen.cell
    ]
    source = _limited("\n\n".join(statement.source for statement in own))
    if problem := _problem(name, program):
        return Answer(name, "broken", own=source, notes=(*notes, problem))
    digest = code_digest([*own, *(s for s in needed.statements if s not in own)], definitions.paths)
    found = _found_in(program, needed)
    corrected = _corrected(name, definitions, chosen, needed)
    more = {"corrected": corrected, "earlier": tuple(_earlier(name, definitions, others, chosen))}
    return Answer(name, "written", own=source, notes=tuple(notes), code_digest=digest, **more, **found)


def _found_in(program, needed):
    """Return the fields of an Answer that follow from its program."""
    imports, optional = imports_of(program)
    variables = tuple(needed.variables)[:MAX_NAMES]
    return {"program": program, "imports": imports, "optional_imports": optional, "variables": variables}


def _corrected(name, definitions, chosen, needed):
    """Return the fields of the Answer that differ with the last definitions of its helpers; {} if none was changed."""
    later = _needed(name, definitions, chosen, definitions.latest)
    before = {bound for statement in needed.statements for bound in statement.names}
    new = [statement for statement in later.statements if statement not in needed.statements]
    changed = [statement for statement in new if before.intersection(statement.names)]
    program = _program(definitions, later)
    if not changed or _problem(name, program):
        return {}
    names = ", ".join(dict.fromkeys(bound for statement in changed for bound in statement.names))
    cells = ", ".join(dict.fromkeys(str(statement.cell) for statement in changed))
    note = f"{name} uses {names}, which changed later, in cell {cells}"
    return {**_found_in(program, later), "note": note}


def _earlier(name, definitions, others, chosen):
    """Yield the fields of the Answer that differ with the first and the last of the other definitions above.

    Students write the right answer into its cell and leave an old attempt further down, where it counts.
    """
    others = [each for each in others if ast.dump(each.node) != ast.dump(chosen.node)]
    for statement in dict.fromkeys([*others[:1], *others[-1:]]):
        needed = _needed(name, definitions, statement, definitions.as_of)
        program = _program(definitions, needed)
        if not _problem(name, program):
            yield {**_found_in(program, needed), "cells": (statement.cell, chosen.cell)}


def _own(name, definitions, chosen):
    """Return the definition, what it wraps (`relu = np.vectorize(relu)`), its patches (`Relu.forward = forward`)."""
    own = [chosen]
    while name in own[0].reads[1] and (wrapped := definitions.before(name, own[0])):
        if wrapped.kind in ("variable", "import"):
            break
        own.insert(0, wrapped)
    return [*own, *(patch for statement in own for patch in definitions.patches_of(statement, name))]


def _needed(name, definitions, chosen, helper):
    """Return what the answer needs; `helper(name, cell)` gives the definition of a helper that counts."""
    needed, todo = Needed(), [chosen]
    while todo:
        statement = todo.pop()
        if statement in needed.statements:
            continue
        needed.statements[statement] = None
        found = [patch for bound in statement.names for patch in definitions.patches_of(statement, bound, chosen.cell)]
        names, at_once = statement.reads
        for read in names:
            if read in at_once:
                giver = definitions.before(read, statement) or helper(read, chosen.cell)
            elif read == name:
                continue  # the answer itself
            else:
                giver = helper(read, chosen.cell)
            if giver is None:
                needed.unknown.add(read)
            elif giver.kind == "variable" and giver is not chosen:
                needed.variables[read] = None
            else:
                found += [giver, *(definitions.imports_of(read) if giver.kind == "import" else ())]
        todo += reversed(found)
    return needed


def _program(definitions, needed):
    """Return the sources in the notebook's order, except that future imports come first."""
    statements = set(needed.statements).union(definitions.futures)
    if any(not hasattr(builtins, name) for name in needed.unknown):
        statements.update(definitions.stars)
    ordered = sorted(statements, key=lambda statement: (statement.kind != "future", statement.position))
    return "\n\n".join(statement.source for statement in ordered) + "\n"


def _problem(name, program):
    """Return why a program cannot be executed at all, or ""."""
    if len(program) > MAX_PROGRAM_CHARACTERS:
        return (
            f"{name} and what it needs have {len(program):,} characters; at most {MAX_PROGRAM_CHARACTERS:,} are "
            "executed. Keep data out of the answer."
        )
    try:
        _tree_of(program)
    except SyntaxError as error:
        return f"{name} and what it needs are not valid Python together: {str(error.msg)[:200]}."
    return ""


_tree_of = functools.lru_cache(maxsize=1)(tree_of)  # of a program, which is not changed


def imports_of(program):
    """Return the root names of all modules that a program imports, and of those that it can do without.

    An import may be a statement, or a call with a name in quotes. A program can do without what it imports only in a
    `try` that catches ImportError.
    """
    nodes = list(walk(_tree_of(program)))
    without = [part for node in nodes if _catches_import_error(node) for part in node.body]
    optional = {id(inner) for part in without for inner in walk(part)}
    needed = _imported_by([node for node in nodes if id(node) not in optional])
    return needed, tuple(name for name in _imported_by(nodes) if name not in needed)


def _catches_import_error(node):
    if not isinstance(node, ast.Try):
        return False
    caught = [handler.type for handler in node.handlers]
    kinds = [kind for each in caught for kind in (each.elts if isinstance(each, ast.Tuple) else [each])]
    return any(kind is None or dotted(kind, {}) in IMPORT_ERRORS for kind in kinds)


def _imported_by(nodes):
    statements = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    paths = imported(statements)
    modules = [alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in statements if isinstance(node, ast.ImportFrom) and not node.level]
    modules += [BEHIND[path] for path in paths.values() if path in BEHIND]
    for node in nodes:
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = dotted(node.func, paths).split(".")[-1]
            if called in ("__import__", "import_module") and isinstance(node.args[0].value, str):
                modules.append(node.args[0].value)
    return tuple(sorted({module.split(".")[0] for module in modules} - {""}))


def _limited(source):
    return source if len(source) <= MAX_OWN_CHARACTERS else source[:MAX_OWN_CHARACTERS] + "\n# … and so on"
