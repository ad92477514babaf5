"""Does `check` notice what is wrong with an answer, and say so in a specific sentence?"""

import dataclasses
import inspect
import itertools
import math
import random
import re
import sys
import types
import warnings

import numpy as np
import pytest
from answers import LAYER, RELU, checked, notebook, words

import activation_lab as lab
from activation_lab import by_hand, exercises
from activation_lab.checking import judge, limit
from activation_lab.checking.compare import agree
from activation_lab.checking.outcome import observe
from activation_lab.errors import CannotJudge


def problems(report):
    """The sentences about the first case that fails."""
    return next(case.problems for case in report.cases if not case.passed)


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128", "int64", "bool"])
def test_what_agrees(dtype):
    """Do arrays agree exactly if their entries are near each other one by one, wherever the others are?"""
    tolerance = exercises.Tolerance()
    numbers = [0.0, 1.0, 1 + 2e-7, 1 + 4e-6, 1.001, -1.0, 3e8, 3e8 + 100, 3.01e8, 1.7e308, -1.7e308, math.nan]
    if dtype == "float32":
        numbers = [number for number in numbers if not abs(number) > 1e38]
    if dtype in ("int64", "bool"):
        numbers = [0, 1, 2**30, -(2**62)]
    for a, b in itertools.product(numbers, [*numbers, math.inf] if dtype == "float64" else numbers):
        if dtype in ("int64", "bool"):
            near = np.dtype(dtype).type(a) == np.dtype(dtype).type(b)
        else:
            least = tolerance.single * max(1, abs(a)) if dtype == "float32" else 1e-9 + 1e-6 * abs(a)
            near = a != a and b != b or abs(b - a) <= least
        for place in (0, 1):
            expected, received = np.ones((2, 2), dtype), np.ones((2, 2), dtype)
            expected[0, place], received[0, place] = a, b
            assert agree(expected, received, tolerance) is bool(near), (a, b, place)
    assert not agree(np.ones(3, dtype), np.ones((3, 1), dtype), tolerance)
    assert agree(np.ones((0, 3), dtype), np.ones((0, 3), dtype), tolerance)


# The three states


def test_passed():
    """Does a correct answer pass, however it is written, with all points and every case named?"""
    report = checked(RELU.format("np.where(z > 0, z, np.zeros_like(z))"))
    assert (report.state, report.score, report.points) == ("passed", 1, 1)
    assert report.diagnoses == () and all(case.passed for case in report.cases)
    assert words(report).startswith("✓ relu: all 7 cases pass (1 of 1 point) Tried on: a row; ")


def test_failed():
    """Does a wrong answer fail with no points, showing received next to expected, and where to get a hint?"""
    report = checked(RELU.format("z + 1"))
    assert (report.state, report.score, report.points) == ("failed", 0, 1)
    assert words(report).startswith("✗ relu: 0 of 7 cases pass (0 of 1 point)")
    assert re.search(
        r"✗ a row: The result is wrong in 5 of 5 entries\. z \[.*\] expected \[.*\] received \[.*\]", words(report)
    )
    assert words(report).endswith("For a hint: lab.hint(relu)")


def test_case_by_case():
    """Are passing cases distinguished from failing ones, with values shown under the first failure only?"""
    report = checked("def relu_backward(da, z):\n    return da * (z >= 0)", "lab.check(relu_backward)")
    failed = [case.name for case in report.cases if not case.passed]
    assert failed == ["exactly at the kink"] and len(report.cases) > 3
    assert repr(report).count("expected  ") == repr(report).count("received  ") == 1
    for case in report.cases:
        assert f"{'✓' if case.passed else '✗'} {case.name}" in repr(report)


def test_not_attempted():
    """Is an untouched cell neither right nor wrong, and does the report say how to begin?"""
    report = checked('def relu(z):\n    raise NotImplementedError("Write relu here.")')
    assert (report.state, report.score, report.cases) == ("not attempted", 0, ())
    assert words(report).startswith("○ relu: not attempted yet (0 of 1 point) In the cell above, replace the line")


def test_a_class_half_written():
    """Is an untouched class “not attempted”, and if one method is left over, is it named?"""
    stub = 'raise NotImplementedError("Write ActivationLayer.{} here.")'
    untouched = LAYER.format(forward=stub.format("forward"), backward=stub.format("backward"))
    half = LAYER.format(forward="self.x = x; return self.function(x)", backward=stub.format("backward"))
    call = "lab.check(ActivationLayer)"
    assert checked(untouched, call).state == "not attempted"
    report = checked(half, call)
    assert report.state == "failed"
    assert "ActivationLayer.backward is not written yet." in words(report)
    whole = half.replace(stub.format("backward"), "return self.function_backward(grad_output, self.x)")
    assert checked(whole, call).state == "passed"


# What is detected, each with its sentence


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("np.maximum(z, 0, out=z)", "changes its argument z in place, so the caller's own is changed"),
        ("None", "is None: there is no value. Is a `return` missing?"),
        ("np.maximum(z, 0)[:2]", "has shape (2,); expected (5,)."),
        ("(z > 0)", "holds True or False (bool); expected real numbers (float64)."),
        ("np.maximum(z, 0).astype(int)", "holds whole numbers (int64); expected real numbers (float64)."),
        ("np.maximum(z, 0) + 0j", "holds complex numbers (complex128); expected real numbers (float64)."),
        ("np.maximum(z, 0) * np.nan", "is not a number (NaN) in 5 of 5 entries."),
        ("np.full_like(z, np.inf)", "is infinite in 5 of 5 entries."),
        (
            "np.maximum(z, 0) + 0 * np.exp(1000 + 0 * z[..., None])[..., 0]",
            "warns “RuntimeWarning: overflow encountered",
        ),
        ("'a string'", "is 'a string'; expected an array of shape (5,)."),
        ("[[1, 2], [3]]", "is a list; expected an array of shape (5,)."),
    ],
)
def test_each_fault_has_its_sentence(expression, sentence):
    """Is the fault itself named, not just that something differs?"""
    report = checked(RELU.format(expression))
    assert report.state == "failed"
    assert sentence in " ".join(problems(report))


def test_a_missing_return_among_several():
    """Does an answer of several values get told which ones, if it returns none, too few or one of them as None?"""
    body = "def dense_backward(dz, x, kernel):\n    {}"
    for line, sentence in [
        (
            "dz @ kernel.T, x.T @ dz, dz.sum(0)",
            "returns None. It should return dx, dkernel, dbias: is a `return` missing?",
        ),
        ("return dz @ kernel.T, x.T @ dz", "returns 2; expected 3 values: dx, dkernel, dbias."),
        ("return dz @ kernel.T", "returns an array of float64; expected 3 values: dx, dkernel, dbias."),
        ("return dz @ kernel.T, x.T @ dz, None", "dbias is None: there is no value."),
    ]:
        report = checked(body.format(line), "lab.check(dense_backward)")
        assert sentence in words(report)


def test_an_error_with_its_line():
    """Is a raised error shown with its type, its message, and the learner's own line?"""
    report = checked("def relu(z):\n    b = z + 1\n    return b @ np.ones(77)")
    (sentence,) = problems(report)
    assert sentence.startswith("It stops with ValueError: ") and "77 is different from 5" in sentence
    assert "(line 3: return b @ np.ones(77))" in sentence


def test_an_error_in_a_helper():
    """Is the line the one in the learner's helper that raised the error, not one inside NumPy?"""
    source = "def helper(z):\n    return np.reshape(z, (77, 3))\n\ndef relu(z):\n    return helper(z)"
    assert "(line 2: return np.reshape(z, (77, 3)))" in problems(checked(source))[0]


# What takes too long


def hurried(name="relu", seconds=0.2, **changes):
    return dataclasses.replace(exercises.find(name), seconds=seconds, **changes)


ENDLESS = """
import time

def relu(z):
    while True:
        try:
            {}
        except Exception:
            pass
"""


@pytest.mark.parametrize("line", ["pass", "raise ValueError", "time.sleep(0.001)"])
def test_an_endless_answer_is_stopped(line):
    """Is it stopped, with a sentence on what to look for, without further cases and without naming a known mistake?"""
    report = judge(hurried(), notebook(ENDLESS.format(line))["relu"])
    first, *others = report.cases
    assert (report.state, report.score, report.diagnoses) == ("failed", 0, ())
    assert first.problems == (
        "It was still running after 0.2 seconds and was stopped. Is there a loop that never ends, or much more work "
        "than this case needs?",
    )
    assert {case.problems for case in others} == {("Not tried, since the one above had to be stopped.",)}
    assert len(report.cases) == len(exercises.find("relu").cases(np.random.default_rng(0)))
    assert words(report).endswith("For a hint: lab.hint(relu)")


def test_an_answer_that_is_slow_in_a_later_case(monkeypatch):
    """Are the cases before it judged as usual, and those after it not tried?"""
    monkeypatch.setattr(limit, "WALL", 1000)  # a busy machine may take long to come to that case
    source = "def relu(z):\n    while z.ndim > 1:\n        pass\n    return np.maximum(z, 0)"
    report = judge(hurried(), notebook(source)["relu"])
    verdicts = [case.passed for case in report.cases]
    assert verdicts[0] and verdicts == sorted(verdicts, reverse=True) and not verdicts[-1]
    assert sum("It was still running" in problem for case in report.cases for problem in case.problems) == 1


def test_training_for_ever_is_stopped(tf):
    """Is a Keras model stopped in the middle of training?"""
    source = """
import keras

def relu(z):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit(np.ones((4, 1)), np.ones((4, 1)), epochs=10**9, verbose=0)
    return z
"""
    report = judge(hurried(seconds=2), notebook(source)["relu"])
    assert "It was still running after 2 seconds" in report.cases[0].problems[0]
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    assert model(np.ones((1, 1))).shape == (1, 1)  # and Keras still works afterwards


def test_every_exercise_has_its_time():
    """Is the limit ten seconds, unless an exercise sets another?"""
    assert exercises.find("relu").seconds == 10


def test_the_time_is_for_all_cases(monkeypatch):
    """Does each case get what the ones before it have left, as in the grader, and the last ones next to nothing?"""
    judging, clock, given = sys.modules["activation_lab.checking.judge"], itertools.count(), []

    def observed(exercise, function, arguments, seconds):
        given.append(seconds)
        return observe(exercise, function, arguments)

    monkeypatch.setattr(judging, "observe", observed)
    monkeypatch.setattr(judging, "time", types.SimpleNamespace(process_time=lambda: next(clock)))
    judge(hurried(seconds=3), lambda z: np.maximum(z, 0))
    assert given == [3, 2, 1] + 4 * [judging.SHORTEST]


def test_an_interrupt_ends_the_check():
    """Does “Interrupt kernel” end the check itself, with everything restored?"""
    before = lab.relu.__code__, random.getstate(), list(warnings.filters)
    with pytest.raises(KeyboardInterrupt):
        checked(RELU.format("(_ for _ in ()).throw(KeyboardInterrupt)"))
    assert (lab.relu.__code__, random.getstate(), list(warnings.filters)) == before


def test_a_check_slows_nothing_down():
    """Is an answer watched without a profiler, and are the package's functions afterwards what they were?"""
    seen = []
    codes = {function: function.__code__ for function in vars(by_hand).values() if inspect.isfunction(function)}
    source = "def relu(z):\n    seen.append((sys.getprofile(), sys.gettrace()))\n    return lab.relu(z)"
    names = {"lab": lab, "seen": seen, "sys": sys}
    before = sys.getprofile(), sys.gettrace()
    exec(source, names)
    report = judge(exercises.find("relu"), names["relu"])
    assert "merely calls the package's own relu" in report.objections[0] and set(seen) == {before}
    assert {function: function.__code__ for function in codes} == codes


# What a harness rejects


def refusing(answer, z):
    value = answer(z)
    if value is None or isinstance(value, str):
        raise CannotJudge(f"It returns {value!r}; a number is asked for.")
    return value


def test_a_refusal_is_shown_alone():
    """Does the learner read the harness's own sentence, without “It stops with” and without the values?"""
    exercise = dataclasses.replace(exercises.find("relu"), run=refusing)
    report = judge(exercise, lambda z: "relu")
    assert report.cases[0].problems == ("It returns 'relu'; a number is asked for.",)
    assert report.cases[0].details == ()


def test_refusals_are_alike_when_they_say_the_same():
    """Is a rejected mistake distinguished from one that is rejected for another reason, which is then the cause?"""
    mistakes = {"A word comes back.": lambda z: "relu", "Nothing comes back.": lambda z: None}
    exercise = dataclasses.replace(exercises.find("relu"), run=refusing, mistakes=mistakes)
    assert judge(exercise, lambda z: "relu").diagnoses == ("A word comes back.",)
    assert judge(exercise, lambda z: None).diagnoses == ("Nothing comes back.",)
    assert judge(exercise, lambda z: "other").diagnoses == ("It returns 'other'; a number is asked for.",)


# Who a warning is for

WARNS = """
import warnings

def relu(z):
    {}
    return np.maximum(z, 0)
"""


@pytest.mark.parametrize("category", ["DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"])
def test_a_librarys_own_troubles_are_not_the_learners(category):
    """Does an answer pass despite deprecation warnings, whether raised in library code or in the cell?"""
    theirs = f"warnings.warn_explicit('old', {category}, 'site-packages/keras/src/core.py', 7)"
    for warning in (theirs, f"warnings.warn('old', {category})"):
        assert checked(WARNS.format(warning)).state == "passed"


@pytest.mark.parametrize("category", ["UserWarning", "RuntimeWarning"])
def test_a_librarys_advice_is_meant_for_the_learner(category):
    """Does an answer fail if a library warns about its arguments, wherever the warning is raised?"""
    advice = f"warnings.warn_explicit('Do not pass an input_shape', {category}, 'site-packages/keras/dense.py', 7)"
    assert f"It warns “{category}: Do not pass an input_shape”" in words(checked(WARNS.format(advice)))


# Tensors, and errors inside layers


def with_tensorflow(source, name="relu"):
    """The report on an answer that may import TensorFlow."""
    exercise = dataclasses.replace(exercises.find(name), allowed_imports=("numpy", "tensorflow"))
    return judge(exercise, notebook(f"import tensorflow as tf\n{source}")[name])


def test_a_tensor_is_judged_by_its_numbers(tf):
    """Does a tensor or variable pass like an array, and is a wrong one shown as numbers?"""
    assert with_tensorflow(RELU.format("tf.nn.relu(z)")).state == "passed"
    assert with_tensorflow(RELU.format("tf.Variable(tf.nn.relu(z))")).state == "passed"
    report = with_tensorflow(RELU.format("tf.nn.relu(z) + 1"))
    assert re.search(r"received +\[-?\d\., ", repr(report))
    parts = "return [tf.constant(part) for part in (dz @ kernel.T, x.T @ dz, dz.sum(0))]"
    source = f"def dense_backward(dz, x, kernel):\n    {parts}"
    assert with_tensorflow(source, "dense_backward").state == "passed"


def test_an_error_inside_a_layer(tf):
    """Is the original error message shown, not the one that Keras puts in front of it?"""
    call = "keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])(np.ones((4, 7)))"
    (sentence,) = problems(checked(f"import keras\n{RELU.format(call)}"))
    assert "expected axis -1 of input shape to have value 3, but received input with shape (4, 7)" in sentence
    assert "Exception encountered" not in sentence and "\x1b" not in sentence


def test_an_error_inside_tensorflow(tf):
    """Is it shown without the kernel's name, which depends on the processor?"""
    (sentence,) = problems(
        checked(f"import tensorflow as tf\n{RELU.format('tf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))')}")
    )
    assert "InvalidArgumentError: Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3] (line 3" in sentence


def test_a_stub_inside_a_layer_is_a_stub(tf):
    """Is an untouched function that a layer calls “not attempted”, whatever errors follow from it elsewhere?"""
    source = """
import keras

def relu(z):
    raise NotImplementedError("Write relu here.")
"""

    def run(answer, z):
        if z.ndim == 1:
            raise CannotJudge("The model cannot be saved.")
        return np.array(keras.layers.Activation(answer)(z))

    keras = tf.keras
    exercise = dataclasses.replace(exercises.find("relu"), run=run)
    assert judge(exercise, notebook(source)["relu"]).state == "not attempted"


# Reading the notebook


@pytest.mark.parametrize(
    "source",
    [
        "data = np.zeros(3)\ndef relu(z):\n    return np.maximum(z, data[0])",
        "data = np.zeros(3)\ndef helper(z):\n    return np.maximum(z, data[0])\ndef relu(z):\n    return helper(z)",
        "data = np.zeros(3)\nrelu = lambda z: np.maximum(z, data[0])",
        "data = np.zeros(3)\ndef relu(z):\n    return (lambda: np.maximum(z, data[0]))()",
        "data = lab.Dense(2)\ndef relu(z):\n    return data and np.maximum(z, 0)",
        "data = [np.zeros(3)]\ndef relu(z):\n    return np.maximum(z, data[0][0])",
        "data = np.zeros(3)\ndef relu(z):\n    return [np.maximum(number, data[0]) for number in z]",
    ],
    ids=["directly", "through a helper", "in a lambda", "in an inner function", "an object", "in a list", "in a loop"],
)
def test_a_notebook_variable_is_seen(source):
    """Is an answer that uses an array or object from the notebook rejected, with that variable named?"""
    report = checked(source)
    assert report.state == "failed"
    assert "It reads the notebook's variable data." in words(report)


def test_several_variables_are_all_named():
    """Are two variables named together?"""
    report = checked("a, b = np.zeros(2), np.zeros(3)\ndef relu(z):\n    return np.maximum(z, a[0] + b[0])")
    assert "It reads the notebook's variables a, b." in words(report)


@pytest.mark.parametrize(
    "source",
    [
        "ZERO = 0\ndef relu(z):\n    return np.maximum(z, ZERO)",
        "ZERO = {'zero': (0, [None, 'x', 1.5, True])}\ndef relu(z):\n    return np.maximum(z, ZERO['zero'][0])",
        "import math as m\ndef relu(z):\n    return np.maximum(z, int(m.sin(0)))",
        "def zero():\n    return 0\ndef relu(z):\n    return np.maximum(z, zero())",
        "class Zero:\n    value = 0\ndef relu(z):\n    return np.maximum(z, Zero.value)",
        "larger = np.maximum\ndef relu(z):\n    return larger(z, 0)",
        "import functools\nrelu = functools.partial(np.maximum, 0)",
        "def relu(z):\n    data = 0\n    return np.maximum(z, data)",
        "relu = lambda z: np.maximum(z, 0)",
        "def relu(z, floor=0):\n    return np.maximum(z, floor)",
        "class Relu:\n    def __call__(self, z):\n        return np.maximum(z, 0)\nrelu = Relu()",
    ],
)
def test_what_an_answer_may_use(source):
    """Do literal constants, modules, functions and classes count as code, and any callable as an answer?"""
    report = checked(source)
    assert report.state == "passed", repr(report)


# Who did the work


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("", "lab.check(lab.relu)"),
        ("from activation_lab import relu", "lab.check(relu)"),
        (RELU.format("lab.relu(z)"), "lab.check(relu)"),
        ("theirs = lab.relu\n" + RELU.format("theirs(z)"), "lab.check(relu)"),
        ("relu = lambda z: lab.relu(z)", "lab.check(relu)"),
        (RELU.format("lab.ACTIVATIONS['relu'].forward(z)"), "lab.check(relu)"),
        (RELU.format("lab.Activation('relu').forward(z)"), "lab.check(relu)"),
        ("def helper(z):\n    return lab.relu(z)\n" + RELU.format("helper(z)"), "lab.check(relu)"),
        ("dense_backward = lambda *arrays: lab.dense_backward(*arrays)", "lab.check(dense_backward)"),
    ],
)
def test_merely_calling_the_packages_own(source, call):
    """Is the right result rejected if it comes from the package's own function, in whatever way?"""
    report = checked(source, call)
    assert (report.state, report.score) == ("failed", 0)
    assert f"This merely calls the package's own {report.name}." in words(report)


def own_reference(name):
    """An exercise whose reference is not the package's function of that name."""
    relu = exercises.find("relu")
    reference = types.FunctionType((lambda z: np.where(z > 0, z, 0 * z)).__code__, {"np": np}, name)
    return dataclasses.replace(relu, reference=reference, mistakes={})


def test_merely_calling_the_public_function_of_the_same_name():
    """Is this also noticed if the exercise's reference is another function, with the lesson's options?"""
    exercise = own_reference("relu")
    assert judge(exercise, lambda z: np.maximum(z, 0)).state == "passed"
    for answer in (lab.relu, lambda z: lab.relu(z)):
        report = judge(exercise, answer)
        assert report.state == "failed" and "This merely calls the package's own relu." in words(report)


def test_merely_calling_the_public_function_for_keras(monkeypatch):
    """And also if it is one of the functions for Keras models, once these are loaded?"""
    functions = types.ModuleType("activation_lab.with_keras.models")
    functions.to_other_form = lambda z: np.maximum(z, 0)
    exercise = own_reference("to_other_form")
    monkeypatch.setitem(sys.modules, functions.__name__, functions)
    report = judge(exercise, lambda z: functions.to_other_form(z))
    assert report.state == "failed" and "This merely calls the package's own to_other_form." in words(report)


def test_other_functions_of_the_package_are_welcome():
    """May an answer use the package's other functions?"""
    source = "def swish(z):\n    return z * lab.sigmoid(z)"
    assert checked(source, "lab.check(swish)").state == "passed"


def test_waiting_for_another_exercise():
    """Is an answer that calls an unwritten one told which it needs first, and not blamed?"""
    source = """
def sigmoid(z):
    raise NotImplementedError("Write sigmoid here.")

def swish(z):
    return z * sigmoid(z)
"""
    report = checked(source, "lab.check(swish)")
    assert report.state == "failed" and report.diagnoses == ()
    assert "needs your sigmoid first" in words(report)
    written = source.replace('raise NotImplementedError("Write sigmoid here.")', "return 0.5 + 0.5 * np.tanh(z / 2)")
    assert checked(written, "lab.check(swish)").state == "passed"


@pytest.mark.parametrize("signature", ["(z, slope)", "()", "(*, z)"])
def test_another_signature(signature):
    """Is a definition that cannot take the arguments shown next to the expected one?"""
    report = checked(f"def relu{signature}:\n    return 0")
    assert f"It is defined as relu{signature}; the exercise calls relu(z)." in words(report)


# The transfer exercise


def test_a_transfer_exercise_is_checked_and_no_more():
    """Does it show the first failing case with its values as usual, but name no mistake and offer no hint?"""
    usual = exercises.find("relu")
    alone = dataclasses.replace(usual, transfer=True, hints=())
    assert judge(alone, lambda z: np.where(z > 0, z, 0 * z)).score == alone.points
    for mistake in usual.mistakes.values():
        told, untold = judge(usual, mistake), judge(alone, mistake)
        assert told.diagnoses and "hint" in words(told)
        assert untold == dataclasses.replace(told, diagnoses=(), notes=())
    shown = words(judge(alone, np.abs))
    assert "expected" in shown and "received" in shown and "hint" not in shown


def test_a_transfer_exercise_not_yet_written(monkeypatch):
    """Is its stub not attempted, and is an answer that needs another one reported as such, without mentioning hints?"""
    alone = dataclasses.replace(exercises.find("relu"), transfer=True, hints=())
    monkeypatch.setattr(exercises, "find", lambda *names: alone)
    for name, state in (("relu", "not attempted"), ("sigmoid", "failed")):
        report = checked(f'def relu(z):\n    raise NotImplementedError("Write {name} here.")')
        assert report.state == state and "hint" not in words(report)


# Known mistakes


def test_a_known_mistake_is_diagnosed():
    """Does an answer that behaves like a listed mistake, however it is written, get its sentence and no other?"""
    report = checked("def relu_backward(da, z):\n    return np.where(z < 0, 0 * da, da)", "lab.check(relu_backward)")
    assert report.diagnoses == ("At z = 0 the slope counts as 0; here it counts as 1.",)
    assert words(report).split(") ", 1)[1].startswith(f"→ {report.diagnoses[0]}")


def test_an_unknown_mistake_is_not_diagnosed():
    """Is no sentence chosen if none explains every case?"""
    assert checked(RELU.format("np.maximum(z, 0) + np.sin(3 * z) / 7")).diagnoses == ()


def test_errors_are_told_apart_by_their_words():
    """If two mistakes raise the same kind of error in every case, is the one with the same message chosen?"""

    def stop(message):
        def answer(z):
            raise ValueError(message)

        return answer

    mistakes = {"The first.": stop("layer dense_1 has 3 axes"), "The second.": stop("no such axis")}
    exercise = dataclasses.replace(exercises.find("relu"), mistakes=mistakes)
    assert judge(exercise, stop("layer dense_27 has 4 axes")).diagnoses == ("The first.",)
    assert judge(exercise, stop("no such axis")).diagnoses == ("The second.",)
    assert judge(exercise, stop("something else")).diagnoses == ()


def test_a_right_answer_is_not_diagnosed():
    """Is a mistake's sentence never shown for a right answer?"""
    assert checked(RELU.format("z * (z > 0)")).diagnoses == ()


PARTS = {
    "dx": ("dz @ kernel.T", "dz @ kernel", "For dx, dz meets the transposed kernel"),
    "dkernel": ("x.T @ dz", "dz.T @ x", "dkernel is transposed"),
    "dbias": ("dz.sum(axis=0)", "dz.mean(axis=0)", "dbias is averaged over the batch"),
}


@pytest.mark.parametrize("wrong", [("dbias",), ("dkernel", "dbias")], ids=" and ".join)
def test_two_errors_two_diagnoses(wrong):
    """In an answer of three values, does each wrong one get its own diagnosis, and do the right ones get none?"""
    parts = ", ".join(PARTS[name][name in wrong] for name in PARTS)
    report = checked(f"def dense_backward(dz, x, kernel):\n    return {parts}", "lab.check(dense_backward)")
    assert len(report.diagnoses) == len(wrong)
    for name, diagnosis in zip(wrong, report.diagnoses, strict=True):
        assert diagnosis.startswith(PARTS[name][2])


# What can be passed to check


@pytest.mark.parametrize("thing", ["3", "None", "'relu'", "relu(np.ones(2))"])
def test_what_is_no_function(thing):
    """Do `check(relu(z))` and the like get told to pass the function itself?"""
    with pytest.raises(TypeError, match=r"^check takes the function itself, for example lab\.check\(relu\); received "):
        checked(RELU.format("z"), f"lab.check({thing})")


def test_an_unknown_name():
    """Does a misspelled definition get a suggestion, from `check` and from `hint`?"""
    for call in ("lab.check(rleu)", "lab.hint(rleu)", "lab.hint('rleu')"):
        with pytest.raises(LookupError, match="There is no exercise named 'rleu'. Did you mean 'relu'?"):
            checked("def rleu(z):\n    return z", call)


def test_a_function_without_a_name():
    """Is a lambda without a variable told to get a name, and distinguished from the result of a call?"""
    with pytest.raises(LookupError, match="a function without a name. Give it one: relu = lambda"):
        checked("", "lab.check(lambda z: z)")
    with pytest.raises(LookupError, match="Received a Called, which has no name; .* without brackets"):
        checked("class Called:\n    def __call__(self):\n        pass", "lab.check(Called())")


def test_the_same_twice():
    """Does the same answer give the same words twice, and another seed other numbers?"""
    variables = notebook(RELU.format("np.abs(z)"))
    first, again, other = (eval(f"lab.check(relu, seed={seed})", variables) for seed in (0, 0, 1))
    assert first == again and repr(first) == repr(again) and first._repr_html_() == again._repr_html_()
    assert repr(other) != repr(first) and other.diagnoses == first.diagnoses


def test_a_check_leaves_the_notebook_alone():
    """Are NumPy's settings, the warning filters and both random states restored, even if the answer draws numbers?"""

    def state():
        return np.geterr(), list(warnings.filters), random.getstate(), np.random.get_state()[1].tolist()

    before = state()
    checked(RELU.format("np.log(z) + np.random.rand() + __import__('random').random()"))
    assert state() == before


def test_numbers_drawn_by_an_answer_are_the_same_in_every_check():
    """Does an answer that draws numbers give the same report whenever it is checked, in any notebook?"""
    random.seed(1)
    first = repr(checked(RELU.format("z + __import__('random').random() + np.random.rand()")))
    random.seed(2)
    np.random.rand()
    assert repr(checked(RELU.format("z + __import__('random').random() + np.random.rand()"))) == first


def test_checks_print_nothing(capfd):
    """Is nothing printed, apart from the returned object?"""
    checked(RELU.format("z + 1"))
    assert capfd.readouterr() == ("", "")
