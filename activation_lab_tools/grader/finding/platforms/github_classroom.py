"""GitHub Classroom: a repository for each student, `homework-jdoe/…`, with whatever is in it."""

import functools
import os

from .owner import named

NAME = "GitHub Classroom"
EXPECTED = '"homework-<user>/….ipynb" (GitHub Classroom)'

_REPOSITORY = (".git", ".github", ".gitignore")


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if these aren't repositories of one assignment."""
    tops = {path[0] for path in folder.every if len(path) > 1}
    repositories = {path[0] for path in folder.every if len(path) > 1 and path[1] in _REPOSITORY}
    prefix = os.path.commonprefix([*repositories]).rpartition("-")[0]
    if len(repositories) < 2 or 2 * len(repositories) <= len(tops) or not prefix:
        return None
    return functools.partial(_owner, prefix=f"{prefix}-")


def _owner(path, prefix):
    user = path[0].removeprefix(prefix) if len(path) > 1 and path[0].startswith(prefix) else ""
    return named(user) if user else None
