"""Find the statements of a notebook that define a name, and the one that counts."""

import ast
import re

from .names import dotted, walk
from .statements import ASSIGNMENTS, DEFINITIONS

STUB = re.compile(r"Write ([\w.]+) here\.")  # as in checking/stubs.py; the reader needs Python alone
WRAPPERS = ("functools.partial", "numpy.vectorize", "numpy.frompyfunc")
COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class Definitions:
    """The statements of one notebook by the names that they bind.

    Args:
        statements: all of the notebook's, in order.
        broken: its Broken pieces.
        paths: what its imports bind; see statements.import_paths.
    """

    def __init__(self, statements, broken, paths):
        self.broken, self.paths = broken, paths
        self.futures = [s for s in statements if s.kind == "future"]
        self.stars = [s for s in statements if s.kind == "star"]
        self._binding, self._patches = {}, {}
        for statement in statements:
            if statement.kind not in ("future", "star"):
                table = self._patches if statement.kind == "patch" else self._binding
                for name in statement.names:
                    table.setdefault(name, []).append(statement)

    def of_answer(self, name):
        """Return the written definitions of an exercise's answer, in order; the last one counts.

        A clear function or class takes precedence over a possible value of that name (`relu = lab.relu(z)` in an
        experiment), and a code cell over a text cell.
        """
        found = [s for s in self._binding.get(name, ()) if not self.is_untouched(s, name)]
        sure = [s for s in found if _is_function(s, name, self.paths)]
        maybe = [s for s in found if isinstance(s.node, ASSIGNMENTS) and s.node.value is not None]
        for group in (sure, maybe):
            for text in (False, True):
                if chosen := [s for s in group if s.text is text]:
                    return chosen
        return []

    def broken_of(self, name):
        """Return the broken pieces that would define the answer if they were valid Python."""
        return [piece for piece in self.broken if piece.defines(name)]

    def hidden_in(self, name):
        """Return the numbers of cells that define the function only under a condition or in a loop."""
        found = [s for s in self._binding.get(name, ()) if s.kind == "variable"]
        return [s.cell for s in found if _holds_definition(s.node, name)]

    def has_stub_of(self, name):
        return any(self.is_untouched(statement, name) for statement in self._binding.get(name, ()))

    def know(self, name):
        """Is the exercise's function or class anywhere in the notebook, in any state?"""
        sure = any(_is_function(statement, name, self.paths) for statement in self._binding.get(name, ()))
        return bool(sure or self.broken_of(name))

    def is_untouched(self, statement, name):
        return is_stub(statement.node) and not self.patches_of(statement, name)

    def patches_of(self, statement, name, until=None):
        """Return statements such as `Relu.forward = forward` that change what `statement` binds until it is rebound.

        Args:
            until: for anything but functions and classes, the number of the last cell that counts; None for all.
        """
        if name not in self._patches:
            return []
        end = min((s.position for s in self._binding[name] if s.position > statement.position), default=(float("inf"),))
        if until is not None and not isinstance(statement.node, DEFINITIONS):
            end = min(end, (until + 1,))
        return [patch for patch in self._patches[name] if statement.position < patch.position < end]

    def before(self, name, statement):
        """Return the last definition of a name above `statement`; None if there is none."""
        found = [s for s in self._binding.get(name, ()) if s.position < statement.position]
        return next(reversed(_in_code(found)), None)

    def as_of(self, name, cell):
        """Return the last definition of a helper at or before a cell, else the first after it, else None."""
        found = self._helpers(name)
        before = [s for s in found if s.cell <= cell]
        return before[-1] if before else next(iter(found), None)

    def latest(self, name, cell):
        """Return the last definition of a helper, which may have been corrected after the cell; else `as_of`."""
        found = [s for s in self._helpers(name) if s.kind != "variable"]
        return found[-1] if found else self.as_of(name, cell)

    def _helpers(self, name):
        found = [s for s in self._binding.get(name, ()) if s.kind == "variable" or not is_stub(s.node)]
        return _in_code(found or self._binding.get(name, ()))

    def imports_of(self, package):
        """Return all imports such as `import keras.ops` and `import keras.layers`, which bind the same name, keras."""
        imports = [s for s in self._binding.get(package, ()) if isinstance(s.node, ast.Import)]
        return [statement for statement in imports if not statement.node.names[0].asname]


def _in_code(statements):
    """Return those in code cells; if there are none, those in text cells."""
    return [statement for statement in statements if not statement.text] or statements


def on_several(name, definitions):
    """Return [a sentence on the definitions of one name, of which the last one counts]; [] if there is only one."""
    cells = list(dict.fromkeys(str(statement.cell) for statement in definitions))
    if len(definitions) < 2:
        return []
    if len(cells) == 1:
        sentence = f"Cell {cells[0]} defines {name} {len(definitions)} times; the last one counts."
    else:
        count = COUNTS[len(cells)] if len(cells) < len(COUNTS) else len(cells)
        sentence = f"{count} cells define {name} (cells {', '.join(cells[:-1])} and {cells[-1]}); the last one counts."
    *others, last = (ast.dump(statement.node) for statement in definitions)
    differ = sum(other != last for other in others)
    if differ == 0:
        return [f"{sentence} They are the same."]
    if differ == len(others):
        return [f"{sentence} It differs from {'the one' if differ == 1 else f'all {differ}'} before it."]
    return [f"{sentence} It differs from {differ} of the {len(others)} before it."]


def is_stub(node):
    """Is a function, or each method of a class except `__init__`, still the lesson's stub?"""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return all(_says_nothing(statement) for statement in node.body)
    if not isinstance(node, ast.ClassDef):
        return False
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    others = [part for part in node.body if part not in methods]
    constructors = [method for method in methods if method.name == "__init__"]
    methods = [method for method in methods if method not in constructors]
    if not all(map(_says_nothing, others)) or not all(map(is_stub, methods)):
        return False
    if methods:  # __init__ may put others in their place
        return not _puts_on_self(constructors, {method.name for method in methods})
    return not node.bases and all(map(is_stub, constructors))  # `class Mine(Theirs): pass` is an answer


def _puts_on_self(constructors, names):
    """Does a statement such as `self.forward = forward` set one of these names?"""
    parts = [part for constructor in constructors for part in walk(constructor)]
    return any(isinstance(p, ast.Attribute) and isinstance(p.ctx, ast.Store) and p.attr in names for p in parts)


def _says_nothing(statement):
    """Is it `pass`, `...`, a text, or the stub's `raise`?"""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call):
        texts = [argument.value for argument in statement.exc.args if isinstance(argument, ast.Constant)]
        is_error = dotted(statement.exc.func, {}) == "NotImplementedError"
        return is_error and len(texts) == 1 and STUB.fullmatch(str(texts[0])) is not None
    return isinstance(statement, ast.Pass)


def _is_function(statement, name, paths):
    """Does a statement bind the name to a function or class, judging by its text?"""
    if statement.kind == "block":
        assigned = any(_assigns_function(part, name, paths) for part in walk(statement.node))
        return assigned or _holds_definition(statement.node, name)
    return statement.kind == "definition" or _assigns_function(statement.node, name, paths)


def _holds_definition(node, name):
    return any(isinstance(part, DEFINITIONS) and part.name == name for part in walk(node))


def _assigns_function(node, name, paths):
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    if isinstance(node.value, ast.Call):
        given = [*node.value.args, *(keyword.value for keyword in node.value.keywords)]
        return dotted(node.value.func, paths) in WRAPPERS or any(dotted(value, {}) == name for value in given)
    return isinstance(node.value, ast.Lambda | ast.Name | ast.Attribute)
