"""Programs that are tried, each in its own process: it may crash, hang, or not be installed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ILLEGAL = ("SIGILL", "0xc000001d")  # an illegal instruction, as POSIX and Windows name it


@dataclass(frozen=True)
class Outcome:
    """How a program ended. `code` is None if it ran out of time."""

    code: int | None
    output: str
    errors: str
    seconds: float

    @property
    def data(self):
        """The last line of the output, which is JSON."""
        return json.loads(self.output.strip().splitlines()[-1])

    @property
    def crash(self):
        """The name of the signal, or the number of the Windows exception, that ended it; None if it did not crash."""
        if self.code is None or 0 <= self.code < 0xC0000000:
            return None
        return signal.Signals(-self.code).name if self.code < 0 else hex(self.code)

    @property
    def why(self):
        """Why it gave no answer, in a few words."""
        if self.code is None:
            return f"no answer within {self.seconds:.0f} s"
        if self.crash:
            return f"crashed: {self.crash}"
        return (self.errors.strip().splitlines() or [f"ended with code {self.code} and no message"])[-1]


def run(name, *, cwd=None, seconds):
    """Run one of this folder's programs with this Python, for at most `seconds`. Return its Outcome."""
    command = [sys.executable, "-P", str(Path(__file__).with_name(name))]
    start = time.monotonic()
    # Files, not pipes: a pipe stays open as long as any process that the program started.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": errors}
        process = subprocess.Popen(command, cwd=cwd, start_new_session=True, **streams)
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
    """Stop the process and what it has started."""
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(file):
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")
