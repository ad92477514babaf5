"""Does the command grade a class, lose nothing when it is stopped, and do nothing twice?"""

import contextlib
import csv
import html
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import hanging
import pytest
from classroom import LESSON, class_of_thirty, moodle_zip, plain_tree, roster
from parsed import can_do_nothing
from submitted import notebook, right, right_answers, untouched

from activation_lab import exercises
from activation_lab_tools.cli import main
from activation_lab_tools.grader.pages.long_table import SCRIPT

pytestmark = pytest.mark.usefixtures("sandboxed")
GRADE = "import sys; from activation_lab_tools.cli import main; sys.exit(main(['grade', *sys.argv[1:]]))"


def grade(*arguments):
    return main(["grade", *map(str, arguments)])


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def students(count, lesson="01_dense_forward"):
    """Right notebooks that differ in a comment, so that each is read and graded for itself."""
    answers = right_answers(lesson)
    first = next(iter(answers))
    return {f"s{i:03}": notebook(lesson, answers | {first: f"# {i}\n{answers[first]}"}) for i in range(count)}


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    """(the folder, {full name: what is fair}, exit code) of a class of thirty from a Moodle zip with a roster."""
    folder = tmp_path_factory.mktemp("thirty")
    expected = class_of_thirty(folder / "hw 3.zip")
    roster(folder / "roster.csv", [*expected, "Nobody Yet"])
    code = grade(
        folder / "hw 3.zip",
        "--roster",
        folder / "roster.csv",
        "--out",
        folder / "graded",
        "--timeout",
        0.5,
        "--workers",
        2,
    )
    return folder / "graded", expected, code


def test_marks(thirty):
    """Is every student of a class marked fairly?"""
    out, expected, code = thirty
    assert code == 1  # some need a look
    marks = {}
    for row in rows(out / "exercises.csv"):
        marks.setdefault(row["student"].lstrip("'"), {})[row["exercise"]] = row
    numbers = {name: f"s{40_000 + place}" for place, name in enumerate(expected)}
    for name, each in expected.items():
        own = marks.get(numbers[name], {})
        if each.passed is None:
            assert not own, name
            continue
        assert {exercise: row["state"] == "passed" for exercise, row in own.items()} == each.passed, name
        for exercise, sentence in each.diagnoses.items():
            assert own[exercise]["diagnosis"] == sentence


def test_pages(thirty):
    """Is there a page for each student and a report for the instructor?"""
    out, expected, _ = thirty
    graded = [name for name, each in expected.items() if each.passed is not None]
    pages = list(out.glob(f"feedback/*/{LESSON}.html"))
    assert len(pages) == len(graded) == len(rows(out / "grades.csv"))
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Nobody Yet" in report
    for each in expected.values():
        for sentence in each.diagnoses.values():
            assert html.escape(sentence.split("`")[0].strip()) in report
    can_do_nothing(report, SCRIPT, ("#", "feedback/", "mailto:"))
    for page in pages:
        can_do_nothing(page.read_text(encoding="utf-8"))


def test_uploads(thirty):
    """Are there files that the learning platforms accept?"""
    out, expected, _ = thirty
    table = rows(out / f"upload/moodle_{LESSON}.csv")
    assert len(table) == sum(each.passed is not None for each in expected.values())
    assert {"Identifier", "Grade", "Feedback comments"} <= table[0].keys()
    with zipfile.ZipFile(out / f"upload/moodle_feedback_{LESSON}.zip") as pages:
        # Moodle reads the number between the first and the second “_” of a folder's name.
        numbers = [name.split("_", 4)[1:4] for name in pages.namelist()]
        assert numbers == [[row["Identifier"].split()[1], "assignsubmission", "file"] for row in table]
        name = f"Ada Lovelace_40000_assignsubmission_file_/{LESSON}.html"
        assert "13 of 13 points" in pages.read(name).decode()


def test_nothing_twice(here, tmp_path, capsys):
    """Is nothing graded twice, and everything again with another secret?"""
    plain_tree(tmp_path / "class", students(3))
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 0
    first = (tmp_path / "out" / "exercises.csv").read_bytes()
    capsys.readouterr()
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 0
    assert "3 notebooks unchanged" in capsys.readouterr().out
    assert (tmp_path / "out" / "exercises.csv").read_bytes() == first
    (tmp_path / "other").write_text("another secret, long enough")
    assert grade(tmp_path / "class", "--out", tmp_path / "out", "--secret-file", tmp_path / "other") == 0
    assert "unchanged" not in capsys.readouterr().out
    assert len(rows(tmp_path / "out" / "grades.csv")) == 3


def test_resubmission(here, tmp_path):
    """Does a resubmission replace the earlier one?"""
    plain_tree(tmp_path / "class", {"ada": untouched("01_dense_forward")})
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 0
    assert rows(tmp_path / "out" / "grades.csv")[0]["score"] == "0"
    for path in (tmp_path / "class" / "ada").iterdir():
        path.write_bytes(right("01_dense_forward"))
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 0
    (row,) = rows(tmp_path / "out" / "grades.csv")
    assert row["score"] == row["points"] == "7"


# The judge is killed while it keeps its third result: `put` runs in its process, not in those of its workers.
KILLED = f"""
import os, signal
from activation_lab_tools.grader.store import Store
put, kept = Store.put, []
def put_and_die(*arguments):
    put(*arguments)
    kept.append(arguments)
    if len(kept) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
Store.put = put_and_die
{GRADE}
"""


def test_killed(here, tmp_path, capsys):
    """Does a killed run continue where it stopped?"""
    plain_tree(tmp_path / "class", students(12))
    arguments = [str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--workers", "2"]
    command = [sys.executable, "-c", KILLED, *arguments]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    assert running.wait(hanging.SECONDS) == -signal.SIGKILL
    until = time.monotonic() + hanging.SECONDS
    while at_work_in(running.pid) and time.monotonic() < until:  # whatever it has started must end by itself
        time.sleep(0.05)
    assert not at_work_in(running.pid)
    assert kept(tmp_path / "out" / "grades.sqlite") == 2
    assert grade(*arguments) == 0
    said = capsys.readouterr().out
    unchanged = int(re.search(r"(\d+) notebooks unchanged", said)[1])
    assert 2 <= unchanged < 12  # what was on its way when the judge died may have been kept by nobody
    assert f"Grading: {12 - unchanged} of {12 - unchanged}" in said
    assert kept(tmp_path / "out" / "grades.sqlite") == 12 == len(rows(tmp_path / "out" / "grades.csv"))


def at_work_in(session):
    """The processes of a session, from ps: workers are in that of the judge."""
    listed = subprocess.run(["ps", "-s", str(session), "-o", "pid="], capture_output=True, text=True)
    return listed.stdout.split()


def kept(store):
    """How many results are in the store."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        return database.execute("SELECT count(*) FROM results").fetchone()[0]


def test_two_notebooks(here, tmp_path, capsys):
    """Does a person have to choose between two notebooks for one lesson?"""
    plain_tree(tmp_path / "class", students(1))
    (tmp_path / "class" / "s000" / "again.ipynb").write_bytes(untouched("01_dense_forward"))
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 2
    assert "2 notebooks answer 01_dense_forward" in " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_bad_file(here, tmp_path):
    """Is everyone else graded if one file is damaged?"""
    plain_tree(tmp_path / "class", students(2) | {"eve": b"{", "mallory": b'{"cells": []}'})
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 1
    assert [row["student"] for row in rows(tmp_path / "out" / "grades.csv")] == ["s000", "s001"]


@pytest.mark.parametrize(
    "options", [["nowhere"], ["class", "--roster", "nowhere.csv"], ["class", "--exercises", "nowhere.py"]]
)
def test_impossible(tmp_path, options, capsys):
    """Is an impossible request explained, with exit code 2?"""
    plain_tree(tmp_path / "class", students(1))
    paths = [str(tmp_path / each) if not each.startswith("--") else each for each in options]
    assert grade(*paths, "--out", tmp_path / "out") == 2
    assert capsys.readouterr().err.strip()


PACK = '''"""exam_1: a question that nobody has seen."""

import numpy as np

from activation_lab.exercises import Exercise


def hard_sigmoid(z):
    return np.clip(z / 6 + 0.5, 0, 1)


HARD_SIGMOID = Exercise(
    hard_sigmoid,
    prompt="...",
    points=5,
    cases=lambda rng: {"a row": (rng.normal(scale=3, size=9),), "a batch": (rng.normal(scale=3, size=(4, 3)),)},
    hints=(),
    mistakes={"The slope is 1/6, not 0.2.": lambda z: np.clip(0.2 * z + 0.5, 0, 1)},
)
'''


def test_own_exercises(tmp_path):
    """Can an instructor grade their own exercises?"""
    (tmp_path / "exam.py").write_text(PACK)
    sources = {
        "ada": "def hard_sigmoid(z):\n    return np.minimum(np.maximum(z / 6 + 0.5, 0), 1)",
        "eve": "def hard_sigmoid(z):\n    return np.clip(0.2 * z + 0.5, 0, 1)",
    }
    for name, source in sources.items():
        (tmp_path / "class" / name).mkdir(parents=True)
        cell = {"cell_type": "code", "source": f"import numpy as np\n{source}", "metadata": {}, "outputs": []}
        document = {"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
        import json

        (tmp_path / "class" / name / "exam.ipynb").write_text(json.dumps(document))
    options = ["--exercises", tmp_path / "exam.py", "--out", tmp_path / "out", "--workers", 1]
    assert grade(tmp_path / "class", *options) == 0
    ada, eve = rows(tmp_path / "out" / "exercises.csv")
    assert (ada["state"], ada["score"], ada["lesson"]) == ("passed", "5", "exam_1")
    assert (eve["state"], eve["score"], eve["diagnosis"]) == ("failed", "0", "The slope is 1/6, not 0.2.")


def test_no_sandbox(tmp_path, monkeypatch, capsys):
    """Is a missing sandbox refused, and grading without one noted in every row?"""
    plain_tree(tmp_path / "class", students(1))
    from activation_lab_tools.grader.sandbox import bubblewrap

    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 2
    assert "apt-get install bubblewrap" in capsys.readouterr().err
    assert grade(tmp_path / "class", "--out", tmp_path / "out", "--unsafe-no-sandbox", "--workers", 1) == 0
    assert {row["isolation"] for row in rows(tmp_path / "out" / "exercises.csv")} == {"none"}
    assert "isolation" in (tmp_path / "out" / "report.html").read_text()


def test_several_lessons(here, tmp_path):
    """Are several lessons of one student graded in one run?"""
    folder = tmp_path / "class" / "ada"
    folder.mkdir(parents=True)
    lessons = exercises.lessons()[:4]
    for place, lesson in enumerate(lessons):
        (folder / f"{place}.ipynb").write_bytes(right(lesson))
    assert grade(tmp_path / "class", "--out", tmp_path / "out") == 0
    table = rows(tmp_path / "out" / "grades.csv")
    assert [(row["lesson"], row["percent"]) for row in table] == [(lesson, "100") for lesson in lessons]


def test_canvas_zip(here, tmp_path):
    """Are a zip from Canvas and one from Moodle graded, the first with the gradebook?"""
    gradebook = ["Student,ID,SIS Login ID,Section"]
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as file:
        for number, (name, data) in enumerate(students(2).items(), 1):
            file.writestr(f"{name}_{number}_{number + 50}_homework.ipynb", data)
            gradebook.append(f"{name},{number},{name},A")
    (tmp_path / "gradebook.csv").write_text("\n".join(gradebook))
    roster = ("--roster", tmp_path / "gradebook.csv")
    assert grade(tmp_path / "submissions.zip", "--out", tmp_path / "out", *roster) == 0
    assert len(rows(tmp_path / "out" / "upload" / "canvas_01_dense_forward.csv")) >= 2
    moodle_zip(tmp_path / "m.zip", students(2))
    assert grade(tmp_path / "m.zip", "--out", tmp_path / "out m") == 0


def test_one_students_folder(here, tmp_path, capsys):
    """Is a bare folder of lessons one student's, and a notebook alone another's, wherever the marks go?"""
    out = tmp_path / "x[/red]y [bold] :smile:"  # what rich would take for markup
    (tmp_path / "ada").mkdir()
    for lesson in ("01_dense_forward", "02_activation_functions"):
        (tmp_path / "ada" / f"{lesson}.ipynb").write_bytes(right(lesson))
    (tmp_path / "bob's.ipynb").write_bytes(untouched("01_dense_forward"))
    assert grade(tmp_path / "ada", tmp_path / "bob's.ipynb", "--out", out) == 0
    found = [(row["student"], row["lesson"][:2], row["percent"]) for row in rows(out / "grades.csv")]
    assert found == [("ada", "01", "100"), ("ada", "02", "100"), ("bob's", "01", "0")]
    assert str(out / "report.html") in capsys.readouterr().out.replace("\n", "")


def test_secret(here, tmp_path):
    """Can only its owner read the secret?"""
    plain_tree(tmp_path / "class", students(1))
    grade(tmp_path / "class", "--out", tmp_path / "out")
    assert Path(tmp_path / "out" / "secret").stat().st_mode & 0o077 == 0
