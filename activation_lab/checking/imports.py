"""The modules that an answer uses, by the grader's rule: those imported for it in the notebook, and by itself."""

import dis
import inspect
import sys
import types

from .inspection import functions_of, with_nested

OWN = ("activation_lab",)
ALWAYS = frozenset((*sys.stdlib_module_names, *OWN))


def foreign_imports(function, allowed):
    """Return the roots of the modules that an answer uses and may not.

    Args:
        function: the answer, a function or class.
        allowed: roots of third-party modules that it may use.
    """
    roots, seen = set(), set()
    for part in functions_of(function):
        _collect(part, roots, seen)
    return foreign(roots, allowed)


def foreign(roots, allowed):
    """Return those of some modules' roots that an answer may not use, sorted."""
    return tuple(sorted({*roots} - ALWAYS - {*allowed, ""}))


def _collect(function, roots, seen):
    if function.__code__ in seen or "__file__" in function.__globals__:  # defined in a module, not a notebook
        return
    seen.add(function.__code__)
    for code in with_nested(function.__code__):
        for instruction in dis.get_instructions(code):
            if instruction.opname == "IMPORT_NAME":
                roots.add(str(instruction.argval).split(".")[0])
            elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME") and instruction.argval in function.__globals__:
                value = function.__globals__[instruction.argval]
                helpers = [part for part in functions_of(value) if part.__globals__ is function.__globals__]
                for helper in helpers:
                    _collect(helper, roots, seen)
                if not helpers:
                    roots.add(_root_of(value))


def _root_of(value):
    """Return the root of the module that a value is or comes from; "" if it is no module, function, or class."""
    if isinstance(value, types.ModuleType):
        return value.__name__.split(".")[0]
    if inspect.isroutine(value) or isinstance(value, type):
        root = str(getattr(value, "__module__", None) or "").split(".")[0]
        return "" if root == "__main__" else root
    return ""
