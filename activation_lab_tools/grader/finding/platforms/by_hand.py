"""Folders and files that a person named: a folder for each student, one student's lessons, or loose files."""

import functools
import re

from ..paths import is_handed_in
from . import canvas, moodle, nbgrader
from .owner import fitting, named

_COPY = re.compile(r"( ?\([0-9]+\)|-Copy[0-9]+)?\.ipynb", re.IGNORECASE)  # what browsers and Jupyter add to a name


class Students:
    """`<student>/….ipynb`."""

    NAME, EXPECTED, HAS_FILE_TIMES = "folders", '"<student>/….ipynb"', True

    @staticmethod
    def reader(paths, folder):
        fit, lengths = fitting(_of_folder, paths), {len(path) for path in paths}
        if folder.within and (len(fit) == 1 or 1 in lengths):  # whose folder contains them?
            return None
        if len({path[0] for path in paths}) == 1 and lengths != {2}:
            return None
        return _of_folder if fit else None


class Lessons:
    """One student's folder of notebooks that have the names with which they were handed out."""

    NAME, EXPECTED = "lessons", '"<lesson>.ipynb" (one student)'

    @staticmethod
    def reader(paths, folder):
        owner = functools.partial(_of_lessons, folder=folder)
        return owner if not folder.within and fitting(owner, paths) else None


class Files:
    """Loose files: whose, only a roster can tell."""

    NAME, HAS_FILE_TIMES = "files", True
    EXPECTED = f"{Students.EXPECTED}, {moodle.EXPECTED}, {canvas.EXPECTED}, or {nbgrader.EXPECTED}"

    @staticmethod
    def reader(paths, folder):
        return _alone


def _of_folder(path):
    return named(path[0]) if len(path) == 2 or len(path) > 2 and not is_handed_in(path[-1]) else None


def _of_lessons(path, folder):
    fits = len(path) == 1 and folder.name and (_is_lesson(path[0], folder) or not is_handed_in(path[0]))
    return named(folder.name) if fits else None


def _is_lesson(name, folder):
    return any(name.startswith(lesson) and _COPY.fullmatch(name, len(lesson)) for lesson in folder.lessons)


def _alone(path):
    if len(path) > 1:
        return None
    reason = f"Its name may or may not be the student's. Expected {Files.EXPECTED}; or give a roster with this name."
    return named(path[0].rpartition(".")[0], guess=reason)
