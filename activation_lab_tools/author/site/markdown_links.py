"""Markdown of the repository as part of the site: links to its files become links to pages, or downloads."""

import re
from pathlib import PurePosixPath

from ...errors import UserError

PAGES = {
    "lessons/which_form_when.md": "which_form_when.md",
    "tests/lab/test_claims.py": "claims_tests.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
}
NOTEBOOKS = ("lessons", "solutions")
PICTURE_FROM_ELSEWHERE = re.compile(r"!\[([^\]]*)\]\(https?://[^)]*\)")
TARGET = re.compile(r"\]\(([^)\s#]+)(#[^)\s]*)?\)")


def section(markdown, title):
    """What stands under `## title`, up to the next `## `; a heading inside a code block is none.

    Raises:
        UserError: there is no such heading, or more than one.
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
            f"README.md has no section «## {title}», of which a page of the site is made; it has {', '.join(parts)}. "
            "Name it so again, or change activation_lab_tools/author/site."
        )
    return "\n".join(parts[title]).strip() + "\n"


def for_site(markdown, copied):
    """The text with its links led to where things are on the site.

    A picture from elsewhere becomes its words: a page asks nothing of another machine.

    Args:
        markdown: with links as they stand in the repository.
        copied: a set; paths of files that the text links to and that are no pages are added. They go to downloads/.
    """

    def led(match):
        target, fragment = match[1], match[2] or ""
        if re.match(r"[a-z]+:", target):
            return match[0]
        path = PurePosixPath(target)
        if target in PAGES:
            return f"]({PAGES[target]}{fragment})"
        if path.suffix == ".ipynb" and path.parts[0] in NOTEBOOKS:
            return f"]({path.name}{fragment})"
        copied.add(target)
        return f"](path:downloads/{path.name})"

    return TARGET.sub(led, PICTURE_FROM_ELSEWHERE.sub(r"\1", markdown))
