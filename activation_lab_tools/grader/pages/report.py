"""What an instructor reads about a class: a page made of its lessons, of what needs a look and of who is missing."""

from . import html, sections
from .atomic_write import atomic_write
from .html import count, element, person, spoken, table
from .summary import Summary


def write(results, path, looks=(), missing=()):
    """Write the report.

    Args:
        results: an iterator of GradedSubmission; one at a time is in memory.
        path: of the file, report.html.
        looks: every Look that came up.
        missing: names of those in the roster of whom nothing was found.
    """
    summary = Summary(results)
    try:
        text = page(summary, list(looks), list(missing))
    finally:
        summary.close()
    with atomic_write(path) as file:
        file.write(text)


def page(summary, looks, missing):
    """The report as text."""
    lessons = summary.lessons()
    students, submissions = summary.ask("SELECT count(DISTINCT student), count(*) FROM submissions").fetchone()
    return html.page(
        "Report on a class",
        element("h1", "Report on a class"),
        _isolation(summary),
        element(
            "p",
            f"{count(submissions, 'submission')} of {count(students, 'student')}; "
            f"{len(looks)} to look at; {len(missing)} missing.",
            class_="total",
        ),
        _contents(lessons),
        (sections.lesson(summary, number, lesson) for number, lesson in enumerate(lessons)),
        element("h2", "Needs a look", id="look"),
        _looks(looks),
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


def _looks(looks):
    if not looks:
        return element("p", "Nothing.")
    return table(["where", "what"], ([person(look.location, 200), spoken(look.reason)] for look in looks))


def _isolation(summary):
    """The warning at the top, where submissions ran without a sandbox."""
    bare, every = summary.ask("SELECT sum(isolation = 'none'), count(*) FROM submissions").fetchone()
    if not bare:
        return None
    return element(
        "p",
        element("strong", f"Warning: {bare} of {count(every, 'submission')} ran without a sandbox (isolation=none)."),
        " What they did to this computer, to other submissions or to their own marks, nobody can say. Grade them again "
        "with bubblewrap before you give marks out.",
        class_="warning",
    )
