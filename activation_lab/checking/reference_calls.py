"""Detection of answers that leave their work to the package."""

import inspect
import sys

from .. import by_hand


class reference_calls:
    """Context: which of the functions that do the exercise's work ran? `ran` is its name, or ""."""

    def __init__(self, exercise):
        self.codes = {code: name for function, name in functions_for(exercise).items() for code in _codes(function)}
        self.ran = ""

    def __enter__(self):
        # Hot path: runs for every call and return. Compares by identity, since hashing a code object reads all of it.
        watched = {id(code): name for code, name in self.codes.items()}

        def called(frame, event, argument):
            if event == "call" and id(frame.f_code) in watched:
                self.ran = self.ran or watched[id(frame.f_code)]

        self.before = sys.getprofile()
        sys.setprofile(called)
        return self

    def __exit__(self, *_):
        sys.setprofile(self.before)


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


def _codes(function):
    """Return the code of a function, or of all methods of a class."""
    functions = vars(function).values() if inspect.isclass(function) else (function,)
    return {each.__code__ for each in functions if inspect.isfunction(each)}
