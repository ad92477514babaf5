"""Moodle: `Full Name_12345_assignsubmission_file_/…`, also without folders, blind, and of teams."""

import functools
import re

from .owner import fitting, named, numbered

NAME = "Moodle"
EXPECTED = '"Full Name_12345_assignsubmission_file_/….ipynb" (Moodle)'

# The shortest match: what follows is the student's own text. A name begins with no "_": Moodle writes a blank for it.
_NAME = r"(?P<name>(?!_)(?:(?!_assignsubmission_).)+?)(?:_(?P<number>[0-9]+))?_assignsubmission_(?P<kind>[a-z]+)"
_FOLDER = re.compile(f"{_NAME}_?")
_FILE = re.compile(f"{_NAME}_.+")  # without folders: a setting in Moodle
TYPED = {"onlinetext": "a text typed into Moodle"}
_TEAM = "It is a group's. Moodle doesn't say whose; give a roster that does."


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't Moodle's."""
    owner = functools.partial(_owner, folder=folder)
    if not fitting(owner, paths):
        return None
    files = [match for match in (_match(path, folder) for path in paths) if match and match["kind"] == "file"]
    # Without a number: the group of all who are in none. A student always has one.
    return functools.partial(_owner, folder=folder, team=any(match["number"] is None for match in files))


def is_typed(path):
    """Is it a text typed into a form?"""
    found = [_FOLDER.fullmatch(part) or _FILE.fullmatch(part) for part in path[:3]]
    return any(match and match["kind"] != "file" for match in found)


def _match(path, folder):
    return _FOLDER.fullmatch(folder.name) or (_FOLDER if len(path) > 1 else _FILE).fullmatch(path[0])


def _owner(path, folder, team=False):
    match = _match(path, folder)
    if not match:
        return None
    typed = "" if match["kind"] == "file" else TYPED.get(match["kind"], f'"{match["kind"]}" in Moodle')
    if not match["number"]:
        return named(match["name"], guess=_TEAM, is_group=True, typed=typed)
    ids = {"moodle": match["number"]}
    return numbered(match["name"], match["number"], ids, is_group=team, typed=typed)
