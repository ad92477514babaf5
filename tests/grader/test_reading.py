"""The first stage of a run, without workers: is each file read once, and does what becomes of it cost nobody else?"""

import concurrent.futures
import io

import pytest
from rich.console import Console

from activation_lab_tools.grader import reading_queue
from activation_lab_tools.grader.course import Course
from activation_lab_tools.grader.finding import submissions
from activation_lab_tools.grader.records import ParsedNotebook
from activation_lab_tools.grader.stages import Stages
from activation_lab_tools.grader.store import Store
from activation_lab_tools.grader.submission_judge import Settings

STUDENTS = ("ada", "bob", "carl", "dora", "eve", "fay", "gus", "hal")  # more than are handed out ahead


class Here:
    """An executor with one worker, this process, in which a notebook's text is its lesson.

    Args:
        meanwhile: what happens on the disk after the first task has been handed out.
    """

    workers = 1

    def __init__(self, meanwhile):
        self.meanwhile, self.received = meanwhile, []

    def submit(self, function, catalogue, notebook, seconds):
        if not self.received:
            self.meanwhile()
        self.received.append(notebook)
        done = concurrent.futures.Future()
        done.set_result(ParsedNotebook(notebook.decode()))
        return done


@pytest.fixture
def parsed(tmp_path):
    """`parsed(meanwhile)`: ({student: lesson}, [ReviewItem], what the worker received) of a class of eight."""
    for student in STUDENTS:
        path(tmp_path, student).parent.mkdir(parents=True)
        path(tmp_path, student).write_bytes(f"{student}'s".encode())

    def parsed(meanwhile=lambda: None):
        result = submissions.find([tmp_path / "class"])
        found, looks = result.submissions, result.review
        assert looks == []
        executor = Here(meanwhile)
        with Store(tmp_path / "grades.sqlite") as store:
            stage = Stages(Settings(), Console(file=io.StringIO()), Course(), b"secret", store, executor)
            notebooks, review = stage.parse(found)
            for _, digest, lesson in notebooks:
                assert store.notebook(stage._notebook_key(digest)).lesson == lesson
        return {one.student: lesson for one, _, lesson in notebooks}, review, executor.received

    return parsed


def path(folder, student):
    return folder / "class" / student / "x.ipynb"


def test_each_file_is_read_once(parsed, monkeypatch):
    """Is a notebook read once, from its digest to its worker?"""
    read, real = [], submissions.content_of
    monkeypatch.setattr(reading_queue, "content_of", lambda one: read.append(one.student) or real(one))
    lessons, review, _ = parsed()
    assert lessons == {student: f"{student}'s" for student in STUDENTS} and review == []
    assert sorted(read) == sorted(STUDENTS)


def test_a_file_exchanged_while_the_class_is_read(parsed, tmp_path):
    """Is what is kept under a digest what has this digest, even if files are exchanged meanwhile?"""

    def exchanged():
        for student in STUDENTS:
            path(tmp_path, student).write_bytes(b"another's")

    lessons, review, received = parsed(exchanged)
    assert {student: lesson for student, lesson in lessons.items() if lesson != "another's"} == {"ada": "ada's"}
    assert received.count(b"another's") == 1, "those with the same bytes now are parsed once"
    # The bytes that were there at first, handed in again, are themselves again.
    for student in STUDENTS:
        path(tmp_path, student).write_bytes(f"{student}'s".encode())
    assert parsed()[0] == {student: f"{student}'s" for student in STUDENTS}


def test_a_file_that_vanishes_while_the_class_is_read(parsed, tmp_path):
    """Is a file that vanishes after it was found its student's row, and everyone else's notebook kept?"""
    lessons, review, _ = parsed(path(tmp_path, "hal").unlink)
    assert list(lessons) == list(STUDENTS[:-1])
    ((location, reason),) = [(item.location, item.reason) for item in review]
    assert location == "class/hal/x.ipynb" and "cannot be opened" in reason


def test_copies_are_parsed_once(parsed, tmp_path):
    """Do a student's copies of a notebook count once, and is the same file of two students parsed once?"""
    for name in ("copy.ipynb", "x (1).ipynb"):
        path(tmp_path, "ada").with_name(name).write_bytes(b"ada's")
    path(tmp_path, "bob").write_bytes(b"ada's")
    path(tmp_path, "eve").with_name("04.ipynb").write_bytes(b"ada's")
    lessons, review, received = parsed()
    assert received.count(b"ada's") == 1 and lessons["ada"] == lessons["bob"] == "ada's"
    assert review == [] and set(lessons) == set(STUDENTS)
