"""The pages for Moodle's “Upload multiple feedback files in a zip”: one zip per lesson."""

import contextlib
import zipfile
from pathlib import Path

from .atomic_write import unfinished
from .naming import file_name, moodle_folder
from .tables import number_on


def write(pages, folder):
    """Write upload/moodle_feedback_<lesson>.zip for the students whose number in Moodle is known.

    Moodle finds a student by the name of the file's folder; see `moodle_folder`.

    Args:
        pages: an iterator of (GradedSubmission, the path of its page).
        folder: where upload/ is.
    """
    archives = {}
    with contextlib.ExitStack() as stack:
        for graded, page in pages:
            number = number_on("moodle", graded)
            path = Path(folder) / "upload" / f"moodle_feedback_{file_name(graded.lesson)}.zip"
            if number and path not in archives:
                temporary = stack.enter_context(unfinished(path))
                archives[path] = stack.enter_context(zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED))
            if number:
                archives[path].write(page, f"{moodle_folder(graded.name, number)}/{page.name}")
