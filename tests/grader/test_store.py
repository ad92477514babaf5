"""The store: is what was put there still there, whatever happened in between?"""

import itertools
import sqlite3
import subprocess
import sys
import tracemalloc

import invented
import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.records import Answer, GradedSubmission, Mark, ParsedNotebook
from activation_lab_tools.grader.store import Store, result_key

PUTTING = """
import sys
from activation_lab_tools.grader.records import GradedSubmission, Mark
from activation_lab_tools.grader.store import Store
store, number = Store(sys.argv[1]), 0
while True:
    marks = (Mark("relu", "exercise", "passed", 2, 2, own="x" * 5000),)
    store.put(GradedSubmission(f"student {number}", "S", "here", "01", "bubblewrap", marks), "key")
    print(number, flush=True)
    number += 1
"""


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "graded" / "grades.sqlite") as opened:
        yield opened


def test_what_is_put_comes_back(store):
    """Is a result the same after a round trip, whatever its names hold, also after the file was closed?"""
    everyone = invented.classroom()
    for graded in everyone:
        store.put(graded, "key")
    store.close()
    with Store(store.path) as again:
        assert list(again.all()) == everyone
        assert again.done() == {(graded.student, graded.lesson, "key") for graded in everyone}
        assert all([*again.all([(each.student, each.lesson, "key")])] == [each] for each in everyone)
        assert [*again.all([("nobody", "01_dense_forward", "key")])] == []


def test_a_newer_result_counts(store):
    """Does a resubmission take the place of the earlier result in what comes out, and of no other student's?"""
    first, second = invented.graded("Ada"), invented.graded("Ada", isolation="none")
    store.put(first, "old")
    store.put(invented.graded("Ben"), "old")
    store.put(second, "new")
    assert [graded for graded in store.all() if graded.student == "Ada"] == [second]
    assert [*store.all([("Ada", first.lesson, "old")])] == [first]
    store.put(first, "old")  # graded once more
    assert [graded.student for graded in store.all()] == ["Ada", "Ben"]
    assert next(store.all()) == first


def test_what_lies_there_today_counts(store):
    """Can results be limited to some keys, so that the earlier notebook counts again when it is put back?"""
    name = "\udc80 <'>"
    first, second = invented.graded(name), invented.graded(name, isolation="none")
    store.put(first, "old")
    store.put(second, "new")
    store.put(invented.graded("gone"), "old")
    assert list(store.all(current={(name, first.lesson, "old")})) == [first]
    assert list(store.all(current=[])) == []
    one, other = store.all(current=[(name, first.lesson, "old")]), store.all(current=[(name, first.lesson, "new")])
    assert list(zip(one, other, strict=True)) == [(first, second)]


def test_rows_of_another_version_are_never_read(store):
    """Does a result that this version cannot read stay in the file, without stopping anything?"""
    other, new = ("Ada", "01", "old", '{"place": "here"}'), invented.graded("Ada", "01")
    store.ask("INSERT INTO results (student, lesson, key, graded) VALUES (?, ?, ?, ?)", *other)
    store.ask("INSERT INTO notes VALUES ('reading', 'digest', '{}')")
    assert ("Ada", "01", "old") in store.done() and store.lesson_of("digest") is None
    store.put(new, "new")
    current = {("Ada", "01", "new")}
    assert list(store.all(current)) == [new]


def test_a_notebook_is_parsed_once(store):
    """Is a parsed notebook the same after a round trip, and its lesson known without decoding it?"""
    answers = (Answer("relu", "written", "program", imports=("numpy",), notes=("A note.",)),)
    notebook = ParsedNotebook("01", answers, {"why": None}, ("Another note.",))
    store.keep_notebook("key", notebook)
    assert store.notebook("key") == notebook
    assert (store.lesson_of("key"), store.lesson_of("another")) == ("01", None)


def test_a_key_holds_all_that_decides():
    """Does the key change with each part of it, and with nothing else?"""
    parts = ["submission", "grading", "secret", {"timeout": 10, "partial": False}]
    other = [*parts[:3], {"timeout": 2, "partial": False}]
    keys = {result_key(*parts), result_key(*other)}
    keys |= {result_key(*parts[:place], "other", *parts[place + 1 :]) for place in range(3)}
    assert len(keys) == 5
    assert result_key(*parts) == result_key(*parts[:3], {"partial": False, "timeout": 10})


def test_killed_in_the_middle(tmp_path):
    """Is every result that was reported as kept there after kill -9, three times running, and is the file sound?"""
    path, kept = tmp_path / "grades.sqlite", 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", PUTTING, str(path)], stdout=subprocess.PIPE, text=True)
        with process:
            reported = [int(line) for line in itertools.islice(process.stdout, 25)]
            process.kill()
            reported += [int(line) for line in process.stdout if line.endswith("\n")]
        kept = max(kept, *reported)
        with Store(path) as store:
            assert {f"student {number}" for number in range(kept + 1)} <= {student for student, _, _ in store.done()}


def make_foreign(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (address)")
    connection.close()


def make_newer(path):
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def make_torn(path):
    with Store(path) as store:
        for number in range(20):
            store.put(invented.graded(f"student {number}"), "key")
    content = path.read_bytes()
    path.write_bytes(content[:5000] + b"\xff" * 9000 + content[14000:])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (make_foreign, "SQLite file of something else"),
        (make_newer, "another version"),
        (make_torn, "is damaged"),
        (lambda path: path.write_text("student,score\nAda,3\n" * 100), "not a file of the grader's"),
    ],
)
def test_a_file_that_is_no_store_is_left_alone(tmp_path, damage, said):
    """Is a damaged or foreign file refused in a sentence that says what to do, and not changed by a byte?"""
    path = tmp_path / "grades.sqlite"
    damage(path)
    before = path.read_bytes()
    with pytest.raises(UserError, match=said) as caught:
        Store(path)
    assert str(path) in str(caught.value) and ("--out" in str(caught.value) or "move it away" in str(caught.value))
    assert path.read_bytes() == before


def test_a_folder_in_its_place(tmp_path):
    """Is it a sentence too when the file cannot be opened at all?"""
    with pytest.raises(UserError, match="cannot be used"):
        Store(tmp_path)


def test_memory_is_flat(store):
    """Is one result at a time in memory when all are read?"""
    for number in range(100):
        mark = Mark("relu", "exercise", "passed", 1, 1, own="x" * 100_000)
        store.put(GradedSubmission(f"student {number}", "S", "here", "01", "bubblewrap", (mark,)), "key")
    tracemalloc.start()
    assert sum(len(graded.marks[0].own) for graded in store.all()) == 10_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000
