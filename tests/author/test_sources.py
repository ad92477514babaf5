"""Do answer cells, stubs, questions and choices have the right text?"""

import ast
import dataclasses

import numpy as np
import pytest

from activation_lab import exercises
from activation_lab.exercises import Question
from activation_lab_tools.author import sources


def outside_helper(z):
    return z


def uses_a_helper(z):
    return outside_helper(z)


def uses_a_function_inside(z):
    def inner(x):
        return x

    return inner(z)


ANSWER = '''import math


@decorated
def halve(x, by=2):
    """Half of x.

    >>> halve(4)
    2.0
    """
    # an answer's own comment
    return x / by


def helper():
    return math.pi'''


def test_an_answer_is_the_prompt_over_the_references_body():
    """Does the answer cell contain only signature, prompt and body, with the package's names as lab.…?"""
    source = sources.answer_source(exercises.find("swish"))
    tree = ast.parse(source).body
    assert len(tree) == 1 and ast.unparse(tree[0].body[1:]) == "return z * lab.sigmoid(z)"
    assert ast.get_docstring(tree[0]).splitlines()[0].startswith("The swish of the table above")


def test_the_packages_own_decorators_are_left_out():
    """Is the shape check of dense_forward left out of the answer?"""
    assert sources.answer_source(exercises.find("dense_forward")).startswith("def dense_forward(x, kernel, bias):\n")


def test_a_reference_with_names_that_a_notebook_lacks_is_refused():
    """Is a helper that notebooks do not have reported before a learner gets a NameError?"""
    exercise = dataclasses.replace(exercises.find("relu"), reference=uses_a_helper)
    with pytest.raises(ValueError, match="uses outside_helper, which a notebook does not have"):
        sources.answer_source(exercise)


def test_a_function_inside_an_answer_is_its_own():
    """Is a function that an answer defines inside itself not taken for one of the package's?"""
    source = sources.answer_source(dataclasses.replace(exercises.find("relu"), reference=uses_a_function_inside))
    assert "lab." not in source and source.endswith("    return inner(z)")


def test_a_stub_keeps_signature_and_docstring():
    """Does a stub keep signature, docstring and other code, and lose decorator and body?"""
    stub = sources.stub_source(ANSWER, ["halve"])
    assert "@decorated" not in stub and "own comment" not in stub and "x / by" not in stub
    assert 'def halve(x, by=2):\n    """Half of x.' in stub
    assert stub.endswith("def helper():\n    return math.pi")
    namespace = {}
    exec(stub, namespace)
    with pytest.raises(NotImplementedError, match=r"^Write halve here\.$"):
        namespace["halve"](4)


def test_a_class_keeps_its_init():
    """Does a class keep __init__ and lose the body of every other method?"""
    namespace = {"np": np}
    exec(sources.stub_source(sources.answer_source(exercises.find("ActivationLayer")), ["ActivationLayer"]), namespace)
    layer = namespace["ActivationLayer"](np.abs, None)
    assert layer.function is np.abs
    for method in ("forward", "backward"):
        with pytest.raises(NotImplementedError, match=rf"^Write ActivationLayer\.{method} here\.$"):
            getattr(layer, method)(np.zeros(2))


def test_a_cell_without_an_exercise_stays_as_it_is():
    """Are other cells, including magics, left unchanged?"""
    for source in ("def other():\n    return 1", "%matplotlib inline", ""):
        assert sources.stub_source(source, ["halve"]) == source
        assert sources.with_choice(source, "None") == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('lab.answer("q", "b")', 'lab.answer("q", None)'),
        ('lab.predict("q", [0, "x)", (1, 2)])', 'lab.predict("q", None)'),
        ('x = 1\nlab.predict(\n    "q",\n    3,\n)', 'x = 1\nlab.predict("q", None)'),
        ('lab.reveal("q", measured)', 'lab.reveal("q", measured)'),
    ],
)
def test_choices_are_reset(source, expected):
    """Is the second argument of answer and predict replaced, whatever it is, and no other call?"""
    assert sources.with_choice(source, "None") == expected


def test_a_question_shows_all_options_and_no_verdict():
    """Does the text cell show the question and options without the verdicts?"""
    question = Question("q", "Why?", {"a": ("this", "Wrong: no."), "b": ("that", "Right: yes.")}, "b")
    assert sources.questions_markdown([question]) == "**Question.** Why? (1 point)\n\n- **a** this\n- **b** that"


def test_several_questions_in_one_cell():
    """Is each answer put into its own call, and does the text above show all claims in one table?"""
    source = 'lab.together(lab.answer("p", None), lab.answer("q", "x"))'
    assert sources.with_choice(source, '"true"', "q") == 'lab.together(lab.answer("p", None), lab.answer("q", "true"))'
    assert sources.choices(source) == [("answer", "p"), ("answer", "q")]
    options = {"true": ("true", "Yes."), "false": ("false", "No."), "depends": ("it depends", "On it.")}
    text = sources.questions_markdown([Question(name, f"It is {name}.", options, "true") for name in "pq"])
    assert text.startswith(
        '**Question.** What is your verdict on each: `"true"`, `"false"` or `"depends"`? (1 point each)\n\n'
    )
    assert "| `p` | It is p. |\n| `q` | It is q. |" in text and "Yes." not in text
