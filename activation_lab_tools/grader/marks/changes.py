"""What changed since the last time, student by student."""

import json
from dataclasses import dataclass

KEPT = ("score", "points", "raw", "marked", "decided", "excused", "penalty", "attempt", "attempts", "result")
TO_MARK = "to mark"


@dataclass(frozen=True)
class Change:
    """What changed for one student and lesson.

    Args:
        student, name, lesson: whose.
        what: "new", "removed", or words such as "resubmitted, late".
        before, now: the score that counts; None if there was or is none, or if the student is excused.
        points: out of what.
    """

    student: str
    name: str
    lesson: str
    what: str
    before: float | None
    now: float | None
    points: float


class Comparison:
    """The FinalGrades of today, which come one at a time, beside those of the last time.

    Args:
        store: a Store.
    """

    def __init__(self, store):
        rows = store.ask("SELECT * FROM shown").fetchall()
        self._store, self._now, self._changed = store, [], []
        self._before = {(row["student"], row["lesson"]): json.loads(row["grade"]) for row in rows}

    def add(self, grade):
        """Take in a FinalGrade."""
        now, was = _kept(grade), self._before.pop((grade.student, grade.lesson), None)
        self._now.append((grade.student, grade.lesson, json.dumps(now)))
        if what := "new" if was is None else _what(was, now):
            self._changed.append(
                Change(grade.student, grade.name, grade.lesson, what, _score(was), _score(now), grade.points)
            )

    def changed(self):
        """Return the Changes, sorted by student and lesson."""
        gone = [
            Change(student, student, lesson, "removed", _score(was), None, was["points"])
            for (student, lesson), was in self._before.items()
        ]
        return sorted([*self._changed, *gone], key=lambda each: (each.student, each.lesson))

    def remember(self):
        """Keep today's grades, with which the next time compares."""
        with self._store.at_once():
            self._store.ask("DELETE FROM shown")
            for row in self._now:
                self._store.ask("INSERT INTO shown VALUES (CAST(? AS TEXT), CAST(? AS TEXT), ?)", *row)


def _kept(grade):
    return {name: getattr(grade, name) for name in KEPT} | {TO_MARK: len(grade.unmarked)}


def _score(kept):
    return None if kept is None or kept["excused"] else kept["score"]


def _what(was, now):
    """Return what changed, in words; "" if nothing did that anyone would see."""
    by_hand = now["marked"] - now["raw"] != was["marked"] - was["raw"] or now["decided"] != was["decided"]
    resubmitted = now["attempts"] > was["attempts"]
    parts = {
        f"resubmitted (attempt {now['attempt']} of {now['attempts']} counts)": resubmitted,
        f"attempt {now['attempt']} of {now['attempts']} counts": not resubmitted and now["attempt"] != was["attempt"],
        "regraded": not resubmitted and now["attempt"] == was["attempt"] and now["raw"] != was["raw"],
        "excused" if now["excused"] else "no longer excused": now["excused"] != was["excused"],
        "marked by hand": by_hand and now["excused"] == was["excused"],
        f"{now[TO_MARK] or 'nothing'} left to mark": now[TO_MARK] < was.get(TO_MARK, 0),
        "lateness": now["penalty"] != was["penalty"],
        "other points": now["points"] != was["points"],
    }
    return ", ".join(words for words, holds in parts.items() if holds)
