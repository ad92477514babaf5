"""Every notebook that a student handed in for a lesson, and which of them counts."""

import dataclasses
import json
from dataclasses import dataclass
from itertools import groupby

from ..finding.moments import comparable
from ..records import Submission
from ..store_layout import ATTEMPT, attempt_json

OF_ONE = "student = CAST(? AS TEXT) AND lesson = CAST(? AS TEXT)"


@dataclass(frozen=True)
class Attempt:
    """One notebook of a student for a lesson; an identical copy is no other attempt.

    Args:
        number: in the order of arrival, among all of the course.
        submission: the Submission, as it came in last.
        lesson: its name.
        digest: of the notebook; "" if it came in before digests were kept.
        key: of its newest result.
        grading: the digest of what graded it; "" as above.
        seen: when it came in first, in ISO 8601; "" as above.
        again: when the same notebook was handed in last; "" if that isn't known.
    """

    number: int
    submission: Submission
    lesson: str
    digest: str
    key: str
    grading: str
    seen: str
    again: str


def record(store, submission, lesson, digest, key, grading, now):
    """Keep an attempt, or note that the same notebook came in again or has another result.

    The first time of handing in stays: a copy that comes later makes nobody late. What else is known of the
    submission, such as a number from a roster, is taken from what came in last. A new attempt of someone who was
    removed is marked as removed.

    Args:
        store: a Store.
        submission, lesson, digest, key, grading: see Attempt.
        now: the time, in ISO 8601.
    """
    row = store.ask(
        f"SELECT number, submission FROM attempts WHERE {OF_ONE} AND digest = ?", submission.student, lesson, digest
    ).fetchone()
    if row is None:
        gone = now if is_removed(store, submission.student, lesson) else ""
        value = attempt_json(submission, lesson, digest, key, grading, now, submission.handed_in, gone)
        store.ask(ATTEMPT, value)
        return
    first = Submission(**json.loads(row["submission"]))
    again = submission.handed_in
    if first.handed_in and (not again or comparable(first.handed_in) <= comparable(again)):
        fields = ("handed_in", "handed_in_source", "late")
        submission = dataclasses.replace(submission, **{name: getattr(first, name) for name in fields})
    store.ask(
        "UPDATE attempts SET key = ?, grading = ?, submission = ?, "
        "again = CASE WHEN ?4 = '' THEN again ELSE ?4 END WHERE number = ?5",
        key,
        grading,
        json.dumps(dataclasses.asdict(submission)),
        again,
        row["number"],
    )


def everyone(store):
    """Yield ((student, lesson), [Attempt]), sorted; those of removed students are left out.

    The attempts are in the order in which they were handed in, if that is known, else in that of arrival.
    """
    rows = store.ask("SELECT * FROM attempts WHERE removed = '' ORDER BY student, lesson, number")
    for pair, group in groupby(rows, key=lambda row: (row["student"], row["lesson"])):
        several = list(map(_attempt, group))
        if len(several) > 1 and all(each.submission.handed_in for each in several):
            several.sort(key=lambda each: comparable(each.submission.handed_in))
        yield pair, several


def removed(store):
    """Return {(student, lesson)} of which all attempts are removed."""
    query = "SELECT student, lesson FROM attempts GROUP BY student, lesson HAVING min(removed) <> ''"
    return set(map(tuple, store.ask(query)))


def is_removed(store, student, lesson):
    """Was a student taken out of the course, or out of this lesson?"""
    query = f"""SELECT EXISTS (SELECT 1 FROM people WHERE student = CAST(? AS TEXT) AND in_roster < 0)
        OR (SELECT coalesce(min(removed), '') FROM attempts WHERE {OF_ONE}) <> ''"""
    return bool(store.ask(query, student, student, lesson).fetchone()[0])


def versions(store):
    """Return {lesson: the digest of what graded it last}."""
    rows = store.ask("""SELECT attempts.lesson, grading, max(results.number)
        FROM attempts JOIN results USING (student, lesson, key) GROUP BY attempts.lesson""")
    return {row["lesson"]: row["grading"] for row in rows}


def outdated(store):
    """Return how many attempts an earlier version graded than that which graded their lesson last."""
    newest_of = versions(store)
    rows = store.ask("SELECT lesson, grading, count(*) FROM attempts WHERE removed = '' GROUP BY lesson, grading")
    return sum(number for lesson, grading, number in rows if grading != newest_of.get(lesson))


def known(store):
    """Return {(student, lesson, digest)} of all attempts, removed ones too."""
    return set(map(tuple, store.ask("SELECT student, lesson, digest FROM attempts")))


def name_digests(store, digest_of):
    """Fill in the notebooks' digests of attempts from a time when they weren't kept.

    Args:
        digest_of: {key of a result: (digest of the notebook, digest of what graded it)}.
    """
    for row in store.ask("SELECT number, key FROM attempts WHERE digest = ''").fetchall():
        if row["key"] in digest_of:
            digest, grading = digest_of[row["key"]]
            query = "UPDATE OR IGNORE attempts SET digest = ?, grading = ? WHERE number = ?"
            store.ask(query, digest, grading, row["number"])


def newest(attempts):
    """Return the one that was handed in last: by the times if both are known, by the order of arrival if not."""
    chosen = attempts[0]
    for attempt in attempts[1:]:
        if not (chosen.again and attempt.again and comparable(attempt.again) < comparable(chosen.again)):
            chosen = attempt
    return chosen


def first(attempts):
    """Return the one that was handed in first, as `newest` does."""
    chosen = attempts[0]
    for attempt in attempts[1:]:
        times = attempt.submission.handed_in, chosen.submission.handed_in
        if all(times) and comparable(times[0]) < comparable(times[1]):
            chosen = attempt
    return chosen


def remove(store, student, lesson, now):
    """Take a student's attempts, for a lesson or for all (""), out of all that is drawn; return [(lesson, number)]."""
    return _mark_removed(store, student, lesson, "removed = ''", now)


def restore(store, student, lesson):
    """Undo `remove`; return the same."""
    return _mark_removed(store, student, lesson, "removed <> ''", "")


def _mark_removed(store, student, lesson, which, value):
    where = f"student = CAST(?1 AS TEXT) AND ?2 IN ('', lesson) AND {which}"
    with store.at_once():
        query = f"SELECT lesson, count(*) FROM attempts WHERE {where} GROUP BY lesson ORDER BY lesson"
        found = [tuple(row) for row in store.ask(query, student, lesson)]
        store.ask(f"UPDATE attempts SET removed = ?3 WHERE {where}", student, lesson, value)
    return found


def _attempt(row):
    submission = Submission(**json.loads(row["submission"]))
    names = ("number", "lesson", "digest", "key", "grading", "seen", "again")
    return Attempt(submission=submission, **{name: row[name] for name in names})
