"""What a class's results say when they are counted; the counting is SQLite's, so that memory stays flat."""

import sqlite3

TABLES = """
CREATE TABLE submissions (id INTEGER PRIMARY KEY, student, name, location, lesson, isolation, score, points);
CREATE TABLE marks (
    id INTEGER PRIMARY KEY, submission, lesson, position, exercise, kind, state, seconds, ended, verification, headline,
    diagnosed, choice, own, code_digest
);
CREATE TABLE diagnoses (submission, lesson, exercise, text);
"""
INDEXES = """
CREATE INDEX of_lesson ON submissions (lesson);
CREATE INDEX of_exercise ON marks (lesson, exercise, code_digest);
CREATE INDEX of_diagnosis ON diagnoses (lesson, exercise, text);
"""
WHO = "SELECT student, name, submission FROM {table} JOIN submissions ON submissions.id = submission"


class Summary:
    """The results of a class, to be asked.

    Args:
        results: an iterator of GradedSubmission; one at a time is in memory, the rest in a temporary file of SQLite's own.
    """

    def __init__(self, results):
        self._connection = sqlite3.connect("")  # a file without a name, gone with the connection
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA temp_store = FILE")
        self._connection.executescript(TABLES)
        for number, graded in enumerate(results):
            self._add(number, graded)
        self._connection.executescript(INDEXES)

    def close(self):
        self._connection.close()

    def ask(self, query, *values):
        """The rows of a query; columns by name or by position."""
        return self._connection.execute(query, values)

    def lessons(self):
        return [row[0] for row in self.ask("SELECT DISTINCT lesson FROM submissions ORDER BY lesson")]

    def totals(self, lesson):
        """How many submissions earned 0 to 9 percent, 10 to 19, … 90 to 99, and all: a list of 11."""
        counts = [0] * 11
        percent = "CASE WHEN points > 0 THEN CAST(score * 10.0 / points AS INTEGER) ELSE 0 END"
        for tenth, number in self.ask(
            f"SELECT {percent} AS tenth, count(*) FROM submissions WHERE lesson = ? GROUP BY tenth", lesson
        ):
            counts[min(max(tenth, 0), 10)] += number
        return counts

    def median(self, lesson):
        """(score, points) of the submission in the middle."""
        return self.ask(
            "SELECT score, points FROM submissions WHERE lesson = ?1 ORDER BY score, points "
            "LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM submissions WHERE lesson = ?1)",
            lesson,
        ).fetchone()

    def exercises(self, lesson):
        """In the lesson's order: exercise, kind, and how many passed, failed, waiting, undiagnosed."""
        return self.ask(
            "SELECT exercise, kind, sum(state = 'passed') AS passed, sum(state = 'failed') AS failed, "
            "sum(state = 'not attempted') AS waiting, "
            "sum(state = 'failed' AND kind = 'exercise' AND NOT diagnosed) AS undiagnosed "
            "FROM marks WHERE lesson = ? GROUP BY exercise, kind ORDER BY min(position), exercise",
            lesson,
        ).fetchall()

    def choices(self, lesson, question, limit=8):
        """The options chosen: choice, state, number; the most chosen first."""
        return self.ask(
            "SELECT choice, state, count(*) AS number FROM marks "
            "WHERE lesson = ? AND exercise = ? AND kind = 'question' "
            "GROUP BY choice, state ORDER BY number DESC, choice LIMIT ?",
            lesson,
            question,
            limit,
        ).fetchall()

    def misconceptions(self, lesson):
        """text, exercise, number: the most frequent first."""
        return self.ask(
            "SELECT text, exercise, count(DISTINCT submission) AS number FROM diagnoses WHERE lesson = ? "
            "GROUP BY text, exercise ORDER BY number DESC, exercise, text",
            lesson,
        ).fetchall()

    def who_has(self, misconception, lesson, limit):
        """student, name of those to whom a misconception was named."""
        query = f"{WHO.format(table='diagnoses')} WHERE diagnoses.lesson = ? AND exercise = ? AND text = ?"
        return self.ask(
            f"{query} GROUP BY student ORDER BY name, student LIMIT ?",
            lesson,
            misconception["exercise"],
            misconception["text"],
            limit,
        ).fetchall()

    def marks(self, lesson, condition, order, limit, *values):
        """Rows of marks with student and name, of those which meet a condition in SQL with `values` for its "?"."""
        return self.ask(
            "SELECT marks.*, student, name FROM marks JOIN submissions ON submissions.id = submission "
            f"WHERE marks.lesson = ? AND {condition} ORDER BY {order}, name, student, position LIMIT ?",
            lesson,
            *values,
            limit,
        ).fetchall()

    def alike(self, lesson, limit):
        """Groups of answers that are one after renaming and reformatting: exercise, code_digest, number, length of the
        longest; the longest first, since short ones are expected to be equal."""
        return self.ask(
            "SELECT exercise, code_digest, count(*) AS number, max(length(own)) AS length FROM marks "
            "WHERE lesson = ? AND code_digest <> '' GROUP BY exercise, code_digest HAVING count(*) > 1 "
            "ORDER BY length DESC, number DESC, exercise LIMIT ?",
            lesson,
            limit,
        ).fetchall()

    def _add(self, number, graded):
        first = [graded.student, graded.name, graded.location]
        rest = [graded.lesson, graded.isolation, graded.score, graded.points]
        self._insert("submissions", number, *first, *rest)
        for position, mark in enumerate(graded.marks):
            self._insert(
                "marks", None, number, graded.lesson, position, mark.exercise, mark.kind, mark.state, mark.seconds,
                mark.ended, mark.verification, mark.headline, bool(mark.diagnoses), mark.choice, mark.own, mark.code_digest,
            )  # fmt: skip
            for text in mark.diagnoses:
                self._insert("diagnoses", number, graded.lesson, mark.exercise, text)

    def _insert(self, table, *values):
        values = [v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for v in values]
        self.ask(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", *values)
