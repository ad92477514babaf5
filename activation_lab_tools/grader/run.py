"""A class graded: found, read, tried, stored one by one, and written down."""

import dataclasses
import functools
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import activation_lab

from ..errors import UserError
from . import work
from .course import Course, seed
from .executors import Cluster, ThisMachine, cores, in_turn
from .finding import listing, roster, submissions
from .judge import Settings
from .pages import feedback, report, tables, uploads
from .progress import progress
from .records import ReviewItem, parsed_notebook_from
from .sandbox import bubblewrap
from .secret import kept_secret, secret_digest
from .store import Store

ALL_GRADED, NEEDS_A_LOOK, NOTHING_DONE = 0, 1, 2


@dataclass(frozen=True)
class GradeOptions:
    """What an instructor asks for, as `activation-lab grade` takes it.

    Args:
        submissions: paths of folders, zips and notebooks.
        out: the folder for everything that comes of it.
        roster: a CSV file, or None.
        exercises: a Python file with exercises of one's own, or None.
        workers: processes of this machine; None for one a core.
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


def grade(order, console):
    """Do it; returns the exit code: 0 all graded, 1 some need a look, 2 nothing could be done."""
    if order.settings.sandboxed:
        bubblewrap.check()
    else:
        console.print("[bold red]No sandbox: every submission can read and change whatever you can.[/]")
    pack = work.checked_pack(order.exercises) if order.exercises else None
    listed = roster.load(order.roster) if order.roster else None
    found, looks = submissions.find([Path(path) for path in order.submissions], listed)
    missing = roster.missing(listed, found) if listed else []
    if not found:
        console.print(listing.table(found, looks, missing))
        raise UserError(f"No notebook was found in {', '.join(map(str, order.submissions))}.")
    order.out.mkdir(mode=0o700, parents=True, exist_ok=True)  # marks are nobody else's affair
    secret = kept_secret(order.secret or order.out / "secret")
    executor = Cluster(order.dask) if order.dask else ThisMachine(order.workers or cores())
    try:
        with Store(order.out / "grades.sqlite") as store:
            run = _Run(order, console, pack, secret, store, executor)
            readable, more = run.read(found)
            looks += more
            console.print(listing.table(found, looks, missing))
            current, more = run.grade(readable)
            looks += more
            looks += _written_down(store, current, order.out, looks, missing)
    except KeyboardInterrupt:
        executor.close(at_once=True)
        raise
    finally:
        executor.close()
    graded = len(current)
    console.print(
        f"{graded} graded; {len(looks)} need a look; {len(missing)} missing. Open {order.out / 'report.html'}"
    )
    if not graded:
        return NOTHING_DONE
    return NEEDS_A_LOOK if looks else ALL_GRADED


class _Run:
    """One run: what its tasks have in common."""

    def __init__(self, order, console, pack, secret, store, executor):
        self.order, self.console, self.store, self.executor = order, console, store, executor
        self.pack, self.secret = pack, secret
        course = Course(pack)
        self.exercises, self.catalogue = course.secret_digest(), course.catalogue()

    def read(self, found):
        """[(Found, digest, lesson)] of the notebooks that can be graded, and Looks for the others."""
        read, looks, waiting = [], [], []
        for each in found:
            try:
                digest = hashlib.sha256(submissions.read(each)).hexdigest()
            except submissions.Unreadable as error:
                looks.append(ReviewItem(each.location, str(error)))
                continue
            read.append((each, digest))
            if self.store.kept("reading", self._reading_key(digest)) is None:
                waiting.append((each, digest))
        waiting = {digest: each for each, digest in waiting}  # a file that two have handed in is read once
        tasks = ((digest, (self.catalogue, submissions.read(each))) for digest, each in waiting.items())
        function = functools.partial(work.read, self.pack, self.order.settings)
        problems = {}  # not kept, since the next run may have more luck: a reader can be out of time on a busy machine
        for digest, reading in self._carried_out("Reading", function, tasks, len(waiting)):
            if isinstance(reading, Exception):
                problems[digest] = f"It could not be read: {reading}"
            elif reading.problem:
                problems[digest] = reading.problem
            else:
                self.store.keep("reading", self._reading_key(digest), dataclasses.asdict(reading))
        readable = []
        for each, digest in read:
            if digest in problems:
                looks.append(ReviewItem(each.location, problems[digest]))
            else:
                readable.append((each, digest, self.store.kept("reading", self._reading_key(digest))["lesson"]))
        return _one_a_lesson(readable, looks), looks

    def grade(self, readable):
        """{(student, lesson, key)} of all that is graded now, and Looks for what could not be."""
        done, current, waiting, looks = self.store.done(), set(), {}, []
        for found, digest, lesson in readable:
            key = (found.student, lesson, self._key(digest))
            if key in done:
                current.add(key)
            else:
                waiting[key] = found, digest
        if current:
            self.console.print(f"{len(current)} are unchanged since they were graded.")
        tasks = ((key, self._task(found, digest, key[1])) for key, (found, digest) in waiting.items())
        function = functools.partial(work.grade, self.pack, self.order.settings)
        for key, graded in self._carried_out("Grading", function, tasks, len(waiting)):
            if isinstance(graded, Exception):
                looks.append(
                    ReviewItem(waiting[key][0].location, f"It could not be graded: {type(graded).__name__}: {graded}")
                )
            else:
                self.store.put(graded, key[2])
                current.add(key)
        return current, looks

    def _task(self, found, digest, lesson):
        reading = parsed_notebook_from(self.store.kept("reading", self._reading_key(digest)))
        names = self.catalogue[lesson]["exercises"]
        return found, reading, {name: seed(self.secret, found.student, name) for name in names}

    def _reading_key(self, digest):
        return f"{digest} {self.exercises}"

    def _key(self, digest):
        settings = vars(self.order.settings)
        return Store.key(digest, self.exercises, activation_lab.__version__, secret_digest(self.secret), settings)

    def _carried_out(self, what, function, tasks, total):
        with progress(self.console, what, total) as advance:
            for key, result in in_turn(self.executor, function, tasks):
                if isinstance(result, UserError):
                    raise result
                yield key, result
                advance()


def _one_a_lesson(readable, looks):
    """Without the students' lessons for which there is more than one notebook; these go to `looks`."""
    by_lesson = defaultdict(list)
    for each in readable:
        by_lesson[each[0].student, each[2]].append(each)
    kept = []
    for (student, lesson), several in by_lesson.items():
        if len({digest for _, digest, _ in several}) > 1:
            places = "; ".join(found.location for found, _, _ in several)
            looks.append(
                ReviewItem(
                    student, f"{len(several)} notebooks answer {lesson}: {places}. Leave one of them and grade again."
                )
            )
        else:
            kept.append(several[0])
    return kept


def _written_down(store, current, out, looks, missing):
    """Tables and pages; returns Looks for what could not be told apart."""
    more = [look for graded in store.all(current) for look in _to_look_at(graded)]
    more += tables.write(store.all(current), out)
    names, alike = feedback.folders({student for student, _, _ in current})
    folder = out / "feedback"
    pages = ((graded, feedback.write(graded, folder / names[graded.student])) for graded in store.all(current))
    uploads.write(pages, out)
    more = [*more, *alike]
    report.write(
        store.all(current), out / "report.html", [*looks, *more], [each.name or each.student for each in missing]
    )
    return more


def _to_look_at(graded):
    for mark in graded.marks:
        if mark.verification == "unverified":
            yield ReviewItem(
                graded.location,
                f"{mark.exercise} of {graded.student} could not be judged: {' '.join(mark.lines)[:300]} Look at it, "
                "and set its points by hand.",
            )
