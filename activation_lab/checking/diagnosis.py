"""Which known mistakes explain what an answer did."""

import itertools

from .compare import agree
from .outcome import observe


def diagnoses(exercise, cases, expected, received):
    """Keys of the exercise's mistakes that explain the outcomes.

    A mistake explains an answer when their whole outcomes agree on every case: values, kind of error, warnings, changed
    arguments. Where none does and the answer has several parts, each wrong part is explained on its own, by mistakes
    that spoil this part alone; so two errors get two diagnoses.

    Args:
        exercise: an Exercise.
        cases: name to arguments.
        expected, received: name to Outcome, of the reference and of the answer.

    Returns:
        A tuple of sentences.
    """
    outcomes = {
        text: {name: observe(exercise, mistake, arguments) for name, arguments in cases.items()}
        for text, mistake in exercise.mistakes.items()
    }
    whole = tuple(text for text, seen in outcomes.items() if _alike(exercise, seen, received))
    if whole or not exercise.returns:
        return whole
    return _other_order(exercise, expected, received) or _part_by_part(exercise, outcomes, expected, received)


def _alike(exercise, a, b):
    return all(
        type(a[name].error) is type(b[name].error)
        and a[name].warnings == b[name].warnings
        and a[name].changed == b[name].changed
        and agree(a[name].value, b[name].value, exercise.tolerance)
        for name in a
    )


def _other_order(exercise, expected, received):
    """Are the parts all right, but returned in another order?"""
    if not all(exercise.is_whole(outcome.value) for outcome in received.values()):
        return ()
    parts = range(len(exercise.returns))
    pairs = [(expected[name].value, received[name].value) for name in expected]
    for order in itertools.permutations(parts):
        if all(agree(e[part], r[place], exercise.tolerance) for e, r in pairs for place, part in enumerate(order)):
            return (f"The values are returned in another order; expected {', '.join(exercise.returns)}.",)
    return ()


def _part_by_part(exercise, outcomes, expected, received):
    found = {}
    for part in _wrong_parts(exercise, expected, received):
        for text, seen in outcomes.items():
            if _wrong_parts(exercise, expected, seen) == [part] and not _differs(exercise, part, seen, received):
                found[text] = None
    return tuple(found)


def _wrong_parts(exercise, expected, seen):
    return [part for part in range(len(exercise.returns)) if _differs(exercise, part, expected, seen)]


def _differs(exercise, part, a, b):
    """Does this part of the value differ in some case, or is it missing?"""

    def value(outcome):
        return outcome.value[part] if exercise.is_whole(outcome.value) else None

    return any(not agree(value(a[name]), value(b[name]), exercise.tolerance) for name in a)
