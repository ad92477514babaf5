"""The claims of the two articles and the most read answer, each with its verdict and what decides it.

The list is claims.toml. `decide` compares a measurement with it.
"""

import difflib
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import UnknownNameError
from .shown import Shown, shown

SOURCES = {"S1": "first article", "S2": "second article", "M": "most read answer"}
SYMBOLS = {"true": "✓", "false": "✗", "depends": "→", "opinion": "○"}


@dataclass(frozen=True)
class Claim:
    """One claim and its verdict.

    Attributes:
        id: "S1.2", "S2.13", "M.3".
        claim: one sentence in the course's own words; quotations are between « ».
        verdict: "true", "false", "depends" or "opinion".
        on: what the verdict depends on; for an opinion, why no measurement can decide it.
        says: "always" if the wording means that one counterexample refutes it (“regardless of”, “implies”); "may" if
            one example proves it (“may”, “can”, “potentially”); "" otherwise.
        holds: if it depends, the cases in which it holds.
        measured: the deciding number, in a few words.
        lesson: the lesson with the deciding cell; "" if a test decides.
        decided_by: the id of that cell, or the name of the test.
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
        """The verdict and what it depends on."""
        return f"depends on {self.on}" if self.verdict == "depends" else self.verdict


CLAIMS = tuple(
    Claim(name, **fields | {"holds": tuple(fields.get("holds", ()))})
    for name, fields in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
)


class VerdictChanged(AssertionError):
    """A measurement gives a different verdict from the list."""


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
        """Holds in all cases: "true"; in none: "false"; in some: "depends", unless the claim says "always" or "may"."""
        held = self.cases.values()
        mixed = {"always": "false", "may": "true", "": "depends"}[self.claim.says]
        return "true" if all(held) else mixed if any(held) else "false"

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


def find(name):
    """Return the claim with this id.

    Raises:
        UnknownNameError: no claim has this id.
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
    """Compare a measurement with the list: holds in all cases → "true", none → "false", some → see Claim.says.

    Args:
        name: the claim's id, such as "S1.2".
        holds: whether the claim holds, True or False; or {case: True or False} with every case that was measured.
        measured: the deciding number, in a few words.

    Returns:
        A Verdict, which shows itself.

    Raises:
        VerdictChanged: the list has a different verdict, or different cases.
        UnknownNameError: there is no such claim.
        TypeError: `holds` is neither a bool nor a dictionary of bools.
        ValueError: `holds` has no cases, or the claim is an opinion.
    """
    claim = find(name)
    if claim.verdict == "opinion":
        raise ValueError(f"{name} is an opinion; expected a claim that a measurement can decide. ({claim.on}.)")
    found = Verdict(claim, _cases(name, holds), shown(measured))
    if (found.verdict, found.holding) != (claim.verdict, claim.holding):
        raise VerdictChanged(
            f"{name}: {claim.claim} The measurement says {found.verdict}{found.holding} ({found.measured}), the list "
            f"says {claim.verdict}{claim.holding}. Look for a fault in the measurement first. If a release of Keras or "
            "TensorFlow has changed what is measured, the list is to be changed: tell the authors (claims.toml)."
        )
    return found


def _holding(verdict, cases):
    """Such as “: it holds for eager”, if that is part of the verdict; else ""."""
    return f": it holds for {'; '.join(cases)}" if verdict == "depends" else ""


def _cases(name, holds):
    """Return {case: bool}, checked; a single bool becomes one case without a name."""
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


def short_form():
    """The list in Markdown, for the README: the count of each verdict, then, folded, each claim with its verdict."""
    lines = [f"| | claims | {' | '.join(SYMBOLS)} |", "|---|---|---|---|---|---|"]
    for source in SOURCES.values():
        count = Counter(claim.verdict for claim in CLAIMS if claim.source == source)
        lines.append(f"| {source} | {count.total()} | {' | '.join(str(count[verdict]) for verdict in SYMBOLS)} |")
    lines += ["", "<details><summary>All of them</summary>", ""]
    lines += ["| | claim | verdict | decided in |", "|---|---|---|---|"]
    for claim in CLAIMS:
        lines.append(f"| {claim.id} | {claim.claim} | {claim.ruling} | {_link(claim)} |")
    return "\n".join([*lines, "", "</details>"])


def _link(claim):
    if claim.lesson:
        return f"[lesson {int(claim.lesson[:2])}](solutions/{claim.lesson}.ipynb)"
    return "[a test](tests/lab/test_claims.py)" if claim.decided_by else "—"
