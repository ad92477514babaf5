"""The files in a folder: links are not followed, and nothing but ordinary files is opened."""

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
        parts: the folders within the one that was given, and the file.
        size: in bytes.
        objection: why it is not read, a whole sentence; "" if nothing speaks against it.
    """

    path: str
    parts: tuple
    size: int = 0
    objection: str = ""


def files(folder, most=MEMBERS):
    """The files below `folder`, sorted. Only what may be a submission can have an objection.

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
                        raise Unreadable(f"It holds more than {most:,} files. Give a folder with submissions alone.")
        except OSError as error:
            found.append(File(where, above or (os.path.basename(where),), 0, unopened(error)))
    return sorted(found, key=lambda file: file.parts)


def content(path, limit):
    """The bytes of a file, at most `limit`.

    Raises:
        Unreadable: it is longer, is no ordinary file, or cannot be opened.
    """
    try:
        # a FIFO would keep us waiting for whoever writes into it; a link may have taken the file's place
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        with open(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise Unreadable("It is no ordinary file. It is not read.")
            data = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(unopened(error)) from error
    if len(data) > limit:
        raise Unreadable(too_large(os.path.getsize(path), limit))
    return data


def unopened(error):
    """The sentence for what the system does not open."""
    return f"It cannot be opened: {error.strerror or type(error).__name__}. Check its name and permissions."


def _file(entry, parts):
    status = entry.stat(follow_symlinks=False)
    objection = ""
    if entry.is_symlink():
        if is_handed_in(entry.name) or os.path.isdir(entry.path):
            objection = "It is a link. Links are not followed; put the file itself there."
    elif is_handed_in(entry.name):
        objection = misnamed(parts) if stat.S_ISREG(status.st_mode) else "It is no ordinary file. It is not read."
    return File(entry.path, parts, status.st_size, objection)
