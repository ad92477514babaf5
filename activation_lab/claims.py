"""The claims of the two articles and the most read answer, each with its verdict and what decides it.

The list is claims.toml. `decide` compares a measurement with it.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import UnknownNameError
from .shown import Shown, shown

SOURCES = {"S1": "first article", "S2": "second article", "M": "most read answer"}
SYMBOLS = {"true": "✓", "false": "✗", "depends": "→", "opinion": "○", "invented": "◇"}
UNDECIDED = {"opinion": "an opinion", "invented": "invented"}  # verdicts that no measurement gives, in words


@dataclass(frozen=True)
class Claim:
    """One claim and its verdict.

    Attributes:
        id: "S1.2", "S2.13", "M.3".
        claim: one sentence in the course's own words; what is in “ ” is quoted.
        verdict: "true", "false", "depends", "opinion", or "invented" for numbers that nobody measured.
        on: what it depends on; for an opinion or an invention, why nothing decides it.
        says: "always" for a claim that one counterexample refutes, by its words (“regardless of”, “implies”); "may" for
            one that a single example proves (“may”, “can”, “potentially”); "" for one that says neither.
        holds: if it depends, the cases in which it holds.
        measured: the number that decides, in a few words.
        lesson: the one with the cell that decides; "" if a test does.
        decided_by: the id of that cell, or the test.
    """

    id: str
    claim: str
    verdict: str
    on: str = ""
    says: str = ""
    holds: tuple = ()
    measured: str = ""
    lesson: str = ""
    decided_by: str = ""

    @property
    def source(self):
        return SOURCES[self.id.split(".")[0]]

    @property
    def holding(self):
        return _holding(self.verdict, self.holds)

    @property
    def ruling(self):
        """The verdict, and what it depends on."""
        return f"depends on {self.on}" if self.verdict == "depends" else self.verdict


CLAIMS = tuple(
    Claim(name, **fields | {"holds": tuple(fields.get("holds", ()))})
    for name, fields in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
)


class VerdictChanged(AssertionError):
    """A measurement gives a different verdict than the list."""


@dataclass(frozen=True, repr=False)
class Verdict(Shown):
    """The result of a measurement for a claim.

    Attributes:
        claim: a Claim.
        cases: {case: whether the claim holds in that case}.
        measured: a short text.
    """

    claim: Claim
    cases: Mapping[str, bool]
    measured: str

    @property
    def verdict(self):
        """What follows from the cases; see the function `verdict`."""
        return verdict(tuple(self.cases.values()), self.claim.says or "neither")

    @property
    def holding(self):
        return _holding(self.verdict, self.held)

    @property
    def held(self):
        """The cases in which the claim holds."""
        return tuple(case for case, held in self.cases.items() if held)

    def _parts(self):
        lines = [self.claim.claim, f"Measured: {self.measured}."]
        if 0 < len(self.held) < len(self.cases):
            others = (case for case in self.cases if case not in self.held)
            lines += [f"It holds: {'; '.join(self.held)}.", f"It does not hold: {'; '.join(others)}."]
        return SYMBOLS[self.verdict], f"{self.claim.id}: {self.claim.ruling}", lines


def verdict(held, says):
    """In all cases: "true". In none: "false". In some: "depends", unless the claim says “always” or “may”.

    Args:
        held: a tuple with True or False for each case: whether the claim holds in it.
        says: "always", "may" or "neither".

    Returns:
        "true", "false" or "depends".
    """
    if all(held):
        return "true"
    if not any(held):
        return "false"
    return {"always": "false", "may": "true", "neither": "depends"}[says]


def find(name):
    """Return the claim with this id.

    Raises:
        UnknownNameError: there is no such claim.
    """
    for claim in CLAIMS:
        if claim.id == name:
            return claim
    close = difflib.get_close_matches(str(name).upper(), [claim.id for claim in CLAIMS], n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise UnknownNameError(
        f"There is no claim {name!r}.{hint} Expected S1. with 1 to 36, S2. with 1 to 25, or M. with 1 to 3."
    )


def decide(name, holds, measured):
    """all cases hold → "true", none → "false", some → it follows from the claim's words: see `verdict`.

    Args:
        name: the claim's id, such as "S1.2".
        holds: whether the claim holds, True or False; or {case: True or False} with every case that was measured.
        measured: the deciding number, in a few words.

    Returns:
        A Verdict, which shows itself.

    Raises:
        VerdictChanged: the list has another verdict, or other cases.
        UnknownNameError: there is no such claim.
        TypeError: `holds` is neither a bool nor a dictionary of bools.
        ValueError: `holds` has no cases, or no measurement can decide the claim.
    """
    claim = find(name)
    if claim.verdict in UNDECIDED:
        in_words = UNDECIDED[claim.verdict]
        raise ValueError(f"{name} is {in_words}; expected a claim that a measurement can decide. ({claim.on}.)")
    found = Verdict(claim, _cases(name, holds), shown(measured))
    if (found.verdict, found.holding) != (claim.verdict, claim.holding):
        raise VerdictChanged(
            f"{name}: {claim.claim} The measurement says {found.verdict}{found.holding} ({found.measured}), the list "
            f"says {claim.verdict}{claim.holding}. Look for a fault in the measurement first. If a release of Keras or "
            "TensorFlow has changed what is measured, the list is to be changed: tell the authors (claims.toml)."
        )
    return found


def _holding(verdict, cases):
    """Return “: it holds for eager” if that is part of the verdict."""
    return f": it holds for {'; '.join(cases)}" if verdict == "depends" else ""


def _cases(name, holds):
    """Return {case: bool}, checked; a single bool is one case without a name."""
    cases = dict(holds) if isinstance(holds, Mapping) else {"": holds}
    if not cases:
        raise ValueError(f"{name}: received no case; expected at least one that was measured.")
    for held in cases.values():
        if not isinstance(held, bool | np.bool_):
            raise TypeError(
                f"{name}: received {type(held).__name__} {shown(held)[:60]}; expected True or False, or a dictionary "
                "of them, one for each case."
            )
    return {case: bool(held) for case, held in cases.items()}
