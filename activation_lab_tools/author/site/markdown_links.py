"""Markdown files of the repository on the site: links to files become links to pages or downloads."""

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
    """The text under `## title`, up to the next `## `. A heading inside a code block does not count.

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
            f'README.md has no section "## {title}", which the site includes; it has {", ".join(parts)}. '
            "Restore the heading, or change PARTS in activation_lab_tools/author/site/prepare.py."
        )
    return "\n".join(parts[title]).strip() + "\n"


def for_site(markdown, copied):
    """The text with its links changed to where the files are on the site.

    An image from another machine becomes its alt text: a page loads nothing from other machines.

    Args:
        markdown: with links as in the repository.
        copied: a set; the paths of linked files that are not pages are added. They go to downloads/.
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
