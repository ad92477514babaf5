"""Tell whose a file is from its path, in the layouts that learning platforms use."""

import re
import unicodedata
from dataclasses import dataclass, field

HANDED_IN = (".ipynb", ".zip")
JUNK_FOLDERS = ("__MACOSX", ".ipynb_checkpoints")
NBGRADER_FOLDERS = ("source", "release", "autograded", "feedback")  # folders beside "submitted"

# The shortest match: what follows is the student's own text.
_MOODLE = r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_file"
_MOODLE_FOLDER = re.compile(f"{_MOODLE}_?")
_MOODLE_FILE = re.compile(f"{_MOODLE}_.+")
_MOODLE_TYPED = re.compile(".+_assignsubmission_(?!file)[a-z]+_?")  # not files, but text typed into a form
# Canvas removes blanks and punctuation from a name; the user's number, the file's number and its name follow.
_CANVAS = re.compile(r"(?P<name>[^\s.,'-]*?)(?:_LATE)?_(?P<number>[0-9]+)_(?P<file>[0-9]+)_.+")


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, according to its path.

    Args:
        student: the identity; unique if the platform gives a number.
        name: the exact name of the person or folder.
        ids: numbers on the platform; see records.Submission.
        guess: "" if the path is clear; else a sentence, since only a roster with this student makes it certain.
    """

    student: str
    name: str
    ids: dict = field(default_factory=dict, hash=False)
    guess: str = ""


def owners(paths, above=""):
    """Return for each path its Owner, or a sentence on why there is none, or None if it isn't a submission at all.

    One layout is chosen for all: the one that fits most names at the top level, which students don't choose. A path
    that doesn't fit is never guessed.

    Args:
        paths: tuples: names of folders, and the file's name.
        above: the name of the folder that contains them; "" for a zip.
    """
    course = any(path[0] == "submitted" for path in paths)
    ignored = [_typed(path) or course and path[0] in NBGRADER_FOLDERS for path in paths]
    handed = [path for path, out in zip(paths, ignored, strict=True) if not out and is_handed_in(path[-1])]
    layout, shared, outer = _chosen(handed, above)
    return [
        None if out or path[: len(shared)] != shared else _judged(layout, path[len(shared) :], outer)
        for path, out in zip(paths, ignored, strict=True)
    ]


def is_handed_in(name):
    """Is a file of this name a notebook, or a zip that may hold one?"""
    return name.lower().endswith(HANDED_IN)


def is_junk(path):
    """Is this a leftover of macOS or Jupyter?"""
    return path[-1].startswith("._") or any(part in JUNK_FOLDERS for part in path)


def _moodle(path, outer):
    pattern = _MOODLE_FOLDER if len(path) > 1 else _MOODLE_FILE  # without folders: a setting in Moodle
    match = _MOODLE_FOLDER.fullmatch(outer) or pattern.fullmatch(path[0])
    return match and _numbered(match, {"moodle": match["number"]})


def _canvas(path, outer):
    match = _CANVAS.fullmatch(path[0]) if len(path) == 1 else None
    return match and _numbered(match, {"canvas": match["number"], "canvas_file": match["file"]})


def _nbgrader(path, outer):
    if outer != "submitted":
        path = path[1:] if path[0] == "submitted" else ()
    return _named(path[0]) if len(path) >= 3 else None


def _plain(path, outer):
    return _named(path[0]) if len(path) == 2 else None


def _alone(path, outer):
    if len(path) > 1:
        return None
    reason = f"Its name may or may not be the student's. Expected {_ANY}; or give a roster with this name."
    return _named(path[0].rpartition(".")[0], guess=reason)


_EXPECTED = {
    _moodle: '"Full Name_12345_assignsubmission_file_/….ipynb" (Moodle)',
    _canvas: '"lastfirst_12345_67890_….ipynb" (Canvas)',
    _nbgrader: '"submitted/<student>/<lesson>/….ipynb" (nbgrader)',
    _plain: '"<student>/….ipynb"',
}
_ANY = f"{_EXPECTED[_plain]}, {_EXPECTED[_moodle]}, {_EXPECTED[_canvas]}, or {_EXPECTED[_nbgrader]}"
_EXPECTED[_alone] = _ANY


def _chosen(paths, above):
    """Return (layout, the folders around all paths that it leaves out, the name of the innermost of these)."""
    for layout in (_moodle, _canvas, _nbgrader, _plain):
        for shared, outer in _around(paths, above):
            inner = [path[len(shared) :] for path in paths]
            if _fits(layout, inner, outer, bool(shared)):
                return layout, shared, outer
    return _alone, (), above


def _around(paths, above):
    """Yield no folders; then the one that contains all paths, if there is one; then that and the one within it."""
    yield (), above
    for depth in (1, 2):
        tops = {path[:depth] for path in paths}
        if len(tops) != 1 or any(len(path) <= depth for path in paths):
            return
        shared = tops.pop()
        yield shared, shared[-1]


def _fits(layout, paths, outer, inside):
    tops = {path[0] for path in paths}
    fitting = {path[0] for path in paths if layout(path, outer)}
    lengths = {len(path) for path in paths}
    if layout is _nbgrader:  # other folders of the course may be beside it
        return bool(fitting)
    if layout is _canvas and inside and len(fitting) == 1:  # more likely one student's folder
        return False
    if layout is _plain and inside and (len(fitting) == 1 or 1 in lengths):  # whose folder contains them?
        return False
    if layout is _plain and len(tops) == 1:
        return lengths == {2}
    return 2 * len(fitting) > len(tops)


def _judged(layout, path, outer):
    refusal = f"Its path does not tell whose it is. Expected {_EXPECTED[layout]}. Rename it, or move it."
    return layout(path, outer) or refusal


def _typed(path):
    return any(_MOODLE_TYPED.fullmatch(part) for part in path[:3])


def tidy(name):
    """Return the name in composed characters, whichever form a file system uses, without blanks around it."""
    return unicodedata.normalize("NFC", name).strip()


def _numbered(match, ids):
    return Owner(tidy(f"{match['name']} ({match['number']})"), match["name"], ids)


def _named(name, guess=""):
    return Owner(tidy(name), name, guess=guess)
