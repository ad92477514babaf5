"""Detection of answers that leave their work to the package."""

import functools
import inspect
import sys
import threading
import types

from .. import by_hand

ONE_CHECK = threading.RLock()  # held while functions have other code
PLACE = "what notes the call"


class reference_calls:
    """Context: which of the functions that do the exercise's work ran? `ran` is its name, or "".

    Within it, each of them has other code, which notes the call and passes it on; everything else runs as fast as ever.
    """

    def __init__(self, exercise):
        works = functions_for(exercise).items()
        self.names = {function: name for work, name in works for function in _functions(work)}
        self.ran = ""

    def __enter__(self):
        ONE_CHECK.acquire()
        self.codes = {function: function.__code__ for function in self.names}
        try:
            for function, name in self.names.items():
                function.__code__ = _calling(self._noting(name, _copy(function)), function.__code__.co_freevars)
        except BaseException:  # such as “Interrupt kernel”
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for function, code in self.codes.items():
            function.__code__ = code
        ONE_CHECK.release()

    def _noting(self, name, function):
        def noted(arguments, named):
            self.ran = self.ran or name
            return function(*arguments, **named)

        return noted


def _copy(function):
    """Return a function with the same code, which stays as it is when that of the original is replaced."""
    names = function.__name__, function.__defaults__, function.__closure__
    copied = types.FunctionType(function.__code__, function.__globals__, *names)
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


def _calling(noted, variables):
    """Return the code of a function that calls noted(arguments, named), and closes over these variables."""
    code = _template(variables)
    return code.replace(co_consts=tuple(noted if each == PLACE else each for each in code.co_consts))


TEMPLATE = """
def closing({variables}):
    def call(*arguments, **named):
        noted = {place!r}
        return noted(arguments, named)
        {variables}
    return call
"""


@functools.cache
def _template(variables):
    namespace = {}
    exec(TEMPLATE.format(variables=", ".join(variables), place=PLACE), namespace)
    return namespace["closing"](*variables).__code__


def functions_for(exercise):
    """Return {function or class: its name} of those that do an exercise's work, and so may not do an answer's.

    They are the reference, the package's public function of that name, the private helpers of both, and near twins.
    """
    with_keras = sys.modules.get("activation_lab.with_keras.models")  # not imported for Part I
    public = [vars(room).get(exercise.name) for room in (by_hand, with_keras) if room]
    found = [inspect.unwrap(function) for function in (exercise.reference, *public) if callable(function)]
    helpers = [helper for function in found for helper in _private_helpers(function)]
    others = [*map(inspect.unwrap, exercise.near_twins), *helpers]
    return {other: other.__name__ for other in others} | dict.fromkeys(found, exercise.name)


def _private_helpers(function):
    """Return the private functions of its own module that a function calls."""
    if not inspect.isfunction(function):
        return []
    names = [name for name in function.__code__.co_names if name.startswith("_")]
    helpers = [inspect.unwrap(function.__globals__.get(name)) for name in names if name in function.__globals__]
    return [each for each in helpers if inspect.isfunction(each) and each.__module__ == function.__module__]


def _functions(work):
    """Return a function itself, or all methods of a class."""
    found = vars(work).values() if inspect.isclass(work) else (work,)
    return [each for each in found if inspect.isfunction(each)]
