"""Is a harness all that an answer's process needs to know, and does it contain no answers?"""

import ast
import importlib.util
import inspect
import pkgutil
import sys
import types

import numpy as np
import pytest
from course import EXERCISES, KERAS

from activation_lab import harness
from activation_lab.checking.outcome import carried_out

MODULES = [module.name for module in pkgutil.walk_packages(harness.__path__, f"{harness.__name__}.")]
LOADED = [harness, *(importlib.import_module(name) for name in MODULES)] if KERAS else [harness]
needs_keras = pytest.mark.skipif(not KERAS, reason="most harnesses are for Keras, which is not installed")

each_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


def codes_within(code):
    """A code object and all those inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_within(constant)


def work_of(code):
    """What a code object does, whatever it and its variables are called."""
    return code.co_code, tuple(constant for constant in code.co_consts if not isinstance(constant, types.CodeType))


def codes_of(function):
    functions = vars(function).values() if inspect.isclass(function) else [inspect.unwrap(function)]
    return [each.__code__ for each in functions if inspect.isfunction(each)]


@needs_keras
def test_no_harness_holds_an_answer():
    """Is no function in a harness module a right answer, by its name, by identity or by what it does?"""
    modules = [compile(inspect.getsource(module), module.__name__, "exec") for module in LOADED]
    there = {work_of(code) for module in modules for code in codes_within(module)}
    for exercise in EXERCISES.values():
        for module in LOADED:
            assert not hasattr(module, exercise.name), f"{module.__name__}.{exercise.name}"
            assert not any(value is exercise.reference for value in vars(module).values())
        for answer in (exercise.reference, *exercise.accepted):
            telling = [code for code in codes_of(answer) if len(code.co_code) > 40 and code.co_name != "__init__"]
            assert not there & set(map(work_of, telling)), f"{exercise.name}: {answer}"


def test_an_answer_in_a_harness_would_be_found():
    """Is a right answer recognized under another name, with other variables?"""
    namespace = {}
    source = "def innocent(a, b, c):\n    return a * (b > 0) + np.exp(c) @ a - np.exp(b).sum(axis=-1, keepdims=True)\n"
    renamed = source.replace("innocent", "relu_backward").replace("a * (b", "da * (b").replace("@ a", "@ da")
    exec(renamed.replace("(a, b", "(da, b"), {"np": np}, namespace)
    there = {work_of(code) for code in codes_within(compile(source, "harness", "exec"))}
    assert there & set(map(work_of, codes_of(namespace["relu_backward"])))


@each_exercise
def test_an_exercises_harness_stands_alone(exercise):
    """Is `run` a named function of a harness module, whose globals do not lead to the exercise's own answer?"""
    run = exercise.run
    assert run.__module__.startswith(harness.__name__) and run.__qualname__ == run.__name__
    reachable = []
    for name in set(run.__code__.co_names) & set(run.__globals__):
        value = run.__globals__[name]
        reachable += [value, *(value.values() if isinstance(value, dict) else ())]
    assert not any(value is exercise.reference for value in reachable)


@pytest.mark.parametrize("name", MODULES)
def test_a_harness_imports_little(name):
    """Does it import only the standard library, NumPy and public modules of the package?"""
    tree = ast.parse(importlib.util.find_spec(name).loader.get_source(name))
    allowed = {"by_hand", "by_hand.activations", "by_hand.layers", "errors", "quiet", ""} | {
        module.rpartition(".")[2] for module in MODULES
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots = {alias.name.split(".")[0] for alias in node.names}
            assert roots <= sys.stdlib_module_names | {"numpy"}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module in sys.stdlib_module_names or node.module in {*allowed, None}


# What an answer gets, and what it does not


def test_a_harness_is_given_what_it_takes():
    """Are arguments beyond those that a harness takes kept from it, unless it takes all?"""
    case = (1, 2, 3)
    assert harness.arguments_for(lambda answer: None, case) == ()
    assert harness.arguments_for(lambda answer, one, two: None, case) == (1, 2)
    assert harness.arguments_for(harness.call, case) == case
    assert harness.arguments_for(lambda answer, one, two, three, four: None, case) == case


@each_exercise
def test_what_examines_gets_a_whole_case(exercise):
    """Does each case fit `run` and, if there is one, `examine`, whose batch and late weights `run` does not take?"""
    for arguments in exercise.cases(np.random.default_rng(0)).values():
        given = harness.arguments_for(exercise.run, arguments)
        inspect.signature(exercise.run).bind(None, *given)
        if exercise.examine is None:
            assert len(given) == len(arguments)
        else:
            inspect.signature(exercise.examine).bind(None, *arguments)
            assert len(given) < len(arguments), "what is examined with is known to the answer"


def test_examine_gets_untouched_arguments():
    """Can an answer that modifies its arguments not affect what it is examined with?"""
    run, seen = (lambda answer, x: answer(x)), []
    exercise = types.SimpleNamespace(run=run, examine=lambda value, x, secret: seen.append((value, x, secret)))
    carried_out(exercise, lambda x: x.pop(), given=([1, 2], 7), arguments=([1, 2], 7))
    assert seen == [(2, [1, 2], 7)]


@pytest.mark.parametrize("name", [name for name, each in EXERCISES.items() if "keras" not in each.allowed_imports])
def test_a_harness_needs_no_more_than_its_answers(name):
    """Is the harness of an exercise in NumPy in a module without Keras, which its sandbox doesn't have?"""
    assert "quiet" not in inspect.getsource(inspect.getmodule(EXERCISES[name].run))
