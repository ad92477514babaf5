"""Grade a class: discover the notebooks, parse, grade and store each, and report."""

import contextlib
import functools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from . import pool_worker
from .course import Course, seed
from .finding import listing, roster, submissions
from .marks import final, rules
from .notebook_parser import PARSING
from .pages import feedback, naming, report, tables, uploads
from .pools import Cluster, ThisMachine, cores, in_turn
from .progress import progress
from .reading_queue import ReadingQueue
from .records import ReviewItem
from .sandbox import bubblewrap, cgroups
from .secret import kept_secret, secret_digest
from .store import Store, result_key
from .submission_judge import Settings
from .text import count, plain

ALL_GRADED, NEEDS_A_LOOK, NOTHING_DONE = 0, 1, 2


@dataclass(frozen=True)
class GradeOptions:
    """What an instructor asks for, as `activation-lab grade` takes it.

    Args:
        submissions: paths of folders, zips and notebooks.
        out: the folder for marks, feedback and the report.
        roster: a CSV file, or None.
        exercises: a Python file with the instructor's own exercises, or None.
        workers: processes on this machine; None for one per core.
        dask: the address of a cluster's scheduler; None for this machine.
        secret: a file; None for one within `out`.
        settings: a Settings.
    """

    submissions: tuple
    out: Path
    roster: Path | None = None
    exercises: Path | None = None
    workers: int | None = None
    dask: str | None = None
    secret: Path | None = None
    settings: Settings = Settings()


def grade(options, console):
    """Grade a class and return the exit code: 0 all graded, 1 some need a look, 2 nothing was graded."""
    _check_isolation(options, console)
    pack = pool_worker.checked_pack(options.exercises) if options.exercises else None
    course = Course(pack)
    found, review, missing = _discover(options, course.lessons(), console)
    options.out.mkdir(mode=0o700, parents=True, exist_ok=True)  # marks are private
    secret = kept_secret(options.secret or options.out / "secret")
    with _workers(options) as executor, Store(options.out / "grades.sqlite") as store:
        run = _Run(options, console, course, secret, store, executor)
        notebooks, unread = run.parse(found)
        review += unread
        console.print(listing.table(found, review, missing))
        current, waiting = run.unchanged(notebooks)
        kept, ungraded = run.store_results(run.grade(waiting), waiting)
        current |= kept
        review += ungraded
        review += _report(store, current, options.out, review, missing)
    console.print(
        f"{count(len(current), 'notebook')} graded, {len(review)} to look at, {len(missing)} missing. "
        f"Open {plain(str(options.out / 'report.html'), 1000)}",
        soft_wrap=True,  # a path that is broken into lines can't be copied
    )
    if not current:
        return NOTHING_DONE
    return NEEDS_A_LOOK if review else ALL_GRADED


def _check_isolation(options, console):
    if options.settings.sandboxed:
        files = (*options.submissions, options.out, options.secret, options.roster, options.exercises)
        bubblewrap.check(path for path in files if path)
        if not options.dask and not cgroups.available():
            console.print(
                "No control groups here: an answer's memory is read ten times a second, not limited by Linux."
            )
    else:
        console.print("No sandbox: every submission can read and change whatever you can.", style="bold red")


@contextlib.contextmanager
def _workers(options):
    executor = Cluster(options.dask) if options.dask else ThisMachine(options.workers or cores())
    try:
        yield executor
    except KeyboardInterrupt:
        executor.close(at_once=True)
        raise
    finally:
        executor.close()


def _discover(options, lessons, console):
    """Return the Submissions, the ReviewItems, and the roster's students of whom nothing was found."""
    listed = roster.load(options.roster) if options.roster else None
    everything = submissions.find(options.submissions, listed, lessons)
    found = everything.submissions
    review = everything.review + [ReviewItem(one.location, one.reason) for one in everything.nothing]
    missing = roster.missing(listed, found) if listed else []
    if not found:
        console.print(listing.table(found, review, missing))
        raise UserError(everything.why_none(options.submissions))
    return found, review, missing


class _Run:
    """The stages that workers take part in, and what their tasks have in common."""

    def __init__(self, options, console, course, secret, store, executor):
        self.options, self.console, self.store, self.executor = options, console, store, executor
        self.secret, self._common = secret, (course.pack, options.settings)
        self.grading_digest, self.catalogue = course.grading_digest(), course.catalogue()

    def parse(self, found):
        """Return [(Submission, digest, lesson)] of the notebooks that can be graded, and ReviewItems for the others."""
        problems, review = {}, []
        with progress(self.console, "Reading", len(found)) as advance:
            queue = ReadingQueue(found, self.catalogue, self._lesson_of, advance)
            for digest, notebook in self._results(functools.partial(pool_worker.parse, *self._common), queue):
                advance()
                if isinstance(notebook, Exception):
                    queue.done(digest, PARSING)
                    problems[digest] = f"It could not be read: {notebook}"
                    continue
                queue.done(digest, notebook.seconds, notebook.lesson)
                if notebook.problem:
                    problems[digest] = notebook.problem
                if notebook.lasting:  # what does not depend on how busy the machine was
                    self.store.keep_notebook(self._notebook_key(digest), notebook)
        for digest, lesson in queue.lessons.items():
            if lesson == "" and digest not in problems:  # it could not be parsed the last time
                problems[digest] = self.store.notebook(self._notebook_key(digest)).problem
        review += queue.review
        review += [ReviewItem(each.location, problems[digest]) for each, digest in queue.read if digest in problems]
        notebooks = [(each, digest, queue.lessons[digest]) for each, digest in queue.read if digest not in problems]
        return _one_per_lesson(notebooks, review), review

    def _lesson_of(self, digest):
        return self.store.lesson_of(self._notebook_key(digest))

    def unchanged(self, notebooks):
        """Return {(student, lesson, key)} of what is graded, and {such a key: (Submission, digest)} of the rest."""
        done, current, waiting = self.store.done(), set(), {}
        for submission, digest, lesson in notebooks:
            key = (submission.student, lesson, self._result_key(digest))
            if key in done:
                current.add(key)
            else:
                waiting[key] = submission, digest
        if current:
            self.console.print(f"{count(len(current), 'notebook')} unchanged since the last time.")
        return current, waiting

    def grade(self, waiting):
        """Yield (key, GradedSubmission or the exception) as the workers finish."""
        tasks = ((key, self._task(*each, lesson=key[1])) for key, each in waiting.items())
        with progress(self.console, "Grading", len(waiting)) as advance:
            for result in self._results(functools.partial(pool_worker.grade, *self._common), tasks):
                yield result
                advance()

    def _task(self, submission, digest, lesson):
        names = self.catalogue[lesson]["exercises"]
        seeds = {name: seed(self.secret, submission.student, name) for name in names}
        return submission, self.store.notebook(self._notebook_key(digest)), seeds

    def store_results(self, results, waiting):
        """Store each result as it comes; return {(student, lesson, key)} of them, and ReviewItems for failures."""
        kept, review = set(), []
        for key, graded in results:
            if isinstance(graded, Exception):
                reason = f"It could not be graded: {type(graded).__name__}: {graded}"
                review.append(ReviewItem(waiting[key][0].location, reason))
            else:
                self.store.put(graded, key[2])
                kept.add(key)
        return kept, review

    def _notebook_key(self, digest):
        return f"{digest} {self.grading_digest}"

    def _result_key(self, digest):
        return result_key(digest, self.grading_digest, secret_digest(self.secret), vars(self.options.settings))

    def _results(self, function, tasks):
        """Yield (key, result or the exception) of tasks as workers finish them."""
        for key, result in in_turn(self.executor, function, tasks):
            if isinstance(result, UserError):
                raise result
            yield key, result


def _one_per_lesson(notebooks, review):
    """Return one notebook for each student and lesson; if several differ, none, and a ReviewItem goes to `review`."""
    by_lesson = defaultdict(list)
    for each in notebooks:
        by_lesson[each[0].student, each[2]].append(each)
    kept = []
    for (student, lesson), several in by_lesson.items():
        if len({digest for _, digest, _ in several}) > 1:
            listed = "; ".join(submission.location for submission, _, _ in several)
            reason = f"{len(several)} notebooks answer {lesson}: {listed}. Keep one of them and grade again."
            review.append(ReviewItem(student, reason))
        else:
            kept.append(several[0])
    return kept


def _report(store, current, out, review, missing):
    """Write tables and pages; return ReviewItems for what only a person can decide."""
    settings, more = rules.load(out)

    def grades():
        return final.grades(store, settings)

    more += [item for grade in grades() for item in _to_review(grade.graded)]
    tables.write(grades(), out)
    more += uploads.write(grades(), out)
    names, alike = naming.folders({grade.student for grade in grades()})
    folder = out / "feedback"
    pages = ((grade, feedback.write(grade.graded, folder / names[grade.student])) for grade in grades())
    uploads.write_feedback(pages, out)
    more += alike
    absent = [student.name or student.student for student in missing]
    report.write(store, None, out / "report.html", [*review, *more], absent)
    return more


def _to_review(graded):
    for mark in graded.marks:
        if mark.verification == "unverified":
            yield ReviewItem(
                graded.location,
                f"{mark.exercise} of {graded.student} could not be judged: {' '.join(mark.lines)[:300]} Look at it, "
                "and set its points by hand.",
            )
