"""Where the course is published, and what follows from it: links, and a lesson's first cell on Colab.

The address stands in one place, pyproject.toml: `Repository = "https://github.com/OWNER/NAME/tree/BRANCH"`.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import nbformat

from ..errors import UserError

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
FIRST_LESSON = "01_dense_forward"

OWNER, NAME = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}", r"\.*[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}?(?<!\.git)"
PART = r"(?!\.)[A-Za-z0-9_.-]+(?<!\.)(?<!\.lock)"  # of a branch, between its slashes
BRANCH = rf"(?!-|.*\.\.){PART}(?:/{PART})*"
REPOSITORY = re.compile(
    rf"(?:https://(?:[^@/]+@)?github\.com/|(?:ssh://)?git@github\.com[:/])?({OWNER})/({NAME})(?:\.git)?/?"
)
PUBLISHED = re.compile(rf"https://github\.com/({OWNER})/({NAME})/tree/({BRANCH})")

COLAB_CELL = """\
# On Google Colab this installs the course, and nothing else. Anywhere else this cell does nothing.
import sys

if "google.colab" in sys.modules:
    import subprocess

    course = "{archive}"
    # --no-deps: NumPy, matplotlib, Keras and TensorFlow are there, and stay as Colab has them.
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", course], check=True)"""


@dataclass(frozen=True)
class Address:
    """A branch of a repository on GitHub."""

    owner: str
    name: str
    branch: str = "main"

    @property
    def url(self):
        return f"https://github.com/{self.owner}/{self.name}/tree/{self.branch}"

    @property
    def archive(self):
        """What pip can install."""
        return f"https://github.com/{self.owner}/{self.name}/archive/refs/heads/{self.branch}.zip"

    @property
    def site(self):
        """Where GitHub Pages shows the course's web pages."""
        host = f"{self.owner.lower()}.github.io"
        return f"https://{host}/" if self.name.lower() == host else f"https://{host}/{self.name}/"

    @property
    def binder(self):
        """JupyterLab on Binder, with the first lesson open."""
        page = quote(f"lab/tree/lessons/{FIRST_LESSON}.ipynb", safe="")
        return f"https://mybinder.org/v2/gh/{self.owner}/{self.name}/{quote(self.branch, safe='')}?urlpath={page}"

    @property
    def codespace(self):
        """A machine of GitHub's, made by .devcontainer/."""
        return f"https://codespaces.new/{self.owner}/{self.name}/tree/{self.branch}"

    def colab(self, lesson):
        """A lesson, opened on Google Colab."""
        branch = quote(self.branch, safe="")
        return f"https://colab.research.google.com/github/{self.owner}/{self.name}/blob/{branch}/lessons/{lesson}.ipynb"

    def first_cell(self):
        """The code cell that stands first in each lesson, folded."""
        metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
        return nbformat.v4.new_code_cell(
            COLAB_CELL.format(archive=self.archive), id="install-on-colab", metadata=metadata
        )


def parsed(repository, branch="main"):
    """The Address of "OWNER/NAME", or of one of GitHub's addresses as git knows them.

    Raises:
        UserError: it is none.
    """
    found = REPOSITORY.fullmatch(repository)
    if not found:
        shown = re.sub(r"//[^/]*@", "//…@", repository)  # an address may hold a password
        raise UserError(f"Received {shown!r}; expected OWNER/NAME, or https://github.com/OWNER/NAME.")
    if not re.fullmatch(BRANCH, branch):
        raise UserError(f"Received the branch {branch!r}; expected the name of one, such as main.")
    return Address(*found.groups(), branch)


def published(pyproject=None):
    """The Address in pyproject.toml; None where there is none, or none on GitHub.

    Raises:
        UserError: it is on GitHub, and not what `publish` would have written; it goes into code that learners run.
    """
    path = pyproject or PYPROJECT
    if not path.is_file():
        return None
    urls = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}).get("urls", {})
    url = urls.get("Repository", "")
    if urlsplit(url).hostname not in ("github.com", "www.github.com"):
        return None
    found = PUBLISHED.fullmatch(url)
    if not found:
        raise UserError(
            f"pyproject.toml: Repository is {url!r}; expected https://github.com/OWNER/NAME/tree/BRANCH. "
            "`activation-lab publish OWNER/NAME` writes it so."
        )
    return Address(*found.groups())
