"""Does lateness cost what the policy says, and nothing where nobody knows the time?"""

import dataclasses
import datetime
import itertools
import zoneinfo

import pytest
from in_process import grade, hand_in, notebook, pack, rows

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader import run
from activation_lab_tools.grader.finding import moments
from activation_lab_tools.grader.marks import final, lateness, looks, rules
from activation_lab_tools.grader.records import GradedSubmission
from activation_lab_tools.grader.stages import Stages

DEADLINE = "2026-11-03T18:00:00+01:00"


def policy(folder, text):
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return lateness.load_policy(path)


@pytest.mark.parametrize(
    ("rule", "days", "left"),
    [("none", 5, 1), ("zero", 0, 1), ("zero", 1, 0), ("10% a day", 3, 0.7), ("10% per day", 11, 0),
     ("10% a day, at least 50%", 3, 0.7), ("10% a day, at least 50%", 9, 0.5), ("12.5 % a day", 2, 0.75)],
)  # fmt: skip
def test_rules(tmp_path, rule, days, left):
    """How much of a score is left after so many days?"""
    assert 1 - policy(tmp_path, f'late = "{rule}"').penalty(days) == pytest.approx(left)


@pytest.mark.parametrize(
    ("handed_in", "days"),
    [
        ("2026-11-03T18:00:00+01:00", 0),
        ("2026-11-03T17:10:00+00:00", 0),  # 18:10 there, within the grace
        ("2026-11-03T17:16:00+00:00", 1),
        ("2026-11-03T18:10:00", 0),  # no offset: Berlin's
        ("2026-11-04T18:00:00", 1),
        ("2026-11-04T18:00:01", 2),
        ("2026-11-03T12:00:00-05:00", 0),
        ("2026-11-06T18:00:00+01:00", 3),
    ],
)
def test_days(tmp_path, handed_in, days):
    """How many days late is it, wherever the clock stands that says so?"""
    rules = policy(tmp_path, 'timezone = "Europe/Berlin"\ngrace_minutes = 15')
    assert rules.days_late(handed_in, DEADLINE) == days


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('late = "10%"', "late is '10%'; expected none, zero, or a rule"),
        ('late = "120% a day"', "120% a day"),
        ("late = 3", "late is 3"),
        ("grace_minutes = -1", "grace_minutes is -1"),
        ("grace_minutes = true", "grace_minutes is True"),
        ('timezone = "Berlin"', "timezone is 'Berlin'; expected a name such as Europe/Berlin"),
        ('penalty = "zero"', "has penalty; expected late, grace_minutes and timezone"),
        ("late = zero", "could not be read"),
    ],
)
def test_a_bad_policy(tmp_path, text, said):
    """Is a policy that can't be used refused in a sentence, since it concerns everyone?"""
    with pytest.raises(UserError) as caught:
        policy(tmp_path, text)
    assert said in str(caught.value) and "policy.toml" in str(caught.value)


def deadlines(folder, *lines):
    (folder / "deadlines.csv").write_text("\n".join(["lesson,student,deadline", *lines]))
    zone = lateness.Policy(zone=datetime.timezone(datetime.timedelta(hours=2)))
    return lateness.load_deadlines(folder / "deadlines.csv", {"ada": "ada", "=1": "=1", "'=1": "=1"}, zone, ["01"])


@pytest.mark.parametrize(
    ("text", "means"),
    [("2026-11-03", "2026-11-03T23:59:59+02:00"), ("2026-11-03 18:00", "2026-11-03T18:00:00+02:00"),
     ("2026-11-03T18:00+05:30", "2026-11-03T18:00:00+05:30"), ("2026-11-03T18:00Z", "2026-11-03T18:00:00+00:00"),
     ("3.11.2026 18:00", "2026-11-03T18:00:00+02:00"), ("03.11.2026", "2026-11-03T23:59:59+02:00")],
)  # fmt: skip
def test_deadlines(tmp_path, text, means):
    """Which moment does a deadline mean, and does an extension take its place for one student alone?"""
    found, looks = deadlines(tmp_path, f"01,,{text}", "1,ada,2026-12-24T12:00+00:00", "01,'=1,2026-12-25T12:00+00:00")
    meant = {student: lateness.deadline_of(found, student, "01") for student in ("ben", "ada", "=1")}
    expected = {"ben": means, "ada": "2026-12-24T12:00:00+00:00", "=1": "2026-12-25T12:00:00+00:00"}
    assert not looks
    as_time = datetime.datetime.fromisoformat
    assert {name: as_time(text) for name, text in meant.items()} == {n: as_time(t) for n, t in expected.items()}


@pytest.mark.parametrize(
    ("line", "said"),
    [("01,,tomorrow", "“tomorrow”; expected 2026-11-03"), (",,2026-11-03", "names no lesson"),
     ("01,adda,2026-11-03", "“adda” is not a student"), ("01,,2026-11-05", "An earlier row has another deadline")],
)  # fmt: skip
def test_a_bad_deadline(tmp_path, line, said):
    """Is a row that can't be used named with its number?"""
    _, (look,) = deadlines(tmp_path, "01,,2026-11-04", line)
    assert look.location == "deadlines.csv, row 3" and said in look.reason and not look.note


@pytest.mark.parametrize(
    ("lesson", "close"),
    [("02", ""), ("exam_2", ""), ("2_dense", ""), ("dense", "01_dense"), ("01_dens", "01_dense"), ("exm", "exam")],
)
def test_a_deadline_of_a_lesson_that_is_not_there(tmp_path, lesson, close):
    """Is a lesson that nobody handed in yet only worth knowing, but a slip in a lesson's name not?"""
    (tmp_path / "deadlines.csv").write_text(f"lesson,student,deadline\n{lesson},,2026-11-04\n")
    found, (look,) = lateness.load_deadlines(tmp_path / "deadlines.csv", {}, lateness.Policy(), ["01_dense", "exam"])
    assert not found and f"a lesson “{lesson}” yet" in look.reason
    assert (look.note, f"Did you mean {close}?" in look.reason) == (not close, bool(close))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A function that grades notebooks handed in at given times: {student: (fields of the Submission, notebook)}."""
    (tmp_path / "out").mkdir()
    exercises, parse = pack(tmp_path), Stages.parse

    def graded(name, students, **options):
        folder = hand_in(tmp_path / name, {student: data for student, (_, data) in students.items()})

        def parsed(self, found):
            return parse(self, [dataclasses.replace(each, **students[each.student][0]) for each in found])

        monkeypatch.setattr(Stages, "parse", parsed)
        return grade(monkeypatch, tmp_path / "out", folder, exercises=exercises, **options)

    return graded


def test_in_a_course(course, tmp_path):
    """Is the raw mark kept beside the penalized one, an extension granted, and an unknown time listed, not punished?"""
    (tmp_path / "out" / "policy.toml").write_text('late = "10% a day, at least 50%"\ntimezone = "UTC"')
    (tmp_path / "out" / "deadlines.csv").write_text("lesson,student,deadline\nexam,,2026-11-03\nexam,ben,2026-11-09\n")
    data, late = notebook(double=2), {"handed_in": "2026-11-05T10:00:00+00:00", "handed_in_source": "Moodle"}
    students = {"ada": (late, data), "ben": (late, data), "eve": ({}, data), "zoe": ({"late": True}, data)}
    students["pip"] = (late | {"handed_in": "2026-11-03T23:00:00+00:00"}, data)
    code, said = course("class", students)
    assert code == run.NEEDS_A_LOOK and "are in UTC." in said
    table = {row["student"]: row for row in rows(tmp_path / "out" / "grades.csv")}
    scores = {name: (row["score"], row["raw"], row["days late"], row["penalty"]) for name, row in table.items()}
    assert scores == {
        "ada": ("2.4", "3", "2", "20%"), "ben": ("3", "3", "0", ""), "eve": ("3", "3", "0", ""),
        "zoe": ("3", "3", "0", ""), "pip": ("3", "3", "0", ""),
    }  # fmt: skip
    assert [table[name]["late"] for name in ("ada", "ben", "eve", "zoe")] == ["yes", "", "", "yes"]
    assert (table["ada"]["handed in"], table["ada"]["source"]) == ("2026-11-05T10:00:00+00:00", "Moodle")
    report = (tmp_path / "out" / "report.html").read_text()
    assert "count as in time: eve." in report and "marks them late, without a time" in report
    (tmp_path / "out" / "policy.toml").write_text('timezone = "UTC"')  # nothing depends on it
    code, said = course("class", students)
    assert code == run.ALL_GRADED and ", 0 to look at" in said
    assert "count as in time: eve." in (tmp_path / "out" / "report.html").read_text()


SOURCES = {
    "Moodle": {"handed_in": "2026-11-02T10:00:00+00:00", "handed_in_source": "Moodle"},
    "Canvas": {"handed_in_source": "Canvas"},
    "Canvas, late": {"handed_in_source": "Canvas", "late": True},
    "nothing": {},
}


@pytest.mark.parametrize("penalty", [0.0, 0.1])
@pytest.mark.parametrize("deadline", ["", "canvas", DEADLINE])
@pytest.mark.parametrize("who", [each for n in range(1, 5) for each in itertools.combinations(SOURCES, n)])
def test_what_is_not_known(who, deadline, penalty):
    """Is the class told once what isn't known about lateness, by name only where it isn't all of it, and as something
    to decide only where a penalty depends on it?"""
    seen = looks.GradeLooks(rules.Rules(policy=lateness.Policy(per_day=penalty)))
    for name in who:
        fields = {"deadline": deadline, "graded": GradedSubmission(name, name, "x", "exam", "", ())} | SOURCES[name]
        seen.add(final.FinalGrade(f"from {name}", name, "", {}, "exam", marks=(), **fields))
    told = {item.reason: item.note for item in seen.items()}
    expected = set()
    if "Canvas, late" in who and (deadline or penalty):
        expected.add(("without a time", not penalty))
    if "Canvas" in who and deadline == DEADLINE:
        marked = "Canvas, late" in who
        expected.add(("by its own due date" if marked else "marks nobody late", marked or not penalty))
    unknown = ["nothing", *(["Moodle"] if deadline == "canvas" else [])]
    if deadline and set(unknown) & set(who):
        words = (
            "anyone was in time" if set(who) <= set(unknown) else "they were in time, so they count as in time: from"
        )
        expected.add((words, not penalty))
    assert len(told) == len(expected)
    for words, note in expected:
        assert [told[reason] for reason in told if words in reason] == [note]


def test_by_canvas(course, tmp_path):
    """Is a class whose deadline is Canvas's own graded without a question, where Canvas marks nobody late?"""
    (tmp_path / "out" / "policy.toml").write_text('late = "10% a day"')
    (tmp_path / "out" / "deadlines.csv").write_text("lesson,student,deadline\nexam,,2026-11-03\n")
    students = {name: ({"handed_in_source": "Canvas"}, notebook(double=2)) for name in ("ada", "ben")}
    assert course("class", students)[0] == run.NEEDS_A_LOOK
    (tmp_path / "out" / "deadlines.csv").write_text("lesson,student,deadline\nexam,,Canvas\nexam,ben,2026-11-05\n")
    assert course("class", students)[0] == run.ALL_GRADED
    table = [(row["score"], row["deadline"], row["late"]) for row in rows(tmp_path / "out" / "grades.csv")]
    assert [(score, day[:10], late) for score, day, late in table] == [("3", "canvas", ""), ("3", "2026-11-05", "")]


def test_the_newest_by_its_time(course, tmp_path):
    """Do times decide which attempt is the newest, in whatever order they arrive, and does a copy make nobody late?"""
    (tmp_path / "out" / "policy.toml").write_text('late = "zero"\ntimezone = "UTC"')
    (tmp_path / "out" / "deadlines.csv").write_text("lesson,student,deadline\nexam,,2026-11-03\n")
    new, old = notebook(double=2), notebook(double=9)
    course("first", {"ada": ({"handed_in": "2026-11-02T10:00:00+00:00"}, new)})
    course("second", {"ada": ({"handed_in": "2026-11-01T10:00:00+00:00"}, old)})
    (row,) = rows(tmp_path / "out" / "grades.csv")
    assert (row["score"], row["attempt"], row["attempts"]) == ("3", "2", "2")
    course("third", {"ada": ({"handed_in": "2026-11-02T12:00:00+00:00"}, old)})  # the earlier one once more
    assert rows(tmp_path / "out" / "grades.csv")[0]["score"] == "0"
    course("fourth", {"ada": ({"handed_in": "2026-11-20T12:00:00+00:00"}, new)})
    (row,) = rows(tmp_path / "out" / "grades.csv")
    assert (row["score"], row["days late"], row["attempts"]) == ("3", "0", "2")


def test_best_looks_at_what_is_left(course, tmp_path):
    """Is the best attempt the one with most points after lateness?"""
    (tmp_path / "out" / "policy.toml").write_text('late = "50% a day"\ntimezone = "UTC"')
    (tmp_path / "out" / "deadlines.csv").write_text("lesson,student,deadline\nexam,,2026-11-03\n")
    course("first", {"ada": ({"handed_in": "2026-11-02T10:00:00+00:00"}, notebook(double=2))})
    second = {"ada": ({"handed_in": "2026-11-04T10:00:00+00:00"}, notebook(double=2, half=0.5))}
    course("second", second, attempt="best")
    (row,) = rows(tmp_path / "out" / "grades.csv")
    assert (row["score"], row["attempt"]) == ("3", "1")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_time(tmp_path, zone, year):
    """Is a time in Python's first or last year, which a student may forge, before or after all others everywhere?"""
    policy = lateness.Policy(per_day=0.1, zone=zoneinfo.ZoneInfo(zone))
    (tmp_path / "deadlines.csv").write_text(f"lesson,student,deadline\n01,,{year}-12-31\n")
    (deadline,) = lateness.load_deadlines(tmp_path / "deadlines.csv", {}, policy, ["01"])[0].values()
    for end in ("-01-01T00:00:00", "-12-31T23:59:59", "-12-31T23:59:59-12:00", "-01-01T00:00:00+12:00"):
        assert (policy.days_late("2026-11-03T10:00:00", year + end) > 0) == (year == "0001")
        assert (policy.days_late(year + end, "2026-11-03T10:00:00") > 0) == (year == "9999")
        assert moments.comparable(year + end).year in (1, 2, 3, 9997, 9998, 9999)
    assert (policy.days_late("2026-11-03T10:00:00", deadline) > 0) == (year == "0001")
