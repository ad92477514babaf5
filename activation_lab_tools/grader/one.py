"""Grade one submission at once: for a service that runs a command for each, such as Gradescope or GitHub Classroom."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from .course import Course, seed
from .finding import items, submissions
from .finding.archives import Unreadable
from .pool_worker import checked_pack
from .pools import IN_WORKERS
from .records import GradedSubmission
from .sandbox import bubblewrap
from .secret import kept_secret
from .submission_judge import Settings, SubmissionJudge
from .text import count, plain

PASSED, BELOW, NOT_GRADED = 0, 1, 2
SECRET_BYTES = 32


@dataclass(frozen=True)
class OneOptions:
    """What `activation-lab grade-one` is asked for.

    Args:
        notebook: the path of a notebook, or of a folder with one notebook in it.
        lesson: the lesson that it should answer; "" for the one that it answers most of.
        exercises: a Python file with the instructor's own exercises, or None.
        secret: a file that seeds the cases; None for new cases each time.
        pass_at: what passes: ("share", 0.6) of the points, or ("points", 4.0).
        settings: a Settings.
    """

    notebook: Path
    lesson: str = ""
    exercises: Path | None = None
    secret: Path | None = None
    pass_at: tuple = ("share", 1.0)
    settings: Settings = Settings()


@dataclass(frozen=True)
class OneResult:
    """What came of it.

    Args:
        notebook: the file's name.
        lesson: its name; "" if that isn't known.
        problem: why it could not be graded, a whole sentence for the student; "" if it was.
        graded: the GradedSubmission; None if there is a problem.
        points: the most that the grader can give, without answers in prose; 0 if that isn't known.
        needed: the points that pass.
    """

    notebook: str
    lesson: str = ""
    problem: str = ""
    graded: GradedSubmission | None = None
    points: int = 0
    needed: float = 0.0

    @property
    def marks(self):
        """The Marks, without those of answers in prose, which a person marks."""
        return tuple(mark for mark in self.graded.marks if mark.kind != "written") if self.graded else ()

    @property
    def written(self):
        return tuple(mark for mark in self.graded.marks if mark.kind == "written") if self.graded else ()

    @property
    def waiting(self):
        """The Marks of answers that wait for a person, code and prose."""
        return tuple(mark for mark in self.graded.marks if mark.waits) if self.graded else ()

    @property
    def score(self):
        """The points so far: those of answers that wait may come."""
        return sum(mark.score for mark in self.marks if not mark.waits)

    @property
    def code(self):
        """Return the exit status: 0 if the points so far pass, 1 if they don't, 2 if it could not be graded."""
        if self.problem:
            return NOT_GRADED
        return PASSED if self.score >= self.needed - 1e-9 else BELOW


def grade_one(options):
    """Return the OneResult of one submission. What is wrong with the submission itself is its `problem`.

    Raises:
        UserError: there is no sandbox here, or an option doesn't fit.
    """
    if options.settings.sandboxed:
        files = (options.notebook, options.secret, options.exercises)
        bubblewrap.check(path for path in files if path)
    course = Course(checked_pack(options.exercises) if options.exercises else None)
    if options.lesson and options.lesson not in course.lessons():
        raise UserError(f"There is no lesson {options.lesson!r}. Expected one of: {', '.join(course.lessons())}.")
    secret = kept_secret(options.secret) if options.secret else secrets.token_bytes(SECRET_BYTES)
    lesson = options.lesson or (course.lessons()[0] if len(course.lessons()) == 1 else "")
    worth = _worth(course, lesson, options.pass_at)
    try:
        graded = _graded(options, course, secret)
    except Unreadable as error:
        return OneResult(plain(options.notebook.name), lesson, problem=str(error), **worth)
    worth = _worth(course, graded.lesson, options.pass_at)
    return OneResult(plain(options.notebook.name), graded.lesson, graded=graded, **worth)


def _graded(options, course, secret):
    """Return the GradedSubmission.

    Raises:
        Unreadable: it can't be graded; the sentence says why.
    """
    submission = _submission(options.notebook, course.lessons())
    data = submissions.content_of(submission)
    for name, text in IN_WORKERS.items():
        os.environ.setdefault(name, text)
    judge = SubmissionJudge(course, options.settings)
    try:
        parsed = judge.parse(data, course.catalogue())
        if parsed.problem:
            raise Unreadable(parsed.problem)
        if options.lesson and parsed.lesson != options.lesson:
            raise Unreadable(
                f"This notebook answers {parsed.lesson}; expected {options.lesson}. Hand in that lesson's notebook."
            )
        seeds = {each.name: seed(secret, submission.student, each.name) for each in course.exercises(parsed.lesson)}
        return judge.grade(submission, parsed, seeds)
    finally:
        judge.close()


def _worth(course, lesson, pass_at):
    """Return the lesson's points and those that pass."""
    if not lesson:
        return {}
    points = sum(item.points for item in (*course.exercises(lesson), *course.questions(lesson)))
    kind, value = pass_at
    needed = points * value if kind == "share" else value
    if needed > points:
        raise UserError(
            f"--pass-at asks for {count(float(needed), 'point')}, and {lesson} gives {points}. Give at most that, or a "
            "share such as 60%."
        )
    return {"points": points, "needed": needed}


def _submission(path, lessons):
    """Return the Submission of a notebook, or of the one notebook in a folder; its student as `grade` would call it.

    Raises:
        Unreadable: there is none, there are several in the folder, or it must not be read.
    """
    path = Path(os.path.abspath(path))
    if not path.exists() or not (path.is_dir() or items.is_notebook(path)):
        what = "is neither a notebook nor a folder" if path.exists() else "does not exist"
        raise Unreadable(f"{plain(str(path), 1000)} {what}. Expected a file whose name ends in .ipynb.")
    everything = items.items(path)[0]
    notebooks = [item for item in everything if item.is_handed_in and not item.is_zip]
    if len(notebooks) != 1:
        names = ", ".join(plain(item.name, 80) for item in (notebooks or everything)[:10]) or "nothing"
        raise Unreadable(
            f"{len(notebooks) or 'No'} notebook{'s were' if notebooks else ' was'} handed in; found {names}. Hand in "
            "one file whose name ends in .ipynb."
        )
    if notebooks[0].objection:
        raise Unreadable(notebooks[0].objection)
    found = submissions.find([Path(notebooks[0].path)], None, lessons)
    if not found.submissions:
        raise Unreadable(found.review[0].reason)
    return found.submissions[0]
