"""Two pieces of work against each other, in turn, so that whatever else the machine does falls on both."""

import statistics
import time


def paired_times(work, reference, rounds):
    """[(seconds of work, seconds of reference), …], in alternating order; the first tenth, to warm up, is left out."""
    pairs = []
    for number in range(rounds + rounds // 10):
        seconds = {}
        for piece in (work, reference) if number % 2 else (reference, work):
            start = time.perf_counter()
            piece()
            seconds[piece] = time.perf_counter() - start
        pairs.append((seconds[work], seconds[reference]))
    return pairs[rounds // 10 :]


def measured_until(holds, title, work, reference, *, rounds, attempts=5):
    """Measure until `holds(ratio)`, at most `attempts` times, and print every measurement.

    The ratio is the median over the rounds of time(work) / time(reference); where the middle half of the rounds lies
    far apart, other programs were at work and the number says little. Returns the last ratio.
    """
    for attempt in range(1, attempts + 1):
        pairs = paired_times(work, reference, rounds)
        low, ratio, high = statistics.quantiles((ours / theirs for ours, theirs in pairs), n=4)
        ours, theirs = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
        print(
            f"{title}: ratio {ratio:.3f}, middle half {low:.3f} … {high:.3f} "
            f"({ours:.3f} ms : {theirs:.3f} ms, {rounds} rounds, attempt {attempt})"
        )
        if holds(ratio):
            break
    return ratio
