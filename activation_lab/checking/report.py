"""What a learner reads after a check, a hint, a prediction or an attempt."""

import re
from dataclasses import dataclass

import numpy as np

from ..shown import Shown, count, shown


@dataclass(frozen=True)
class CaseResult:
    """One case of a check: its name, what is wrong (nothing if it passed), and the values to compare."""

    name: str
    problems: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    @property
    def passed(self):
        return not self.problems


@dataclass(frozen=True, repr=False)
class Report(Shown):
    """The result of `check` or `answer`.

    Attributes:
        name: the name of the exercise or question.
        state: "passed", "failed" or "not attempted".
        points: the points it is worth; `score` is these points or 0.
        cases: a tuple of CaseResult.
        objections: reasons why even correct values do not count.
        diagnoses: sentences, each naming a known mistake that explains the outcomes.
        notes: other sentences about the answer as a whole.
    """

    name: str
    state: str
    points: int
    cases: tuple[CaseResult, ...] = ()
    objections: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def score(self):
        return self.points if self.state == "passed" else 0

    def _parts(self):
        score = f"{self.score} of {count(self.points, 'point')}"
        symbol = {"passed": "✓", "failed": "✗", "not attempted": "○"}[self.state]
        return symbol, f"{self.name}: {self.verdict} ({score})", [*self._lines(), *self.notes]

    @property
    def verdict(self):
        """The verdict in a few words."""
        number, passed = len(self.cases), sum(case.passed for case in self.cases)
        if self.state == "not attempted":
            return "not attempted yet"
        if self.state == "passed":
            return "right" if not number else "the one case passes" if number == 1 else f"all {number} cases pass"
        if self.objections:
            return "not counted"
        if number <= 1:
            return "the one case fails" if number and not passed else "not yet right"
        return f"{passed} of {number} cases {'passes' if passed == 1 else 'pass'}"

    def _lines(self):
        if self.state == "passed" and self.cases:
            return [f"Tried on: {'; '.join(case.name for case in self.cases)}."]
        named = [f"→ {diagnosis}" for diagnosis in self.diagnoses]
        if all(case.passed for case in self.cases):
            return [*self.objections, *named]
        return [*self.objections, *named, *self.case_lines()]

    def case_lines(self):
        """Return a line for each case, with the values under the first that fails; no problem is repeated in a row."""
        lines, said, first = [], (), True
        for case in self.cases:
            if case.passed:
                lines.append(f"✓ {case.name}")
                continue
            problems = [problem for problem in case.problems if problem not in self.diagnoses]
            new = [problem for problem in problems if _folded(problem) not in said]
            if len(new) < len(problems):
                new = ["same as the case above.", *new]
            lines.append(f"✗ {case.name}{': ' if new else ''}{' '.join(new)}")
            lines += [f"    {line}" for line in case.details] if first else []
            said, first = set(map(_folded, case.problems)), False
        return lines


def _folded(problem):
    """Return a problem as it is compared with the one before: errors that differ in numbers alone are the same."""
    return re.sub(r"\d+", "", problem) if problem.startswith("It stops with ") else problem


@dataclass(frozen=True, repr=False)
class Hint(Shown):
    """The hints given so far, newest last.

    Attributes:
        total: how many there are; 0 for a transfer exercise.
        solution: the notebook with the solution, once all hints are given.
    """

    name: str
    texts: tuple[str, ...]
    total: int
    solution: str = ""

    def _parts(self):
        if not self.total:
            lines = [
                "It is made of what the lessons have shown, and you have all of that.",
                f"To see the first case that fails: lab.check({self.name})",
            ]
            return "→", f"{self.name}: no hints, on purpose", lines
        number = len(self.texts)
        lines = [f"{position}. {text}" for position, text in enumerate(self.texts, 1)] if number > 1 else [*self.texts]
        if number < self.total:
            lines.append(f"The next one: run lab.hint({self.name}) again.")
        else:
            where = f" The solution, with its output, is in {self.solution}." if self.solution else ""
            lines.append(f"This was the last one.{where}")
        return "→", f"{self.name}: hint {number} of {self.total}", lines


@dataclass(frozen=True, repr=False)
class Noted(Shown):
    """Something that was taken note of."""

    headline: str
    lines: tuple[str, ...] = ()

    def _parts(self):
        return "→", self.headline, [*self.lines]


@dataclass(frozen=True, repr=False)
class Prediction(Shown):
    """A guess, before the measurement (`measured` is None) or after it."""

    name: str
    guess: object
    measured: object = None

    def _parts(self):
        if self.measured is None:
            if self.guess is None:
                return "○", "No prediction yet. Put your guess in place of None and run this cell again.", []
            return "→", f"You predict {shown(self.guess)}.", []
        if self.guess is None:
            return "→", f"No prediction yet; measured {shown(self.measured)}.", []
        symbol = "✓" if _agrees(self.guess, self.measured) else "✗"
        return symbol, f"You predicted {shown(self.guess)}; measured {shown(self.measured)}.", []


def _agrees(guess, measured):
    """Is a guess right: the same word (“yes” for True), or numbers within 1 %?"""
    if isinstance(measured, bool | np.bool_) and isinstance(guess, str):
        measured = "yes" if measured else "no"
    if isinstance(guess, str) or isinstance(measured, str):
        return str(guess).strip().casefold() == str(measured).strip().casefold()
    try:
        guess, measured = np.asarray(guess, dtype=float), np.asarray(measured, dtype=float)
    except (TypeError, ValueError):  # not numbers
        return guess == measured
    return guess.shape == measured.shape and bool(np.allclose(guess, measured, rtol=0.01, atol=1e-9))


@dataclass(frozen=True, repr=False)
class Attempt(Shown):
    """The result of trying something.

    Attributes:
        kind: the class of the error, else of the first warning, else "".
        text: the first line of its message.
        value: the computed value; None after an error.
    """

    kind: str
    text: str
    value: object = None

    def __str__(self):
        if not self.kind:
            return shown(self.value)
        trouble = f"{self.kind}: {self.text}"
        return trouble if self.value is None else f"{shown(self.value)}, with a {trouble}"

    def _parts(self):
        return "→", str(self) if self.kind else f"No error; the value is {self}.", []
