"""What a person must look at: what the marks themselves tell, what is left from earlier runs, what was dismissed."""

import itertools
import json
from collections import defaultdict
from pathlib import Path

from ..finding.platforms import canvas
from ..records import ReviewItem
from ..text import named, plain
from . import lateness, people

OPEN, DISMISSED = "looks", "dismissed looks"  # in the store: pairs of a location and a reason


class GradeLooks:
    """What only a person can decide about FinalGrades, which come one at a time.

    Args:
        rules: the course's Rules.
    """

    def __init__(self, rules):
        self._penalized = rules.policy.per_day > 0
        self._items, self._waiting = [], defaultdict(list)
        self._deadlines, self._lateness = rules.deadlines, {}
        self._numbered, self._two_names = {}, {}  # {(lesson, platform, number): student}, {(student, student): None}

    def add(self, grade):
        """Take in a FinalGrade."""
        for number in grade.ids.items() if grade.graded is not None and not grade.group else ():
            other = self._numbered.setdefault((grade.lesson, *number), grade.student)
            if other != grade.student:
                self._two_names[other, grade.student] = None
        if grade.lesson not in self._lateness:
            self._lateness[grade.lesson] = _Lateness(lateness.deadline_of(self._deadlines, "", grade.lesson))
        self._lateness[grade.lesson].has_due_date |= grade.late
        if grade.excused or grade.decided is not None or grade.graded is None:
            return
        self._items += _of_marks(grade)
        if any(mark.kind == "written" for mark in grade.unmarked):
            self._waiting[grade.lesson].append(grade.student)
        if grade.deadline or self._penalized:
            self._lateness[grade.lesson].add(grade)

    def items(self):
        """Return the ReviewItems."""
        waiting = "Written answers wait for your points, see `review`: "
        alike = [
            ReviewItem(
                two[0],
                f"{' and '.join(map(plain, two))} have the same number on a platform, so they are one person under two "
                "names. Take out one of them with `remove`.",
                two[0],
            )
            for two in self._two_names
        ]
        waits = [ReviewItem(lesson, f"{waiting}{named(who)}.") for lesson, who in sorted(self._waiting.items())]
        late = (found.items(lesson, self._penalized) for lesson, found in sorted(self._lateness.items()))
        return [*self._items, *alike, *waits, *itertools.chain(*late)]


class _Lateness:
    """Who was late in a lesson without a time that says by how much, and of whom nobody knows whether they were.

    Args:
        deadline: everyone's.

    Attributes:
        has_due_date: whether Canvas certainly has one for the lesson, by which those whom it doesn't mark late were in
            time.
    """

    def __init__(self, deadline):
        self.has_due_date, self._others, self._unmarked = deadline == lateness.BY_CANVAS, 0, 0
        self._late, self._untimed = [], []

    def add(self, grade):
        """Take in a FinalGrade for which lateness matters."""
        by_canvas = grade.deadline == lateness.BY_CANVAS
        if grade.late and not grade.handed_in:
            self._late.append(grade.student)
        elif grade.handed_in_source == canvas.NAME and grade.deadline and not by_canvas:
            self._unmarked += 1
        elif grade.deadline and not (grade.handed_in_source == canvas.NAME if by_canvas else grade.handed_in):
            self._untimed.append(grade.student)
        else:
            self._others += 1

    def items(self, lesson, penalized):
        """Yield ReviewItems; they are only notes if lateness costs nothing."""
        if self._late:
            told = ", so nothing was taken off. Decide with `mark`" if penalized else ""
            said = f"The platform marks them late, without a time{told}: {named(self._late)}."
            yield ReviewItem(lesson, said, note=not penalized)
        if self._unmarked:
            said = (
                "Canvas says who was late by its own due date. The others who handed in there count as in time."
                if self.has_due_date
                else "Canvas marks nobody late and gives no times, so all who handed in there count as in time. If the "
                f"assignment has a due date there, write “{lateness.BY_CANVAS}” as its deadline in {lateness.FILE}."
            )
            yield ReviewItem(lesson, said, note=self.has_due_date or not penalized)
        if self._untimed:
            everyone = not (self._others or self._late or self._unmarked)
            who = "" if everyone else f": {named(self._untimed)}"
            whether = "anyone was in time, so all" if everyone else "they were in time, so they"
            said = f"Nobody knows whether {whether} count as in time{who}."
            yield ReviewItem(lesson, said, note=not penalized)


def keep(store, items, inputs, students):
    """Keep ReviewItems for later runs, and forget those that this run settled.

    A run settles what an earlier one said of an input of the same name, and of a student who now handed in something
    that could be graded.

    Args:
        store: a Store.
        items: the ReviewItems of this run's inputs.
        inputs: paths of them.
        students: those who handed in something that could be graded.
    """
    names = {Path(path).name for path in inputs}
    with store.at_once():
        for row in store.ask("SELECT rowid, student, inputs FROM looks").fetchall():
            if set(json.loads(row["inputs"])) <= names or row["student"] in students:
                store.ask("DELETE FROM looks WHERE rowid = ?", row["rowid"])
        for item in items:
            query = "INSERT INTO looks VALUES (CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT))"
            store.ask(query, item.student, json.dumps(sorted(names)), item.location, item.reason)


def kept(store):
    """Return the ReviewItems that are left, those of earlier runs first, without those on removed students."""
    gone = people.removed(store)
    rows = store.ask("SELECT location, reason, student FROM looks ORDER BY rowid")
    return [ReviewItem(*row) for row in rows if row["student"] not in gone]


# What a person has dealt with


def sorted_out(store, items):
    """Return three lists of ReviewItems: what needs a look, what is only worth knowing, and what was dismissed.

    What needs a look is kept, since only that can be dismissed.
    """
    gone = set(_read(store, DISMISSED))
    needed, notes, dismissed = [], [], []
    for each in items:
        (dismissed if _told(each) in gone else notes if each.note else needed).append(each)
    _write(store, OPEN, map(_told, needed))
    return needed, notes, dismissed


def dismiss(store, where, undo=False):
    """Dismiss what needs a look at a location, until there is something else to say about it.

    Args:
        store: a Store.
        where: a location, or a part of what is said, if only one location has it.
        undo: bring back what was dismissed.

    Returns:
        [(location, reason)] of what was meant; if these are of several locations, nothing is changed.
    """
    given, dismissed = _read(store, DISMISSED if undo else OPEN), _read(store, DISMISSED)
    meant = [pair for pair in given if pair[0] == where]
    meant = meant or [pair for pair in given if where.casefold() in ": ".join(pair).casefold()]
    if len({location for location, _ in meant}) == 1:
        left = [pair for pair in dismissed if pair not in meant]
        _write(store, DISMISSED, left if undo else [*left, *meant])
    return meant


def _told(item):
    return item.location, item.reason


def _read(store, name):
    return list(map(tuple, json.loads(store.choice(name) or "[]")))


def _write(store, name, pairs):
    store.choose(name, json.dumps(list(dict.fromkeys(pairs))))


def _of_marks(grade):
    for each in grade.marks:
        if each.by_hand or each.excused or each.mark is None:
            continue
        if each.mark.earlier:
            yield _told_of_earlier(grade, each)
    for each in grade.unmarked:
        if each.kind != "written":
            yield ReviewItem(
                grade.graded.location,
                f"{each.exercise} of {grade.student} could not be judged: {' '.join(each.mark.lines)[:300]} Look at "
                "it, and set its points with `mark`, also if they are 0.",
                grade.student,
            )
    for each in grade.rivals:
        waits = ", ".join(mark.exercise for mark in each.unmarked)
        yield ReviewItem(
            each.graded.location,
            f"Attempt {each.attempt} of {grade.student} could be better than attempt {grade.attempt}, which counts. In "
            f"it, a person must mark {waits}. If it is better, set points with `mark`: they count in every attempt. "
            "If not, `dismiss` this row.",
            grade.student,
        )


def _told_of_earlier(grade, each):
    first, last = each.mark.earlier
    return ReviewItem(
        grade.graded.location,
        f"Cell {first} and cell {last} define {each.exercise}. The later one counts and fails; the earlier one passes. "
        f"If it is the answer of {grade.student}, set its points with `mark`.",
        grade.student,
    )
