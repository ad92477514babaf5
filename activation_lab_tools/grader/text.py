"""Text for people: text from outside made harmless, to print or to name a file with, and counts."""

import hashlib
import re
import unicodedata

NAME_BYTES = 100  # of a file's name; file systems allow 255, and packing the files adds to it
_JOINERS = "\u200c\u200d"  # Persian needs the first, emoji of families the second
_FORBIDDEN = '<>:"/\\|?*'  # by Windows or by all
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?", re.I | re.S)


def plain(text, limit=200, lines=False):
    r"""Return `text` with every character that acts, or hides, written as its escape: "\x1b", "\u202e", "\udc80".

    Escape characters move a terminal's cursor, overrides reverse the reading direction, lone surrogates cannot be
    written to a file. This does not escape for HTML, for a spreadsheet or for rich's markup; that comes later.

    Args:
        text: of any length, from anywhere.
        limit: the maximum length of the result; a longer text ends in "…".
        lines: keep line ends (as "\n") and tabs, for source code.
    """
    long = len(text) > limit
    text = text[: limit + 1]  # a text of gigabytes costs no more than a short one
    if lines:
        text = text.replace("\r\n", "\n")
    shown = "".join(character if lines and character in "\n\t" else _shown(character) for character in text)
    return f"{shown[: max(limit - 1, 0)]}…"[:limit] if long or len(shown) > limit else shown


def file_name(text):
    """Return a name for a file or a folder that every system accepts, as close to `text` as possible.

    NFC; no separators; no control, hidden or override characters; no leading dot or dash; not empty; none of Windows's
    reserved names; at most NAME_BYTES bytes of UTF-8 (what is longer ends in a digest of the whole). Different texts
    may get one name, "a/b" and "a_b" say, or names that differ only in case: whatever writes the files checks for that.
    """
    name = unicodedata.normalize("NFC", text)
    name = "".join("_" if c in _FORBIDDEN or c != " " and unicodedata.category(c)[0] in "CZ" else c for c in name)
    name = re.sub(" +", " ", name).lstrip(" .-~").rstrip(" .") or "unnamed"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name if len(name.encode()) <= NAME_BYTES else _shortened(name)


def count(quantity, noun):
    """Return "1 point", "2 points"; at most two decimals."""
    return f"{number(quantity)} {noun}{'' if quantity == 1 else 's'}"


def number(value):
    """Return "3" rather than "3.0", with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _shown(character):
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    return character.encode("unicode_escape").decode() if hidden else character


def _shortened(name):
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    start = name.encode()[: NAME_BYTES - len(digest) - 1].decode(errors="ignore")
    return f"{start}~{digest}"
