"""nbgrader: `submitted/<student>/<assignment>/…`, perhaps beside the course's other folders."""

import functools

from ..moments import iso_of_nbgrader
from ..paths import is_handed_in
from .owner import named

NAME = "nbgrader"
EXPECTED = '"submitted/<student>/<lesson>/….ipynb" (nbgrader)'

FOLDERS = ("source", "release", "autograded", "feedback")  # beside "submitted"
CLOCK, TIME = "timestamp.txt", iso_of_nbgrader  # a file beside the notebook says when it was handed in


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't nbgrader's."""
    owner = functools.partial(_owner, folder=folder)
    tops, fit = {path[0] for path in paths}, [path for path in paths if owner(path)]
    if folder.name == "submitted":
        return owner if 2 * len({path[0] for path in fit}) > len(tops) else None
    # The top level decides: in a folder called "submitted", which may be a student's, students choose the names.
    beside = {path[0] for path in paths if path[0] in FOLDERS and len(path) >= 3}
    enough = len(tops - {"submitted"} - beside) < len(beside) + min(len({path[1] for path in fit}), 2)
    return owner if enough else None


def is_instructors(path, folder):
    """Is it in a folder of the course that isn't the students'? A student's name may be "feedback" too."""
    deep = len(path) >= 3 or path[0] == "source"  # as source/header.ipynb
    return folder.name != "submitted" and path[0] in FOLDERS and deep


def _owner(path, folder):
    if folder.name != "submitted":
        path = path[1:] if path[0] == "submitted" else ()
    if len(path) == 2 and not is_handed_in(path[1]):
        return named(path[0])
    return named(path[0], assignment=path[1]) if len(path) >= 3 else None
