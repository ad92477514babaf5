"""Whose a file is: what every platform's module returns."""

from dataclasses import dataclass, field

from ..paths import tidy


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, according to its path.

    Args:
        student: the identity; unique if the platform gives a number.
        name: the exact name of the person, group or folder.
        ids: numbers on the platform; see records.Submission.
        guess: "" if the path is clear; else a sentence, since only a roster with this student makes it certain.
        others: Owners that the path could mean as well.
        is_group: whether it can only be a group.
        handed_in, late: of this file; see records.Submission.
        typed: what this is, if it is no file of the student's: "a text typed into Moodle".
        assignment: what it was handed in for, if the path tells.
        hint: a sentence on why a roster may not know this student.
    """

    student: str
    name: str
    ids: dict = field(default_factory=dict, compare=False)  # in Canvas, also the file's number
    guess: str = ""
    others: tuple = ()
    is_group: bool = False
    handed_in: str = field(default="", compare=False)
    late: bool = field(default=False, compare=False)
    typed: str = field(default="", compare=False)
    assignment: str = field(default="", compare=False)
    hint: str = field(default="", compare=False)


@dataclass(frozen=True)
class Folder:
    """The folder, or the zip, in which the students' files are.

    Args:
        name: its name; "" if it has none.
        lessons: names of lessons.
        within: whether it is in the input, rather than the input itself.
        every: all paths in it, of files that aren't submissions too.
    """

    name: str
    lessons: tuple = ()
    within: bool = False
    every: tuple = ()


def named(name, **more):
    """Return the Owner whom a name tells."""
    return Owner(tidy(name), name, **more)


def numbered(name, number, ids, **more):
    """Return the Owner whom a name with a number tells."""
    return Owner(tidy(f"{name} ({number})"), name, ids, **more)


def fitting(owner, paths):
    """Return the first names of the paths for which `owner` returns something, if these are most of them; else ()."""
    tops, fit = {path[0] for path in paths}, {path[0] for path in paths if owner(path)}
    return fit if 2 * len(fit) > len(tops) else ()
