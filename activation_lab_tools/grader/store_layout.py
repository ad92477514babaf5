"""The layout of the store's file, and how a file of an earlier layout is brought up to it."""

import dataclasses
import json
import sqlite3
from pathlib import Path

from .records import Submission

SCHEMA = 2

RESULTS = """CREATE TABLE results (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order of arrival
    student TEXT NOT NULL,
    lesson TEXT NOT NULL,
    key TEXT NOT NULL,  -- see store.result_key
    graded TEXT NOT NULL,  -- JSON
    UNIQUE (student, lesson, key)
)"""
# What would take time to find out again: kind is "notebook", value a ParsedNotebook as JSON.
NOTES = "CREATE TABLE notes (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key))"
SECOND = (
    """CREATE TABLE attempts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order of arrival
    student TEXT NOT NULL,
    lesson TEXT NOT NULL,
    digest TEXT NOT NULL,  -- of the notebook; "" if an earlier layout didn't keep it
    key TEXT NOT NULL,  -- of its newest result
    grading TEXT NOT NULL,  -- the digest of what graded it; "" if an earlier layout didn't keep it
    seen TEXT NOT NULL,  -- when it came in first, in ISO 8601; "" as above
    again TEXT NOT NULL,  -- when the same notebook was handed in last, if that is known
    removed TEXT NOT NULL,  -- when the student was removed; "" otherwise
    submission TEXT NOT NULL,  -- JSON
    UNIQUE (student, lesson, digest)
)""",
    # Everyone of whom a roster or a submission told; in_roster: of the roster that was given last;
    # negative for those whom a person removed.
    "CREATE TABLE people (student TEXT PRIMARY KEY, name TEXT, email TEXT, ids TEXT, in_roster INTEGER)",
    # What the last report showed, so that the next one can say what changed.
    "CREATE TABLE shown (student TEXT, lesson TEXT, grade TEXT, PRIMARY KEY (student, lesson))",
    # What a person must look at, until its input is graded again or its student hands in something else.
    "CREATE TABLE looks (student TEXT, inputs TEXT, location TEXT, reason TEXT)",
    "CREATE TABLE choices (name TEXT PRIMARY KEY, value TEXT)",
)
ATTEMPT = """INSERT INTO attempts (student, lesson, digest, key, grading, seen, again, removed, submission)
SELECT json_extract(value, '$.student'), json_extract(value, '$.lesson'), json_extract(value, '$.digest'),
    json_extract(value, '$.key'), json_extract(value, '$.grading'), json_extract(value, '$.seen'),
    json_extract(value, '$.again'), json_extract(value, '$.removed'), json_extract(value, '$.submission')
FROM (SELECT CAST(? AS TEXT) AS value)"""


def create(connection, application):
    """Make the tables of a new file, all or none."""
    _all_or_none(connection, [RESULTS, NOTES, *SECOND, f"PRAGMA application_id = {application}"])


def upgrade(connection, path, decoded):
    """Bring a file of layout 1 up to SCHEMA, all or nothing, after a copy of it was put beside it.

    Layout 1 kept a result for each notebook and version of the grader, and counted the last one of a student and
    lesson. That one becomes the student's first attempt; the others stay where they are.

    Args:
        connection: to the file, without an open transaction.
        path: of the file; the copy is `<path>.layout-1`.
        decoded: a function from a result's JSON to a GradedSubmission; raises sqlite3.DatabaseError.
    """
    copy = Path(f"{path}.layout-1")
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.part")
        target = sqlite3.connect(unfinished)
        connection.backup(target)
        target.close()
        unfinished.replace(copy)
    rows = connection.execute("SELECT student, lesson, key, graded FROM results ORDER BY number")
    newest = {}
    for student, lesson, key, graded in rows:
        try:
            newest[student, lesson] = attempt_json(_submission(decoded(graded)), lesson, key=key)
        except sqlite3.DatabaseError:  # another version wrote it
            continue
    _all_or_none(connection, SECOND, newest.values())


def attempt_json(submission, lesson, digest="", key="", grading="", seen="", again="", removed=""):
    """Return the value that the statement ATTEMPT takes, as UTF-8."""
    fields = dataclasses.asdict(submission)
    row = {"student": submission.student, "lesson": lesson, "digest": digest, "key": key, "grading": grading,
           "seen": seen, "again": again, "removed": removed, "submission": json.dumps(fields)}  # fmt: skip
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _submission(graded):
    shared = {field.name for field in dataclasses.fields(Submission)} & dataclasses.asdict(graded).keys()
    return Submission(path="", **{name: getattr(graded, name) for name in shared})


def _all_or_none(connection, statements, attempts=()):
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements:
            connection.execute(statement)
        for attempt in attempts:
            connection.execute(ATTEMPT, (attempt,))
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
