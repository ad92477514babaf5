"""The feedback: does a learner read what is wrong, and can the page do no harm?"""

import dataclasses
import re

import invented
import pytest
from parsed import Parsed, can_do_nothing

from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages import feedback, html
from activation_lab_tools.grader.records import GradedSubmission, Mark

EVERYONE = invented.classroom()


def of(*marks, **graded):
    """The FinalGrade of these marks, on which nobody decided anything."""
    return undecided(GradedSubmission("s", "Ada", "p", "01", "bubblewrap", marks, **graded))


@pytest.mark.parametrize("graded", EVERYONE[::3], ids=lambda graded: ascii(graded.student)[:20])
def test_a_page(graded):
    """Does it name the total and each mark, and contain neither scripts nor hidden characters, for every student?"""
    text = feedback.page(undecided(graded))
    page = can_do_nothing(text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b\ud800-\udfff]", text)
    earned = sum(mark.points for mark in graded.marks if mark.state == "passed")
    assert f"{earned} of 9 points" in page.texts("p")
    assert len(page.texts("section")) == len(graded.marks)
    for section, mark in zip(page.texts("section"), graded.marks, strict=True):
        symbol = {"passed": "✓", "failed": "✗", "not attempted": "○"}[mark.state]
        symbol = "…" if mark.verification == "unverified" else symbol  # a person will look: it has not failed yet
        assert section.startswith(f"{symbol} {mark.exercise}")
        assert (f"did not end by itself: {mark.ended}" in section) == bool(mark.ended)
        assert ("could not judge" in section) == (mark.verification == "unverified")
    assert "Student" not in text or graded.student.startswith("Student")


def test_a_failed_exercise_in_full():
    """Is a diagnosis said once, in bold; is what is indented code, and what was in backticks too?"""
    lines = ("→ The sum is `wrong`.", "✗ a batch: It stops with <b>", "    z    [1 2]", "          [3 4]")
    mark = Mark("softmax", "exercise", "failed", 0, 2, lines=lines, diagnoses=("The sum is `wrong`.",), own="a = 1 < 2")
    page = Parsed(feedback.page(of(mark, notes=("The last one counts.",))))
    assert page.texts("b") == ["→ The sum is wrong."]
    assert page.texts("pre") == ["  z    [1 2]\n        [3 4]", "a = 1 < 2"]
    assert "wrong" in page.texts("code") and "✗ a batch: It stops with <b>" in page.texts("p")
    assert page.texts("li") == ["The last one counts."]


def test_where_it_is_written(tmp_path):
    """Is the page in the folder it was given, and replaced whole the next time?"""
    first = feedback.write(undecided(EVERYONE[0]), tmp_path / "a student")
    assert first == tmp_path / "a student" / "01_dense_forward.html"
    assert feedback.write(undecided(EVERYONE[0]), tmp_path / "a student") == first
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_the_short_form():
    """Does a comment say total, marks and diagnoses, in lines of bounded length?"""
    mark = Mark("relu", "exercise", "failed", 0, 2, diagnoses=("x" * 10_000,))
    lines = feedback.comments(of(*[mark] * 100))
    assert lines[:2] == ["0 of 200 points", "✗ relu: not yet right (0 of 2 points)"]
    assert len(lines) <= 60 and max(map(len, lines)) <= 400


def by_hand(final, score, comment=""):
    return dataclasses.replace(final, score=score, comment=comment, by="Grace", by_hand=True)


def test_what_a_person_decided():
    """Does the page say what a person marked and why, what is late, what waits, and how the total came about?"""
    grade = of(
        Mark("relu", "exercise", "failed", 0, 2, headline="0 of 3 cases pass", lines=("✗ a row",)),
        Mark("softmax", "exercise", "passed", 4, 4),
        Mark("essay", "written", "to mark", 0, 6, own="It is both."),
    )
    marks = (by_hand(grade.marks[0], 1.5, "Right idea.\nSee <b>page 3</b>."), *grade.marks[1:])
    grade = dataclasses.replace(
        grade, marks=marks, days_late=2, penalty=0.2, attempt=2, attempts=3, comment="Well done."
    )
    page = can_do_nothing(feedback.page(grade))
    told = page.texts("p")
    assert told[1:5] == [
        "4.4 of 12 points",
        "This is about attempt 2 of 3.",
        "Not marked yet: essay. The total will change.",
        "The grader's own sum was 4; with what your instructor marked, 5.5.",
    ]
    assert "Handed in 2 days late, which takes 20% off: 5.5 becomes 4.4." in told
    assert {"Well done.", "Right idea.", "See <b>page 3</b>."} <= set(told)
    assert "Your instructor marked it; the grader gave 0 of 2 points." in told
    cells = page.texts("td")
    assert cells == ["relu", "✎ marked", "1.5 of 2 points", "softmax", "✓ passed", "4 of 4 points"] + [
        *("essay", "… to mark", "worth 6 points")
    ]
    assert "It is both." in page.texts("pre")
    short = feedback.comments(grade)
    assert short[0] == "4.4 of 12 points" and "Your instructor: Well done." in short
    assert "Your instructor: See <b>page 3</b>." in short and "Grace" not in "".join(short) + "".join(told)


def test_excused_and_decided_as_a_whole():
    """Does the page of a lesson that is excused, or was decided as a whole, say that, also without a notebook?"""
    grade = of(Mark("relu", "exercise", "failed", 0, 2))
    excused = Parsed(feedback.page(dataclasses.replace(grade, excused=True)))
    assert "You are excused from this lesson." in excused.texts("p")
    oral = dataclasses.replace(grade, graded=None, marks=(dataclasses.replace(grade.marks[0], mark=None),), decided=2.0)
    told = Parsed(feedback.page(oral)).texts("p")
    assert told[1:4] == [
        "2 of 2 points",
        "Nothing was handed in.",
        "Your instructor set the total; the grader's own sum was 0.",
    ]


def luminance(color):
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme):
    """Does every text color have a contrast of 4.5 with page and boxes (WCAG 2.2, level AA), in both themes?"""
    block = re.findall(r":root \{(.*?)\}", html.STYLE, re.DOTALL)[theme]
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    for name in ("text", "quiet", "link", "passed", "failed", "waiting", "bar"):
        for background in ("page", "box"):
            light, dark = sorted((luminance(colors[name]), luminance(colors[background])), reverse=True)
            needed = 3 if name == "bar" else 4.5
            assert (light + 0.05) / (dark + 0.05) >= needed, (name, background)
