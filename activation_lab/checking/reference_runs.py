"""What is known about an exercise in advance: its cases, and what the reference and mistakes do with them."""

import functools

import numpy as np

from .outcome import Outcome, observe


@functools.lru_cache(maxsize=256)
def reference_runs(exercise, seed):
    """Return the exercise's ReferenceRuns, cached: learners check repeatedly, and a model takes a while to build."""
    return ReferenceRuns(exercise, seed)


class ReferenceRuns:
    """The outcomes of the reference and the mistakes on the cases drawn with `seed`, each computed on first use.

    Attributes:
        cases: {name: arguments}.
        outcomes: {(diagnosis of a mistake, or None for the reference; case name): Outcome}, of those that have run.
        memory: what looking for relations has computed, for the next answer.
    """

    def __init__(self, exercise, seed):
        self.exercise = exercise
        self.cases = exercise.cases(np.random.default_rng(seed))
        self.memory = {}
        self.outcomes = {}

    def expected(self, case):
        """Return the reference's Outcome on the case with this name; for a handout's exercise, what is recorded."""
        recorded = getattr(self.exercise, "recorded", {})
        if case in recorded:
            return Outcome(recorded[case])
        return self._outcome(None, self.exercise.reference, case)

    def of_mistake(self, diagnosis, case):
        """Return the Outcome of the mistake with this diagnosis on the case with this name."""
        return self._outcome(diagnosis, self.exercise.mistakes[diagnosis], case)

    def _outcome(self, diagnosis, function, case):
        if (diagnosis, case) not in self.outcomes:
            self.outcomes[diagnosis, case] = observe(self.exercise, function, self.cases[case])
        return self.outcomes[diagnosis, case]
