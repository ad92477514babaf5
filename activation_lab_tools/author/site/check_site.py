"""The built site, looked through: does every link lead somewhere, and does every figure say what it shows?"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

POINTING = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src"}
FEWEST_WORDS = 4  # of an alt text
SHORTEST_FILE = 5  # in letters, as x.png has; a shorter name may be a word, or a part of one


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
    def places(path):
        return {element[key] for key in ("id", "name") for element in read(path).find_all(attrs={key: True})}

    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder)
        if name.parts[0] == "_static":
            continue
        pointing, images = list(links(read(path))), read(path).find_all("img")
        faults = [fault_of_link(tag, address, path, places) for tag, address in pointing]
        faults += [without_words(image) for image in images]
        faults += [f"two places have the id {twice!r}." for twice in repeated(read(path))]
        findings.pages += 1
        findings.links += len(pointing)
        findings.figures += len(images)
        findings.faults += [f"{name}: {fault}" for fault in faults if fault]
        findings.elsewhere |= {address for _, address in pointing if is_elsewhere(address)}
    return findings


def links(page):
    """(tag, address) of all that a page points to."""
    for element in page.find_all(list(POINTING)):
        address = element.get(POINTING[element.name])
        if address and element.get("rel") != ["canonical"]:
            yield element.name, address


def is_elsewhere(address):
    """Does it lead to another machine?"""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") or bool(parts.netloc)


def fault_of_link(tag, address, path, places):
    """What is wrong with a link; "" where nothing is.

    Args:
        tag: the element's name; "a" alone may lead to another machine, which is asked when the reader wants it.
        address: as it stands on the page.
        path: of that page.
        places: gives the ids and names on the page at a path.
    """
    parts = urlsplit(address)
    if is_elsewhere(address):
        return "" if tag == "a" else f"asks another machine for {address}."
    if parts.scheme in ("data", "mailto", "javascript"):
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return f"links to {address}, and there is no such file."
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in places(target):
        return f"links to {address}, and that page has no such place."
    return ""


def without_words(image):
    """What is wrong with a picture's alt text; "" where nothing is. The empty one marks a decoration."""
    alt, address = image.get("alt"), image.get("src", "")
    source, parts = address[:60], urlsplit(address)
    if alt is None:
        return f"the picture {source} has no alt text."
    decoration = image.get("role") == "presentation" or image.get("aria-hidden") == "true"
    if decoration and not alt:
        return ""
    file = "" if parts.scheme == "data" else Path(parts.path).name
    if len(alt.split()) < FEWEST_WORDS or (len(file) >= SHORTEST_FILE and file in alt):
        return f"the picture {source} has the alt text {alt!r}; expected a sentence that says what it shows."
    return ""


def repeated(page):
    """Ids that stand more than once on a page."""
    times = Counter(element["id"] for element in page.find_all(id=True))
    return sorted(one for one in times if times[one] > 1)
