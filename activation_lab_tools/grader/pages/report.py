"""The instructor's report on a class: its students and lessons, what needs a look, and who is missing."""

import collections
import re
from urllib.parse import quote

from ..text import count
from . import html, sections, students
from .atomic_write import atomic_write
from .html import element, person, spoken
from .long_table import SCRIPT, long_table, plain_rows
from .summary import LessonSummary

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,250}", re.ASCII)
LINK = 1_500  # characters of addresses in one link: browsers cut longer ones


class Report:
    """A class's report, which takes in one FinalGrade after the other and is written at the end.

    A few hundred bytes stay of each grade, and of the answers the few that are shown.

    Args:
        roster: students of the class, each with `student`, `name` and `email`; () if there is no roster.
        due: names of the lessons for which someone can be missing; () for all that anyone handed in.
    """

    def __init__(self, roster=(), due=()):
        self.due = due
        self.lessons = collections.defaultdict(LessonSummary)
        self.rows = {each.student: students.Row(each.student, each.name, each.email, listed=True) for each in roster}

    def add(self, grade, page=""):
        """Take in a FinalGrade; `page` is the path of its feedback page, seen from the report."""
        self.lessons[grade.lesson].add(grade)
        row = self.rows.setdefault(grade.student, students.Row(grade.student, grade.name, grade.email))
        row.add(grade, page)

    def write(self, path, review, result, notes=(), dismissed=()):
        """Write the report.

        Args:
            path: of the file, report.html.
            review: the ReviewItems that need a look.
            result: the Store's `result`, which leads to the answers that are alike.
            notes, dismissed: ReviewItems that need none; those that a person dismissed.
        """
        with atomic_write(path) as file:
            file.writelines(self.pieces(list(review), result, notes, dismissed))

    def pieces(self, review, result, notes=(), dismissed=()):
        """Yield the page in pieces."""
        return html.pieces("Report on a class", self._children(review, result, notes, dismissed), SCRIPT)

    def _children(self, review, result, notes, dismissed):
        lessons = sorted(self.lessons)
        due = [lesson for lesson in lessons if lesson in self.due or not self.due]
        submissions = sum(self.lessons[lesson].submissions for lesson in lessons)
        yield element("h1", "Report on a class")
        yield self._isolation(submissions)
        absent = sum(row.listed and not row.cells for row in self.rows.values())
        yield element(
            "p",
            f"{count(submissions, 'submission')} of {count(len(self.rows) - absent, 'student')}; "
            f"{len(review)} to look at; {absent} missing.",
            class_="total",
        )
        yield self._to_mark()
        yield self._earlier()
        yield _contents(lessons)
        yield element("h2", "Students", id="students")
        yield from students.table(list(self.rows.values()), lessons)
        yield element("h2", "Needs a look", id="look")
        yield from _review(review, notes, dismissed)
        yield element("h2", "Missing", id="missing")
        yield from _missing(self.rows.values(), due)
        for number, lesson in enumerate(lessons):
            yield from sections.lesson(self.lessons[lesson], number, lesson, result)

    def _to_mark(self):
        """Return how many answers wait for a person; None if none does."""
        exercises = (each for lesson in self.lessons.values() for each in lesson.exercises.values())
        waiting = sum(each.states["to mark"] for each in exercises)
        told = f"{count(waiting, 'answer')} to mark: run `activation-lab review`."
        return element("p", spoken(told), class_="total") if waiting else None

    def _earlier(self):
        """Return how many marks an earlier version made; None if none did."""
        earlier = sum(lesson.earlier for lesson in self.lessons.values())
        told = (
            f"{count(earlier, 'submission')} graded with an earlier version of the exercises or of the grader: "
            "`activation-lab grade --again` grades what was read from them once more."
        )
        return element("p", spoken(told)) if earlier else None

    def _isolation(self, submissions):
        """Return the warning at the top if submissions ran without a sandbox."""
        bare = sum(lesson.bare for lesson in self.lessons.values())
        if not bare:
            return None
        return element(
            "p",
            element("strong", f"Warning: {bare} of {count(submissions, 'submission')} ran without a sandbox "
                    "(isolation=none)."),
            " Nobody can tell what they did to this computer, to other submissions or to their own marks. Grade them "
            "again with bubblewrap before you hand out marks.",
            class_="warning",
        )  # fmt: skip


def _contents(lessons):
    links = [("students", "Students"), ("look", "Needs a look"), ("missing", "Missing")]
    links += [(f"lesson-{number}", f"Lesson {name}") for number, name in enumerate(lessons)]
    items = (element("li", element("a", text, href=f"#{target}")) for target, text in links)
    return element("nav", element("ul", items), aria_label="Contents")


def _review(items, notes, dismissed):
    yield from _listed(items) if items else [element("p", "Nothing.")]
    if items:
        yield element("p", spoken("`activation-lab dismiss` takes a row out that you have dealt with."), class_="quiet")
    if notes:
        yield element("h3", "Worth knowing")
        yield from _listed(notes)
    if dismissed:
        yield html.folded(f"Dismissed: {len(dismissed)}", _listed(dismissed))


def _listed(items):
    rows = ([person(item.location, 200), spoken(item.reason)] for item in items)
    return long_table("look", *plain_rows(["where", "what"], rows))


def _missing(rows, due):
    """Yield, for each lesson, how many handed in nothing and links that write to them; then a table of all of them."""
    missed = [(row, [lesson for lesson in due if row.misses(lesson)]) for row in rows if row.listed]
    if not missed:
        yield element("p", "No roster was given, so nobody knows. Pass --roster.")
        return
    for lesson in due:
        who = [row for row, lessons in missed if lesson in lessons]
        yield element("h3", f"Lesson {lesson}: {count(len(who), 'student')}")
        if who:
            yield element("p", _links_to_all(who))
    missed = [(row, lessons) for row, lessons in missed if lessons]
    if missed:
        cells = ([_whom(row), ", ".join(lessons)] for row, lessons in missed)
        yield from long_table("missing", *plain_rows(["student", "lessons"], cells))


def _whom(row):
    """Return the name of a Row, and a link that writes to its address."""
    name, known = person(row.name or row.student), ADDRESS.fullmatch(row.email)
    link = element("a", row.email, href=f"mailto:{quote(row.email, safe='@')}") if known else None
    return [name, element("small", link) if known else None]


def _links_to_all(rows):
    """Yield links that write to everyone whose address is known: as blind copies, so that nobody learns of the others.

    Several are needed if there are many.
    """
    groups = [[]]
    for address in (quote(row.email, safe="@") for row in rows if ADDRESS.fullmatch(row.email)):
        if sum(map(len, groups[-1])) + len(address) > LINK:
            groups.append([])
        groups[-1].append(address)
    for group in filter(None, groups):
        told = "Write to them" if len(group) == len(rows) else f"Write to {len(group)} of them"
        yield element("a", told, href=f"mailto:?bcc={','.join(group)}")
        yield " "
