"""The files in a folder: links are not followed, and only regular files are opened."""

import os
import stat
from dataclasses import dataclass

from .archives import MEMBERS, Unreadable, misnamed, too_large
from .layouts import JUNK_FOLDERS, is_handed_in


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


def files(folder, most=MEMBERS):
    """Return the files below `folder`, sorted. Only possible submissions can have an objection.

    Raises:
        Unreadable: there are more than `most`.
    """
    found, waiting = [], [(os.fspath(folder), ())]
    while waiting:
        where, above = waiting.pop()
        try:
            with os.scandir(where) as entries:
                for entry in entries:
                    parts = (*above, entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in JUNK_FOLDERS:
                            waiting.append((entry.path, parts))
                    else:
                        found.append(_file(entry, parts))
                    if len(found) + len(waiting) > most:
                        raise Unreadable(f"It holds more than {most:,} files. Give a folder with only submissions.")
        except OSError as error:
            found.append(File(where, above or (os.path.basename(where),), 0, unopened(error)))
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
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise Unreadable("It is not a regular file, and is not read.")
            data = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(unopened(error)) from error
    if len(data) > limit:
        raise Unreadable(too_large(os.path.getsize(path), limit))
    return data


def unopened(error):
    """Return the sentence on a file that the system does not open."""
    return f"It cannot be opened: {error.strerror or type(error).__name__}. Check its name and permissions."


def _file(entry, parts):
    status = entry.stat(follow_symlinks=False)
    objection = ""
    if entry.is_symlink():
        if is_handed_in(entry.name) or os.path.isdir(entry.path):
            objection = "It is a link. Links are not followed; replace it with the file itself."
    elif is_handed_in(entry.name):
        objection = misnamed(parts) if stat.S_ISREG(status.st_mode) else "It is not a regular file, and is not read."
    return File(entry.path, parts, status.st_size, objection)
