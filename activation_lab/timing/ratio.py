"""The ratio of two series of times that were taken in pairs."""

import functools

import numpy as np

from ..by_hand.shapes import shaped


def _with_times(function):
    """Decorator: refuse what can't be times; pass on arrays."""

    @functools.wraps(function)
    def checked(times_a, times_b, rng):
        times = {"times_a": np.asarray(times_a, dtype=float), "times_b": np.asarray(times_b, dtype=float)}
        for name, values in times.items():
            wrong = values[~((values > 0) & (values < np.inf))]
            if wrong.size or not values.size:
                received = f"holds {wrong[0]:g}" if wrong.size else "is empty"
                raise ValueError(
                    f"paired_ratio: {name} {received}; expected times above 0. If a clock says 0, time more calls at "
                    "once."
                )
        return function(**times, rng=rng)

    return checked


@shaped(times_a="pairs", times_b="pairs")
@_with_times
def paired_ratio(times_a, times_b, rng):
    """median(times_b / times_a), pair by pair, and the interval that holds 95 % of the medians of its resamples.

    What slows down both times of a pair cancels in their ratio; an interruption spoils one ratio, which the median
    ignores. The interval is a percentile bootstrap: draw as many pairs again, with replacement, take their median, and
    repeat. With fewer than ten pairs it is too narrow.

    Args:
        times_a: (pairs,), seconds.
        times_b: (pairs,), seconds; times_b[i] was taken next to times_a[i].
        rng: a NumPy generator, for the resamples.

    Returns:
        ratio, low, high.

    Raises:
        ValueError: times_a and times_b aren't two equally long series of times above 0.

    Source:
        Bradley Efron, Robert J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    ratios = times_b / times_a
    medians = np.median(rng.choice(ratios, size=(4000, len(ratios))), axis=1)
    low, high = np.percentile(medians, [2.5, 97.5])
    return np.median(ratios), low, high
