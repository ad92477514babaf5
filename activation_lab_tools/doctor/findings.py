"""What one check found."""

from dataclasses import dataclass
from enum import Enum
from functools import partial


class State(Enum):
    """The result of a check."""

    OK = "ok"
    NOTE = "note"  # worth knowing; the course runs anyway
    PART_ONE = "part one"  # Part II cannot run
    FAULT = "fault"
    NOT_TRIED = "not tried"  # it depends on a check that did not go well


@dataclass(frozen=True)
class Finding:
    """What was found and what was expected, in a few words; `remedy`: what to type or do, one step per line."""

    state: State
    found: str
    expected: str = ""
    remedy: str = ""


ok = partial(Finding, State.OK)
note = partial(Finding, State.NOTE)
part_one = partial(Finding, State.PART_ONE)
fault = partial(Finding, State.FAULT)
not_tried = partial(Finding, State.NOT_TRIED)
