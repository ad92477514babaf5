"""Detection of answers that leave their work to the package."""

import inspect
import sys

from .. import by_hand


class reference_calls:
    """Context: did the reference's code run, or the package's public function of that name? Only these are watched."""

    def __init__(self, exercise):
        with_keras = sys.modules.get("activation_lab.with_keras.models")  # not imported for Part I
        public = [vars(room).get(exercise.name) for room in (by_hand, with_keras) if room]
        self.codes = {code for function in (exercise.reference, *public) for code in _codes(function)}
        self.ran = False

    def __enter__(self):
        # Hot path: runs for every call and return. Compares by identity, since hashing a code object reads all of it.
        watched = set(map(id, self.codes))

        def called(frame, event, argument):
            if event == "call" and id(frame.f_code) in watched:
                self.ran = True

        self.before = sys.getprofile()
        sys.setprofile(called)
        return self

    def __exit__(self, *_):
        sys.setprofile(self.before)


def _codes(function):
    """Return the code of a function, or of all methods of a class; nothing for anything else."""
    function = inspect.unwrap(function) if callable(function) else None
    functions = vars(function).values() if inspect.isclass(function) else (function,)
    return {each.__code__ for each in functions if inspect.isfunction(each)}
