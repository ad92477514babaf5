"""Grade a class: discover the notebooks, parse, grade and store each, and report."""

import contextlib
import datetime
import functools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from . import course_folder, pool_worker
from .course import Course, seed
from .finding import due, listing, roster, submissions
from .marks import attempts, looks, people, rules
from .notebook_parser import PARSING
from .pages import change_table
from .pools import Cluster, ThisMachine, cores, in_turn
from .progress import progress
from .reading_queue import ReadingQueue
from .records import ReviewItem
from .sandbox import bubblewrap, cgroups
from .secret import kept_secret, secret_digest
from .store import result_key
from .submission_judge import Settings
from .text import count, plain

ALL_GRADED, NEEDS_A_LOOK, NOTHING_DONE = 0, 1, 2


@dataclass(frozen=True)
class GradeOptions:
    """What an instructor asks for, as `activation-lab grade` takes it.

    Args:
        submissions: paths of folders, zips and notebooks; none to draw everything anew.
        out: the folder for marks, feedback and the report.
        roster: a CSV or xlsx file, or None.
        groups: such a file with the columns group and student, or None for `out`/groups.csv if it is there.
        lessons: those that are due, as `due.named` takes them; () for those that most handed in.
        exercises: a Python file with the instructor's own exercises, or None.
        workers: processes on this machine; None for one per core.
        dask: the address of a cluster's scheduler; None for this machine.
        secret: a file; None for one within `out`.
        settings: a Settings.
        attempt: which attempt counts from now on: "newest", "best" or "first"; None for what counted before.
        again: whether to grade again what another version of the exercises or the grader graded.
    """

    submissions: tuple
    out: Path
    roster: Path | None = None
    groups: Path | None = None
    lessons: tuple = ()
    exercises: Path | None = None
    workers: int | None = None
    dask: str | None = None
    secret: Path | None = None
    settings: Settings = Settings()
    attempt: str | None = None
    again: bool = False


def grade(options, console):
    """Grade a class and return the exit code: 0 all graded, 1 some need a look, 2 nothing was graded.

    Without submissions, all is drawn anew from the store and the course's rules, after grading again if asked.
    """
    if not options.submissions:
        return _draw_again(options, console)
    _check_isolation(options, console)
    course = _course(options)
    asked = due.named(options.lessons, course.lessons())
    found, listed = _discover(options, course.lessons(), console)
    review = found.review + [ReviewItem(one.location, one.reason, one.student) for one in found.nothing]
    with course_folder.opened(options.out, "grade", new=True) as store:
        secret = kept_secret(options.secret or options.out / "secret")
        rules.load(options.out, store)  # before anything is graded: a file that can't be used stops the run
        with _workers(options) as executor:
            run = _Run(options, console, course, secret, store, executor)
            people.keep(store, found.submissions, listed)
            notebooks, unread = run.parse(found.submissions)
            expected, strays = due.due([(each, lesson) for each, _, lesson in notebooks], asked)
            review += unread + strays
            missing = roster.missing(listed, _pairs(notebooks), expected) if listed else {}
            console.print(listing.table(found, found.review + unread + strays, missing))
            graded, waiting = run.unchanged(notebooks)
            kept, ungraded = run.store_results(run.grade(waiting), waiting)
            graded |= kept
            review += ungraded
            review += run.grade_again() if options.again else []
            looks.keep(store, review, options.submissions, {student for student, _, _ in graded})
        review = _drawn(options, store, console)
    absent = len({student for students in missing.values() for student in students})
    console.print(
        f"{count(len(graded), 'notebook')} graded, {len(review)} to look at, {absent} missing. {_open(options)}",
        soft_wrap=True,  # a path that is broken into lines can't be copied
    )
    if not graded:
        return NOTHING_DONE
    return NEEDS_A_LOOK if review else ALL_GRADED


def _pairs(notebooks):
    return {(submission.student, lesson) for submission, _, lesson in notebooks}


def _draw_again(options, console):
    with course_folder.opened(options.out, "grade") as store:
        if options.again:
            _check_isolation(options, console)
            secret = kept_secret(options.secret or options.out / "secret")
            with _workers(options) as executor:
                again = _Run(options, console, _course(options), secret, store, executor).grade_again()
            looks.keep(store, again, [], ())
        review = _drawn(options, store, console)
    console.print(f"All pages are drawn anew; {len(review)} to look at. {_open(options)}", soft_wrap=True)
    return NEEDS_A_LOOK if review else ALL_GRADED


def _drawn(options, store, console):
    """Draw everything, say what changed, and return all ReviewItems."""
    if options.attempt:
        store.choose("attempt", options.attempt)
    review, changed = course_folder.redraw(store, options.out)
    change_table.show(changed, console)
    return review


def _open(options):
    return f"Open {plain(str(options.out / 'report.html'), 1000)}"


def _course(options):
    return Course(pool_worker.checked_pack(options.exercises) if options.exercises else None)


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
    """Return Found, and the Roster or None."""
    listed = roster.load(options.roster, _groups(options)) if options.roster else None
    if options.groups and not listed:
        raise UserError("--groups needs --roster too: the roster says who the members are.")
    found = submissions.find(options.submissions, listed, lessons)
    if not found.submissions:
        console.print(listing.table(found, found.review))
        raise UserError(found.why_none(options.submissions))
    return found, listed


def _groups(options):
    """Return the list of groups: the one that was given, or that of the course, or None."""
    kept = options.out / "groups.csv"
    return options.groups or (kept if kept.exists() else None)


class _Run:
    """The stages that workers take part in, and what their tasks have in common."""

    def __init__(self, options, console, course, secret, store, executor):
        self.options, self.console, self.store, self.executor = options, console, store, executor
        self.secret, self._common = secret, (course.pack, options.settings)
        self.grading_digest, self.catalogue = course.grading_digest(), course.catalogue()
        self._secret_digest, self._settings = secret_digest(secret), vars(options.settings)
        self.now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")

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
        unread = [(each, problems[digest]) for each, digest in queue.read if digest in problems]
        review += [ReviewItem(each.location, problem, each.student) for each, problem in unread]
        notebooks = [(each, digest, queue.lessons[digest]) for each, digest in queue.read if digest not in problems]
        return _distinct(notebooks, attempts.known(self.store), review), review

    def _lesson_of(self, digest):
        return self.store.lesson_of(self._notebook_key(digest))

    def unchanged(self, notebooks):
        """Return {(student, lesson, key)} of what is graded, and {such a key: the arguments of `_task`} of the rest."""
        done, graded, waiting = self.store.done(), set(), {}
        attempts.name_digests(self.store, self._keys_of_notebooks())
        with self.store.at_once():
            for submission, digest, lesson in notebooks:
                key = (submission.student, lesson, self._result_key(digest))
                if key in done:
                    graded.add(key)
                    self._record(key, submission, digest)
                else:
                    waiting[key] = submission, digest, self.grading_digest
        if graded:
            self.console.print(f"{count(len(graded), 'notebook')} unchanged since the last time.")
        return graded, waiting

    def _keys_of_notebooks(self):
        """Return {key of a result: (digest, grading digest)} for all notebooks that were ever parsed."""
        return {
            result_key(digest, grading, self._secret_digest, self._settings): (digest, grading)
            for digest, grading in (key.split() for key in self.store.notebook_keys())
        }

    def grade(self, waiting):
        """Yield (key, GradedSubmission or the exception) as the workers finish."""
        tasks = ((key, self._task(*each, lesson=key[1])) for key, each in waiting.items())
        with progress(self.console, "Grading", len(waiting)) as advance:
            for result in self._results(functools.partial(pool_worker.grade, *self._common), tasks):
                yield result
                advance()

    def _task(self, submission, digest, version, lesson):
        names = self.catalogue[lesson]["exercises"]
        seeds = {name: seed(self.secret, submission.student, name) for name in names}
        return submission, self.store.notebook(self._notebook_key(digest, version)), seeds

    def grade_again(self):
        """Grade the attempts that another version graded; return ReviewItems for those of which that isn't possible.

        Their notebooks may be gone, but what was read from them is in the store.
        """
        attempts.name_digests(self.store, self._keys_of_notebooks())
        waiting, review = {}, []
        for (student, lesson), several in attempts.everyone(self.store):
            for each in several:
                if lesson not in self.catalogue or each.grading == self.grading_digest:
                    continue
                version = self.store.version_of_notebook(each.digest)
                if version is None or not self._asked(lesson) <= self._read(each.digest, version):
                    reason = f"{lesson} asks for more than was read from this notebook. Grade it from its file again."
                    review.append(ReviewItem(each.submission.location, reason, student))
                    continue
                key = student, lesson, self._result_key(f"{each.digest} read by {version}")
                waiting[key] = each.submission, each.digest, version
        _, failed = self.store_results(self.grade(waiting), waiting)
        return review + failed

    def _asked(self, lesson):
        return {name for names in self.catalogue[lesson].values() for name in names}

    def _read(self, digest, version):
        notebook = self.store.notebook(self._notebook_key(digest, version))
        return {answer.exercise for answer in notebook.answers} | set(notebook.choices)

    def store_results(self, results, waiting):
        """Store each result as it comes; return {(student, lesson, key)} of them, and ReviewItems for failures."""
        kept, review = set(), []
        for key, graded in results:
            if isinstance(graded, Exception):
                reason = f"It could not be graded: {type(graded).__name__}: {graded}"
                review.append(ReviewItem(waiting[key][0].location, reason, key[0]))
            else:
                with self.store.at_once():
                    self.store.put(graded, key[2])
                    self._record(key, *waiting[key])
                kept.add(key)
        return kept, review

    def _record(self, key, submission, digest, *_):
        _, lesson, result = key
        attempts.record(self.store, submission, lesson, digest, result, self.grading_digest, self.now)

    def _notebook_key(self, digest, version=None):
        return f"{digest} {version or self.grading_digest}"

    def _result_key(self, digest):
        return result_key(digest, self.grading_digest, self._secret_digest, self._settings)

    def _results(self, function, tasks):
        """Yield (key, result or the exception) of tasks as workers finish them."""
        for key, result in in_turn(self.executor, function, tasks):
            if isinstance(result, UserError):
                raise result
            yield key, result


def _distinct(notebooks, known, review):
    """Return the notebooks without copies; a ReviewItem goes to `review` where nobody can say which of several counts.

    Several new notebooks of a student for one lesson are attempts if it is known when each was handed in.

    Args:
        notebooks: [(Submission, digest, lesson)].
        known: {(student, lesson, digest)} of earlier attempts.
        review: a list of ReviewItems.
    """
    by_lesson = defaultdict(dict)
    for each in notebooks:
        by_lesson[each[0].student, each[2]].setdefault(each[1], each)
    kept = []
    for (student, lesson), several in by_lesson.items():
        new = [each for each in several.values() if (student, lesson, each[1]) not in known]
        times = {attempts.moment(each[0].handed_in) for each in new if each[0].handed_in}
        if len(new) > 1 and len(times) < len(new):
            listed = "; ".join(each[0].location for each in several.values())
            reason = f"{len(several)} notebooks answer {lesson}: {listed}. Keep one of them and grade again."
            review.append(ReviewItem(student, reason, student))
            kept += [each for each in several.values() if each not in new]
        else:
            kept += several.values()
    return kept
