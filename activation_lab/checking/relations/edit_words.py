"""A small change to a right answer in words: what was done, without the right formula."""

import ast

from ...by_hand.activations import ACTIVATIONS

OPERATIONS = {
    ast.Add: "a sum",
    ast.Sub: "a difference",
    ast.Mult: "a product, entry by entry,",
    ast.Div: "a quotient",
    ast.MatMult: "a matrix product",
    ast.Pow: "a power",
    ast.FloorDiv: "a whole-number division",
    ast.Mod: "a remainder",
}
SIGNS = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
MISSING = {
    ast.Add: "a term of a sum is missing",
    ast.Sub: "something isn't subtracted that should be",
    ast.Mult: "a factor is missing",
    ast.Div: "a division is missing",
    ast.MatMult: "a factor of a matrix product is missing",
    ast.Pow: "a power is missing",
    ast.FloorDiv: "a division is missing",
}
EXCHANGED = {
    ast.Sub: "the two sides of a difference are exchanged",
    ast.Div: "a quotient is upside down",
    ast.MatMult: "the two factors of a matrix product are exchanged",
    ast.Pow: "base and exponent are exchanged",
}
FUNCTIONS = {
    "sum": "a sum",
    "mean": "a mean",
    "max": "a maximum",
    "min": "a minimum",
    "maximum": "the larger number",
    "minimum": "the smaller number",
    "zeros_like": "zeros",
    "ones_like": "ones",
}
# Functions that an answer would also have if it were written in another way.
SPOKEN = {*FUNCTIONS, *ACTIVATIONS, "exp", "log", "expm1", "sqrt", "abs", "square", "all", "any"}


def words(before, after, within=""):
    """Return what was done to a node, such as “a mean where a sum is needed”; "" if it can't be said simply."""
    if after is None:
        return "an update is missing" if isinstance(before, ast.AugAssign) else ""
    if getattr(after, "words", ""):
        return after.words
    say = BY_KIND.get(type(before))
    return say(before, after, within) if say else ""


def _binary(before, after, within):
    kind = type(before.op)
    if after is before.left:
        return MISSING.get(kind, "")
    if after is before.right:
        return MISSING[kind] if kind in (ast.Add, ast.Mult, ast.MatMult) else ""
    if after.left is before.right:
        return EXCHANGED.get(kind, "")
    if type(after.op) is not kind:
        wrong = OPERATIONS.get(type(after.op), "")
        return f"{wrong} where {OPERATIONS[kind].rstrip(',')} is needed" if wrong else ""
    return "a matrix is transposed that shouldn't be"


def _augmented(before, after, within):
    if isinstance(after, ast.Assign):
        return "a value is replaced where it should be changed: `=` instead of adding to it or subtracting from it"
    done = {ast.Add: "added", ast.Sub: "subtracted", ast.Mult: "multiplied", ast.Div: "divided"}
    pair = done.get(type(after.op)), done.get(type(before.op))
    return f"something is {pair[0]} where it should be {pair[1]}" if all(pair) else ""


def _unary(before, after, within):
    return "a minus sign is missing" if isinstance(before.op, ast.USub) else "`not` is missing"


def _compared(before, after, within):
    for old, new in zip(before.ops, after.ops, strict=True):
        if type(old) is not type(new):
            return f"`{SIGNS[type(new)]}` where `{SIGNS[type(old)]}` is needed"
    return ""


def _constant(before, after, within):
    if within:
        return f"{within}={ast.unparse(after)} instead of {within}={ast.unparse(before)}"
    if isinstance(before.value, str | bool):
        return f"{ast.unparse(after)} instead of {ast.unparse(before)}"
    return f"the number {ast.unparse(after)} instead of {ast.unparse(before)}"


def _name(before, after, within):
    return f"{after.id} is used in place of {before.id}" if isinstance(after, ast.Name) else ""


def _attribute(before, after, within):
    return "a matrix isn't transposed that should be" if after is before.value and before.attr == "T" else ""


def _call(before, after, within):
    name = _called(before)
    if name not in SPOKEN:
        return ""
    if not isinstance(after, ast.Call) or after in before.args:
        return f"{name} is missing"
    other = _called(after)
    if other != name:
        return f"{FUNCTIONS.get(other, other)} where {FUNCTIONS.get(name, name)} is needed"
    if len(after.keywords) < len(before.keywords):
        (gone,) = {each.arg for each in before.keywords} - {each.arg for each in after.keywords}
        return f"`{gone}=` is missing in {name}"
    return f"two arguments of {name} are exchanged" if len(after.args) == len(before.args) else ""


def _called(call):
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _choice(before, after, within):
    return "one formula is used for all cases, where two are needed"


BY_KIND = {
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.UnaryOp: _unary,
    ast.Compare: _compared,
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.IfExp: _choice,
    ast.If: lambda before, after, within: "a condition is the wrong way round",
    ast.BoolOp: lambda before, after, within: "`and` and `or` are exchanged, or a condition is missing",
}
