"""What the interval of a ratio, and that of its control, allow us to say."""

import html
from dataclasses import dataclass

from ..shown import count

UNITS = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


@dataclass(frozen=True, repr=False)
class Comparison:
    """How many times as long b takes as a. `compare` makes it.

    The verdict follows from the two intervals, never from the ratio. The first of these that holds decides:

    1. The control's interval reaches beyond 1 ± margin: "inconclusive". Equal work was not seen to be equal.
    2. The interval lies within 1 ± margin: "equal within the margin". It may leave out 1: then there is a difference,
       but it is smaller than what matters.
    3. It lies above 1 and above the control's interval: "longer". Below 1 and below the control's: "shorter". A
       difference that equal work shows too doesn't count.
    4. Otherwise: "inconclusive".

    "inconclusive" is a third outcome, neither yes nor no: it doesn't say that a and b are equal.

    Attributes:
        ratio, low, high: the median ratio of b to a, and its interval of 95 %.
        control: (ratio, low, high) of the control to a.
        seconds_a, seconds_b: medians, of one call.
        names: of a and of b.
        margin: the smallest difference that matters; 0.05 is 5 %.
        pairs: how many rounds were timed.
        calls: how many calls were timed at once.
    """

    ratio: float
    low: float
    high: float
    control: tuple[float, float, float]
    seconds_a: float
    seconds_b: float
    names: tuple[str, str] = ("a", "b")
    margin: float = 0.05
    pairs: int = 60
    calls: int = 1

    @property
    def verdict(self):
        _, control_low, control_high = self.control
        if not self._small(control_low, control_high):
            return "inconclusive"
        if self._small(self.low, self.high):
            return "equal within the margin"
        if self.low > max(1, control_high):
            return "longer"
        if self.high < min(1, control_low):
            return "shorter"
        return "inconclusive"

    @property
    def sentence(self):
        (a, b), (_, *control) = self.names, self.control
        difference = f"{b} takes {_compared(self.low, self.high, a)}"
        if self.verdict in ("longer", "shorter"):
            return f"{difference}."
        if self.verdict == "equal within the margin":
            return f"Equal within ±{_two_digits(100 * self.margin)} %: {difference}."
        if not self._small(*control):
            return (
                "Inconclusive, since the stopwatch itself was off: the control, which should take as long, "
                f"takes {_compared(*control, a)}. Measure again; on a busy machine this may not help."
            )
        return (
            f"Inconclusive: {difference}, and the control takes {_compared(*control, a)}. "
            "Measure again, with more pairs."
        )

    def _small(self, low, high):
        return 1 - self.margin <= low and high <= 1 + self.margin

    def _table(self):
        """Four rows of four texts."""
        a, b = self.names
        return (
            (
                f"{self.pairs} rounds of {count(self.calls, 'call')}",
                "one call",
                "ratio",
                "95 % interval",
            ),
            (a, _duration(self.seconds_a), "", ""),
            (b, _duration(self.seconds_b), f"{self.ratio:.3f}", f"{self.low:.3f} to {self.high:.3f}"),
            ("control", "", f"{self.control[0]:.3f}", f"{self.control[1]:.3f} to {self.control[2]:.3f}"),
        )

    def __repr__(self):
        table = self._table()
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        rows = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
        return "\n".join([*rows, "", self.sentence])

    def _repr_html_(self):
        head, *rows = [[html.escape(text) for text in row] for row in self._table()]
        lines = ["".join(f'<th scope="col">{text}</th>' for text in head)]
        lines += [f'<th scope="row">{name}</th>' + "".join(f"<td>{text}</td>" for text in row) for name, *row in rows]
        return f"<table><tr>{'</tr><tr>'.join(lines)}</tr></table><p>{html.escape(self.sentence)}</p>"


def _compared(low, high, other):
    """“between 17 % and 22 % longer than a”: what follows “takes”."""
    if low >= 2:
        return f"{_between(low, high)} times as long as {other}"
    if low > 1:
        return f"{_between(100 * (low - 1), 100 * (high - 1), ' %')} longer than {other}"
    if high < 1:
        return f"{_between(100 * (1 - high), 100 * (1 - low), ' %')} less time than {other}"
    return f"between {_two_digits(100 * (1 - low))} % less and {_two_digits(100 * (high - 1))} % more time than {other}"


def _between(low, high, unit=""):
    low, high = _two_digits(low), _two_digits(high)
    return f"{low}{unit}" if low == high else f"between {low}{unit} and {high}{unit}"


def _two_digits(number):
    """12, 1.2 and 0.1: no more than a measurement is good for."""
    return f"{number:.0f}" if number >= 9.95 else f"{number:.1f}".removesuffix(".0")


def _duration(seconds):
    """“1.26 ms”: three digits, in the unit that puts one to three of them before the point."""
    size, unit = next((pair for pair in UNITS if seconds >= 0.9995 * pair[0]), UNITS[-1])
    return f"{seconds / size:.3g} {unit}"
