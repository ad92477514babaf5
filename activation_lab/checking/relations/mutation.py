"""Small wrong changes to a function, one at a time.

A right answer is changed in every small way that its syntax tree allows. Each result, a `Mutant`, is an answer that a
check should reject; and an answer that behaves like a mutant has that change in it.
"""

import ast
import builtins
import copy
import functools
import inspect
import itertools
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from ...by_hand.activations import ACTIVATIONS

OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
FUNCTIONS = {
    "max": ("min", "sum"),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "sum": ("mean", "max"),
    "mean": ("sum",),
    "any": ("all",),
    "all": ("any",),
    "exp": ("expm1",),
    "expm1": ("exp",),
    "log": ("log1p",),
    "log1p": ("log",),
    "tanh": ("arctan",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "empty_like": ("zeros_like",),
    "array_equal": ("array_equiv",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "multiply": ("add",),
    "forward": ("backward",),
    "backward": ("forward",),
    "MaxPooling2D": ("AveragePooling2D",),
}
STRINGS = {
    "linear": ("relu",),
    "relu": ("linear",),
    "sigmoid": ("softmax",),
    "softmax": ("sigmoid",),
    "same": ("valid",),
    "valid": ("same",),
}
MODULES = {"np", "math", "lab", "keras", "tf"}
# Too short to make sense alone: the mutant's name shows their context.
FRAGMENTS = (ast.Constant, ast.Name, ast.keyword, ast.Slice, ast.operator, ast.arguments)


@dataclass(frozen=True)
class Mutant:
    """A changed function.

    Args:
        name: what was changed, and on which line of the unchanged `source_of`.
        source: the changed source.
        before, after: the smallest nodes that differ; `after` is None for a line that was left out.
        within: the keyword argument that the change is in, such as "axis"; else "".
    """

    name: str
    source: str
    before: ast.AST = field(default=None, compare=False)
    after: ast.AST = field(default=None, compare=False)
    within: str = field(default="", compare=False)


def source_of(function):
    """Return the code of a function or class, without the package's decorators, docstrings and comments.

    A lambda becomes a function named `answer`. None if it cannot stand alone, since it uses names from around it.
    """
    function = inspect.unwrap(function)
    if getattr(getattr(function, "__code__", None), "co_freevars", ()):
        return None
    if function.__name__ == "<lambda>":
        return _source_of_lambda(function)
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    tree.name = function.__name__
    tree.decorator_list = [each for each in tree.decorator_list if _root(getattr(each, "func", each)) in MODULES]
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _source_of_lambda(function):
    """Return the lambda as a function; it is the one in its file whose body is where its code's positions are."""
    positions = set(function.__code__.co_positions())
    for node in _lambdas(inspect.getsourcefile(function)):
        body = node.body
        if (body.lineno, body.end_lineno, body.col_offset, body.end_col_offset) in positions:
            return f"def answer({ast.unparse(node.args)}):\n    return {ast.unparse(body)}"
    return None


@functools.cache
def _lambdas(path):
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]


def mutants(source, changes=None, wanted=None):
    """Yield every mutant of the source of a function or class, in the order of the code, each only once.

    Args:
        source: as from `source_of`.
        changes: `changes(node)` yields the wrong nodes that could replace a node; by default, those below.
        wanted: `wanted(before, after, within)` says which mutants to make; by default, all.
    """
    tree = _NegativeNumbers().visit(ast.parse(source))
    _mark_alternatives(tree)
    sources, names = {ast.unparse(tree)}, set()
    for line, before, after, changed, small in _variants(tree, changes or globals()["changes"]):
        if wanted and not wanted(*small):
            continue
        source = ast.unparse(changed)
        if source not in sources:
            sources.add(source)
            numbered = (f" ({number})" if number > 1 else "" for number in itertools.count(1))
            name = f"line {line}: {_first_line(before)} → {_first_line(after) if after else 'nothing'}"
            name = next(name + number for number in numbered if name + number not in names)
            names.add(name)
            yield Mutant(name, source, *small)


def load(source, function, steps=100_000):
    """Run a source, mutated or not, with the names of `function`'s module; return what it defines.

    All loops in the source share `steps` iterations, then raise, so a mutant that would never end does end.
    """
    return run(compiled(source), function, steps)


def compiled(source):
    """Return the code of a source, in which every turn of a loop is counted."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.While)):
            node.body.insert(0, ast.parse("_count_a_turn()").body[0])
    return compile(ast.fix_missing_locations(tree), "<mutant>", "exec")


def run(code, function, steps=100_000):
    """Run what `compiled` returned, with the names of `function`'s module; return what it defines."""
    turns = iter(range(steps))

    def count_a_turn():
        if next(turns, None) is None:
            raise RuntimeError(f"Stopped after {steps} turns of its loops.")

    original = inspect.unwrap(function)
    names = {"_count_a_turn": count_a_turn, "_activation": lambda name: ACTIVATIONS[name].forward}
    namespace = vars(sys.modules[original.__module__]) | names
    exec(code, namespace)
    return namespace["answer" if original.__name__ == "<lambda>" else function.__name__]


class _NegativeNumbers(ast.NodeTransformer):
    """-1 as one number, as a reader sees it, where Python's tree has a minus and a 1."""

    def visit_UnaryOp(self, node):
        number = isinstance(node.operand, ast.Constant) and isinstance(node.operand.value, (int, float))
        if number and isinstance(node.op, ast.USub):
            return ast.copy_location(ast.Constant(-node.operand.value), node)
        return self.generic_visit(node)


def _root(node):
    """The first name of `keras.layers.Dense`; for anything else, the expression before its attributes."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return ast.unparse(node)


def _first_line(node):
    return ast.unparse(node).splitlines()[0]


def _mark_alternatives(tree):
    """Record for each parameter that is read, and each attribute of self, which others could be mistaken for it."""
    own = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"]
    attributes = sorted({node.attr for node in own})
    for node in own:
        if isinstance(node.ctx, ast.Load):
            node.alternatives = [name for name in attributes if name != node.attr]
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            parameters = [argument.arg for argument in scope.args.args if argument.arg != "self"]
            for node in ast.walk(scope):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
                    node.alternatives = [name for name in parameters if name != node.id]


def _variants(node, changes):
    """Yield each change in a node or below it.

    As a tuple: line, node before, node after or None, the whole changed node, arguments of Mutant.
    """
    if _only_raises(node):
        return
    for after in changes(node):
        yield getattr(node, "lineno", 1), node, after, after, (node, after)
    for part, value in ast.iter_fields(node):
        if part in ("annotation", "returns"):
            continue
        if isinstance(value, ast.AST):
            for variant in _variants(value, changes):
                yield _seen_from(node, part, variant, variant[3])
        elif isinstance(value, list):
            for position, item in enumerate(value):
                before, after = value[:position], value[position + 1 :]
                removed = (item, None)
                if isinstance(item, ast.stmt) and not isinstance(node, ast.Module) and not _only_raises(item):
                    yield item.lineno, item, None, _with(node, **{part: before + after or [ast.Pass()]}), removed
                if part == "decorator_list":
                    yield item.lineno, item, None, _with(node, **{part: before + after}), removed
                for variant in _variants(item, changes) if isinstance(item, ast.AST) else ():
                    yield _seen_from(node, part, variant, [*before, variant[3], *after])


def _seen_from(parent, part, variant, value):
    """A child's variant as its parent's: named by the parent if the child alone says too little."""
    line, before, after, _, small = variant
    changed = _with(parent, **{part: value})
    if isinstance(before, FRAGMENTS) or isinstance(before, ast.UnaryOp):
        before, after = parent, changed
    if isinstance(parent, ast.keyword) and len(small) == 2:
        small = (*small, parent.arg or "")
    return line, before, after, changed, small


def _only_raises(node):
    """Whether a statement only reports a wrong argument, which a check does not ask for."""
    guard = isinstance(node, ast.If) and not node.orelse and all(isinstance(line, ast.Raise) for line in node.body)
    return guard or isinstance(node, (ast.Raise, ast.Assert))


def _with(node, **fields):
    node = copy.copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _neighbors_swapped(items):
    for i in range(len(items) - 1):
        yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


def _each_left_out(items):
    for i in range(len(items)):
        yield [*items[:i], *items[i + 1 :]]


@functools.singledispatch
def changes(node):
    """The wrong nodes that could replace a node: none by default; see each kind below."""
    return ()


@changes.register
def _(node: ast.BinOp):
    yield from (_with(node, op=other()) for other in OPERATORS.get(type(node.op), ()))
    yield node.left
    yield node.right
    if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        yield _with(node, left=node.right, right=node.left)
    if isinstance(node.op, ast.MatMult):
        for side in ("left", "right"):
            operand = getattr(node, side)
            if not (isinstance(operand, ast.Attribute) and operand.attr == "T"):
                yield _with(node, **{side: ast.Attribute(operand, "T", ast.Load())})


@changes.register
def _(node: ast.AugAssign):
    yield from (_with(node, op=other()) for other in OPERATORS.get(type(node.op), ()))
    yield ast.Assign([node.target], node.value, lineno=node.lineno)


@changes.register
def _(node: ast.UnaryOp):
    yield node.operand


@changes.register
def _(node: ast.Compare):
    for i, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield _with(node, ops=[*node.ops[:i], other(), *node.ops[i + 1 :]])


@changes.register
def _(node: ast.BoolOp):
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield from (_with(node, values=values) for values in _each_left_out(node.values))


@changes.register
def _(node: ast.Constant):
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        value, kind = node.value, type(node.value)
        others = dict.fromkeys([kind(0), kind(1), -value, 2 * value, value + 1, value - 1])
        yield from (ast.Constant(other) for other in others if other != value)
    elif isinstance(node.value, str):
        yield from map(ast.Constant, STRINGS.get(node.value, ()))


@changes.register(ast.Name)
@changes.register(ast.Attribute)
def _(node):
    for other in getattr(node, "alternatives", ()):
        yield ast.Name(other, ast.Load()) if isinstance(node, ast.Name) else _with(node, attr=other)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value


@changes.register
def _(node: ast.Call):
    is_name = isinstance(node.func, ast.Name)
    is_method = isinstance(node.func, ast.Attribute) and _root(node.func.value) not in MODULES
    for other in FUNCTIONS.get(node.func.id if is_name else getattr(node.func, "attr", None), ()):
        if not is_name:
            yield _with(node, func=_with(node.func, attr=other))
        elif hasattr(builtins, other):
            yield _with(node, func=ast.Name(other, ast.Load()))
    yield from (argument for argument in node.args if not isinstance(argument, ast.Starred))
    if is_method:
        yield node.func.value
    yield from (_with(node, args=args) for args in _neighbors_swapped(node.args))
    if len(node.args) > 1 or is_method:
        yield from (_with(node, args=args) for args in _each_left_out(node.args))
    yield from (_with(node, keywords=keywords) for keywords in _each_left_out(node.keywords))


@changes.register(ast.Tuple)
@changes.register(ast.List)
def _(node):
    if isinstance(node.ctx, ast.Load):
        yield from (_with(node, elts=elements) for elements in _neighbors_swapped(node.elts))


@changes.register
def _(node: ast.Subscript):
    if isinstance(node.ctx, ast.Load):
        yield node.value


@changes.register
def _(node: ast.Slice):
    yield from (_with(node, **{part: None}) for part in ("lower", "upper", "step") if getattr(node, part) is not None)


@changes.register
def _(node: ast.IfExp):
    yield node.body
    yield node.orelse


@changes.register(ast.If)
@changes.register(ast.While)
def _(node):
    yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
