"""One graded submission as text, as JSON, and as Gradescope and GitHub Classroom read it."""

import base64
import json
import re

from ...errors import UserError
from ..marks.final import final_mark
from ..text import count, number, out_of, plain
from . import feedback, html
from .atomic_write import atomic_write

VERSION = 1  # of the JSON


def write(result, gradescope=None, classroom=None):
    """Write a OneResult to Gradescope's results.json, and add it to the file of a GitHub step's outputs.

    Raises:
        UserError: a file can't be written.
    """
    try:
        if gradescope:
            with atomic_write(gradescope) as file:
                file.write(for_gradescope(result))
        if classroom:
            with open(classroom, "a", encoding="utf-8") as file:
                file.write(f"result={for_classroom(result)}\n")
    except OSError as error:
        raise UserError(f"The result could not be written: {error}.") from None


def as_text(result):
    """Return a OneResult as lines for a terminal."""
    if result.problem:
        return _no_command(plain(f"{result.notebook} could not be graded. {result.problem}", 2_000))
    passes = "" if result.needed == 0 else f"; {number(float(result.needed))} or more pass"
    so_far = " so far" if result.waiting else ""
    lines = [f"{result.lesson}: {out_of(result.score, result.points)}{so_far}{passes}"]
    lines += [f"  {note}" for note in _notes(result)]
    for mark in result.marks:
        symbol, earned = html.SYMBOLS.get(mark.shown_state, "?"), feedback.earned(final_mark(mark))
        lines.append(f"{symbol} {mark.exercise}: {mark.headline} ({earned})")
        lines += [f"  {line}" for line in feedback.sentences(mark)]
    return "\n".join(_no_command(plain(line, 2_000)) for line in lines)


def _no_command(line):
    """Return a line in which GitHub's runner reads no command: "::…" at its start, "##[…]" anywhere."""
    return re.sub(r"^(\s*):(?=:)", r"\1: ", line).replace("##[", "## [")


def as_json(result):
    """Return a OneResult as JSON; the guide lists its fields."""
    document = {
        "version": VERSION,
        "notebook": result.notebook,
        "lesson": result.lesson,
        "graded": not result.problem,
        "problem": result.problem,
        "score": result.score,
        "to_mark": [mark.exercise for mark in result.waiting],
        "points": result.points,
        "pass_at": result.needed,
        "passed": result.code == 0,
        "isolation": result.graded.isolation if result.graded else "",
        "notes": _notes(result),
        "marks": [
            {
                "name": mark.exercise,
                "kind": mark.kind,
                "state": mark.shown_state,
                "score": final_mark(mark).score,
                "points": mark.points,
                "headline": mark.headline,
                "feedback": feedback.sentences(mark),
                "evidence": mark.verification,
                "ended": mark.ended,
                "seconds": mark.seconds,
            }
            for mark in result.marks
        ],
    }
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"  # see _no_command


def for_gradescope(result):
    """Return a OneResult as Gradescope's results.json; what could not be graded has no points, and says why."""
    document = {
        "score": result.score,
        "output": "\n".join([result.problem, *_notes(result)]).strip(),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [
            _test(f"{mark.exercise}: {mark.headline}", "\n".join(feedback.sentences(mark)), _verdict(mark))
            for mark in result.marks
        ]
        + [_test(f"{mark.exercise}: {mark.headline}", _by_person(mark)) for mark in result.written],
    }
    if result.problem:
        failed = {"score": 0, "max_score": result.points, "status": "failed"}
        document["tests"] = [_test("The notebook could not be graded", result.problem, failed)]
    return json.dumps(document, indent=2) + "\n"


def _test(name, output, verdict=()):
    return {"name": name, **dict(verdict), "output": output, "output_format": "text", "visibility": "visible"}


def _verdict(mark):
    """Return Gradescope's fields for a verdict. What waits for a person has none: points alone would make it failed."""
    if mark.waits:
        return {}
    return {"score": mark.score, "max_score": mark.points, "status": "passed" if mark.state == "passed" else "failed"}


def for_classroom(result):
    """Return a OneResult as GitHub Classroom's reporter reads it from the output of a step: base64 of JSON.

    The reporter adds up the scores, and null adds nothing: it shows the points so far.
    """
    tests = [
        {
            "name": mark.exercise,
            "status": "pass" if mark.state == "passed" else "error" if mark.waits else "fail",
            "score": final_mark(mark).score,
            "max_score": mark.points,
            "message": "\n".join([mark.headline, *feedback.sentences(mark)]),
        }
        for mark in result.marks
    ]
    if result.problem:
        tests = [{"name": result.notebook, "status": "error", "score": 0, "max_score": 0, "message": result.problem}]
    status = ("pass", "fail", "error")[result.code]
    document = {"version": 1, "status": status, "max_score": result.points, "tests": tests}
    return base64.b64encode(json.dumps(document).encode()).decode()


def _notes(result):
    notes = list(result.graded.notes) if result.graded else []
    unanswered = [mark for mark in result.written if not mark.waits]
    notes += map(_by_person, [*result.waiting, *unanswered])
    if result.graded and result.graded.isolation == "none":
        notes.append("It ran without a sandbox.")
    return [plain(note, 500) for note in notes]


def _by_person(mark):
    worth = f"{mark.exercise} ({count(mark.points, 'point')})"
    return f"A person marks {worth}." if mark.waits else f"{worth} is not answered."
