"""What one check found."""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How it stands with what was looked at."""

    OK = "ok"
    NOTE = "note"  # worth knowing; the course runs all the same
    PART_ONE = "part one"  # Part II cannot run
    FAULT = "fault"
    NOT_TRIED = "not tried"  # it needs something that has a fault


@dataclass(frozen=True)
class Finding:
    """What was found and what was expected, a few words each; `remedy`: what to type or do, a line each."""

    state: State
    found: str
    expected: str = ""
    remedy: str = ""


def ok(found, expected=""):
    return Finding(State.OK, found, expected)


def note(found, expected="", remedy=""):
    return Finding(State.NOTE, found, expected, remedy)


def part_one(found, expected, remedy):
    return Finding(State.PART_ONE, found, expected, remedy)


def fault(found, expected, remedy):
    return Finding(State.FAULT, found, expected, remedy)


def not_tried(found):
    return Finding(State.NOT_TRIED, found)
