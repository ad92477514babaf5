"""What the source of an answer shows: why it returns nothing, and whether code stands beside a stub's raise."""

import ast
import inspect
import textwrap

from ..errors import CannotJudge
from .stubs import STUB, stub_of

# Methods that return None, whatever they do.
RETURN_NOTHING = frozenset(
    "append extend insert sort reverse clear update add compile summary build set_weights save shuffle fill".split()
)


MODULES = ("np", "numpy", "keras", "tf", "ops", "layers", "math", "lab")


def shown_by_source(function, outcomes):
    """Return {"returns_nothing", "beside_a_stub"}, see CodeFindings; the source is read if outcomes leave it open."""
    return {
        "returns_nothing": why_it_returns_nothing(function) if any(map(_is_nothing, outcomes)) else "",
        "beside_a_stub": any(stub_of(outcome.error) for outcome in outcomes) and has_code_beside_a_stub(function),
    }


def _is_nothing(outcome):
    """Is None what came back, or a part of it?"""
    if isinstance(outcome.error, CannotJudge):
        return str(outcome.error).startswith("It returns None")
    parts = outcome.value if type(outcome.value) in (tuple, list) else [outcome.value]
    return outcome.error is None and any(part is None for part in parts)


def why_it_returns_nothing(function):
    """Return why a function, or a method of a class, returns None, as a sentence; "" if its source doesn't show it."""
    functions = _functions_of(function)
    for node in functions:
        if (sentence := _why_nothing(node)) and not _is_stub(node):
            return sentence
    return ""


def has_code_beside_a_stub(function):
    """Is the stub's `raise` still there in a function in which something else has been written?"""
    for node in _functions_of(function):
        body = [statement for statement in node.body if not _is_docstring(statement)]
        if any(map(_is_stubs_raise, body)) and not all(map(_is_stubs_raise, body)):
            return True
    return False


def _functions_of(function):
    """Return the syntax trees of a function, or of the methods of a class other than __init__; [] if it has none."""
    if inspect.isclass(function):  # a notebook knows the source of a class's methods, and not that of the class
        methods = [part for name, part in vars(function).items() if inspect.isfunction(part) and name != "__init__"]
        return [node for method in methods for node in _functions_of(method)]
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except Exception:  # no source, no Python by itself, or an object that raises when it is looked at
        return []
    return [node for node in tree.body[:1] if isinstance(node, ast.FunctionDef)]


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_stubs_raise(statement):
    if not isinstance(statement, ast.Raise):
        return False
    constants = (part.value for part in ast.walk(statement) if isinstance(part, ast.Constant))
    return any(isinstance(value, str) and STUB.fullmatch(value) for value in constants)


def _is_stub(node):
    return all(_is_docstring(statement) or _is_stubs_raise(statement) for statement in node.body)


def _own_nodes(node):
    """Yield the nodes of a function's body, without those of functions inside it."""
    todo = list(node.body)
    while todo:
        part = todo.pop()
        yield part
        if not isinstance(part, ast.FunctionDef | ast.Lambda | ast.ClassDef | ast.AsyncFunctionDef):
            todo += ast.iter_child_nodes(part)


def _why_nothing(node):
    parts = list(_own_nodes(node))
    returns = [part for part in parts if isinstance(part, ast.Return)]
    values = [part.value for part in returns if part.value is not None]
    values = [value for value in values if not (isinstance(value, ast.Constant) and value.value is None)]
    if not values:
        return _without_a_return(node, parts)
    for value in values:
        called = value.func if isinstance(value, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in RETURN_NOTHING and isinstance(called.value, ast.Name):
            name = called.value.id
            if name in MODULES:
                continue
            return (
                f"`{name}.{called.attr}(…)` returns None, and that is what comes back. Call it in a line of its own, "
                f"then return `{name}`."
            )
        if isinstance(called, ast.Name) and called.id == "print":
            return "`return print(…)` returns None: `print` only shows a value. Return the value itself."
    if not _always_ends(node.body):
        return f"On one way through `{node.name}` no `return` is met, and then it returns None."
    return ""


def _always_ends(body):
    """Does every way through these statements end in a return or an error, as far as can be seen?"""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _always_ends(last.body) and _always_ends(last.orelse)
    if isinstance(last, ast.With | ast.Try):
        return True  # it may
    return isinstance(last, ast.Return | ast.Raise)


def _is_a_value(statement):
    """Is it an expression that is there for its value, not a call that does something?"""
    if not isinstance(statement, ast.Expr) or _is_docstring(statement):
        return False
    call = statement.value
    if not isinstance(call, ast.Call):
        return True
    home = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(home, ast.Name) and home.id in MODULES and all(word.arg != "out" for word in call.keywords)


def _without_a_return(node, parts):
    """Return the sentence for a function without a return of a value, which may show its result or keep it."""
    calls = [part.func for part in parts if isinstance(part, ast.Call)]
    if any(isinstance(called, ast.Name) and called.id == "print" for called in calls):
        return (
            f"`{node.name}` prints and returns nothing. `print` shows a value to the reader; only `return` hands it to "
            "the caller."
        )
    targets = [part for part in parts if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)]
    own = [part for part in targets if isinstance(part.value, ast.Name) and part.value.id == "self"]
    kept = [part.attr for part in sorted(own, key=lambda part: (part.lineno, part.col_offset))]
    if kept:
        return (
            f"`{node.name}` keeps `self.{kept[-1]}` and returns nothing. What is on `self` the caller doesn't get: "
            "return it as well."
        )
    if _is_a_value(node.body[-1]):
        return (
            f"`{node.name}` ends with a value in its last line, as a notebook cell may, but without `return` in front."
        )
    return f"`{node.name}` has no `return` with a value, so it returns None."
