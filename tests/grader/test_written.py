"""Answers in prose: are they found however a cell was changed, kept whole, and left to a person?"""

import dataclasses

import pytest
from sheets import code, sheet, text

from activation_lab.exercises import written_cells
from activation_lab_tools.author import build
from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.course import Course
from activation_lab_tools.grader.marks import looks, rules
from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages import feedback
from activation_lab_tools.grader.reading.parse import parse_notebook
from activation_lab_tools.grader.reading.written import LONGEST
from activation_lab_tools.grader.records import ParsedNotebook, Submission
from activation_lab_tools.grader.submission_judge import Settings, SubmissionJudge

PACK = '''"""exam_1: two questions."""

from activation_lab.exercises import Question, Written

WHY = Written("why", "Why is relu not a layer?", {"function": (2, "It is a function."), "vague": (-1, "Vague.")}, 4)
HOW = Written("how", "How would you prove it?", {}, 2)
WHICH = Question("which", "Which?", {"a": ("This", "Yes."), "b": ("That", "No.")}, "a")
'''
COURSE = Course(PACK)
WHY, HOW = COURSE.written("exam_1")
ASKS, STILL_EMPTY = written_cells.question_cell(WHY), written_cells.answer_cell("why")


def read(*cells):
    return parse_notebook(sheet(*cells), COURSE.catalogue())


def raw(source):
    return {"cell_type": "raw", "source": source, "metadata": {}}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([text("**why** — It is a function.")], "It is a function."),
        ([text("**why** —\n\nIt is\n\n- a function\n- without state")], "It is\n\n- a function\n- without state"),
        ([text(STILL_EMPTY.replace("*Write your answer here.*", "Two\nlines"))], "Two\nlines"),
        ([text(f"{STILL_EMPTY}\n\nBelow it.")], "Below it."),
        ([text("**why** - A hyphen.")], "A hyphen."),
        ([text("\n **why**: A colon; 1 < 2 & <b>.")], "A colon; 1 < 2 & <b>."),
        ([raw("**why** — Raw.")], "Raw."),
        ([code("**why** — It was turned into code, isn't it?")], "It was turned into code, isn't it?"),
        ([code("# **why** — Commented\n# out.\n\n#Twice.")], "Commented\nout.\n\nTwice."),
        ([text("**why** — One."), code("x = 1"), text("**why** — Two.")], "One.\n\nTwo."),
        ([text(ASKS), text("The marker"), text("is gone."), code("x = 1"), text("Not this.")],
         "The marker\n\nis gone."),
        ([text(ASKS), text("# A heading"), text("Not this.")], None),
        ([text(ASKS), text(STILL_EMPTY)], None),
        ([text(ASKS)], None),
        ([text("**why** —")], None),
        ([text("Why? See **why** — in the middle."), text(STILL_EMPTY)], None),
    ],
)  # fmt: skip
def test_where_an_answer_is(cells, found):
    """Is the answer what its cell has after the marker, whatever kind of cell it is now?"""
    parsed = read(*cells, code('lab.answer("which", "a")'))
    assert not parsed.problem and parsed.written == {"why": found, "how": None}


def test_what_a_student_is_told():
    """Is it said if the marker is gone, or the answer is cut?"""
    assert "The cell that begins with **why** — is missing" in read(text(ASKS), text("Here.")).notes[0]
    parsed = read(text("**why** — " + "x" * (LONGEST + 1)))
    assert len(parsed.written["why"]) == LONGEST and "longer than 20,000" in parsed.notes[0]


def test_the_lesson_is_known_by_its_written_answers():
    """Is a notebook of nothing but prose graded, and one that has none of it refused?"""
    assert read(text(ASKS), text(STILL_EMPTY)).lesson == "exam_1"
    assert read(text("Nothing.")).problem


def test_marks():
    """Does an answer wait for a person, an empty one earn nothing, and do both count in the maximum?"""
    judge = SubmissionJudge(COURSE, Settings(sandboxed=False))
    parsed = ParsedNotebook("exam_1", written={"why": "Because.", "how": None})
    graded = judge.grade(Submission("ada", "Ada", "p", "p"), parsed, {})
    judge.close()
    marks = {mark.exercise: mark for mark in graded.marks}
    assert [(marks[name].state, marks[name].score, marks[name].own) for name in ("why", "how")] == [
        ("to mark", 0, "Because."),
        ("not attempted", 0, ""),
    ]
    assert marks["why"].task == WHY.text and marks["why"].rubric["vague"] == [-1, "Vague."]
    grade = undecided(graded)
    assert [mark.exercise for mark in grade.unmarked] == ["why"] and grade.points == 7
    page = feedback.page(grade)
    assert "Because." in page and "Not marked yet: why." in page
    seen = looks.GradeLooks(rules.Rules())
    seen.add(grade)
    assert [item.reason for item in seen.items()] == ["Written answers wait for your points, see `review`: ada."]
    given = dataclasses.replace(grade.marks[1], score=3, by_hand=True, comment="It is a function.")
    assert "3 of 4 points" in feedback.page(dataclasses.replace(grade, marks=(grade.marks[0], given, grade.marks[2])))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('Written("not a word", "Why?", {}, 1)', "not a word"),
        ('Written("why", "Why?", {"two words": (1, "x")}, 1)', "two words"),
        ('Written("why", "Why?", {"a": ("one", "x")}, 1)', "'a'"),
        ('Written("why", "Why?", {"a": 1}, 1)', "'a': 1"),
    ],
)
def test_a_pack_with_a_mistake(wrong, named):
    """Is a name or a rubric that can't be used refused in a sentence that shows it?"""
    with pytest.raises(UserError, match=named):
        Course(f'"""exam: x."""\nfrom activation_lab.exercises import Written\nW = {wrong}\n')


def test_in_a_lesson(monkeypatch):
    """Does the build write the question above the answer, and does the lesson have an empty answer?"""
    monkeypatch.setattr(build.exercises, "written_of_lesson", lambda name: (WHY,))
    texts = map(build.nbformat.v4.new_markdown_cell, ("# A title", "**why** — It has no state."))
    solution = build.nbformat.v4.new_notebook(cells=list(texts))
    filled = build.fill(solution, "01_dense_forward")
    assert _prose(filled) == [ASKS, "**why** — It has no state."]
    assert _prose(build.fill(filled, "01_dense_forward")) == _prose(filled)
    assert _prose(build.cut_for(None, filled, ())) == [ASKS, STILL_EMPTY]


def _prose(notebook):
    return [cell.source for cell in notebook.cells if cell.source.startswith(("**why**", "**Written"))]
