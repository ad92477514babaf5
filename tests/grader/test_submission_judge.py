"""Does the grader say of an answer what the check says, and does it give points for nothing else?"""

import dataclasses
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from idle import idle
from submitted import decoded, encoded, notebook, right_answers, right_choices, untouched

from activation_lab import dense_parameter_count, exercises
from activation_lab.checking.judge import judge as check
from activation_lab.checking.judge import verdict
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.harness import arguments_for
from activation_lab.quiet import keras
from activation_lab_tools.grader import submission_judge
from activation_lab_tools.grader.course import SETS, Course, seed
from activation_lab_tools.grader.execution import Execution, outcome_from, package_names
from activation_lab_tools.grader.models import examination
from activation_lab_tools.grader.notebook_parser import NotebookParser
from activation_lab_tools.grader.reading.parse import parse_notebook
from activation_lab_tools.grader.records import Answer, Submission
from activation_lab_tools.grader.sandbox import wire, worker
from activation_lab_tools.grader.sandbox.client import SandboxError
from activation_lab_tools.grader.submission_judge import Settings, SubmissionJudge

LESSONS = exercises.lessons()
RETURNS_A_TEXT = "def relu(z):\n    return str(z.tolist())\n"
SEED = 5
ANNA = Submission("anna", "Anna", "anna/1.ipynb", "anna/1.ipynb")


def graded(judge, lesson, answers, choices=None, student=ANNA, secret=b"s" * 32):
    """{exercise: Mark} of a notebook with these answers."""
    reading = judge.parse(notebook(lesson, answers, choices), judge.course.catalogue())
    assert reading.lesson == lesson and not reading.problem
    seeds = {each.name: seed(secret, student.student, each.name) for each in judge.course.exercises(lesson)}
    return {mark.exercise: mark for mark in judge.grade(student, reading, seeds).marks}


@pytest.fixture
def giver(judge_with):
    """A judge that gives points for a part of the cases."""
    return judge_with(partial=True)


@pytest.mark.parametrize("lesson", LESSONS)
def test_solutions(judge, lesson):
    """Do the solutions earn every point?"""
    marks = graded(judge, lesson, right_answers(lesson), right_choices(lesson))
    assert {name: mark.lines for name, mark in marks.items() if mark.score != mark.points} == {}
    assert "unverified" not in {mark.verification for mark in marks.values()}
    assert len(marks) == len(exercises.of_lesson(lesson)) + len(exercises.questions_of_lesson(lesson))


@pytest.mark.parametrize("lesson", LESSONS)
def test_untouched(judge, lesson):
    """Does an untouched lesson earn nothing, as “not attempted”?"""
    reading = judge.parse(untouched(lesson), judge.course.catalogue())
    marks = judge.grade(ANNA, reading, dict.fromkeys([e.name for e in exercises.of_lesson(lesson)], 0)).marks
    assert {(mark.state, mark.score) for mark in marks} == {("not attempted", 0)}


# The same as in the notebook


class ExaminesHere:
    """Examines models as an Examiner's child does, but in this process: its rounding is that of the known mistakes."""

    def examine(self, exercise, value, arguments, seconds):
        reply = examination.examine(exercises.find(exercise), value, arguments)
        return over_the_wire(reply) | {"seconds": 0.0, "memory": 0}


def in_the_grader(exercise, answer, number):
    """The Report on an answer whose replies are made as in a sandboxed child, and sent over the wire."""
    before, execution = reference_runs(exercise, number), Execution()
    stand_in = SimpleNamespace(name=exercise.name, run=exercise.run, examine=None)
    for case, arguments in before.cases.items():
        reply = over_the_wire(worker.outcome_of(stand_in, answer, arguments_for(exercise.run, arguments)))
        execution.received[case] = outcome_from(execution, exercise, arguments, reply, ExaminesHere(), 10.0)
    return verdict(before, execution.received, execution.findings, values=False), execution


def over_the_wire(value):
    frame = wire.encoded(value)
    return wire.decoded(frame[wire.LENGTHS.size :], wire.LENGTHS.unpack(frame[: wire.LENGTHS.size])[1])


EVERY_EXERCISE = [
    pytest.param(exercise, id=exercise.name) for lesson in LESSONS for exercise in exercises.of_lesson(lesson)
]


@pytest.mark.parametrize("exercise", EVERY_EXERCISE)
def test_accepted_and_known_mistake(exercise):
    """Does an exercise's first other right answer pass, and does its first known mistake get its diagnosis?

    test_solutions tries the references, and the tests of the check tell all mistakes apart: one is enough here.
    """
    text, mistake = next(iter(exercise.mistakes.items()))
    exercise = dataclasses.replace(exercise, mistakes={text: mistake}, transfer=False)
    report, execution = in_the_grader(exercise, exercise.accepted[0], SEED)
    assert report.state == "passed", report
    assert execution.verification != "unverified"
    report, _ = in_the_grader(exercise, mistake, SEED)
    assert report.state == "failed"
    assert report.diagnoses == (text,)


def a_tuple(x, kernel, bias):
    return x @ kernel + bias, x


def math_of_an_array(z):
    return 1 / (1 + math.exp(-z))


def _block(norm, *more):
    def answer(features, units):
        layers = keras.layers
        block = [layers.Dense(units), layers.BatchNormalization(**norm), layers.Activation("relu")]
        return keras.Sequential([keras.Input((features,)), *block, *(getattr(layers, kind)(0.5) for kind in more)])

    return answer


CAUSES = {
    "a tuple": ("dense_forward", a_tuple),
    "an error": ("sigmoid", math_of_an_array),
    "a layer more": ("normalized_block", _block({}, "Dropout")),
    "a frozen layer": ("normalized_block", _block({"trainable": False})),
    "another setting": ("normalized_block", _block({"scale": False})),
}


@pytest.mark.parametrize(("name", "answer"), CAUSES.values(), ids=CAUSES)
def test_a_cause(name, answer):
    """Is the cause of a wrong answer named in the same words as by the check, also for a model that is rebuilt?"""
    exercise = exercises.find(name)
    told = check(exercise, answer, SEED).diagnoses
    report, _ = in_the_grader(exercise, answer, SEED)
    assert report.state == "failed" and told and report.diagnoses == told


def test_a_cause_in_the_source(judge):
    """Is it seen in a sandbox, too, why nothing comes back, and that a stub's line was left in?"""
    wrong = {
        "dense_parameter_count": "def dense_parameter_count(features, units):\n    print(features)\n",
        "dense_forward": "def dense_forward(x, kernel, bias):\n    z = x @ kernel + bias\n"
        '    raise NotImplementedError("Write dense_forward here.")\n',
    }
    marks = graded(judge, "01_dense_forward", wrong)
    assert "prints and returns nothing" in marks["dense_parameter_count"].diagnoses[0]
    assert "so is the line `raise NotImplementedError(…)`" in marks["dense_forward"].diagnoses[0]


def test_no_values(judge):
    """Are the values of the grader's cases kept from the learner?"""
    wrong = {
        "dense_parameter_count": "def dense_parameter_count(features, units):\n    return features * units\n",
        "dense_forward": "def dense_forward(x, kernel, bias):\n    return x @ kernel\n",
    }
    marks = graded(judge, "01_dense_forward", wrong)
    for name in wrong:
        text = " ".join(marks[name].lines)
        assert marks[name].state == "failed" and marks[name].diagnoses
        assert "expected" not in text.replace("expected (", "") and "received" not in text, text


# Nothing for nothing


@pytest.mark.parametrize("lesson", LESSONS)
def test_idle(giver, lesson, monkeypatch):
    """Does an answer that does nothing earn nothing, even with partial credit? test_idle.py tries all of them."""
    monkeypatch.setitem(verdict.__globals__, "diagnoses", lambda *_: ())  # which take most of the time
    sources = {exercise.name: list(idle(exercise).values()) for exercise in exercises.of_lesson(lesson)}
    for number in (0, -1):
        answers = {name: several[number] for name, several in sources.items()}
        marks = graded(giver, lesson, answers)
        assert {name: answers[name] for name, mark in marks.items() if mark.score} == {}


# What may be used


def test_foreign_import(judge):
    """Does a Keras answer to a NumPy exercise earn nothing?"""
    source = "def relu(z):\n    import keras\n    return np.array(keras.ops.relu(z))\n"
    mark = graded(judge, "02_activation_functions", {"relu": source})["relu"]
    assert (mark.state, mark.score) == ("failed", 0)
    assert "It imports keras" in mark.lines[0] and "numpy" in mark.lines[0]


@pytest.mark.parametrize(
    "body",
    [
        "lab.relu(z)",
        'getattr(lab, "re" + "lu")(z)',
        'lab.ACTIVATIONS["relu"][0](z)',
        'lab.get_activation("relu")[0](z)',
    ],
)
def test_calls_the_reference(judge, body):
    """Does an answer that calls the package's own function earn nothing?"""
    mark = graded(judge, "02_activation_functions", {"relu": f"def relu(z):\n    return {body}\n"})["relu"]
    assert (mark.state, mark.score, mark.headline) == ("failed", 0, "not counted")
    assert "merely calls the package's own relu" in mark.lines[0]


@pytest.mark.parametrize("exercise", EVERY_EXERCISE)
def test_package_names(exercise):
    """Is the package's own function taken out wherever it is, and are near twins too, but nothing of a lesson?"""
    names = package_names(exercise)
    own = [each for each in (exercise.reference, *exercise.near_twins) if ".exercises." not in each.__module__]
    assert {f"{each.__module__}:{each.__name__}" for each in own} <= set(names)
    assert not any(".exercises." in name for name in names)


def test_calls_another_function(judge):
    """May an answer call another function of the package?"""
    mark = graded(judge, "02_activation_functions", {"swish": "def swish(z):\n    return z * lab.sigmoid(z)\n"})[
        "swish"
    ]
    assert mark.state == "passed", mark.lines


def test_unwritten_helper(judge):
    """Is a helper named that is not written yet?"""
    mark = graded(judge, "02_activation_functions", {"swish": "def swish(z):\n    return z * sigmoid(z)\n"})["swish"]
    assert mark.state == "failed"
    assert "swish needs your sigmoid first" in mark.lines[0]


def test_an_old_attempt_further_down(judge):
    """Does a right answer above a wrong one that counts earn nothing, and is a person told of both cells?"""
    wrong = "def relu(z):\n    return z\n"
    right = right_answers("02_activation_functions")["relu"]
    for below, cells in ((wrong, True), (wrong.replace("z\n", "-z\n"), True), (right + "# again", False)):
        document = decoded(notebook("02_activation_functions", {"relu": right}))
        document["cells"] += [{"cell_type": "code", "source": source, "metadata": {}} for source in (wrong, below)]
        reading = judge.parse(encoded(document), judge.course.catalogue())
        seeds = {each.name: 5 for each in judge.course.exercises(reading.lesson)}
        (mark,) = [mark for mark in judge.grade(ANNA, reading, seeds).marks if mark.exercise == "relu"]
        count = len(document["cells"])
        assert mark.state == ("failed" if cells else "passed") and mark.score == (0 if cells else mark.points)
        where = [number for number, cell in enumerate(document["cells"], 1) if "def relu(z" in "".join(cell["source"])]
        assert mark.earlier == ((where[0], count) if cells else ())


def test_broken_helper(judge):
    """Is a helper named that has a syntax error?"""
    answers = {"sigmoid": "def sigmoid(z:\n    return 1\n", "swish": "def swish(z):\n    return z * sigmoid(z)\n"}
    document = decoded(notebook("02_activation_functions", {"swish": answers["swish"]}))
    for cell in document["cells"]:
        if "def sigmoid(" in "".join(cell["source"]):
            cell["source"] = answers["sigmoid"]
    reading = judge.parse(encoded(document), judge.course.catalogue())
    marks = judge.grade(ANNA, reading, dict.fromkeys([e.name for e in exercises.of_lesson(reading.lesson)], 0)).marks
    broken, user = (next(mark for mark in marks if mark.exercise == name) for name in ("sigmoid", "swish"))
    assert (broken.state, broken.headline) == ("failed", "syntax error") and "line 1" in broken.reasons[0]
    assert "uses your sigmoid, which could not be read" in user.reasons[0]


def test_notebook_variable(judge):
    """Is a notebook variable named that an answer uses?"""
    source = "factor = np.array([1.0])\ndef relu(z):\n    return np.maximum(z, 0) * factor[0]\n"
    mark = graded(judge, "02_activation_functions", {"relu": source})["relu"]
    assert mark.score == 0 and "notebook's variable factor" in mark.lines[0]


def test_hidden_warning(judge):
    """Is an answer rejected that hides warnings?"""
    source = "def sigmoid(z):\n    with np.errstate(over='ignore'):\n        return 1 / (1 + np.exp(-z))\n"
    mark = graded(judge, "02_activation_functions", {"sigmoid": source})["sigmoid"]
    assert mark.score == 0 and "errstate" in mark.lines[0]


@pytest.mark.parametrize("name", ["'err' + 'state'", "''.join(['err', 'state'])"])
def test_warning_hidden_by_a_text(judge, name):
    """Is a hidden warning found, or said to be the answer's own word alone?"""
    source = f"def sigmoid(z):\n    with getattr(np, {name})(over='ignore'):\n        return 1 / (1 + np.exp(-z))\n"
    mark = graded(judge, "02_activation_functions", {"sigmoid": source})["sigmoid"]
    assert "errstate" in mark.lines[0] if mark.score == 0 else mark.verification == "partly self-reported"


def test_numbers_of_the_cases(judge):
    """Are the numbers of a case kept from a learner whose answer raises them, or warns of them?"""
    body = (
        "def relu(z):\n    import warnings\n    warnings.warn(str(z.tolist()))\n    raise ValueError(str(z.tolist()))\n"
    )
    for source in (body, body.replace("raise ValueError(str(z.tolist()))", "return z"), RETURNS_A_TEXT):
        mark = graded(judge, "02_activation_functions", {"relu": source})["relu"]
        assert mark.state == "failed" and not re.search(r"\d\.\d", " ".join(mark.lines)), mark.lines


def test_seconds(monkeypatch):
    """Does an exercise get as many times more time as it asks for, also when --timeout changes it?"""
    asked = []
    monkeypatch.setattr(submission_judge, "execute", lambda *arguments: asked.append(arguments[6]))
    judge = SubmissionJudge(Course(), Settings(timeout=20.0))
    answer = Answer("any", "written")
    for name in ("relu", "paired_ratio"):
        exercise = exercises.find(name)
        judge._execute(exercise, answer, {}, judge._limit(exercise, slow=False))
    assert asked == [20, 20 * exercises.find("paired_ratio").seconds / 10]


def test_signature(judge):
    """Is a wrong signature named?"""
    mark = graded(judge, "02_activation_functions", {"relu": "def relu(z, floor):\n    return np.maximum(z, floor)\n"})[
        "relu"
    ]
    assert mark.score == 0 and "relu(z, floor)" in mark.lines[0]


def test_unverified(judge):
    """Does a person have to look at a model that cannot be rebuilt?"""
    source = """
def build_mlp():
    own = keras.layers.Lambda(lambda x: x)
    return keras.Sequential([keras.Input((784,)), own, keras.layers.Dense(10, activation="softmax")])
"""
    mark = graded(judge, "05_keras_dense", {"build_mlp": source})["build_mlp"]
    assert (mark.state, mark.verification) == ("failed", "unverified")
    assert "Lambda" in " ".join(mark.lines)


# Parts of the points, time, questions, transfer


def test_partial(judge, giver):
    """Does passing some of the cases earn some of the points, if asked for?"""
    answers = {"relu": "def relu(z):\n    return z if np.ndim(z) == 2 else np.maximum(z, 0)\n"}  # a batch fails
    assert graded(judge, "02_activation_functions", answers)["relu"].score == 0
    assert 0 < graded(giver, "02_activation_functions", answers)["relu"].score < 1


def test_partial_credit_for_a_table(giver):
    """Does a table of what the notebook shows earn nothing, though most cases pass?"""
    table = {arguments: dense_parameter_count(*arguments) for arguments in [(3, 2), (784, 64), (1, 5), (4, 1)]}
    source = f"def dense_parameter_count(features, units):\n    return {table}.get((features, units), 0)\n"
    mark = graded(giver, "01_dense_forward", {"dense_parameter_count": source})["dense_parameter_count"]
    assert (mark.headline, mark.score) == ("4 of 5 cases pass", 0)


def test_endless_loop(judge_with, monkeypatch):
    """Does an answer that hangs cost only its own points?"""
    lesson, endless = "03_dense_backward", "    while True:\n        pass\n"
    answers = right_answers(lesson) | {
        "relu_backward": f"def relu_backward(da, z):\n{endless}",
        "softmax_backward": f"def softmax_backward(da, z):\n{endless}",
    }
    monkeypatch.setattr(submission_judge, "AFTER_TIME_OUT", 0.4)
    marks = graded(judge_with(timeout=0.6), lesson, answers)
    assert {name for name, mark in marks.items() if mark.state == "passed"} == {"dense_backward", "numerical_gradient"}
    first, second = marks["relu_backward"], marks["softmax_backward"]
    assert first.ended == second.ended == "out of time"
    assert (first.limit, second.limit) == (0.6, 0.4)
    assert "still running after 0.6 seconds" in first.lines[0]
    assert "still running after 0.4 seconds" in second.lines[0]


def test_questions(judge):
    """Are choices read from the notebook and marked?"""
    marks = graded(judge, "01_dense_forward", {}, {"two_notations": "b", "deeper_without_activation": "a"})
    assert (marks["two_notations"].score, marks["deeper_without_activation"].score) == (1, 0)
    assert marks["deeper_without_activation"].choice == "a"
    assert marks["deeper_without_activation"].lines[0].startswith("a) XOR")


def test_transfer(judge):
    """Does only the instructor see the diagnosis of a transfer exercise?"""
    source = """
def block_from_spec(spec):
    layers = [keras.Input((spec[0][1],))]
    for kind, *settings in spec[1:]:
        if kind == "dense":
            layers.append(keras.layers.Dense(*settings))
        elif kind == "activation":
            layers.append(keras.layers.Activation(*settings))
    return keras.Sequential(layers)
"""
    mark = graded(judge, "10_claims_on_trial", {"block_from_spec": source})["block_from_spec"]
    assert mark.diagnoses == ("The normalizations are left out.",) and not mark.told


def test_seeds():
    """Do secret and student decide which of a few sets of cases is drawn?"""
    numbers = {seed(b"s" * 32, f"student {i}", "relu") for i in range(200)}
    assert len(numbers) == SETS
    assert seed(b"s" * 32, "student 1", "relu") == seed(b"s" * 32, "student 1", "relu")
    assert not numbers & {seed(b"t" * 32, f"student {i}", "relu") for i in range(200)}


def test_stand_in():
    """Does the stand-in of these tests agree with the check that learners call?"""
    exercise = exercises.find("relu")
    assert (
        check(exercise, lambda z: np.maximum(z, 0)).state
        == in_the_grader(exercise, lambda z: np.maximum(z, 0), 0)[0].state
    )


class Broken:
    """A fork server whose sessions end as told: with an error, or without a reply."""

    def __init__(self, error=None, ended=""):
        self.error, self.ended, self.seconds, self.extended = error, ended, 0.5, 0.0

    budget = wire.Budget()

    def session(self, seconds):
        if self.error is not None:
            raise self.error
        return self

    def ask(self, value, deadline):
        return None

    def end(self):
        pass

    close = await_isolated = end


def test_sandbox_fails_while_parsing():
    """Does a sandbox that fails leave a notebook to a person, and raise nothing?"""
    judge = SubmissionJudge(Course(), Settings())
    judge._parser = NotebookParser(Broken(SandboxError("it broke")))
    reading = judge.parse(untouched(LESSONS[0]), judge.course.catalogue())
    assert "it broke" in reading.problem


def test_supervisor_ends():
    """Does an answer whose supervisor ended earn nothing, with the reason, and need no person?"""
    lesson = LESSONS[0]
    judge = SubmissionJudge(Course(), Settings())
    reading = parse_notebook(notebook(lesson, right_answers(lesson)), judge.course.catalogue())
    judge._servers = dict.fromkeys((False, True), Broken(ended="ended its supervisor"))
    marks = judge.grade(ANNA, reading, dict.fromkeys(right_answers(lesson), 0)).marks
    ran = [mark for mark in marks if mark.kind == "exercise"]
    assert ran and all(mark.score == 0 and mark.verification == "compared" and mark.seconds == 0.5 for mark in ran)
    assert all(any("watches it" in line for line in mark.lines) for mark in ran)
