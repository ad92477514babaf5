"""Google Classroom: copies of one file, `Full Name - file.ipynb`, in one folder."""

from dataclasses import replace

from .owner import fitting, named

NAME = "Google Classroom"
EXPECTED = '"Full Name - ….ipynb" (Google Classroom)'

HAS_FILE_TIMES = True
BETWEEN = " - "


def reader(paths, folder):
    """Return a function from a path to its Owner or None; None if this isn't Classroom's."""
    fit = fitting(_owner, paths)
    names = {top.partition(BETWEEN)[0] for top in fit}
    titles = {top.partition(BETWEEN)[2] for top in fit}
    # In a folder, files that differ may be one student's.
    return _owner if len(names) > 1 and (len(titles) == 1 or not folder.within) else None


def _owner(path):
    parts = path[0].split(BETWEEN) if len(path) == 1 else ()
    readings = [named(BETWEEN.join(parts[:at])) for at in range(1, len(parts)) if parts[0].strip()]
    return replace(readings[0], others=tuple(readings[1:20])) if readings else None
