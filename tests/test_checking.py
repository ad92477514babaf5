"""Does what a learner calls see what is wrong, say it in a sentence of its own, and never stumble over an answer?"""

import collections
import linecache
import re
import warnings
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import activation_lab as lab
from activation_lab import checking, exercises
from activation_lab.checking.report import Attempt, CaseResult, Hint, Prediction, Report

RELU = "def relu(z):\n    return {}"
LAYER = """
class ActivationLayer:
    def __init__(self, function, function_backward):
        self.function, self.function_backward = function, function_backward

    def forward(self, x):
        {forward}

    def backward(self, grad_output):
        {backward}
"""


def notebook(source, name="<cell>"):
    """The variables of a notebook after its imports and one cell."""
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    variables = {"np": np, "lab": lab}
    exec(compile(source, name, "exec"), variables)
    return variables


def checked(source, call="lab.check(relu)"):
    """What the second cell shows: `call`, in the notebook that the first one made."""
    return eval(call, notebook(source))


def words(report):
    """Everything that a learner reads, in one line."""
    return " ".join(repr(report).split())


def problems(report):
    """The sentences about the first case that fails."""
    return next(case.problems for case in report.cases if not case.passed)


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch):
    """No hint given and no prediction made before."""
    monkeypatch.setattr(checking, "_hints_given", collections.Counter())
    monkeypatch.setattr(checking, "_predictions", {})


# The three states


def test_passed():
    """Does a right answer of one's own pass, with all points and every case named?"""
    report = checked(RELU.format("np.where(z > 0, z, np.zeros_like(z))"))
    assert (report.state, report.score, report.points) == ("passed", 1, 1)
    assert report.diagnoses == () and all(case.passed for case in report.cases)
    assert words(report).startswith("✓ relu: all 7 cases pass (1 of 1 point) Tried on: a row; ")


def test_failed():
    """Does a wrong answer fail with no points, what it gave beside what was wanted, and where to get a hint?"""
    report = checked(RELU.format("z + 1"))
    assert (report.state, report.score, report.points) == ("failed", 0, 1)
    assert words(report).startswith("✗ relu: 0 of 7 cases pass (0 of 1 point)")
    assert re.search(r"✗ a row: The result is wrong in 5 of 5 entries\. z \[.*\] expected \[.*\] received \[.*\]", words(report))
    assert words(report).endswith("For a hint: lab.hint(relu)")


def test_case_by_case():
    """Are the cases that pass told from those that fail, and values shown under the first failure alone?"""
    report = checked("def relu_backward(da, z):\n    return da * (z >= 0)", "lab.check(relu_backward)")
    failed = [case.name for case in report.cases if not case.passed]
    assert failed == ["exactly at the kink"] and len(report.cases) > 3
    assert repr(report).count("expected  ") == repr(report).count("received  ") == 1
    for case in report.cases:
        assert f"{'✓' if case.passed else '✗'} {case.name}" in repr(report)


def test_not_attempted():
    """Is an untouched cell neither right nor wrong, and told how to begin?"""
    report = checked('def relu(z):\n    raise NotImplementedError("Write relu here.")')
    assert (report.state, report.score, report.cases) == ("not attempted", 0, ())
    assert words(report).startswith("○ relu: not attempted yet (0 of 1 point) In the cell above, replace the line")


def test_a_class_half_written():
    """Is a class untouched «not attempted», and one with a method left over told which?"""
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


# What is seen, each with its sentence


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("np.maximum(z, 0, out=z)", "changes its argument z in place, so the caller's own array is changed"),
        ("None", "is None: there is no value. Is a `return` missing?"),
        ("np.maximum(z, 0)[:2]", "has shape (2,); expected (5,)."),
        ("(z > 0)", "holds True or False (bool); expected real numbers (float64)."),
        ("np.maximum(z, 0).astype(int)", "holds whole numbers (int64); expected real numbers (float64)."),
        ("np.maximum(z, 0) + 0j", "holds complex numbers (complex128); expected real numbers (float64)."),
        ("np.maximum(z, 0) * np.nan", "is not a number (NaN) in 5 of 5 entries."),
        ("np.full_like(z, np.inf)", "is infinite in 5 of 5 entries."),
        ("np.maximum(z, 0) + 0 * np.exp(1000 + 0 * z[..., None])[..., 0]", "warns «RuntimeWarning: overflow encountered"),
        ("'a string'", "is a str; expected an array of shape (5,)."),
        ("[[1, 2], [3]]", "is a list that makes no array; expected an array of shape (5,)."),
    ],
)
def test_each_fault_has_its_sentence(expression, sentence):
    """Is the fault itself named, not only that something differs?"""
    report = checked(RELU.format(expression))
    assert report.state == "failed"
    assert sentence in " ".join(problems(report))


def test_the_arguments_own_precision():
    """Is float64 refused where float32 came in, and only there?"""
    report = checked(RELU.format("np.maximum(z, 0).astype(np.float64)"))
    assert [case.name for case in report.cases if not case.passed] == ["float32"]
    assert problems(report) == ("The result is float64; expected float32, the arguments' own precision.",)


def test_a_missing_return_among_several():
    """Is an answer of several values told which ones, whether it returns none, too few or one of them as None?"""
    body = "def dense_backward(dz, x, kernel):\n    {}"
    for line, sentence in [
        ("dz @ kernel.T, x.T @ dz, dz.sum(0)", "returns None. It should return dx, dkernel, dbias: is a `return` missing?"),
        ("return dz @ kernel.T, x.T @ dz", "returns 2; expected 3 values: dx, dkernel, dbias."),
        ("return dz @ kernel.T", "returns one ndarray; expected 3 values: dx, dkernel, dbias."),
        ("return dz @ kernel.T, x.T @ dz, None", "dbias is None: there is no value."),
    ]:
        report = checked(body.format(line), "lab.check(dense_backward)")
        assert sentence in words(report)


def test_an_error_with_its_line():
    """Is a raised error shown with its kind, its words, and the learner's own line?"""
    report = checked("def relu(z):\n    b = z + 1\n    return b @ np.ones(77)")
    (sentence,) = problems(report)
    assert sentence.startswith("stops with ValueError: matmul")
    assert "line 3: return b @ np.ones(77)" in sentence


def test_an_error_in_a_helper():
    """Is the line the one in the learner's helper, where the error arose, not one inside NumPy?"""
    source = "def helper(z):\n    return np.reshape(z, (77, 3))\n\ndef relu(z):\n    return helper(z)"
    assert "(line 2: return np.reshape(z, (77, 3)))" in problems(checked(source))[0]


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
    """Is an answer refused that reads an array or object of the notebook, and is that variable named?"""
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


# Whose work it is


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
    """Is the right result, got from the package's own function in whatever way, no answer?"""
    report = checked(source, call)
    assert (report.state, report.score) == ("failed", 0)
    assert f"This merely calls the package's own {report.name}." in words(report)


def test_other_functions_of_the_package_are_welcome():
    """May an answer build on the package's other functions?"""
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
    """Is a definition that cannot take the arguments shown beside the one that is called?"""
    report = checked(f"def relu{signature}:\n    return 0")
    assert f"It is defined as relu{signature}; the exercise calls relu(z)." in words(report)


# Known mistakes


def test_a_known_mistake_is_diagnosed():
    """Does an answer that behaves like a listed mistake, however it is written, get its sentence and no other?"""
    report = checked("def relu_backward(da, z):\n    return np.where(z < 0, 0 * da, da)", "lab.check(relu_backward)")
    assert report.diagnoses == ("At z = 0 the slope counts as 0; here it counts as 1.",)
    assert words(report).split(") ", 1)[1].startswith(f"→ {report.diagnoses[0]}")


def test_an_unknown_mistake_is_not_diagnosed():
    """Is no sentence chosen where none explains every case?"""
    assert checked(RELU.format("np.maximum(z, 0.001)")).diagnoses == ()


def test_a_right_answer_is_not_diagnosed():
    """Does a mistake's sentence never stand beside a right answer?"""
    assert checked(RELU.format("z * (z > 0)")).diagnoses == ()


PARTS = {
    "dx": ("dz @ kernel.T", "dz @ kernel", "For dx, dz meets the transposed kernel"),
    "dkernel": ("x.T @ dz", "dz.T @ x", "dkernel is transposed"),
    "dbias": ("dz.sum(axis=0)", "dz.mean(axis=0)", "dbias is averaged over the batch"),
}


@pytest.mark.parametrize("wrong", [("dbias",), ("dkernel", "dbias")], ids=" and ".join)
def test_two_errors_two_diagnoses(wrong):
    """In an answer of three values, does each wrong one get its own diagnosis, and the right ones none?"""
    parts = ", ".join(PARTS[name][name in wrong] for name in PARTS)
    report = checked(f"def dense_backward(dz, x, kernel):\n    return {parts}", "lab.check(dense_backward)")
    assert len(report.diagnoses) == len(wrong)
    for name, diagnosis in zip(wrong, report.diagnoses, strict=True):
        assert diagnosis.startswith(PARTS[name][2])


# What is checked


@pytest.mark.parametrize("thing", ["3", "None", "'relu'", "relu(np.ones(2))"])
def test_what_is_no_function(thing):
    """Is `check(relu(z))` and its like told to hand over the function itself?"""
    with pytest.raises(TypeError, match=r"^check takes the function itself, for example lab\.check\(relu\); received "):
        checked(RELU.format("z"), f"lab.check({thing})")


def test_an_unknown_name():
    """Does a misspelt definition get a suggestion, for `check` and for `hint`?"""
    for call in ("lab.check(rleu)", "lab.hint(rleu)", "lab.hint('rleu')"):
        with pytest.raises(LookupError, match="There is no exercise named 'rleu'. Did you mean 'relu'?"):
            checked("def rleu(z):\n    return z", call)


def test_a_function_without_a_name():
    """Is a lambda that no variable holds told to get a name?"""
    with pytest.raises(LookupError, match="a function without a name.*its exercise's name"):
        checked("", "lab.check(lambda z: z)")


def test_the_same_twice():
    """Does the same answer give the same words twice, and another seed other numbers?"""
    variables = notebook(RELU.format("np.abs(z)"))
    first, again, other = (eval(f"lab.check(relu, seed={seed})", variables) for seed in (0, 0, 1))
    assert first == again and repr(first) == repr(again) and first._repr_html_() == again._repr_html_()
    assert repr(other) != repr(first) and other.diagnoses == first.diagnoses


def test_a_check_leaves_the_notebook_alone():
    """Are NumPy's settings, the random state and the warning filters as before, and nothing printed?"""
    settings, filters, state = np.geterr(), list(warnings.filters), np.random.get_state()[1].copy()  # noqa: NPY002
    checked(RELU.format("np.log(z)"))
    assert np.geterr() == settings and list(warnings.filters) == filters
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_checks_print_nothing(capfd):
    """Does nothing but the returned object show?"""
    checked(RELU.format("z + 1"))
    assert capfd.readouterr() == ("", "")


# Nasty answers

NASTY = {
    "leaves Python": "raise SystemExit(3)",
    "never ends calling itself": "return relu(z)",
    "is a generator": "yield z",
    "returns an object": "return object()",
    "returns a type": "return int",
    "returns itself": "return relu",
    "returns a list in itself": "z = []; z.append(z); return z",
    "returns lists a thousand deep": "for _ in range(5000): z = [z]\n    return z",
    "returns a ragged list": "return [[1], [1, 2]]",
    "returns bytes": "return b'abc'",
    "returns a string of broken characters": "return '\\udc80\\x00'",
    "returns a dictionary": "return {'z': z}",
    "returns a date": "return np.datetime64('2020-01-01')",
    "returns a structured array": "return np.zeros(5, [('a', float)])",
    "returns an array of objects": "return np.array([object()] * 5)",
    "returns a number of 400 digits": "return 10**400",
    "returns a huge array": "return np.broadcast_to(0.0, (10**6, 10**6))",
    "returns what refuses to be shown": "return type('T', (), {'__repr__': lambda self: 1 / 0})()",
    "returns what refuses to be an array": "return type('T', (), {'__array__': lambda self, *a, **k: 1 / 0})()",
    "returns what refuses to be counted": "return type('T', (list,), {'__len__': lambda self: 1 / 0})()",
    "raises what refuses to be shown": "raise type('E', (Exception,), {'__str__': lambda self: str(1 / 0)})()",
    "raises without words": "raise ValueError",
    "raises markup": "raise ValueError('<script>alert(1)</script> & more\\nlines')",
    "raises a group": "raise ExceptionGroup('several', [ValueError('one')])",
    "stops an iteration": "raise StopIteration",
    "raises another NotImplementedError": "raise NotImplementedError",
    "deletes its argument": "del z\n    return np.zeros(5)",
    "resizes its argument": "z.resize((1,), refcheck=False); return z",
    "prints": "print('spam'); return z",
    "warns in two lines": "import warnings; warnings.warn('one\\ntwo'); return z",
    "warns without words": "import warnings; warnings.warn(''); return z",
    "makes warnings errors": "import warnings; warnings.simplefilter('error'); return np.log(z)",
    "changes NumPy's settings": "np.seterr(all='raise'); return z",
    "changes the random state": "np.random.seed(0); return z",
}


@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("name", ["relu", "dense_backward"])
def test_a_nasty_answer_fails_quietly(name, body, capsys):
    """Whatever an answer does, does `check` return a report that can be shown in both forms?"""
    parameters = {"relu": "z", "dense_backward": "z, x, kernel"}[name]
    settings = np.geterr()
    report = checked(f"def {name}({parameters}):\n    {body}".replace("relu(z)", f"{name}({parameters})"), f"lab.check({name})")
    assert report.state == "failed"
    assert len(repr(report)) < 10_000
    ElementTree.fromstring(re.sub(r"[\x00-\x08\ud800-\udfff]", "", report._repr_html_()))
    assert np.geterr() == settings


@pytest.mark.parametrize("method", ["__init__", "forward", "backward"])
def test_a_nasty_class_fails_quietly(method):
    """Does a class that fails while it is made or used give a report too?"""
    source = f"class ActivationLayer:\n    def {method}(self, *arguments):\n        raise SystemExit"
    report = checked(source, "lab.check(ActivationLayer)")
    assert report.state == "failed" and repr(report) and report._repr_html_()


# hint


def test_hints_come_in_order():
    """Does each call give the next hint, gentlest first, and the last one again, saying it is the last?"""
    texts = exercises.find("dense_backward").hints
    given = [lab.hint("dense_backward") for _ in range(len(texts) + 2)]
    assert [hint.text for hint in given] == [*texts, texts[-1], texts[-1]]
    assert [hint.number for hint in given] == [1, 2, 3, 3, 3] and {hint.total for hint in given} == {3}
    assert "More: lab.hint(dense_backward)" in repr(given[0])
    assert "last one" in repr(given[-1]) and "last one" not in repr(given[0])


def test_hints_by_function_and_by_name():
    """Do the function, a lambda in a variable and the name share one row of hints, apart from other exercises'?"""
    variables = notebook("relu = lambda z: z\ndef sigmoid(z):\n    return z")
    calls = ["lab.hint(relu)", "lab.hint('relu')", "lab.hint(sigmoid)"]
    assert [(hint.name, hint.number) for hint in (eval(call, variables) for call in calls)] == [
        ("relu", 1),
        ("relu", 2),
        ("sigmoid", 1),
    ]


# answer


@pytest.mark.parametrize("choice", ["b", "B", " b) ", "b.", "B)"])
def test_a_right_choice(choice):
    """Is the right letter right, however it is written, with the reason why?"""
    report = lab.answer("bias_gradient", choice)
    assert (report.state, report.score, report.points) == ("passed", 1, 1)
    assert exercises.find_question("bias_gradient").options["b"][1] in words(report)


def test_wrong_choices():
    """Does each wrong option have its own explanation, and earn nothing?"""
    question = exercises.find_question("bias_gradient")
    for letter in set(question.options) - {question.correct}:
        report = lab.answer("bias_gradient", letter)
        assert (report.state, report.score) == ("failed", 0)
        assert question.options[letter][1] in words(report)
        assert question.options[question.correct][1] not in words(report)


def test_no_choice_yet():
    """Is None not attempted, with what to do?"""
    report = lab.answer("bias_gradient", None)
    assert report.state == "not attempted"
    assert "in place of None" in words(report)


@pytest.mark.parametrize("choice", ["e", "", 2, "bb", ["b"], "<b>"])
def test_a_choice_that_is_none(choice):
    """Is a letter that is no option shown, with the letters that are?"""
    report = lab.answer("bias_gradient", choice)
    assert report.state == "failed"
    assert f"Received {choice!r}; expected one of 'a', 'b', 'c', 'd', or None." in words(report)


def test_an_unknown_question():
    """Does a misspelt question get a suggestion?"""
    with pytest.raises(LookupError, match="There is no question named 'bias_gradent'. Did you mean 'bias_gradient'?"):
        lab.answer("bias_gradent", "a")


# predict and reveal


@pytest.mark.parametrize(
    ("guess", "measured", "sentence"),
    [
        (0.5, 2 / 3, "→ You predicted 0.5; measured 0.666667."),
        ("yes", True, "→ You predicted yes; measured True."),
        (0, 1_234_567, "→ You predicted 0; measured 1,234,567."),
        (None, 3, "→ No prediction yet; measured 3."),
        (False, np.array([1.0, -0.0]), "→ You predicted False; measured [1., 0.]."),
    ],
)
def test_prediction_and_measurement(guess, measured, sentence):
    """Does the guess, 0 and False among them, come back beside what was measured?"""
    lab.predict("slope", guess)
    assert repr(lab.reveal("slope", measured)) == sentence


def test_a_prediction_alone():
    """Does `predict` repeat a guess, and ask for one where there is none?"""
    assert repr(lab.predict("slope", 3)) == "→ You predict 3."
    assert repr(lab.predict("slope", None)) == (
        "○ No prediction yet. Put your guess in place of None and run this cell again."
    )


def test_predictions_do_not_mix():
    """Does each name have its own guess, the latest, and one never asked for none?"""
    lab.predict("a", 1)
    lab.predict("a", 2)
    lab.predict("b", 3)
    assert [lab.reveal(name, 0).guess for name in ("a", "b", "c")] == [2, 3, None]


# attempt


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda: 1 / 0, "→ ZeroDivisionError: division by zero"),
        (lambda: {}["missing"], "→ KeyError: 'missing'"),
        (lambda: np.ones(3) @ np.ones(2), "→ ValueError: matmul: Input operand 1 has a mismatch"),
        (lambda: [][0] if True else 0, "→ IndexError: list index out of range"),
        (lambda: np.exp(np.array([1000.0])), "→ RuntimeWarning: overflow encountered in exp"),
        (lambda: warnings.warn("first\nsecond", UserWarning, stacklevel=1), "→ UserWarning: first"),
        (lambda: np.array([1.0, 2.5]), "→ No error. The value is [1. , 2.5]."),
        (lambda: None, "→ No error. The value is None."),
    ],
)
def test_attempt(action, sentence):
    """Does trying show the error's kind and first line, else the warning's, else the value?"""
    assert repr(lab.attempt(action)).startswith(sentence)
    assert "\n" not in repr(lab.attempt(action))


@pytest.mark.parametrize("words", ["", "\n"])
def test_attempt_without_words(words):
    """Is an error or a warning without a message shown by its kind?"""

    def fail():
        raise ValueError(words)

    assert repr(lab.attempt(fail)).startswith("→ ValueError")
    assert repr(lab.attempt(lambda: warnings.warn(words, UserWarning, stacklevel=1))).startswith("→ UserWarning")


def test_attempt_sees_every_time():
    """Is a warning seen the second time too, and none let through to the notebook?"""

    def warn():
        warnings.warn("again", UserWarning, stacklevel=1)

    assert repr(lab.attempt(warn)) == repr(lab.attempt(warn)) == "→ UserWarning: again"


# How it looks

SHOWN = {
    "passed": lambda: checked(RELU.format("np.maximum(z, 0)")),
    "failed": lambda: checked(RELU.format("z[..., :1]")),
    "diagnosed": lambda: checked(RELU.format("np.abs(z)")),
    "not attempted": lambda: checked('def relu(z):\n    raise NotImplementedError("Write relu here.")'),
    "markup in an error": lambda: checked("def relu(z):\n    raise ValueError('<b>&amp; \"a\" < b')"),
    "several values": lambda: checked("dense_backward = lambda dz, x, kernel: (dz, x, kernel)", "lab.check(dense_backward)"),
    "a class": lambda: checked(LAYER.format(forward="return x", backward="return 0"), "lab.check(ActivationLayer)"),
    "first hint": lambda: lab.hint("relu_backward"),
    "right choice": lambda: lab.answer("bias_gradient", "b"),
    "wrong choice": lambda: lab.answer("bias_gradient", "a"),
    "no choice": lambda: lab.answer("bias_gradient", None),
    "prediction": lambda: lab.predict("p", "<i>"),
    "no prediction": lambda: lab.predict("p", None),
    "revealed": lambda: lab.reveal("p", "a < b & c"),
    "attempted error": lambda: lab.attempt(lambda: np.ones(3) @ np.ones(2)),
    "attempted value": lambda: lab.attempt(lambda: "<p>"),
    "by hand": lambda: Report("a<b", "failed", 2, (CaseResult("<case>", ("&",), ("  x < y",)),), ("<d>",), ("<n>",)),
}
each_shown = pytest.mark.parametrize("make", SHOWN.values(), ids=SHOWN)


@each_shown
def test_both_forms_say_the_same(make):
    """Do text and HTML hold the same words in the same order, with any markup in them harmless?"""
    item = make()
    element = ElementTree.fromstring(item._repr_html_())
    assert " ".join(element.itertext()).split() == repr(item).split()
    assert {part.tag for part in element.iter()} <= {"div", "b", "pre"}


@each_shown
def test_a_symbol_besides_the_colour(make):
    """Does every form begin with a symbol, and leave the theme its own text and background colours?"""
    item = make()
    symbol = {"passed": "✓", "failed": "✗", "not attempted": "○"}.get(getattr(item, "state", None)) or "→○"
    element = ElementTree.fromstring(item._repr_html_())
    assert repr(item)[0] in symbol and "".join(element.itertext())[0] in symbol
    for part in element.iter():
        properties = {rule.split(":")[0].strip() for rule in part.get("style", "").split(";")}
        assert not properties & {"color", "background", "background-color"}


def test_symbols_keep_the_states_apart():
    """Are the three states three symbols in three colours?"""
    reports = [Report("relu", state, 1) for state in ("passed", "failed", "not attempted")]
    assert [repr(report)[0] for report in reports] == ["✓", "✗", "○"]
    assert len({re.search("#[0-9A-F]{6}", report._repr_html_())[0] for report in reports}) == 3


@pytest.mark.parametrize("kind", [Report, Hint, Prediction, Attempt])
def test_no_plain_dump(kind):
    """Does no kind of object fall back to Python's own way of showing it?"""
    arguments = {Report: ("n", "passed", 1), Hint: ("n", 1, 2, "t"), Prediction: ("n", 1), Attempt: ("value", "t")}
    assert kind.__name__ not in repr(kind(*arguments[kind]))


def test_points_in_the_singular():
    """Is one point a point, and two points points?"""
    assert "(1 of 1 point)" in repr(Report("n", "passed", 1)) and "(0 of 2 points)" in repr(Report("n", "failed", 2))
