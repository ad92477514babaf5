"""How a harness crosses the wall of the sandbox: by its name, or as the source of one function and nothing else.

The file that a harness of an instructor's own comes from holds the answers too.
"""

import ast
import builtins
import functools
import inspect
import symtable

from activation_lab import harness

from .sandbox.worker import MODULES

KERAS = ("keras", "tf")  # names in MODULES that exist only where answers may use Keras


class CannotSend(Exception):
    """A harness can't be sent; the text says why, a whole sentence."""


@functools.lru_cache(maxsize=1000)
def harness_text(exercise):
    """Return how a sandboxed child runs an answer: a name in activation_lab.harness, or a function's source.

    Raises:
        CannotSend: the harness is not a plain function that needs nothing around it.
    """
    run = exercise.run
    if inspect.isfunction(run) and vars(inspect.getmodule(run) or harness).get(run.__name__) is run:
        if f"{run.__module__}.".startswith(f"{harness.__name__}."):
            return f"{run.__module__}:{run.__name__}"
    definition = _definition(run)
    known = {"np", *MODULES} - ({*KERAS} if exercise.allowed_imports == ("numpy",) else set())
    foreign = sorted(_global_names(definition) - known - {*vars(builtins), run.__name__})
    if foreign:
        raise CannotSend(f"It uses {', '.join(foreign)} of its file, which the sandbox does not have.")
    return f"{definition}\n"


def _definition(run):
    """Return the source of a function, as Python writes it: without comments, and without what else its lines hold."""
    if not inspect.isfunction(run):
        raise CannotSend(f"It is {type(run).__name__}, not a function.")
    if run.__name__ == "<lambda>":
        raise CannotSend("It is a lambda, whose source is part of a longer statement.")
    if run.__closure__ or run.__qualname__ != run.__name__:
        raise CannotSend(f"{run.__qualname__} is defined within something else.")
    try:
        (found,) = ast.parse(inspect.getsource(run)).body
    except (OSError, TypeError, SyntaxError, ValueError):
        raise CannotSend(f"The source of {run.__name__} was not found.") from None
    if not isinstance(found, ast.FunctionDef) or found.name != run.__name__ or hasattr(run, "__wrapped__"):
        raise CannotSend(f"{run.__name__} is another function's name, or it is wrapped.")
    if found.decorator_list:
        raise CannotSend(f"{run.__name__} has a decorator.")
    return ast.unparse(found)


def _global_names(source):
    """Return the names that a source reads from the module around it."""
    names, tables = set(), [symtable.symtable(source, "<harness>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        read = (symbol for symbol in table.get_symbols() if symbol.is_referenced())
        names |= {each.get_name() for each in read if each.is_global() or table.get_type() == "module"}
    return names
