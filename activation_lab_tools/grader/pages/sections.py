"""The parts of the instructor's report on one lesson."""

from ..text import count, number, out_of
from . import charts, html
from .alike import COMMON, expected, own_tokens, students
from .html import code, element, folded, joined, person, source, spoken, table
from .summary import SLOW

CODES = 6  # of a group of answers that are alike
GROUPS = 40  # of them
OPTIONS = 8  # of a question that are listed
TENTHS = [*(f"{low}–{low + 9}" for low in range(0, 100, 10)), "100"]


def lesson(summary, index, name, result):
    """Yield everything on one lesson.

    Args:
        summary: a LessonSummary.
        index: of the lesson on the page; `lesson-<index>` is the target of links.
        name: of the lesson.
        result: the Store's `result`, which leads to the answers that are alike.
    """
    parts = {
        "Exercises": _exercises(summary),
        "Misconceptions": _misconceptions(summary),
        "Failures without a diagnosis": _undiagnosed(summary),
        "Slow, hung and dead answers": _slow(summary),
        "Unverified": _unverified(summary),
        "Answers that are alike": _alike(summary, result),
    }
    yield element("h2", f"Lesson {name}", id=f"lesson-{index}")
    yield from _totals(summary)
    for heading, part in parts.items():
        yield element("h3", heading)
        yield from part


def _totals(summary):
    tenths, told = summary.tenths(), [count(summary.submissions, "submission")]
    if summary.scores:
        told += [f"the median is {out_of(*summary.median())}", f"{tenths[-1]} earned all"]
    if summary.incomplete:
        told += [f"not counted: {count(summary.incomplete, 'student')} with an answer to mark"]
    yield element("p", f"{'; '.join(told)}.")
    if not summary.scores:
        return
    told = ", ".join(f"{total} with {label}%" for label, total in zip(TENTHS, tenths, strict=True) if total)
    yield charts.columns(tenths, TENTHS, f"How many students earned how many percent of the points: {told}.")
    yield folded(
        "These numbers as a table",
        table(["percent of the points", "students"], map(list, zip(TENTHS, tenths, strict=True))),
    )


def _exercises(summary):
    exercises = list(summary.exercises.values())
    headings = ["exercise or question", "share", "✓ passed", "✗ failed", "○ not attempted", "mean", "points"]
    if any(each.states["to mark"] or each.states["marked"] for each in exercises):
        headings += ["… to mark", "✎ marked"]
    yield table(headings, (_row(each)[: len(headings)] for each in exercises))
    for each in exercises:
        if each.kind == "question":
            yield folded([code(each.name), ": options chosen"], _choices(each))


def _row(exercise):
    states = exercise.states
    mean = float(exercise.earned / exercise.counted) if exercise.counted else "–"
    parts = {"passed": states["passed"], "failed": states["failed"], "waiting": states["not attempted"]}
    told = "{passed} passed, {failed} failed, {waiting} did not attempt it".format(**parts)
    by_person = states["to mark"], states["marked"]
    return [code(exercise.name), charts.share(parts, told), *parts.values(), mean, exercise.points, *by_person]


def _choices(question):
    most = sorted(question.choices.items(), key=lambda each: (-each[1], each[0]))[:OPTIONS]
    rows = [[code(choice) if choice else "no answer", html.state(state), times] for (choice, state), times in most]
    others = sum(question.choices.values()) - sum(times for _, times in most)
    return table(["option", "", "students"], [*rows, *([["others", "", others]] if others else [])])


def _misconceptions(summary):
    mistakes = [
        (who, text, exercise) for exercise in summary.exercises.values() for text, who in exercise.mistakes.items()
    ]
    if not mistakes:
        yield element("p", "No known mistake was seen.")
    for who, text, exercise in sorted(mistakes, key=lambda each: (-each[0].number, each[2].name, each[1])):
        yield folded(
            [element("b", who.number), " · ", code(exercise.name), " · ", spoken(text)],
            element("p", joined(", ", map(_who, who.items))),
            _more(who),
            element("p", "One of them:"),
            _answer(exercise.examples[text]),
        )


def _undiagnosed(summary):
    exercises = [each for each in summary.exercises.values() if each.undiagnosed.number]
    if not exercises:
        yield element("p", "None: every failed answer shows a known mistake.")
        return
    yield element("p", spoken("If many of these share a mistake, add it to the exercise's `mistakes`."))
    for each in exercises:
        yield _answers(each, each.undiagnosed)


def _slow(summary):
    if not summary.ended.number and not summary.slow:
        yield element("p", f"None: every answer ended by itself within {number(100 * SLOW)}% of its limit.")
        return
    ended = [[code(each.exercise), _who(each.person), each.result, each.seconds, each] for each in summary.ended.items]
    slow = [[code(each.exercise), _who(each.person), "by itself", each.seconds, each] for _, each in summary.slow]
    yield table(
        ["exercise", "who", "how it ended", "seconds", "of", "answer"],
        ([*cells, float(seconds), float(each.limit), _folded(each)] for *cells, seconds, each in [*ended, *slow]),
    )
    yield _more(summary.ended)


def _unverified(summary):
    exercises = [each for each in summary.exercises.values() if each.unverified.number]
    if exercises:
        yield element("p", "The grader could not judge these. They have no points until a person gives them some.")
        for each in exercises:
            yield _answers(each, each.unverified)
    else:
        yield element("p", "None: the grader or a person has judged every answer.")
    names = [code(each.name) for each in summary.exercises.values() if each.self_reported]
    if names:
        yield element(
            "p", "In ", *joined(", ", names),
            " one part was reported by the answer's own process and cannot be checked from outside; ",
            "the values were compared as usual.",
        )  # fmt: skip


def _alike(summary, result):
    groups = [(exercise, group) for exercise in summary.exercises.values() for group in exercise.alike.groups()]
    near = [(each.name, each.alike.near_published) for each in summary.exercises.values() if each.alike.near_published]
    if near:
        listed = joined(", ", [[code(name), f" ({times})"] for name, times in near])
        yield element("p", "As good as published, so likeness means nothing: ", *listed, ".", class_="quiet")
    if not groups:
        yield element("p", "None.")
        return
    yield element(
        "p",
        "These share code that no published answer has, after renaming and reformatting, without comments and "
        f"docstrings. What more than {COMMON} different answers share was left out too. Small groups with much code of "
        "their own come first. Even there, likeness is a reason to ask, not proof.",
    )
    ordered = sorted(groups, key=lambda each: expected(each[1]))
    for exercise, group in ordered[:GROUPS]:
        yield _group(exercise.name, group, result)
    if len(ordered) > GROUPS:
        yield element("p", f"And {count(len(ordered) - GROUPS, 'more group')}.", class_="quiet")


def _group(exercise, group, result):
    """Return a group, folded: who is in it, and the code of the first, one of each variant before a second of any."""
    first = [variant.who[0] for variant in group] + [each for variant in group for each in variant.who[1:]]
    how = "the same" if len(group) == 1 else f"{len(group)} variants"
    left_out = students(group) - len(first)
    answers = (element("div", element("p", _who(who)), source(_own(result(at), exercise))) for who, at in first[:CODES])
    return folded(
        [code(exercise), f": {students(group)} students, {how}, {own_tokens(group)} tokens of their own"],
        element("p", joined(", ", (_who(who) for who, _ in first))),
        element("p", f"And {left_out} more.", class_="quiet") if left_out else None,
        element("div", answers, class_="beside"),
    )


def _own(graded, exercise):
    return next(mark.own for mark in graded.marks if mark.exercise == exercise)


def _answers(exercise, few):
    """Return the answers to an exercise, folded: each with its failing case beside it."""
    return folded(
        [code(exercise.name), f": {count(few.number, 'answer')}"],
        ([element("p", _who(each.person), f": {each.result}"), _answer(each)] for each in few.items),
        _more(few),
    )


def _answer(shown):
    """Return an answer's code and the numbers of its first failing case, side by side where there is room."""
    case = source("\n".join(shown.case)) if shown.case else None
    own = source(shown.own) if shown.own else element("p", "No code.")
    return element("div", own, case, class_="beside")


def _folded(shown):
    return folded("answer", _answer(shown)) if shown.own else "none"


def _who(who):
    """Return the name, and the identity if it differs."""
    if who.name == who.student:
        return person(who.name)
    return element("span", person(who.name), " (", person(who.student), ")")


def _more(few):
    return element("p", f"And {few.left_out} more: see exercises.csv.", class_="quiet") if few.left_out else None
