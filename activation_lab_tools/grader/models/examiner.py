"""The judge's side of examining models: a child of its own rebuilds and runs them, within a budget.

A description can name what takes minutes or gigabytes, however carefully it is counted before it is built. So this
never happens in the judge. Submissions' code doesn't run in the child either.
"""

import contextlib
import math
import time

from activation_lab.errors import CannotJudge

from ..sandbox import wire
from ..sandbox.client import SandboxError
from ..sandbox.fork_server import EXAMINE

EXAMINING = 0.5  # of an answer's time limit: what examining its models may take, in all cases together
MEMORY = 512 << 20  # bytes that examining may use beyond what TensorFlow itself needs
PATIENCE = 120.0  # seconds by the clock, for a child that neither works nor replies
EXAMINED_BY_ONE = 1000  # models; then a fresh child takes over, in case something has accumulated in this one


class OverBudget(CannotJudge):
    """Examining a model took too much; the text is for the learner.

    Attributes:
        seconds: of processor time that it was given, and that its child took to start, as the next model's will.
    """

    def __init__(self, seconds):
        super().__init__(
            "Its model could not be examined: rebuilding and running it took more processor time or memory than the "
            "grader allows. Is it much larger than the exercise asks for?"
        )
        self.seconds = seconds


class Examiner:
    """A child of a fork server that examines models; no answer can reach it.

    The child is warm: it examines the models of many answers, until it dies or has examined EXAMINED_BY_ONE.

    Args:
        fork_server: a ForkServer, which starts the child when it is needed; with Keras, where that is installed.
        pack: the source of an instructor's own exercises; None for the lessons of this course.
    """

    def __init__(self, fork_server, pack=None):
        self._fork_server, self.pack = fork_server, pack
        self._session, self._process, self._examined = None, None, 0
        self._start = 0.0  # seconds of processor time that the child took before it could examine

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
            SandboxError: the child could not be started, or its fork server has ended.
        """
        if self._session is None or self._examined == EXAMINED_BY_ONE or not self._server_lives():
            self._start_child()
        self._examined += 1
        request = {"exercise": exercise, "value": value, "arguments": arguments, "seconds": max(seconds, 0.0)}
        reply = self._ask(request)
        if reply is None:
            session, self._session = self._session, None
            session.end()
            if not session.reported:
                raise SandboxError("the process that examines models is gone")
            raise OverBudget(max(seconds, 0.0) + self._start)
        return reply

    def close(self):
        if self._session is not None:
            with contextlib.suppress(SandboxError):  # what it has examined is examined
                self._session.end()
            self._session = None

    def _server_lives(self):
        return self._process is self._fork_server.process and self._process.poll() is None

    def _start_child(self):
        self.close()
        self._session = self._fork_server.session(math.inf, EXAMINE)
        self._process, self._examined = self._fork_server.process, 0
        started = self._ask({"pack": self.pack, "memory": MEMORY})
        if started is None:
            self.close()
            raise SandboxError("the process that examines models did not start")
        self._start = started["seconds"]

    def _ask(self, request):
        """Return the child's reply; None if it has died, did not reply in time by the clock, or replied too much."""
        self._session.budget = wire.Budget()
        with contextlib.suppress(TimeoutError, wire.WireError):
            return self._session.ask(request, time.monotonic() + PATIENCE)
        return None
