"""A time limit: work that takes longer is stopped from inside, in any thread and on any system."""

import ctypes
import os
import signal
import threading
import time

AGAIN = 1.0  # seconds between attempts: an `except:` may swallow one, and cleanup takes a while
WALL = 5  # times the limit, by the clock on the wall: for work that waits, and so uses no processor time
CORES = os.cpu_count() or 1


class OutOfTime(Exception):
    """The work was still running after its time limit.

    Attributes:
        seconds: the time limit; None if the code that catches it knows the limit.
    """

    seconds = None


class Stop(BaseException):
    """Raised within the work to end it; not an Exception, so that `except Exception` does not catch it."""


def within(seconds, work):
    """Return work() if it ends in time: within `seconds` of processor time, and within WALL times that on the clock.

    Processor time is this process's, so that other programs take none of it. Work is stopped between two Python
    instructions and, in POSIX's main thread, also while it sleeps or waits for a lock; any other native call runs to
    its end first. An endless loop that swallows everything with a bare `except:` cannot be stopped. No Stop is left
    behind, whether the work ended in time or not.

    Raises:
        OutOfTime: the work took longer, whatever it did when it was stopped.
    """
    timer = _Timer(seconds)
    try:
        try:
            timer.start()
            value = work()
        finally:
            timer.end()
    except BaseException as error:
        timer.end()  # again, since the first call may have been interrupted
        if isinstance(error, KeyboardInterrupt) or not timer.fired:
            raise
    if timer.fired:
        raise OutOfTime
    return value


class _Timer:
    """Raises its own subclass of Stop, to tell nested limits apart, in the thread that created it."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.fired = False
        self.stop = type("Stop", (Stop,), {})
        self.target = threading.get_ident()
        self.by_signal = hasattr(signal, "pthread_kill") and threading.current_thread() is threading.main_thread()
        self.before = signal.getsignal(signal.SIGURG) if self.by_signal else None
        self.running = threading.Lock()
        self.used, self.began = time.process_time(), time.monotonic()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.running.acquire()
        if self.by_signal:
            # SIGURG does nothing by default: one that arrives late is ignored.
            signal.signal(signal.SIGURG, self._signalled)
        self.thread.start()

    def end(self):
        """Stop the timer: nothing fires afterwards, and what has already fired arrives in here. May be called twice."""
        if self.running.locked():
            self.running.release()
        if self.thread.is_alive():
            self.thread.join()
        if self.by_signal:
            signal.signal(signal.SIGURG, self.before or signal.SIG_DFL)

    def _run(self):
        while not self.running.acquire(timeout=AGAIN if self.fired else self._pause()):
            if self.fired or self._pause() <= 0:
                self._fire()

    def _pause(self):
        """Seconds for which the limit cannot be reached; 0 once it is. All cores at once use it up the soonest."""
        left = self.seconds - (time.process_time() - self.used)
        left_by_the_clock = WALL * self.seconds - (time.monotonic() - self.began)
        return max(min(left / CORES, left_by_the_clock), 0)

    def _fire(self):
        self.fired = True
        if self.by_signal:
            signal.pthread_kill(self.target, signal.SIGURG)
        else:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.target), ctypes.py_object(self.stop))

    def _signalled(self, *details):
        if self.fired:
            raise self.stop
        if callable(self.before):  # an enclosing limit may have fired
            self.before(*details)
