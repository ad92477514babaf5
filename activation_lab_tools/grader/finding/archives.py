"""Untrusted zips: their members and a member's bytes; nothing is ever unpacked to disk."""

import datetime
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

MEGABYTE = 1024 * 1024
NOTEBOOK_BYTES = 20 * MEGABYTE  # one notebook
NESTED_BYTES = 50 * MEGABYTE  # a student's own zip, compressed: it is in memory while it is read
TOTAL_BYTES = 200 * MEGABYTE  # all notebooks of a student's own zip together
MEMBERS = 200_000  # files of a class
NESTED_MEMBERS = 10_000  # files of a student, in a zip of their own or not
ENTRY_BYTES = 160  # of a zip's table of contents per file; it is read as a whole
RATIO = 300  # a notebook of one sentence printed over and over reaches 200, a bomb 1,000
SMALL = MEGABYTE  # the ratio of smaller files doesn't matter
NAME_LENGTH = 255  # of one file or folder, on every system
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zlib can stop at a limit; bzip2 makes 80 MB from 4 kB


class Unreadable(Exception):
    """A file cannot be read; the text is a whole sentence."""


@dataclass(frozen=True)
class Member:
    """A file within a zip.

    Args:
        name: as the zip has it.
        parts: the folders and the file, repaired if an old zip program mangled the name.
        size, packed: bytes, as the zip claims; no memory is allocated because of a claim.
        objection: why it is not read, a whole sentence; "" if it is.
        offset, method, crc: where and how it is stored.
        modified: its own time, in ISO 8601 without an offset, since zips have none; "" without one.
    """

    name: str
    parts: tuple
    size: int
    packed: int
    objection: str
    offset: int
    method: int
    crc: int
    modified: str = ""


def members(file, most=MEMBERS):
    """Return {name: Member} of the files of a zip, in its order; those that must not be read have an objection.

    A folder with nothing in it is a file without a name: its `parts` end in "".

    Args:
        file: open for reading bytes, at any position.
        most: how many files it may hold.

    Raises:
        Unreadable: it is not a zip, is damaged, or has too many files.
    """
    try:
        with zipfile.ZipFile(_Careful(file, most * ENTRY_BYTES)) as archive:
            every = archive.infolist()
    except Unreadable:
        raise
    except Exception as error:  # zipfile raises seven kinds on damaged files
        raise Unreadable(f"It is not a zip, or is damaged ({type(error).__name__}). Download it again.") from error
    infos = [info for info in every if not _is_folder(info)]
    if len(infos) > most:
        advice = "Hand in only notebooks" if most == NESTED_MEMBERS else "Unpack it, and give the folder"
        raise Unreadable(f"It holds {len(infos):,} files; at most {most:,} are read. {advice}.")
    infos += _empty_folders(every)
    copies = Counter(info.filename for info in infos)
    return {info.filename: _member(info, copies[info.filename]) for info in infos}


def members_of(path, most=MEMBERS):
    """Return `members` of the zip at `path`; it is listed once, no matter how often this is called."""
    try:
        status = os.stat(path)
        return _listed(str(path), most, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise Unreadable(f"It cannot be opened: {error.strerror}. Check its name and permissions.") from error


@lru_cache(maxsize=8)
def _listed(path, most, changed, size):
    with open(path, "rb") as file:
        return members(file, most)


def nested_in(path, name):
    """Return the bytes of the student's own zip of this name within the class's zip at `path`, and its `members`.

    The last one is kept, since its notebooks are read one after the other, and unpacking it is most of the work.

    Raises:
        Unreadable, OSError, KeyError: it can't be read; or it is no longer there.
    """
    status = os.stat(path)
    return _nested(str(path), name, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _nested(path, name, changed, size):
    with open(path, "rb") as file:
        data = extract(file, members_of(path)[name], NESTED_BYTES)
    return data, members(io.BytesIO(data), NESTED_MEMBERS)


def extract(file, member, limit):
    """Return the bytes of one member, at most `limit` of them, no matter what the zip claims.

    Raises:
        Unreadable: it is longer, damaged, or there is an objection to it.
    """
    if member.objection:
        raise Unreadable(member.objection)
    if member.size > limit:
        raise Unreadable(too_large(member.size, limit))
    there = 0 <= member.offset < 2**63  # a damaged zip may claim anything
    header = file.read(30) if there and file.seek(member.offset) >= 0 else b""
    if len(header) < 30 or not header.startswith(b"PK\3\4"):
        raise Unreadable("It is not where its zip says it is: the zip is damaged. Download it again.")
    file.seek(sum(struct.unpack("<HH", header[26:])), io.SEEK_CUR)  # its name and extra fields are repeated here
    packed = file.read(min(member.packed, limit + limit // 1000 + 1024))
    data = packed if member.method == zipfile.ZIP_STORED else _inflated(packed, limit)
    if len(data) > limit:
        raise Unreadable(f"It holds more than {limit:,} bytes, though its zip claims {member.size:,}.")
    if len(data) != member.size or zlib.crc32(data) != member.crc:
        raise Unreadable("Its bytes do not match its checksum: the zip is damaged. Download it again.")
    return data


def too_large(size, limit):
    """Return the sentence on a file above its limit."""
    return f"It is {size:,} bytes; at most {limit:,} are read. Clear the notebook's outputs, and hand in just that."


def misnamed(parts):
    """Return why a file with this path is refused, a whole sentence; "" if its name and folders are fine."""
    whole = "/".join(parts)
    if re.search(r"[\0-\x1f\x7f-\x9f]", whole):
        return "Its name has control characters. Rename it."
    if re.search(r"[\ud800-\udfff]", whole):
        return "Its name is not valid Unicode. Rename it."
    if any(len(part) > NAME_LENGTH for part in parts):
        return f"Its name, or a folder's, is longer than {NAME_LENGTH} characters. Rename it."
    return ""


def _is_folder(info):
    return info.filename.endswith("/")  # info.is_dir() of Python 3.11 fails on an empty name


def _empty_folders(infos):
    names = sorted(info.filename for info in infos)
    after = dict(zip(names, names[1:], strict=False))
    return [info for info in infos if _is_folder(info) and not after.get(info.filename, "").startswith(info.filename)]


def _member(info, copies):
    path = _repaired(info).replace("\\", "/")  # old Windows programs write "\"
    parts = tuple(part for part in path.split("/") if part not in ("", ".")) + ("",) * _is_folder(info)
    objection = _objection(info) or misnamed(parts)
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in parts:
        objection = "Its path leads out of its zip, so it is not read."
    elif not parts:
        objection = objection or "It has no name in its zip, so it is not read."
    elif copies > 1:
        objection = f"Its zip has {copies} files of this name, and it is unclear which one counts."
    size, packed = info.file_size, info.compress_size
    where = info.header_offset, info.compress_type, info.CRC
    return Member(info.filename, parts, size, packed, objection, *where, _modified(info))


def _modified(info):
    try:
        time = datetime.datetime(*info.date_time)
    except ValueError:
        return ""
    return time.isoformat() if time.year > 1980 else ""  # 1980 is how a zip says "unknown"


def _objection(info):
    kind = stat.S_IFMT(info.external_attr >> 16)
    if "\0" in info.orig_filename:
        return "Its name has control characters. Rename it."
    if kind == stat.S_IFLNK:
        return "It is a link, not a file. Links are not followed; hand in the file itself."
    if kind not in (0, stat.S_IFREG):
        return "It is not a regular file, and is not read."
    if info.flag_bits & 0x2041:
        return "It is encrypted. Hand it in without a password."
    if info.compress_type not in METHODS:
        return f"It is compressed by method {info.compress_type}; expected a plain zip (stored or deflated)."
    if info.file_size > max(SMALL, RATIO * info.compress_size):
        return f"It claims to unpack {info.compress_size:,} bytes into {info.file_size:,}: a zip bomb, not read."
    return ""


def _repaired(info):
    """Return the name; UTF-8 that isn't declared is decoded as code page 437, and other text is rarely valid UTF-8."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _inflated(packed, limit):
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return inflater.decompress(packed, limit + 1)
    except zlib.error as error:
        raise Unreadable("It cannot be unpacked: the zip is damaged. Download it again.") from error


class _Careful:
    """A file for zipfile, which reads the whole table of contents and believes any claim about its length."""

    def __init__(self, file, most):
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._read, self._most = file.read, most

    def read(self, size=-1):
        if size > self._most:
            raise Unreadable(f"Its table of contents claims {size:,} bytes; at most {self._most:,} are read.")
        return self._read(size)
