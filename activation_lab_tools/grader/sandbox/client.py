"""A fork server, driven from outside: start it, visit a fresh child, and know how each child ended."""

import contextlib
import json
import signal
import socket
import subprocess
import tempfile
import time

from . import bubblewrap, wire

START = 180  # seconds that the imports may take
GRACE = 5.0  # seconds until a supervisor has reported
MEMORY = {"numpy": 2 << 30, "keras": 4 << 30}  # bytes that an answer may use, of one process and of all
PROCESSES = 64
FILES = 32 << 20  # bytes that an answer may write


class SandboxError(Exception):
    """The sandbox itself has failed, not what was in it; the text says how."""


class ForkServer:
    """A process that has imported what answers need and forks a child for each visit.

    Args:
        keras: whether answers may use Keras; else they see NumPy alone.
        sandboxed: False leaves out bubblewrap and every namespace: for a machine that has none, at one's own risk.
    """

    def __init__(self, keras=False, sandboxed=True):
        self.keras, self.sandboxed = keras, sandboxed
        self.process = self.control = None

    def session(self, seconds):
        """A Visit to a fresh child.

        Args:
            seconds: of CPU time that it may use; whoever visits watches the clock.
        """
        if self.process is None or self.process.poll() is not None:
            self._start()
        here, there = socket.socketpair()
        life, its_life = socket.socketpair()
        with there, its_life:
            try:
                socket.send_fds(self.control, [str(int(seconds) + 1).encode()], [there.fileno(), its_life.fileno()])
            except OSError as error:
                raise SandboxError(f"its fork server has gone: {error}") from None
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
        settings = {
            "control": there.fileno(),
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
        command = [bubblewrap.interpreter(), *arguments]
        environment = bubblewrap.environment()
        if self.sandboxed:
            command = bubblewrap.command(arguments, everything=self.keras)
        else:
            environment |= {"HOME": tempfile.gettempdir(), "TMPDIR": tempfile.gettempdir()}
            del environment["ACTIVATION_LAB_SANDBOX"]
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
            raise SandboxError(f"its fork server did not start: {said[-1] if said else 'it said nothing'}")


class Session:
    """A conversation with one child, which ends with it.

    Attributes:
        ended: after end(): "" or how the child ended before it should: "out of memory", "died (SIGSEGV)", …
    """

    def __init__(self, connection, life):
        self.connection, self.life = connection, life
        self.ended = ""

    def ask(self, value, deadline):
        """Send a value and return what comes back; None if the child has ended.

        Raises:
            TimeoutError: nothing came before the deadline, of time.monotonic().
            wire.WireError: what came is no frame.
        """
        self.connection.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            wire.send(self.connection, value)
        except TimeoutError:
            raise
        except OSError:  # it has ended, and may have said why before
            pass
        return wire.receive(self.connection, deadline)

    def end(self, killed=False):
        """Hang up: the child, and all that it has started, is gone when this returns. How it ended is then known.

        Raises:
            SandboxError: the walls could not be put up, or the supervisor said nothing.
        """
        self.connection.close()
        if killed:
            self.life.shutdown(socket.SHUT_WR)
        self.life.settimeout(GRACE)
        report = _all_of(self.life)
        if not report:  # a child that waits for nothing more ends by itself; this one does not
            with contextlib.suppress(OSError):
                self.life.shutdown(socket.SHUT_WR)
            report = _all_of(self.life)
        self.life.close()
        if not report:
            raise SandboxError("a supervisor has said nothing of its child")
        report = json.loads(report)
        if "failed" in report:
            raise SandboxError(report["failed"])
        if report["over"]:
            self.ended = "out of memory"
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
