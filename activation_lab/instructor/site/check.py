"""The built site, looked through: does every link lead somewhere, and does every figure say what it shows?"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

POINTING = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src"}
FEWEST_WORDS = 4  # of an alt text


@dataclass
class Findings:
    """What was looked at, and what is wrong.

    Attributes:
        pages, links, figures: how many.
        faults: one sentence each.
        elsewhere: the addresses on other machines to which pages link.
    """

    pages: int = 0
    links: int = 0
    figures: int = 0
    faults: list = field(default_factory=list)
    elsewhere: set = field(default_factory=set)


def look_through(folder):
    """Findings on every page under `folder`."""
    folder = Path(folder)
    findings = Findings()

    @cache
    def read(path):
        return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")

    @cache
    def addresses(path):
        return {element[key] for key in ("id", "name") for element in read(path).find_all(attrs={key: True})}

    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder)
        if name.parts[0] == "_static":
            continue
        findings.pages += 1
        for tag, address in links(read(path)):
            findings.links += 1
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") or parts.netloc:
                findings.elsewhere.add(address)
                if tag != "a":
                    findings.faults.append(f"{name}: asks another machine for {address}.")
            elif parts.scheme not in ("data", "mailto", "javascript"):
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                if not target.is_file():
                    findings.faults.append(f"{name}: links to {address}, and there is no such file.")
                elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in addresses(target):
                    findings.faults.append(f"{name}: links to {address}, and that page has no such place.")
        for image in read(path).find_all("img"):
            findings.figures += 1
            if fault := without_words(image):
                findings.faults.append(f"{name}: {fault}")
        findings.faults += [f"{name}: two places have the id {twice!r}." for twice in repeated(read(path))]
    return findings


def links(page):
    """(tag, address) of all that a page points to."""
    for element in page.find_all(list(POINTING)):
        address = element.get(POINTING[element.name])
        if address and element.get("rel") != ["canonical"]:
            yield element.name, address


def without_words(image):
    """What is wrong with a picture's alt text; "" where nothing is. The empty one marks a decoration."""
    alt, source = image.get("alt"), image.get("src", "")[:60]
    if alt is None:
        return f"the picture {source} has no alt text."
    decoration = image.get("role") == "presentation" or image.get("aria-hidden") == "true"
    if decoration and not alt:
        return ""
    if len(alt.split()) < FEWEST_WORDS or Path(source).name in alt:
        return f"the picture {source} has the alt text {alt!r}; expected a sentence that says what it shows."
    return ""


def repeated(page):
    """Ids that stand more than once on a page."""
    ids = [element["id"] for element in page.find_all(id=True)]
    return sorted({one for one in ids if ids.count(one) > 1})
