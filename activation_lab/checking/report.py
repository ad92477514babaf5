"""What a learner reads: objects with a text and an HTML form, the same words in both."""

import html
from dataclasses import dataclass

import numpy as np

# A bar in a colour-blind safe colour, and always a symbol beside it; the text keeps the theme's own colour.
COLOURS = {"✓": "#009E73", "✗": "#D55E00", "○": "#888888", "→": "#0072B2"}
STOPS = "stops with "  # begins what is said of an answer that raises an error


class Shown:
    """Shows `symbol headline` and under it lines of text; a line that starts with spaces is set as code."""

    def _parts(self):
        """symbol, headline, list of lines."""
        raise NotImplementedError

    def __repr__(self):
        symbol, headline, lines = self._parts()
        return "\n".join([f"{symbol} {headline}", *(f"  {line}" for line in lines)])

    def _repr_html_(self):
        symbol, headline, lines = self._parts()
        blocks = [f"<div><b>{symbol} {html.escape(headline)}</b></div>"]
        code = []
        for line in [*lines, ""]:
            if line.startswith(" "):
                code.append(html.escape(line[2:]))
                continue
            if code:
                blocks.append('<pre style="margin: 0.2em 0 0.4em 1.5em">' + "\n".join(code) + "</pre>")
                code = []
            if line:
                blocks.append(f"<div>{html.escape(line)}</div>")
        style = f"border-left: 5px solid {COLOURS[symbol]}; padding: 0.2em 0 0.2em 0.8em"
        return f'<div style="{style}">{"".join(blocks)}</div>'


@dataclass(frozen=True)
class CaseResult:
    """One case of a check: its name, what is wrong (nothing where it passed), and the values to compare."""

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
        name: of the exercise or question.
        state: "passed", "failed" or "not attempted".
        points: what it is worth; `score` is points or 0.
        cases: a tuple of CaseResult.
        diagnoses: sentences, each naming a known mistake that explains what was seen.
        notes: other sentences about the answer as a whole.
    """

    name: str
    state: str
    points: int
    cases: tuple[CaseResult, ...] = ()
    diagnoses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def score(self):
        return self.points if self.state == "passed" else 0

    def _parts(self):
        score = f"{self.score} of {self.points} {'point' if self.points == 1 else 'points'}"
        if self.state == "not attempted":
            return "○", f"{self.name}: not attempted yet ({score})", list(self.notes)
        if self.state == "passed":
            cases = f"all {len(self.cases)} cases pass" if self.cases else "right"
            names = [f"Tried on: {'; '.join(case.name for case in self.cases)}."] if self.cases else []
            return "✓", f"{self.name}: {cases} ({score})", [*names, *self.notes]
        passed = sum(case.passed for case in self.cases)
        headline = (
            f"{self.name}: {passed} of {len(self.cases)} cases pass" if self.cases else f"{self.name}: not yet right"
        )
        lines = [f"→ {diagnosis}" for diagnosis in self.diagnoses]
        return "✗", f"{headline} ({score})", [*lines, *self._case_lines(), *self.notes]

    def _case_lines(self):
        """Every case in a line; the first that fails also with its values, and only it with an error's whole text."""
        lines, failed = [], 0
        for case in self.cases:
            if case.passed:
                lines.append(f"✓ {case.name}")
                continue
            problems = [p.split(":")[0] + "." if failed and p.startswith(STOPS) else p for p in case.problems]
            lines.append(f"✗ {case.name}: {' '.join(problems)}")
            lines += [] if failed else [f"    {line}" for line in case.details]
            failed += 1
        return lines


@dataclass(frozen=True, repr=False)
class Hint(Shown):
    """One hint: its number among how many, and its text."""

    name: str
    number: int
    total: int
    text: str

    def _parts(self):
        last = ["This was the last one; from here the numbers that check shows will help most."]
        more = [f"More: lab.hint({self.name})"]
        return (
            "→",
            f"Hint {self.number} of {self.total} for {self.name}",
            [
                self.text,
                *(last if self.number == self.total else more),
            ],
        )


@dataclass(frozen=True, repr=False)
class Prediction(Shown):
    """A guess, before (`measured` is None) or after the measurement."""

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
        return "→", f"You predicted {shown(self.guess)}; measured {shown(self.measured)}.", []


@dataclass(frozen=True, repr=False)
class Attempt(Shown):
    """What came of trying something: the kind of error or warning and its first line, or the value."""

    kind: str
    text: str

    def _parts(self):
        if self.kind == "value":
            return "→", f"No error. The value is {self.text}.", []
        return "→", f"{self.kind}: {self.text}", []


def shown(value):
    """A value in one short line, alike on every machine: arrays and floats rounded, no negative zero."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return f"{float(value) + 0.0:.6g}"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}" if abs(int(value)) >= 10_000 else str(int(value))
    if isinstance(value, np.ndarray):
        return " ".join(array_lines(value))
    if isinstance(value, tuple | list):
        inside = ", ".join(map(shown, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    return str(value)


def array_lines(value):
    """An array (or what may stand for one) in at most a few lines, four decimals."""
    if not isinstance(value, np.ndarray):
        return [shown(value)] if isinstance(value, float | np.floating) else repr(value).splitlines()[:6]
    if value.dtype.kind == "f":
        value = np.round(value.astype(float), 4) + 0.0  # + 0.0 turns −0 into 0
    text = np.array2string(value, precision=4, suppress_small=True, threshold=24, edgeitems=2, separator=", ")
    lines = text.splitlines()
    return lines if len(lines) <= 8 else [*lines[:7], "…"]
