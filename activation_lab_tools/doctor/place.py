"""Where the course lies here, what it asks for, and how this Python is called in a command."""

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata, util
from pathlib import Path

NAME = "activation-lab"
TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tf-nightly", "tf-nightly-cpu")
NVIDIA = ("/dev/nvidia0", "/proc/driver/nvidia/version", "/usr/lib/wsl/lib/nvidia-smi")


@dataclass(frozen=True)
class Place:
    """One machine, as the checks see it.

    Args:
        project: the course's folder, with its pyproject.toml; None where only the package is here.
        lessons: where the learner's notebooks lie.
        seconds: what each program that is tried may take.
    """

    project: Path | None
    lessons: Path
    seconds: float = 60.0

    @classmethod
    def here(cls, lessons=None, seconds=seconds):
        """The project in or above the current folder, else the one to which this package belongs."""
        folders = [Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[2]]
        project = next((folder for folder in folders if _is_project(folder)), None)
        return cls(project, Path(lessons or (project / "lessons" if project else Path.cwd())).absolute(), seconds)

    @cached_property
    def _project_table(self):
        return tomllib.loads((self.project / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    @cached_property
    def python_range(self):
        """The supported Pythons, such as ">=3.11,<3.14"."""
        if self.project:
            return self._project_table["requires-python"]
        return metadata.metadata(NAME)["Requires-Python"]

    @cached_property
    def ranges(self):
        """{package: what versions of it the course allows}, the extras included."""
        if self.project:
            extras = self._project_table["optional-dependencies"].values()
            lines = [*self._project_table["dependencies"], *(line for extra in extras for line in extra)]
        else:
            lines = metadata.requires(NAME) or []
        found = {}
        for line in lines:
            name, specifiers = re.match(r"([\w.-]+)(?:\[.*?\])?\s*([^;]*)", line).groups()
            found.setdefault(name.lower(), specifiers.strip())
        return found

    @cached_property
    def constraints(self):
        """{file: {package: its tested version}}; empty where only the package is here."""
        files = sorted(self.project.glob("constraints*.txt"), key=lambda file: len(file.name)) if self.project else []
        return {file.name: dict(_pins(file.read_text(encoding="utf-8"))) for file in files}

    @property
    def more_time(self):
        """What to do where a program has not come to its end in time."""
        doctor = quoted(near(Path(__file__).parent))
        return f"A first start may be slow; try {self.python} {doctor} --seconds {10 * self.seconds:.0f}"

    @property
    def python(self):
        """This Python, as it is typed in a command."""
        return quoted(near(sys.executable))

    def install(self, *arguments):
        """The command that installs `arguments` here, at the tested versions where these are known."""
        if "constraints.txt" in self.constraints:
            arguments = ["--constraint", near(self.project / "constraints.txt"), *arguments]
        arguments = quoted(*arguments)
        if util.find_spec("pip"):
            return f"{self.python} -m pip install {arguments}"
        if shutil.which("uv"):
            return f"uv pip install --python {self.python} {arguments}"
        return f"{self.python} -m ensurepip\n{self.python} -m pip install {arguments}"

    def install_course(self):
        """The command that installs the course's package, JupyterLab and TensorFlow."""
        folder = near(self.project) if self.project else NAME
        return self.install(*(["--editable"] if self.project else []), f"{folder}[lab,{keras_extra()}]")


def keras_extra():
    """The extra with the TensorFlow that suits this machine: the small one, unless there is a GPU or no such wheel."""
    intel = platform.machine().lower() in ("x86_64", "amd64") and sys.platform in ("linux", "win32")
    return "keras-cpu" if intel and not any(map(os.path.exists, NVIDIA)) else "keras"


def installed(name):
    """The version of an installed package, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def near(path):
    """The path from the current folder where it lies below it, else as it is. Links stay links."""
    path = os.path.abspath(path)
    below = os.path.relpath(path) if os.path.splitdrive(path)[0] == os.path.splitdrive(os.getcwd())[0] else path
    return path if below.startswith("..") else below


def quoted(*words):
    """The words as one line of this system's shell."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def unset(name):
    """How to take an environment variable away."""
    if os.name == "nt":
        return f"set {name}=\nIn PowerShell: Remove-Item Env:{name}\nIn the system's settings too, if it is set there."
    return f"unset {name}\nIf it comes back, a start-up file of your shell sets it, such as ~/.bashrc: delete it there."


def _is_project(folder):
    file = folder / "pyproject.toml"
    return os.path.isfile(file) and f'name = "{NAME}"' in file.read_text(encoding="utf-8", errors="replace")


def _pins(text):
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip().split("==")
