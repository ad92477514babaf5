"""The stopwatch: pieces of work timed in turn, in random order, many times."""

import gc
import itertools
import time

import numpy as np

from ..by_hand.validate import whole
from .comparison import Comparison
from .progress import Bar
from .ratio import paired_ratio

ENOUGH = 0.005  # seconds of a sample: thousands of times what reading the clock takes
PATIENCE = 1.0  # seconds of wall-clock time, in which another clock must have seen ENOUGH
FEWEST = 10  # pairs


def compare(a, b, *, control=None, pairs=60, names=("a", "b"), margin=0.05, seed=0, progress=None, clock=None):
    """median(seconds of b / seconds of a) over pairs, with its interval, and the same for a control.

    First each is called more and more often in a row, until a sample is long enough for the clock; by then, everything
    that only a first call does is over. The number of calls is the same for all. Then come the rounds: in each round a,
    b and the control are timed once, in random order, with the garbage collector off.

    The clock counts this process's processor time. It doesn't count the time in which other programs have the
    processor, but they still change what it shows: they push this program's data out of the caches, take memory
    bandwidth, and change the processor's speed, so that the same work takes more or less processor time. Pairs cancel
    what is the same for a and b; no clock cancels the rest. It adds up the time of all threads, and doesn't count
    waiting, for a disk or for a GPU. If its steps are too coarse, as on Windows, wall-clock time is used instead.
    Calling a function takes some 50 ns by itself, which are part of each time.

    Args:
        a, b: functions without arguments, such as `lambda: model(x)`.
        control: a third, as far as you know equal to a, timed against a; by default a itself once more.
        pairs: how many rounds; at least 10.
        names: what a and b are called in the result.
        margin: the smallest difference that matters; 0.05 is 5 %.
        seed: of the random order, and of the intervals.
        progress: whether to show a bar while it runs; by default, in a notebook, if it takes more than 3 seconds.
        clock: a function that returns seconds; by default one is chosen.

    Returns:
        A Comparison.

    Raises:
        TypeError: a, b or the control is not a function.
        ValueError: pairs, names or margin make no sense, or the clock doesn't see the work.
    """
    works = (a, b, a if control is None else control)
    _check(works, pairs, names, margin)
    clock = clock or fine_clock()
    rng = np.random.default_rng(seed)
    calls = max(_enough_calls(work, clock) for work in works)
    seconds = np.empty((pairs, len(works)))
    with Bar(" and ".join(names), pairs, progress) as bar:
        for number, row in enumerate(seconds):
            for column in rng.permutation(len(works)):
                row[column] = sample(works[column], calls, clock)
            bar.advance(number + 1)
    times_a, times_b, times_control = seconds.T / calls
    ratio, low, high = map(float, paired_ratio(times_a, times_b, rng))
    return Comparison(
        ratio=ratio,
        low=low,
        high=high,
        control=tuple(map(float, paired_ratio(times_a, times_control, rng))),
        seconds_a=float(np.median(times_a)),
        seconds_b=float(np.median(times_b)),
        names=tuple(names),
        margin=margin,
        pairs=pairs,
        calls=calls,
    )


def sample(work, calls, clock):
    """Seconds that `calls` calls in a row take, with the garbage collector off."""
    collects = gc.isenabled()
    gc.disable()
    try:
        start = clock()
        for _ in itertools.repeat(None, calls):
            work()
        return clock() - start
    finally:
        if collects:
            gc.enable()


def fine_clock():
    """Processor time, or wall-clock time if the former moves in steps too coarse for a sample.

    The steps are measured, since `time.get_clock_info` promises finer ones than some systems keep.
    """
    return time.process_time if max(_step(time.process_time) for _ in range(3)) < ENOUGH / 20 else time.perf_counter


def _step(clock):
    start = clock()
    while (now := clock()) == start:
        pass
    return now - start


def _enough_calls(work, clock):
    """How many calls in a row take ENOUGH seconds, in each of three samples; that warms up, too."""
    calls = 1
    while True:
        start = time.perf_counter()
        samples = [sample(work, calls, clock) for _ in range(3)]
        if min(samples) >= ENOUGH:
            return calls
        elapsed = time.perf_counter() - start
        if sum(samples) < ENOUGH and elapsed > PATIENCE:
            raise ValueError(
                f"compare: {3 * calls} calls took {elapsed:.1f} s, of which the clock saw {sum(samples):.4f} s: this "
                "work waits more than it computes. Expected work for the processor; to time a wait, give "
                "clock=time.perf_counter."
            )
        calls *= 2


def _check(works, pairs, names, margin):
    for name, work in zip(("a", "b", "control"), works, strict=True):
        if not callable(work):
            raise TypeError(
                f"compare: {name} is a {type(work).__name__}; expected a function without arguments, such as "
                "lambda: model(x)."
            )
    if whole("compare: pairs", pairs) < FEWEST:
        raise ValueError(f"compare: pairs is {pairs}; expected at least {FEWEST}; fewer don't give a sound interval.")
    if isinstance(names, str) or len(set(names)) != 2 or len(names) != 2:
        raise ValueError(f"compare: names is {names!r}; expected two different ones, of a and of b.")
    if not 0 < margin < 1:
        raise ValueError(f"compare: margin is {margin!r}; expected a number between 0 and 1, such as 0.05 for 5 %.")
