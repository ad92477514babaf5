"""The files in a folder: links are not followed, and only regular files are opened."""

import itertools
import os
import stat
from dataclasses import dataclass

from .archives import MEMBERS, NESTED_MEMBERS, Unreadable, misnamed, too_large
from .paths import JUNK_FOLDERS, is_handed_in

DEPTH = 50  # folders within folders


@dataclass(frozen=True)
class File:
    """A file below a folder.

    Args:
        path: on disk.
        parts: the folders within the given one, and the file.
        size: in bytes.
        objection: why it is not read, a whole sentence; "" if it is.
    """

    path: str
    parts: tuple
    size: int = 0
    objection: str = ""


def files(folder, most=MEMBERS, of_one=NESTED_MEMBERS):
    """Return the files below `folder`, sorted. Only possible submissions can have an objection.

    A folder of macOS, Jupyter or git is one File, and is not opened. One with nothing in it is a file without a name.

    Where there are more than `most`, the fullest folders are left out, each as one File with an objection, so that one
    student costs nobody else. Folders with at most `of_one` files stay.

    Raises:
        Unreadable: there are more than `most` even so.
    """
    found = _below(os.fspath(folder), (), most, of_one)
    if found is None:
        raise Unreadable(f"It holds more than {most:,} files. Give a folder with only submissions.")
    return sorted(found, key=lambda file: file.parts)


def content(path, limit):
    """Return the bytes of a file, at most `limit`.

    Raises:
        Unreadable: it is longer, is not a regular file, or cannot be opened.
    """
    try:
        # opening a FIFO would block until something writes to it; a link may have replaced the file
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        with open(number, "rb") as file:
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("It is not a regular file, and is not read.")
            data = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(unopened(error)) from error
    if len(data) > limit:
        raise Unreadable(too_large(max(status.st_size, len(data)), limit))
    return data


def unopened(error):
    """Return the sentence on a file that the system does not open."""
    return f"It cannot be opened: {error.strerror or type(error).__name__}. Check its name and permissions."


def _below(where, above, most, of_one):
    """Return the Files below a folder; None if there are more than `most`, even without the fullest folders in it."""
    if len(above) > DEPTH:
        return [File(where, above, 0, f"It is more than {DEPTH} folders deep, and is not read.")]
    try:
        with os.scandir(where) as entries:
            listed = sorted(itertools.islice(entries, most + 1), key=lambda entry: entry.name)
    except OSError as error:
        return [File(where, above or (os.path.basename(where),), 0, unopened(error))]
    if len(listed) > most:
        return None
    within, total = {}, 0
    for entry in listed:
        parts = (*above, entry.name)
        if not entry.is_dir(follow_symlinks=False):
            within[parts] = [_file(entry, parts)]
        elif entry.name in JUNK_FOLDERS:
            within[parts] = [File(entry.path, parts)]
        else:
            inner = _below(entry.path, parts, most, of_one)
            within[parts] = [_too_full(entry.path, parts, most)] if inner is None else inner
            within[parts] = within[parts] or [File(entry.path, (*parts, ""))]
        total += len(within.get(parts, ()))
        while total > most:
            fullest = max(within, key=lambda parts: (len(within[parts]), parts))
            if len(within[fullest]) <= of_one:
                return None
            total -= len(within[fullest]) - 1
            within[fullest] = [_too_full(os.path.join(where, fullest[-1]), fullest, of_one)]
    return [file for part in within.values() for file in part]


def _too_full(path, parts, most):
    return File(path, parts, 0, f"It holds more than {most:,} files, and is not read. Hand in only notebooks.")


def _file(entry, parts):
    objection = ""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:  # it has vanished since the folder was listed
        return File(entry.path, parts, 0, unopened(error) if is_handed_in(entry.name) else "")
    if stat.S_ISLNK(status.st_mode):
        if is_handed_in(entry.name) or os.path.isdir(entry.path):
            objection = "It is a link. Links are not followed; replace it with the file itself."
    elif is_handed_in(entry.name):
        objection = misnamed(parts) if stat.S_ISREG(status.st_mode) else "It is not a regular file, and is not read."
    return File(entry.path, parts, status.st_size, objection)
