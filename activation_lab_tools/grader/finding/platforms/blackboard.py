"""Blackboard: `Homework_jdoe_attempt_2026-11-03-10-15-00_file.ipynb`, and a text file for each attempt."""

import functools
import os
import re
from dataclasses import replace

from ..moments import iso_in
from .owner import fitting, named

NAME = "Blackboard"
EXPECTED = '"Homework_jdoe_attempt_2026-11-03-10-15-00_….ipynb" (Blackboard)'

# The shortest match: what follows the time is the student's own text.
_FILE = re.compile(
    r"(?P<before>.+?)_attempt_(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})-(?P<time>[0-9]{2}-[0-9]{2}-[0-9]{2})"
    r"(?:_.+|(?P<typed>\.txt))"
)
_UNCLEAR = "The user's name follows the assignment's, and it is unclear where. Give a roster with the user names."


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't Blackboard's."""
    if not fitting(_match, paths):
        return None
    befores = {match["before"] for match in map(_match, paths) if match}
    # The assignment's name is the same for all; it may have a "_", and so may a user's.
    common = os.path.commonprefix([*befores])
    cuts = [at + 1 for at, each in enumerate(common) if each == "_" and at + 1 < min(map(len, befores))]
    return functools.partial(_owner, cuts=cuts[::-1], alone=len(befores) == 1) if cuts else None


def _match(path):
    return _FILE.fullmatch(path[0]) if len(path) == 1 else None


def _owner(path, cuts, alone):
    match = _match(path)
    users = [match["before"][cut:] for cut in cuts if len(match["before"]) > cut] if match else []
    if not users:
        return None
    handed_in = iso_in(f"{match['day']} {match['time'].replace('-', ':')}")
    guess = _UNCLEAR if alone and len(cuts) > 1 else ""
    first, *others = [named(user) for user in users]
    typed = "the text file of an attempt in Blackboard" if match["typed"] else ""
    return replace(first, guess=guess, others=tuple(others), handed_in=handed_in, typed=typed)
