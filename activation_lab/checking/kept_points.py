"""A learner's points: what `check` and `answer` gave, kept in a file beside the notebooks and sent nowhere."""

import contextlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .. import exercises
from ..shown import Shown, count

SETTING = "ACTIVATION_LAB_POINTS"  # an environment variable that names another file
FILE = "points.json"


def keep(report):
    """Keep the score of a Report if it is the best so far; only in a notebook, or if SETTING names a file."""
    path = _path()
    if path is None or report.state == "not attempted":
        return
    with contextlib.suppress(OSError, ValueError):  # a folder that can't be written, or a damaged file, stays as it is
        kept = _read(path)
        if kept.get(report.name, -1) < report.score:
            _write(path, kept | {report.name: report.score})


def points(lesson):
    """Show the points of a lesson, exercise by exercise.

    Args:
        lesson: its name, such as "01_dense_forward".

    Returns:
        A Points.

    Raises:
        UnknownNameError: there is no such lesson.
    """
    items = (*exercises.of_lesson(lesson), *exercises.questions_of_lesson(lesson))
    path, kept, problem = _path(), {}, ""
    if path is None:
        problem = "Points are kept in notebooks only."
    else:
        try:
            kept = _read(path)
        except (OSError, ValueError) as error:
            problem = f"{path.name} can't be read ({type(error).__name__}: {error}). Delete it to start again from 0."
    return Points(lesson, tuple((item.name, kept.get(item.name), item.points) for item in items), problem)


@dataclass(frozen=True, repr=False)
class Points(Shown):
    """The points of one lesson.

    Attributes:
        lesson: its name.
        rows: ((exercise or question, points so far or None if never tried, points that it is worth), …).
        problem: why they can't be shown, or "".
    """

    lesson: str
    rows: tuple[tuple[str, int | None, int], ...]
    problem: str = ""

    @property
    def score(self):
        """The points so far."""
        return sum(score or 0 for _, score, _ in self.rows)

    def _parts(self):
        if self.problem:
            return "○", f"Lesson {int(self.lesson[:2])}: no points to show", [self.problem]
        worth = sum(worth for _, _, worth in self.rows)
        lines = [f"{_symbol(score, worth)} {name}: {score or 0} of {worth}" for name, score, worth in self.rows]
        symbol = "✓" if self.score == worth else "→"
        return symbol, f"Lesson {int(self.lesson[:2])}: {self.score} of {count(worth, 'point')} so far", lines


def _symbol(score, worth):
    return "○" if score is None else "✓" if score == worth else "✗"


def _path():
    """The file, or None outside of notebooks."""
    if SETTING in os.environ:
        return Path(os.environ[SETTING])
    return Path(FILE) if "ipykernel" in sys.modules else None


def _read(path):
    """{exercise or question: the most points so far}.

    Raises:
        ValueError: the file does not hold that.
    """
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(kept, dict) or not all(type(score) is int for score in kept.values()):
        raise ValueError("it does not hold points")
    return kept


def _write(path, kept):
    """Replace the file at once, since two notebooks may be open."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1, sort_keys=True)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
