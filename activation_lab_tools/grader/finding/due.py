"""Which lessons an assignment is for, and who handed in another."""

from collections import defaultdict

from ...errors import UserError
from ..records import ReviewItem
from ..text import count, plain

SHARE = 3  # a lesson is due if a third of an assignment's students handed it in


def due(handed_in, asked=()):
    """Return (the lessons that are due, sorted; a ReviewItem for each notebook of someone who handed in none of them).

    Lessons are due if they are asked for; else, for each assignment, those that at least a third of its students
    handed in, and the most frequent one. A student who handed in one of these may hand in others too.

    Args:
        handed_in: pairs of a records.Submission and a lesson's name.
        asked: names of lessons.
    """
    students = defaultdict(lambda: defaultdict(set))  # of an assignment, of a lesson
    for one, lesson in handed_in:
        students[one.assignment][lesson].add(one.student)
    expected, wanted = {}, set(asked)
    for assignment, by_lesson in students.items():
        total, most = len(set().union(*by_lesson.values())), max(map(len, by_lesson.values()))
        likely = {lesson for lesson, who in by_lesson.items() if len(who) == most or SHARE * len(who) >= total}
        expected[assignment] = set(asked) or likely
        wanted |= expected[assignment]
    review = []
    for one, lesson in handed_in:
        meant, by_lesson = expected[one.assignment], students[one.assignment]
        on_time = any(one.student in by_lesson[each] for each in meant if each in by_lesson)
        if not on_time and (asked or one.assignment):
            review.append(ReviewItem(one.location, _stray(one, lesson, meant, by_lesson, asked)))
    return sorted(wanted), review


def named(asked, lessons):
    """Return the names of the lessons that a person asked for, as "1", "01" or "01_dense_forward".

    Raises:
        UserError: there is no such lesson.
    """
    found = {text: meant(text, lessons) for text in asked}
    if strange := [text for text, lesson in found.items() if not lesson]:
        raise UserError(f"There is no lesson {plain(strange[0])!r}. Expected one of {', '.join(lessons)}.")
    return tuple(dict.fromkeys(found.values()))


def meant(text, lessons):
    """Return the name of the one lesson that a person wrote as "1", "01" or "01_dense_forward"; "" if there is none."""
    number = f"{int(text):02}" if text.isdecimal() else text
    fitting = [lesson for lesson in lessons if lesson == text or lesson.split("_")[0] == number]
    return fitting[0] if len(fitting) == 1 else ""


def _stray(one, lesson, meant, by_lesson, asked):
    listed = " and ".join(sorted(meant))
    why = "as asked" if asked else f"as {count(max(len(by_lesson[each]) for each in meant), 'student')} handed in"
    return (
        f"It answers {lesson}, but {one.assignment or 'this run'} is for {listed}, {why}. It is graded as {lesson}; if "
        "it was handed in for the wrong assignment, tell the student."
    )
