"""Whose is a file? Read from where it lies, in the ways that learning platforms lay submissions out."""

import re
import unicodedata
from dataclasses import dataclass, field

HANDED_IN = (".ipynb", ".zip")
JUNK_FOLDERS = ("__MACOSX", ".ipynb_checkpoints")
NBGRADER_FOLDERS = ("source", "release", "autograded", "feedback")  # what lies beside "submitted"

# The first fit, not the longest: what stands further on is the student's own text.
_MOODLE = r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_file"
_MOODLE_FOLDER = re.compile(f"{_MOODLE}_?")
_MOODLE_FILE = re.compile(f"{_MOODLE}_.+")
_MOODLE_TYPED = re.compile(".+_assignsubmission_(?!file)[a-z]+_?")  # not files: what was typed into a form
# Canvas takes blanks and punctuation out of a name; the user's number, the file's number and its name follow.
_CANVAS = re.compile(r"(?P<name>[^\s.,'-]*?)(?:_LATE)?_(?P<number>[0-9]+)_(?P<file>[0-9]+)_.+")


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as its path says.

    Args:
        student: the identity: unique where the platform gives a number.
        name: what the person, or the folder, is called, letter for letter.
        ids: numbers on the platform; see records.Submission.
        guess: "" if the path says so plainly; else a sentence: only a roster that names the student makes it certain.
    """

    student: str
    name: str
    ids: dict = field(default_factory=dict, hash=False)
    guess: str = ""


def owners(paths, above=""):
    """For each path its Owner, or a sentence on why there is none, or None where it is no submission at all.

    One layout is chosen for all: one that most of what lies at the top fits, where no student chooses the names.
    What does not fit it is never guessed.

    Args:
        paths: tuples: names of folders, and the file's name.
        above: the name of the folder in which they lie; "" for a zip.
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
    """Is this what macOS or Jupyter leaves behind?"""
    return path[-1].startswith("._") or any(part in JUNK_FOLDERS for part in path)


def _moodle(path, outer):
    pattern = _MOODLE_FOLDER if len(path) > 1 else _MOODLE_FILE  # a file of its own: a setting in Moodle
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
    reason = f"Whether its name is the student's cannot be told. Expected {_ANY}; or give a roster with this name."
    return _named(path[0].rpartition(".")[0], guess=reason)


_EXPECTED = {
    _moodle: "«Full Name_12345_assignsubmission_file_/….ipynb» (Moodle)",
    _canvas: "«lastfirst_12345_67890_….ipynb» (Canvas)",
    _nbgrader: "«submitted/<student>/<lesson>/….ipynb» (nbgrader)",
    _plain: "«<student>/….ipynb»",
}
_ANY = f"{_EXPECTED[_plain]}, {_EXPECTED[_moodle]}, {_EXPECTED[_canvas]}, or {_EXPECTED[_nbgrader]}"
_EXPECTED[_alone] = _ANY


def _chosen(paths, above):
    """(layout, the folders around all paths that it does without, the name of the innermost of these)."""
    for layout in (_moodle, _canvas, _nbgrader, _plain):
        for shared, outer in _around(paths, above):
            inner = [path[len(shared) :] for path in paths]
            if _fits(layout, inner, outer, bool(shared)):
                return layout, shared, outer
    return _alone, (), above


def _around(paths, above):
    """No folders; then the one in which all paths lie, if there is one; then that and the one within it."""
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
    if layout is _nbgrader:  # other folders of the course may lie beside
        return bool(fitting)
    if layout is _canvas and inside and len(fitting) == 1:  # rather one student's folder
        return False
    if layout is _plain and inside and (len(fitting) == 1 or 1 in lengths):  # whose folder is around them?
        return False
    if layout is _plain and len(tops) == 1:
        return lengths == {2}
    return 2 * len(fitting) > len(tops)


def _judged(layout, path, outer):
    refusal = f"Where it lies does not tell whose it is. Expected {_EXPECTED[layout]}. Rename it, or move it."
    return layout(path, outer) or refusal


def _typed(path):
    return any(_MOODLE_TYPED.fullmatch(part) for part in path[:3])


def tidy(name):
    """Composed characters, whichever way a file system writes them; no blanks around."""
    return unicodedata.normalize("NFC", name).strip()


def _numbered(match, ids):
    return Owner(tidy(f"{match['name']} ({match['number']})"), match["name"], ids)


def _named(name, guess=""):
    return Owner(tidy(name), name, guess=guess)
