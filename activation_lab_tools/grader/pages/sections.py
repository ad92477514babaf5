"""The parts of the instructor's report on one lesson."""

import itertools

from ..text import count, number
from . import charts, html
from .html import code, element, folded, person, source, spoken, table

NAMES = 60  # in a list of students
ROWS = 100  # in a table of answers
CODES = 6  # of a group of equal answers
GROUPS = 60  # of equal answers
SLOW = 0.05  # seconds; a faster answer isn't worth a row
TENTHS = [*(f"{low}–{low + 9}" for low in range(0, 100, 10)), "100"]


def lesson(summary, index, name):
    """Yield everything on one lesson.

    Args:
        summary: a Summary.
        index: of the lesson on the page; `lesson-<index>` is the target of links.
        name: of the lesson.
    """
    parts = {
        "Exercises": _exercises,
        "Misconceptions": _misconceptions,
        "Failures without a diagnosis": _undiagnosed,
        "Slow, hung and dead answers": _slow,
        "Unverified": _unverified,
        "Answers that are the same": _alike,
    }
    yield element("h2", f"Lesson {name}", id=f"lesson-{index}")
    yield _totals(summary, name)
    for heading, part in parts.items():
        yield element("h3", heading)
        yield part(summary, name)


def _totals(summary, lesson):
    totals, (score, points) = summary.totals(lesson), summary.median(lesson)
    told = ", ".join(f"{total} with {label}%" for label, total in zip(TENTHS, totals, strict=True) if total)
    return [
        element(
            "p",
            f"{count(sum(totals), 'submission')}; the median is {number(score)} of "
            f"{count(points, 'point')}; {totals[-1]} earned all.",
        ),
        charts.columns(totals, TENTHS, f"How many submissions earned how many percent of the points: {told}."),
        folded(
            "These numbers as a table",
            table(["percent of the points", "submissions"], map(list, zip(TENTHS, totals, strict=True))),
        ),
    ]


def _exercises(summary, lesson):
    rows = summary.exercises(lesson)
    questions = [row for row in rows if row["kind"] == "question"]
    return [
        table(
            ["exercise or question", "share", "✓ passed", "✗ failed", "○ not attempted"],
            ([code(row["exercise"]), _share(row), row["passed"], row["failed"], row["waiting"]] for row in rows),
        ),
        (folded([code(row["exercise"]), ": options chosen"], _choices(summary, lesson, row)) for row in questions),
    ]


def _share(row):
    parts = {kind: row[kind] for kind in ("passed", "failed", "waiting")}
    return charts.share(parts, f"{row['passed']} passed, {row['failed']} failed, {row['waiting']} did not attempt it")


def _choices(summary, lesson, question):
    rows = [
        [code(row["choice"]) if row["choice"] else "no answer", html.state(row["state"]), row["number"]]
        for row in summary.choices(lesson, question["exercise"])
    ]
    others = question["passed"] + question["failed"] + question["waiting"] - sum(number for _, _, number in rows)
    return table(["option", "", "students"], [*rows, *([["others", "", others]] if others else [])])


def _misconceptions(summary, lesson):
    rows = summary.misconceptions(lesson)
    if not rows:
        return element("p", "No known mistake was seen.")
    return table(
        ["students", "mistake", "exercise", "who"],
        (
            [
                row["number"],
                spoken(row["text"]),
                code(row["exercise"]),
                folded("names", _names(summary.who_has(row, lesson, NAMES), row["number"])),
            ]
            for row in rows
        ),
    )


def _undiagnosed(summary, lesson):
    rows = summary.marks(lesson, "state = 'failed' AND kind = 'exercise' AND diagnoses = '[]'", "exercise", ROWS)
    if not rows:
        return element("p", "None: every failed answer shows a known mistake.")
    return [
        element("p", spoken("If many of these share a mistake, add it to the exercise's `mistakes`.")),
        _by_exercise(rows, lambda row: row["headline"] or row["ended"]),
        _more(sum(row["undiagnosed"] for row in summary.exercises(lesson)) - len(rows)),
    ]


def _slow(summary, lesson):
    ended = summary.marks(lesson, "ended <> ''", "exercise", ROWS)
    slow = summary.marks(lesson, "ended = '' AND seconds >= ?", "seconds DESC", 10, SLOW)
    if not ended and not slow:
        return element("p", f"None: every answer ended by itself within {SLOW} seconds.")
    return table(
        ["exercise", "who", "how it ended", "seconds", "answer"],
        (
            [code(row["exercise"]), _who(row), row["ended"] or "by itself", float(row["seconds"]), _own(row)]
            for row in [*ended, *slow]
        ),
    )


def _unverified(summary, lesson):
    rows = summary.marks(lesson, "verification = 'unverified'", "exercise", ROWS)
    partly = "lesson = ? AND verification = 'partly self-reported'"
    query = f"SELECT DISTINCT exercise FROM marks WHERE {partly} ORDER BY exercise"
    names = [row["exercise"] for row in summary.ask(query, lesson)]
    if rows:
        yield element("p", "The grader could not judge these, and gave them no points: read the answers.")
        yield _by_exercise(rows, lambda row: html.state(row["state"]))
    else:
        yield element("p", "None: every answer could be judged.")
    if names:
        listed = [part for name in names for part in (", ", code(name))][1:]
        yield element(
            "p",
            "In ",
            *listed,
            " one part was reported by the answer's own process and cannot be checked from outside; ",
            "the values were compared as usual.",
        )


def _alike(summary, lesson):
    groups = summary.alike(lesson, GROUPS)
    if not groups:
        return element("p", "None.")
    hint = (
        "These are the same after renaming and reformatting; the longest come first. Short answers, such as the one "
        "line of relu, are expected to be equal, which means nothing. Even a long one is a reason to ask, not proof."
    )
    return [element("p", hint), (_group(summary, lesson, group) for group in groups)]


def _group(summary, lesson, group):
    same = "exercise = ? AND code_digest = ?"
    rows = summary.marks(lesson, same, "exercise", NAMES, group["exercise"], group["code_digest"])
    return folded(
        [code(group["exercise"]), f": {group['number']} students, {count(group['length'], 'character')}"],
        _names(rows, group["number"]),
        ([element("p", _who(row)), source(row["own"])] for row in rows[:CODES]),
    )


def _by_exercise(rows, result):
    """Yield one folded table of answers for each exercise."""
    for exercise, group in itertools.groupby(rows, lambda row: row["exercise"]):
        cells = [[_who(row), result(row), _own(row)] for row in group]
        yield folded([code(exercise), f": {count(len(cells), 'answer')}"], table(["who", "result", "answer"], cells))


def _names(rows, number):
    names = [part for row in rows for part in (", ", _who(row))][1:]
    return [element("p", names), _more(number - len(rows))]


def _who(row):
    """Return the name, and the identity if it differs."""
    if row["name"] == row["student"]:
        return person(row["name"])
    return element("span", person(row["name"]), " (", person(row["student"]), ")")


def _more(number):
    return element("p", f"And {number} more: see exercises.csv.", class_="quiet") if number > 0 else None


def _own(row):
    return folded("answer", source(row["own"])) if row["own"] else "none"
