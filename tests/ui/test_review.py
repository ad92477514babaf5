"""The review in a browser: does marking work by keyboard, and is everything that was typed still there?"""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from activation_lab_tools.grader.marks import attempts
from activation_lab_tools.grader.records import GradedSubmission, Mark, Submission
from activation_lab_tools.grader.store import Store

COMMAND = "import sys; from activation_lab_tools.cli import main; sys.exit(main(sys.argv[1:]))"
RUBRIC = {"names": [2, "Names the derivative."], "example": [1, "Gives an example."]}
CASE = ("a row: The result is wrong in 1 of 3 entries.", "  z  [ 1. -2.  3.]", "  expected  [1. 0. 3.]")
ESSAYS = {"Ada": "A layer has state; a function has none.", "Ben": "Because it says so.\n\n- twice", "Cyd": "No idea."}


@pytest.fixture
def review(tmp_path):
    """(the page's address, the folder): a course of three, served by the command."""
    with Store(tmp_path / "grades.sqlite") as store:
        for name, essay in ESSAYS.items():
            student = name.lower()
            marks = (
                Mark("relu", "exercise", "failed", 0, 2, headline="2 of 5 cases pass", own="def relu(z):\n    return z",
                     case=CASE, diagnoses=("It returns z.",)),
                Mark("why", "written", "to mark", 0, 4, own=essay, task="Why is relu not a layer?", rubric=RUBRIC),
            )  # fmt: skip
            graded = GradedSubmission(student, name, f"{student}/exam.ipynb", "exam", "bubblewrap", marks)
            store.put(graded, student)
            found = Submission(student, name, graded.location, graded.location)
            attempts.record(store, found, "exam", student, student, "grading", "2026-10-01T12:00:00+00:00")
    command = [sys.executable, "-c", COMMAND, "review", "--out", str(tmp_path), "--by", "Grace"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().removeprefix("Open ").strip(), tmp_path
        finally:
            process.terminate()


def decisions(folder):
    with open(Path(folder) / "overrides.csv", encoding="utf-8-sig", newline="") as file:
        return {(row["student"], row["exercise"]): (row["points"], row["comment"]) for row in csv.DictReader(file)}


def card(page, name):
    return page.locator("section", has=page.get_by_role("heading", name=name, exact=True))


def test_marking_by_keyboard(page, review, screenshot):
    """Can a person mark one answer after the other with the keyboard alone, and does a reload keep it all?"""
    address, folder = review
    page.goto(address)
    page.get_by_role("link", name="Next answer to mark").press("Enter")
    expect(card(page, "Ada")).to_be_focused()
    page.keyboard.press("1")
    expect(card(page, "Ada").locator(".told")).to_have_text("2 of 4 points, by Grace · saved")
    page.keyboard.press("2")
    expect(card(page, "Ada").locator(".told")).to_have_text("3 of 4 points, by Grace · saved")
    page.keyboard.press("c")
    page.keyboard.type("1 or 2 words more, and n for Noether.")
    page.keyboard.press("Control+Enter")
    expect(card(page, "Ben")).to_be_focused()
    page.keyboard.press("0")
    expect(card(page, "Ben").locator(".told")).to_have_text("0 of 4 points, by Grace · saved")
    page.keyboard.press("n")
    expect(card(page, "Cyd")).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.type("1.5")
    screenshot(page, "light")
    page.reload()  # at once, before anything has been saved by itself
    expect(card(page, "Cyd").get_by_label("Points")).to_have_value("1.5")
    expect(card(page, "Ada").get_by_label("Comment")).to_have_value("1 or 2 words more, and n for Noether.")
    expect(card(page, "Ada").get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(card(page, "Cyd").locator(".told")).to_have_text(re.compile("^1.5 of 4 points, by Grace"))
    assert decisions(folder) == {
        ("ada", "why"): ("", "[names]\n[example]\n1 or 2 words more, and n for Noether."),
        ("ben", "why"): ("0", ""),
        ("cyd", "why"): ("1.5", ""),
    }
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()


def test_what_cannot_be_saved(page, review, seen):
    """Does the page say that points can't be used, stay where it is, and save them when they are right?"""
    page.goto(review[0])
    page.get_by_role("link", name="Next answer to mark").click()
    expect(card(page, "Ada")).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.type("five")
    page.keyboard.press("Control+Enter")
    told = card(page, "Ada").locator(".told")
    expect(told).to_contain_text("Not saved: The points are “five”")
    card(page, "Ada").get_by_label("Points").fill("3")
    page.keyboard.press("Escape")
    expect(told).to_have_text("3 of 4 points, by Grace · saved")
    assert [error for error in seen["errors"] if "422" not in error] == []
    seen["errors"].clear()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_exercise(page, review, screenshot, scheme, width):
    """Are wrong answers side by side with their numbers, and is nothing off-screen, on a narrow window too?"""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(review[0])
    screenshot(page, f"list-{scheme}-{width}")
    page.get_by_role("link", name="relu").click()
    expect(page.get_by_text("expected  [1. 0. 3.]")).to_have_count(3)
    boxes = [section.bounding_box() for section in page.locator("section").all()]
    assert len({box["x"] for box in boxes}) == (1 if width == 390 else 2)
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    screenshot(page, f"{scheme}-{width}")
