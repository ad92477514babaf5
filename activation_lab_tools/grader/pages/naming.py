"""Names of folders and files, and cells of tables, made from names that anyone may have chosen: all are made here."""

import collections
import hashlib
import re
import unicodedata

from ..records import ReviewItem
from ..text import plain

NAME_BYTES = 100  # of a file's name; file systems allow 255, and packing the files adds to it
CELL = 30_000  # characters; Excel holds 32,767 in a cell
DIGITS = (0, 6, 64)  # of a folder's suffix: none, a short one, one that nobody else can have

_FORBIDDEN = '<>:"/\\|?*'  # by Windows or by all
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?", re.I | re.S)
_SUFFIXED = re.compile(r"-([0-9a-f]{6}|[0-9a-f]{64})")
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a symbol that are drawn as nothing


def file_name(text):
    """Return a name for a file or a folder that every system accepts, as close to `text` as possible.

    NFC; no separators; no control, hidden or override characters; no leading dot or dash; not empty; none of Windows's
    reserved names; at most NAME_BYTES bytes of UTF-8 (what is longer ends in a digest of the whole). Different texts
    may get one name, "a/b" and "a_b" say, or names that differ only in case: `folders` keeps these apart.
    """
    name = unicodedata.normalize("NFC", text)
    name = "".join("_" if c in _FORBIDDEN or c != " " and unicodedata.category(c)[0] in "CZ" else c for c in name)
    name = re.sub(" +", " ", name).lstrip(" .-~").rstrip(" .") or "unnamed"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name if len(name.encode()) <= NAME_BYTES else _shortened(name)


def folders(students):
    """Return a folder's name for every student, no two of which are the same on any file system.

    If two names would collide (some systems treat "Ada" and "ada" as the same), each gets a suffix that depends only
    on the student, so nobody is ever given a folder that belonged to someone else. A name that ends like such a
    suffix gets one too: "ada-fdee43" may be what another student is given.

    Args:
        students: all identities.

    Returns:
        {student: name}, and a ReviewItem for each name that several would have had.
    """
    names, looks, waiting = {}, [], sorted(set(students))
    for digits in DIGITS:
        alike = collections.defaultdict(list)
        for student in waiting:
            alike[_on_any_system(_suffixed(student, digits))].append(student)
        settled = {
            same[0]: _suffixed(same[0], digits)
            for name, same in alike.items()
            if len(same) == 1 and (digits or not _SUFFIXED.fullmatch(name[name.rfind("-") :]))
        }
        names |= settled
        waiting = [student for student in waiting if student not in settled]
        if not digits:
            collisions = [same for same in alike.values() if len(same) > 1]
    for same in collisions:
        shown = ", ".join(f'{names[student]} for "{plain(student, 60)}"' for student in same[:10])
        looks.append(
            ReviewItem(
                f"feedback/{file_name(same[0])}",
                f"The folders of {len(same)} students would have the same name, so each has a suffix: {shown}. If they "
                "are the same person, use one name in the roster or in the folders.",
            )
        )
    return names, looks


def moodle_folder(name, number):
    """Return the name of the folder in a feedback zip from which Moodle reads whose a page is.

    Moodle splits it at "_" into at most five parts, of which the second is the participant's number. So the name of
    the person has none, as in Moodle's own downloads, and no dot if Windows would take the name, "Con.Li" say, for a
    device.
    """
    name = " ".join(file_name(name).replace("_", " ").split()).lstrip(" .-~") or "unnamed"
    if _RESERVED.fullmatch(name):
        name = " ".join(name.replace(".", " ").split())
    return f"{name}_{number}_assignsubmission_file_"


def cell(value):
    """Return a number as it is, and a text so that no spreadsheet treats it, or a part of it, as a formula.

    A spreadsheet sees a formula at the start of a cell, or after a semicolon, which separates cells in many countries.
    Some drop quotes, blanks and invisible characters before they look.
    """
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 3)
    return value if isinstance(value, int) else ";".join(map(_no_formula, plain(value, CELL).split(";")))


def html_cell(line):
    """Return a line of HTML so that no part of it is a formula; there, the apostrophe would be visible."""
    return "".join(f"&#{ord(character)};" if _begins_formula(character) else character for character in line)


def _no_formula(part):
    for place, character in enumerate(part):
        if _begins_formula(character):
            return f"{part[:place]}'{part[place:]}"
        if not _unseen(character):
            break
    return part


def _begins_formula(character):
    """Is it one of = + - @, or one of their wide, small and raised forms, or a minus sign?"""
    return unicodedata.normalize("NFKC", character)[0] in "=+-@\u2212"


def _unseen(character):
    return character in _FILLERS or character == '"' or unicodedata.category(character)[0] in "CZM"


def _suffixed(student, digits):
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
    return f"{file_name(student)}-{digest}" if digits else file_name(student)


def _on_any_system(name):
    """Return a name's form in which all names are equal that some file system treats as the same."""
    decomposed = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFD", decomposed.upper().casefold())


def _shortened(name):
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    start = name.encode()[: NAME_BYTES - len(digest) - 1].decode(errors="ignore")
    return f"{start}~{digest}"
