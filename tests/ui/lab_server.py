"""JupyterLab's server, started as `make lab` starts it, for learners who never met it before."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 60  # to start, at most; it takes two on an idle machine
TAIL = 30  # lines of its log that a failure shows


class LabServer:
    """JupyterLab over a copy of the lessons, with settings, kernels' records and runtime files of its own.

    Args:
        folder: an empty one, for all of it.

    Raises:
        RuntimeError: it ended, or did not answer in time; with the end of its log.
    """

    def __init__(self, folder):
        self.lessons, self.log, self.asked_for = folder / "lessons", folder / "log", folder / "asked_for"
        self.settings = folder / "config" / "lab" / "user-settings"
        self.asked_for.touch()
        self.restore()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.token = secrets.token_hex(8)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(self._command(), env=self._environment(folder), stdout=log, stderr=log)
        self._wait()

    def _command(self):
        return [sys.executable, "-m", "jupyterlab", "-y", "--no-browser", "--allow-root"] + [
            f"--port={self.url.rsplit(':')[-1]}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.lessons}",
            "--LabApp.expose_app_in_browser=True",
            *flags_of_make_lab(),
        ]

    def _environment(self, folder):
        own = {f"JUPYTER_{kind.upper()}_DIR": str(folder / kind) for kind in ("config", "data", "runtime")}
        return os.environ | own | watched(self.asked_for) | {"IPYTHONDIR": str(folder / "ipython")}

    def _wait(self):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self.ask("GET", "status")
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(
            f"JupyterLab ended, or did not answer within {SECONDS} s; expected it at {self.url}. "
            f"The end of its log says why:\n{self.tail()}"
        )

    def ask(self, method, path):
        """What the server's interface answers, from its JSON; None where it answers nothing."""
        address = f"{self.url}/api/{path}"
        request = urllib.request.Request(address, method=method, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read() or "null")

    def restore(self):
        """The lessons are untouched again, and the settings are a newcomer's."""
        shutil.rmtree(self.settings, ignore_errors=True)
        for path in self.lessons.glob("*"):  # the folder itself stays: an open JupyterLab looks into it
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(ROOT / "lessons", self.lessons, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)

    def shut_kernels_down(self):
        for session in self.ask("GET", "sessions"):
            self.ask("DELETE", f"sessions/{session['id']}")

    def tail(self):
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:])

    def stop(self):
        """As Control-C does: kernels first. One that does not listen is ended."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def watched(notes):
    """The variables under which a Python process writes every other machine that it asks for into a file."""
    return {"PYTHONPATH": str(Path(__file__).parent / "watched"), "ADDRESSES_ASKED_FOR": str(notes)}


def flags_of_make_lab():
    """What `make lab` asks of JupyterLab besides address and folder: no news, no updates."""
    command = subprocess.run(["make", "-n", "lab"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    flags = re.findall(r"--LabApp\.(?!default_url)\S+", command)
    assert flags, "`make lab` gives JupyterLab no --LabApp flag; expected those that keep it quiet."
    return flags
