"""What is tried, is tried in a process of its own: it may crash, hang, or never have been installed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# Windows' words for a crash, as exit codes.
CRASHES = {0xC000001D: "illegal instruction", 0xC0000005: "access violation", 0xC00000FD: "stack overflow"}
ILLEGAL = ("SIGILL", "illegal instruction")


@dataclass(frozen=True)
class Outcome:
    """How a program ended. `code` is None if its time was over; `data` is what its last line says, as JSON."""

    code: int | None
    output: str
    errors: str
    seconds: float

    @cached_property
    def data(self):
        lines = self.output.strip().splitlines()
        return json.loads(lines[-1]) if self.code == 0 and lines else None

    @property
    def crash(self):
        """The name of the signal, or of Windows' exception, that ended it; None if nothing of the kind did."""
        if self.code is None or 0 <= self.code < 0xC0000000:
            return None
        return signal.Signals(-self.code).name if self.code < 0 else CRASHES.get(self.code, hex(self.code))

    @property
    def why(self):
        """Why it gave no answer, in a few words."""
        if self.code is None:
            return f"no answer within {self.seconds:.0f} s"
        if self.crash:
            return f"crashed: {self.crash}"
        return (self.errors.strip().splitlines() or [f"ended with {self.code}, without a word"])[-1]


def run(name, *, cwd=None, seconds):
    """Run one of this folder's programs with this Python, for `seconds` at most. Returns an Outcome."""
    command = [sys.executable, "-P", str(Path(__file__).with_name(name))]
    start = time.monotonic()
    # Files, since a pipe stays open as long as any process that was started still has it.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if process.poll() is None:
                _end(process)
        texts = [_text(file) for file in (output, errors)]
    return Outcome(code, *texts, time.monotonic() - start)


def _end(process):
    """End it, and what it has started."""
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(file):
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")
