"""Text that came from outside, made harmless: to print, or to name a file with."""

import hashlib
import re
import unicodedata

NAME_BYTES = 100  # of a file's name; file systems allow 255, and whoever packs the files adds to it
_JOINERS = "\u200c\u200d"  # Persian is misspelt without the first, families of emoji fall apart without the second
_FORBIDDEN = '<>:"/\\|?*'  # by Windows or by all
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?", re.I | re.S)


def plain(text, limit=200, lines=False):
    r"""`text` with every character that acts, or hides, written as its escape: "\x1b", "\u202e", "\udc80".

    Escape characters move a terminal's cursor, overrides turn the reading direction around, lone surrogates cannot be
    written to a file. This is no escaping for HTML, for a spreadsheet or for rich's markup: that comes afterwards.

    Args:
        text: of any length, from anywhere.
        limit: the most characters of the result; what is longer ends in "…".
        lines: keep line ends (as "\n") and tabs: for source.
    """
    long = len(text) > limit
    text = text[: limit + 1]  # a text of gigabytes costs no more than a short one
    if lines:
        text = text.replace("\r\n", "\n")
    shown = "".join(character if lines and character in "\n\t" else _shown(character) for character in text)
    return f"{shown[: max(limit - 1, 0)]}…"[:limit] if long or len(shown) > limit else shown


def file_name(text):
    """A name for a file or a folder that every system takes, as near to `text` as that allows.

    NFC; no separators; no control, hidden or override characters; no leading dot or dash; not empty; none of Windows's
    reserved names; at most NAME_BYTES bytes of UTF-8 (what is longer ends in a digest of the whole). Different texts
    may get one name, "a/b" and "a_b" say, or names that differ in case alone: whoever writes the files looks for that.
    """
    name = unicodedata.normalize("NFC", text)
    name = "".join("_" if c in _FORBIDDEN or c != " " and unicodedata.category(c)[0] in "CZ" else c for c in name)
    name = re.sub(" +", " ", name).lstrip(" .-~").rstrip(" .") or "unnamed"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name if len(name.encode()) <= NAME_BYTES else _shortened(name)


def _shown(character):
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    return character.encode("unicode_escape").decode() if hidden else character


def _shortened(name):
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    start = name.encode()[: NAME_BYTES - len(digest) - 1].decode(errors="ignore")
    return f"{start}~{digest}"
