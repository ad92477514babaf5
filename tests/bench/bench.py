"""Two pieces of work against each other, in turn, so that whatever else the machine does falls on both."""

import statistics
import time


def ratio(work, reference, rounds):
    """Median over rounds of time(work) / time(reference), and both medians in seconds.

    Each round times one after the other, in an order that alternates; the first tenth warms up and is dropped.
    """
    pairs = []
    for number in range(rounds):
        seconds = {}
        for piece in (work, reference) if number % 2 else (reference, work):
            start = time.perf_counter()
            piece()
            seconds[piece] = time.perf_counter() - start
        pairs.append((seconds[work], seconds[reference]))
    pairs = pairs[rounds // 10 :]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(a / b for a, b in pairs), statistics.median(ours), statistics.median(theirs)


def measured_until(holds, title, work, reference, *, rounds, attempts=5):
    """Measure until `holds(ratio)`, at most `attempts` times; every measurement is printed. Returns the last ratio."""
    for attempt in range(1, attempts + 1):
        value, ours, theirs = ratio(work, reference, rounds)
        times = f"{1000 * ours:.3f} ms : {1000 * theirs:.3f} ms"
        print(f"{title}: ratio {value:.3f} ({times}, {rounds} rounds, no. {attempt})")
        if holds(value):
            break
    return value
