"""Is work stopped when its time is up, and only then, whatever it does and wherever it runs?"""

import os
import signal
import threading
import time

import hanging
import numpy as np
import pytest

from activation_lab.checking.limit import OutOfTime, within

SOON = 0.05  # seconds


def for_ever():
    while True:
        pass


def catching_exceptions():
    while True:
        try:
            for_ever()
        except Exception:
            pass


def swallowing_one():
    try:
        for_ever()
    except:  # noqa: E722
        for_ever()


def handing_in_late():
    try:
        for_ever()
    except BaseException:
        return "an answer after all"


def failing_late():
    try:
        for_ever()
    finally:
        raise ValueError("late")


def calling_itself(depth=0):
    while True:
        if depth < 500:
            calling_itself(depth + 1)


ENDLESS = [for_ever, catching_exceptions, swallowing_one, handing_in_late, failing_late, calling_itself]


def in_main_thread(work):
    return work()


def in_another_thread(work):
    """What the work returns or raises when run in its own thread."""
    result = []

    def run():
        try:
            result.append((work(), None))
        except BaseException as error:
            result.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=hanging.SECONDS)
    ((value, error),) = result
    if error is not None:
        raise error
    return value


everywhere = pytest.mark.parametrize("place", [in_main_thread, in_another_thread])


@everywhere
@pytest.mark.parametrize("work", ENDLESS)
def test_endless_work_is_stopped(place, work):
    """Is it stopped soon after its time is up, even if it catches exceptions, returns late or fails late?"""
    start = time.process_time()
    with pytest.raises(OutOfTime):
        place(lambda: within(SOON, work))
    assert time.process_time() - start < 10


@everywhere
def test_work_in_time_is_left_alone(place):
    """Is the value returned, and the work's own error raised unchanged?"""
    assert place(lambda: within(60, lambda: 6 * 7)) == 42
    with pytest.raises(ZeroDivisionError):
        place(lambda: within(60, lambda: 1 / 0))


@everywhere
def test_nothing_comes_later(place):
    """If work ends right at the limit: a value or OutOfTime, and never anything afterwards?"""

    def spin(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass

    def once(seconds):
        try:
            return within(0.002, lambda: spin(seconds) or "in time")
        except OutOfTime:
            return "out of time"

    def many():
        results = [once(seconds) for _ in range(20) for seconds in (0, 0.02, *np.linspace(0.0018, 0.0022, 20))]
        spin(0.1)  # time for a stray one to arrive
        return results

    threads = threading.active_count()
    assert set(place(many)) == {"in time", "out of time"}
    assert threading.active_count() == threads


@everywhere
@pytest.mark.parametrize(("outer", "inner"), [(SOON, 60), (60, SOON), (SOON, SOON)])
def test_nested_limits(place, outer, inner):
    """Does each limit stop only its own work: the outer one all of it, the inner one just the inside?"""

    def inside():
        try:
            within(inner, for_ever)
        except OutOfTime:
            return "went on"

    if outer < inner:
        with pytest.raises(OutOfTime):
            place(lambda: within(outer, inside))
    elif outer > inner:
        assert place(lambda: within(outer, inside)) == "went on"
    else:  # either may be first; nothing else may be raised
        try:
            assert place(lambda: within(outer, inside)) == "went on"
        except OutOfTime:
            pass


@pytest.mark.skipif(os.name == "nt", reason="os.kill ends the process on Windows")
def test_an_interrupt_comes_through():
    """Does a learner's own Control-C or “Interrupt kernel” end the work as usual?"""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # tests run in the background would ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            within(60, lambda: os.kill(os.getpid(), signal.SIGINT) or for_ever())
    finally:
        signal.signal(signal.SIGINT, before)
    assert within(60, lambda: 1) == 1


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal on Windows")
@pytest.mark.parametrize("wait", [time.sleep, lambda seconds: threading.Event().wait(seconds)])
def test_waiting_is_ended_too(wait):
    """On POSIX's main thread, is an answer that sleeps or waits stopped, and the signal handler restored?"""
    before, start = signal.getsignal(signal.SIGURG), time.monotonic()
    with pytest.raises(OutOfTime):
        within(SOON, lambda: wait(hanging.SECONDS))
    assert time.monotonic() - start < hanging.SECONDS / 2
    assert signal.getsignal(signal.SIGURG) is before
