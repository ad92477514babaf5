"""What a class's results say when they are counted. SQLite does the counting, so memory stays flat."""

import json

# Temporary tables beside the results, in a file of SQLite's own that goes with the connection.
SUBMISSIONS = """CREATE TEMP TABLE submissions AS
SELECT number AS id, student, lesson, json_extract(graded, '$.name') AS name,
    json_extract(graded, '$.isolation') AS isolation,
    (SELECT coalesce(sum(json_extract(value, '$.score')), 0) FROM json_each(graded, '$.marks')) AS score,
    (SELECT coalesce(sum(json_extract(value, '$.points')), 0) FROM json_each(graded, '$.marks')) AS points
FROM results WHERE number IN (SELECT value FROM json_each(?))"""
FIELDS = "exercise kind state seconds ended verification headline choice own code_digest diagnoses".split()
MARKS = f"""CREATE TEMP TABLE marks AS
SELECT submissions.id AS submission, submissions.lesson, mark.key AS position,
    {", ".join(f"json_extract(mark.value, '$.{name}') AS {name}" for name in FIELDS)}
FROM submissions JOIN results ON number = submissions.id, json_each(graded, '$.marks') AS mark"""
DIAGNOSES = """CREATE TEMP TABLE diagnoses AS
SELECT submission, lesson, exercise, value AS text FROM marks, json_each(diagnoses)"""
INDEXES = (
    "CREATE INDEX temp.of_lesson ON submissions (lesson)",
    "CREATE INDEX temp.of_id ON submissions (id)",
    "CREATE INDEX temp.of_exercise ON marks (lesson, exercise, code_digest)",
    "CREATE INDEX temp.of_diagnosis ON diagnoses (lesson, exercise, text)",
)
WHO = "SELECT student, name, submission FROM {table} JOIN submissions ON submissions.id = submission"


class Summary:
    """The results of a class, to be asked.

    Args:
        store: a Store.
        current: which of its results count; see Store.numbers.
    """

    def __init__(self, store, current=None):
        self.ask = store.ask
        for table in ("diagnoses", "marks", "submissions"):
            self.ask(f"DROP TABLE IF EXISTS temp.{table}")
        self.ask(SUBMISSIONS, json.dumps(store.numbers(current)))
        for statement in (MARKS, DIAGNOSES, *INDEXES):
            self.ask(statement)

    def lessons(self):
        return [row[0] for row in self.ask("SELECT DISTINCT lesson FROM submissions ORDER BY lesson")]

    def totals(self, lesson):
        """Return how many submissions earned 0 to 9 percent, 10 to 19, … 90 to 99, and all: a list of 11."""
        counts = [0] * 11
        percent = "CASE WHEN points > 0 THEN CAST(score * 10.0 / points AS INTEGER) ELSE 0 END"
        for tenth, number in self.ask(
            f"SELECT {percent} AS tenth, count(*) FROM submissions WHERE lesson = ? GROUP BY tenth", lesson
        ):
            counts[min(max(tenth, 0), 10)] += number
        return counts

    def median(self, lesson):
        """Return (score, points) of the submission in the middle."""
        return self.ask(
            "SELECT score, points FROM submissions WHERE lesson = ?1 ORDER BY score, points "
            "LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM submissions WHERE lesson = ?1)",
            lesson,
        ).fetchone()

    def exercises(self, lesson):
        """Return, in the lesson's order: exercise, kind, and how many passed, failed, waiting, undiagnosed."""
        return self.ask(
            "SELECT exercise, kind, sum(state = 'passed') AS passed, sum(state = 'failed') AS failed, "
            "sum(state = 'not attempted') AS waiting, "
            "sum(state = 'failed' AND kind = 'exercise' AND diagnoses = '[]') AS undiagnosed "
            "FROM marks WHERE lesson = ? GROUP BY exercise, kind ORDER BY min(position), exercise",
            lesson,
        ).fetchall()

    def choices(self, lesson, question, limit=8):
        """Return the options chosen: choice, state, number; the most chosen first."""
        return self.ask(
            "SELECT choice, state, count(*) AS number FROM marks "
            "WHERE lesson = ? AND exercise = ? AND kind = 'question' "
            "GROUP BY choice, state ORDER BY number DESC, choice LIMIT ?",
            lesson,
            question,
            limit,
        ).fetchall()

    def misconceptions(self, lesson):
        """Return text, exercise, number: the most frequent first."""
        return self.ask(
            "SELECT text, exercise, count(DISTINCT submission) AS number FROM diagnoses WHERE lesson = ? "
            "GROUP BY text, exercise ORDER BY number DESC, exercise, text",
            lesson,
        ).fetchall()

    def who_has(self, misconception, lesson, limit):
        """Return student and name of those who have a misconception."""
        query = f"{WHO.format(table='diagnoses')} WHERE diagnoses.lesson = ? AND exercise = ? AND text = ?"
        return self.ask(
            f"{query} GROUP BY student ORDER BY name, student LIMIT ?",
            lesson,
            misconception["exercise"],
            misconception["text"],
            limit,
        ).fetchall()

    def marks(self, lesson, condition, order, limit, *values):
        """Return marks with student and name, if they meet a condition in SQL with `values` for its "?"."""
        return self.ask(
            "SELECT marks.*, student, name FROM marks JOIN submissions ON submissions.id = submission "
            f"WHERE marks.lesson = ? AND {condition} ORDER BY {order}, name, student, position LIMIT ?",
            lesson,
            *values,
            limit,
        ).fetchall()

    def alike(self, lesson, limit):
        """Return groups of answers that are the same after renaming and reformatting: exercise, code_digest, number,
        length of the longest; the longest first, since short ones are expected to be equal."""
        return self.ask(
            "SELECT exercise, code_digest, count(*) AS number, max(length(own)) AS length FROM marks "
            "WHERE lesson = ? AND code_digest <> '' GROUP BY exercise, code_digest HAVING count(*) > 1 "
            "ORDER BY length DESC, number DESC, exercise LIMIT ?",
            lesson,
            limit,
        ).fetchall()
