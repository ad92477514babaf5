"""Inspection of an answer's code: what it uses besides its arguments."""

import dis
import functools
import inspect
import sys
import types

import numpy as np

LITERALS = (bool, int, float, complex, str, bytes, np.generic, np.dtype, np.finfo, np.iinfo)


def notebook_variables(function):
    """Return the names of the notebook variables that `function` uses, directly or through the learner's own helpers.

    Modules, functions, classes and literal constants do not count: an answer may use them.
    """
    found = {}
    for part in own_functions(function):
        for name, value in _globals_of(part):
            if not (_is_code(value) or _is_literal(value)):
                found[name] = None
    return tuple(found)


def warning_switches(function):
    """Return names such as errstate in the code of `function` and its helpers: ways to hide a warning, not to avoid it.

    A name may be in quotes, as for getattr, and a decorator counts. A name put together at run time is not seen.
    """
    found, parts = set(), own_functions(function)
    for part in parts:
        for code in with_nested(part.__code__):
            found.update(code.co_names, (constant for constant in code.co_consts if isinstance(constant, str)))
    wrapped = [function, *(value for part in parts for _, value in _globals_of(part))]
    decorators = [value for each in wrapped for part in functions_of(each) for value in _closed_over(part)]
    found.update(type(value).__name__ for value in decorators)
    return tuple(sorted(found & {"errstate", "seterr", "catch_warnings", "filterwarnings", "simplefilter"}))


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


def own_functions(answer):
    """Return the functions of an answer, and those of the notebook's that it uses: helpers, decorators, methods."""
    found, todo = {}, functions_of(answer)
    while todo:
        function = todo.pop(0)
        if function not in found and not _of_a_module(function):
            found[function] = None
            used = [*(value for _, value in _globals_of(function)), *_closed_over(function)]
            todo += [part for value in used for part in functions_of(value)]
    return tuple(found)


def functions_of(value):
    """Return a function and those that it wraps; all of a class's, or of a method, a partial or a vectorized one."""
    if inspect.isclass(value):
        return [part for member in vars(value).values() for part in functions_of(member) if not inspect.isclass(member)]
    if inspect.isfunction(value):
        return [value, *functions_of(value.__dict__.get("__wrapped__"))]
    if isinstance(value, types.MethodType | classmethod | staticmethod):
        return functions_of(value.__func__)
    if isinstance(value, property):
        return functions_of(value.fget)
    if isinstance(value, functools.partial):
        return functions_of(value.func)
    return functions_of(value.pyfunc) if isinstance(value, np.vectorize) else []


def _of_a_module(function):
    """Was it imported, rather than defined in a notebook? A module may use its own variables."""
    name = function.__globals__.get("__name__")
    return name != "__main__" and name in sys.modules or "__file__" in function.__globals__


def _globals_of(function):
    """Yield (name, value) of each of the notebook's names that a function reads."""
    for name in _global_names(function.__code__):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _closed_over(function):
    """Return the values that a function found where it was defined."""
    cells = function.__closure__ or ()
    return [cell.cell_contents for cell in cells if cell != types.CellType()]  # not the empty ones


@functools.lru_cache(maxsize=500)  # each look at an answer asks this of the same functions
def _global_names(code):
    instructions = [each for part in with_nested(code) for each in dis.get_instructions(part)]
    return tuple(dict.fromkeys(each.argval for each in instructions if each.opname in ("LOAD_GLOBAL", "LOAD_NAME")))


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
    return value is None or isinstance(value, LITERALS)
