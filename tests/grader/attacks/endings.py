"""Answers that never end, or end more than themselves. What they return would be right."""


def endless_loop(da, z):
    """Never ends."""
    while True:
        pass


def endless_loop_in_c(da, z):
    """Never comes back to the interpreter, where a signal could be handled."""
    import itertools

    return sum(itertools.repeat(0)) + da * (z > 0)


def endless_power(da, z):
    """Computes a number of 370 million digits."""
    return (9**9**9 > 0) * da * (z > 0)


def endless_pattern(da, z):
    """A regular expression that tries 2**60 ways."""
    import re

    return da * (z > 0) if not re.match("(a+)+$", "a" * 60 + "!") else None


def endless_decomposition(da, z):
    """Many seconds of LAPACK, in one call, in 200 MB: NumPy 2.1 ends at once where LAPACK gets no memory."""
    import numpy as np

    return da * (z > 0) + 0 * np.linalg.svd(np.eye(3000))[1][0]


def sleeps(da, z):
    """Waits, and uses no processor time."""
    import time

    time.sleep(10**6)
    return da * (z > 0)


def ignores_signals(da, z):
    """Ignores every signal that can be ignored, then waits."""
    import signal
    import time

    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(10**6)


def blocks_signals(da, z):
    """Blocks every signal and waits in a thread of its own."""
    import signal
    import threading

    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    threading.Thread(target=threading.Event().wait).start()
    threading.Event().wait()


def catches_everything(da, z):
    """Goes on whatever is raised in it."""
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def stops_itself(da, z):
    """Is stopped, not ended."""
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)
    signal.pause()
    return da * (z > 0)


def leaves_by_os_exit(da, z):
    """Ends its process and calls that a success."""
    import os

    os._exit(0)


def aborts(da, z):
    """Ends its process by a signal of its own."""
    import os

    os.abort()


def segmentation_fault(da, z):
    """Reads where there is no memory."""
    import ctypes

    ctypes.string_at(0)


def endless_recursion(da, z):
    """Lifts the limit of recursion and runs the stack over."""
    import sys

    sys.setrecursionlimit(10**9)

    def deeper(value):
        return [*map(deeper, [value])]

    return deeper(z)


def ends_process_one(da, z):
    """Kills the first process of its world."""
    import os

    os.kill(1, 9)


def kills_its_parent(da, z):
    """Kills the process that started it, and its whole group."""
    import os

    for pid in (os.getppid(), 0):
        if pid > 1:
            os.kill(pid, 9)
    os.killpg(0, 9)


def kills_everything(da, z):
    """Kills every process that it may, one by one too."""
    import os

    try:
        os.kill(-1, 9)
    except OSError:
        pass
    for pid in range(2, 40_000):
        if pid != os.getpid():
            try:
                os.kill(pid, 9)
            except OSError:
                pass
