"""Grade a class: discover the notebooks, parse, grade and store each, and report."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import UserError
from . import course_folder, pool_worker
from .course import Course
from .finding import due, listing, roster, submissions
from .marks import attempts, final, looks, people, rules
from .pages import change_table, upload_forms
from .pools import Cluster, ThisMachine, cores
from .records import ReviewItem
from .sandbox import bubblewrap, cgroups
from .secret import kept_secret
from .stages import Stages
from .submission_judge import Settings
from .text import count, named, plain

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
        canvas_columns: {lesson: heading of its column in Canvas's gradebook}, where the names don't say it.
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
    canvas_columns: dict = field(default_factory=dict)


def grade(options, console):
    """Grade a class and return the exit code: 0 all graded, 1 some need a look, 2 nothing was graded.

    Without submissions, all is drawn anew from the store and the course's rules, after grading again if asked.
    """
    if not options.submissions:
        return _draw_again(options, console)
    _check_isolation(options, console)
    course = _course(options)
    _check_columns(options, course.lessons())
    asked = due.named(options.lessons, course.lessons())
    found, listed = _discover(options, course.lessons(), console)
    review = found.review + [ReviewItem(one.location, one.reason, one.student) for one in found.nothing]
    with course_folder.opened(options.out, "grade", new=True) as store:
        secret = kept_secret(options.secret or options.out / "secret")
        # First, since a file that can't be used stops the run.
        worth = _worth(course)
        settings, _ = rules.load(options.out, store, worth)
        if settings.deadlines:
            console.print(f"Deadlines and times without an offset are in {settings.policy.zone_name}.")
        with _workers(options) as executor:
            stages = Stages(options.settings, console, course, secret, store, executor)
            people.keep(store, found.submissions, listed)
            notebooks, unread = stages.parse(found.submissions)
            if same := people.reunite(store, notebooks, stages.now):
                console.print(f"From now on under their names in the roster: {count(len(same), 'student')}.")
            here = [(each, lesson) for each, _, lesson in notebooks]
            _tell_of_removed(store, here, listed, console)
            settings, _ = rules.load(options.out, store, worth)  # again: now it is known who is in the class
            missing, strays = _missing(store, here, settings, asked)
            review += unread + strays
            console.print(listing.table(found, found.review + unread + strays, missing))
            graded, waiting = stages.unchanged(notebooks)
            kept, ungraded = stages.store_results(stages.grade(waiting), waiting)
            graded |= kept
            review += ungraded
            review += stages.grade_again() if options.again else []
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


def _draw_again(options, console):
    with course_folder.opened(options.out, "grade") as store:
        _check_columns(options, store.points())
        if options.again:
            _check_isolation(options, console)
            secret = kept_secret(options.secret or options.out / "secret")
            with _workers(options) as executor:
                again = Stages(options.settings, console, _course(options), secret, store, executor).grade_again()
            looks.keep(store, again, [], ())
        review = _drawn(options, store, console)
    console.print(f"All pages are drawn anew; {len(review)} to look at. {_open(options)}", soft_wrap=True)
    return NEEDS_A_LOOK if review else ALL_GRADED


def _drawn(options, store, console):
    """Draw everything, say what changed, and return all ReviewItems."""
    if options.attempt:
        store.choose("attempt", options.attempt)
    table = roster.load(options.roster).table if options.roster else None
    upload_forms.keep(store, table, options.canvas_columns)
    review, changed = course_folder.redraw(store, options.out)
    change_table.show(changed, console)
    if old := attempts.outdated(store):
        told = "an earlier version of the exercises or of the grader made. --again grades them once more"
        told += ", together with --exercises if they are your own."
        console.print(f"{count(old, 'attempt')} still {'has' if old == 1 else 'have'} marks that {told}")
    return review


def _worth(course):
    """Return {lesson: {exercise or question: points}}."""
    return {
        lesson: {name: points for kind in asked.values() for name, points in kind.items()}
        for lesson, asked in course.catalogue().items()
    }


def _missing(store, notebooks, settings, asked):
    """Return {lesson that is due: [Student who is missing]}, and ReviewItems for other lessons.

    Who handed it in, in any run, is not missing; nor is one of whom a person decided a score, or who is excused.
    """
    gone = people.removed(store)
    expected, strays = due.due([pair for pair in notebooks if pair[0].student not in gone], asked)
    people.expect(store, expected)
    there = final.present(store, settings) | {(each.student, lesson) for each, lesson in notebooks}
    return roster.missing(people.in_roster(store), there, expected), strays


def _tell_of_removed(store, notebooks, listed, console):
    """Say who of this run's roster and notebooks was removed, since nothing of them is drawn."""
    students, pairs = people.removed(store), attempts.removed(store)
    there = {each.student for each, _ in notebooks} | {each.student for each in (listed.students if listed else ())}
    told = sorted(students & there)
    told += sorted(
        f"{each.student} ({lesson})"
        for each, lesson in notebooks
        if (each.student, lesson) in pairs and each.student not in students
    )
    if told:
        console.print(f"Left out, since you removed them: {named(told)}. `remove` with --undo puts them back.")


def _check_columns(options, lessons):
    for lesson in options.canvas_columns:
        if lesson not in lessons:
            raise UserError(f"--canvas-column names {lesson!r}; expected one of the lessons {', '.join(lessons)}.")


def _open(options):
    return f"Open {plain(str(options.out / 'report.html'), 1000)}"


def _course(options):
    return Course(pool_worker.checked_pack(options.exercises) if options.exercises else None)


def _check_isolation(options, console):
    if options.settings.sandboxed:
        files = (*options.submissions, options.out, options.secret, options.roster, options.groups, options.exercises)
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
