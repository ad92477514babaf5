"""Turn one input (a folder, a zip or a notebook) into a list of files."""

import io
import os
from dataclasses import dataclass, replace

from ...errors import UserError
from ..text import plain
from . import archives, folders
from .archives import NESTED_BYTES, NESTED_MEMBERS, NOTEBOOK_BYTES, TOTAL_BYTES, Unreadable
from .paths import is_handed_in, is_junk

NOTEBOOKS = 100  # of one student; and files of one student to look at, each in a row of its own
PLACE = 300  # characters
PACKED = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz")


@dataclass(frozen=True)
class Item:
    """A file of an input.

    Args:
        path, member, location: see records.Submission.
        parts: the folders within the input, and the file.
        size: in bytes, as the disk or the zip claims.
        objection: why it is not read, a whole sentence; "" if it is.
        modified: see archives.Member; "" on disk, where copying changes it.
    """

    path: str
    member: str
    location: str
    parts: tuple
    size: int
    objection: str = ""
    modified: str = ""

    @property
    def name(self):
        return self.parts[-1]

    @property
    def is_handed_in(self):
        return is_handed_in(self.name) and not is_junk(self.parts)

    @property
    def is_zip(self):
        return self.name.lower().endswith(".zip")


def items(path):
    """Return the files of the input at `path` (absolute), and the name of their folder or zip.

    Raises:
        Unreadable: it cannot be listed, or holds too much.
        UserError: it does not exist, or is not a folder, a zip or a notebook.
    """
    if not os.path.exists(path):
        raise UserError(f"{path} does not exist. Expected a folder, a zip or a notebook.")
    if path.is_dir():
        if path.parent.name == "submitted":
            raise Unreadable('It is in a folder called "submitted", as nbgrader\'s students are. Give that folder.')
        return [_on_disk(file, f"{path.name}/{'/'.join(file.parts)}") for file in folders.files(path)], path.name
    if path.suffix.lower() == ".zip":
        return _listed(archives.members_of(path), str(path), "", path.name), path.stem
    if is_notebook(path):
        file, above = folders.File(os.path.realpath(path), (path.name,)), path.parent.name
        return [_on_disk(file, f"{above}/{path.name}")], above
    advice = "Unpack it, and give the folder" if path.suffix.lower() in PACKED else "Expected one of these"
    raise UserError(f"{path} is not a folder, a zip or a notebook. {advice}.")


def is_notebook(path):
    """Is this input a notebook, rather than a folder or a zip?"""
    return path.suffix.lower() == ".ipynb" and not path.is_dir()


def opened(item):
    """Return the Items of an item's notebooks: itself, or those in the student's own zip, but in no zip within it.

    Those that must not be read have an objection.
    """
    if not item.is_zip:
        return [item]
    try:
        if item.member:
            _, members = archives.nested_in(item.path, item.member)
        else:
            members = archives.members_of(item.path, NESTED_MEMBERS)
    except Unreadable as error:
        return [replace(item, objection=str(error))]
    except (OSError, KeyError):
        return [replace(item, objection="It is no longer in its zip. Start again with the current zip.")]
    within = f"{item.member}\n" if item.member else ""
    return _of_student(item, [one for one in _listed(members, item.path, within, item.location) if one.is_handed_in])


def content(path, member, limit):
    """Return the bytes of a file on disk, in a zip, or in a zip within a zip.

    Raises:
        Unreadable: it is longer than `limit`, damaged, or gone; a whole sentence.
    """
    if not member:
        return folders.content(path, limit)
    outer, _, inner = member.partition("\n")
    try:
        if inner:
            data, members = archives.nested_in(path, outer)
            return archives.extract(io.BytesIO(data), members[inner], limit)
        with open(path, "rb") as file:
            return archives.extract(file, archives.members_of(path)[outer], limit)
    except OSError as error:
        raise Unreadable(folders.unopened(error)) from error
    except KeyError as error:
        raise Unreadable("It is no longer in its zip. Start again with the current zip.") from error


def too_many(count, whose):
    """Return the sentence on too many notebooks."""
    return f"There are {count:,} notebooks {whose}; at most {NOTEBOOKS} are graded. Keep those that count."


def _of_student(item, notebooks):
    deeper = "It is a zip within the student's own zip, and is not opened. Hand in notebooks."
    notebooks = [replace(one, objection=deeper) if one.is_zip else one for one in notebooks]
    total = sum(one.size for one in notebooks if not one.objection)
    if len(notebooks) > NOTEBOOKS:
        return [replace(item, objection=too_many(len(notebooks), "in it"))]
    if total > TOTAL_BYTES:
        reason = f"Its notebooks claim {total:,} bytes; at most {TOTAL_BYTES:,} are read. Hand in only notebooks."
        return [replace(item, objection=reason)]
    if not notebooks:
        return [replace(item, objection="There is no notebook in it; expected one whose name ends in .ipynb.")]
    return notebooks


def _on_disk(file, location):
    return _limited(Item(file.path, "", plain(location, PLACE), file.parts, file.size, file.objection))


def _listed(members, path, within, location):
    """Return the Items of a zip's members."""
    listed = []
    for member in members.values():
        parts = member.parts or (member.name,)
        shown = plain(f"{location}: {'/'.join(parts)}", PLACE)
        item = Item(path, within + member.name, shown, parts, member.size, member.objection, member.modified)
        listed.append(_limited(item))
    return listed


def _limited(item):
    limit = NESTED_BYTES if item.is_zip else NOTEBOOK_BYTES
    if item.objection or item.size <= limit or not item.is_handed_in:
        return item
    return replace(item, objection=archives.too_large(item.size, limit))
