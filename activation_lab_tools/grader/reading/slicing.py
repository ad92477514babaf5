"""Cut out the program of an answer: its definition and, transitively, the top-level names that it uses."""

import ast
import builtins
from dataclasses import dataclass, field

from ..records import Answer
from .code_digest import code_digest
from .definitions import on_several
from .names import dotted, imported
from .syntax import tree_of

MAX_PROGRAM_CHARACTERS = 200_000
MAX_OWN_CHARACTERS = 20_000
MAX_NAMES = 20
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
            f"Cell {cell} defines {name} in a loop, or under a condition that only running it can decide, so it does "
            "not count: put the definition at the beginning of a line."
            for cell in definitions.hidden_in(name)
        ),
    )


def _written(name, definitions, found, broken):
    chosen = found[-1]
    own = _own(name, definitions, chosen)
    needed = _needed(name, definitions, chosen)
    program = _program(definitions, needed)
    notes = on_several(name, [statement for statement in found if statement is chosen or statement not in own])
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
    return Answer(
        name,
        "written",
        program,
        source,
        imports_of(program),
        tuple(needed.variables)[:MAX_NAMES],
        tuple(notes),
        code_digest([*own, *(s for s in needed.statements if s not in own)], definitions.paths),
    )


def _own(name, definitions, chosen):
    """Return the definition, what it wraps (`relu = np.vectorize(relu)`), its patches (`Relu.forward = forward`)."""
    own = [chosen]
    while name in own[0].reads[1] and (wrapped := definitions.before(name, own[0])):
        if wrapped.kind in ("variable", "import"):
            break
        own.insert(0, wrapped)
    return [*own, *(patch for statement in own for patch in definitions.patches_of(statement, name))]


def _needed(name, definitions, chosen):
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
                giver = definitions.before(read, statement) or definitions.as_of(read, chosen.cell)
            elif read == name:
                continue  # the answer itself
            else:
                giver = definitions.as_of(read, chosen.cell)
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
        tree_of(program)
    except SyntaxError as error:
        return f"{name} and what it needs are not valid Python together: {str(error.msg)[:200]}."
    return ""


def imports_of(program):
    """Return the root names of all modules that a program imports, by statement or by a call with a name in quotes."""
    nodes = list(ast.walk(tree_of(program)))
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
