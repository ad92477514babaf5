"""Are the counts exact on work whose number of calls is known?"""

import functools
import gc
import subprocess
import sys

import pytest
from course import KERAS

from activation_lab import counts

needs_keras = pytest.mark.skipif(not KERAS, reason="TensorFlow is not installed")


def leaf():
    return 1


def twice():
    return leaf() + leaf()


def nested():
    return twice() + leaf()  # 2 calls here, 2 more inside


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def three_numbers():
    yield 1
    yield 2
    yield 3


class Doubler:
    def __call__(self):
        return leaf() + self.method()

    def method(self):
        return leaf()


WORKS = {
    "nothing": (lambda: None, 0),
    "one call": (lambda: leaf(), 1),
    "a function itself isn't counted": (leaf, 0),
    "two calls": (twice, 2),
    "nested calls": (nested, 4),
    "recursion": (lambda: factorial(5), 5),
    "recursion, its first call isn't counted": (functools.partial(factorial, 5), 5),
    "builtins aren't counted": (lambda: len(str(abs(-12))), 0),
    "a builtin that calls back": (lambda: sorted([3, 1, 2], key=lambda number: -number), 3),
    "a builtin as the work": (dict, 0),
    "a generator: three numbers and its end": (lambda: list(three_numbers()), 4),
    "a method": (Doubler().method, 1),
    "a class with __call__": (lambda: Doubler()(), 4),
    "a loop": (lambda: [leaf, leaf, leaf][0]() + leaf(), 2),
}


@pytest.mark.parametrize(("work", "expected"), WORKS.values(), ids=WORKS)
def test_python_calls(work, expected):
    """Is every call of a Python function counted, the first alone left out, and the same number found again?"""
    assert [counts.python_calls(work) for _ in range(3)] == [expected] * 3


def test_as_many_calls_as_made():
    """Does the count grow by exactly one for each call more?"""

    def times(number):
        def work():
            for _ in range(number):
                leaf()

        return work

    assert [counts.python_calls(times(number)) for number in (0, 1, 7, 1000)] == [0, 1, 7, 1000]


@pytest.mark.parametrize("profile", [None, lambda frame, event, argument: None])
def test_the_profile_function_comes_back(profile):
    """Is the profile function that was set before back afterwards, and after an exception too?"""

    def failing():
        leaf()
        raise ZeroDivisionError

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        assert counts.python_calls(twice) == 2
        first = sys.getprofile()
        with pytest.raises(ZeroDivisionError):
            counts.python_calls(failing)
        second = sys.getprofile()
    finally:
        sys.setprofile(before)
    assert first is second is profile


@pytest.mark.parametrize("collects", [True, False])
def test_no_garbage_collection(collects):
    """Is the garbage collector off during the work, and afterwards as before, even after an error?"""
    seen, before = [], gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        counts.python_calls(lambda: seen.append(gc.isenabled()))
        with pytest.raises(ZeroDivisionError):
            counts.python_calls(lambda: 1 / 0)
        after = gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()
    assert seen == [False] and after is collects


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="cProfile no longer goes through sys.setprofile")
def test_another_profiler():
    """Is a profiler that can't be handed back refused before the work runs?"""
    code = (
        "import cProfile\nfrom activation_lab import counts\n"
        "with cProfile.Profile():\n"
        "    try:\n        counts.python_calls(lambda: print('ran'))\n"
        "    except RuntimeError as error:\n        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.startswith("counts: a Profile is profiling this thread"), done.stdout + done.stderr


@pytest.mark.parametrize("count", [counts.python_calls, counts.operations_run])
def test_no_work(count):
    """Is something that can't be called refused in a sentence?"""
    with pytest.raises(TypeError, match="counts: received a int; expected a function without arguments, such as"):
        count(3)


def test_imports():
    """Does counting Python calls load neither TensorFlow nor matplotlib?"""
    code = (
        "import sys, activation_lab as lab; lab.counts.python_calls(lambda: None);"
        "print({'matplotlib', 'tensorflow', 'keras', 'IPython'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


# --- models ----------------------------------------------------------------------------------------------------------


def warm(work):
    """The work, called twice already."""
    work()
    work()
    return work


@pytest.fixture(scope="module")
def models():
    """{form: a small model}, with two Dense layers and two activations."""
    from activation_lab.with_keras import models as keras_models

    return {form: build(6, [5, 3], ["relu", "softmax"]) for form, build in keras_models.FORMS.items()}


@needs_keras
def test_layer_calls(models):
    """Is the call of the model and of each of its layers counted, in eager?"""
    from activation_lab.quiet import tf

    x = tf.ones((2, 6))
    found = {form: counts.layer_calls(warm(lambda model=model: model(x))) for form, model in models.items()}
    assert found == {"argument": 3, "layer": 5, "operation": 3, "function": 3}
    relu = models["layer"].layers[1]
    assert counts.layer_calls(lambda: relu(relu(x))) == 2
    assert counts.layer_calls(lambda: leaf()) == 0


@needs_keras
def test_layer_calls_within_a_layer():
    """Are a model inside a model and its layers counted too, and those of a trace at its first call only?"""
    from activation_lab.quiet import keras, tf

    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.ReLU()])
    outer = keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(2)])
    traced, x = tf.function(outer), tf.ones((2, 4))
    assert counts.layer_calls(lambda: outer(x)) == 5
    assert [counts.layer_calls(lambda: traced(x)) for _ in range(3)] == [5, 0, 0]


@needs_keras
def test_an_extra_layer_costs_the_same_number_of_calls():
    """Does each further layer add the same number of Python calls in eager, and none once traced?"""
    from activation_lab.quiet import keras, tf

    x, found = tf.ones((2, 4)), []
    for extra in (1, 2, 3, 6):
        layers = [keras.layers.Activation("relu") for _ in range(extra)]
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), *layers])
        traced = tf.function(model)
        found.append([counts.python_calls(warm(work)) for work in (lambda: model(x), lambda: traced(x))])  # noqa: B023
    (one, traced_one), (two, _), (three, _), (six, traced_six) = found
    assert two - one == three - two == (six - three) / 3 > 10
    assert traced_one == traced_six < one


@needs_keras
def test_operations_run(models):
    """Is each operation counted that Keras asks TensorFlow for, and a traced function as a single one?"""
    from activation_lab.quiet import keras, tf

    x = tf.ones((2, 6))
    assert counts.operations_run(lambda: None) == 0
    assert counts.operations_run(lambda: x + x) == 1
    assert counts.operations_run(lambda: tf.nn.relu(tf.matmul(x, x, transpose_b=True))) == 2
    assert counts.operations_run(lambda: keras.activations.relu(x)) == 1
    # Four weights are read; two matrix products, two biases, relu and softmax are run.
    assert {counts.operations_run(warm(lambda model=model: model(x))) for model in models.values()} == {10}
    traced = tf.function(models["argument"])
    assert [counts.operations_run(lambda: traced(x)) for _ in range(2)] == [1, 1]


@needs_keras
def test_operations_after_an_error():
    """Does nothing go on counting after an error?"""
    from tensorflow.python.framework import op_callbacks

    from activation_lab.quiet import tf

    with pytest.raises(ZeroDivisionError):
        counts.operations_run(lambda: tf.ones((2, 2)) / (1 / 0))
    assert not op_callbacks.should_invoke_op_callbacks()
