"""`activation-lab publish`: the repository's address in pyproject.toml, and a first cell for Colab in each lesson."""

import re
import tomllib
from pathlib import Path

from activation_lab import exercises

from ..errors import UserError
from . import build, repository


def publish(text):
    """Write the address wherever it belongs. Repeating it changes nothing; another address replaces the first.

    Args:
        text: "OWNER/NAME", or the repository's address on GitHub.

    Returns:
        The paths that have changed.

    Raises:
        UserError: the text is not such an address, this is not the project's own folder, or pyproject.toml has no place
            for the address. Nothing has been written.
    """
    root = repository.PYPROJECT.parent
    if Path.cwd().resolve() != root.resolve() or not build.SOLUTIONS.is_dir():
        raise UserError("This is not the folder that the course's package belongs to. Run this command there.")
    chosen = repository.parsed(text)
    pyproject = Path("pyproject.toml")
    texts = {pyproject: with_repository(pyproject.read_text(encoding="utf-8"), chosen.url)}
    for lesson in exercises.lessons():  # cut again, with the cell for this address
        solution = build.read_notebook(build.SOLUTIONS / f"{lesson}.ipynb")
        cut = build.cut_for(chosen, solution, build.exercise_names(lesson))
        texts[build.LESSONS / f"{lesson}.ipynb"] = build.as_text(cut)
    return [path for path, content in texts.items() if build.write_if_changed(content, path)]


def with_repository(pyproject, url):
    """The text of pyproject.toml with `url` as Repository in [project.urls]; everything else stays."""
    line = f'Repository = "{url}"'
    text = re.sub(r"(?m)^Repository *=.*\n", "", pyproject)
    if "\n[project.urls]\n" in text:
        text = text.replace("\n[project.urls]\n", f"\n[project.urls]\n{line}\n", 1)
    else:
        text = text.replace("\n[project.scripts]\n", f"\n[project.urls]\n{line}\n\n[project.scripts]\n", 1)
    if tomllib.loads(text)["project"].get("urls", {}).get("Repository") != url:
        raise UserError(f"pyproject.toml has no [project.urls]; add this table, with the line {line}")
    return text
