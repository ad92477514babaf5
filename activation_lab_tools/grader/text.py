"""Text for people: text from outside made harmless to print, and counts."""

import unicodedata

from activation_lab.shown import count, number

__all__ = ["count", "named", "number", "out_of", "plain"]

NAMED = 20  # names in a sentence
_JOINERS = "\u200c\u200d"  # Persian needs the first, emoji of families the second


def plain(text, limit=200, lines=False):
    r"""Return `text` with every character that acts, or hides, written as its escape: "\x1b", "\u202e", "\udc80".

    Escape characters move a terminal's cursor, overrides reverse the reading direction, lone surrogates cannot be
    written to a file. This does not escape for HTML or a spreadsheet (see pages), nor for rich's markup.

    Args:
        text: of any length, from anywhere.
        limit: the maximum length of the result; a longer text ends in "…".
        lines: keep line ends (as "\n") and tabs, for source code.
    """
    long = len(text) > limit
    text = text[: limit + 1]  # a text of gigabytes costs no more than a short one
    if not long and text.isprintable():  # which hides nothing: nearly every text, so that this is worth a look
        return text
    if lines:
        text = text.replace("\r\n", "\n")
    shown = "".join(character if lines and character in "\n\t" else _shown(character) for character in text)
    return f"{shown[: max(limit - 1, 0)]}…"[:limit] if long or len(shown) > limit else shown


def out_of(score, points):
    """Return "1.5 of 2 points"."""
    return f"{number(score)} of {count(points, 'point')}"


def named(names):
    """Return the first names of a list, for a sentence, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(plain(name, 80) for name in names[:NAMED]) + more


def _shown(character):
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    return character.encode("unicode_escape").decode() if hidden else character
