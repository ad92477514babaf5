"""The rules of a course, as its folder holds them: what people decided, deadlines, what lateness costs."""

from dataclasses import dataclass, field
from pathlib import Path

from activation_lab import exercises

from ..records import ReviewItem
from . import comments, lateness, overrides, people


@dataclass(frozen=True)
class Rules:
    """What turns the grader's marks into what counts.

    Args:
        attempt: which attempt counts: "newest", "best" or "first".
        overrides: {(student, lesson): {exercise, or "" for the lesson as a whole: Override}}.
        deadlines: {(lesson, student, or "" for everyone): time in ISO 8601}.
        policy: a Policy.
        library: {name: LibraryComment}.
        rubrics: {(lesson, written answer): {name: LibraryComment}}.
    """

    attempt: str = "newest"
    overrides: dict = field(default_factory=dict)
    deadlines: dict = field(default_factory=dict)
    policy: lateness.Policy = lateness.Policy()
    library: dict = field(default_factory=dict)
    rubrics: dict = field(default_factory=dict)

    def library_of(self, lesson, exercise):
        """Return what a comment on an exercise may name: the library, and the exercise's own rubric."""
        return self.library | self.rubrics.get((lesson, exercise), {})


def load(folder, store, lessons=None):
    """Return the Rules in a course's folder (`--out`), and ReviewItems for what in them can't be used.

    Args:
        folder: its path.
        store: its Store.
        lessons: {lesson: {exercise or question: points}} of lessons beside the course's own and those that anyone
            handed in; a row of overrides.csv may be about them too.

    Raises:
        UserError: a file can't be used at all.
    """
    folder, everyone, worth = Path(folder), people.known_as(store), (lessons or {}) | store.points()
    library = comments.load(folder / "comments.toml")
    policy = lateness.load_policy(folder / "policy.toml")
    given, looks = overrides.load(folder / overrides.FILE, everyone, worth)
    lessons = dict.fromkeys((*exercises.lessons(), *worth))
    deadlines, more = lateness.load_deadlines(folder / lateness.FILE, everyone, policy, lessons)
    chosen = store.choice("attempt") or "newest"
    found = Rules(chosen, given, deadlines, policy, library, comments.rubrics(store.rubrics()))
    for decided in given.values():
        for override in decided.values():
            named = found.library_of(override.lesson, override.exercise)
            if strange := comments.unknown(override.comment, named):
                said = f"comments.toml has no entry {', '.join(strange)}; the comment shows it as it is written."
                looks.append(ReviewItem(f"{overrides.FILE}, row {override.row}", said, override.student))
    return found, looks + more
