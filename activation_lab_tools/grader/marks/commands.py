"""What a person says to a course on the command line: `mark`, `merge-overrides`, `remove` and `dismiss`."""

import datetime
import difflib
import getpass

from ...errors import UserError
from .. import course_folder
from ..finding import due
from ..text import count, named, number, plain
from . import attempts, comments, looks, overrides, people


def mark(options):
    """Write a row into overrides.csv, and draw everything anew.

    Args:
        options: out, student, exercise, lesson, points, extra, comment, rubric, excused, by; as the parser gives them.
    """
    with course_folder.opened(options.out, "mark") as store:
        path, everyone, lessons = options.out / overrides.FILE, people.known_as(store), store.points()
        row = _row(options, _student(options.student, everyone), lessons)
        checked = overrides.checked(row, everyone, lessons)
        library = comments.load(options.out / "comments.toml")
        library |= comments.rubrics(store.rubrics()).get((checked.lesson, checked.exercise), {})
        if strange := comments.unknown(row["comment"], library):
            has = ", ".join(library) or "none"
            raise UserError(f"comments.toml in {options.out} has no entry {', '.join(strange)}; it has {has}.")
        for old in overrides.put(path, row, everyone):
            told = ", ".join(
                f"{name} {old[name]}" for name in ("points", "comment", "excused", "by", "when") if old[name]
            )
            print(f"This replaces: {plain(told, 400)}.")
        _, changed = course_folder.redraw(store, options.out)
        _tell(changed, checked, attempts.is_removed(store, checked.student, checked.lesson))
    return 0


def merge_overrides(options):
    """Add the rows of another grader's overrides.csv, and draw everything anew."""
    if not options.other.exists():
        raise UserError(f"{options.other} does not exist. Expected the overrides.csv of another grader.")
    with course_folder.opened(options.out, "merge-overrides") as store:
        everyone = people.known_as(store)
        new, disagree = overrides.merge(options.out / overrides.FILE, options.other, everyone)
        review, _ = course_folder.redraw(store, options.out)
    print(f"{count(new, 'row')} added to {options.out / overrides.FILE}; {disagree} on what was decided here too.")
    told = [item for item in review if item.location.startswith(overrides.FILE)]
    print("".join(f"{item.location}: {plain(item.reason, 1000)}\n" for item in told), end="")
    return 1 if told else 0


def remove(options):
    """Take a student out of all pages and tables, or put one back."""
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    with course_folder.opened(options.out, "remove") as store:
        student = _student(options.student, people.known_as(store))
        lesson = due.meant(options.lesson, store.points()) or options.lesson
        if options.undo:
            found = attempts.restore(store, student, lesson)
            other = not lesson and people.restore(store, student)
        else:
            found = attempts.remove(store, student, lesson, now)
            other = not lesson and people.remove(store, student)
        if not found and not other:
            what = f" for {lesson}" if lesson else ""
            raise UserError(f"{student} has nothing{what} that could be {'put back' if options.undo else 'removed'}.")
        course_folder.redraw(store, options.out)
    told = "; ".join(f"{lesson}: {count(several, 'attempt')}" for lesson, several in found) or "nothing was handed in"
    print(f"{'Put back' if options.undo else 'Removed'} {plain(student)}: {plain(told, 1000)}.")
    if not options.undo:
        kept = "The marks are still in grades.sqlite. " if found else ""
        print(f"{kept}Later rosters and submissions don't change this; the same command with --undo does.")
    return 0


def dismiss(options):
    """Take something out of what needs a look, or bring it back."""
    with course_folder.opened(options.out, "dismiss") as store:
        told = looks.dismiss(store, options.where, options.undo)
        several = list(dict.fromkeys(location for location, _ in told))
        if len(several) != 1:
            under = "Dismissed" if options.undo else "Needs a look"
            found = f"several rows have it: {named(several)}" if several else "no row has it"
            raise UserError(
                f"Under “{under}” in the report, {found}. Received {plain(options.where)!r}; expected what one of them "
                "says under “where”."
            )
        review, _ = course_folder.redraw(store, options.out)
    for location, reason in told:
        print(f"{'Brought back' if options.undo else 'Dismissed'}: {plain(location)}: {plain(reason, 1000)}")
    print(f"{len(review)} to look at.")
    return 0


def _row(options, student, lessons):
    """Return the row that the options describe."""
    whole = due.meant(options.exercise, lessons)
    lesson = whole or due.meant(options.lesson, lessons) or options.lesson
    points = options.points or ""
    comment = " ".join([*(f"[{name}]" for name in options.rubric), options.comment]).strip()
    if not (points or comment or options.excused):
        raise UserError("Nothing to decide: give --points, --comment, --rubric or --excused.")
    return {
        "student": student,
        "lesson": lesson or _lesson_of(options.exercise, lessons),
        "exercise": "" if whole else options.exercise,
        "points": f"{points} extra" if options.extra and points else points,
        "comment": comment,
        "excused": "yes" if options.excused else "",
        "by": options.by or getpass.getuser(),
        "when": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _lesson_of(exercise, lessons):
    having = [lesson for lesson, exercises in lessons.items() if exercise in exercises]
    if not having:
        names = [*lessons, *(name for exercises in lessons.values() for name in exercises)]
        raise UserError(f"No exercise or lesson {exercise!r} was handed in yet.{_close(exercise, names)}")
    if len(having) > 1:
        raise UserError(f"{exercise} is in {', '.join(having)}; say which with --lesson.")
    return having[0]


def _student(given, everyone):
    """Return the student that was given in one of the ways in which a person may write it."""
    found = everyone.get(given) or everyone.get(given.casefold())
    if not found:
        close = difflib.get_close_matches(given, everyone, n=3)
        close += [label for label in everyone if given and label.casefold().startswith(given.casefold())]
        raise UserError(f"{given!r} is not a student of this course.{_asked(everyone[label] for label in close)}")
    return found


def _close(given, names):
    return _asked(difflib.get_close_matches(given, names, n=3))


def _asked(names):
    """Return a question that names the first three."""
    meant = list(dict.fromkeys(names))[:3]
    return f" Did you mean {' or '.join(plain(name, 80) for name in meant)}?" if meant else ""


def _tell(changed, override, is_removed):
    told = [each for each in changed if (each.student, each.lesson) == (override.student, override.lesson)]
    for each in told:
        before, now = ("excused" if score is None else number(score) for score in (each.before, each.now))
        before = "nothing" if each.what == "new" else before
        worth = "" if each.now is None else f" of {count(each.points, 'point')}"
        why = f" ({each.what})" if before == now else ""
        print(f"{plain(each.student)}, {each.lesson}: {before} → {now}{worth}{why}.")
    if not told:
        stays = "you removed them; it counts when `remove` with --undo puts them back" if is_removed else ""
        print(f"{plain(override.student)}, {override.lesson}: {stays or 'the score stays as it is'}.")
