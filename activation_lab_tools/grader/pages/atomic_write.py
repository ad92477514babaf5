"""Files that are written completely or not at all."""

import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def atomic_write(path, encoding="utf-8"):
    """Context: a text file to write to, which replaces `path` on success and leaves no trace on failure.

    Args:
        path: of a file; its folder is made if it is missing.
        encoding: "utf-8-sig" for spreadsheets: without the mark, Excel assumes a local encoding.
    """
    with unfinished(path) as temporary:
        with open(temporary, "w", encoding=encoding, errors="backslashreplace", newline="") as file:
            yield file


@contextlib.contextmanager
def unfinished(path):
    """Context: the path of a file beside `path`, which replaces `path` on success and is removed on failure."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
