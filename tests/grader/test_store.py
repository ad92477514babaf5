"""The store: is what was put there still there, whatever happened in between?"""

import contextlib
import dataclasses
import itertools
import json
import sqlite3
import subprocess
import sys
import tracemalloc

import invented
import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader import store_layout
from activation_lab_tools.grader.marks import attempts, final, rules
from activation_lab_tools.grader.records import Answer, GradedSubmission, Mark, ParsedNotebook, Submission
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


def everything(store):
    """All results, in the order of arrival."""
    return [store.result(number) for (number,) in store.ask("SELECT number FROM results ORDER BY number").fetchall()]


def test_what_is_put_comes_back(store):
    """Is a result the same after a round trip, whatever its names hold, also after the file was closed?"""
    everyone = invented.classroom()
    for graded in everyone:
        store.put(graded, "key")
    store.close()
    with Store(store.path) as again:
        assert everything(again) == everyone
        assert again.done() == {(graded.student, graded.lesson, "key") for graded in everyone}
        for each in everyone:
            assert again.result(again.number_of(each.student, each.lesson, "key")) == each
        assert again.number_of("nobody", "01_dense_forward", "key") == 0


def attempt_at(store, graded, digest, key, **times):
    """Keep a result and the attempt that it belongs to."""
    store.put(graded, key)
    fields = {"student": graded.student, "name": graded.name, "location": graded.location, "path": "", **times}
    attempts.record(store, Submission(**fields), graded.lesson, digest, key, "grading", "2026-11-30T10:00:00+00:00")


def counting(store, attempt="newest"):
    return [grade.graded for grade in final.grades(store, rules.Rules(attempt))]


def test_a_resubmission_counts(store):
    """Does the newest attempt count, for its student alone, whatever the name holds?"""
    name = "\udc80 <'>"
    first, second = invented.graded(name), invented.graded(name, isolation="none")
    for digest, graded in (("a", first), ("b", invented.graded("Ben")), ("c", second)):
        attempt_at(store, graded, digest, digest)
    assert counting(store) == [invented.graded("Ben"), second]
    assert counting(store, "first") == [invented.graded("Ben"), first]
    attempt_at(store, first, "a", "a")  # a copy of the first comes again, nobody knows when it was handed in
    assert counting(store) == [invented.graded("Ben"), second]


def test_at_once(store):
    """Is what belongs together written together or not at all?"""
    with pytest.raises(ZeroDivisionError), store.at_once():
        store.put(invented.graded("Ada"), "key")
        _ = 1 / 0
    assert everything(store) == []


def test_rows_of_another_version_are_never_read(store):
    """Does a result that this version cannot read stay in the file, without stopping anything?"""
    other, new = ("Ada", "01", "old", '{"place": "here"}'), invented.graded("Ada", "01")
    store.ask("INSERT INTO results (student, lesson, key, graded) VALUES (?, ?, ?, ?)", *other)
    store.ask("INSERT INTO notes VALUES ('reading', 'digest', '{}')")
    assert ("Ada", "01", "old") in store.done() and store.lesson_of("digest") is None
    attempt_at(store, new, "digest", "new")
    assert counting(store) == [new]


# The layout of the version before, as it made its files.
LAYOUT_1 = """CREATE TABLE results (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order of arrival: the highest of a student and lesson counts
    student TEXT NOT NULL,
    lesson TEXT NOT NULL,
    key TEXT NOT NULL,
    graded TEXT NOT NULL,  -- JSON
    UNIQUE (student, lesson, key)
);
CREATE TABLE notes (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key));
PRAGMA application_id = 1634494322; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;"""


def layout_1(path, *results):
    """Write a file of layout 1 with these (GradedSubmission, key); its JSON lacks what came later."""
    later = ("handed_in", "handed_in_source", "late", "group")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(LAYOUT_1)
        for graded, key in results:
            fields = {name: value for name, value in dataclasses.asdict(graded).items() if name not in later}
            query = "INSERT INTO results (student, lesson, key, graded) VALUES (CAST(? AS TEXT), ?, ?, ?)"
            student = graded.student.encode("utf-8", "surrogatepass")
            connection.execute(query, (student, graded.lesson, key, json.dumps(fields)))
        connection.execute("INSERT INTO results (student, lesson, key, graded) VALUES ('x', '01', 'k', '{\"a\": 1}')")


def test_a_file_of_the_version_before(tmp_path):
    """Do the marks of a course that began with the version before count as before, and is a copy of its file kept?"""
    path, name = tmp_path / "grades.sqlite", "\udc80lone"
    old, new, ben = invented.graded(name, isolation="none"), invented.graded(name), invented.graded("Ben")
    layout_1(path, (old, "k1"), (new, "k2"), (ben, "k3"))
    for _ in range(2):
        with Store(path) as store:
            assert counting(store) == [ben, new]
            assert len(store.done()) == 4
    with contextlib.closing(sqlite3.connect(f"{path}.layout-1")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT count(*) FROM results").fetchone() == (4,)


def test_an_upgrade_that_is_broken_off(tmp_path, monkeypatch):
    """Is the file as it was when the upgrade is broken off, and does the next one complete it?"""
    path = tmp_path / "grades.sqlite"
    layout_1(path, (invented.graded("Ben"), "k3"))

    with monkeypatch.context() as patch:
        patch.setattr(store_layout, "ATTEMPT", "INSERT INTO nowhere SELECT ?")
        with pytest.raises(UserError):
            Store(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} == {
            "results", "notes", "sqlite_sequence"}  # fmt: skip
    with Store(path) as store:
        assert counting(store) == [invented.graded("Ben")]


def test_notebooks_of_the_version_before(tmp_path):
    """Is a notebook that the version before graded known again, so that it is no resubmission?"""
    path, graded = tmp_path / "grades.sqlite", invented.graded("Ben")
    layout_1(path, (graded, "the key"))
    with Store(path) as store:
        attempts.name_digests(store, {"the key": ("digest", "grading"), "another": ("d", "g")})
        assert ("Ben", graded.lesson, "digest") in attempts.known(store)
        attempt_at(store, graded, "digest", "a newer key")
        ((_, several),) = attempts.everyone(store)
        assert [each.key for each in several] == ["a newer key"]


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
        graded = GradedSubmission(f"student {number}", "S", "here", "01", "bubblewrap", (mark,))
        attempt_at(store, graded, "digest", "key")
    tracemalloc.start()
    assert sum(len(grade.graded.marks[0].own) for grade in final.grades(store, rules.Rules())) == 10_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000
