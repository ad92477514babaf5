"""nbgrader's gradebook, filled through nbgrader's own API: what counts, as its formgrader and its exports show it."""

import contextlib
import os
import sys
import warnings
from pathlib import Path

from ...errors import UserError
from .moodle_worksheet import scaled


def write(grades, path):
    """Write grades into nbgrader's gradebook, which is made if it is missing; other assignments in it stay as they are.

    An exercise is a grade cell: the grader's score is its automatic one, a person's is its manual one. What lateness
    takes off, or a person's points for the whole lesson, is the late penalty or extra credit, so that nbgrader's total
    is what counts. An answer that waits for a person has no score: nbgrader asks for it. A student who is excused or
    missing has no submission.

    Args:
        grades: an iterator of FinalGrade.
        path: of gradebook.db.

    Returns:
        How many submissions were written.

    Raises:
        UserError: nbgrader isn't installed, the file isn't its gradebook, or has such an assignment with other cells.
    """
    try:
        from nbgrader import api
        from sqlalchemy.exc import DatabaseError
    except ImportError as error:
        raise UserError(f"nbgrader's gradebook is written by nbgrader itself ({error}): pip install nbgrader") from None
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    written, ready = 0, set()
    try:
        with _own_programs(), warnings.catch_warnings(), api.Gradebook(f"sqlite:///{Path(path).resolve()}") as book:
            warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader
            for grade in grades:
                if grade.lesson not in ready:
                    _prepare(api, book, grade, path)
                    ready.add(grade.lesson)
                written += _put(api, book, grade)
    except (api.InvalidEntry, DatabaseError) as error:
        raise UserError(f"{path} could not be written ({type(error).__name__}): is it nbgrader's gradebook?") from None
    return written


@contextlib.contextmanager
def _own_programs():
    """Context: the programs of this Python's environment are found, also if it isn't activated; nbgrader calls one."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _prepare(api, book, grade, path):
    """Make the assignment of a lesson, with a cell for each exercise and question."""
    lesson, names = grade.lesson, [mark.exercise for mark in grade.marks]
    with contextlib.suppress(api.MissingEntry):
        there = {cell.name for notebook in book.find_assignment(lesson).notebooks for cell in notebook.grade_cells}
        if there - set(names) or there and set(names) - there:
            raise UserError(
                f"{path} has an assignment {lesson} with the cells {', '.join(sorted(there))}; expected "
                f"{', '.join(names)}. Give another file."
            )
    book.update_or_create_assignment(lesson)
    book.update_or_create_notebook(lesson, lesson)
    for mark in grade.marks:
        book.update_or_create_grade_cell(mark.exercise, lesson, lesson, max_score=mark.points, cell_type="code")
        book.update_or_create_solution_cell(mark.exercise, lesson, lesson)


def scores(grade, mark):
    """Return what a grade cell holds of a FinalMark of a FinalGrade; None is no score, which isn't 0."""
    return {
        "auto_score": mark.graded,
        "manual_score": mark.score if mark.by_hand else None,
        "needs_manual_grade": mark in grade.unmarked,
    }


def _put(api, book, grade):
    """Write one student's submission; return 1, or 0 for one who is excused or missing."""
    lesson, student = grade.lesson, grade.student
    if grade.excused or grade.missing:
        with contextlib.suppress(api.MissingEntry):
            book.remove_submission(lesson, student)
        return 0
    book.update_or_create_student(student, last_name=grade.name, email=grade.email)
    handed_in = {"timestamp": grade.handed_in} if grade.handed_in else {}
    submission = book.update_or_create_submission(lesson, student, **handed_in)
    sum_of_cells = 0
    for mark in grade.marks:
        cell = book.find_grade(mark.exercise, lesson, lesson, student)
        cell.extra_credit = None
        for name, value in scores(grade, mark).items():
            setattr(cell, name, value)
        sum_of_cells += (mark.score if mark.by_hand else mark.graded) or 0
        comment = book.find_comment(mark.exercise, lesson, lesson, student)
        comment.auto_comment = " ".join(mark.mark.reasons) if mark.mark else None
        comment.manual_comment = mark.comment or None
    more = scaled(grade, sum(mark.points for mark in grade.marks)) - sum_of_cells
    (notebook,) = submission.notebooks
    notebook.late_submission_penalty = max(-more, 0)
    if more > 0:
        book.find_grade(grade.marks[0].exercise, lesson, lesson, student).extra_credit = more
    book.db.commit()
    return 1
