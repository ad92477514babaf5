"""What a learner reads about a lesson: the marks, each with what is wrong and which known mistake it is."""

import itertools
from pathlib import Path

from ..text import count, number, plain
from . import html
from .atomic_write import atomic_write
from .html import element
from .naming import file_name

VERIFICATION = {"unverified": "The grader could not judge this answer; your instructor will look at it."}
SHOWN = 60  # lines in a comment field


def write(graded, folder):
    """Write the page of a GradedSubmission to `folder/<lesson>.html`, and return its path."""
    path = Path(folder) / f"{file_name(graded.lesson)}.html"
    with atomic_write(path) as file:
        file.write(page(graded))
    return path


def page(graded):
    """Return the page of a GradedSubmission as text."""
    return html.page(
        f"{graded.lesson}: {plain(graded.name, 80)}",
        element("h1", f"Lesson {graded.lesson}"),
        element("p", html.person(graded.name)),
        element("p", _of(graded.score, graded.points), class_="total"),
        element("ul", (element("li", html.spoken(note)) for note in graded.notes)) if graded.notes else None,
        html.table(
            ["exercise or question", "result", "earned"],
            ([html.code(m.exercise), html.state(m.state), _of(m.score, m.points)] for m in graded.marks),
        ),
        map(_section, graded.marks),
        element("p", "The grader ran your answers on new cases, which the notebook does not show.", class_="quiet"),
    )  # fmt: skip


def comments(graded):
    """Return the same in short for a learning platform's comment field: lines, not yet escaped."""
    lines = [_of(graded.score, graded.points), *graded.notes]
    for mark in graded.marks:
        symbol = html.SYMBOLS.get(mark.state, "?")
        lines.append(f"{symbol} {mark.exercise}: {_headline(mark)} ({_of(mark.score, mark.points)})")
        lines += [f"→ {reason}" for reason in mark.reasons if mark.told]
    return [plain(line, 400) for line in lines[:SHOWN]]


def sentences(mark):
    """Return what a learner reads about one mark, as lines: diagnoses, how it ended, and the rest."""
    lines = [f"→ {text}" for text in mark.diagnoses if mark.told]
    lines += [_ended(mark)] if mark.ended else []
    lines += _others(mark)
    return [plain(line, 2_000) for line in [*lines, *_unverified(mark)]]


def _ended(mark):
    return f"It did not end by itself: {mark.ended}."


def _others(mark):
    return [line for line in mark.lines if line.removeprefix("→ ") not in mark.diagnoses]


def _unverified(mark):
    return [VERIFICATION[mark.verification]] if mark.verification in VERIFICATION else []


def _section(mark):
    kind = {"not attempted": "waiting"}.get(mark.state, mark.state)
    return element(
        "section",
        element(
            "h2", element("span", html.SYMBOLS.get(mark.state, "?"), class_=kind), " ",
            html.code(mark.exercise), f": {_headline(mark)} ({_of(mark.score, mark.points)})",
        ),
        (element("p", element("b", "→ ", html.spoken(text))) for text in mark.diagnoses if mark.told),
        element("p", _ended(mark)) if mark.ended else None,
        _lines(_others(mark)),
        (element("p", text) for text in _unverified(mark)),
        html.folded("Your answer", html.source(mark.own)) if mark.own else None,
        class_=f"mark {kind}",
    )  # fmt: skip


def _lines(lines):
    """Yield the lines as `check` shows them: indented lines as code."""
    for indented, group in itertools.groupby(lines, lambda line: line.startswith(" ")):
        if indented:
            yield html.source("\n".join(line[2:] for line in group))
        else:
            yield from (element("p", html.spoken(line)) for line in group)


def _headline(mark):
    return mark.headline or {"passed": "right", "failed": "not yet right"}.get(mark.state, "not attempted yet")


def _of(score, points):
    return f"{number(score)} of {count(points, 'point')}"
