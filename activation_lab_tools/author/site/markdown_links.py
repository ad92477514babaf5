"""Markdown files of the repository on the site: links to files become links to pages or downloads."""

import posixpath
import re
from pathlib import PurePosixPath

from ...errors import UserError

PAGES = {
    "lessons/claims.md": "claims.md",
    "lessons/glossary.md": "glossary.md",
    "lessons/which_form_when.md": "which_form_when.md",
    "tests/lab/test_claims.py": "claims_tests.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
}
NOTEBOOKS = ("lessons", "solutions")
SITE = "site/"
PICTURE_FROM_ELSEWHERE = re.compile(r"!\[([^\]]*)\]\(https?://[^)]*\)")
TARGET = re.compile(r"(?m)(\]\(|^\[[^\]]+\]: )([^)\s#]+)(#[^)\s]*)?(\)|$)")  # [words](path#place), or [name]: path


def section(markdown, title):
    """Return what stands under `## title`, up to the next `## `; a heading inside a code block does not count.

    Raises:
        UserError: there is no such heading.
    """
    parts, fenced = {}, False
    lines = None
    for line in markdown.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            lines = parts.setdefault(line[3:].strip(), [])
        elif lines is not None:
            lines.append(line)
    if title not in parts:
        raise UserError(
            f"README.md has no section “## {title}”, which a page of the site includes; it has {', '.join(parts)}. "
            "Rename the section, or change activation_lab_tools/author/site."
        )
    return "\n".join(parts[title]).strip() + "\n"


def for_site(markdown, copied, folder=""):
    """Return the text with its links changed to where things are on the site.

    A picture from another machine becomes its words, because a page of the site loads nothing from elsewhere.

    Args:
        markdown: with links as they are in the repository.
        copied: a set, to which the paths of linked files that have no page are added. They go to downloads/.
        folder: of the file, as "site".
    """

    def led(match):
        before, target, fragment, after = match[1], match[2], match[3] or "", match[4]
        if re.match(r"[a-z]+:", target):
            return match[0]
        return f"{before}{_address(posixpath.normpath(posixpath.join(folder, target)), copied)}{fragment}{after}"

    return TARGET.sub(led, PICTURE_FROM_ELSEWHERE.sub(r"\1", markdown))


def _address(target, copied):
    """Return the address on the site of a file of the repository."""
    path = PurePosixPath(target)
    if target in PAGES:
        return PAGES[target]
    if target.startswith(SITE):
        return target.removeprefix(SITE)
    if path.suffix == ".ipynb" and path.parts[0] in NOTEBOOKS:
        return path.name
    copied.add(target)
    return f"path:downloads/{path.name}"
