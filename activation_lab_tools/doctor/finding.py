"""What one check found."""

from dataclasses import dataclass
from enum import Enum
from functools import partial


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


ok = partial(Finding, State.OK)
note = partial(Finding, State.NOTE)
part_one = partial(Finding, State.PART_ONE)
fault = partial(Finding, State.FAULT)
not_tried = partial(Finding, State.NOT_TRIED)
