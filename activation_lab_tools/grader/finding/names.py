"""When two forms of a person's or a group's name are the same name."""

import unicodedata


def folded(text):
    """Return a text in the form that identities are compared in: composed characters, no case, single blanks."""
    return " ".join(_cased(text).split())


def words(name):
    """Return a name in the form that names are compared in: as `folded`, "Last, First" turned, letters and digits only.

    Platforms leave out what file systems don't allow, and write a blank for "_". What has no letters stays as it is.
    """
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and "," not in first else name
    kept = "".join(" " if each == "_" or each.isspace() else each * _lettered(each) for each in _cased(turned))
    return " ".join(kept.split()) or folded(name)


def squashed(name):
    """Return a name without blanks too, as Canvas writes it."""
    return words(name).replace(" ", "")


def orders(name):
    """Return the squashed forms of a name whose last name may come first: {"adalovelace", "lovelaceada"}."""
    parts = words(name).split()
    return {"".join(parts[at:] + parts[:at]) for at in range(len(parts))}


def ascii_only(text):
    """Return a squashed text as ILIAS writes it: ä as ae, é as e."""
    text = squashed(text).translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xE6: "ae", 0xF8: "oe", 0xE5: "a"})
    return "".join(each for each in unicodedata.normalize("NFKD", text) if each.isascii())


def _cased(text):
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _lettered(character):
    return unicodedata.category(character)[0] in "LMN"  # vowel signs of Indian scripts are marks
