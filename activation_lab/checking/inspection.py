"""Inspection of an answer's code: what it uses besides its arguments."""

import dis
import functools
import inspect
import sys
import types

import numpy as np


def notebook_variables(function):
    """Return the names of the notebook variables that `function` uses, directly or through the learner's own helpers.

    Modules, functions, classes and literal constants do not count: an answer may use them.
    """
    found, seen = {}, set()
    for part in functions_of(function):
        if not _of_a_module(part):
            _collect(part, found, seen)
    return tuple(found)


def warning_switches(function):
    """Return names such as errstate in the code of `function`: ways to hide a warning instead of avoiding it."""
    codes = (code for part in functions_of(function) for code in with_nested(part.__code__))
    names = {name for code in codes for name in code.co_names}
    return tuple(sorted(names & {"errstate", "seterr", "catch_warnings", "filterwarnings", "simplefilter"}))


def other_signature(function, needed):
    """Return the signature of `function` as text if it cannot take the arguments `needed`; else None.

    Also None for a class, and for a builtin without a signature.
    """
    if inspect.isclass(function):
        return None
    try:
        own = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        own.bind(*needed)
    except TypeError:
        return str(own)
    return None


def functions_of(function):
    if inspect.isclass(function):
        return [inspect.unwrap(member) for member in vars(function).values() if inspect.isfunction(member)]
    function = inspect.unwrap(function)
    return [function] if inspect.isfunction(function) else []


def _of_a_module(function):
    """Was it imported, rather than defined in a notebook? A module may use its own variables."""
    name = function.__globals__.get("__name__")
    return name != "__main__" and name in sys.modules


def _collect(function, found, seen):
    if function.__code__ in seen or "__file__" in function.__globals__:  # defined in a module, not a notebook
        return
    seen.add(function.__code__)
    for name in _global_names(function.__code__):
        if name not in function.__globals__:
            continue
        value = function.__globals__[name]
        helpers = [part for part in functions_of(value) if part.__globals__ is function.__globals__]
        if helpers:
            for helper in helpers:
                _collect(helper, found, seen)
        elif not (_is_code(value) or _is_literal(value)):
            found[name] = None


def _global_names(code):
    for part in with_nested(code):
        for instruction in dis.get_instructions(part):
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                yield instruction.argval


def with_nested(code):
    """Yield the code, and that of every function, class and comprehension inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from with_nested(constant)


def _is_code(value):
    kinds = (type, types.ModuleType, np.ufunc, np.vectorize, functools.partial)
    return isinstance(value, kinds) or inspect.isroutine(value)


def _is_literal(value):
    if isinstance(value, tuple | list | set | frozenset):
        return all(map(_is_literal, value))
    if isinstance(value, dict):
        return all(_is_literal(key) and _is_literal(item) for key, item in value.items())
    return value is None or isinstance(value, bool | int | float | complex | str | bytes | np.generic)
