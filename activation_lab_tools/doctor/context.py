"""What the checks need to know: the course's folders, the versions it allows, and commands to type here."""

import os
import platform
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata, util
from itertools import chain
from pathlib import Path

NAME = "activation-lab"
NVIDIA = ("/dev/nvidia0", "/proc/driver/nvidia/version", "/usr/lib/wsl/lib/nvidia-smi")


@dataclass(frozen=True)
class Context:
    """One machine, as the checks see it.

    Args:
        project: the course's folder, with its pyproject.toml; None if only the package is installed.
        lessons: the folder of the learner's notebooks.
        seconds: the time limit for each program that is tried.
    """

    project: Path | None
    lessons: Path
    seconds: int = 60

    @classmethod
    def here(cls, lessons=None, seconds=seconds):
        """The project in or above the current folder, or else the one that this package belongs to."""
        folders = [Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[2]]
        project = next((folder for folder in folders if _is_project(folder)), None)
        return cls(project, Path(lessons or (project / "lessons" if project else Path.cwd())).absolute(), seconds)

    @cached_property
    def ranges(self):
        """{package: allowed versions}, such as {"numpy": ">=2.1"}, for all extras and for "python"."""
        if self.project:
            table = tomllib.loads((self.project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
            found = {"python": table["requires-python"]}
            lines = chain(table["dependencies"], *table["optional-dependencies"].values())
        else:
            found = {"python": metadata.metadata(NAME)["Requires-Python"]}
            lines = metadata.requires(NAME) or []
        for line in lines:
            name, range_ = re.match(r"([\w.-]+)(?:\[.*?\])?\s*([^;]*)", line).groups()
            found.setdefault(name.lower(), range_.strip())
        return found

    @property
    def more_time(self):
        """What to do if a program does not finish in time."""
        doctor = quoted(near(Path(__file__).parent))
        return f"A first start can be slow; try {self.python} {doctor} --seconds {10 * self.seconds}"

    @property
    def python(self):
        """This Python, as it is typed in a command."""
        return quoted(near(sys.executable))

    def install(self, *arguments):
        """The command that installs `arguments` here, in the tested versions if constraints.txt is there."""
        constraints = self.project and self.project / "constraints.txt"
        if constraints and constraints.is_file():
            arguments = ["--constraint", near(constraints), *arguments]
        command = f"{self.python} -m pip install {quoted(*arguments)}"
        return command if util.find_spec("pip") else f"{self.python} -m ensurepip\n{command}"

    def install_course(self):
        """The command that installs the course's package, JupyterLab and TensorFlow."""
        folder = near(self.project) if self.project else NAME
        return self.install(*(["--editable"] if self.project else []), f"{folder}[lab,{keras_extra()}]")


def keras_extra():
    """The extra with the right TensorFlow: the small one, unless there is a GPU or no such wheel."""
    intel = platform.machine().lower() in ("x86_64", "amd64") and sys.platform in ("linux", "win32")
    return "keras-cpu" if intel and not any(map(os.path.exists, NVIDIA)) else "keras"


def installed(name):
    """The version of an installed package, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def near(path):
    """The path relative to the current folder if it is below it, else unchanged. Links are not followed."""
    path = os.path.abspath(path)
    below = os.path.relpath(path) if os.path.splitdrive(path)[0] == os.path.splitdrive(os.getcwd())[0] else path
    return path if below.startswith("..") else below


def quoted(*words):
    """The words as one line for this system's shell."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def unset(name):
    """How to remove an environment variable."""
    if os.name == "nt":
        return (
            f"set {name}=\nIn PowerShell: Remove-Item Env:{name}\nIf it comes back, delete it in the system settings."
        )
    return f"unset {name}\nIf it comes back, a startup file of your shell sets it, such as ~/.bashrc: delete it there."


def _is_project(folder):
    file = folder / "pyproject.toml"
    return os.path.isfile(file) and f'name = "{NAME}"' in file.read_text(encoding="utf-8", errors="replace")
