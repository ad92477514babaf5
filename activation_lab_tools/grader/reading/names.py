"""Find the names that a statement reads from the notebook, and those that it binds there."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def read_by(node):
    """Return the global names that a top-level statement reads, including in its functions' bodies and decorators.

    Args:
        node: the statement's syntax tree.

    Returns:
        All names in order of appearance, and the set of those that are read when the statement runs (the others only
        when a function in it is called).
    """
    reader = _Reader()
    reader.visit(node)
    return tuple(sorted(reader.positions, key=reader.positions.get)), frozenset(reader.at_once)


class _Reader(ast.NodeVisitor):
    """Collects the names that no enclosing scope binds."""

    def __init__(self):
        self.positions, self.at_once = {}, set()
        self.scopes = []  # (names, whether it is a class's: methods don't see what their class binds)
        self.runs = True  # does this run when the statement runs?

    def _read(self, name, node):
        if not any(name in names for names, _ in self.scopes):
            position = (node.lineno, node.col_offset)
            self.positions[name] = min(position, self.positions.get(name, position))
            if self.runs:
                self.at_once.add(name)

    def _within(self, names, parts, runs):
        before = self.scopes, self.runs
        self.scopes = [scope for scope in self.scopes if not scope[1]] + [(names, False)]
        self.runs = self.runs and runs
        for part in parts:
            self.visit(part)
        self.scopes, self.runs = before

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self._read(node.id, node)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self._read(node.target.id, node.target)
        self.generic_visit(node)

    def visit_FunctionDef(self, node):
        for part in (*node.decorator_list, node.args, node.returns):
            if part:
                self.visit(part)
        names = {name for statement in node.body for name in bound_by(statement)} | _arguments(node)
        names -= {name for part in walk(node) if isinstance(part, ast.Global) for name in part.names}
        self._within(names, node.body, runs=False)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.visit(node.args)
        self._within(_arguments(node), [node.body], runs=False)

    def visit_ClassDef(self, node):
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        bound, before = set(), self.scopes
        self.scopes = [*self.scopes, (bound, True)]
        for statement in node.body:  # `forward = forward` reads the notebook's
            self.visit(statement)
            bound.update(bound_by(statement))
        self.scopes = before

    def visit_ListComp(self, node):
        first, *others = node.generators
        self.visit(first.iter)  # evaluated outside the comprehension
        names = {name for part in node.generators for name in bound_by(part.target)}
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._within(names, [first.target, *first.ifs, *others, *values], runs=True)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp


def _arguments(node):
    arguments = {part.arg for part in walk(node.args) if isinstance(part, ast.arg)}
    return arguments | {part.name for part in getattr(node, "type_params", ())}


def bound_by(node):
    """Return the names that a statement, or a part of it, binds at its own level, not in functions' bodies."""
    found, todo = {}, [node]
    while todo:
        part = todo.pop()
        if isinstance(part, (*FUNCTIONS, ast.ClassDef)):
            found[part.name] = None
        elif isinstance(part, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.split(".")[0]: None for alias in part.names}
        elif isinstance(part, ast.Name):
            if not isinstance(part.ctx, ast.Load):
                found[part.id] = None
        elif isinstance(part, COMPREHENSIONS):
            todo += [inner.target for inner in walk(part) if isinstance(inner, ast.NamedExpr)]
        elif not isinstance(part, ast.Lambda):
            if isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
                found[part.name] = None
            if isinstance(part, ast.MatchMapping) and part.rest:
                found[part.rest] = None
            todo += parts_of(part)
    return tuple(found)


def parts_of(node):
    """Return the parts of a syntax tree's node, without those that say nothing more, such as operators.

    Except for these, it is ast.iter_child_nodes, in less than half the time.
    """
    found = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            if value._fields:
                found.append(value)
        elif isinstance(value, list):
            found += [item for item in value if isinstance(item, ast.AST)]
    return found


def walk(node):
    """Return a node and all nodes in it, in the order of ast.walk; see parts_of."""
    found = [node]
    for each in found:
        found += parts_of(each)
    return found


def imported(nodes):
    """Return what import statements bind.

    Args:
        nodes: syntax trees of Import and ImportFrom.

    Returns:
        {name: the dotted path it refers to}: {"np": "numpy", "sqrt": "math.sqrt"}.
    """
    paths = {}
    for node in nodes:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                paths[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
            elif alias.asname:
                paths[alias.asname] = alias.name
            else:
                paths[alias.name.split(".")[0]] = alias.name.split(".")[0]
    return paths


def dotted(node, paths):
    """Return the path "numpy.max" for `np.max`, by what the imports bind; "" for anything but a dotted name."""
    attributes = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([paths.get(node.id, node.id), *reversed(attributes)])
