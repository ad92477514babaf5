"""What a person must look at: what the marks themselves tell, and what is left from earlier runs."""

import json
from collections import defaultdict
from pathlib import Path

from ..records import ReviewItem
from ..text import plain

NAMED = 20  # students in a sentence


class GradeLooks:
    """What only a person can decide about FinalGrades, which come one at a time.

    Args:
        rules: the course's Rules.
    """

    def __init__(self, rules):
        self._penalized = rules.policy.per_day > 0
        self._items = []
        self._untimed, self._late, self._waiting = defaultdict(list), defaultdict(list), defaultdict(list)
        self._numbered, self._two_names = {}, {}  # {(lesson, platform, number): student}, {(student, student): None}

    def add(self, grade):
        """Take in a FinalGrade."""
        for number in grade.ids.items() if grade.graded is not None and not grade.group else ():
            other = self._numbered.setdefault((grade.lesson, *number), grade.student)
            if other != grade.student:
                self._two_names[other, grade.student] = None
        if grade.excused or grade.decided is not None or grade.graded is None:
            return
        self._items += _of_marks(grade)
        if grade.unmarked:
            self._waiting[grade.lesson].append(grade.student)
        if not grade.handed_in and grade.late and (grade.deadline or self._penalized):
            self._late[grade.lesson].append(grade.student)
        elif not grade.handed_in and grade.deadline:
            self._untimed[grade.lesson].append(grade.student)

    def items(self):
        """Return the ReviewItems."""
        late = "The platform marks them late, without a time, so nothing was taken off. Decide with `mark`: "
        waiting = "Written answers wait for your points, see `review`: "
        untimed = "Nobody knows when they handed in, so they count as in time: "
        alike = [
            ReviewItem(
                two[0],
                f"{' and '.join(map(plain, two))} have the same number on a platform, so they are one person under two "
                "names. Take out one of them with `remove`.",
                two[0],
            )
            for two in self._two_names
        ]
        return (
            self._items
            + alike
            + [
                ReviewItem(lesson, f"{said}{_names(students)}.")
                for said, several in ((waiting, self._waiting), (late, self._late), (untimed, self._untimed))
                for lesson, students in sorted(several.items())
            ]
        )


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


def forget(store, student):
    """Forget what was said of a student; return how much that was."""
    return store.ask("DELETE FROM looks WHERE student = CAST(? AS TEXT)", student).rowcount


def kept(store):
    """Return the ReviewItems that are left, those of earlier runs first."""
    rows = store.ask("SELECT location, reason, student FROM looks ORDER BY rowid")
    return [ReviewItem(*row) for row in rows]


def _of_marks(grade):
    for each in grade.marks:
        if each.by_hand or each.excused or each.mark is None:
            continue
        if each.mark.earlier:
            yield _told_of_earlier(grade, each)
        if each.mark.verification == "unverified":
            yield ReviewItem(
                grade.graded.location,
                f"{each.exercise} of {grade.student} could not be judged: {' '.join(each.mark.lines)[:300]} Look at "
                "it, and set its points with `mark`.",
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


def _names(students):
    more = f" and {len(students) - NAMED} more" if len(students) > NAMED else ""
    return ", ".join(plain(student, 80) for student in students[:NAMED]) + more
