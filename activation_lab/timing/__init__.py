"""Paired measurement: how many times as long one piece of work takes as another, and how certain that is."""

from .comparison import Comparison
from .ratio import paired_ratio
from .stopwatch import compare


def figure(**comparisons):
    """Intervals of b/a, one row for each comparison, filled; under each its control, open; the margin is shaded.

    Args:
        comparisons: title to Comparison; underscores in a title become spaces.

    Returns:
        A matplotlib Figure. `figure_alt` says the same in words.

    Raises:
        ValueError: there is no comparison at all.
        TypeError: one isn't a Comparison.
    """
    from .intervals import drawn  # it imports matplotlib, which `lab.timing` alone does not need

    return drawn(comparisons)


def figure_alt(**comparisons):
    """The alt text of the figure that `figure` draws. Args and Raises as there.

    Returns:
        A string; its numbers are rounded to two decimals.
    """
    from .intervals import described

    return described(comparisons)
