"""What a learner reads about a lesson: the marks, each with what is wrong and which known mistake it is."""

import itertools
from pathlib import Path

from ..text import count, number, out_of, plain
from . import html
from .atomic_write import atomic_write
from .html import element
from .naming import file_name

NOT_JUDGED = "The grader could not judge this answer; your instructor will look at it."
SHOWN = 60  # lines in a comment field


def write(grade, folder):
    """Write the page of a FinalGrade to `folder/<lesson>.html`, and return its path."""
    path = Path(folder) / f"{file_name(grade.lesson)}.html"
    with atomic_write(path) as file:
        file.write(page(grade))
    return path


def page(grade):
    """Return the page of a FinalGrade as text."""
    notes = grade.graded.notes if grade.graded else ()
    return html.page(
        f"{grade.lesson}: {plain(grade.name, 80)}",
        element("h1", f"Lesson {grade.lesson}"),
        element("p", html.person(grade.name)),
        element("p", _total(grade), class_="total"),
        (element("p", line) for line in _reckoning(grade)),
        _remark(grade.comment),
        element("ul", (element("li", html.spoken(note)) for note in notes)) if notes else None,
        html.table(
            ["exercise or question", "result", "earned"],
            ([html.code(each.exercise), html.state(_state(each, grade)), earned(each)] for each in grade.marks),
        ),
        (_section(each, grade) for each in grade.marks),
        element("p", "The grader ran your answers on new cases, which the notebook does not show.", class_="quiet"),
    )  # fmt: skip


def comments(grade):
    """Return the same in short for a learning platform's comment field: lines, not yet escaped."""
    notes = grade.graded.notes if grade.graded else ()
    lines = [_total(grade), *_reckoning(grade), *_commented(grade.comment), *notes]
    for final in grade.marks:
        mark, state = final.mark, _state(final, grade)
        lines.append(f"{html.SYMBOLS.get(state, '?')} {final.exercise}: {_headline(final, state)} ({earned(final)})")
        lines += [f"→ {reason}" for reason in mark.reasons if mark.told] if mark else []
        lines += _commented(final.comment)
    return [plain(line, 400) for line in lines[:SHOWN]]


def sentences(mark):
    """Return what a learner reads about one mark, as lines: diagnoses, how it ended, and the rest."""
    lines = [f"→ {text}" for text in mark.diagnoses if mark.told]
    lines += [ended(mark)] if mark.ended else []
    lines += _others(mark)
    return [plain(line, 2_000) for line in [*lines, *_not_judged(mark)]]


def ended(mark):
    """Return how an answer ended that did not end by itself."""
    return f"It did not end by itself: {mark.ended}."


def _others(mark):
    return [line for line in mark.lines if line.removeprefix("→ ") not in mark.diagnoses]


def _not_judged(mark):
    return [NOT_JUDGED] if mark.waits and mark.kind != "written" else []


def _total(grade):
    return "You are excused from this lesson." if grade.excused else out_of(grade.score, grade.points)


def _reckoning(grade):
    """Yield how the total came about, if there is more to it than the grader's sum."""
    if grade.graded is None:
        yield "Nothing was handed in."
    if grade.attempts > 1:
        yield f"This is about attempt {grade.attempt} of {grade.attempts}."
    if grade.group:
        yield f"Handed in by the group {plain(grade.group, 80)}."
    if grade.excused:
        return
    if grade.unmarked:
        yield f"Not marked yet: {', '.join(mark.exercise for mark in grade.unmarked)}. The total will change."
    if grade.decided is not None:
        yield f"Your instructor set the total; the grader's own sum was {number(grade.raw)}."
    elif grade.marked != grade.raw:
        yield f"The grader's own sum was {number(grade.raw)}; with what your instructor marked, {number(grade.marked)}."
    if grade.days_late:
        late = f"{count(grade.days_late, 'day')} late"
        if grade.penalty and grade.decided is None:
            off = f"{number(round(100 * grade.penalty, 2))}%"
            yield f"Handed in {late}, which takes {off} off: {number(grade.marked)} becomes {number(grade.score)}."
        else:
            yield f"Handed in {late}, which takes nothing off."


def _commented(comment):
    return [f"Your instructor: {line}" for line in comment.splitlines() if line.strip()]


def _remark(comment):
    """Return a person's comment, line by line."""
    lines = [line for line in comment.splitlines() if line.strip()]
    if not lines:
        return None
    return element(
        "div", element("p", element("b", "Your instructor:")), (element("p", line) for line in lines), class_="remark"
    )


def _section(final, grade):
    mark, state = final.mark, _state(final, grade)
    kind = html.KINDS.get(state, state)
    return element(
        "section",
        element(
            "h2", element("span", html.SYMBOLS.get(state, "?"), class_=kind), " ",
            html.code(final.exercise), f": {_headline(final, state)} ({earned(final)})",
        ),
        element("p", html.spoken(mark.task)) if mark and mark.task else None,
        element("p", _by_hand(final)) if final.by_hand else None,
        _remark(final.comment),
        _what_the_grader_said(mark, final in grade.unmarked) if mark else None,
        class_=f"mark {kind}",
    )  # fmt: skip


def _what_the_grader_said(mark, waits):
    return [
        (element("p", element("b", "→ ", html.spoken(text))) for text in mark.diagnoses if mark.told),
        element("p", ended(mark)) if mark.ended else None,
        _lines(_others(mark)),
        (element("p", text) for text in _not_judged(mark)) if waits else None,
        html.folded("Your answer", _own(mark)) if mark.own else None,
    ]


def _own(mark):
    return html.prose(mark.own, 20_000) if mark.kind == "written" else html.source(mark.own)


def _by_hand(final):
    if final.graded is None:
        return "Your instructor marked it."
    return f"Your instructor marked it; the grader gave {out_of(final.graded, final.points)}."


def _lines(lines):
    """Yield the lines as `check` shows them: indented lines as code."""
    for indented, group in itertools.groupby(lines, lambda line: line.startswith(" ")):
        if indented:
            yield html.source("\n".join(line[2:] for line in group))
        else:
            yield from (element("p", html.spoken(line)) for line in group)


def _state(final, grade):
    """Return the state of what counts: of the grader's, or of what a person made it, also with the whole lesson."""
    if final.excused:
        return "excused"
    if final.by_hand:
        return "passed" if final.score >= final.points else "marked"
    if final.mark is None:
        return "not attempted"
    if final.mark.waits and final not in grade.unmarked:
        return "excused" if grade.excused else "marked"
    return final.mark.shown_state


def _headline(final, state):
    if final.by_hand or final.excused or final.mark is None or state in ("excused", "marked"):
        return {"passed": "right", "marked": "marked by hand"}.get(state, state)
    mark = final.mark
    return mark.headline or {"passed": "right", "failed": "not yet right"}.get(mark.state, "not attempted yet")


def earned(final):
    """Return what a FinalMark earned, in words."""
    if final.excused:
        return "excused"
    return f"worth {count(final.points, 'point')}" if final.score is None else out_of(final.score, final.points)
