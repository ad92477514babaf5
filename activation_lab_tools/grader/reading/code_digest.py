"""A digest that is equal for answers that differ only in names, comments, docstrings, annotations and layout."""

import ast
import hashlib

from .names import bound_by
from .syntax import tree_of


def code_digest(statements, paths):
    """Return the SHA-256 of an answer after normalizing whatever doesn't affect what it does.

    The exercise, its helpers, arguments and variables are numbered as they appear; names of attributes, methods and
    modules, and constants, stay.

    Args:
        statements: the answer's own, then its helpers in the order of their first use; imports are skipped.
        paths: what the notebook's imports bind; see statements.import_paths: `np.max` and `numpy.max` are the same.
    """
    statements = [statement for statement in statements if statement.kind != "import"]
    normal = _Normal({name for statement in statements for name in statement.names}, paths)
    text = "\n".join(ast.dump(normal.visit(tree_of(statement.source))) for statement in statements)
    return hashlib.sha256(text.encode()).hexdigest()


class _Normal(ast.NodeTransformer):
    def __init__(self, names, paths):
        self.paths, self.count = paths, 0
        self.scopes = [
            dict.fromkeys(names)
        ]  # from the notebook's inwards: {name: what it becomes, None until it appears}

    def _name(self, name):
        for scope in reversed(self.scopes):
            if name in scope:
                if scope[name] is None:
                    self.count += 1
                    scope[name] = f"name {self.count}"
                return scope[name]
        return self.paths.get(name, name)

    def _within(self, node, scope):
        self.scopes.append(scope)
        node = self.generic_visit(node)
        self.scopes.pop()
        return node

    def visit_Name(self, node):
        return ast.Name(self._name(node.id), node.ctx)

    def visit_arg(self, node):
        return ast.arg(self._name(node.arg))  # without its annotation

    def visit_FunctionDef(self, node):
        node.name, node.returns, node.body = self._name(node.name), None, _without_texts(node.body)
        return self._within(node, dict.fromkeys([*_arguments(node), *_bound_in(node)]))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        return self._within(node, dict.fromkeys(_arguments(node)))

    def visit_ClassDef(self, node):
        node.name, node.body = self._name(node.name), _without_texts(node.body)
        return self._within(node, {name: name for name in _bound_in(node)})  # methods and attributes

    def visit_ListComp(self, node):
        return self._within(node, dict.fromkeys(name for part in node.generators for name in bound_by(part.target)))

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_AnnAssign(self, node):
        return self.generic_visit(ast.Assign([node.target], node.value)) if node.value else None

    def visit_ExceptHandler(self, node):
        node.name = node.name and self._name(node.name)
        return self.generic_visit(node)

    def visit_Global(self, node):
        node.names = [self._name(name) for name in node.names]
        return node

    visit_Nonlocal = visit_Global

    def visit_Call(self, node):
        helpers_own = isinstance(node.func, ast.Name) and node.func.id in self.scopes[0]
        node = self.generic_visit(node)
        for keyword in node.keywords:
            if helpers_own and keyword.arg:
                keyword.arg = "argument"  # the helper names it
        return node


def _arguments(node):
    return [part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)]


def _bound_in(node):
    return [name for statement in node.body for name in bound_by(statement)]


def _without_texts(body):
    """Return the statements without docstrings and other lone texts."""
    return [part for part in body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
