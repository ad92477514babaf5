"""The report in a browser: do its headings sort, and is nothing off-screen?"""

import dataclasses

import pytest
from playwright.sync_api import expect

from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages.report import Report
from activation_lab_tools.grader.records import GradedSubmission, Mark, ReviewItem

SCORES = {"Ada": (4, 10), "ben": (10, None), "Cyd": (9, 2), "Öz": (0, 0)}
CASE = ("a row: The result is wrong in 1 of 3 entries.", f"  z  [{' 1.2345,' * 30}]")


@pytest.fixture
def address(tmp_path):
    """Of a report on four students and two lessons, one of which nobody has marked in full."""
    report, results = Report(), []
    for name, scores in SCORES.items():
        for lesson, score in zip(("01_dense_forward", "02_activation_functions"), scores, strict=True):
            if score is not None:
                mark = Mark("a_function_with_a_long_name", "exercise", "passed" if score == 10 else "failed", score, 10,
                            own=f"def f(z):\n    return z * {score}{' + 1' * 80}", case=CASE,
                            headline="1 of 2 cases pass")  # fmt: skip
                graded = GradedSubmission(name.lower(), name, f"{name}.ipynb", lesson, "bubblewrap", (mark,))
                grade = dataclasses.replace(undecided(graded), result=len(results), attempts=2, attempt=2)
                report.add(grade, f"feedback/{name}/{lesson}.html")
                results.append(graded)
    report.write(tmp_path / "report.html", [ReviewItem("x" * 200, "y" * 200)], results.__getitem__)
    return (tmp_path / "report.html").as_uri()


def names(page):
    return [row.locator("td").first.inner_text().split("\n")[0] for row in page.locator(".students tbody tr").all()]


def test_sorting(page, address):
    """Does a heading sort by name or by number, up and down, by mouse and by keyboard, and say so?"""
    page.goto(address)
    assert names(page) == ["Ada", "ben", "Cyd", "Öz"]
    heading = page.get_by_role("columnheader", name="01_dense_forward")
    heading.get_by_role("button").click()
    assert names(page) == ["Öz", "Ada", "Cyd", "ben"]
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").press("Enter")
    assert names(page) == ["ben", "Cyd", "Ada", "Öz"]
    expect(heading).to_have_attribute("aria-sort", "descending")
    page.get_by_role("columnheader", name="02_activation_functions").get_by_role("button").click()
    assert names(page) == ["ben", "Öz", "Cyd", "Ada"]  # nothing handed in is less than 0 points
    page.get_by_role("columnheader", name="total").get_by_role("button").click()
    assert names(page) == ["Öz", "ben", "Cyd", "Ada"]
    page.get_by_role("columnheader", name="student").get_by_role("button").click()
    assert names(page) == ["Ada", "ben", "Cyd", "Öz"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_off_screen(page, address, screenshot, scheme, width):
    """Does the page itself never scroll sideways, with everything unfolded, and is the name of a row always in view?"""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    screenshot(page, f"{scheme}-{width}")
    table = page.locator(".scroll:has(.students)")
    table.evaluate("each => { each.scrollLeft = each.scrollWidth; }")
    assert page.locator(".students tbody td").first.bounding_box()["x"] >= 0
