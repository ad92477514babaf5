"""HTML pages that can fetch nothing, and run at most one given script; every text is escaped unless it is markup."""

import base64
import hashlib
import html
import re

from ..text import number, plain

LONG = 2_000  # characters of one text
VOID = ("meta", "br", "wbr", "input")  # elements without an end
SYMBOLS = {"passed": "✓", "failed": "✗", "not attempted": "○", "to mark": "…", "marked": "✎", "excused": "–"}
KINDS = {"not attempted": "waiting", "to mark": "waiting", "marked": "waiting", "excused": "waiting"}  # in STYLE
# In both themes every text color has a contrast of at least 4.5 with its background, and every bar one of 3.
STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1b1b; --quiet: #595959; --line: #c9c9c9; --box: #f4f4f4;
  --link: #0b5cad; --passed: #00704f; --failed: #b03a00; --waiting: #6b6b6b; --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --page: #181818; --text: #ececec; --quiet: #b0b0b0; --line: #555555;
  --box: #262626; --link: #8cc4ff; --passed: #35c796; --failed: #ff9257; --waiting: #a3a3a3; --bar: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.3rem; margin: 2.2rem 0 .4rem; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
a { color: var(--link); } p, ul { margin: .4rem 0; } li { margin: .2rem 0; }
.quiet { color: var(--quiet); } .passed { color: var(--passed); } .failed { color: var(--failed); }
.waiting { color: var(--waiting); }
.total { font-size: 1.25rem; font-weight: 600; }
.warning { border: 2px solid var(--failed); padding: .5rem 1rem; }
section.mark { border-left: 5px solid; padding-left: 1rem; margin: 1.2rem 0; }
section.mark h2, section.mark h3 { margin-top: 0; } section.mark > * { color: var(--text); }
section.mark .passed { color: var(--passed); } section.mark .failed { color: var(--failed); }
section.mark .waiting { color: var(--waiting); }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; margin: .5rem 0; }
caption { text-align: left; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: normal; }
th { vertical-align: bottom; } th button { font: inherit; color: var(--link); background: none; border: 0; padding: 0;
  text-align: inherit; cursor: pointer; } th[aria-sort=ascending] button::after { content: " ▲"; }
th[aria-sort=descending] button::after { content: " ▼"; }
table.students th:first-child, table.students td:first-child { position: sticky; left: 0; background: var(--page);
  min-width: min(35vw, 14rem); max-width: 14rem; }
table.students th, table.students td { min-width: 4.5rem; max-width: 8.5rem; white-space: normal;
  overflow-wrap: anywhere; }
table.students small { display: block; color: var(--quiet); font-weight: normal; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); padding: .6rem .8rem; min-width: 0; } .card h2 { margin: 0; font-size: 1.1rem; }
.card:focus { outline: 3px solid var(--link); } .card[data-waits=yes] { border-left: 5px solid var(--bar); }
.card pre { max-height: 24rem; overflow-y: auto; } .prose pre { white-space: pre-wrap; } .told { font-weight: 600; }
main:has(.cards) { max-width: none; } body:has(.cards) { max-width: 110rem; }
.decision { display: grid; gap: .4rem; border-top: 1px solid var(--line); padding-top: .5rem; }
.decision textarea { display: block; width: 100%; font: inherit; } .decision input { font: inherit; }
kbd { background: var(--box); border: 1px solid var(--line); border-radius: 3px; padding: 0 .3rem; font-size: .85rem; }
.remark { border: 1px solid var(--line); padding: 0 .7rem; margin: .4rem 0; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1rem; }
.beside > * { min-width: 0; }
td:has(bdi) { min-width: 9rem; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: var(--box); padding: .6rem; overflow-x: auto; font-size: .88rem; line-height: 1.4; }
code { background: var(--box); } summary { cursor: pointer; color: var(--link); }
svg { max-width: 100%; height: auto; display: block; } td svg { min-width: 7rem; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg .passed { fill: var(--passed); } svg .failed { fill: var(--failed); } svg .waiting { fill: var(--waiting); }
svg .bar { fill: var(--bar); } svg .axis { stroke: var(--quiet); }
"""


# The policy allows the one style sheet with this digest, and no other, nor any script, image or address.
def _digest(text):
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


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


def folded(summary, *children):
    return element("details", element("summary", summary), *children)


def table(headings, rows, caption=None):
    """Return a table that scrolls on its own if the window is narrower.

    Args:
        headings: texts.
        rows: lists of cells; numbers are right-aligned.
        caption: what it shows.
    """
    rows = list(rows)
    numeric = [bool(rows) and isinstance(rows[0][position], int | float) for position in range(len(headings))]
    kinds = ["number" if is_number else None for is_number in numeric]
    cells = (element("tr", map(_cell, row)) for row in rows)
    head = (element("th", text, scope="col", class_=kind) for text, kind in zip(headings, kinds, strict=True))
    parts = [
        element("caption", caption) if caption else None,
        element("thead", element("tr", head)),
        element("tbody", cells),
    ]
    return element("div", element("table", parts), class_="scroll", tabindex="0")


def spoken(text):
    """Return a sentence with its words in backticks as code."""
    parts = re.split("`([^`]+)`", plain(text, LONG))
    return Html("".join(markup(element("code", part) if odd % 2 else part) for odd, part in enumerate(parts)))


def state(mark_state):
    """Return "✓ passed" in its color."""
    return element("span", f"{SYMBOLS.get(mark_state, '?')} {mark_state}", class_=KINDS.get(mark_state, mark_state))


def _cell(value):
    return element("td", value, class_="number" if isinstance(value, int | float) else None)
