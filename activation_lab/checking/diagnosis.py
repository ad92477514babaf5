"""Diagnosis: which known mistakes explain what an answer did."""

import functools
import itertools
import re

from ..errors import CannotJudge
from ..shown import first_line
from .causes import causes
from .compare import agree
from .relations import relations


def diagnoses(runs, received, returns_nothing=""):
    """Return the keys of the exercise's mistakes that explain the outcomes, or other sentences about the cause.

    A mistake explains an answer if their outcomes agree on every case: values, kind of error, warnings, changed
    arguments. If the answer raises in every case, nothing else can tell mistakes apart, so the error messages must
    agree too. If no mistake explains it, its cause may show: what came back, what stopped it, a model's architecture.
    Last, if the answer has several parts, each wrong part is explained separately, by mistakes that affect only this
    part; so two errors get two diagnoses.

    Args:
        runs: the exercise's ReferenceRuns.
        received: {case name: the answer's Outcome}.
        returns_nothing: why the answer returns None, if its source shows it.

    Returns:
        A tuple of sentences.
    """
    exercise = runs.exercise
    alike = _alike if any(outcome.error is None for outcome in received.values()) else _stops_alike

    # Case by case, since the first case rules out most mistakes, and a model takes a while to build.
    def explains_all(text):
        return all(alike(exercise, runs.of_mistake(text, case), received[case]) for case in runs.cases)

    whole = tuple(filter(explains_all, exercise.mistakes))
    if whole:
        return whole
    if not exercise.returns:
        return _unlisted(runs, received, returns_nothing, lambda: relations(runs, received, (None,)))
    in_parts = functools.partial(_part_by_part, runs, received)
    return _other_order(runs, received) or _unlisted(runs, received, returns_nothing, in_parts)


def _unlisted(runs, received, returns_nothing, related):
    """Return the cause, or what `related()` finds; both, if an answer stops in some cases and not in others."""
    stopped = any(outcome.error is not None and type(outcome.error) is not CannotJudge for outcome in received.values())
    if stopped and not runs.exercise.architecture:
        return (*related(), *causes(runs, received, returns_nothing))
    return causes(runs, received, returns_nothing) or related()


def _alike(exercise, a, b):
    return (
        _same_error(a.error, b.error)
        and _kinds(a.warnings) == _kinds(b.warnings)
        and a.changed == b.changed
        and agree(a.value, b.value, exercise.tolerance)
    )


def _kinds(warnings):
    """“overflow encountered in power” warns of the same as “overflow encountered in exp”."""
    return {re.sub(r"(encountered) in .*", r"\1", text) for text in warnings}


def _same_error(a, b):
    """Are two errors of the same kind? Two CannotJudge must also have the same message."""
    return type(a) is type(b) and (not isinstance(a, CannotJudge) or str(a) == str(b))


def _stops_alike(exercise, a, b):
    """Do both raise with the same message, apart from numbers? (Keras numbers its layers.)"""
    return _same_error(a.error, b.error) and _words(a.error) == _words(b.error)


def _words(error):
    return re.sub(r"\d+", "", first_line(error))


def _other_order(runs, received):
    """Are all parts correct, but returned in a different order?"""
    exercise = runs.exercise
    if not all(exercise.is_whole(outcome.value) for outcome in received.values()):
        return ()
    parts = range(len(exercise.returns))
    pairs = [(runs.expected(case).value, received[case].value) for case in runs.cases]
    for order in itertools.islice(itertools.permutations(parts), 1, None):  # the first one is the right order
        if all(agree(e[part], r[place], exercise.tolerance) for e, r in pairs for place, part in enumerate(order)):
            return (f"The values are returned in another order; expected {', '.join(exercise.returns)}.",)
    return ()


def _part_by_part(runs, received):
    """Explain each wrong part by itself: by a mistake that affects only this part, else by a relation."""
    found, unexplained = {}, []
    for part in range(len(runs.exercise.returns)):
        if any(part in _wrong_parts(runs.exercise, runs.expected(case), received[case]) for case in runs.cases):
            texts = [text for text in runs.exercise.mistakes if _explains(runs, text, part, received)]
            found |= dict.fromkeys(texts)
            unexplained += [] if texts else [part]
    return (*found, *relations(runs, received, unexplained))


def _explains(runs, text, part, received):
    """Does the mistake change this part in the same way as the answer, and no other part?"""
    affected = set()
    for case in runs.cases:
        affected.update(_affected_parts(runs, text, case))
        if affected - {part} or part in _wrong_parts(runs.exercise, runs.of_mistake(text, case), received[case]):
            return False
    return bool(affected)


def _affected_parts(runs, text, case):
    """Return the indices of the parts that a mistake makes wrong, computed once for all answers."""
    remembered = runs.memory.setdefault("affected parts", {})
    if (text, case) not in remembered:
        remembered[text, case] = _wrong_parts(runs.exercise, runs.expected(case), runs.of_mistake(text, case))
    return remembered[text, case]


def _wrong_parts(exercise, expected, seen):
    """Return the indices of the parts that differ or are missing."""

    def value(outcome, part):
        return outcome.value[part] if exercise.is_whole(outcome.value) else None

    parts = range(len(exercise.returns))
    return [part for part in parts if not agree(value(expected, part), value(seen, part), exercise.tolerance)]
