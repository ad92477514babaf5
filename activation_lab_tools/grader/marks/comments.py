"""The comment library: texts with a name, so that the same comment is written once and can be changed everywhere."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ...errors import UserError

MOST = 1e6  # points that a person gives; TOML knows nan and inf too
NAME = re.compile(r"\[([\w-]+)\]")  # as a comment refers to an entry: “[transposed] And mind the batch.”


@dataclass(frozen=True)
class LibraryComment:
    """An entry of the library.

    Args:
        text: for the student.
        points: what it earns; below zero, what it takes off the exercise's points; None if it decides nothing.
        adds: whether it is of a rubric in which points are earned, so that below zero it takes off what was earned.
    """

    text: str
    points: float | None = None
    adds: bool = False


def load(path):
    """Return {name: LibraryComment} of a file such as

        [transposed]
        text = "The kernel is transposed."
        points = -1

    Raises:
        UserError: it can't be read; the text names the entry.
    """
    path = Path(path)
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path} could not be read: {error}.") from None
    for name, entry in content.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or set(entry) - {"text", "points"}:
            raise UserError(f"{path}: [{name}] needs a text, and may have points, and nothing else.")
        points = entry.get("points", 0)
        if not isinstance(points, int | float) or isinstance(points, bool) or not abs(points) < MOST:
            raise UserError(f"{path}: the points of [{name}] are {points!r}; expected a number, such as -1.")
        if not re.fullmatch(r"[\w-]+", name):
            raise UserError(f"{path}: [{name}] is no name. Use letters, digits, “-” and “_”.")
    return {name: LibraryComment(**entry) for name, entry in content.items()}


def rubrics(given):
    """Return {(lesson, written answer): {name: LibraryComment}} of what `Store.rubrics` returns."""
    return {
        about: {
            name: LibraryComment(text, points, adds=any(worth > 0 for worth, _ in rubric.values()))
            for name, (points, text) in rubric.items()
        }
        for about, rubric in given.items()
    }


def resolved(comment, library):
    """Return a comment as the student reads it, with the texts of the entries that it names."""
    return NAME.sub(lambda found: library[found[1]].text if found[1] in library else found[0], comment)


def unknown(comment, library):
    """Return the names in a comment that the library doesn't have."""
    return [name for name in NAME.findall(comment) if name not in library]


def points(comment, library, maximum):
    """Return what the entries that a comment names earn together; None if they decide nothing.

    Points from zero up are added; if any are below zero, all are counted from the maximum, but in a rubric that adds.
    """
    named = [library[name] for name in NAME.findall(comment) if name in library]
    given = [each.points for each in named if each.points is not None]
    if not given:
        return None
    start = maximum if min(given) < 0 and not any(each.adds for each in named) else 0
    return min(max(sum(given) + start, 0), maximum)
