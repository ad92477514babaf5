"""The judge's side of examining models: a child of its own rebuilds and runs them, within a budget.

A description can name what takes minutes or gigabytes, however carefully it is counted before it is built. So this
never happens in the judge. Submissions' code doesn't run in the child either: it is outside the sandbox.
"""

import contextlib
import json
import os
import signal
import socket
import tempfile
import time

from activation_lab.errors import CannotJudge

from ..sandbox import bubblewrap, wire
from ..sandbox.client import ForkServer, SandboxError

EXAMINING = 0.5  # of an answer's time limit: what examining its models may take, in all cases together
MEMORY = 1 << 30  # bytes that examining may use beyond what TensorFlow itself needs
PATIENCE = 120.0  # seconds by the clock, for a child that neither works nor replies
EXAMINED_BY_ONE = 1000  # models; then a fresh child takes over, in case something has accumulated in this one


class OverBudget(CannotJudge):
    """Examining a model took too much; the text is for the learner.

    Attributes:
        seconds: of processor time that it was given.
    """

    def __init__(self, seconds):
        super().__init__(
            "Its model could not be examined: rebuilding and running it took more processor time or memory than the "
            "grader allows. Is it much larger than the exercise asks for?"
        )
        self.seconds = seconds


class Examiner(ForkServer):
    """A process that has imported TensorFlow, and a child forked from it, which examines models.

    The child is warm: it examines the models of many answers, until it dies or has examined EXAMINED_BY_ONE.

    Args:
        pack: the source of an instructor's own exercises; None for the lessons of this course.
    """

    def __init__(self, pack=None):
        super().__init__(keras=True, sandboxed=False)
        self.pack = pack
        self._child, self._pid, self._examined = None, 0, 0

    def examine(self, exercise, value, arguments, seconds):
        """Return what an exercise's `examine` returns for the models that are described in a value.

        Args:
            exercise: its name.
            value: what the answer returned, as it came from the sandbox.
            arguments: of the case.
            seconds: of processor time.

        Returns:
            {"value", "error", "warnings"} as worker.reported gives them, "unverified": whether a model could not be
            rebuilt, and what it took: "seconds" of processor time, bytes of "memory".

        Raises:
            OverBudget: it took more time or memory than allowed.
            SandboxError: the child could not be started.
        """
        if self._child is None or self._examined == EXAMINED_BY_ONE:
            self._start_child()
        self._examined += 1
        request = {"exercise": exercise, "value": value, "arguments": arguments, "seconds": max(seconds, 0.0)}
        reply = self._ask(request)
        if reply is None:
            self._end_child()
            raise OverBudget(max(seconds, 0.0))
        return reply

    def close(self):
        self._end_child()
        super().close()

    def _start_child(self):
        self._end_child()
        if self.process is None or self.process.poll() is not None:
            self._start()
        self._child, there = socket.socketpair()
        with there:
            try:
                socket.send_fds(self.control, [b"fork"], [there.fileno()])
            except OSError as error:
                raise SandboxError(f"the process that examines models is gone: {error}") from None
        self._examined = 0
        ready = self._ask({"pack": self.pack, "memory": MEMORY})
        if ready is None:
            raise SandboxError("the process that examines models did not start")
        self._pid = ready["pid"]

    def _ask(self, request):
        """Return the child's reply; None if it has died, did not reply in time by the clock, or replied too much."""
        deadline = time.monotonic() + PATIENCE
        self._child.settimeout(PATIENCE)
        with contextlib.suppress(
            OSError, wire.WireError
        ):  # which includes TimeoutError; what it has sent before is still read
            wire.send(self._child, request)
            return wire.receive(self._child, deadline)
        return None

    def _end_child(self):
        """Kill the child. Its process id is its own until the server waits for it, which it does for the next child."""
        if self._child is not None:
            self._child.close()
            if self._pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)
        self._child, self._pid = None, 0

    def _command(self, control):
        start = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
        start += f"from activation_lab_tools.grader.models import examination; examination.main({control})"
        environment = bubblewrap.environment()
        environment |= {"HOME": tempfile.gettempdir(), "TMPDIR": tempfile.gettempdir()}
        del environment["ACTIVATION_LAB_SANDBOX"]
        arguments = ["-I", "-S", "-B", "-c", start, json.dumps(bubblewrap.search_path())]
        return [bubblewrap.interpreter(), *arguments], environment
