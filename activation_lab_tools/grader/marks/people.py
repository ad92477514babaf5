"""The people of a course: everyone of whom a roster or a submission told."""

import json

from ..finding.roster import Student


def keep(store, submissions, roster=None):
    """Keep who handed something in, and who is in the roster if there is one.

    Args:
        store: a Store.
        submissions: Submissions.
        roster: a Roster, or None.
    """
    with store.at_once():
        for each in {each.student: each for each in submissions}.values():
            _keep(store, each.student, each.name, each.email, each.ids, in_roster=None)
        if roster is not None:
            store.ask("UPDATE people SET in_roster = 0")
            for each in roster.students:
                ids = {key: getattr(each, key) for key in ("moodle", "canvas") if getattr(each, key)}
                _keep(store, each.student, each.name, each.email, ids, in_roster=1)


def names(store):
    """Return the identities of all, those included who handed nothing in."""
    return [row[0] for row in store.ask("SELECT student FROM people UNION SELECT student FROM attempts")]


def find(store, student):
    """Return (name, email, ids) of a student; what isn't known is empty, and the name is then the identity."""
    row = store.ask("SELECT name, email, ids FROM people WHERE student = CAST(? AS TEXT)", student).fetchone()
    return (row["name"], row["email"], json.loads(row["ids"])) if row else (student, "", {})


def in_roster(store):
    """Return the Students of the roster that was given last, sorted by name."""
    rows = store.ask("SELECT * FROM people WHERE in_roster = 1 ORDER BY name, student")
    return [Student(row["student"], row["name"], row["email"], **json.loads(row["ids"])) for row in rows]


def _keep(store, student, name, email, ids, in_roster):
    store.ask(
        "INSERT INTO people VALUES (CAST(?1 AS TEXT), CAST(?2 AS TEXT), CAST(?3 AS TEXT), ?4, coalesce(?5, 0)) "
        "ON CONFLICT DO UPDATE SET name = excluded.name, email = coalesce(nullif(excluded.email, ''), email), "
        "ids = excluded.ids, in_roster = coalesce(?5, in_roster)",
        student,
        name or student,
        email,
        json.dumps(ids),
        in_roster,
    )
