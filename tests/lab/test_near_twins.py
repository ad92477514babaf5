"""Can no other function of the package do an exercise's work?"""

import copy
import importlib
import inspect
import itertools
import pkgutil

import numpy as np
import pytest
from course import EXERCISES

import activation_lab as lab
from activation_lab import by_hand
from activation_lab.checking import judge
from activation_lab.checking.compare import agree
from activation_lab.checking.inspection import own_functions
from activation_lab.checking.outcome import observe
from activation_lab.checking.reference_calls import functions_for
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.harness import call

MODULES = [
    importlib.import_module(f"{by_hand.__name__}.{found.name}") for found in pkgutil.iter_modules(by_hand.__path__)
]
FUNCTIONS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in MODULES
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__
}
CONSTANTS = [(None, 0), (None, 1)]  # what an answer may add to its arguments
PLAIN = [name for name, each in EXERCISES.items() if each.run is call and not inspect.isclass(each.reference)]


def calling(function, order, part=None):
    """An answer that leaves everything to this function, as a notebook would write it.

    The function gets the answer's arguments of these numbers, or constants; the answer is what it returns, or a part.
    """
    names = {"function": function, "order": order, "part": part}
    exec(
        "def answer(*arguments):\n"
        "    value = function(*(arguments[number] if constant is None else constant for number, constant in order))\n"
        "    return value if part is None else value[part]",
        names,
    )
    return names["answer"]


def calls(function, count):
    """All calls with up to four of an answer's arguments, each as often as you like, in any order, and constants."""
    parameters = inspect.signature(function).parameters.values()
    places = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    needed = sum(each.default is each.empty for each in places)
    given = [(number, None) for number in range(count)]
    for length in range(max(needed, 1), min(len(places), 4) + 1):
        for order in itertools.product(given + CONSTANTS, repeat=length):
            if set(order) & set(given):
                yield order


def candidates(exercise):
    """The answers that call one function of the package, and are right in the first case."""
    runs = reference_runs(exercise, 0)
    case, arguments = next(iter(runs.cases.items()))
    expected = runs.expected(case).value
    for function in FUNCTIONS.values():
        for order in calls(function, len(arguments)):
            try:
                given = copy.deepcopy(arguments)
                with np.errstate(all="ignore"):
                    value = function(*(given[number] if constant is None else constant for number, constant in order))
            except Exception:  # most calls make no sense
                continue
            parts = dict(enumerate(value)) if isinstance(value, tuple) else {}
            for part, each in ({None: value} | parts).items():
                if agree(each, expected, exercise.tolerance):
                    yield calling(function, order, part)


def does_the_work(exercise, answer):
    runs = reference_runs(exercise, 0)
    for case, arguments in runs.cases.items():
        with np.errstate(all="ignore"):
            outcome = observe(exercise, answer, arguments)
        if outcome.error or not agree(outcome.value, runs.expected(case).value, exercise.tolerance):
            return False
    return True


@pytest.mark.parametrize("name", PLAIN)
def test_no_function_does_the_work(name):
    """Is every function refused that gives the right values, whichever arguments or constants it is called with?"""
    exercise = EXERCISES[name]
    found = [answer for answer in candidates(exercise) if does_the_work(exercise, answer)]
    for answer in found:
        report = judge(exercise, answer)
        assert report.state == "failed" and "merely calls" in report.objections[0], answer.__globals__
    assert found or not hasattr(by_hand, name)


@pytest.mark.parametrize("name", EXERCISES)
def test_functions_for(name):
    """Are the package's functions of this name among those that may not do the work, and near twins others?"""
    exercise = EXERCISES[name]
    names = [function.__name__ for function in functions_for(exercise)]
    assert name in names and all(twin.__name__ in names for twin in exercise.near_twins)
    assert name not in [twin.__name__ for twin in exercise.near_twins]


def test_private_helpers():
    """Are the private helpers of the package's own function among them?"""
    if "conv2d_forward" in EXERCISES:
        names = functions_for(EXERCISES["conv2d_forward"]).values()
        assert {"conv2d_forward", "_windows", "_in_rows", "_margins"} <= set(names)


def test_own_functions_are_the_notebooks():
    """Are helpers, methods, closures and decorators of a notebook found, and the package's functions not?"""
    names = {"lab": by_hand}
    exec(
        "def helper(z): return z\n"
        "def make(low):\n    def inner(z): return helper(z)\n    return inner\n"
        "closed = make(1)\n"
        "class Clip:\n    def forward(self, z): return helper(z)\n"
        "method = Clip().forward\n"
        "def relu(z): return closed(z) + method(z) + lab.relu(z)",
        names,
    )
    found = [function.__name__ for function in own_functions(names["relu"])]
    assert sorted(found) == ["forward", "helper", "inner", "relu"]


BY_DIFFERENCES = {
    "relu_backward": lambda da, z: lab.numerical_gradient(lambda z: np.sum(da * np.maximum(z, 0)), z),
    "softmax_backward": lambda da, z: lab.numerical_gradient(lambda z: np.sum(da * lab.softmax(z)), z),
    "dense_backward": lambda dz, x, kernel: (
        lab.numerical_gradient(lambda x: np.sum(dz * (x @ kernel)), x),
        lab.numerical_gradient(lambda kernel: np.sum(dz * (x @ kernel)), kernel),
        dz.sum(axis=0),
    ),
    "cross_entropy_from_logits_backward": lambda z, labels: lab.numerical_gradient(
        lambda z: lab.cross_entropy_from_logits(z, labels), z
    ),
}


@pytest.mark.parametrize("name", BY_DIFFERENCES)
def test_a_numerical_gradient_is_not_a_derivation(name):
    """Is an answer refused that gets its gradient from the package's differences, and told why?"""
    report = judge(EXERCISES[name], BY_DIFFERENCES[name])
    assert report.state == "failed" and "merely calls the package's own numerical_gradient" in report.objections[0]
