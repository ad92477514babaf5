"""The cause of a wrong answer that no listed mistake explains: its contract, its error, or its architecture."""

import contextlib
import re

from ..errors import CannotJudge
from .architecture_difference import architecture_difference
from .case import argument_names
from .compare import agree
from .error_causes import error_cause
from .returned import contract

MOST_ERRORS = 2
QUOTED = re.compile(r"`[^`]*`|'[^']*'|\d+")  # what two sentences of one kind may differ in


def causes(runs, received, returns_nothing):
    """Return sentences that name the cause; () if none is known.

    Args:
        runs: the exercise's ReferenceRuns.
        received: {case name: the answer's Outcome}, for every case.
        returns_nothing: why the answer returns None, if its source shows it; else "".
    """
    with contextlib.suppress(Exception):  # what came back may be of a learner's own class, which may raise at anything
        if any(outcome.error is not None for outcome in received.values()):
            return _of_errors(runs, received, returns_nothing)
        # Where `examine` makes what is compared, the answer itself returned something else.
        if runs.exercise.examine is None and (sentence := contract(runs, received, returns_nothing)):
            return (sentence,)
        return _of_architectures(runs, received) or _changed_argument(runs, received)
    return ()


def _of_errors(runs, received, returns_nothing):
    """Return a sentence for each kind of error, in the order of the cases."""
    found = {}
    for case in runs.cases:
        outcome = received[case]
        if outcome.error is None:
            continue
        if sentences := _of_error(runs, case, outcome, returns_nothing):
            found.setdefault(QUOTED.sub("", sentences[0]), sentences)
    return tuple(sentence for sentences in list(found.values())[:MOST_ERRORS] for sentence in sentences)


def _of_error(runs, case, outcome, returns_nothing):
    if outcome.architecture and (found := _difference(runs, case, outcome)):
        return found
    if type(outcome.error) is not CannotJudge:
        sentence = error_cause(runs.exercise, outcome)
        return (sentence,) if sentence else ()
    text = str(outcome.error)
    return (returns_nothing,) if text.startswith("It returns None") and returns_nothing else (text,)


def _of_architectures(runs, received):
    """Return how the architecture differs in the first case that fails, if it differs in each that does."""
    first = ()
    for case in runs.cases:
        outcome = received[case]
        if agree(runs.expected(case).value, outcome.value, runs.exercise.tolerance):
            continue
        found = outcome.architecture and _difference(runs, case, outcome)
        if not found:
            return ()
        first = first or found
    return first


def _difference(runs, case, outcome):
    expected = runs.expected(case).architecture
    if not runs.exercise.architecture or expected is None:
        return ()
    return architecture_difference(expected, outcome.architecture, runs.exercise.architecture == "exact")


def _changed_argument(runs, received):
    """Return a sentence if every value is right, and only an argument is changed."""
    positions = {position for outcome in received.values() for position in outcome.changed}
    right = all(agree(runs.expected(c).value, received[c].value, runs.exercise.tolerance) for c in runs.cases)
    if not positions or not right or any(outcome.warnings for outcome in received.values()):
        return ()
    names = ", ".join(argument_names(runs.exercise)[position] for position in sorted(positions))
    return (
        f"Every value is right, but {names} of the caller is changed in place. Another name for an array makes no "
        "copy; `.copy()` does.",
    )
