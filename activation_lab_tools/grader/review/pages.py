"""The pages of the review: the list of exercises, and one exercise's answers side by side."""

import hashlib
from urllib.parse import urlencode

from ..pages import feedback, html
from ..pages.html import code, element, person, source, spoken
from ..reading.written import LONGEST
from ..text import count, number, out_of
from .script import KEYS, SCRIPT

PAGE = 30  # answers
SHOWN = {"all": "all", "waiting": "to mark", "failed": "failed", "decided": "decided"}
LIBRARY_KEYS = 9  # rubric items that a key gives


def index(desk):
    """Return the page of all exercises: how many answers each has, how many wait, and how many are decided."""
    rows, waiting = [], 0
    for lesson, name, answers, waits, decided in desk.exercises():
        link = element("a", code(name), href=_address(lesson, name, "waiting" if waits else "all"))
        rows.append([[link, element("small", lesson)], answers, waits, decided])
        waiting += waits
    first = next(iter(desk.entries), None)
    following = element("a", "Next answer to mark", href=_next(*first, -1)) if waiting else "Nothing waits."
    return _page(
        "Review",
        element("h1", "Review"),
        element("p", f"{count(waiting, 'answer')} to mark. ", following, class_="total"),
        html.table(["exercise", "answers", "to mark", "decided"], rows),
        element(
            "p",
            "What you decide is saved in overrides.csv at once. Report, feedback and tables are drawn anew when you "
            "stop this command with Control-C.",
            class_="quiet",
        ),
    )


def answers(desk, lesson, name, query):
    """Return the page of an exercise's answers; the query may have “show” and “from”."""
    shown = query.get("show") if query.get("show") in SHOWN else "all"
    numbers = desk.numbers(lesson, name, shown)
    begin = int(query["from"]) if query.get("from", "").isdecimal() and len(query["from"]) < 9 else 0
    cards = list(desk.cards(lesson, name, numbers[begin : begin + PAGE]))
    library = desk.rules.library_of(lesson, name)
    task = next((card.final.mark.task for card in cards), "")
    return _page(
        f"{name}: review",
        element("p", element("a", "All exercises", href="./", id="index")),
        element("h1", code(name), f" in {lesson}"),
        element("p", spoken(task)) if task else None,
        _filters(lesson, name, shown, len(numbers)),
        html.folded("Keys", element("ul", (element("li", element("kbd", key), f" {what}") for key, what in KEYS))),
        element("div", (_card(lesson, name, card, library) for card in cards), class_="cards"),
        None if cards else element("p", "None."),
        _turn(lesson, name, shown, begin, len(numbers)),
    )


def told(card):
    """Return in a few words what counts for an answer now."""
    final = card.final
    if final.excused:
        return "excused"
    if final.score is None:
        return f"to mark, of {count(final.points, 'point')}"
    by = f", by {final.by}" if final.by and final.by_hand else "" if final.by_hand else ", by the grader"
    return f"{out_of(final.score, final.points)}{by}"


def address_of(desk, found):
    """Return the address of (lesson, exercise, number) among all answers of the exercise; of the index for None."""
    if found is None:
        return "./"
    lesson, name, place = found
    return f"{_address(lesson, name, 'all', place - place % PAGE)}#answer-{place}"


def _page(title, *children):
    return "".join(html.pieces(title, children, SCRIPT, connects=True))


def _address(lesson, name, shown, begin=0):
    return "answers?" + urlencode({"lesson": lesson, "exercise": name, "show": shown, "from": begin})


def _next(lesson, name, after):
    return "next?" + urlencode({"lesson": lesson, "exercise": name, "after": after})


def _filters(lesson, name, shown, answers):
    links = [
        element("b", f"{told} ({answers})") if each == shown else element("a", told, href=_address(lesson, name, each))
        for each, told in SHOWN.items()
    ]
    return element("p", "Answers: ", html.joined(" · ", links))


def _turn(lesson, name, shown, begin, answers):
    """Return links to the pages before and after."""
    links = []
    if begin:
        links += [element("a", "Page before", href=_address(lesson, name, shown, max(begin - PAGE, 0))), " "]
    if begin + PAGE < answers:
        links += [element("a", "Next page", href=_address(lesson, name, shown, begin + PAGE))]
    return element("p", links) if links else None


def _card(lesson, name, card, library):
    final, place = card.final, card.number
    label = f"answer-{place}"
    return element(
        "section",
        element("h2", person(card.name or card.student), id=f"{label}-name"),
        None if card.name == card.student else element("p", person(card.student), class_="quiet"),
        element("p", told(card), class_="told", role="status"),
        _conflict(card),
        _answer(final.mark),
        _decision(card, library),
        class_="card", id=label, tabindex="0", aria_labelledby=f"{label}-name",
        data_lesson=lesson, data_exercise=name, data_number=str(place), data_key=_key(card.student),
        data_points=number(final.points), data_waits="yes" if card.waits else "no",
        data_next=_next(lesson, name, place),
    )  # fmt: skip


def _key(student):
    """Return what tells a student apart in the browser, also when a later review counts otherwise."""
    return hashlib.sha256(student.encode(errors="surrogatepass")).hexdigest()


def _conflict(card):
    if not card.conflict:
        return None
    rows = (element("li", f"{who}: {what}") for who, what in card.conflict)
    return element(
        "div",
        element("p", element("strong", "Graders disagree."), " The newest counts. What you save here settles it."),
        element("ul", rows),
        class_="warning",
    )


def _answer(mark):
    if mark.kind == "written":
        return html.prose(mark.own, LONGEST) if mark.own else element("p", "Nothing was written.", class_="quiet")
    return [
        element("p", html.state(mark.shown_state), f": {mark.headline}"),
        (element("p", "→ ", spoken(text)) for text in mark.diagnoses),
        source(mark.own) if mark.own else None,
        source("\n".join(mark.case)) if mark.case else None,
        None if mark.case or mark.state == "passed" else (element("p", spoken(line)) for line in mark.lines[:10]),
        element("p", feedback.ended(mark)) if mark.ended else None,
        element("p", "Chosen: ", code(mark.choice)) if mark.choice else None,
    ]


def _decision(card, library):
    """Return the fields in which a person decides."""
    decision = card.decision
    points = {"value": decision["points"], "inputmode": "decimal", "size": "8", "autocomplete": "off"}
    return element(
        "div",
        (_item(place, key, entry, key in decision["named"]) for place, (key, entry) in enumerate(library.items(), 1)),
        element(
            "label",
            "Points ",
            element("input", type="text", name="points", **points),
            f" of {number(card.final.points)}",
        ),
        element("label", "Comment ", element("textarea", html.verbatim(decision["comment"]), name="comment", rows="3")),
        element("label", _box("excused", "yes", decision["excused"]), " excused"),
        class_="decision",
    )


def _item(place, key, entry, given):
    """Return an item of the rubric, to be ticked."""
    worth = f" ({entry.points:+g})".replace("-", "−") if entry.points is not None else None
    shortcut = [element("kbd", place), " "] if place <= LIBRARY_KEYS else None
    return element("label", _box("named", key, given), " ", shortcut, spoken(entry.text), worth)


def _box(name, value, checked):
    return element("input", type="checkbox", name=name, value=value, checked="" if checked else None)
