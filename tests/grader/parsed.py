"""A page as a browser's parser sees it."""

import base64
import hashlib
import re
from html.parser import HTMLParser

VOID = {"meta", "br", "wbr", "input"}


class Parsed(HTMLParser):
    """Elements with their attributes and texts; that every element is closed is checked on the way."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []  # (tag, attributes, pieces of text within)
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, _, pieces in self.open:
            pieces.append(data)

    def tags(self):
        return {tag for tag, _, _ in self.elements}

    def texts(self, tag):
        return ["".join(pieces) for name, _, pieces in self.elements if name == tag]

    def attributes(self):
        return [(tag, name, value) for tag, given, _ in self.elements for name, value in given.items()]


ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "nav", "section", "h1", "h2", "h3", "p", "ul", "li",
    "a", "b", "strong", "bdi", "code", "pre", "span", "small", "div", "details", "summary", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "noscript", "wbr", "svg", "rect", "text", "line",
}  # fmt: skip


def can_do_nothing(text, script="", leads=("#",)):
    """Fails unless the page can neither fetch nor send, runs at most this script, and leads nowhere else.

    Args:
        text: the page.
        script: the only one that it may have; its policy must allow that one alone.
        leads: how the addresses of its links may begin.
    """
    page = Parsed(text)
    assert page.tags() <= ALLOWED | ({"script"} if script else set())
    for tag, name, value in page.attributes():
        assert not name.startswith("on") and name not in ("style", "src", "srcset", "formaction")
        assert (name != "href" or tag == "a") and (tag != "script" or not name)
        if name == "href":
            assert value.startswith(leads)
    assert len([1 for tag, _, _ in page.elements if tag == "style"]) == 1
    policies = [given["content"] for _, given, _ in page.elements if "http-equiv" in given]
    assert len(policies) == 1 and policies[0].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policies[0]
    assert page.texts("script") == [script][: bool(script)]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert re.findall("script-src ([^;]*)", policies[0]) == [f"'sha256-{digest}'"][: bool(script)]
    return page
