"""Feedback pages of the last time, which stay if nothing has changed that they are drawn from."""

import csv
import hashlib
import os
from pathlib import Path

from activation_lab import shown

from . import feedback
from .atomic_write import atomic_write
from .naming import file_name

LIST = ".drawn.csv"  # in the folder of the pages: what each was drawn from
CODE = (*sorted(Path(__file__).parent.glob("*.py")), Path(__file__).parents[1] / "text.py", Path(shown.__file__))


class KeptPages:
    """Writes feedback pages, or takes them over.

    Args:
        old, new: the folder of the last time, which may be missing, and that of this time.
    """

    def __init__(self, old, new):
        self._old, self._new, self._now = old, new, {}
        self._code = b"".join(path.read_bytes() for path in CODE)
        self._code = hashlib.sha256(self._code).digest()
        try:
            with open(old / LIST, encoding="utf-8", newline="") as file:
                self._before = dict(csv.reader(file))
        except (OSError, ValueError, csv.Error):  # there is none, or it was changed
            self._before = {}

    def write(self, grade, folder):
        """Write the page of a FinalGrade into a folder of the new ones, and return its path."""
        name = f"{folder}/{file_name(grade.lesson)}.html"
        made_of = hashlib.sha256(self._code + repr(grade).encode("utf-8", "backslashreplace")).hexdigest()
        self._now[name] = made_of
        if self._before.get(name) == made_of and self._taken_over(name):
            return self._new / name
        return feedback.write(grade, self._new / folder)

    def finish(self):
        """Write what the pages were drawn from beside them, for the next time."""
        with atomic_write(self._new / LIST) as file:
            csv.writer(file).writerows(self._now.items())

    def _taken_over(self, name):
        try:
            (self._new / name).parent.mkdir(exist_ok=True)
            os.link(self._old / name, self._new / name)
        except OSError:  # the page is gone, or the file system knows no links
            return False
        return True
