"""ILIAS: `Last_First_login_12345/…`, in ASCII."""

import re
from dataclasses import replace

from .owner import Owner, fitting, named

NAME = "ILIAS"
EXPECTED = '"Last_First_login_12345/….ipynb" (ILIAS)'

_FOLDER = re.compile(r"(?P<whole>[^_]+_[^_]+_.+)_(?P<number>[0-9]+)")


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't ILIAS's."""
    return _owner if fitting(_owner, paths) else None


def _owner(path):
    match = _FOLDER.fullmatch(path[0]) if len(path) > 1 else None
    if not match:
        return None
    # A roster has the names and the login, and where these end only it knows.
    return replace(named(path[0]), others=(Owner(path[0], match["whole"], {"ilias": match["number"]}),))
