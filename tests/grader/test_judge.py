"""Does the grader say of an answer what the check says, and does it give points for nothing else?"""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from idle import idle
from submitted import decoded, encoded, notebook, right_answers, right_choices, untouched

from activation_lab import exercises
from activation_lab.checking.judge import judge as check
from activation_lab.checking.judge import verdict
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.harness import arguments_for
from activation_lab_tools.grader.course import SETS, Course, seed
from activation_lab_tools.grader.execution import Execution, outcome_from
from activation_lab_tools.grader.judge import AFTER_TIME_OUT, Judge, Settings
from activation_lab_tools.grader.records import Submission
from activation_lab_tools.grader.sandbox import wire, worker

LESSONS = exercises.lessons()
ANNA = Submission("anna", "Anna", "anna/1.ipynb", "anna/1.ipynb")


def graded(judge, lesson, answers, choices=None, student=ANNA, secret=b"s" * 32):
    """{exercise: Mark} of a notebook with these answers."""
    reading = judge.parse(notebook(lesson, answers, choices), judge.course.catalogue())
    assert reading.lesson == lesson and not reading.problem
    seeds = {each.name: seed(secret, student.student, each.name) for each in judge.course.exercises(lesson)}
    return {mark.exercise: mark for mark in judge.grade(student, reading, seeds).marks}


@pytest.fixture(scope="module")
def judge(sandboxed):
    judge = Judge(Course(), Settings())
    yield judge
    judge.close()


@pytest.fixture(scope="module")
def giver(sandboxed):
    """A judge that gives points for a part of the cases."""
    judge = Judge(Course(), Settings(partial=True))
    yield judge
    judge.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_do_the_solutions_earn_every_point(judge, lesson):
    marks = graded(judge, lesson, right_answers(lesson), right_choices(lesson))
    assert {name: mark.lines for name, mark in marks.items() if mark.score != mark.points} == {}
    assert len(marks) == len(exercises.of_lesson(lesson)) + len(exercises.questions_of_lesson(lesson))


@pytest.mark.parametrize("lesson", LESSONS)
def test_does_an_untouched_lesson_earn_nothing_and_say_so(judge, lesson):
    reading = judge.parse(untouched(lesson), judge.course.catalogue())
    marks = judge.grade(ANNA, reading, dict.fromkeys([e.name for e in exercises.of_lesson(lesson)], 0)).marks
    assert {(mark.state, mark.score) for mark in marks} == {("not attempted", 0)}


# The same as in the notebook


def in_the_grader(exercise, answer, number):
    """The Report on an answer whose replies come from where a sandboxed child makes them, and go over the wire."""
    before, execution = reference_runs(exercise, number), Execution()
    stand_in = SimpleNamespace(name=exercise.name, run=exercise.run, examine=None)
    for case, arguments in before.cases.items():
        frame = wire.encoded(worker.outcome_of(stand_in, answer, arguments_for(exercise.run, arguments)))
        reply = wire.decoded(frame[wire.LENGTHS.size :], wire.LENGTHS.unpack(frame[: wire.LENGTHS.size])[1])
        execution.received[case] = outcome_from(execution, exercise, arguments, reply)
    return verdict(before, execution.received, execution.findings, values=False), execution


WITH_MISTAKES = [
    pytest.param(exercise, text, id=f"{exercise.name}: {text[:40]}")
    for lesson in LESSONS
    for exercise in exercises.of_lesson(lesson)
    for text in exercise.mistakes
]


@pytest.mark.parametrize("exercise, text", WITH_MISTAKES)
def test_does_every_known_mistake_get_its_sentence(exercise, text):
    if exercise.transfer:
        exercise = dataclasses.replace(exercise, transfer=False)
    report, _ = in_the_grader(exercise, exercise.mistakes[text], 5)
    assert report.state == "failed"
    assert report.diagnoses == (text,)


@pytest.mark.parametrize("lesson", LESSONS)
def test_does_every_other_right_answer_pass(lesson):
    for exercise in exercises.of_lesson(lesson):
        for answer in exercise.accepted:
            report, execution = in_the_grader(exercise, answer, 6)
            assert report.state == "passed", (exercise.name, answer, report)
            assert execution.verification != "unverified"


def test_is_no_value_of_a_case_told(judge):
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
def test_does_an_answer_that_does_nothing_score_nothing(giver, lesson):
    """Not even where points are given for a part of the cases?"""
    sources = {exercise.name: list(idle(exercise).values()) for exercise in exercises.of_lesson(lesson)}
    for number in range(max(map(len, sources.values()))):
        answers = {name: several[number % len(several)] for name, several in sources.items()}
        marks = graded(giver, lesson, answers)
        assert {name: answers[name] for name, mark in marks.items() if mark.score} == {}


# What may be used


def test_does_an_answer_by_keras_earn_nothing_where_numpy_is_asked_for(judge):
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
def test_does_an_answer_that_calls_the_course_s_own_earn_nothing(judge, body):
    mark = graded(judge, "02_activation_functions", {"relu": f"def relu(z):\n    return {body}\n"})["relu"]
    assert (mark.state, mark.score, mark.headline) == ("failed", 0, "not counted")
    assert "merely calls the package's own relu" in mark.lines[0]


def test_may_an_answer_call_another_function_of_the_course(judge):
    mark = graded(judge, "02_activation_functions", {"swish": "def swish(z):\n    return z * lab.sigmoid(z)\n"})[
        "swish"
    ]
    assert mark.state == "passed", mark.lines


def test_is_an_unwritten_helper_named(judge):
    mark = graded(judge, "02_activation_functions", {"swish": "def swish(z):\n    return z * sigmoid(z)\n"})["swish"]
    assert mark.state == "failed"
    assert "swish needs your sigmoid first" in mark.lines[0]


def test_is_a_helper_named_that_has_a_syntax_error(judge):
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


def test_is_a_notebook_s_variable_named(judge):
    source = "factor = np.array([1.0])\ndef relu(z):\n    return np.maximum(z, 0) * factor[0]\n"
    mark = graded(judge, "02_activation_functions", {"relu": source})["relu"]
    assert mark.score == 0 and "notebook's variable factor" in mark.lines[0]


def test_is_a_hidden_warning_objected_to(judge):
    source = "def sigmoid(z):\n    with np.errstate(over='ignore'):\n        return 1 / (1 + np.exp(-z))\n"
    mark = graded(judge, "02_activation_functions", {"sigmoid": source})["sigmoid"]
    assert mark.score == 0 and "errstate" in mark.lines[0]


def test_is_another_signature_named(judge):
    mark = graded(judge, "02_activation_functions", {"relu": "def relu(z, floor):\n    return np.maximum(z, floor)\n"})[
        "relu"
    ]
    assert mark.score == 0 and "relu(z, floor)" in mark.lines[0]


def test_is_a_model_that_cannot_be_built_again_left_to_a_person(judge):
    source = """
class Own(keras.layers.Layer):
    def call(self, x):
        return x

def build_mlp():
    return keras.Sequential([keras.Input((784,)), Own(), keras.layers.Dense(10, activation="softmax")])
"""
    mark = graded(judge, "05_keras_dense", {"build_mlp": source})["build_mlp"]
    assert (mark.state, mark.verification) == ("failed", "unverified")
    assert "Own" in " ".join(mark.lines)


# Parts of the points, time, questions, transfer


def test_are_points_given_for_a_part_of_the_cases(judge, giver):
    answers = {"relu": "def relu(z):\n    return np.maximum(z, 0).astype(float)\n"}  # float32 fails
    assert graded(judge, "02_activation_functions", answers)["relu"].score == 0
    assert 0.5 < graded(giver, "02_activation_functions", answers)["relu"].score < 1


def test_is_an_answer_that_hangs_its_own_loss_alone(sandboxed):
    judge = Judge(Course(), Settings(timeout=3.0))
    lesson, endless = "03_dense_backward", "    while True:\n        pass\n"
    answers = right_answers(lesson) | {
        "relu_backward": f"def relu_backward(da, z):\n{endless}",
        "softmax_backward": f"def softmax_backward(da, z):\n{endless}",
    }
    try:
        marks = graded(judge, lesson, answers)
    finally:
        judge.close()
    assert {name for name, mark in marks.items() if mark.state == "passed"} == {"dense_backward", "numerical_gradient"}
    first, second = marks["relu_backward"], marks["softmax_backward"]
    assert first.ended == second.ended == "out of time"
    assert 3 <= first.seconds < 8 and AFTER_TIME_OUT <= second.seconds < first.seconds
    assert "still running after 3 seconds" in first.lines[0] and "still running after 2 seconds" in second.lines[0]


def test_are_questions_read_and_not_run(judge):
    marks = graded(judge, "01_dense_forward", {}, {"two_notations": "b", "deeper_without_activation": "a"})
    assert (marks["two_notations"].score, marks["deeper_without_activation"].score) == (1, 0)
    assert marks["deeper_without_activation"].choice == "a"
    assert marks["deeper_without_activation"].lines[0].startswith("a) XOR")


def test_is_a_transfer_s_mistake_told_to_the_instructor_alone(judge):
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


def test_do_two_students_get_other_cases():
    numbers = {seed(b"s" * 32, f"student {i}", "relu") for i in range(200)}
    assert len(numbers) == SETS
    assert seed(b"s" * 32, "student 1", "relu") == seed(b"s" * 32, "student 1", "relu")
    assert not numbers & {seed(b"t" * 32, f"student {i}", "relu") for i in range(200)}


def test_does_the_check_agree_on_what_is_right():
    """Is the stand-in of these tests no easier than the check that learners call?"""
    exercise = exercises.find("relu")
    assert (
        check(exercise, lambda z: np.maximum(z, 0)).state
        == in_the_grader(exercise, lambda z: np.maximum(z, 0), 0)[0].state
    )
