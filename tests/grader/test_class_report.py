"""The report: does an instructor read true counts, and can the page do no harm?"""

import collections
import dataclasses
import re
import tracemalloc
from types import SimpleNamespace
from urllib.parse import unquote

import invented
import pytest
from parsed import Parsed, can_do_nothing

from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages import charts, long_table, report
from activation_lab_tools.grader.records import GradedSubmission, Mark, ReviewItem

EVERYONE = invented.classroom()
LESSON = invented.LESSONS[0]
ABSENT = [
    SimpleNamespace(student=invented.SCRIPT, name=invented.SCRIPT, email="javascript:alert(1)"),
    SimpleNamespace(student="m7", name="محمد", email="m.ali+dl@school.example"),
]


def report_of(grades, roster=(), due=()):
    """A Report that has taken in these FinalGrades or GradedSubmissions, and a function that leads back to them."""
    whole = report.Report(roster, due)
    for number, each in enumerate(grades):
        grade = undecided(each) if isinstance(each, GradedSubmission) else each
        whole.add(dataclasses.replace(grade, result=number), f"feedback/{number}/{grade.lesson}.html")
    results = [getattr(each, "graded", each) for each in grades]
    return whole, results.__getitem__


def page_of(grades, roster=(), review=(), due=()):
    whole, result = report_of(grades, roster, due)
    text = "".join(whole.pieces(list(review), result))
    return can_do_nothing(text, long_table.SCRIPT, ("#", "feedback/", "mailto:"))


@pytest.fixture(scope="module")
def summary():
    return report_of(EVERYONE)[0].lessons[LESSON]


def marks(**wanted):
    """(student, mark) of the lesson, if the mark has these values."""
    for graded in EVERYONE:
        for mark in graded.marks:
            if graded.lesson == LESSON and all(getattr(mark, name) == value for name, value in wanted.items()):
                yield graded.student, mark


def test_the_page(tmp_path):
    """Can it fetch and hide nothing, run one script alone, and is every chart told in words too?"""
    whole, result = report_of(EVERYONE, ABSENT)
    looks = [ReviewItem(f"class.zip: {invented.SCRIPT}/\u202e.ipynb", f"Two files: {invented.SCRIPT}.")]
    whole.write(tmp_path / "report.html", looks, result)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = can_do_nothing(text, long_table.SCRIPT, ("#", "feedback/", "mailto:"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b\ud800-\udfff]", text)
    assert page.tags() >= {"svg", "table", "details", "nav"}
    charts = [given for tag, given, _ in page.elements if tag == "svg"]
    assert all(given["role"] == "img" for given in charts)
    assert len([title for title in page.texts("title") if title]) == 1 + len(charts)
    targets = {value for _, name, value in page.attributes() if name == "id"}
    links = {value for _, name, value in page.attributes() if name == "href"}
    assert {value[1:] for value in links if value.startswith("#")} <= targets
    assert "40 students" in page.texts("p")[0] and "1 to look at; 1 missing" in page.texts("p")[0]


def test_students():
    """Does each student have one row, with every lesson's mark as a link to its page, and a total on a scale of 100?"""
    page = page_of(EVERYONE, ABSENT)
    rows = [row for row in _rows(page) if len(row) == 4]
    assert len(rows) == len({graded.student for graded in EVERYONE} | {each.student for each in ABSENT})
    scores = collections.defaultdict(list)
    for graded in EVERYONE:
        scores[graded.student].append(graded.score)
    totals = collections.Counter(f"{100 * sum(each) / 18:.1f}" for each in scores.values())
    assert collections.Counter(row[1] for row in rows) == totals + collections.Counter(["0.0"])
    assert [row[0] for row in rows if row[0].startswith("Student")] == [f"Student {n:02}" for n in range(23)]
    assert len([link for link in _links(page) if link.startswith("feedback/")]) == len(EVERYONE)


def test_who_is_missing():
    """Is who handed in nothing for a lesson listed there, with an address if it is one, and a link to write to all?"""
    first = [graded for graded in EVERYONE if graded.lesson == LESSON][:2]
    other = dataclasses.replace(first[0], lesson="03_dense_backward")
    roster = [*ABSENT, *first]
    page = page_of([*first, other], roster)
    assert [text for text in page.texts("h3") if text.startswith("Lesson")] == [
        f"Lesson {LESSON}: 2 students",
        "Lesson 03_dense_backward: 3 students",
    ]
    assert "mailto:m.ali%2Bdl@school.example" in _links(page) and "mailto:?bcc=m.ali%2Bdl@school.example" in _links(
        page
    )
    assert not any("javascript" in unquote(link) for link in _links(page))
    only = page_of([*first, other], roster, due=[LESSON])  # nobody misses the lesson that one handed in by mistake
    assert [text for text in only.texts("h3") if text.startswith("Lesson")] == [f"Lesson {LESSON}: 2 students"]


def test_a_decision_on_who_handed_in_nothing():
    """Is who has only a comment still missing, and who has points by a person, or is excused, not?"""
    grade = undecided(GradedSubmission("ada", "Ada", "p", "01", "bubblewrap", (Mark("f", "exercise", "failed", 0, 4),)))
    (mark,) = grade.marks
    nothing = dataclasses.replace(grade, graded=None, marks=(dataclasses.replace(mark, mark=None, comment="Where?"),))
    roster = [SimpleNamespace(student=name, name=name, email="") for name in ("ben", "cyd", "dan")]
    page = page_of(
        [
            grade,
            dataclasses.replace(nothing, student="ben", name="ben"),
            dataclasses.replace(nothing, student="cyd", name="cyd", decided=2.0),
            dataclasses.replace(nothing, student="dan", name="dan", excused=True),
        ],
        roster,
    )
    assert "Lesson 01: 1 student" in page.texts("h3") and ["ben", "01"] in _rows(page)
    assert ["ben", "0.0", "0missing"] in _rows(page) and ["cyd", "50.0", "2raw 0"] in _rows(page)


def test_little_is_kept_of_each():
    """Does a report of many students keep at most two kilobytes of each answer, however long they are?"""
    own = "total = 1\n" * 2_000
    whole = report.Report()
    tracemalloc.start()
    for number in range(1_000):
        code = {"own": f"{own}{number}", "code_digest": f"{number:064}", "own_tokens": 9_000}
        mark = Mark("f", "exercise", "passed", 1, 1, fingerprints=tuple(range(number * 99, number * 99 + 48)), **code)
        whole.add(undecided(result(f"student {number}", mark)), f"feedback/{number}/01.html")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000 * 2_000


def test_links_to_many_are_several():
    """Is no link longer than a browser takes, and is nobody left out of all?"""
    roster = [SimpleNamespace(student=f"s{n}", name="", email=f"student{n}@school.example") for n in range(300)]
    links = [link for link in _links(page_of(EVERYONE[:1], roster)) if link.startswith("mailto:?bcc=")]
    assert len(links) > 3 and max(map(len, links)) < 2_000
    assert sorted(",".join(link.removeprefix("mailto:?bcc=") for link in links).split(",")) == sorted(
        each.email for each in roster
    )


def test_what_a_person_decided():
    """Does a row show the mark that counts, and beside it the raw one, lateness, attempts and what waits?"""
    marks = (Mark("f", "exercise", "passed", 4, 4), Mark("essay", "written", "to mark", 0, 6))
    grade = undecided(GradedSubmission("ada", "Ada", "here", "01", "bubblewrap", marks))
    late = dataclasses.replace(grade, days_late=2, penalty=0.25, attempt=2, attempts=3)
    excused = dataclasses.replace(grade, student="ben", name="Ben", excused=True)
    rows = _rows(page_of([late, excused]))
    assert ["Adaada", "30.0", "31 to markraw 42 days late, −25%attempt 2 of 3"] in rows
    assert ["Benben", "–", "–excused"] in rows
    (mean,) = [row for row in rows if row[0] == "essay"]
    assert mean[-4:] == ["–", "6", "1", "1"]  # nobody needs to mark what is excused
    assert "1 answer to mark: run activation-lab review." in page_of([late, excused]).texts("p")
    by_hand = dataclasses.replace(
        grade, marks=(grade.marks[0], dataclasses.replace(grade.marks[1], score=3.0, by_hand=True))
    )
    assert ["3", "6", "0", "1"] in [row[-4:] for row in _rows(page_of([by_hand]))]


def test_an_earlier_version():
    """Does the report say, at the top and in the row, which marks an earlier version made, and of no others?"""
    grade = undecided(result("ada", Mark("f", "exercise", "passed", 4, 4)))
    page = page_of([dataclasses.replace(grade, earlier=True), dataclasses.replace(grade, student="ben", name="ben")])
    (told,) = [text for text in page.texts("p") if "earlier version" in text]
    assert told.startswith("1 submission graded with an earlier version") and "activation-lab grade --again" in told
    assert ["ada", "100.0", "4earlier version"] in _rows(page) and ["ben", "100.0", "4"] in _rows(page)
    assert not [text for text in page_of([grade]).texts("p") if "earlier version" in text]


def test_exercises(summary):
    """Are passed, failed and not attempted counted as they are?"""
    for exercise in summary.exercises.values():
        given = [mark for _, mark in marks(exercise=exercise.name)]
        unverified = [mark for mark in given if mark.verification == "unverified"]  # not failed: a person decides
        counted = collections.Counter("to mark" if mark in unverified else mark.state for mark in given)
        assert counted == exercise.states
        earned = sum(mark.score for mark in given)
        assert (exercise.earned, exercise.counted) == (earned, len(given) - len(unverified))
        failed = [mark for mark in given if (mark.state, mark.kind) == ("failed", "exercise") and not mark.diagnoses]
        assert exercise.undiagnosed.number == len([mark for mark in failed if mark not in unverified])
    assert [*summary.exercises] == [*invented.EXERCISES, "is_it_a_layer"]


def test_misconceptions(summary):
    """Is each mistake counted, and is it known who made it?"""
    counted = collections.Counter((text, mark.exercise) for _, mark in marks() for text in mark.diagnoses)
    found = {(text, each.name): who for each in summary.exercises.values() for text, who in each.mistakes.items()}
    assert {key: who.number for key, who in found.items()} == counted and len(counted) == 3
    for (text, name), who in found.items():
        students = {student for student, mark in marks(exercise=name) if text in mark.diagnoses}
        assert {person.student for person in who.items} == students


def test_totals(summary):
    """Is the distribution that of the totals, and the median in the middle?"""
    waiting = {student for student, mark in marks(verification="unverified") if mark.state != "passed"}
    scores = sorted(each.score for each in EVERYONE if each.lesson == LESSON and each.student not in waiting)
    assert summary.incomplete == len(waiting) > 0
    assert summary.tenths() == [sum(int(score / 9 * 10) == tenth for score in scores) for tenth in range(11)]
    assert summary.median() == (scores[(len(scores) - 1) // 2], 9)


def test_totals_that_will_change():
    """Is a total that waits for a person in neither distribution nor median, and is it said how many are left out?"""
    waiting = undecided(result("ben", Mark("essay", "written", "to mark", 0, 4)))
    done = dataclasses.replace(waiting, student="ada", name="ada", decided=4.0)
    page = page_of([waiting, done])
    told = "2 submissions; the median is 4 of 4 points; 1 earned all; not counted: 1 student with an answer to mark."
    assert told in page.texts("p") and ["100", "1"] in _rows(page) and ["0–9", "0"] in _rows(page)
    assert "1 submission; not counted: 1 student with an answer to mark." in page_of([waiting]).texts("p")


def test_questions(summary):
    """Are the options counted, and are many different ones that nobody offered kept short?"""
    counted = collections.Counter((mark.choice, mark.state) for _, mark in marks(kind="question"))
    assert summary.exercises["is_it_a_layer"].choices == counted
    noise = [result(f"s{n}", Mark("q", "question", "failed", 0, 1, choice=f"c{n}" * 500)) for n in range(50)]
    page = page_of(noise)
    assert "others" in page.texts("td") and "42" in page.texts("td")


def test_a_failing_case():
    """Are the numbers of the first failing case beside the code, also of one answer with a known mistake?"""
    case = ("a row: The result is wrong in 1 of 2 entries.", "  z  [1. 2.]", "  expected  [<b>0.]")
    plain = Mark("f", "exercise", "failed", 0, 1, own="def f(z): ...", case=case)
    known = dataclasses.replace(plain, own="def f(x): ...", diagnoses=("A mistake.",))
    page = page_of([result("s1", plain), result("s2", known)])
    assert page.texts("pre") == ["def f(x): ...", "\n".join(case), "def f(z): ...", "\n".join(case)]


def test_what_a_person_must_see():
    """Are hung, dead and unverified answers there with their code, and a missing sandbox at the top?"""
    given = [
        result("hung", Mark("f", "exercise", "failed", 0, 1, 10.0, ended="out of time", own="while True: pass")),
        result("dead", Mark("f", "exercise", "failed", 0, 1, 0.1, ended="died (signal 11)")),
        result("told", Mark("g", "exercise", "failed", 0, 1, verification="unverified", own="class Layer: ...")),
    ]
    page = page_of(given)
    cells = page.texts("td")
    assert {"out of time", "died (signal 11)"} <= set(cells)
    assert {"while True: pass", "class Layer: ..."} <= set(page.texts("pre"))
    assert "Warning" not in "".join(page.texts("main"))
    told = dataclasses.replace(undecided(given[2]), decided=0.0)  # a person has seen it
    assert "class Layer: ..." not in page_of([told]).texts("pre")
    bare = page_of([*given, result("bare", Mark("f", "exercise", "passed", 1, 1), isolation="none")])
    assert "Warning: 1 of 4 submissions ran without a sandbox (isolation=none)." in bare.texts("strong")


@pytest.mark.parametrize(("seconds", "shown"), [(4.9, False), (5.1, True)])
def test_slow(seconds, shown):
    """Is an answer slow only if it took half of its limit, and not because all others were faster?"""
    quick = [result(f"s{n}", Mark("f", "exercise", "passed", 1, 1, 0.01 * n, 10.0)) for n in range(5)]
    page = page_of([*quick, result("it", Mark("f", "exercise", "passed", 1, 1, seconds, 10.0))])
    assert ("by itself" in page.texts("td")) == shown
    assert ("None: every answer ended by itself within 50% of its limit." in page.texts("p")) != shown


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
        result(f"s{n:04}", Mark("f", "exercise", "failed", 0, 1, own=own, code_digest=str(n), own_tokens=90,
                                fingerprints=(n % 70, n % 70 + 100), diagnoses=d))
        for n in range(600)
        for d in [("A mistake.",) if n % 2 else ()]
    ]  # fmt: skip
    page = page_of(many)
    assert "And 275 more: see exercises.csv." in page.texts("p")  # 300 without a diagnosis, 25 shown
    assert "And 240 more: see exercises.csv." in page.texts("p")  # 300 with one, 60 names
    assert "And 30 more groups." in page.texts("p")
    assert sum(map(len, page.texts("main"))) < 2_500_000


def test_it_opens_as_quickly_for_many():
    """Is what a browser builds as it opens the page, all but the text of long tables, no more for 3,000 students?"""

    def built(number):
        given = [result(f"s{n}", Mark("f", "exercise", "passed", 1, 1)) for n in range(number)]
        absent = [SimpleNamespace(student=f"a{n}", name=f"a{n}", email="") for n in range(number)]
        whole, results = report_of(given, [*given, *absent])
        text = "".join(whole.pieces([ReviewItem(each.student, "Look.") for each in given], results))
        assert text.count("<tr>") > 3 * number
        return re.sub("(?s)<noscript.*?</noscript>", "", text).count("<")

    assert built(3_000) == built(300)


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


def _links(page):
    return [value for _, name, value in page.attributes() if name == "href"]


def _rows(page):
    """The texts of the cells of each row of a table's body."""
    rows, tags = [], [(tag, pieces) for tag, _, pieces in page.elements if tag in ("tr", "td")]
    for tag, pieces in tags:
        rows.append([]) if tag == "tr" else rows[-1].append("".join(pieces))
    return [row for row in rows if row]
