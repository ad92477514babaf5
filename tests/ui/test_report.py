"""The report in a browser: do its tables sort, find, and open at once, and is nothing off-screen?"""

import dataclasses

import pytest
from playwright.sync_api import expect

from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages.report import Report
from activation_lab_tools.grader.records import GradedSubmission, Mark, ReviewItem

SCORES = {"Ada": (4, 10), "ben": (10, None), "Cyd": (9, 2), "Öz": (0, 0)}
ATTACK = """Ünal O'Brien</noscript><img src=x onerror="document.title = 'attacked'"> & Co"""
CASE = ("a row: The result is wrong in 1 of 3 entries.", f"  z  [{' 1.2345,' * 30}]")


def write(folder, students, review=()):
    """The address of a report on students, {name: score in each lesson, or None}."""
    report, results = Report(), []
    for name, scores in students.items():
        for lesson, score in zip(("01_dense_forward", "02_activation_functions"), scores, strict=True):
            if score is not None:
                mark = Mark("a_function_with_a_long_name", "exercise", "passed" if score == 10 else "failed", score, 10,
                            own=f"def f(z):\n    return z * {score}{' + 1' * 80}", case=CASE,
                            headline="1 of 2 cases pass")  # fmt: skip
                graded = GradedSubmission(name.lower(), name, f"{name}.ipynb", lesson, "bubblewrap", (mark,))
                grade = dataclasses.replace(undecided(graded), result=len(results), attempts=2, attempt=2)
                report.add(grade, f"feedback/{name}/{lesson}.html")
                results.append(graded)
    report.write(folder / "report.html", review, results.__getitem__)
    return (folder / "report.html").as_uri()


@pytest.fixture
def address(tmp_path):
    """Of a report on four students and two lessons, one of which nobody has marked in full."""
    return write(tmp_path, SCORES, [ReviewItem("x" * 200, "y" * 200)])


@pytest.fixture
def of_many(tmp_path):
    """Of a report on 450 students, the last of whom has a name that attacks."""
    many = {f"Student {n:03}": (n % 11, None) for n in range(449)}
    return write(tmp_path, many | {ATTACK: (10, 10)})


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


def test_many_rows(page, of_many):
    """Is only a part of a long table built, until one asks for more, sorts, or prints?"""
    page.goto(of_many)
    rows, told = page.locator(".students tbody tr"), page.get_by_role("status")
    assert rows.count() == 200 and told.inner_text() == "Shown: 200 of 450"
    page.get_by_role("button", name="Show more rows").click()
    assert rows.count() == 400
    page.get_by_role("columnheader", name="01_dense_forward").get_by_role("button").click()
    firsts = [int(row[len("Student ") :][:3]) for row in rows.all_inner_texts()[:41]]
    assert rows.count() == 200 and firsts == list(range(0, 449, 11))  # who has 0 points, in the order as before
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert rows.count() == 450 and page.get_by_role("button", name="Show more rows").count() == 0


def test_a_row_is_found(page, of_many):
    """Is a student found by any part of the name, also one that is harmless markup, and is it said if none is found?"""
    page.goto(of_many)
    search, rows = page.get_by_role("searchbox", name="Search"), page.locator(".students tbody tr")
    search.fill("student 44")
    shown = [row[: len("Student 044")] for row in rows.all_inner_texts()]
    assert shown == [f"Student {n:03}" for n in (44, 144, 244, 344, *range(440, 449))]
    search.fill("o'brien ünal & attempt")
    assert rows.locator("bdi").first.inner_text() == ATTACK and page.title() == "Report on a class"
    search.fill("nobody")
    assert rows.count() == 0 and page.get_by_role("status").inner_text() == "Shown: 0 of 0"
    search.fill("")
    assert rows.count() == 200


def test_without_scripts(browser, of_many):
    """Is the whole table there for a browser that runs no script?"""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(of_many)
        assert page.locator(".students tbody tr").count() == 450
        assert page.locator(".students tbody tr", has_text="Brien").locator("bdi").first.inner_text() == ATTACK
