"""The outside of the sandbox: start a fork server, talk to fresh children, and learn how each child ended."""

import contextlib
import json
import signal
import socket
import subprocess
import tempfile
import time

from . import bubblewrap, wire

START = 180  # seconds that the imports may take
GRACE = 5.0  # seconds for a supervisor to report
MEMORY = {"numpy": 2 << 30, "keras": 4 << 30}  # bytes that an answer may use, in one process and in all
PROCESSES = 64
FILES = 32 << 20  # bytes that an answer may write


class SandboxError(Exception):
    """The sandbox itself failed, not the code in it; the text says how."""


class ForkServer:
    """A process that has imported what answers need and forks a child for each session.

    Args:
        keras: whether answers may use Keras; else they see only NumPy.
        sandboxed: False leaves out bubblewrap and every namespace, for a machine without them, at your own risk.
    """

    def __init__(self, keras=False, sandboxed=True):
        self.keras, self.sandboxed = keras, sandboxed
        self.process = self.control = None

    def session(self, seconds):
        """Return a Session with a fresh child.

        Args:
            seconds: of processor time that it, and all that it starts, may use; the caller watches the clock.
        """
        if self.process is None or self.process.poll() is not None:
            self._start()
        here, there = socket.socketpair()
        life, its_life = socket.socketpair()
        with there, its_life:
            try:
                socket.send_fds(self.control, [str(float(seconds)).encode()], [there.fileno(), its_life.fileno()])
            except OSError as error:
                raise SandboxError(f"its fork server is gone: {error}") from None
        return Session(here, life)

    def close(self):
        if self.control is not None:
            self.control.close()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.errors.close()
        self.process = self.control = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _start(self):
        self.close()
        self.control, there = socket.socketpair()
        command, environment = self._command(there.fileno())
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            cwd="/",
        )
        there.close()
        self._await_ready()

    def _command(self, control):
        """Return the command line and the environment variables of the process; `control` is its file descriptor."""
        settings = {
            "control": control,
            "sandboxed": self.sandboxed,
            "keras": self.keras,
            "scratch": bubblewrap.SCRATCH if self.sandboxed else tempfile.gettempdir(),
            "hidden": [str(package) for package in bubblewrap.PACKAGES],
            "memory": MEMORY["keras" if self.keras else "numpy"],
            "processes": PROCESSES,
            "files": FILES,
        }
        start = "import sys, json; settings = json.loads(sys.argv[1]); sys.path[:] = settings.pop('path'); "
        start += "from activation_lab_tools.grader.sandbox import fork_server; fork_server.main(settings)"
        arguments = ["-I", "-S", "-B", "-c", start, json.dumps(settings | {"path": bubblewrap.search_path()})]
        environment = bubblewrap.environment()
        if self.sandboxed:
            return bubblewrap.command(arguments, everything=self.keras), environment
        environment |= {"HOME": tempfile.gettempdir(), "TMPDIR": tempfile.gettempdir()}
        del environment["ACTIVATION_LAB_SANDBOX"]
        return [bubblewrap.interpreter(), *arguments], environment

    def _await_ready(self):
        self.control.settimeout(START)
        try:
            ready = self.control.recv(16)
        except OSError:
            ready = b""
        if ready != b"ready":
            self.process.kill()
            self.process.wait()
            self.errors.seek(0)
            said = self.errors.read()[-2000:].decode(errors="replace").strip().splitlines()
            raise SandboxError(f"its fork server did not start: {said[-1] if said else 'no error message'}")


class Session:
    """A conversation with one child; when it ends, the child is gone.

    Attributes:
        ended: after end(): "" or how the child ended early: "out of memory", "out of time", "died (SIGSEGV)", …
        seconds: after end(): of processor time that it has used.
        budget: a wire.Budget: the bytes of all replies together.
    """

    def __init__(self, connection, life):
        self.connection, self.life = connection, life
        self.budget = wire.Budget()
        self.ended, self.seconds = "", 0.0

    def ask(self, value, deadline):
        """Send a value and return the reply; None if the child has ended.

        Raises:
            TimeoutError: there was no reply before the deadline, of time.monotonic().
            wire.WireError: the reply is not a frame, or all replies together are too long.
        """
        self.connection.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            wire.send(self.connection, value)
        except TimeoutError:
            raise
        except OSError:  # it has ended, and may have sent the reason first
            pass
        return wire.receive(self.connection, deadline, self.budget)

    def end(self, killed=False):
        """Hang up. When this returns, the child and everything it started are gone, and `ended` is known.

        Raises:
            SandboxError: the child could not be isolated, or its supervisor did not report.
        """
        self.connection.close()
        if killed:
            self.life.shutdown(socket.SHUT_WR)
        self.life.settimeout(GRACE)
        report = _all_of(self.life)
        if not report:  # a child that expects no more requests ends by itself; this one doesn't
            with contextlib.suppress(OSError):
                self.life.shutdown(socket.SHUT_WR)
            report = _all_of(self.life)
        self.life.close()
        if not report:
            raise SandboxError("a supervisor did not report on its child")
        report = json.loads(report)
        if "failed" in report:
            raise SandboxError(report["failed"])
        self.seconds = report["seconds"]
        if report["over"] or report["status"] == -signal.SIGXCPU:
            self.ended = f"out of {report['over'] or 'time'}"
        elif report["status"] < 0 and not killed:
            self.ended = f"died ({_signal(-report['status'])})"
        elif report["status"] and not killed:
            self.ended = f"died (exit status {report['status']})"


def _all_of(life):
    pieces = []
    while True:
        try:
            piece = life.recv(4096)
        except OSError:
            return b""
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


def _signal(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
