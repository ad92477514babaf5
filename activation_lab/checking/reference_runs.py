"""What is known of an exercise before an answer comes: its cases, and what the reference and mistakes do with them."""

import functools

import numpy as np

from .outcome import observe


@functools.lru_cache(maxsize=32)
def reference_runs(exercise, seed):
    """The exercise's ReferenceRuns, kept: a learner checks again and again, and a model takes a while to build."""
    return ReferenceRuns(exercise, seed)


class ReferenceRuns:
    """Outcomes of the reference and of the mistakes on the cases that `seed` draws, each found when first asked for.

    Attributes:
        cases: {name: arguments}.
    """

    def __init__(self, exercise, seed):
        self.exercise = exercise
        self.cases = exercise.cases(np.random.default_rng(seed))
        self._outcomes = {}

    def expected(self, case):
        """The reference's Outcome on the case of this name."""
        return self._outcome(None, self.exercise.reference, case)

    def of_mistake(self, diagnosis, case):
        """The Outcome of the mistake with this diagnosis on the case of this name."""
        return self._outcome(diagnosis, self.exercise.mistakes[diagnosis], case)

    def _outcome(self, diagnosis, function, case):
        if (diagnosis, case) not in self._outcomes:
            self._outcomes[diagnosis, case] = observe(self.exercise, function, self.cases[case])
        return self._outcomes[diagnosis, case]
