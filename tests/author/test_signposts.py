"""Does a lesson say where it is in the course, what one can do now, and where to go next?"""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

import activation_lab as lab
from activation_lab import exercises
from activation_lab_tools.author import signposts

ROOT = Path(__file__).parents[2]
LESSONS = exercises.lessons()


def written(lesson, title="# T\n\nAfter this lesson you can write relu, and more. Not this."):
    return signposts.with_signposts([new_markdown_cell(title, id="title")], lesson)


def test_twice_changes_nothing():
    """Are the signposts of an earlier build replaced, not repeated?"""
    once = written(LESSONS[1])
    again = signposts.with_signposts(once, LESSONS[1])
    assert again == once and len(once) == 3
    assert signposts.without_line(once[0].source) == "# T\n\nAfter this lesson you can write relu, and more. Not this."


def test_the_ends_of_the_course():
    """Has the first lesson none before it, and the last none after it?"""
    first, last = written(LESSONS[0]), written(LESSONS[-1])
    assert "back:" not in first[0].source and "next:" in first[0].source and "Next: lesson [2" in first[2].source
    assert "back:" in last[0].source and "next:" not in last[0].source and "the last lesson" in last[2].source


def test_points():
    """Does the line below the title say what `lab.points` counts in the end, questions included?"""
    assert f"*Lesson 1 of {len(LESSONS)} · 7 points · next: " in written(LESSONS[0])[0].source
    assert sum(worth for _, _, worth in lab.points(LESSONS[0]).rows) == 7


def test_what_one_can_do():
    """Does the end repeat what the title promises?"""
    assert written(LESSONS[0])[2].source.startswith("**You can now** write relu, and more.\n")
    assert "**Where to go from here**" in written(LESSONS[0], "# T\n\nNo promise.")[2].source


def test_minutes_count_what_is_read_and_done():
    """Do words, visible code and predictions count, and not code that is folded away, a check, or a table's lines?"""
    lesson = LESSONS[0]
    done = signposts.minutes([], lesson)
    text = new_markdown_cell("| word " * 3000 + "|")
    code = new_code_cell("\n\n".join(["x = 1"] * 160))
    folded = new_code_cell(code.source, metadata={"jupyter": {"source_hidden": True}})
    guesses = [new_code_cell('lab.predict("it", None)')] * 10
    assert signposts.minutes([text], lesson) == done + 20 == signposts.minutes([code], lesson)
    assert signposts.minutes(guesses, lesson) == done + 10
    assert signposts.minutes([folded, new_code_cell("lab.check(relu)")], lesson) == done
    points = sum(exercise.points for exercise in exercises.of_lesson(lesson))
    assert abs(done - 6 * points - len(exercises.questions_of_lesson(lesson))) <= 2.5


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_says_its_minutes(lesson):
    """Does the title say the minutes that are computed from the lesson's cells?"""
    cells = nbformat.read(ROOT / "lessons" / f"{lesson}.ipynb", as_version=4).cells
    assert f"**{signposts.minutes(cells, lesson)} minutes" in cells[0].source


def test_minutes_in_the_readme():
    """Does the lesson's row get the number, and no other row; does a text without such a row stay as it is?"""
    rows = "| [01 The layer][01] | 5 | compute 5 |\n| [02 More][02] | 5 | do |\n"
    assert signposts.readme_with_minutes(rows, "01_a", 60) == rows.replace("| 5 | compute", "| 60 | compute")
    assert signposts.readme_with_minutes(rows, "11_k", 60) == rows
    assert signposts.with_minutes("# T\n\n**5 minutes**, 5 in all.", 60) == "# T\n\n**60 minutes**, 5 in all."


@pytest.mark.parametrize("folder", ["solutions", "lessons"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_links_lead_somewhere(folder, lesson):
    """Is every file there to which the first and the last cell link, from both folders?"""
    cells = nbformat.read(ROOT / folder / f"{lesson}.ipynb", as_version=4).cells
    links = re.findall(r"\]\(([^)]+)\)", cells[0].source + cells[-1].source)
    assert len(links) >= 4 and [link for link in links if not (ROOT / folder / link).exists()] == []
