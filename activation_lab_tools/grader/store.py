"""Results in one SQLite file: what was put there survives any way of being stopped."""

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
from pathlib import Path

from ..errors import UserError
from .records import GradedSubmission, Mark, parsed_notebook_from

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
# What would take time to find out again: kind is "notebook", value a ParsedNotebook as JSON.
NOTES = "CREATE TABLE notes (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key))"
# The numbers of the newest results, one for each student and lesson; {only} can restrict them to some keys.
NEWEST = "SELECT max(number) FROM results {only} GROUP BY student, lesson ORDER BY student, lesson"
ONLY = """WHERE (student, lesson, key) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(CAST(? AS TEXT))
)"""


MARK_TUPLES = ("lines", "diagnoses", "fingerprints", "case")  # fields of a Mark, which are lists in JSON


def result_key(submission_sha, grading_sha, secret_sha, settings):
    """Return everything that a result depends on as one text: two results with one key are the same result.

    Args:
        submission_sha, grading_sha, secret_sha: digests of the notebook, of what decides a mark, of the secret.
        settings: the settings that decide a mark, as JSON knows them: {"timeout": 10}.
    """
    parts = [submission_sha, grading_sha, secret_sha, settings]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Store:
    """The results of a class. One process writes; each `put` is on disk when it returns.

    A later result of the same student and lesson under another key replaces the earlier one in all that is made from
    the store. The earlier one stays in the file, so going back costs nothing. Results that another version of the
    grader wrote have other keys: they stay too, and are never read.

    Args:
        path: the file; it and its folder are made if they are missing.

    Raises:
        UserError: the file is damaged, is not a store, or has another layout. It is left as it is.
    """

    def __init__(self, path):
        self.path = Path(path)
        with self._in_words():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Without an isolation level, each statement is a transaction.
            self._connection = sqlite3.connect(self.path, timeout=SECONDS, isolation_level=None)
            self._connection.text_factory = _text
        try:
            with self._in_words():
                self._open()
        except BaseException:
            self._connection.close()
            raise

    # Results

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

    def done(self):
        """Return {(student, lesson, key)} of all results."""
        with self._in_words():
            return set(self._connection.execute("SELECT student, lesson, key FROM results"))

    def numbers(self, current=None):
        """Return the row numbers of the results that count, sorted by student and lesson, one for each of these.

        Args:
            current: (student, lesson, key) of the results that count, such as those of the notebooks that were handed
                in today; None for the newest of each student and lesson.
        """
        only, values = "", ()
        if current is not None:
            only, values = ONLY, (_bytes(json.dumps([*map(list, current)], ensure_ascii=False)),)
        with self._in_words():
            return [number for (number,) in self._connection.execute(NEWEST.format(only=only), values)]

    def all(self, current=None):
        """Yield the results that count (see `numbers`), one at a time, so that memory stays flat."""
        for number in self.numbers(current):
            yield self.result(number)

    def result(self, number):
        """Return the GradedSubmission in the row with this number."""
        with self._in_words():
            query = "SELECT graded FROM results WHERE number = ?"
            (text,) = self._connection.execute(query, (number,)).fetchone()
            return _graded(text)

    def ask(self, query, *values):
        """Return a cursor over the rows of a query; columns by name or by position."""
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        with self._in_words():
            return cursor.execute(query, values)

    # Parsed notebooks

    def keep_notebook(self, key, notebook):
        """Keep a ParsedNotebook, so that it need not be parsed again."""
        text = json.dumps(dataclasses.asdict(notebook))
        with self._in_words():
            self._connection.execute("INSERT OR REPLACE INTO notes VALUES ('notebook', ?, ?)", (key, text))

    def lesson_of(self, key):
        """Return the lesson of the notebook kept under a key; None if there is none. SQLite looks it up."""
        row = self.ask(
            "SELECT json_extract(value, '$.lesson') FROM notes WHERE kind = 'notebook' AND key = ?", key
        ).fetchone()
        return row and row[0]

    def notebook(self, key):
        """Return the ParsedNotebook kept under a key."""
        (text,) = self.ask("SELECT value FROM notes WHERE kind = 'notebook' AND key = ?", key).fetchone()
        return parsed_notebook_from(json.loads(text))

    def close(self):
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _open(self):
        """Check that the file is a sound store, or new, before anything in it is changed."""
        (application,), (version,) = (
            self._connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if (application or tables) and application != APPLICATION:
            raise UserError(
                f"{self.path} is an SQLite file of something else; expected the grader's results. Choose another "
                "folder with --out, or move that file away."
            )
        if application and version != SCHEMA:
            raise UserError(
                f"{self.path} was written by another version of the grader (layout {version}; expected {SCHEMA}). "
                "Grade into a new folder with --out, or use that version."
            )
        if application and (problem := self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(problem)
        # With a write-ahead log, a killed process leaves nothing half written, and readers need not wait.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # a result is on the disk, not on its way there
        self._connection.execute("PRAGMA temp_store = FILE")  # the report's counts: memory stays flat
        if not application:
            self._connection.executescript(
                f"BEGIN; {TABLE}; {NOTES}; "
                f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA}; COMMIT;"
            )

    @contextlib.contextmanager
    def _in_words(self):
        """Turn SQLite's errors into sentences that say what to do."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise UserError(
                f"{self.path} cannot be used ({error}). It must be a writable file on a local disk with free space, "
                "and no other grader may be writing to it."
            ) from None
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"{self.path} is damaged, or is not a file of the grader's ({error}). It was left as it is. Restore a "
                "copy of it, or move it away and grade again."
            ) from None


def _bytes(text):
    """Return text as UTF-8, lone surrogates included: Python uses them for the odd bytes of a folder's name."""
    return text.encode("utf-8", "surrogatepass")


def _text(data):
    return data.decode("utf-8", "surrogatepass")


def _graded(text):
    """Return the GradedSubmission in a JSON text, where tuples have become lists."""
    try:
        fields = json.loads(text)
        marks = tuple(
            Mark(**mark | {name: tuple(mark.get(name, ())) for name in MARK_TUPLES}) for mark in fields["marks"]
        )
        return GradedSubmission(**fields | {"marks": marks, "notes": tuple(fields["notes"])})
    except (ValueError, TypeError, KeyError) as error:
        raise sqlite3.DatabaseError(f"a result in it cannot be read: {error}") from None
