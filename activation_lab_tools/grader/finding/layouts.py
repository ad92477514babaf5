"""Tell whose a file is from its path: one layout of names for a whole class."""

import itertools
from dataclasses import dataclass

from .paths import is_handed_in, is_junk, without_junk
from .platforms import PLATFORMS, Folder, Owner, by_hand, moodle, nbgrader


@dataclass(frozen=True)
class Layout:
    """How the files of an input are named.

    Args:
        platform: the module or class that reads them; see `platforms`.
        read: its function from a path within `folder` to an Owner or None.
        shared: the folders that all students' files are in.
        folder: the innermost of these, or the input.
    """

    platform: object
    read: object
    shared: tuple
    folder: Folder

    def owner(self, path):
        """Return the path's Owner, or a sentence on why there is none, or None if it can't be a student's."""
        within = path[len(self.shared) :] if path[: len(self.shared)] == self.shared else ()
        if within and (within[0] == "__MACOSX" or self._is_instructors(within)):
            return None
        refusal = f"Its path does not tell whose it is. Expected {self.platform.EXPECTED}. Rename it, or move it."
        if self.platform is not nbgrader and within[:1] == ("submitted",):
            refusal += ' If this is a course of nbgrader\'s, give its folder "submitted".'
        return (within and self.read(without_junk(within))) or refusal

    def unit(self, path):
        """Return what the path belongs to at the level that students don't choose: an Owner, or a folder."""
        owner = self.owner(path)
        return owner if isinstance(owner, Owner) else path[: len(self.shared) + 1]

    def _is_instructors(self, within):
        return self.platform is nbgrader and nbgrader.is_instructors(within, self.folder)


def chosen(paths, above="", lessons=()):
    """Return the Layout of an input: the one that fits most names at the top level, which students don't choose.

    A path that doesn't fit is never guessed, and doesn't change how the others are read.

    Args:
        paths: tuples: names of folders, and the file's name.
        above: the name of the folder or zip that contains them.
        lessons: names of lessons; a folder of notebooks with such names is one student's.
    """
    paths = [path for path in paths if path[0] != "__MACOSX"]
    real = [path for path in paths if not is_junk(path)]
    handed = [path for path in real if is_handed_in(path[-1]) and not moodle.is_typed(path)] or real or paths
    for beside, platform in itertools.product((False, True), PLATFORMS[:-1]):
        for shared in _shared(handed, beside):
            inner = [path[len(shared) :] for path in handed if len(path) > len(shared)]
            every = tuple(path[len(shared) :] for path in paths if path[: len(shared)] == shared)
            folder = Folder(shared[-1] if shared else above, tuple(lessons), bool(shared), every)
            if inner and (read := platform.reader(inner, folder)):
                return Layout(platform, read, shared, folder)
    return Layout(by_hand.Files, by_hand.Files.reader((), None), (), Folder(above))


def owners(paths, above="", lessons=()):
    """Return what Layout.owner says of each path; see `chosen`."""
    layout = chosen(paths, above, lessons)
    return [layout.owner(path) for path in paths]


def _shared(paths, beside):
    """Yield no folders; then the one that contains all paths, if there is one; then that and the one within it.

    Args:
        beside: whether loose files may be beside such a folder. They are nobody's.
    """
    yield ()
    for depth in (1, 2):
        tops = {path[:depth] for path in paths if len(path) > depth}
        if len(tops) != 1 or not beside and any(len(path) <= depth for path in paths):
            return
        yield tops.pop()
