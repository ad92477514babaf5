"""Canvas: `lastfirst_LATE_12345_67890_file.ipynb`; `anon_AbC1x_67890_file.ipynb` where names are hidden."""

import re

from .owner import Owner, fitting, numbered

NAME = "Canvas"
EXPECTED = '"lastfirst_12345_67890_….ipynb" (Canvas)'

MARKS_LATE = True  # each name says whether it was late by the student's due date; without one, nobody is late

# The user's number and the file's; a file's name may have more of them, and so may a user's.
_NUMBERS = re.compile(r"(?=_([0-9]+)_([0-9]+)_.)")
_TYPED = re.compile(r"(?P<name>[^\s.,'-]*?)(?P<late>_LATE)?_(?P<number>[0-9]+)_(?P<kind>text|link)\.html")
_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon_[A-Za-z0-9]+)_(?:[0-9]+_(?P<file>.+)|(?P<kind>text|link)\.html)", re.DOTALL
)
_REMOVED = re.compile(r"[\s.,'-]")  # Canvas removes blanks and punctuation from a name
_HIDDEN = (
    "Canvas hid the names: the numbers in these are of files, not of students. Show the names, and download again."
)


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't Canvas's."""
    for owner in (_anonymous, _owner):
        fit = fitting(owner, paths)
        if fit and not (folder.within and len(fit) == 1):  # one in a folder is more likely a student's folder
            return owner
    return None


def _anonymous(path):
    match = _ANONYMOUS.fullmatch(path[0]) if len(path) == 1 else None
    return match and Owner(match["name"], match["name"], late=bool(match["late"]), typed=_form(match), hint=_HIDDEN)


def _owner(path):
    if len(path) != 1:
        return None
    first, *others = [*_readings(path[0])] or [None]
    if first is None and (match := _TYPED.fullmatch(path[0])):
        return _numbered(match["name"], match["number"], "", late=bool(match["late"]), typed=_form(match))
    owners = [_numbered(*each[:3], late=each[3]) for each in others[:20]]
    return first and _numbered(*first[:3], late=first[3], others=tuple(owners))


def _readings(name):
    for match in _NUMBERS.finditer(name):
        before = name[: match.start()]
        person = before.removesuffix("_LATE")
        if _REMOVED.search(person):
            return
        yield person, match[1], match[2], person != before


def _numbered(name, number, file, **more):
    return numbered(name, number, {"canvas": number} | ({"canvas_file": file} if file else {}), **more)


def _form(match):
    return {"text": "a text typed into Canvas", "link": "a link given to Canvas"}.get(match["kind"], "")
