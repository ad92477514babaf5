"""What names of files and folders say, whichever platform wrote them."""

import unicodedata

HANDED_IN = (".ipynb", ".zip")
JUNK_FOLDERS = ("__MACOSX", ".ipynb_checkpoints", ".git")  # of macOS, Jupyter and git


def is_handed_in(name):
    """Is a file of this name a notebook, or a zip that may hold one?"""
    return name.lower().endswith(HANDED_IN)


def without_junk(path):
    """Return the path up to a folder of macOS, Jupyter or git: its own path if it isn't in one."""
    at = next((at for at, part in enumerate(path) if part in JUNK_FOLDERS), len(path))
    return path[: at + 1]


def is_junk(path):
    """Is this a leftover of macOS, Jupyter or git?"""
    return path[-1].startswith("._") or any(part in JUNK_FOLDERS for part in path)


def tidy(name):
    """Return the name in composed characters, whichever form a file system uses, without blanks around it."""
    return unicodedata.normalize("NFC", name).strip()
