"""Does what comes from a submission cost the judge no more than its share, and is that written down?"""

import dataclasses
import io
import socket
import sys
import time

import numpy as np
import pytest
from in_process import Here
from rich.console import Console
from submitted import encoded, notebook, untouched
from test_archives import packed

from activation_lab import exercises
from activation_lab.harness import arguments_for
from activation_lab_tools.grader import notebook_parser, pool_worker, reading_queue
from activation_lab_tools.grader.course import Course
from activation_lab_tools.grader.execution import Execution, outcome_from
from activation_lab_tools.grader.finding import archives, submissions
from activation_lab_tools.grader.finding.archives import NESTED_BYTES
from activation_lab_tools.grader.models import examiner
from activation_lab_tools.grader.models.examiner import Examiner, OverBudget
from activation_lab_tools.grader.notebook_parser import PARSING, NotebookParser
from activation_lab_tools.grader.reading.notebook import MAX_CELL_CHARACTERS
from activation_lab_tools.grader.reading_queue import ReadingQueue
from activation_lab_tools.grader.records import ParsedNotebook, Submission
from activation_lab_tools.grader.sandbox import client, usage, wire
from activation_lab_tools.grader.stages import Stages
from activation_lab_tools.grader.store import Store
from activation_lab_tools.grader.submission_judge import Settings

of_linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

# Texts and bytes from a child


class Unprintable(np.ndarray):
    """An array that must not become text: one of int8 of shape (7,) * 9 takes half a minute."""

    def __repr__(self):
        raise AssertionError("an array from outside was formatted")

    __str__ = __format__ = __repr__


ARRAY = np.zeros(3, "int8").view(Unprintable)
RELU = exercises.find("relu")


def outcome(reply):
    return outcome_from(Execution(), RELU, (np.ones(3),), {"arguments": (np.ones(3),)} | reply, None, 0.0)


@pytest.mark.parametrize("key", ["warnings", "arguments", "error"])
def test_no_array_becomes_text(key):
    """Is an array in the place of a text never formatted?"""
    outcome({"value": ARRAY, key: (ARRAY,)})
    if key != "arguments":
        outcome({"value": ARRAY, key: {"text": ARRAY, "name": ARRAY, "module": ARRAY, "stopped": ARRAY}})


def test_long_texts_are_cut():
    """Is every text of an error and of warnings cut before anything is done with it?"""
    long = "x" * 1_000_000
    error = dict.fromkeys(("text", "name", "module", "stopped"), long)
    received = outcome({"error": error, "warnings": (long,) * 100})
    assert len(received.stopped) + len(str(received.error)) + len(type(received.error).__name__) < 5_000
    assert len(received.warnings) <= 20 and max(map(len, received.warnings)) <= 1_000


@pytest.mark.parametrize("arguments", [None, (), (np.ones(3), np.ones(3)), [np.ones(3)], "xy"])
def test_arguments_that_were_not_sent(arguments):
    """Is a reply refused that brings back more or fewer arguments than were sent, or none?"""
    with pytest.raises(wire.WireError, match="without the arguments"):
        outcome({"value": None, "arguments": arguments})


def test_replies_share_a_budget():
    """Is the second of two replies refused that together have too many bytes, and the first counted?"""
    here, there = socket.socketpair()
    with here, there:
        session = client.Session(here, None)
        session.budget = wire.Budget(3_000)
        for _ in range(2):
            wire.send(there, np.zeros(200))
        assert session.ask(None, deadline=time.monotonic() + 60).size == 200
        with pytest.raises(wire.WireError, match="too much output"):
            session.ask(None, deadline=time.monotonic() + 60)
        assert 1_600 < session.budget.received < 2_000


def test_text_counts_more_than_numbers():
    """Does a frame of lists, which grow when they are decoded, cost many times its length?"""
    numbers, lists = wire.Budget(), wire.Budget()
    numbers.spend(10_000, 0)
    lists.spend(10_000, 10_000)
    assert wire.LIMIT - lists.left > 10 * (wire.LIMIT - numbers.left)


@pytest.mark.parametrize(
    ("threads", "seconds"),
    [
        ([], 0.0),
        ([b"", b"8000000000 3000000000 5"], 3.0),
        ([b"8000000000 3000000000 5\n"] * 64, 3.0),
        ([b"1000000 300000000000 5", b"9000000000 1000000000 7"], 1.0),
    ],
    ids=["not counted here", "one thread", "many that wait together", "one that only waits"],
)
def test_the_clock_stands_still_for_what_is_ready(threads, seconds):
    """Do many threads stop the clock no longer than one, and those that hardly run hardly at all?"""
    assert usage.longest_wait(threads) == seconds


@of_linux
def test_swapped_memory_counts(monkeypatch):
    """Does memory count that Linux has swapped out for an answer, and none where nothing is swapped?"""
    status = [b"Name:\tVmSwap: 9 kB\n", b"VmRSS:\t  10 kB\n", b"VmSwap:\t  2048 kB\n"]
    assert usage.swapped(status) == 2 << 20 and usage.swapped(status[:2]) == 0
    monkeypatch.setattr(usage, "swapped", lambda file: sum(line.startswith(b"VmSwap:") for line in file))
    mappings = usage._Mappings()
    before = mappings.bytes()
    mappings.add("self")
    assert mappings.bytes() - before >= 1


# Models

SHAPE = (4, [5, 3, 2], "relu")
SENT = (*SHAPE, 1)


def described(units, features=4):
    """The description of a model of Dense layers."""
    layers = [
        {
            "class": "Dense",
            "name": f"d{i}",
            "policy": "float32",
            "settings": {"units": after, "use_bias": False},
            "weights": {"kernel": np.ones((before, after), "float32")},
            "activation": {"function": "linear"},
        }
        for i, (before, after) in enumerate(zip([features, *units[:-1]], units, strict=True))
    ]
    model = {"class": "Sequential", "name": "s", "policy": "float32", "layers": list(range(len(layers)))}
    model["inputs"] = [{"shape": [None, features], "dtype": "float32"}]
    return {"model": {"layers": [*layers, model], "model": len(layers)}}


PACK = '''"""exam: one exercise of a lesson, and one whose models take what they like."""
import numpy as np
from activation_lab.exercises import Exercise
from activation_lab.exercises.lesson_07_activation_layers import WITH_ACTIVATION_LAYERS


def greedy(bytes, forever):
    pass


def takes(value, bytes, forever):
    while forever:
        pass
    return np.zeros(bytes, "int8").size


def hoard(bytes):
    pass


def leaves(value, bytes):
    held = [np.ones(bytes, "int8")]
    held.append(held)
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])


PLAIN = {"prompt": "...", "points": 1, "hints": (), "mistakes": {}, "cases": lambda rng: {}}
GREEDY = Exercise(greedy, examine=takes, **PLAIN)
HOARD = Exercise(hoard, examine=leaves, **PLAIN)
'''


@pytest.fixture(scope="module")
def examining(keras_server):
    each = Examiner(keras_server, PACK)
    yield each
    each.close()


def examined(examining, units, seconds=20.0, features=4):
    arguments = (features, units, "relu", 1)
    return examining.examine("with_activation_layers", described(units, features), arguments, seconds)


def test_a_model_is_examined_elsewhere(examining):
    """Does the child reply with what the exercise's `examine` returns for a model, and with what that took?"""
    reply = examined(examining, [5, 3])
    assert reply["value"][0] == "Input(4,) → Dense(5) → Dense(3)" and not reply["unverified"] and reply["error"] is None
    assert 0 < reply["seconds"] < 20 and reply["memory"] < examiner.MEMORY


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [((1, True), 0.0), ((2 * examiner.MEMORY, False), 20.0), ((1, False), 0.0)],
    ids=["stopped by the system", "memory", "counted"],
)
def test_a_model_over_budget(examining, arguments, seconds):
    """Does a model that takes more time or memory than it may cost the child, and not the next model?

    It pays for the next child's start too.
    """
    with pytest.raises(OverBudget, match="more processor time or memory") as raised:
        examining.examine("greedy", None, arguments, seconds)
    assert raised.value.seconds > seconds
    assert examining.examine("greedy", None, (1000, False), 20.0)["value"] == 1000


@of_linux
def test_models_leave_nothing(examining):
    """Does the child free what many models leave behind, which refer to themselves as Keras's do?"""
    pages = [examining.examine("hoard", None, (100 << 20,), 20.0)["value"] for _ in range(12)]
    assert (max(pages) - pages[0]) * usage.PAGE < 400 << 20


LOOKS = '''"""exam: an exercise that looks around while it judges."""
import os
from activation_lab.exercises import Exercise


def looks(path):
    pass


def seen(value, path):
    return os.path.exists(path)


LOOKS = Exercise(looks, prompt="...", points=1, hints=(), mistakes={}, cases=lambda rng: {}, examine=seen)
'''


def test_a_model_is_examined_in_a_sandbox(sandboxed):
    """Does what examines models see no file of the grader's, and does it do so again if its fork server dies?"""
    with client.ForkServer() as server:
        each = Examiner(server, LOOKS)
        assert [each.examine("looks", None, (path,), 5.0)["value"] for path in ("/usr", __file__)] == [True, False]
        server.process.kill()
        server.process.wait()
        assert each.examine("looks", None, ("/usr",), 5.0)["value"] is True
        each.close()


def test_models_share_a_budget(examining):
    """Is a malformed description “unverified” though later ones are not, and does what they take add up?"""
    exercise, execution = exercises.find("with_activation_layers"), Execution()
    for value in ({"model": None}, described([5, 3, 2])):
        reply = {"value": value, "arguments": arguments_for(exercise.run, SENT)}
        received = outcome_from(execution, exercise, SENT, reply, examining, 20.0)
    assert execution.verification == "unverified" and received.error is None
    before = execution.examined
    assert 0 < before < 20
    with pytest.raises(OverBudget):
        reply = {"value": described([5, 3]), "arguments": arguments_for(exercise.run, SENT)}
        raise outcome_from(execution, exercise, SENT, reply, examining, 0.0).error
    assert execution.examined >= before


# Notebooks


@pytest.fixture(scope="module")
def parser(server):
    parser = NotebookParser(server)
    yield parser
    parser.close()


def test_parsing_has_a_budget(parser):
    """Is a notebook refused that takes more processor time than is left, without an end of the child?"""
    catalogue, data = Course().catalogue(), untouched("01_dense_forward")
    parsed = parser.parse(data, catalogue)
    assert parsed.lesson == "01_dense_forward" and parsed.lasting and 0 < parsed.seconds < PARSING
    hurried = parser.parse(data, catalogue, 0.0)
    assert "0.0 seconds of processor time" in hurried.problem and not hurried.lasting and hurried.seconds > 0
    assert parser.parse(data, catalogue).lesson == "01_dense_forward"


def test_too_long_is_final(parser, monkeypatch):
    """Is it final that a notebook takes more processor time than any may?"""
    monkeypatch.setattr(notebook_parser, "PARSING", 0.0)
    parsed = parser.parse(untouched("01_dense_forward"), Course().catalogue(), 0.0)
    assert parsed.problem and parsed.lasting


def test_a_parser_that_never_ends(parser, monkeypatch):
    """Is the child ended by the system, in the middle of a notebook, once it has used up the time?"""
    cells = [{"cell_type": "code", "source": "".join(f"a{i} = b{i} + 1\n" for i in range(9_000))}] * 60
    notebook = encoded({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    parsed = parser.parse(notebook, Course().catalogue(), 0.1)  # it needs several times that
    assert "more than 0.1 seconds of processor time" in parsed.problem and parsed.seconds < 3


def test_skipped_cells_are_said_shortly(parser):
    """Is each cell named that is too long to read, in a sentence and without its text?"""
    skipped = {"cell_type": "code", "source": "x" * (MAX_CELL_CHARACTERS + 1)}
    cells = [skipped] * 19 + [{"cell_type": "code", "source": "def relu(z): pass"}]
    notebook = encoded({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    notes = parser.parse(notebook, Course().catalogue()).notes
    assert len(notes) == 19 and max(map(len, notes)) < 200


# A student's notebooks


def submission(tmp_path, student, name, data):
    (tmp_path / student).mkdir(exist_ok=True)
    path = tmp_path / student / name
    path.write_bytes(data)
    return Submission(student, student, f"{student}/{name}", str(path))


@pytest.fixture
def hundred(tmp_path):
    """A hundred notebooks of Eve's, and one of Ada's."""
    found = [submission(tmp_path, "eve", f"{number}.ipynb", str(number).encode()) for number in range(100)]
    return [*found, submission(tmp_path, "ada", "1.ipynb", b"ada")]


def queue_of(found):
    return ReadingQueue(found, {}, lambda digest: None, lambda: None)


def test_a_student_has_a_budget(hundred):
    """Are few notebooks parsed of a student whose every notebook takes long, one at a time, and another's all?"""
    queue, taken, tasks = queue_of(hundred), [], []
    while task := next(queue, None):
        if task[0] is None:  # both students have one in hand
            digest, limit = tasks.pop(0)
            taken.append(limit)
            queue.done(digest, limit)
        else:
            tasks.append((task[0], task[1][2]))
            assert len(tasks) <= 2
    assert sum(taken) <= reading_queue.READING + PARSING
    assert len(queue.review) > 90 and {item.location.split("/")[0] for item in queue.review} == {"eve"}
    assert all("other notebooks of this student" in item.reason for item in queue.review)


def test_what_is_gone_costs_nothing(hundred, tmp_path):
    """Is a notebook that has gone said to be, and the others still parsed, each once?"""
    (tmp_path / "eve" / "1.ipynb").unlink()
    (tmp_path / "eve" / "2.ipynb").write_bytes(b"3")
    queue, digests = queue_of(hundred), []
    while (task := next(queue, None)) and task[0]:
        queue.done(task[0], 0.0, "lesson")
        digests.append(task[0])
    assert [item.location for item in queue.review] == ["eve/1.ipynb"]
    assert len(digests) == len(set(digests)) == 99 and set(queue.lessons.values()) == {"lesson"}


@pytest.mark.parametrize(("lasting", "times"), [(True, 1), (False, 2)])
def test_what_took_too_long_is_remembered(tmp_path, monkeypatch, lasting, times):
    """Is a notebook that can't be parsed read once, however often the class is graded, and is it said each time?"""
    found, calls = [submission(tmp_path, "eve", "1.ipynb", b"{}")], []

    def parse(*arguments):
        calls.append(arguments)
        return ParsedNotebook(problem="It took too long.", seconds=PARSING, lasting=lasting)

    monkeypatch.setattr(pool_worker, "parse", parse)
    with Store(tmp_path / "grades.sqlite") as store:
        for _ in range(2):
            each = Stages(Settings(), Console(file=io.StringIO()), Course(), b"secret", store, Here())
            notebooks, review = each.parse(found)
            assert notebooks == [] and [item.reason for item in review] == ["It took too long."]
    assert len(calls) == times


def test_a_zip_within_is_opened_once(tmp_path, monkeypatch):
    """Is a student's own zip unpacked once for all its notebooks?"""
    inner = packed(*((f"{number}.ipynb", str(number).encode()) for number in range(30))).getvalue()
    path = tmp_path / "class.zip"
    path.write_bytes(packed(("Eve_11_assignsubmission_file_/all.zip", inner)).getvalue())
    opened, extract = [], archives.extract

    def counted(file, member, limit):
        opened.append(limit)
        return extract(file, member, limit)

    monkeypatch.setattr(archives, "extract", counted)
    result = submissions.find([path])
    found, looks = result.submissions, result.review
    assert sorted(int(submissions.content_of(each)) for each in found) == [*range(30)] and looks == []
    assert opened.count(NESTED_BYTES) == 1


# The row


def test_a_row_says_what_it_took(judge):
    """Does a row hold the seconds, bytes and memory that judging took, and no text of any length?"""
    lesson = "02_activation_functions"
    source = "def relu(z):\n    raise ValueError('x' * 100_000)\n" + "".join(f"    a{i} = {i}\n" for i in range(5_000))
    parsed = judge.parse(notebook(lesson, {"relu": source}), judge.course.catalogue())
    seeds = dict.fromkeys([each.name for each in exercises.of_lesson(lesson)], 0)
    eve = Submission("eve", "Eve", "eve/1.ipynb", "eve/1.ipynb")
    graded = judge.grade(eve, dataclasses.replace(parsed, seconds=1.5), seeds)
    (mark,) = (mark for mark in graded.marks if mark.exercise == "relu")
    assert graded.reading == 1.5 and mark.judged > 0 and mark.received > 100
    assert len(mark.own) <= 20_000 and sum(map(len, mark.lines)) <= 120_000
