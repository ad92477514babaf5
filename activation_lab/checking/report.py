"""What a learner reads: objects with a text and an HTML form, the same words in both."""

import html
import re
from dataclasses import dataclass

import numpy as np

# A bar in a colour-blind safe colour, and always a symbol beside it; the text keeps the theme's own colour.
COLOURS = {"✓": "#009E73", "✗": "#D55E00", "○": "#888888", "→": "#0072B2"}
# Bold and plain type; the name of TensorFlow's kernel, which differs from processor to processor; the operation.
WRAPPING = re.compile(r"\x1b\[\d*m|\{\{function_node [^}]*\}\} ?| \[Op:\w+\] name: ?(?=\n|$)")
# What comes before the words of an error that a function met while TensorFlow traced it.
TRACED = re.compile(r"\Ain user code:\n\n.*?\n *\n +[\w.]+: ", re.DOTALL)
LINES, LINE_LENGTH = 8, 100  # of one value


class Shown:
    """Shows `symbol headline` and under it lines of text.

    In HTML a line that starts with spaces is set as code, one that starts with an arrow in bold, and words in backticks
    as code without them.
    """

    def _parts(self):
        """symbol, headline, list of lines."""
        raise NotImplementedError

    def __repr__(self):
        symbol, headline, lines = self._parts()
        return "\n".join([f"{symbol} {headline}", *(f"  {line}" for line in lines)])

    def _repr_html_(self):
        symbol, headline, lines = self._parts()
        blocks = [f"<div><b>{symbol} {_code(headline)}</b></div>"]
        code = []
        for line in [*lines, ""]:
            if line.startswith(" "):
                code.append(html.escape(line[2:]))
                continue
            if code:
                blocks.append('<pre style="margin: 0.2em 0 0.4em 1.5em">' + "\n".join(code) + "</pre>")
                code = []
            if line:
                blocks.append(
                    f"<div><b>{_code(line)}</b></div>" if line.startswith("→") else f"<div>{_code(line)}</div>"
                )
        style = f"border-left: 5px solid {COLOURS[symbol]}; padding: 0.2em 0 0.2em 0.8em"
        return f'<div style="{style}">{"".join(blocks)}</div>'


def _code(text):
    """HTML of a text, words in backticks as code without them."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


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
        objections: reasons why even right values do not count.
        diagnoses: sentences, each naming a known mistake that explains what was seen.
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
        score = f"{self.score} of {self.points} {'point' if self.points == 1 else 'points'}"
        symbol = {"passed": "✓", "failed": "✗", "not attempted": "○"}[self.state]
        return symbol, f"{self.name}: {self.verdict} ({score})", [*self._lines(), *self.notes]

    @property
    def verdict(self):
        """In a few words."""
        passed = sum(case.passed for case in self.cases)
        if self.state == "not attempted":
            return "not attempted yet"
        if self.state == "passed":
            return f"all {passed} cases pass" if self.cases else "right"
        if self.objections:
            return "not counted"
        return f"{passed} of {len(self.cases)} cases pass" if self.cases else "not yet right"

    def _lines(self):
        if self.state == "passed" and self.cases:
            return [f"Tried on: {'; '.join(case.name for case in self.cases)}."]
        if all(case.passed for case in self.cases):
            return list(self.objections)
        return [*self.objections, *(f"→ {diagnosis}" for diagnosis in self.diagnoses), *self.case_lines()]

    def case_lines(self):
        """Every case in a line, under the first that fails also the values; nothing is said twice running."""
        lines, said, first = [], (), True
        for case in self.cases:
            if case.passed:
                lines.append(f"✓ {case.name}")
                continue
            new = [problem for problem in case.problems if problem not in said]
            lines.append(f"✗ {case.name}: {' '.join(new if len(new) == len(case.problems) else ['The same.', *new])}")
            lines += [f"    {line}" for line in case.details] if first else []
            said, first = case.problems, False
        return lines


@dataclass(frozen=True, repr=False)
class Hint(Shown):
    """The hints given so far, the newest last, and how many there are in all: none for a transfer exercise."""

    name: str
    texts: tuple[str, ...]
    total: int

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
            lines.append("This was the last one; from here the values that check shows will help most.")
        return "→", f"{self.name}: hint {number} of {self.total}", lines


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
    """What came of trying something.

    Attributes:
        kind: class of the error, else of the first warning, else "".
        text: first line of its message.
        value: what was computed; None after an error.
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
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    return first_line(value)


def first_line(value):
    """The first line of a text, an error or any object, whatever it is; never fails.

    Of an error that Keras or TensorFlow has wrapped, the first line of its own words.
    """
    try:
        text = TRACED.sub("", WRAPPING.sub("", str(value))).split("\n\nException encountered: ")[-1]
        lines = [*map(str.strip, text.splitlines()), ""]
        if lines[0].startswith("Exception encountered when calling ") and any(lines[1:]):
            lines = list(filter(None, lines[1:]))
        return lines[0] or "no message"
    except Exception:  # an object may refuse to be shown, or hold itself
        return f"a {type(value).__name__} that cannot be shown"


def array_lines(value):
    """An array (or what may stand for one) in at most a few lines, four decimals."""
    if isinstance(value, float | np.floating):
        return [shown(value)]
    if not isinstance(value, np.ndarray):
        whole = isinstance(value, tuple | list) and all(isinstance(item, int | np.integer) for item in value)
        return [shown(value) if whole else first_line(value)[:LINE_LENGTH]]
    if value.ndim > 2 and value.squeeze().ndim <= 2:
        return [f"shape {value.shape}; without the axes of length 1:", *array_lines(value.squeeze())]
    if value.size > 10_000:
        return [f"an array of shape {value.shape}"]
    if value.dtype.kind == "f":
        value = np.round(value.astype(float), 4) + 0.0  # + 0.0 turns −0 into 0
    text = np.array2string(value, precision=4, suppress_small=True, threshold=24, edgeitems=2, separator=", ")
    lines = text.splitlines()
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], "…"]
