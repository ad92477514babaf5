"""Check the built site: does every link have a target, and does every image have an alt text?"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

POINTING = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src"}
FEWEST_WORDS = 4  # in an alt text
SHORTEST_FILE = 5  # letters, as in x.png; a shorter name may be part of a word


@dataclass
class Findings:
    """What was checked, and what is wrong.

    Attributes:
        pages, links, figures: how many were checked.
        faults: one sentence per fault.
        elsewhere: the addresses on other machines that pages link to.
    """

    pages: int = 0
    links: int = 0
    figures: int = 0
    faults: list = field(default_factory=list)
    elsewhere: set = field(default_factory=set)


def check_site(folder):
    """Return the Findings for every page under `folder`."""
    folder = Path(folder)
    findings = Findings()

    @cache
    def read(path):
        return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")

    @cache
    def anchors(path):
        return {element[key] for key in ("id", "name") for element in read(path).find_all(attrs={key: True})}

    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder)
        if name.parts[0] == "_static":
            continue
        pointing, images = list(links(read(path))), read(path).find_all("img")
        faults = [fault_of_link(tag, address, path, anchors) for tag, address in pointing]
        faults += [without_words(image) for image in images]
        faults += [f"two elements have the id {twice!r}." for twice in repeated(read(path))]
        findings.pages += 1
        findings.links += len(pointing)
        findings.figures += len(images)
        findings.faults += [f"{name}: {fault}" for fault in faults if fault]
        findings.elsewhere |= {address for _, address in pointing if is_elsewhere(address)}
    return findings


def links(page):
    """(tag, address) of everything that a page links to or loads."""
    for element in page.find_all(list(POINTING)):
        address = element.get(POINTING[element.name])
        if address and element.get("rel") != ["canonical"]:
            yield element.name, address


def is_elsewhere(address):
    """Return whether the address is on another machine."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") or bool(parts.netloc)


def fault_of_link(tag, address, path, anchors):
    """What is wrong with a link; "" if nothing is.

    Args:
        tag: the element's name; only "a" may lead to another machine, which is contacted only when a reader clicks.
        address: as written on the page.
        path: the path of that page.
        anchors: returns the ids and names on the page at a path.
    """
    parts = urlsplit(address)
    if is_elsewhere(address):
        return "" if tag == "a" else f"loads {address} from another machine."
    if parts.scheme in ("data", "mailto", "javascript"):
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return f"links to {address}, but there is no such file."
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
        return f"links to {address}, but that page has no such anchor."
    return ""


def without_words(image):
    """What is wrong with an image's alt text; "" if nothing is. An empty text marks a decoration."""
    alt, address = image.get("alt"), image.get("src", "")
    source, parts = address[:60], urlsplit(address)
    if alt is None:
        return f"the image {source} has no alt text."
    decoration = image.get("role") == "presentation" or image.get("aria-hidden") == "true"
    if decoration and not alt:
        return ""
    file = "" if parts.scheme == "data" else Path(parts.path).name
    if len(alt.split()) < FEWEST_WORDS or (len(file) >= SHORTEST_FILE and file in alt):
        return f"the image {source} has the alt text {alt!r}; expected a sentence that says what it shows."
    return ""


def repeated(page):
    """Ids that occur more than once on a page."""
    times = Counter(element["id"] for element in page.find_all(id=True))
    return sorted(one for one in times if times[one] > 1)
