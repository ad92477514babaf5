"""Does the check say what relates a wrong answer to the right one, and nothing where there is no relation?"""

import numpy as np
import pytest
from course import EXERCISES

from activation_lab.checking.compare import agree, numbers
from activation_lab.checking.diagnosis import diagnoses
from activation_lab.checking.outcome import Outcome
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.checking.relations import is_quick

QUICK = [name for name, exercise in EXERCISES.items() if is_quick(exercise)]
TRIALS = 300  # for each exercise: some 5,000 in all


RULES = np.negative, np.transpose, np.abs, np.zeros_like, lambda e: 2 * e, lambda e: e + 1, lambda e: e.ravel()[::-1]
# Wrong results without any rule: each is a function of the right one, drawn anew in every case.
WITHOUT_A_RULE = {
    "random numbers": lambda e, rng: rng.normal(size=e.shape),
    "random numbers of another shape": lambda e, rng: rng.normal(size=rng.integers(1, 5, size=rng.integers(0, 3))),
    "whole numbers": lambda e, rng: rng.integers(-2, 9, size=e.shape),
    "zeros and ones": lambda e, rng: rng.integers(2, size=e.shape).astype(float),
    "noise": lambda e, rng: e + rng.normal(scale=10.0 ** rng.integers(-3, 1), size=e.shape),
    "factors": lambda e, rng: e * rng.uniform(0.2, 3, size=e.shape),
    "a factor for each case": lambda e, rng: e * rng.uniform(0.2, 3),
    "a wrong entry here and there": lambda e, rng: np.where(rng.random(e.shape) < 0.3, rng.normal(size=e.shape), e),
    "zeros here and there": lambda e, rng: np.where(rng.random(e.shape) < 0.4, 0, e),
    "another rule in each case": lambda e, rng: RULES[rng.integers(len(RULES))](e),
    "in another order": lambda e, rng: rng.permutation(e.ravel()).reshape(e.shape),
    "curved": lambda e, rng: np.sin(rng.normal(size=3) @ np.array([e, e**2, np.ones_like(e)]).reshape(3, -1)).reshape(
        e.shape
    ),
}


def drawn(exercise, expected, spoil, rng):
    """An Outcome whose numbers are spoiled, in one part or in all."""
    if not exercise.returns:
        return Outcome(spoil(numbers(expected).astype(float), rng))
    return Outcome(tuple(spoil(numbers(part).astype(float), rng) for part in expected))


@pytest.mark.parametrize("name", QUICK)
def test_no_relation_is_found_by_chance(name, record_property):
    """Of results drawn without a rule, does fewer than one in a hundred get a name?"""
    exercise, rng = EXERCISES[name], np.random.default_rng(sum(map(ord, name)))
    runs, false, tried = reference_runs(exercise, 0), [], 0
    for trial in range(TRIALS):
        kind = list(WITHOUT_A_RULE)[trial % len(WITHOUT_A_RULE)]
        received = {case: drawn(exercise, runs.expected(case).value, WITHOUT_A_RULE[kind], rng) for case in runs.cases}
        if all(agree(runs.expected(case).value, received[case].value, exercise.tolerance) for case in runs.cases):
            continue
        tried += 1
        false += [(kind, found) for found in diagnoses(runs, received)][:1]
    record_property("false names", (len(false), tried))
    print(len(false), tried)
    assert not false, false
