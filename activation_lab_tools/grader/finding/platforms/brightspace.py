"""Brightspace: `12345-67890 - Full Name - 3 Nov 2026 10.15 AM/…`, a folder for each time that a student handed in."""

import re

from ..moments import iso_in
from .owner import fitting, numbered

NAME = "Brightspace"
EXPECTED = '"12345-67890 - Full Name - 3 Nov 2026 10.15 AM/….ipynb" (Brightspace)'

_FOLDER = re.compile(r"(?P<number>[0-9]+)-[0-9]+ - (?P<name>.+?) ?- (?P<time>[^-]*\b[0-9]{4}\b[^-]*)")


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't Brightspace's."""
    return _owner if fitting(_owner, paths) else None


def _owner(path):
    match = _FOLDER.fullmatch(path[0]) if len(path) > 1 else None
    ids = match and {"brightspace": match["number"]}
    return match and numbered(match["name"], match["number"], ids, handed_in=iso_in(match["time"]))
