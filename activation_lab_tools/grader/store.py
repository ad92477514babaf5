"""Results in one SQLite file: what was put there survives any way of being stopped."""

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
from pathlib import Path

from ..errors import UserError
from .records import GradedSubmission, Mark

APPLICATION = 0x616C6772  # "algr": tells our file from any other SQLite file
SCHEMA = 1
SECONDS = 30  # to wait for another process that writes to the same file

TABLE = """CREATE TABLE results (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order of arrival: the highest of a student and lesson counts
    student TEXT NOT NULL,
    lesson TEXT NOT NULL,
    key TEXT NOT NULL,
    graded TEXT NOT NULL,  -- JSON
    UNIQUE (student, lesson, key)
)"""
# What was found out on the way and would cost time to find out again, such as what a notebook holds.
NOTES = "CREATE TABLE notes (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key))"
# The numbers of the newest results, one of each student and lesson; of some keys only, if {only} says so.
NEWEST = "SELECT max(number) FROM results {only} GROUP BY student, lesson ORDER BY student, lesson"
ONLY = """WHERE (student, lesson, key) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(CAST(? AS TEXT))
)"""


def key(submission_sha, exercises_sha, version, secret_sha, settings):
    """What a result depends on, in one text: two results with one key are the same result.

    Args:
        submission_sha, exercises_sha, secret_sha: digests.
        version: of this package.
        settings: whatever else decides a mark, as JSON knows it: {"timeout": 10}.
    """
    parts = [submission_sha, exercises_sha, version, secret_sha, settings]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Store:
    """The results of a class. One process writes; each `put` is on disk when it returns.

    A result with another key of the same student and lesson, put later, takes the place of the earlier one in all that
    is made from the store; the earlier one stays, so that going back costs nothing.

    Args:
        path: the file; it is made if it is missing, its folder too.

    Raises:
        UserError: the file is damaged, is no store, or is of another version. It is left as it is.
    """

    def __init__(self, path):
        self.path = Path(path)
        with self._in_words():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # No isolation level: a statement is a transaction of its own.
            self._connection = sqlite3.connect(self.path, timeout=SECONDS, isolation_level=None)
            self._connection.text_factory = _text
        try:
            with self._in_words():
                self._open()
        except BaseException:
            self._connection.close()
            raise

    key = staticmethod(key)

    def put(self, graded, key):
        """Keep a GradedSubmission under its key."""
        text = json.dumps(dataclasses.asdict(graded))
        values = (_bytes(graded.student), _bytes(graded.lesson), key, text)
        with self._in_words():
            self._connection.execute(
                "INSERT OR REPLACE INTO results (student, lesson, key, graded) "
                "VALUES (CAST(? AS TEXT), CAST(? AS TEXT), ?, ?)",
                values,
            )

    def get(self, student, lesson, key):
        """The GradedSubmission of a student and lesson under this key; None if there is none."""
        query = "SELECT graded FROM results WHERE student = CAST(? AS TEXT) AND lesson = CAST(? AS TEXT) AND key = ?"
        with self._in_words():
            row = self._connection.execute(query, (_bytes(student), _bytes(lesson), key)).fetchone()
            return row and _graded(row[0])

    def done(self):
        """{(student, lesson, key)} of all that is kept."""
        with self._in_words():
            return set(self._connection.execute("SELECT student, lesson, key FROM results"))

    def all(self, current=None):
        """An iterator over results, sorted by student and lesson, one of each; one at a time is in memory.

        Args:
            current: (student, lesson, key) of the results that count, such as those of the notebooks that lie there
                today; None for the newest of each student and lesson.
        """
        only, values = "", ()
        if current is not None:
            only, values = ONLY, (_bytes(json.dumps([*map(list, current)], ensure_ascii=False)),)
        with self._in_words():
            for number in self._connection.execute(NEWEST.format(only=only), values).fetchall():
                (text,) = self._connection.execute("SELECT graded FROM results WHERE number = ?", number).fetchone()
                yield _graded(text)

    def keep(self, kind, key, value):
        """Note something under a key: plain data, as JSON knows it."""
        with self._in_words():
            self._connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (kind, key, json.dumps(value)))

    def kept(self, kind, key):
        """What is noted under a key; None if nothing is."""
        query = "SELECT value FROM notes WHERE kind = ? AND key = ?"
        with self._in_words():
            row = self._connection.execute(query, (kind, key)).fetchone()
            return row and json.loads(row[0])

    def close(self):
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _open(self):
        """See that the file is a sound store, or new; only then change anything in it."""
        (application,), (version,) = (
            self._connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if (application or tables) and application != APPLICATION:
            raise UserError(
                f"{self.path} is an SQLite file of something else; expected the grader's results. Give another folder "
                "with --out, or move that file away."
            )
        if application and version != SCHEMA:
            raise UserError(
                f"{self.path} was written by another version of the grader (layout {version}; expected {SCHEMA}). "
                "Grade into a new folder with --out, or use that version."
            )
        if application and (problem := self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(problem)
        # With a write-ahead log a killed process leaves nothing half written, and readers need not wait.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # a result is on the disk, not on its way there
        if not application:
            self._connection.executescript(
                f"BEGIN; {TABLE}; {NOTES}; "
                f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA}; COMMIT;"
            )

    @contextlib.contextmanager
    def _in_words(self):
        """SQLite's errors as sentences that say what to do."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise UserError(
                f"{self.path} cannot be used ({error}). It must be a file on a local disk with space left, which you "
                "may write to, and which no other grader is writing to."
            ) from None
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"{self.path} is damaged, or is no file of the grader's ({error}). It was left as it is. Put back a "
                "copy of it, or move it away and grade again."
            ) from None


def _bytes(text):
    """UTF-8, also of what is none: Python keeps the odd bytes of a folder's name as halves of characters."""
    return text.encode("utf-8", "surrogatepass")


def _text(data):
    return data.decode("utf-8", "surrogatepass")


def _graded(text):
    """A GradedSubmission from JSON, which knows lists only where there were tuples."""
    try:
        fields = json.loads(text)
        marks = tuple(
            Mark(**mark | {name: tuple(mark[name]) for name in ("lines", "diagnoses")}) for mark in fields["marks"]
        )
        return GradedSubmission(**fields | {"marks": marks, "notes": tuple(fields["notes"])})
    except (ValueError, TypeError, KeyError) as error:
        raise sqlite3.DatabaseError(f"a result in it cannot be read: {error}") from None
