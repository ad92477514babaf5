"""Comparisons as intervals: drawn, and in words."""

from ..figures.style import DERIVATIVE, FUNCTION, INK, SHADE, new_figure, styled
from .comparison import Comparison

ROW = 0.62  # inches


@styled
def drawn(comparisons):
    _check(comparisons)
    figure, axes = new_figure(size=(7.0, 1.4 + ROW * len(comparisons)))
    axes.use_sticky_edges = False  # room beside the margin's band
    axes.axvline(1, color=INK, linewidth=1)
    for row, comparison in enumerate(comparisons.values()):
        band = axes.barh(row, 2 * comparison.margin, 1, left=1 - comparison.margin, color=SHADE, zorder=0)
        pair = _interval(axes, row - 0.17, comparison.ratio, comparison.low, comparison.high, FUNCTION, "o")
        control = _interval(axes, row + 0.2, *comparison.control, DERIVATIVE, "s", markerfacecolor="none")
    axes.set_yticks(range(len(comparisons)), map(_spaced, comparisons))
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=_ratio(comparisons), ylim=(len(comparisons) - 0.5, -0.5))
    figure.legend([pair, control, band], ["the ratio", "the control", "the margin"], loc="outside upper right", ncols=3)
    return figure


def described(comparisons):
    _check(comparisons)
    margins = sorted({comparison.margin for comparison in comparisons.values()})
    rows = "; ".join(
        f"{_spaced(title)} from {one.low:.2f} to {one.high:.2f}, its control from {one.control[1]:.2f} to "
        f"{one.control[2]:.2f}"
        for title, one in comparisons.items()
    )
    shaded = " or ".join(f"{1 - margin:g} to {1 + margin:g}" for margin in margins)
    return f"Intervals of the {_ratio(comparisons)}: {rows}. Shaded: the margin, {shaded}."


def _interval(axes, height, ratio, low, high, color, marker, **options):
    reach = [[ratio - low], [high - ratio]]
    return axes.errorbar(ratio, height, xerr=reach, fmt=marker, color=color, capsize=4, markersize=7, **options)


def _ratio(comparisons):
    """What the axis counts; by name, where all compare the same two."""
    names = {comparison.names for comparison in comparisons.values()}
    a, b = names.pop() if len(names) == 1 else ("first", "second")
    return f"time of {b} / time of {a}"


def _spaced(title):
    return title.replace("_", " ")


def _check(comparisons):
    if not comparisons:
        raise ValueError("timing.figure: received nothing; expected comparisons, such as eager=timing.compare(a, b).")
    for title, item in comparisons.items():
        if not isinstance(item, Comparison):
            raise TypeError(
                f"timing.figure: {title} is a {type(item).__name__}; expected a Comparison, as timing.compare returns."
            )
