"""nbgrader's gradebook: does nbgrader itself read the marks that count?

These tests need nbgrader, which the project doesn't install: it brings an older JupyterLab's world along. In an
environment with nbgrader and pytest, run: python -m pytest tests/grader/test_nbgrader_gradebook.py
"""

from dataclasses import replace

import pytest

from activation_lab_tools.errors import UserError
from activation_lab_tools.grader.marks.final import undecided
from activation_lab_tools.grader.pages import nbgrader_gradebook
from activation_lab_tools.grader.records import GradedSubmission, Mark

api = pytest.importorskip("nbgrader.api", reason="nbgrader is not installed here: pip install nbgrader, elsewhere")
pytestmark = pytest.mark.filterwarnings("ignore")  # SQLAlchemy's, about nbgrader
LESSON = "01_dense_forward"


def grade(name, relu=2, why=1):
    """A FinalGrade with an exercise of 2 points and a question of 1."""
    marks = (
        Mark("relu", "exercise", "passed" if relu == 2 else "failed", relu, 2, diagnoses=() if relu else ("It is 0.",)),
        Mark("why", "question", "passed" if why else "failed", why, 1),
    )
    return undecided(
        GradedSubmission(name, f"{name} L.", f"class.zip: {name}", LESSON, "bubblewrap", marks, email="a@b.c")
    )


def decided(grade, score, comment="", **more):
    """The same with another score for the exercise, given by a person."""
    relu, why = grade.marks
    return replace(grade, marks=(replace(relu, score=score, by_hand=True, comment=comment), why), **more)


def read(path):
    """{student: (total as nbgrader exports it, maximum)} (nbgrader's plugins/export.py)."""
    with api.Gradebook(f"sqlite:///{path}") as book:
        return {
            submission.student.id: (
                max(0.0, submission.score - submission.late_submission_penalty),
                submission.max_score,
            )
            for submission in book.assignment_submissions(LESSON)
        }


def test_what_counts_is_the_total(tmp_path):
    """Is each student's total what counts: the grader's, a person's, less for lateness, a person's for all?"""
    path = tmp_path / "gradebook.db"
    class_ = [
        grade("ada"),
        decided(grade("ben", 0), 1.5, "Nearly."),
        decided(grade("cy"), 1, penalty=0.5),
        replace(grade("dee", 0, 0), decided=2.5),
        replace(grade("eve"), decided=0.5),
        replace(grade("flo"), excused=True),
    ]
    assert nbgrader_gradebook.write(iter(class_), path) == 5
    totals = {"ada": 3, "ben": 2.5, "cy": 1, "dee": 2.5, "eve": 0.5}
    assert {each.student: each.score for each in class_ if not each.excused} == totals
    assert read(path) == {name: (total, 3) for name, total in totals.items()}
    with api.Gradebook(f"sqlite:///{path}") as book:
        cell = book.find_grade("relu", LESSON, LESSON, "ben")
        assert (cell.auto_score, cell.manual_score, cell.needs_manual_grade) == (0, 1.5, False)
        assert book.find_comment("relu", LESSON, LESSON, "ben").comment == "Nearly."
        assert book.find_comment("relu", LESSON, LESSON, "dee").comment == "It is 0."
        assert (book.find_student("ada").last_name, book.find_student("ada").email) == ("ada L.", "a@b.c")


def test_again(tmp_path):
    """Does a second time replace marks, keep other assignments, and take out who is excused now?"""
    path = tmp_path / "gradebook.db"
    with api.Gradebook(f"sqlite:///{path}") as book:
        book.update_or_create_assignment("ps1")
    nbgrader_gradebook.write(iter([decided(grade("ada", 0), 1.5, penalty=0.5), grade("ben")]), path)
    nbgrader_gradebook.write(iter([grade("ada"), replace(grade("ben"), excused=True)]), path)
    assert read(path) == {"ada": (3, 3)}
    with api.Gradebook(f"sqlite:///{path}") as book:
        assert {each.name for each in book.assignments} == {"ps1", LESSON}
        assert not book.find_comment("relu", LESSON, LESSON, "ada").comment


@pytest.mark.parametrize("kind", ["written", "exercise"])
def test_an_answer_waits(tmp_path, kind):
    """Does nbgrader ask a person for what no person has marked, without a score, until there is a decision?"""
    path, ada = tmp_path / "gradebook.db", grade("ada")
    waiting = replace(ada, marks=(ada.marks[0], replace(ada.marks[1], kind=kind, graded=None, score=None)))
    for each, waits in [(ada, False), (waiting, True), (replace(waiting, decided=2.0), False)]:
        nbgrader_gradebook.write(iter([each]), path)
        with api.Gradebook(f"sqlite:///{path}") as book:
            assert book.find_submission(LESSON, "ada").needs_manual_grade == waits
            cell = book.find_grade("why", LESSON, LESSON, "ada")
            assert (cell.auto_score, cell.needs_manual_grade) == (None if each is not ada else 1, waits)


def test_what_is_not_ours(tmp_path):
    """Is an assignment of the same name with other cells refused, and a file that is no gradebook?"""
    path = tmp_path / "gradebook.db"
    with api.Gradebook(f"sqlite:///{path}") as book:
        book.update_or_create_assignment(LESSON)
        book.update_or_create_notebook("p1", LESSON)
        book.update_or_create_grade_cell("test_1", "p1", LESSON, max_score=5, cell_type="code")
    with pytest.raises(UserError, match="with the cells test_1; expected relu, why. Give another file"):
        nbgrader_gradebook.write(iter([grade("ada")]), path)
    path.write_text("text")
    with pytest.raises(UserError, match="is it nbgrader's gradebook"):
        nbgrader_gradebook.write(iter([grade("ada")]), path)
