"""What a class's results say when they are counted: they come one at a time, and little is kept of each."""

import bisect
import collections
from dataclasses import dataclass, field

from .alike import Alike

NAMES = 60  # in a list of students
ANSWERS = 25  # to one exercise that are shown
ENDED = 100  # answers of a lesson that did not end by themselves
SLOW, SLOWEST = 0.5, 10  # the part of its limit from which an answer is slow, and how many are shown
OWN = 6_000  # characters of an answer


class Few:
    """The first of many things, and how many there were."""

    def __init__(self, limit):
        self.items, self.number, self.limit = [], 0, limit

    def add(self, item):
        self.number += 1
        if len(self.items) < self.limit:
            self.items.append(item)

    @property
    def left_out(self):
        return self.number - len(self.items)


@dataclass(frozen=True)
class Person:
    student: str
    name: str


@dataclass(frozen=True)
class Shown:
    """One answer, as the report shows it."""

    person: Person
    exercise: str
    result: str
    own: str
    case: tuple = ()
    seconds: float = 0.0
    limit: float = 0.0


def few(limit):
    return field(default_factory=lambda: Few(limit))


@dataclass
class ExerciseSummary:
    """What a class did with one exercise or question.

    Args:
        name, kind, points: of the exercise.
        states: {"passed": how many}; what only a person can mark is "to mark" or, once a person decided, "marked".
        earned, counted: the sum of the marks that count, and how many there are.
        choices: {(letter, state): how many}.
        mistakes: {diagnosis: Few of Person}; examples: {diagnosis: the first answer with it, as Shown}.
        undiagnosed, unverified: Few of Shown; unverified is what the grader could not judge and nobody has decided.
        self_reported: whether a part of it was reported by the answer's own process.
        alike: an Alike.
    """

    name: str
    kind: str
    points: float
    states: collections.Counter = field(default_factory=collections.Counter)
    earned: float = 0.0
    counted: int = 0
    choices: collections.Counter = field(default_factory=collections.Counter)
    mistakes: dict = field(default_factory=dict)
    examples: dict = field(default_factory=dict)
    undiagnosed: Few = few(ANSWERS)
    unverified: Few = few(ANSWERS)
    self_reported: bool = False
    alike: Alike = field(default_factory=Alike)

    def add(self, final, person, result, waits):
        if final.score is not None and not final.excused:
            self.earned, self.counted = self.earned + final.score, self.counted + 1
        mark = final.mark
        if mark is None:
            return
        self.states["marked" if mark.waits and not waits else mark.shown_state] += 1
        self.self_reported |= mark.verification == "partly self-reported"
        self.alike.add(mark, person, result)
        if mark.kind == "question":
            self.choices[mark.choice, mark.state] += 1
        for text in mark.diagnoses:
            self.mistakes.setdefault(text, Few(NAMES)).add(person)
            self.examples.setdefault(text, _shown(mark, person))
        if mark.kind == "exercise" and mark.state == "failed" and not (mark.diagnoses or mark.waits):
            self.undiagnosed.add(_shown(mark, person))
        if waits and mark.kind != "written":
            self.unverified.add(_shown(mark, person))


class LessonSummary:
    """What a class did with one lesson.

    Attributes:
        exercises: {name: ExerciseSummary}, in the lesson's order.
        scores: (score, points) of those that count and are complete, sorted.
        incomplete: how many totals an answer that waits for a person leaves open.
        submissions, bare, earlier: how many there are, how many of them ran without a sandbox, and how many were graded
            with an earlier version of the exercises or of the grader.
        ended: Few of Shown.
        slow: the answers that came nearest to their limit, as (part of the limit, Shown), the slowest first.
    """

    def __init__(self):
        self.exercises, self.scores, self.ended, self.slow = {}, [], Few(ENDED), []
        self.submissions = self.bare = self.earlier = self.incomplete = 0

    def add(self, grade):
        """Take in a FinalGrade of this lesson."""
        person = Person(grade.student, grade.name)
        if grade.unmarked:
            self.incomplete += 1
        elif not grade.excused:
            bisect.insort(self.scores, (grade.score, grade.points))
        if grade.graded is not None:
            self.submissions += 1
            self.bare += grade.graded.isolation == "none"
            self.earlier += grade.earlier
        for final in grade.marks:
            exercise = self.exercises.setdefault(
                final.exercise, ExerciseSummary(final.exercise, final.kind, final.points)
            )
            exercise.add(final, person, grade.result, final in grade.unmarked)
            self._note_time(final.mark, person)

    def _note_time(self, mark, person):
        if mark is not None and mark.ended:
            self.ended.add(_shown(mark, person))
        elif mark is not None and mark.limit and mark.seconds >= SLOW * mark.limit:
            self.slow.append((mark.seconds / mark.limit, _shown(mark, person)))
            self.slow = sorted(self.slow, key=lambda each: -each[0])[:SLOWEST]

    def tenths(self):
        """Return how many earned 0 to 9 percent, 10 to 19, … 90 to 99, and all: a list of 11."""
        counts = [0] * 11
        for score, points in self.scores:
            counts[min(max(int(score * 10 / points), 0), 10) if points else 0] += 1
        return counts

    def median(self):
        """Return (score, points) of the one in the middle, if there is any."""
        return self.scores[(len(self.scores) - 1) // 2]


def _shown(mark, person):
    return Shown(
        person, mark.exercise, mark.ended or mark.headline, mark.own[:OWN], mark.case, mark.seconds, mark.limit
    )
