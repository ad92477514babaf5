"""HTML pages that can fetch nothing, and run at most one given script; every text is escaped unless it is markup."""

import base64
import hashlib
import html
import re

from ..text import number, plain
from .style import STYLE

LONG = 2_000  # characters of one text
VOID = ("meta", "br", "wbr", "input")  # elements without an end
SYMBOLS = {"passed": "✓", "failed": "✗", "not attempted": "○", "to mark": "…", "marked": "✎", "excused": "–"}
KINDS = {"not attempted": "waiting", "to mark": "waiting", "marked": "waiting", "excused": "waiting"}  # in STYLE


def _digest(text):
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


# The policy allows the one style sheet with this digest, and no other, nor any script, image or address.
POLICY = f"default-src 'none'; style-src '{_digest(STYLE)}'; base-uri 'none'; form-action 'none'"


class Html(str):
    """Markup; any other text is escaped when it becomes part of an element."""


def element(tag, *children, **attributes):
    """Return `<tag attributes>children</tag>` as Html.

    Args:
        tag: its name.
        children: Html is taken as it is; other texts and numbers are escaped; lists and generators are taken child by
            child; None adds nothing.
        attributes: `class_="passed"`, `aria_label="…"`; None leaves the attribute out.
    """
    given = "".join(
        f' {name.strip("_").replace("_", "-")}="{markup(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = "".join(map(markup, children))
    return Html(f"<{tag}{given}>" if tag in VOID else f"<{tag}{given}>{inside}</{tag}>")


def markup(child):
    """Return any child as Html."""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return Html(html.escape(plain(child, LONG)))
    if child is None:
        return Html("")
    if isinstance(child, int | float):
        return Html(number(child))
    return Html("".join(map(markup, child)))


def verbatim(text):
    """Return a text of several lines as it is, for a field that gives it back; a first line end there is not read."""
    return Html("\n" + html.escape(text))


def page(title, *children):
    """Return a whole page as text."""
    return "".join(pieces(title, children))


def pieces(title, children, script="", connects=False):
    """Yield a whole page, child by child, so that a long one is never in memory.

    Args:
        title: of the window.
        children: as `element` takes them; a generator is asked for one child at a time.
        script: the one script that the page may run.
        connects: whether the script may ask the server from which the page came.
    """
    policy = f"{POLICY}; script-src '{_digest(script)}'" if script else POLICY
    policy += "; connect-src 'self'" if connects else ""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Html(STYLE)),
    )
    yield f'<!DOCTYPE html>\n<html lang="en">{head}<body><main>'
    yield from map(markup, children)
    yield f"</main>{element('script', Html(script)) if script else ''}</body></html>\n"


def person(name, limit=80):
    """Return a name that keeps its own reading direction and does not change that of its neighbors."""
    return element("bdi", plain(name, limit), dir="auto")


def code(name, limit=80):
    return element("code", plain(name, limit))


def source(text, limit=6_000):
    """Return source code with its line breaks."""
    code = Html(html.escape(plain(text, limit, lines=True)))
    return element("pre", element("code", code), dir="ltr", tabindex="0")  # focus allows scrolling by keyboard


def prose(text, limit=6_000):
    """Return a text as it was written, with lines that wrap."""
    return element("div", source(text, limit), class_="prose")


def joined(between, parts):
    """Return children with something between every two."""
    return [piece for part in parts for piece in (between, part)][1:]


def folded(summary, *children):
    return element("details", element("summary", summary), *children)


def table(headings, rows, caption=None):
    """Return a table that scrolls on its own if the window is narrower.

    Args:
        headings: texts.
        rows: lists of cells; columns with numbers are right-aligned.
        caption: what it shows.
    """
    rows = list(rows)
    numeric = [any(isinstance(row[at], int | float) for row in rows) for at in range(len(headings))]
    kinds = ["number" if is_number else None for is_number in numeric]

    def drawn(tag, cells, **attributes):
        pairs = zip(cells, kinds, strict=True)
        return element("tr", (element(tag, cell, **attributes, class_=kind) for cell, kind in pairs))

    parts = [
        element("caption", caption) if caption else None,
        element("thead", drawn("th", headings, scope="col")),
        element("tbody", (drawn("td", row) for row in rows)),
    ]
    return element("div", element("table", parts), class_="scroll", tabindex="0")


def spoken(text):
    """Return a sentence with its words in backticks as code."""
    parts = re.split("`([^`]+)`", plain(text, LONG))
    return Html("".join(markup(element("code", part) if odd % 2 else part) for odd, part in enumerate(parts)))


def state(mark_state):
    """Return "✓ passed" in its color."""
    return element("span", f"{SYMBOLS.get(mark_state, '?')} {mark_state}", class_=KINDS.get(mark_state, mark_state))
