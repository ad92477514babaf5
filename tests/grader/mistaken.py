"""An exercise's mistakes and accepted answers as text: what a learner would have typed into the answer cell."""

import ast
import copy
import functools
import importlib
import inspect

import activation_lab as lab
from activation_lab import exercises
from activation_lab_tools.author.sources import NOTEBOOK_NAMES


class Unwritable(Exception):
    """It depends on something that notebooks don't have."""


def mistakes(exercise):
    """{diagnosis: source of a wrong answer}, of those that can be written without the lesson's module."""
    written = _declared(exercise, "mistakes")
    pairs = zip(map(ast.literal_eval, written.keys), written.values, strict=True)
    return {diagnosis: source for diagnosis, node in pairs if (source := _source(exercise, node))}


def accepted(exercise):
    """Sources of other right answers, of those that can be written without the lesson's module."""
    return [source for node in _declared(exercise, "accepted").elts if (source := _source(exercise, node))]


def _declared(exercise, keyword):
    """The expression of `keyword` in the exercise's declaration."""
    module = _module_of(exercise)
    for node in _tree(module).body:
        if isinstance(node, ast.Assign) and vars(module).get(node.targets[0].id) is exercise:
            return next(each.value for each in node.value.keywords if each.arg == keyword)
    raise LookupError(f"{exercise.name} is not declared at the top level of {module.__name__}.")


def _module_of(exercise):
    lesson = next(lesson for lesson in exercises.lessons() if exercise in exercises.of_lesson(lesson))
    return importlib.import_module(f"{exercises.__name__}.lesson_{lesson}")


@functools.cache
def _tree(module):
    return ast.parse(inspect.getsource(module))


def _source(exercise, node):
    """The answer in `node` and what it needs, as the text of a cell; None if it cannot be written."""
    module = _module_of(exercise)
    try:
        answer = _answer(exercise, node, module)
        needed = {}
        _gather(answer, module, needed)
    except Unwritable:
        return None
    return "\n\n\n".join(ast.unparse(ast.fix_missing_locations(part)) for part in (*needed.values(), answer))


def _answer(exercise, node, module):
    """The definition of the exercise's name: a lambda as a def, a function renamed, anything else called."""
    name = exercise.name
    if isinstance(node, ast.Lambda):
        return _function(name, copy.deepcopy(node.args), copy.deepcopy(node.body))
    if isinstance(node, ast.Name) and not isinstance(exercise.reference, type):
        definition, _ = _definition(node.id, module)
        for each in ast.walk(definition):
            if isinstance(each, ast.Name) and each.id == node.id:
                each.id = name
        definition.name = name
        return definition
    if isinstance(exercise.reference, type):
        return ast.parse(f"class {name}({ast.unparse(node)}):\n    pass").body[0]
    signature = inspect.signature(exercise.reference)
    call = f"({ast.unparse(node)})({', '.join(signature.parameters)})"
    return ast.parse(f"def {name}{signature}:\n    return {call}").body[0]


def _function(name, arguments, value):
    function = ast.parse(f"def {name}():\n    return None").body[0]
    function.args, function.body[0].value = arguments, value
    return function


def _gather(node, module, needed):
    """Put every definition of `module` that `node` uses into `needed`, and write the package's names as lab.name."""
    local = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    local |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    for each in list(ast.walk(node)):
        if not isinstance(each, ast.Name) or each.id in local or each.id not in vars(module):
            continue
        if each.id in NOTEBOOK_NAMES or each.id in needed or each.id == getattr(node, "name", None):
            continue
        if getattr(lab, each.id, None) is vars(module)[each.id]:
            each.id = f"lab.{each.id}"  # an attribute, once it is unparsed
            continue
        needed[each.id], origin = _definition(each.id, module)  # before its own needs are known: it may call itself
        _gather(needed[each.id], origin, needed)
        needed[each.id] = needed.pop(each.id)  # behind what it needs


def _definition(name, module):
    """The statement that defines a name, in a `with` too, and the module that holds it.

    Raises:
        Unwritable: it is taken from a part of the package that holds no exercises, where a notebook does not reach.
    """
    for node in _tree(module).body:
        for statement in node.body if isinstance(node, ast.With) else [node]:
            if name not in _defined(statement):
                continue
            if not getattr(statement, "level", 0):
                return copy.deepcopy(statement), module
            origin = inspect.getmodule(vars(module)[name])
            if origin is not None and origin.__name__.startswith(exercises.__name__):
                return _definition(name, origin)
    raise Unwritable(name)


def _defined(statement):
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    return [getattr(statement, "name", None)]
