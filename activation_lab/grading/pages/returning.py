"""The pages as Moodle takes them back: «Upload multiple feedback files in a zip», one zip a lesson."""

import contextlib
import os
import re
import zipfile
from pathlib import Path

from ..text import file_name


def write(results, pages, folder):
    """Write upload/moodle_feedback_<lesson>.zip for the students whose number in Moodle is known.

    Moodle finds a student by the name of the file's folder, which is that of its own download.

    Args:
        results: an iterator of Graded.
        pages: from a Graded to the path of its page.
        folder: where upload/ is.
    """
    upload = Path(folder) / "upload"
    with contextlib.ExitStack() as stack:
        archives = {}
        for graded in results:
            number = graded.ids.get("moodle", "")
            if not re.fullmatch("[0-9]{1,18}", number):
                continue
            path = upload / f"moodle_feedback_{file_name(graded.lesson)}.zip"
            if path not in archives:
                archives[path] = stack.enter_context(_replacing(path))
            page = pages(graded)
            archives[path].write(page, f"{file_name(graded.name)}_{number}_assignsubmission_file_/{page.name}")


@contextlib.contextmanager
def _replacing(path):
    """Context: a new zip, which takes the place of the old one when all is in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        yield archive
    os.replace(unfinished, path)
