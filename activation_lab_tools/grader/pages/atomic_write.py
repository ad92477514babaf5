"""Files that are there whole or not at all."""

import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def atomic_write(path, encoding="utf-8"):
    """A text file to write to; it takes the place of `path` when all went well, and leaves no trace when not.

    Args:
        path: of a file; its folder is made if it is missing.
        encoding: "utf-8-sig" for what a spreadsheet opens: without the mark, Excel takes the file for a local encoding.
    """
    with unfinished(path) as temporary:
        with open(temporary, "w", encoding=encoding, errors="backslashreplace", newline="") as file:
            yield file


@contextlib.contextmanager
def unfinished(path):
    """The path of a file to write beside `path`, whose place it takes when all went well; else it is removed."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
