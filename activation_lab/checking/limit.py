"""A time limit: work that takes longer is stopped from inside, in any thread and on any system."""

import ctypes
import signal
import threading

AGAIN = 1.0  # seconds between attempts: an `except:` may swallow one, and tidying up takes a while


class OutOfTime(Exception):
    """The work was still running after its time.

    Attributes:
        seconds: how long it was given; None where whoever catches it knows.
    """

    seconds = None


class Stop(BaseException):
    """Raised within the work to end it; no Exception, so that `except Exception` lets it through."""


def within(seconds, work):
    """work(), if it ends in time.

    Work is stopped between two steps of Python, and on POSIX's main thread also while it sleeps or waits for a lock;
    the end of any other native call is waited for. What cannot be stopped: an endless loop that swallows everything by
    a bare `except:`. No Stop is left behind, whether the work ended in time or not.

    Raises:
        OutOfTime: it took more than so many seconds, whatever it did when it was stopped.
    """
    timer = _Timer(seconds)
    try:
        try:
            timer.start()
            value = work()
        finally:
            timer.end()
    except BaseException as error:
        timer.end()  # again, since it may have been interrupted just there
        if isinstance(error, KeyboardInterrupt) or not timer.fired:
            raise
    if timer.fired:
        raise OutOfTime
    return value


class _Timer:
    """Raises a Stop of its own class, so that nested limits are told apart, in the thread that made it."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.fired = False
        self.stop = type("Stop", (Stop,), {})
        self.target = threading.get_ident()
        self.by_signal = hasattr(signal, "pthread_kill") and threading.current_thread() is threading.main_thread()
        self.before = signal.getsignal(signal.SIGURG) if self.by_signal else None
        self.running = threading.Lock()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.running.acquire()
        if self.by_signal:
            # SIGURG does nothing by default: one that comes late is lost, and harms nobody.
            signal.signal(signal.SIGURG, self._signalled)
        self.thread.start()

    def end(self):
        """After this nothing fires any more; what has fired already arrives in here. A second call does no harm."""
        if self.running.locked():
            self.running.release()
        if self.thread.is_alive():
            self.thread.join()
        if self.by_signal:
            signal.signal(signal.SIGURG, self.before or signal.SIG_DFL)

    def _run(self):
        wait = self.seconds
        while not self.running.acquire(timeout=wait):
            self.fired, wait = True, AGAIN
            if self.by_signal:
                signal.pthread_kill(self.target, signal.SIGURG)
            else:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.target), ctypes.py_object(self.stop))

    def _signalled(self, *details):
        if self.fired:
            raise self.stop
        if callable(self.before):  # a limit around this one may have fired
            self.before(*details)
