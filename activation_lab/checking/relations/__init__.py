"""Relations: one simple connection between what came back and what was expected, that holds on every case.

“dkernel is what was expected, divided by 4, the batch size.” They are looked for where no listed mistake explains an
answer, in an order from simple to complex; a relation found says what the numbers show, never how they were written.
"""

import contextlib

import numpy as np

from . import changes, edits, formulas, other_arguments, patterns, scales
from .compared import compared, is_quick

# Each finder takes the Compared of one part and returns a text that completes “dx is …”, or None.
FINDERS = (
    changes.as_another_type,
    formulas.constant,
    formulas.argument,
    scales.scaled,
    changes.laid_out,
    scales.shifted,
    other_arguments.exchanged,
    formulas.of_arguments,
    scales.of_argument,
    changes.applied,
    patterns.partly_right,
    changes.unfinished,
    other_arguments.changed,
    scales.scaled_after_a_change,
)
LOOSE = 1e-4  # with a tolerance above this, relations would hold by chance


def relations(runs, received, parts):
    """Return sentences that relate these parts of an answer to what was expected of them.

    Args:
        runs: the exercise's ReferenceRuns.
        received: {case name: the answer's Outcome}.
        parts: indices of the parts to explain; (None,) if the answer is one value.

    Returns:
        A tuple of sentences; parts with the same relation share one. A part without a relation has none.
    """
    exercise = runs.exercise
    if exercise.tolerance.absolute > LOOSE:
        return ()
    with np.errstate(all="ignore"):
        cases = {part: compared(runs, received, part) for part in parts}
        found = {part: text for part in parts if (text := _text(cases[part]))}
        rest = {part: cases[part] for part in parts if part not in found}
        edited = edits.found(runs, received, rest) if is_quick(exercise) else {}
    return (*_sentences(exercise, found), *_sentences(exercise, edited, edits.SENTENCE))


def _text(cases):
    if sum(case.expected.size for case in cases) < 2:  # a single number is some multiple of any other
        return None
    for finder in FINDERS if cases[0].expected.dtype.kind != "b" else (formulas.constant,):
        with contextlib.suppress(Exception):  # shapes that don't fit together, in whatever came back
            if text := finder(cases):
                return text
    return None


def _sentences(exercise, found, form="{subject} {is_} {text}."):
    """Return one sentence for each text, about all parts that it belongs to."""
    for text in dict.fromkeys(found.values()):
        *first, last = [_name(exercise, part) for part in found if found[part] == text]
        subject = f"{', '.join(first)} and {last}" if first else last
        sentence = form.format(subject=subject, is_="are" if first else "is", text=text)
        yield sentence[0].upper() + sentence[1:] if sentence.startswith("the ") else sentence


def _name(exercise, part):
    return "the result" if part is None else exercise.returns[part]
