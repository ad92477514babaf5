"""The people of a course: everyone of whom a roster or a submission told."""

import json
from collections import defaultdict

from ..finding.roster import Student
from ..pages.naming import cell

EARLIER = "earlier names"  # in the store
# ?1 is the name before, ?2 the student, ?3 the time. What both have handed in is kept once.
RENAMING = (
    """INSERT OR IGNORE INTO results (student, lesson, key, graded)
    SELECT CAST(?2 AS TEXT), lesson, key, json_set(graded, '$.student', CAST(?2 AS TEXT)) FROM results
    WHERE student = CAST(?1 AS TEXT) AND ?3 <> ''""",
    "UPDATE OR IGNORE attempts SET student = CAST(?2 AS TEXT), submission = "
    "json_set(submission, '$.student', CAST(?2 AS TEXT)) WHERE student = CAST(?1 AS TEXT) AND ?3 <> ''",
    "DELETE FROM attempts WHERE student = CAST(?1 AS TEXT) AND ?2 <> ?3",
    "UPDATE OR IGNORE shown SET student = CAST(?2 AS TEXT) WHERE student = CAST(?1 AS TEXT) AND ?3 <> ''",
    """UPDATE people SET in_roster = in_roster - 2 WHERE student = CAST(?2 AS TEXT) AND in_roster >= 0 AND ?3 <> ''
    AND EXISTS (SELECT 1 FROM people WHERE student = CAST(?1 AS TEXT) AND in_roster < 0)""",
    "DELETE FROM people WHERE student = CAST(?1 AS TEXT) AND ?2 <> ?3",
)


def keep(store, submissions, roster=None):
    """Keep who handed something in, and who is in the roster if there is one. Removed students stay removed.

    Args:
        store: a Store.
        submissions: Submissions.
        roster: a Roster, or None.
    """
    with store.at_once():
        for each in {each.student: each for each in submissions}.values():
            _keep(store, each.student, each.name, each.email, each.ids, in_roster=None)
        if roster is not None:
            store.ask("UPDATE people SET in_roster = CASE WHEN in_roster < 0 THEN -2 ELSE 0 END")
            for each in roster.students:
                ids = {key: getattr(each, key) for key in ("moodle", "canvas") if getattr(each, key)}
                _keep(store, each.student, each.name, each.email, ids, in_roster=1)


def reunite(store, notebooks, now):
    """Give attempts from before there was a roster to the student in the roster who has their name in the input.

    Without a roster, a student's name on the platform, with the number there, is the identity; with one, it is the
    roster's. A number alone is not enough: it may be a group's.

    Args:
        store: a Store.
        notebooks: (Submission, digest, lesson) of this run.
        now: the time, in ISO 8601.

    Returns:
        {the name before: the student}.
    """
    listed = {row[0] for row in store.ask("SELECT student FROM people WHERE in_roster IN (1, -1)")}
    before = {row["student"] for row in store.ask("SELECT DISTINCT student FROM attempts").fetchall()} - listed
    meant = [each for each, _, _ in notebooks if each.student in listed and not each.group]
    same = {each.called: each.student for each in meant if each.called in before}
    with store.at_once():
        for old, new in same.items():
            for statement in RENAMING:
                store.ask(statement, old, new, now)
        store.choose(EARLIER, json.dumps(_earlier(store) | same))  # files that people write may have these names
    return same


def known_as(store):
    """Return {how a person may write a student: the student}, those included who handed nothing in.

    That is the identity, as it is or as a table shows it, the one from before there was a roster, or a name or an
    e-mail address that nobody else has. Two students whom a table shows alike have no such form in common, so that
    nothing is written on the wrong one.
    """
    identities = [row[0] for row in store.ask("SELECT student FROM people UNION SELECT student FROM attempts")]
    rows = store.ask("SELECT student, name FROM people UNION SELECT student, email FROM people WHERE email <> ''")
    named = defaultdict(set)
    for student, label in rows:
        last, comma, first = label.partition(", ")
        for each in (label, f"{first} {last}") if comma else (label,):  # “Last, First” is Canvas's form
            for form in (each, each.casefold(), cell(each)):
                named[form].add(student)
    known = {label: students.pop() for label, students in named.items() if len(students) == 1}
    known |= {student: student for student in identities}
    shown = defaultdict(list)
    for student in identities:
        shown[cell(student)].append(student)
    for label, students in shown.items():
        known.pop(label, None)
        if len(students) == 1:
            known[label] = students[0]
    there = {row[0] for row in store.ask("SELECT student FROM people")}
    return known | {old: new for old, new in _earlier(store).items() if old not in there}


def find(store, student):
    """Return (name, email, ids) of a student; what isn't known is empty, and the name is then the identity."""
    row = store.ask("SELECT name, email, ids FROM people WHERE student = CAST(? AS TEXT)", student).fetchone()
    return (row["name"], row["email"], json.loads(row["ids"])) if row else (student, "", {})


def in_roster(store):
    """Return the Students of the roster that was given last, sorted by name."""
    rows = store.ask("SELECT * FROM people WHERE in_roster = 1 ORDER BY name, student")
    return [Student(row["student"], row["name"], row["email"], **json.loads(row["ids"])) for row in rows]


def remove(store, student):
    """Take a student out of the course until `restore`; return False if that was done before."""
    query = (
        "INSERT INTO people VALUES (CAST(?1 AS TEXT), CAST(?1 AS TEXT), '', '{}', -2) "
        "ON CONFLICT DO UPDATE SET in_roster = in_roster - 2 WHERE in_roster >= 0"
    )
    return bool(store.ask(query, student).rowcount)


def restore(store, student):
    """Undo `remove`; return whether there was anything to undo."""
    query = "UPDATE people SET in_roster = in_roster + 2 WHERE student = CAST(? AS TEXT) AND in_roster < 0"
    return bool(store.ask(query, student).rowcount)


def removed(store):
    """Return the identities of those who were taken out."""
    return {row[0] for row in store.ask("SELECT student FROM people WHERE in_roster < 0")}


def expect(store, lessons):
    """Keep which lessons are due; those of earlier runs stay."""
    store.choose("due", json.dumps(sorted({*expected(store), *lessons})))


def expected(store):
    """Return the names of the lessons that were due in any run."""
    return json.loads(store.choice("due") or "[]")


def _earlier(store):
    """Return {a name before there was a roster: the student}."""
    return json.loads(store.choice(EARLIER) or "{}")


def _keep(store, student, name, email, ids, in_roster):
    store.ask(
        "INSERT INTO people VALUES (CAST(?1 AS TEXT), CAST(?2 AS TEXT), CAST(?3 AS TEXT), ?4, coalesce(?5, 0)) "
        "ON CONFLICT DO UPDATE SET name = excluded.name, email = coalesce(nullif(excluded.email, ''), email), "
        "ids = excluded.ids, in_roster = CASE WHEN in_roster < 0 THEN coalesce(?5 - 2, in_roster) "
        "ELSE coalesce(?5, in_roster) END",
        student,
        name or student,
        email,
        json.dumps(ids),
        in_roster,
    )
