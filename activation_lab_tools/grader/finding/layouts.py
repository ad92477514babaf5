"""Tell whose a file is from its path, in the layouts that learning platforms use."""

import itertools
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
_COPY = re.compile(r"( ?\([0-9]+\)|-Copy[0-9]+)?\.ipynb", re.IGNORECASE)  # what browsers and Jupyter add to a name


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, according to its path.

    Args:
        student: the identity; unique if the platform gives a number.
        name: the exact name of the person or folder.
        ids: numbers on the platform; see records.Submission.
        guess: "" if the path is clear; else a sentence, since only a roster with this student makes it certain.
        others: Owners that the path could mean as well.
        is_group: whether it can only be a group.
    """

    student: str
    name: str
    ids: dict = field(default_factory=dict, hash=False)
    guess: str = ""
    others: tuple = ()
    is_group: bool = False


@dataclass(frozen=True)
class Folder:
    """The folder, or the zip, in which the students' files are.

    Args:
        name: its name; "" if it has none.
        lessons: names of lessons.
    """

    name: str
    lessons: tuple = ()


@dataclass(frozen=True)
class Layout:
    """How the files of an input are named.

    Args:
        kind: a function of a path within `folder`, and of `folder`, that returns an Owner or None.
        shared: the folders that all students' files are in.
        folder: the innermost of these, or the input.
    """

    kind: object
    shared: tuple
    folder: Folder

    def owner(self, path):
        """Return the path's Owner, or a sentence on why there is none, or None if it isn't a submission at all."""
        if _typed(path):
            return None
        within = path[len(self.shared) :] if path[: len(self.shared)] == self.shared else ()
        if self.kind is _nbgrader and within and _is_instructors(within, self.folder):
            return None
        refusal = f"Its path does not tell whose it is. Expected {_EXPECTED[self.kind]}. Rename it, or move it."
        if self.kind is not _nbgrader and within[:1] == ("submitted",):
            refusal += ' If this is a course of nbgrader\'s, give its folder "submitted".'
        return (within and self.kind(within, self.folder)) or refusal

    def unit(self, path):
        """Return what the path belongs to at the level that students don't choose: an Owner, or a folder."""
        owner = self.owner(path)
        return owner if isinstance(owner, Owner) else path[: len(self.shared) + 1]


def chosen(paths, above="", lessons=()):
    """Return the Layout of an input: the one that fits most names at the top level, which students don't choose.

    A path that doesn't fit is never guessed, and doesn't change how the others are read.

    Args:
        paths: tuples: names of folders, and the file's name.
        above: the name of the folder or zip that contains them.
        lessons: names of lessons; a folder of notebooks with such names is one student's.
    """
    handed = [path for path in paths if is_handed_in(path[-1]) and not _typed(path)]
    for beside, kind in itertools.product((False, True), (_moodle, _canvas, _nbgrader, _plain, _own)):
        for shared, folder in _around(handed, Folder(above, tuple(lessons)), beside):
            inner = [path[len(shared) :] for path in handed if len(path) > len(shared)]
            if _fits(kind, inner, folder, bool(shared)):
                return Layout(kind, shared, folder)
    return Layout(_alone, (), Folder(above))


def owners(paths, above="", lessons=()):
    """Return what Layout.owner says of each path; see `chosen`."""
    layout = chosen(paths, above, lessons)
    return [layout.owner(path) for path in paths]


def is_handed_in(name):
    """Is a file of this name a notebook, or a zip that may hold one?"""
    return name.lower().endswith(HANDED_IN)


def is_junk(path):
    """Is this a leftover of macOS or Jupyter?"""
    return path[-1].startswith("._") or any(part in JUNK_FOLDERS for part in path)


def tidy(name):
    """Return the name in composed characters, whichever form a file system uses, without blanks around it."""
    return unicodedata.normalize("NFC", name).strip()


# The layouts


def _moodle(path, folder):
    pattern = _MOODLE_FOLDER if len(path) > 1 else _MOODLE_FILE  # without folders: a setting in Moodle
    match = _MOODLE_FOLDER.fullmatch(folder.name) or pattern.fullmatch(path[0])
    return match and _numbered(match, {"moodle": match["number"]})


def _canvas(path, folder):
    match = _CANVAS.fullmatch(path[0]) if len(path) == 1 else None
    return match and _numbered(match, {"canvas": match["number"], "canvas_file": match["file"]})


def _nbgrader(path, folder):
    if folder.name != "submitted":
        path = path[1:] if path[0] == "submitted" else ()
    return _named(path[0]) if len(path) >= 3 else None


def _plain(path, folder):
    return _named(path[0]) if len(path) == 2 else None


def _own(path, folder):
    """One student's folder of notebooks that have the names with which they were handed out."""
    return _named(folder.name) if len(path) == 1 and folder.name and _is_lesson(path[0], folder) else None


def _alone(path, folder):
    if len(path) > 1:
        return None
    reason = f"Its name may or may not be the student's. Expected {_ANY}; or give a roster with this name."
    return _named(path[0].rpartition(".")[0], guess=reason)


_EXPECTED = {
    _moodle: '"Full Name_12345_assignsubmission_file_/….ipynb" (Moodle)',
    _canvas: '"lastfirst_12345_67890_….ipynb" (Canvas)',
    _nbgrader: '"submitted/<student>/<lesson>/….ipynb" (nbgrader)',
    _plain: '"<student>/….ipynb"',
    _own: '"<lesson>.ipynb" (one student)',
}
_ANY = f"{_EXPECTED[_plain]}, {_EXPECTED[_moodle]}, {_EXPECTED[_canvas]}, or {_EXPECTED[_nbgrader]}"
_EXPECTED[_alone] = _ANY


def _around(paths, folder, beside):
    """Yield no folders; then the one that contains all paths, if there is one; then that and the one within it.

    Args:
        beside: whether loose files may be beside such a folder. They are nobody's.
    """
    yield (), folder
    for depth in (1, 2):
        tops = {path[:depth] for path in paths if len(path) > depth}
        if len(tops) != 1 or not beside and any(len(path) <= depth for path in paths):
            return
        shared = tops.pop()
        yield shared, Folder(shared[-1], folder.lessons)


def _fits(kind, paths, folder, inside):
    tops = {path[0] for path in paths}
    fitting = {path[0] for path in paths if kind(path, folder)}
    lengths = {len(path) for path in paths}
    if kind is _nbgrader and folder.name != "submitted":  # other folders of the course may be beside it
        students = {path[1] for path in paths if kind(path, folder)}
        others = tops - {"submitted"}
        beside = {path[0] for path in paths if path[0] in NBGRADER_FOLDERS and len(path) >= 3}
        # The top level decides: in a folder called "submitted", which may be a student's, students choose the names.
        return len(others - beside) < len(beside) + min(len(students), 2)
    if kind is _canvas and inside and len(fitting) == 1:  # more likely one student's folder
        return False
    if kind is _plain and inside and (len(fitting) == 1 or 1 in lengths):  # whose folder contains them?
        return False
    if kind is _plain and len(tops) == 1:
        return lengths == {2}
    if kind is _own and inside:
        return False
    return 2 * len(fitting) > len(tops)


def _is_instructors(path, folder):
    """Is it in a folder of nbgrader's course that isn't the students'? A student's name may be "feedback" too."""
    deep = len(path) >= 3 or path[0] == "source"  # as source/header.ipynb
    return folder.name != "submitted" and path[0] in NBGRADER_FOLDERS and deep


def _is_lesson(name, folder):
    return any(name.startswith(lesson) and _COPY.fullmatch(name, len(lesson)) for lesson in folder.lessons)


def _typed(path):
    return any(_MOODLE_TYPED.fullmatch(part) for part in path[:3])


def _numbered(match, ids):
    return Owner(tidy(f"{match['name']} ({match['number']})"), match["name"], ids)


def _named(name, guess=""):
    return Owner(tidy(name), name, guess=guess)
