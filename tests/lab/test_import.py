"""Is importing the package quick, and does it load nothing that Part I does not need?"""

import json
import subprocess
import sys

import pytest

import activation_lab

HEAVY = ("matplotlib", "tensorflow", "keras", "IPython")


def in_a_fresh_interpreter(code):
    """What `code`, run in a new Python process, prints as JSON."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def loaded_after(code, names=HEAVY):
    """Which of the packages `code` has loaded."""
    report = f"import json, sys\nprint(json.dumps([name for name in {names} if name in sys.modules]))"
    return in_a_fresh_interpreter(f"{code}\n{report}")


def test_nothing_heavy():
    """Does `import activation_lab` load neither matplotlib nor TensorFlow?"""
    assert loaded_after("import activation_lab") == []


def test_checks_need_nothing_heavy():
    """Do the checks, hints, questions and predictions of Part I load nothing heavy either?"""
    code = """
import numpy as np
import activation_lab as lab
relu = lambda z: np.where(z > 0, z, np.zeros_like(z))
assert lab.check(relu).state == "passed"
shown = lab.check(relu), lab.hint("relu"), lab.answer("bias_gradient", "b"), lab.predict("p", 1), lab.reveal("p", 2)
assert all(map(repr, shown)) and all(item._repr_html_() for item in shown)
lab.load_fashion_mnist()
"""
    assert loaded_after(code) == []


def test_finding_part_one_loads_no_keras():
    """Can every exercise and question of lessons 1 to 4 be found without Keras, also by an alternative name?"""
    code = """
from activation_lab import exercises
part_one = [lesson for lesson in exercises.lessons() if lesson < "05"]
assert len(part_one) == 4
for lesson in part_one:
    assert all(exercises.find(item.name) is item for item in exercises.of_lesson(lesson))
    assert all(exercises.find_question(item.name) is item for item in exercises.questions_of_lesson(lesson))
assert exercises.find("my_relu", "relu").name == "relu"
"""
    assert loaded_after(code) == []


WITHOUT_KERAS = """
import json, sys
sys.modules |= {"tensorflow": None, "keras": None}  # as if they were not installed
import activation_lab as lab
from activation_lab import exercises
"""


def test_names_are_found_without_tensorflow():
    """Without TensorFlow, does Part I work, and is an unknown name rejected, saying what was not searched?"""
    code = f"""{WITHOUT_KERAS}
messages = []
for name in ("rleu", "no_such_name"):
    for search in (exercises.find, exercises.find_question):
        try:
            search(name)
        except LookupError as error:
            messages.append(str(error))
for lesson in exercises.lessons()[:4]:
    assert all(exercises.find(item.name) is item for item in exercises.of_lesson(lesson))
print(json.dumps(messages))
"""
    messages = in_a_fresh_interpreter(code)
    assert len(messages) == 4 and "Did you mean 'relu'?" in messages[0]
    unsearched = "(The lessons from 05_keras_dense on could not be searched: tensorflow is not installed here.)"
    assert all(message.endswith(unsearched) for message in messages)


def test_part_two_says_what_it_needs():
    """Without TensorFlow, does a lesson of Part II say what to install?"""
    code = f"""{WITHOUT_KERAS}
try:
    exercises.of_lesson("05_keras_dense")
except ImportError as error:
    print(json.dumps(str(error)))
"""
    assert "pip install" in in_a_fresh_interpreter(code)


def test_figures_load_matplotlib_and_no_more():
    """Does `lab.plots` load matplotlib on first use, without its global pyplot?"""
    names = (*HEAVY, "matplotlib.pyplot")
    assert loaded_after("import activation_lab as lab\nlab.plots.new_figure()", names) == ["matplotlib"]


def test_an_unknown_name():
    """Is a name that the package does not have rejected with the usual message, and is `plots` found?"""
    with pytest.raises(AttributeError, match="module 'activation_lab' has no attribute 'relux'"):
        _ = activation_lab.relux
    assert activation_lab.plots.__name__ == "activation_lab.figures.plots"


def test_public_names_are_whole():
    """Does every activation have its backward function next to it, as `lab.<name>_backward`?"""
    for pair in activation_lab.ACTIVATIONS.values():
        for function in pair:
            assert getattr(activation_lab, function.__name__) is function
        assert pair.backward.__name__ == f"{pair.forward.__name__}_backward"
