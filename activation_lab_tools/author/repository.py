"""Where the course is published on GitHub, and what follows from it: links, and a lesson's first cell on Colab.

The one source is pyproject.toml: `Repository = "https://github.com/OWNER/NAME"`. Readers get the branch `main`.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

from ..errors import UserError

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
OWNER_AND_NAME = re.compile(r"([A-Za-z0-9](?:-?[A-Za-z0-9]){0,38})/(\.*[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}?(?<!\.git))")

COLAB_CELL = """\
# On Google Colab this cell installs the course. Anywhere else it does nothing.
import sys

if "google.colab" in sys.modules:
    import subprocess

    course = "{archive}"
    # --no-deps: NumPy, matplotlib, Keras and TensorFlow are already there, in Colab's versions.
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", course], check=True)"""


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub."""

    owner: str
    name: str

    @property
    def url(self):
        return f"https://github.com/{self.owner}/{self.name}"

    @property
    def archive(self):
        """The address of a zip file that pip can install."""
        return f"{self.url}/archive/refs/heads/main.zip"

    def colab(self, lesson):
        """The address that opens a lesson on Google Colab."""
        path = f"{self.owner}/{self.name}/blob/main/lessons/{lesson}.ipynb"
        return f"https://colab.research.google.com/github/{path}"

    def first_cell(self):
        """The folded code cell that is inserted below each lesson's title."""
        metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
        return nbformat.v4.new_code_cell(
            COLAB_CELL.format(archive=self.archive), id="install-on-colab", metadata=metadata
        )


def parsed(text):
    """The Repository of "OWNER/NAME", or of its address "https://github.com/OWNER/NAME".

    Raises:
        UserError: the text is neither.
    """
    found = OWNER_AND_NAME.fullmatch(text.removeprefix("https://github.com/"))
    if not found:
        raise UserError(f"Received {text!r}; expected OWNER/NAME, or https://github.com/OWNER/NAME.")
    return Repository(*found.groups())


def published(pyproject=None):
    """The Repository in pyproject.toml; None if there is none, or if it is not on GitHub.

    Raises:
        UserError: it is on GitHub, but not in the form that `publish` writes. It goes into code that learners run.
    """
    path = pyproject or PYPROJECT
    if not path.is_file():
        return None
    url = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}).get("urls", {}).get("Repository", "")
    if urlsplit(url).hostname not in ("github.com", "www.github.com"):
        return None
    if not url.startswith("https://github.com/") or not OWNER_AND_NAME.fullmatch(url[len("https://github.com/") :]):
        raise UserError(
            f"pyproject.toml: Repository is {url!r}; expected https://github.com/OWNER/NAME. "
            "`activation-lab publish OWNER/NAME` writes it in this form."
        )
    return parsed(url)
