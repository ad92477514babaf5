"""What counts in the end: the grader's marks, what people decided, and what lateness takes off."""

import heapq
from dataclasses import dataclass, replace
from itertools import groupby

from ..records import GradedSubmission, Mark
from . import attempts, comments, lateness, people

OF_SUBMISSION = ("name", "email", "ids", "handed_in", "handed_in_source", "late", "group")


@dataclass(frozen=True)
class FinalMark:
    """What counts for one exercise or question.

    Args:
        exercise, kind, points: see Mark.
        graded: the grader's own score; None for what only a person can mark, see Mark.waits.
        score: what counts; None if no person has marked that yet.
        comment: a person's, for the student; "" if none.
        by, when: who decided, and the date; "" if nobody did, or if it isn't known.
        by_hand: whether a person decided the score.
        excused: whether a person took the exercise out of the student's sum.
        mark: the Mark; None if nothing was handed in.
    """

    exercise: str
    kind: str
    points: float
    graded: float | None
    score: float | None
    comment: str = ""
    by: str = ""
    when: str = ""
    by_hand: bool = False
    excused: bool = False
    mark: Mark | None = None


@dataclass(frozen=True)
class FinalGrade:
    """What counts for one student and lesson: what every page and table is made of.

    Args:
        student, name, email, ids: see Submission.
        lesson: its name.
        graded: the GradedSubmission that counts; None if nothing was handed in, but a person decided something.
        marks: a FinalMark for each exercise and question of the lesson.
        excused: whether a person excused the student from the lesson: it counts neither for nor against.
        decided: the points that a person gave for the lesson as a whole; None if nobody did.
        comment: a person's, on the lesson as a whole.
        by, when: who decided on the lesson as a whole, and the date.
        handed_in, handed_in_source, late, group: see Submission; of the attempt that counts.
        deadline: the student's own, extension included, in ISO 8601, or lateness.BY_CANVAS; "" if there is none.
        days_late: whole days after it, begun ones included; 0 if in time or if nobody knows.
        penalty: the part of the score that lateness takes off, from 0 to 1.
        attempt, attempts: which one counts, from 1, of how many; 0 of 0 if nothing was handed in.
        earlier: whether it was graded with an earlier version of the exercises or of the grader.
        result: the number of its row in the store; 0 if nothing was handed in.
        rivals: FinalGrades of other attempts that could turn out best, by answers that wait for a person in them alone.
    """

    student: str
    name: str
    email: str
    ids: dict
    lesson: str
    graded: GradedSubmission | None
    marks: tuple
    excused: bool = False
    decided: float | None = None
    comment: str = ""
    by: str = ""
    when: str = ""
    handed_in: str = ""
    handed_in_source: str = ""
    late: bool = False
    group: str = ""
    deadline: str = ""
    days_late: int = 0
    penalty: float = 0.0
    attempt: int = 1
    attempts: int = 1
    earlier: bool = False
    result: int = 0
    rivals: tuple = ()

    @property
    def raw(self):
        """The grader's own sum, before people and lateness."""
        return sum(mark.graded or 0 for mark in self.marks)

    @property
    def marked(self):
        """The sum after people's decisions, before lateness."""
        if self.decided is not None:
            return self.decided
        return sum(mark.score or 0 for mark in self.marks if not mark.excused)

    @property
    def score(self):
        """What counts: after lateness, which takes nothing off points that a person gave for the whole lesson."""
        return self.marked if self.decided is not None else round(self.marked * (1 - self.penalty), 2)

    @property
    def points(self):
        return sum(mark.points for mark in self.marks if not mark.excused)

    @property
    def unmarked(self):
        """The marks that still wait for a person: for points, also if these are 0, or for an excuse."""
        if self.excused or self.decided is not None:
            return ()
        return tuple(mark for mark in self.marks if mark.score is None and not mark.excused)

    @property
    def missing(self):
        """Whether there is nothing that could count: no submission, and at most a comment by a person."""
        return self.graded is None and not self.by_hand

    @property
    def by_hand(self):
        """Whether a person decided any of it."""
        return self.excused or self.decided is not None or any(mark.by_hand or mark.excused for mark in self.marks)


def final_mark(mark):
    """Return the FinalMark of a Mark on which nobody decided anything."""
    graded = None if mark.waits else mark.score
    return FinalMark(mark.exercise, mark.kind, mark.points, graded, graded, mark=mark)


def undecided(graded):
    """Return the FinalGrade of a GradedSubmission on which nobody decided anything, handed in once and in time."""
    return FinalGrade(
        student=graded.student,
        name=graded.name,
        email=graded.email,
        ids=graded.ids,
        lesson=graded.lesson,
        graded=graded,
        marks=tuple(map(final_mark, graded.marks)),
        handed_in=graded.handed_in,
        handed_in_source=graded.handed_in_source,
        late=graded.late,
        group=graded.group,
    )


def grades(store, rules):
    """Yield the FinalGrade of each student and lesson, sorted by these, one at a time, so that memory stays flat.

    Args:
        store: a Store.
        rules: the course's Rules.
    """
    templates, versions = store.templates(), attempts.versions(store)
    handed_in = attempts.everyone(store)
    nothing = ((pair, []) for pair in sorted(_without_attempts(store, rules)))
    for pair, several in _merged(handed_in, nothing):
        if not several:
            yield _without_attempt(store, rules, *pair, templates[pair[1]])
        elif rules.attempt == "best":
            every = [_of_attempt(store, rules, several, each, versions) for each in several]
            yield best_of(every)
        else:
            chosen = (attempts.first if rules.attempt == "first" else attempts.newest)(several)
            yield _of_attempt(store, rules, several, chosen, versions)


def best_of(every):
    """Return that of a student's FinalGrades which has most points so far, the later of equal ones, with its rivals."""
    best = max(every, key=lambda grade: (grade.score, grade.attempt))
    both = {mark.exercise for mark in best.unmarked}
    rivals = (grade for grade in every if {mark.exercise for mark in grade.unmarked} - both)
    return replace(best, rivals=tuple(grade for grade in rivals if _at_most(grade, both) > best.score))


def _at_most(grade, without):
    """Return the score if all that waits earned all of its points, but for some exercises."""
    marks = (
        replace(mark, score=mark.points) if mark.score is None and mark.exercise not in without else mark
        for mark in grade.marks
    )
    return replace(grade, marks=tuple(marks)).score


def pairs(store, rules):
    """Return all (student, lesson) of `grades`, at little cost."""
    return _handed_in(store) | _without_attempts(store, rules)


def present(store, rules):
    """Return those of `pairs` that aren't missing: handed in, or a person decided a score or excused something."""
    return _handed_in(store) | {pair for pair in _without_attempts(store, rules) if _is_decided(rules, *pair)}


def _is_decided(rules, student, lesson):
    return any(
        each.excused or _points(each, rules.library_of(lesson, name), 1) is not None
        for name, each in rules.overrides[student, lesson].items()
    )


def _handed_in(store):
    return set(map(tuple, store.ask("SELECT DISTINCT student, lesson FROM attempts WHERE removed = ''")))


def _without_attempts(store, rules):
    """Return the pairs on which a person decided something, those with attempts included, without removed ones."""
    gone = people.removed(store)
    return {pair for pair in rules.overrides.keys() - attempts.removed(store) if pair[0] not in gone}


def _merged(handed_in, nothing):
    """Yield (pair, attempts) of both in order; where both have a pair, that with attempts."""
    for pair, both in groupby(heapq.merge(handed_in, nothing, key=lambda each: each[0]), key=lambda each: each[0]):
        yield pair, max((several for _, several in both), key=len)


def _of_attempt(store, rules, several, attempt, versions):
    submission, lesson = attempt.submission, attempt.lesson
    number = store.number_of(submission.student, lesson, attempt.key)
    grade = undecided(store.result(number))
    own = {name: getattr(submission, name) for name in OF_SUBMISSION}
    deadline = lateness.deadline_of(rules.deadlines, submission.student, lesson)
    known = deadline not in ("", lateness.BY_CANVAS) and submission.handed_in
    days = rules.policy.days_late(submission.handed_in, deadline) if known else 0
    grade = replace(
        grade,
        **own,
        deadline=deadline,
        days_late=days,
        penalty=rules.policy.penalty(days),
        attempt=several.index(attempt) + 1,
        attempts=len(several),
        earlier=attempt.grading != versions[lesson],
        result=number,
    )
    return decided(grade, rules)


def _without_attempt(store, rules, student, lesson, template):
    """Return the FinalGrade of a student who handed nothing in, but on whom a person decided something."""
    name, email, ids = people.find(store, student)
    marks = tuple(FinalMark(mark.exercise, mark.kind, mark.points, 0, 0) for mark in template.marks)
    deadline = lateness.deadline_of(rules.deadlines, student, lesson)
    grade = FinalGrade(student, name, email, ids, lesson, None, marks, deadline=deadline, attempt=0, attempts=0)
    return decided(grade, rules)


def decided(grade, rules):
    """Return a FinalGrade with what people decided."""
    overrides = rules.overrides.get((grade.student, grade.lesson), {})
    marks = tuple(
        _decided(mark, overrides.get(mark.exercise), rules.library_of(grade.lesson, mark.exercise))
        for mark in grade.marks
    )
    grade = replace(grade, marks=marks)
    if whole := overrides.get(""):
        grade = replace(
            grade,
            excused=whole.excused,
            decided=_points(whole, rules.library, grade.points),
            comment=comments.resolved(whole.comment, rules.library),
            by=whole.by,
            when=whole.when,
        )
    return grade


def _decided(mark, override, library):
    if override is None:
        return mark
    points = _points(override, library, mark.points)
    return replace(
        mark,
        score=mark.score if points is None else points,
        comment=comments.resolved(override.comment, library),
        by=override.by,
        when=override.when,
        by_hand=points is not None,
        excused=override.excused,
    )


def _points(override, library, most):
    """Return the points that an Override gives, by itself or by what its comment names; None if it gives none."""
    return comments.points(override.comment, library, most) if override.points is None else override.points
