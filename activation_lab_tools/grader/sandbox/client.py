"""The outside of the sandbox: start a fork server, talk to fresh children, and learn how each child ended."""

import contextlib
import json
import signal
import socket
import subprocess
import tempfile
import time

from ...errors import UserError
from . import bubblewrap, cgroups, wire
from .fork_server import ANSWER

START = 180  # seconds that the imports may take
GRACE = 60.0  # seconds for a supervisor to report, which takes milliseconds
LEAVE = 5.0  # seconds for a fork server to end by itself
STARVED = 300.0  # seconds, at most, that a busy machine may add to a deadline
MEMORY = 1536 << 20  # bytes that an answer may use, in all its processes together
ADDRESSES = {"numpy": 2 << 30, "keras": 4 << 30}  # bytes that one process may reserve; TensorFlow uses few of its own
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
        self.process = self.control = self.groups = None

    def session(self, seconds, work=ANSWER):
        """Return a Session with a fresh child.

        Args:
            seconds: of processor time that it, and all that it starts, may use; the caller watches the clock.
            work: ANSWER, or EXAMINE for a child that isn't isolated from the server, and limits itself.
        """
        if self.process is None or self.process.poll() is not None:
            self._start()
        here, there = socket.socketpair()
        life, its_life = socket.socketpair()
        group = self.groups.answer(MEMORY, PROCESSES) if self.groups and work == ANSWER else None
        with there, its_life:
            files = [there.fileno(), its_life.fileno(), *(group.files if group else ())]
            try:
                socket.send_fds(self.control, [f"{work} {float(seconds)}".encode()], files)
            except OSError as error:
                for each in (here, life, *([group] if group else ())):
                    each.close()
                raise SandboxError(f"its fork server is gone: {error}") from None
        return Session(here, life, group)

    def close(self):
        if self.control is not None:
            self.control.close()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(LEAVE)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.errors.close()
        if self.groups is not None:
            self.groups.close()
        self.process = self.control = self.groups = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _start(self):
        self.close()
        self.control, there = socket.socketpair()
        command, environment = self._command(there.fileno())
        self.groups = cgroups.make() if self.sandboxed and cgroups.available() else None
        if self.groups is not None:
            command = self.groups.command(*command)
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=[there.fileno(), *(bubblewrap.files() if self.sandboxed else ())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            cwd="/",
        )
        there.close()
        self._await_ready()
        if self.groups is not None:
            self.groups.started(self.process.pid)
        if self.sandboxed:
            self._probe()

    def _probe(self):
        """See from inside, before the first answer does, that nothing private can be seen there.

        Raises:
            UserError: something can, or this machine can't isolate a child.
        """
        session = self.session(START)
        try:
            request = {"kind": "probe", "paths": bubblewrap.private(), "shown": bubblewrap.shown(self.keras)}
            seen = session.ask(request, time.monotonic() + START)
            session.end()
            if seen is None:
                raise SandboxError(f"a first child {session.ended or 'did not reply'}")
        except (TimeoutError, SandboxError) as error:
            self.close()
            raise UserError(f"The sandbox can't isolate an answer: {error}.") from None
        if seen:
            self.close()
            raise UserError(f"Answers could read files in {', '.join(seen)}, which Python needs. Move one of the two.")

    def _command(self, control):
        """Return the command line and the environment variables of the process; `control` is its file descriptor."""
        settings = {
            "control": control,
            "sandboxed": self.sandboxed,
            "keras": self.keras,
            "scratch": bubblewrap.SCRATCH if self.sandboxed else tempfile.gettempdir(),
            "hidden": [str(package) for package in bubblewrap.PACKAGES],
            "memory": MEMORY,
            "addresses": ADDRESSES["keras" if self.keras else "numpy"],
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
        reported: after end(): whether its supervisor has lived to report on it.
        extended: seconds that were added to deadlines, because the machine was busy.
        budget: a wire.Budget: the bytes of all replies together.
    """

    def __init__(self, connection, life, group=None):
        self.connection, self.life, self.group = connection, life, group
        self.budget = wire.Budget()
        self.ended, self.reported, self.seconds, self.extended = "", False, 0.0, 0.0
        self.words = ""  # lines from the child before it is isolated, and from its supervisor

    def await_isolated(self):
        """Wait until the child is isolated, which is the machine's work: none of an answer's time passes.

        Raises:
            SandboxError: it took too long. If it failed, `end` says so.
        """
        self._hear(lambda: "\n" in self.words, f"a child was not isolated within {GRACE:.0f} seconds")

    def tell(self, value, deadline):
        """Send a value. That the child has ended is no error: it may have sent the reason first."""
        with contextlib.suppress(ConnectionError):
            wire.send(self.connection, value, deadline, more=self._starved)

    def ask(self, value, deadline):
        """Send a value and return the reply; None if the child has ended.

        Args:
            value: what a frame can hold.
            deadline: of time.monotonic(). While a child is ready to run and the machine is busy, its clock stands
                still: `extended` seconds were added for that.

        Raises:
            TimeoutError: there was no reply before the deadline.
            wire.WireError: the reply is not a frame, or all replies together are too long.
        """
        self.tell(value, deadline)
        return wire.receive(self.connection, deadline, self.budget, more=self._starved)

    def _starved(self):
        """Return for how many seconds the child has waited for a processor, since this was last asked."""
        asked = self.words.count("?")
        self.life.settimeout(GRACE)
        try:
            self.life.sendall(b"?")
            while self.words.count("?") == asked or not self.words.endswith("\n"):
                piece = self.life.recv(4096).decode(errors="replace")
                if not piece:
                    return 0.0
                self.words += piece
        except OSError:
            return 0.0
        starved = min(float(self.words.rpartition("?")[2]), STARVED) - self.extended
        self.extended += starved
        return starved

    def end(self):
        """Hang up. When this returns, the child and everything it started are gone, and `ended` is known.

        A supervisor that leaves no report had a child that was isolated and well, so the answer is to blame.

        Raises:
            SandboxError: the child could not be isolated, or its supervisor is stuck.
        """
        self.connection.close()
        self._hear_last_words()
        *first, last = [line for line in self.words.split("\n") if not line.startswith("?")]
        report = json.loads(last) if last.startswith("{") else {}
        out_of_memory = self.group is not None and self.group.close()
        if first != [wire.ISOLATED] and not report.get("hung_up"):
            raise SandboxError("; ".join(first) or "a supervisor ended before its child was isolated")
        self.reported = bool(report)
        if not report:
            self.ended = "ended its supervisor"
            return
        self.seconds = report["seconds"]
        if report["over"] or report["status"] == -signal.SIGXCPU:
            self.ended = f"out of {report['over'] or 'time'}"
        elif out_of_memory:
            self.ended = "out of memory"
        elif report["hung_up"]:
            self.ended = ""
        elif report["status"] < 0:
            self.ended = f"died ({_signal(-report['status'])})"
        elif report["status"]:
            self.ended = f"died (exit status {report['status']})"

    def _hear_last_words(self):
        """Hang up on the supervisor, and add to `words` what it and its child have said."""
        with self.life:
            with contextlib.suppress(OSError):  # it has ended
                self.life.shutdown(socket.SHUT_WR)
            self._hear(lambda: False, "a supervisor did not report on its child")

    def _hear(self, enough, stuck):
        """Add to `words` what the supervisor and its child say until enough(), or their end; SandboxError if stuck."""
        self.life.settimeout(GRACE)
        try:
            while not enough() and (piece := self.life.recv(4096)):
                self.words += piece.decode(errors="replace")
        except TimeoutError:
            raise SandboxError(stuck) from None
        except OSError:  # its supervisor has ended
            pass


def _signal(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
