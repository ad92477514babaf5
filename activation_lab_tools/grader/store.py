"""Results in one SQLite file: what was put there survives any way of being stopped."""

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
from pathlib import Path

from ..errors import UserError
from . import store_layout
from .records import GradedSubmission, Mark, parsed_notebook_from

APPLICATION = 0x616C6772  # "algr": tells our file from any other SQLite file
SECONDS = 30  # to wait for another process that writes to the same file

MARK_TUPLES = ("lines", "diagnoses", "fingerprints", "case", "earlier")  # fields of a Mark, which are lists in JSON


def result_key(submission_sha, grading_sha, secret_sha, settings):
    """Return everything that a result depends on as one text: two results with one key are the same result.

    Args:
        submission_sha, grading_sha, secret_sha: digests of the notebook, of what decides a mark, of the secret.
        settings: the settings that decide a mark, as JSON knows them: {"timeout": 10}.
    """
    parts = [submission_sha, grading_sha, secret_sha, settings]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Store:
    """The results of a course. One process writes; each `put` is on disk when it returns.

    Every result stays in the file. Which ones count is said by attempts (marks/attempts.py), each of which names its
    newest result. Results that another version of the grader wrote have other keys: they stay too, and are never read.

    Args:
        path: the file; it and its folder are made if they are missing. A file of an earlier layout is brought up to
            this one, after a copy of it was put beside it.

    Raises:
        UserError: the file is damaged, is not a store, or has an unknown layout. It is left as it is.
    """

    def __init__(self, path):
        self.path = Path(path)
        with self._in_words():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Without an isolation level, each statement is a transaction. Threads take turns (review/server.py).
            self._connection = sqlite3.connect(
                self.path, timeout=SECONDS, isolation_level=None, check_same_thread=False
            )
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

    def result(self, number):
        """Return the GradedSubmission in the row with this number."""
        with self._in_words():
            query = "SELECT graded FROM results WHERE number = ?"
            (text,) = self._connection.execute(query, (number,)).fetchone()
            return _graded(text)

    def ask(self, query, *values):
        """Return a cursor over the rows of a query; columns by name or by position.

        Args:
            query: where a value may be a text with lone surrogates, it says CAST(? AS TEXT).
            values: a text with lone surrogates, as odd bytes of a folder's name become, is passed as UTF-8.
        """
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        with self._in_words():
            return cursor.execute(query, list(map(_bound, values)))

    @contextlib.contextmanager
    def at_once(self):
        """Context: what is written within it is on the disk at its end, all or nothing."""
        self.ask("BEGIN IMMEDIATE")
        try:
            yield
            self.ask("COMMIT")
        except BaseException:
            with contextlib.suppress(UserError):
                self.ask("ROLLBACK")
            raise

    def number_of(self, student, lesson, key):
        """Return the number of a result's row; 0 if there is none."""
        query = "SELECT number FROM results WHERE student = CAST(? AS TEXT) AND lesson = CAST(? AS TEXT) AND key = ?"
        row = self.ask(query, student, lesson, key).fetchone()
        return row[0] if row else 0

    def templates(self):
        """Return {lesson: GradedSubmission}: the newest result that counts, for what a lesson asks and is worth."""
        query = """SELECT max(results.number) FROM results JOIN attempts USING (student, lesson, key)
            GROUP BY results.lesson"""
        found = [self.result(number) for (number,) in self.ask(query).fetchall()]
        return {graded.lesson: graded for graded in found}

    def points(self):
        """Return {lesson: {exercise or question: points}} of the lessons that anyone handed in."""
        return {
            lesson: {mark.exercise: mark.points for mark in graded.marks} for lesson, graded in self.templates().items()
        }

    def rubrics(self):
        """Return {(lesson, written answer): {name: [points, sentence]}} of the lessons that anyone handed in."""
        return {
            (lesson, mark.exercise): mark.rubric
            for lesson, graded in self.templates().items()
            for mark in graded.marks
            if mark.rubric
        }

    def choice(self, name):
        """Return what was chosen for a course, such as which attempt counts; None if nothing was."""
        row = self.ask("SELECT value FROM choices WHERE name = ?", name).fetchone()
        return row and row[0]

    def choose(self, name, value):
        self.ask("INSERT OR REPLACE INTO choices VALUES (?, ?)", name, value)

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

    def notebook_keys(self):
        """Return the keys of all parsed notebooks."""
        return [row[0] for row in self.ask("SELECT key FROM notes WHERE kind = 'notebook'")]

    def version_of_notebook(self, digest):
        """Return the second word of the key under which a notebook was kept last, if the first is this; or None."""
        query = "SELECT key FROM notes WHERE kind = 'notebook' AND key > ?1 || ' ' AND key < ?1 || '!'"
        row = self.ask(f"{query} ORDER BY rowid DESC", digest).fetchone()
        return row and row[0].split()[1]

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
        if application and version not in (1, store_layout.SCHEMA):
            raise UserError(
                f"{self.path} was written by another version of the grader (layout {version}; expected "
                f"{store_layout.SCHEMA}). "
                "Grade into a new folder with --out, or use that version."
            )
        if application and (problem := self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(problem)
        # With a write-ahead log, a killed process leaves nothing half written, and readers need not wait.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # a result is on the disk, not on its way there
        self._connection.execute("PRAGMA temp_store = FILE")  # the report's counts: memory stays flat
        if not application:
            store_layout.create(self._connection, APPLICATION)
        elif version == 1:
            store_layout.upgrade(self._connection, self.path, _graded)

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


def _bound(value):
    """Return a text that SQLite can't take as UTF-8, which `CAST(? AS TEXT)` turns back; anything else as it is."""
    if not isinstance(value, str) or value.isascii():  # nearly every text, so that this is worth a look
        return value
    return _bytes(value) if any("\ud800" <= each <= "\udfff" for each in value) else value


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
