"""What a marker works on: the answers to each exercise, what is decided on them, and what still waits."""

import dataclasses
import datetime
from dataclasses import dataclass

from ..marks import comments, final, overrides, people
from ..marks import rules as course_rules
from ..text import count


@dataclass(frozen=True)
class Entry:
    """One answer, as much of it as it takes to list it.

    Args:
        student, name: whose.
        result: the number of its row in the store.
        state: see Mark.
        waits: whether only a person can mark it: prose, or what the grader could not judge.
        order: answers that fail in the same way are next to each other.
    """

    student: str
    name: str
    result: int
    state: str
    waits: bool
    order: tuple


@dataclass(frozen=True)
class Card:
    """One answer with all that is shown of it.

    Args:
        number: its place in the exercise's list.
        student, name: whose.
        final: its FinalMark.
        waits: whether it still waits for a person.
        decision: {"points", "named", "comment", "excused"}, as the file has it: texts, and the names of rubric items.
        conflict: what graders disagree on, as [(who and when, what)]; [] if they don't.
    """

    number: int
    student: str
    name: str
    final: final.FinalMark
    waits: bool
    decision: dict
    conflict: list


class Desk:
    """The answers of a course. Only the list of them is in memory.

    Args:
        store: its Store.
        folder: its folder.
        by: who marks.
    """

    def __init__(self, store, folder, by):
        self.store, self.path, self.folder, self.by = store, folder / overrides.FILE, folder, by
        self.people, self.worth = people.known_as(store), store.points()
        self.entries = {(lesson, name): [] for lesson, marks in self.worth.items() for name in marks}
        self._read()
        for grade in final.grades(store, self.rules):
            for each in grade.marks if grade.graded else ():
                self.entries[grade.lesson, each.exercise].append(_entry(grade, each.mark))
        for several in self.entries.values():
            several.sort(key=lambda each: each.order)

    def _read(self):
        """Read what is decided, since people may edit the files meanwhile."""
        self.rules, _ = course_rules.load(self.folder, self.store)
        self.given, _ = overrides.everything(self.path, self.people, self.worth)

    def exercises(self):
        """Return [(lesson, exercise, how many answers, how many wait, how many are decided)]."""
        self._read()
        return [
            (*key, len(several), sum(self._waits(*key, each) for each in several), self._decided(*key))
            for key, several in self.entries.items()
        ]

    def _waits(self, lesson, name, entry):
        if not entry.waits:
            return False
        overridden = self.rules.overrides.get((entry.student, lesson), {})
        whole, own = overridden.get(""), overridden.get(name)
        if whole and (whole.excused or whole.points is not None):
            return False
        library = self.rules.library_of(lesson, name)
        return not own or not (
            own.excused or own.points is not None or comments.points(own.comment, library, 1) is not None
        )

    def _decided(self, lesson, name):
        return sum((entry.student, lesson, name) in self.given for entry in self.entries[lesson, name])

    def numbers(self, lesson, name, shown):
        """Return the places of an exercise's answers that are shown: those that wait, failed, are decided, or all."""
        self._read()
        kept = {
            "waiting": lambda entry: self._waits(lesson, name, entry),
            "failed": lambda entry: entry.state == "failed",
            "decided": lambda entry: (entry.student, lesson, name) in self.given,
        }.get(shown, lambda entry: True)
        return [number for number, entry in enumerate(self.entries[lesson, name]) if kept(entry)]

    def cards(self, lesson, name, numbers):
        """Yield the Cards of some of an exercise's answers."""
        for number in numbers:
            yield self.card(lesson, name, number)

    def card(self, lesson, name, number):
        entry = self.entries[lesson, name][number]
        graded = dataclasses.replace(self.store.result(entry.result), student=entry.student, name=entry.name)
        grade = final.decided(final.undecided(graded), self.rules)
        mark = next(each for each in grade.marks if each.exercise == name)
        several = self.given.get((entry.student, lesson, name), [])
        conflict = [_told(each) for each in several] if overrides.disagree(several) else []
        decision = self._decision(several, self.rules.library_of(lesson, name))
        return Card(number, entry.student, entry.name, mark, self._waits(lesson, name, entry), decision, conflict)

    def _decision(self, several, library):
        if not several:
            return {"points": "", "named": [], "comment": "", "excused": False}
        chosen = overrides.newest(several)
        named = [each for each in comments.NAME.findall(chosen.comment) if each in library]
        text = comments.NAME.sub(lambda found: "" if found[1] in library else found[0], chosen.comment).strip()
        points = "" if chosen.points is None else f"{chosen.points:g}" + (" extra" if chosen.extra else "")
        return {"points": points, "named": named, "comment": text, "excused": chosen.excused}

    def next_waiting(self, lesson, name, after):
        """Return (lesson, exercise, number) of the next answer that waits after this one, from the start if need be.

        None if none waits.
        """
        self._read()
        keys = list(self.entries)
        waiting = [
            (place, number)
            for place, key in enumerate(keys)
            for number, entry in enumerate(self.entries[key])
            if self._waits(*key, entry)
        ]
        here = keys.index((lesson, name)), after
        later = [each for each in waiting if each > here] or waiting
        return (*keys[later[0][0]], later[0][1]) if later else None

    def decide(self, lesson, name, number, decision):
        """Write a decision into overrides.csv, and return the Card as it is then.

        Args:
            lesson, name, number: which answer.
            decision: as a Card has it.

        Raises:
            UserError: the points can't be used; nothing is written.
        """
        entry = self.entries[lesson, name][number]
        library = self.rules.library_of(lesson, name)
        lines = [f"[{each}]" for each in decision["named"] if each in library] + [decision["comment"].strip()]
        row = {
            "student": entry.student,
            "lesson": lesson,
            "exercise": name,
            "points": decision["points"].strip(),
            "comment": "\n".join(filter(None, lines)),
            "excused": "yes" if decision["excused"] else "",
            "by": self.by,
            "when": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        overrides.checked(row, self.people, self.worth)
        overrides.put(self.path, row, self.people)
        self._read()
        return self.card(lesson, name, number)


def _entry(grade, mark):
    rank = {"to mark": 0, "failed": 1}.get(mark.state, 2)
    alike = (mark.headline, *mark.diagnoses) if mark.state == "failed" else ()
    order = (not mark.waits, rank, alike, grade.name.casefold(), grade.student)
    return Entry(grade.student, grade.name, grade.result, mark.state, mark.waits, order)


def _told(override):
    """Return (who and when, what) of a row."""
    points = count(override.points, "point") if override.points is not None else ""
    said = [points, "excused" if override.excused else "", override.comment]
    return f"{override.by or 'someone'} {override.when}".strip(), "; ".join(filter(None, said)) or "nothing"
