"""`activation-lab publish`: an address for pyproject.toml, links for README.md, a first cell for the lessons."""

import re
import subprocess
import tomllib
from pathlib import Path

from activation_lab import exercises

from ..errors import UserError
from . import address, build
from .readme import LINKS, with_part


def publish(repository=None, branch="main"):
    """Write the address everywhere it belongs. A second time changes nothing; another address replaces the first.

    Args:
        repository: "OWNER/NAME" or its address on GitHub; None for that of git's remote `origin`.
        branch: the one that readers get.

    Returns:
        The paths that have changed.

    Raises:
        UserError: no such address, this is not the project's own folder, or one of its files has no place for it.
            Nothing has been written.
    """
    root = address.PYPROJECT.parent
    if Path.cwd().resolve() != root.resolve() or not build.SOLUTIONS.is_dir():
        raise UserError("This is not the folder to which the course's package belongs. Run this command there.")
    chosen = address.parsed(_origin() if repository is None else repository, branch)
    pyproject, readme = Path("pyproject.toml"), Path("README.md")
    texts = {
        pyproject: with_repository(pyproject.read_text(encoding="utf-8"), chosen.url),
        readme: with_part(readme.read_text(encoding="utf-8"), LINKS, links(chosen)),
    }
    for lesson in exercises.lessons():  # cut again, with the cell that belongs to this address
        solution = build.read(build.SOLUTIONS / f"{lesson}.ipynb")
        cut = build.cut_for(chosen, solution, build.exercise_names(lesson))
        texts[build.LESSONS / f"{lesson}.ipynb"] = build.as_text(cut)
    return [path for path, text in texts.items() if build.write(text, path)]


def _origin():
    try:
        done = subprocess.run(["git", "remote", "get-url", "origin"], capture_output=True, text=True)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode:
        raise UserError("git knows no remote `origin` here; say where the course lies: publish OWNER/NAME.")
    return done.stdout.strip()


def with_repository(pyproject, url):
    """pyproject.toml's text with this address in [project.urls]; all else stays."""
    line = f'Repository = "{url}"'
    urls = tomllib.loads(pyproject)["project"].get("urls")
    if urls is None:
        text = pyproject.replace("\n[project.scripts]\n", f"\n[project.urls]\n{line}\n\n[project.scripts]\n", 1)
    elif "Repository" in urls:
        text = re.sub(r"(?m)^Repository *=.*$", lambda _: line, pyproject, count=1)
    else:
        text = pyproject.replace("\n[project.urls]\n", f"\n[project.urls]\n{line}\n", 1)
    if tomllib.loads(text)["project"].get("urls", {}).get("Repository") != url:
        raise UserError(f"pyproject.toml: found no place for it; write under [project.urls]: {line}")
    return text


def links(where):
    """Ways to open the course without installing it, in Markdown. Words, not pictures: they need no other server."""
    colab = " · ".join(f"[{int(lesson[:2])}]({where.colab(lesson)})" for lesson in exercises.lessons())
    return "\n".join(
        [
            f"Read it: [the course as a web site]({where.site}). Open it without installing anything:",
            "",
            f"- Google Colab, lesson {colab}. The first cell of each installs the course.",
            f"- [Binder]({where.binder}): JupyterLab with all lessons. The first start takes some minutes.",
            f"- [GitHub Codespaces]({where.codespace}): a machine with everything installed.",
        ]
    )
