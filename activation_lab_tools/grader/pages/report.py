"""The instructor's report on a class: one page with its lessons, what needs a look, and who is missing."""

from ..text import count
from . import html, sections
from .atomic_write import atomic_write
from .html import element, person, spoken, table
from .summary import Summary


def write(store, current, path, review=(), missing=()):
    """Write the report.

    Args:
        store: a Store.
        current: which of its results count; see Store.numbers.
        path: of the file, report.html.
        review: every ReviewItem that came up.
        missing: names of the students in the roster of whom nothing was found.
    """
    text = page(Summary(store, current), list(review), list(missing))
    with atomic_write(path) as file:
        file.write(text)


def page(summary, review, missing):
    """Return the report as text."""
    lessons = summary.lessons()
    students, submissions = summary.ask("SELECT count(DISTINCT student), count(*) FROM submissions").fetchone()
    return html.page(
        "Report on a class",
        element("h1", "Report on a class"),
        _isolation(summary),
        element(
            "p",
            f"{count(submissions, 'submission')} of {count(students, 'student')}; "
            f"{len(review)} to look at; {len(missing)} missing.",
            class_="total",
        ),
        _contents(lessons),
        (sections.lesson(summary, number, lesson) for number, lesson in enumerate(lessons)),
        element("h2", "Needs a look", id="look"),
        _review(review),
        element("h2", "Missing", id="missing"),
        element("ul", (element("li", person(name)) for name in missing))
        if missing
        else element("p", "Nobody, or no roster was given."),
    )


def _contents(lessons):
    links = [(f"lesson-{number}", f"Lesson {name}") for number, name in enumerate(lessons)]
    links += [("look", "Needs a look"), ("missing", "Missing")]
    items = (element("li", element("a", text, href=f"#{target}")) for target, text in links)
    return element("nav", element("ul", items), aria_label="Contents")


def _review(items):
    if not items:
        return element("p", "Nothing.")
    return table(["where", "what"], ([person(item.location, 200), spoken(item.reason)] for item in items))


def _isolation(summary):
    """Return the warning at the top if submissions ran without a sandbox."""
    bare, every = summary.ask("SELECT sum(isolation = 'none'), count(*) FROM submissions").fetchone()
    if not bare:
        return None
    return element(
        "p",
        element("strong", f"Warning: {bare} of {count(every, 'submission')} ran without a sandbox (isolation=none)."),
        " Nobody can tell what they did to this computer, to other submissions or to their own marks. Grade them again "
        "with bubblewrap before you hand out marks.",
        class_="warning",
    )
