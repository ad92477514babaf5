"""Does the stopwatch find the ratio that is there, say how sure it is, and claim no more than its intervals do?"""

import dataclasses
import gc
import itertools
import math
import random
import re
import statistics
import subprocess
import sys
import time
from types import SimpleNamespace

import hanging
import numpy as np
import pytest

from activation_lab import timing
from activation_lab.timing import progress, stopwatch
from activation_lab.timing.comparison import Comparison


def simulated(rng, pairs, ratio, noise=0.05, drift=0.0):
    """Times of a machine whose speed changes from pair to pair, and a little within each."""
    machine = np.exp(rng.uniform(-drift, drift, pairs))
    a, b = np.exp(rng.normal(0, noise, (2, pairs)))
    return 0.004 * machine * a, 0.004 * ratio * machine * b


# --- the ratio of paired times ---------------------------------------------------------------------------------------


def bootstrapped_by_hand(times_a, times_b, resamples=20_000):
    """The same three numbers by Python's own means."""
    drawn = random.Random(0)
    ratios = [b / a for a, b in zip(times_a, times_b, strict=True)]
    medians = sorted(statistics.median(drawn.choices(ratios, k=len(ratios))) for _ in range(resamples))
    return statistics.median(ratios), medians[resamples // 40], medians[-resamples // 40]


@pytest.mark.parametrize(("pairs", "drift"), [(25, 0.0), (60, 1.0)])
def test_against_a_loop(pairs, drift):
    """Are ratio and interval what a plain loop finds, but for chance in the resampling?"""
    times = simulated(np.random.default_rng(1), pairs, 1.3, drift=drift)
    received = timing.paired_ratio(*times, np.random.default_rng(0))
    expected = bootstrapped_by_hand(*times)
    assert received[0] == pytest.approx(expected[0], rel=1e-12)
    assert received == pytest.approx(expected, abs=0.004)


def test_equal_pairs():
    """Is the interval a point where all pairs agree, though the machine changes from one to the next?"""
    times_a = [1.0, 2.0, 4.0, 0.5]
    assert timing.paired_ratio(times_a, [1.5 * t for t in times_a], np.random.default_rng(0)) == (1.5, 1.5, 1.5)


@pytest.mark.parametrize("pairs", [20, 60])
def test_coverage(pairs):
    """Does the interval of 95 % hold the true ratio in some 95 of 100 simulated measurements?"""
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(200):
        _, low, high = timing.paired_ratio(*simulated(rng, pairs, 1.07, drift=1.0), rng)
        held += low <= 1.07 <= high
    assert 0.91 < held / 200 < 0.985


def test_interruptions():
    """Do a few interruptions, each many times as long as the work, change next to nothing?"""
    rng = np.random.default_rng(3)
    times_a, times_b = simulated(rng, 60, 1.2, noise=0.02)
    times_b[:6] *= 10
    ratio, low, high = timing.paired_ratio(times_a, times_b, rng)
    assert 1.18 < low < ratio < high < 1.23


def test_upside_down():
    """Is the ratio of a to b the reciprocal of that of b to a?"""
    times_a, times_b = simulated(np.random.default_rng(4), 31, 1.4)
    there, back = (
        timing.paired_ratio(*times, np.random.default_rng(0)) for times in ((times_a, times_b), (times_b, times_a))
    )
    assert [1 / there[0], 1 / there[2], 1 / there[1]] == pytest.approx(back, rel=1e-9)


@pytest.mark.parametrize(
    ("times_a", "times_b", "words"),
    [
        ([1, 2, 3], [1, 2], "'pairs' is 3 in times_a and 2 in times_b"),
        ([[1, 2]], [[1, 2]], "times_a has shape (1, 2); expected 1 axis: (pairs,)"),
        (1.0, 2.0, "times_a has shape (); expected 1 axis"),
        ([], [], "times_a is empty; expected times above 0"),
        ([1, 0, 2], [1, 2, 3], "times_a holds 0; expected times above 0. If a clock says 0, time more calls at once."),
        ([1, 2], [1, -2], "times_b holds -2; expected times above 0"),
        ([1, 2], [math.nan, 2], "times_b holds nan"),
        ([1, math.inf], [1, 2], "times_a holds inf"),
    ],
)
def test_no_times(times_a, times_b, words):
    """Is what cannot be times in pairs refused, with a sentence that says which and why?"""
    with pytest.raises(ValueError) as caught:
        timing.paired_ratio(times_a, times_b, np.random.default_rng(0))
    assert words in str(caught.value)


# --- the stopwatch, on a clock that we hold in our hands -------------------------------------------------------------


class Machine:
    """A clock, and work that moves it on. `speed(now)` makes all work slower or faster."""

    def __init__(self, speed=lambda now: 1.0):
        self.now, self.speed, self.log = 100.0, speed, []

    def clock(self):
        return self.now

    def work(self, name, seconds, first=0.0):
        """A function that takes so many seconds, at its first call `first` more; it logs its name."""
        extra = [first]

        def run():
            self.log.append(name)
            self.now += (seconds + (extra.pop() if extra else 0)) * self.speed(self.now)

        return run


def rounds_of(log, pairs):
    """The last `pairs` rounds of a log, each as the names of its three samples, whatever their number of calls."""
    calls = next(count for count in range(1, len(log)) if _splits(log, pairs, count))
    samples = log[-3 * pairs * calls :: calls]
    return [tuple(samples[start : start + 3]) for start in range(0, len(samples), 3)]


def _splits(log, pairs, calls):
    """Whether the log's end consists of samples of so many calls of one piece of work."""
    end = log[-3 * pairs * calls :]
    samples = [end[start : start + calls] for start in range(0, len(end), calls)]
    return all(len(set(sample)) == 1 for sample in samples) and all(
        len({sample[0] for sample in samples[start : start + 3]}) == 3 for start in range(0, len(samples), 3)
    )


def test_a_known_ratio():
    """Does it find ratio, control and seconds exactly, where a clock without noise says so?"""
    machine = Machine()
    works = [machine.work(*piece) for piece in (("a", 0.001), ("b", 0.0012), ("c", 0.0011))]
    result = timing.compare(*works[:2], control=works[2], clock=machine.clock, names=("one", "two"), pairs=12)
    assert (result.ratio, result.low, result.high) == pytest.approx((1.2, 1.2, 1.2))
    assert result.control == pytest.approx((1.1, 1.1, 1.1))
    assert (result.seconds_a, result.seconds_b) == pytest.approx((0.001, 0.0012))
    assert (result.names, result.pairs, result.margin) == (("one", "two"), 12, 0.05)
    assert type(result.ratio) is type(result.control[0]) is type(result.seconds_a) is float


def test_a_changing_machine():
    """Does a machine that halves and doubles its speed while it measures change neither ratio nor control?"""
    machine = Machine(speed=lambda now: 1.5 + math.sin(now))
    result = timing.compare(machine.work("a", 0.001), machine.work("b", 0.0013), clock=machine.clock)
    assert result.low < 1.3 < result.high and result.high - result.low < 0.02
    assert result.control == pytest.approx((1, 1, 1), abs=0.02)


def test_random_order():
    """Is each timed once in every round, in every order about equally often, and is the seed all that decides it?"""
    orders = []
    for seed in (0, 0, 1):
        machine = Machine()
        a, b, c = (machine.work(name, 0.01) for name in "abc")
        timing.compare(a, b, control=c, pairs=120, clock=machine.clock, seed=seed)
        orders.append(rounds_of(machine.log, 120))
    assert orders[0] == orders[1] != orders[2]
    counts = {order: orders[0].count(order) for order in itertools.permutations("abc")}
    assert sum(counts.values()) == 120 and min(counts.values()) > 8


def test_the_first_of_a_round_takes_longer():
    """Does it not matter that whatever comes first in a round pays 20 % for it?"""
    machine = Machine()
    seen = itertools.count()
    a, b, c = (machine.work(name, 0.01) for name in "abc")

    def clock():
        first = next(seen) % 6 == 1  # two looks at the clock for each of three samples
        machine.now += 0.002 * first
        return machine.now

    result = timing.compare(a, b, control=c, pairs=200, clock=clock)
    assert result.verdict == "equal within the margin"


def test_enough_calls():
    """Are as many calls timed at once as the fastest needs to be timed well, and of the slowest no fewer?"""
    machine = Machine()
    result = timing.compare(machine.work("a", 0.0001), machine.work("b", 0.003), clock=machine.clock, pairs=10)
    assert stopwatch.ENOUGH <= result.calls * 0.0001 < 2 * stopwatch.ENOUGH
    assert machine.log[-30 * result.calls :].count("b") == 10 * result.calls
    assert result.ratio == pytest.approx(30)


def test_what_happens_once(monkeypatch):
    """Is what the first call alone does, such as tracing, neither timed nor taken for a call's length or a wait?"""
    monkeypatch.setattr(stopwatch, "PATIENCE", 0)
    machine = Machine()
    a, b, c = (machine.work(name, 0.002, first=9.0) for name in "abc")
    result = timing.compare(a, b, control=c, clock=machine.clock)
    assert result.seconds_a == pytest.approx(0.002) and result.calls == 4
    assert result.high == pytest.approx(1)


def test_the_control_by_default():
    """Is the control, where none is given, a itself once more?"""
    machine = Machine()
    result = timing.compare(machine.work("a", 0.01), machine.work("b", 0.02), clock=machine.clock, pairs=10)
    assert result.control == pytest.approx((1, 1, 1))
    assert (machine.log[-30:].count("a"), machine.log[-30:].count("b")) == (20, 10)


@pytest.mark.parametrize("collects", [True, False])
def test_no_garbage_collection(collects):
    """Does the garbage collector rest during the work, and is it afterwards as before, even after an error?"""
    machine, seen = Machine(), []
    before = gc.isenabled()

    def work():
        seen.append(gc.isenabled())
        machine.now += 0.01

    def failing():
        raise ZeroDivisionError

    try:
        (gc.enable if collects else gc.disable)()
        timing.compare(work, work, clock=machine.clock, pairs=10)
        after = gc.isenabled()
        with pytest.raises(ZeroDivisionError):
            timing.compare(work, failing, clock=machine.clock)
        assert gc.isenabled() is after is collects
    finally:
        (gc.enable if before else gc.disable)()
    assert len(seen) >= 30 and not any(seen)


def test_real_work():
    """On this machine's own clock, is a time above zero, and the ratio within its interval?"""
    result = timing.compare(lambda: np.tanh(0.5), lambda: np.tanh(0.5), pairs=10)
    assert 0 < result.seconds_a and 0 < result.seconds_b and result.low <= result.ratio <= result.high


def test_waiting(monkeypatch):
    """Is work that waits refused, since the processor's clock does not see it, and timed by the wall's if asked?"""
    monkeypatch.setattr(stopwatch, "PATIENCE", 0.02)
    with pytest.raises(ValueError) as caught:
        timing.compare(lambda: time.sleep(0.01), lambda: time.sleep(0.02), clock=lambda: 0.0)
    assert "this work waits more than it computes" in str(caught.value)
    assert "give clock=time.perf_counter" in str(caught.value)
    result = timing.compare(lambda: time.sleep(0.01), lambda: time.sleep(0.03), pairs=10, clock=time.perf_counter)
    assert result.seconds_a >= 0.01 and result.seconds_b >= 0.03  # no sleep is shorter than that


@pytest.mark.parametrize(("step", "chosen"), [(1e-6, "process_time"), (1 / 64, "perf_counter")])
def test_the_clock(step, chosen, monkeypatch):
    """Is the processor's clock taken where its steps are fine, and the wall's where they are as coarse as Windows's?"""
    looks = itertools.count()
    clocks = SimpleNamespace(process_time=lambda: next(looks) // 5 * step, perf_counter=time.perf_counter)
    monkeypatch.setattr(stopwatch, "time", clocks)
    assert stopwatch.fine_clock() is getattr(clocks, chosen)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"a": 3.0}, TypeError, "a is a float; expected a function without arguments, such as lambda: model(x)."),
        ({"b": np.zeros(2)}, TypeError, "b is a ndarray; expected a function"),
        ({"control": "a"}, TypeError, "control is a str; expected a function"),
        ({"pairs": 9}, ValueError, "pairs is 9; expected at least 10"),
        ({"pairs": 20.0}, ValueError, "pairs is 20.0; expected a whole number"),
        ({"names": ("a",)}, ValueError, "names is ('a',); expected two different ones"),
        ({"names": ("a", "a")}, ValueError, "expected two different ones"),
        ({"names": "ab"}, ValueError, "names is 'ab'; expected two different ones"),
        ({"margin": 5}, ValueError, "margin is 5; expected a number between 0 and 1, such as 0.05 for 5 %"),
        ({"margin": 0}, ValueError, "margin is 0; expected a number between 0 and 1"),
    ],
)
def test_bad_arguments(changes, error, words):
    """Is what cannot be compared refused before anything is called?"""
    called = []
    with pytest.raises(error) as caught:
        timing.compare(**({"a": lambda: called.append("a"), "b": lambda: called.append("b")} | changes))
    assert words in str(caught.value) and str(caught.value).startswith("compare: ")
    assert not called


# --- what a comparison says ------------------------------------------------------------------------------------------


def comparison(interval, control=(0.99, 1.01), **changes):
    low, high = interval
    settings = {"seconds_a": 0.001255, "seconds_b": 0.001511, "names": ("argument form", "layer form")} | changes
    return Comparison((low + high) / 2, low, high, (sum(control) / 2, *control), **settings)


THAN = "than argument form"
EQUAL = "Equal within ±5 %: layer form takes"
OFF = (
    "Inconclusive, since the stopwatch itself was off: the control, which should take as long, takes {}. "
    "Measure again; on a busy machine this may not help."
)
WIDE = "Inconclusive: layer form takes {}, and the control takes {}. Measure again, with more pairs."
SENTENCES = {
    "longer": (
        (1.17, 1.22),
        (0.99, 1.01),
        "longer",
        f"layer form takes between 17 % and 22 % longer {THAN}.",
    ),
    "longer, a little": (
        (1.012, 1.084),
        (0.99, 1.01),
        "longer",
        f"layer form takes between 1.2 % and 8.4 % longer {THAN}.",
    ),
    "longer, nearly nothing": (
        (1.0004, 1.08),
        (0.98, 1),
        "longer",
        f"layer form takes between 0 % and 8 % longer {THAN}.",
    ),
    "longer, a narrow interval": (
        (1.2, 1.203),
        (0.99, 1.01),
        "longer",
        f"layer form takes 20 % longer {THAN}.",
    ),
    "longer, much": (
        (2.84, 3.02),
        (0.99, 1.01),
        "longer",
        "layer form takes between 2.8 and 3 times as long as argument form.",
    ),
    "shorter": (
        (0.78, 0.83),
        (0.99, 1.01),
        "shorter",
        f"layer form takes between 17 % and 22 % less time {THAN}.",
    ),
    "equal": (
        (0.993, 1.005),
        (0.99, 1.01),
        "equal within the margin",
        f"{EQUAL} between 0.7 % less and 0.5 % more time {THAN}.",
    ),
    "equal, without 1": (
        (1.011, 1.02),
        (0.99, 1.0),
        "equal within the margin",
        f"{EQUAL} between 1.1 % and 2 % longer {THAN}.",
    ),
    "equal, exactly": (
        (1, 1),
        (1, 1),
        "equal within the margin",
        f"{EQUAL} between 0 % less and 0 % more time {THAN}.",
    ),
    "too wide": (
        (0.96, 1.07),
        (0.98, 1.02),
        "inconclusive",
        WIDE.format(f"between 4 % less and 7 % more time {THAN}", f"between 2 % less and 2 % more time {THAN}"),
    ),
    "no more than the control": (
        (1.02, 1.08),
        (1.01, 1.03),
        "inconclusive",
        WIDE.format(f"between 2 % and 8 % longer {THAN}", f"between 1 % and 3 % longer {THAN}"),
    ),
    "no less than the control": (
        (0.92, 0.98),
        (0.97, 0.99),
        "inconclusive",
        WIDE.format(f"between 2 % and 8 % less time {THAN}", f"between 1 % and 3 % less time {THAN}"),
    ),
    "the stopwatch is off": (
        (1.17, 1.22),
        (1.01, 1.09),
        "inconclusive",
        OFF.format(f"between 1 % and 9 % longer {THAN}"),
    ),
    "the stopwatch is noisy": (
        (0.99, 1.01),
        (0.9, 1.12),
        "inconclusive",
        OFF.format(f"between 10 % less and 12 % more time {THAN}"),
    ),
}


@pytest.mark.parametrize(("interval", "control", "verdict", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_verdict_and_sentence(interval, control, verdict, sentence):
    """Does each kind of result get its verdict, and the sentence that its intervals allow?"""
    result = comparison(interval, control)
    assert (result.verdict, result.sentence) == (verdict, sentence)


@pytest.mark.parametrize("interval", [(0.7, 0.9), (0.94, 1.02), (0.97, 1.04), (1.01, 1.2), (1.06, 1.2)])
@pytest.mark.parametrize("control", [(0.97, 1.02), (0.9, 1.02), (1.03, 1.2)])
def test_only_the_intervals_count(interval, control):
    """Do verdict and sentence stay as they are, whatever the point estimates say?"""
    result = comparison(interval, control)
    for estimate in (0.5, 1.0, 7.0):
        other = dataclasses.replace(result, ratio=estimate, control=(estimate, *control))
        assert (other.verdict, other.sentence) == (result.verdict, result.sentence)


def test_the_margin():
    """Does the margin decide what is equal, its ends included, and is it named in the sentence?"""
    assert comparison((0.95, 1.05)).verdict == "equal within the margin"
    assert comparison((0.949, 1.05)).verdict == comparison((0.95, 1.051)).verdict == "inconclusive"
    assert comparison((1.02, 1.04), margin=0.015).verdict == "longer"
    assert comparison((1.02, 1.19), margin=0.2).sentence.startswith("Equal within ±20 %: ")
    assert comparison((0.999, 1.0), margin=0.012).sentence.startswith("Equal within ±1.2 %: ")


def test_how_it_is_shown():
    """Are the table and under it the sentence there, as text and as HTML with the names made harmless?"""
    result = comparison((1.199, 1.208), (0.995, 1.006), pairs=60, calls=8)
    assert repr(result).splitlines() == [
        "60 rounds of 8 calls  one call  ratio  95 % interval",
        "argument form         1.26 ms",
        "layer form            1.51 ms   1.204  1.199 to 1.208",
        "control                         1.000  0.995 to 1.006",
        "",
        "layer form takes between 20 % and 21 % longer than argument form.",
    ]
    named = dataclasses.replace(result, names=("a", "<b>"))._repr_html_()
    assert "<td>1.199 to 1.208</td>" in named and "&lt;b&gt; takes" in named and "<b>" not in named


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2, "2 s"),
        (0.9996, "1 s"),
        (0.0492, "49.2 ms"),
        (284e-6, "284 µs"),
        (999.4e-6, "999 µs"),
        (5e-8, "50 ns"),
        (3e-10, "0.3 ns"),
    ],
)
def test_durations(seconds, text):
    """Are seconds given three digits and a unit that suits them?"""
    row = repr(comparison((1, 1), seconds_b=seconds)).splitlines()[2]
    assert re.split(" {2,}", row)[1] == text


# --- the figure ------------------------------------------------------------------------------------------------------

ROWS = {"eager": comparison((1.199, 1.208)), "as_a_graph": comparison((0.993, 1.005), (0.97, 0.998))}


def test_what_the_figure_shows():
    """Does each row show both intervals where they lie, told apart by more than color, over the margin's band?"""
    axes = timing.figure(**ROWS).axes[0]
    segments = [bar.get_segments()[0] for bar in axes.collections]
    ends = [(round(x[0], 3), round(x[1], 3)) for x in (segment[:, 0] for segment in segments)]
    assert ends == [(1.199, 1.208), (0.99, 1.01), (0.993, 1.005), (0.97, 0.998)]
    heights = [segment[0, 1] for segment in segments]
    assert heights == sorted(heights) and axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top
    assert [text.get_text() for text in axes.get_yticklabels()] == ["eager", "as a graph"]
    assert axes.get_xlabel() == "time of layer form / time of argument form"
    bands = {(round(band.get_x(), 6), round(band.get_width(), 6)) for band in axes.patches}
    assert bands == {(0.95, 0.1)}
    markers = {bars.lines[0].get_marker(): bars.lines[0].get_markerfacecolor() for bars in axes.containers[1:3]}
    assert len(markers) == 2 and list(markers.values())[1] == "none" != list(markers.values())[0]


def test_the_figure_fits():
    """Does the figure draw without a warning, to the same bytes twice, with nothing that sticks out?"""
    from test_plots import drawn

    figure = timing.figure(**ROWS)
    assert drawn(figure) == drawn(timing.figure(**ROWS))
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert box.x0 > -0.05 and box.y0 > -0.05 and box.x1 < width + 0.05 and box.y1 < height + 0.05


def test_alt_text():
    """Do the words name every row with its rounded intervals, the axis and the margin?"""
    assert timing.figure_alt(**ROWS) == (
        "Intervals of the time of layer form / time of argument form: eager from 1.20 to 1.21, its control from 0.99 "
        "to 1.01; as a graph from 0.99 to 1.00, its control from 0.97 to 1.00. Shaded: the margin, 0.95 to 1.05."
    )
    mixed = timing.figure_alt(one=ROWS["eager"], two=comparison((1, 1), names=("a", "b"), margin=0.1))
    assert mixed.startswith("Intervals of the time of second / time of first: ")
    assert mixed.endswith("Shaded: the margin, 0.95 to 1.05 or 0.9 to 1.1.")


@pytest.mark.parametrize("function", [timing.figure, timing.figure_alt])
def test_nothing_to_draw(function):
    """Is a figure of nothing, or of something else, refused in a sentence?"""
    with pytest.raises(ValueError, match="received nothing; expected comparisons"):
        function()
    with pytest.raises(TypeError, match="eager is a float; expected a Comparison, as timing.compare returns"):
        function(eager=1.2)


def test_imports():
    """Does lab.timing come without matplotlib, TensorFlow and IPython, which a measurement does not need?"""
    code = (
        "import sys, activation_lab as lab; f = lambda: sum(range(999)); lab.timing.compare(f, f, pairs=10);"
        "print({'matplotlib', 'tensorflow', 'keras', 'IPython'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


# --- the bar ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """What somebody sees in a notebook in which a second passes from one look at the clock to the next."""
    display = pytest.importorskip("IPython.display", reason="bars are shown by IPython")
    looks, seconds = [], itertools.count()

    class Handle:
        def update(self, data, raw):
            assert raw
            looks.append(data)

    def show(data, raw, display_id):
        assert raw and display_id is True
        looks.append(data)
        return Handle()

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr(progress, "_kernel", lambda: SimpleNamespace(_allow_stdin=True))
    monkeypatch.setattr(progress, "time", SimpleNamespace(perf_counter=lambda: next(seconds)))
    return looks


def test_a_bar(shown):
    """Does what takes long show how far it is, and nothing once it is done, even if it fails?"""
    with progress.Bar("a & b", 4) as bar:
        for done in (1, 2, 3, 4):
            bar.advance(done)
    assert [look.get("text/plain") for look in shown] == [f"a & b: {done} of 4" for done in (1, 2, 3, 4)] + [None]
    assert '<progress value="2" max="4">' in shown[1]["text/html"] and "a &amp; b: 2 of 4" in shown[1]["text/html"]
    assert shown[-1] == {}
    with pytest.raises(ZeroDivisionError), progress.Bar("fails", 10) as bar:
        bar.advance(1)
        bar.advance(1 / 0)
    assert shown[-2]["text/plain"] == "fails: 1 of 10" and shown[-1] == {}


@pytest.mark.parametrize(("total", "wanted", "count"), [(3, None, 0), (4, None, 2), (3, True, 2), (4, False, 0)])
def test_whether_there_is_a_bar(total, wanted, count, shown):
    """Is there a bar if more than three seconds are to be expected, and always or never if that is asked?"""
    with progress.Bar("work", total, wanted) as bar:
        bar.advance(1)
    assert len(shown) == count


def test_nobody_watches(shown, monkeypatch):
    """Is nothing shown where a notebook runs unseen, nor outside of one even if asked?"""
    for kernel, wanted in ((SimpleNamespace(_allow_stdin=False), None), (None, None), (None, True)):
        monkeypatch.setattr(progress, "_kernel", lambda kernel=kernel: kernel)
        with progress.Bar("work", 100, wanted) as bar:
            bar.advance(1)
    assert shown == []


def run_in_a_notebook(source, watched):
    """The outputs of one cell, run by nbclient, with or without somebody who could be asked for input."""
    nbclient = pytest.importorskip("nbclient", reason="it runs notebooks, and is not installed")
    from nbformat.v4 import new_code_cell, new_notebook

    class Client(nbclient.NotebookClient):
        async def async_start_new_kernel_client(self):
            client = await super().async_start_new_kernel_client()
            client.allow_stdin = watched
            return client

    notebook = new_notebook(cells=[new_code_cell(source)])
    Client(notebook, kernel_name="python3", timeout=hanging.SECONDS).execute()
    return notebook.cells[0].outputs


@pytest.mark.parametrize("watched", [False, True])
def test_in_a_notebook(watched):
    """Does a long comparison leave its table as the only thing to see, and in a stored notebook as the only output?"""
    outputs = run_in_a_notebook(
        "import time\n"
        "import activation_lab as lab\n"
        "lab.timing.progress.LONG = 0.3\n"
        "print('before')\n"
        "wait = lambda: time.sleep(0.02)\n"
        "lab.timing.compare(wait, wait, pairs=10, clock=time.perf_counter)",
        watched,
    )
    assert outputs.pop(0)["text"] == "before\n"
    assert set(outputs[-1].data) == {"text/plain", "text/html"} and "control" in outputs[-1].data["text/plain"]
    assert [output.data for output in outputs[:-1]] == ([{}] if watched else [])
