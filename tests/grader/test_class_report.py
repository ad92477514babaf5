"""The report: does an instructor read true counts, and can the page do no harm?"""

import collections
import re
import tempfile
from pathlib import Path

import invented
import pytest
from parsed import Parsed, can_do_nothing

from activation_lab_tools.grader.pages import charts, report
from activation_lab_tools.grader.pages.summary import Summary
from activation_lab_tools.grader.records import GradedSubmission, Mark, ReviewItem
from activation_lab_tools.grader.store import Store

EVERYONE = invented.classroom()
LESSON = invented.LESSONS[0]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with stored(tmp_path_factory.mktemp("graded"), EVERYONE) as store:
        yield store


@pytest.fixture(scope="module")
def summary(store):
    return Summary(store)


@pytest.fixture(scope="module")
def text(store):
    path = store.path.with_name("report.html")
    looks = [ReviewItem(f"class.zip: {invented.SCRIPT}/\u202e.ipynb", f"Two files: {invented.SCRIPT}.")]
    report.write(store, None, path, looks, [invented.SCRIPT, "محمد"])
    return path.read_text(encoding="utf-8")


def marks(**wanted):
    """(student, mark) of the lesson, if the mark has these values."""
    for graded in EVERYONE:
        for mark in graded.marks:
            if graded.lesson == LESSON and all(getattr(mark, name) == value for name, value in wanted.items()):
                yield graded.student, mark


def test_the_page(text):
    """Can it run, fetch and hide nothing, and is every chart told in words too?"""
    page = can_do_nothing(text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b\ud800-\udfff]", text)
    assert page.tags() >= {"svg", "table", "details", "nav"}
    charts = [given for tag, given, _ in page.elements if tag == "svg"]
    assert all(given["role"] == "img" for given in charts)
    assert len([title for title in page.texts("title") if title]) == 1 + len(charts)
    targets = {value for _, name, value in page.attributes() if name == "id"}
    assert {value[1:] for _, name, value in page.attributes() if name == "href"} <= targets
    assert "40 students" in page.texts("p")[0] and "1 to look at; 2 missing" in page.texts("p")[0]
    assert invented.SCRIPT in page.texts("li") and "محمد" in page.texts("li")


def test_exercises(summary):
    """Are passed, failed and not attempted counted as they are?"""
    for row in summary.exercises(LESSON):
        counted = collections.Counter(mark.state for _, mark in marks(exercise=row["exercise"]))
        assert dict(counted) == {"passed": row["passed"], "failed": row["failed"], "not attempted": row["waiting"]}
        failed = marks(exercise=row["exercise"], state="failed", kind="exercise")
        undiagnosed = [mark for _, mark in failed if not mark.diagnoses]
        assert row["undiagnosed"] == len(undiagnosed)
    assert [row["exercise"] for row in summary.exercises(LESSON)] == [*invented.EXERCISES, "is_it_a_layer"]


def test_misconceptions(summary):
    """Is each mistake counted, the most frequent first, and is it known who made it?"""
    counted = collections.Counter((text, mark.exercise) for _, mark in marks() for text in mark.diagnoses)
    rows = summary.misconceptions(LESSON)
    assert {(row["text"], row["exercise"]): row["number"] for row in rows} == counted and len(counted) == 3
    assert [row["number"] for row in rows] == sorted(counted.values(), reverse=True)
    who = {row["student"] for row in summary.who_has(rows[0], LESSON, 100)}
    assert who == {student for student, mark in marks() if rows[0]["text"] in mark.diagnoses}


def test_totals(summary):
    """Is the distribution that of the totals, and the median in the middle?"""
    scores = sorted(graded.score for graded in EVERYONE if graded.lesson == LESSON)
    assert summary.totals(LESSON) == [sum(int(score / 9 * 10) == tenth for score in scores) for tenth in range(11)]
    assert summary.median(LESSON)["score"] == scores[(len(scores) - 1) // 2]


def test_questions(summary):
    """Are the options counted, and are many different ones that nobody offered kept short?"""
    counted = collections.Counter(mark.choice for _, mark in marks(kind="question"))
    assert {row["choice"]: row["number"] for row in summary.choices(LESSON, "is_it_a_layer")} == counted
    noise = [result(f"s{n}", Mark("q", "question", "failed", 0, 1, choice=f"c{n}" * 500)) for n in range(50)]
    page = page_of(noise)
    assert "others" in page.texts("td") and "42" in page.texts("td")


def test_the_same_answers(summary):
    """Are groups made within an exercise, the longest answer first, and none of a single answer or of none?"""
    counted = collections.Counter((m.exercise, m.code_digest) for _, m in marks() if m.code_digest)
    groups = summary.alike(LESSON, 100)
    shown = {(row["exercise"], row["code_digest"]): row["number"] for row in groups}
    assert shown == {group: number for group, number in counted.items() if number > 1}
    assert groups[-1]["exercise"] == "relu" and groups[0]["length"] > groups[-1]["length"]
    alone = page_of([result("s1", Mark("f", "exercise", "passed", 1, 1, own="def f", code_digest="1"))])
    assert "None." in alone.texts("p")


def test_what_a_person_must_see():
    """Are hung, dead and unverified answers there with their code, and a missing sandbox at the top?"""
    given = [
        result("hung", Mark("f", "exercise", "failed", 0, 1, 10.0, "out of time", own="while True: pass")),
        result("dead", Mark("f", "exercise", "failed", 0, 1, 0.1, "died (signal 11)")),
        result("told", Mark("g", "exercise", "passed", 1, 1, verification="unverified", own="class Layer: ...")),
    ]
    page = page_of(given)
    cells = page.texts("td")
    assert {"out of time", "died (signal 11)", "✓ passed"} <= set(cells)
    assert {"while True: pass", "class Layer: ..."} <= set(page.texts("pre"))
    assert "Warning" not in "".join(page.texts("main"))
    bare = page_of([*given, result("bare", Mark("f", "exercise", "passed", 1, 1), isolation="none")])
    assert "Warning: 1 of 4 submissions ran without a sandbox (isolation=none)." in bare.texts("strong")


def test_nothing_at_all():
    """Is there a page if nothing was graded, and if a lesson has no points?"""
    assert "0 submissions of 0 students; 0 to look at; 0 missing." in page_of([]).texts("p")
    assert "1 submission; the median is 0 of 0 points; 0 earned all." in page_of(
        [GradedSubmission("s", "s", "p", "01", "bubblewrap", ())]
    ).texts("p")


def test_many_are_cut_short():
    """Does a page about many stay short, and say how many it leaves out?"""
    own = "x = 1\n" * 5_000
    many = [
        result(f"s{n:04}", Mark("f", "exercise", "failed", 0, 1, own=own, code_digest=str(n % 70), diagnoses=d))
        for n in range(600)
        for d in [("A mistake.",) if n % 2 else ()]
    ]
    page = page_of(many)
    assert "And 200 more: see exercises.csv." in page.texts("p")  # 300 without a diagnosis, 100 shown
    assert "And 240 more: see exercises.csv." in page.texts("p")  # 300 with one, 60 names
    assert sum(map(len, page.texts("main"))) < 4_000_000


@pytest.mark.parametrize(("numbers", "heights"), [([0, 5, 10], [0, 75, 150]), ([0, 0], [0, 0])])
def test_columns(numbers, heights):
    """Are columns as high as their numbers say, also if there are none?"""
    page = Parsed(charts.columns(numbers, ["a", "b", "c"][: len(numbers)], "Three numbers"))
    drawn = [float(given["height"]) for tag, given, _ in page.elements if tag == "rect"]
    assert drawn == heights


def test_share():
    """Is a bar divided as the numbers are?"""
    page = Parsed(charts.share({"passed": 30, "failed": 10, "waiting": 0}, "Shares"))
    assert [float(given["width"]) for tag, given, _ in page.elements if tag == "rect"] == [148, 48, 0]


def result(name, mark, isolation="bubblewrap"):
    return GradedSubmission(name, name, "here", "01", isolation, (mark,))


def page_of(results):
    with tempfile.TemporaryDirectory() as folder, stored(Path(folder), results) as store:
        return can_do_nothing(report.page(Summary(store), [], []))


def stored(folder, results):
    """A Store of these results."""
    store = Store(folder / "grades.sqlite")
    for graded in results:
        store.put(graded, "key")
    return store
