"""Deadlines, extensions, and what lateness costs: deadlines.csv and policy.toml in the course's folder."""

import datetime
import difflib
import math
import re
import tomllib
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

from ...errors import UserError
from ..finding import due, moments
from ..records import ReviewItem
from . import sheet

FILE = "deadlines.csv"
HEADINGS = ("lesson", "student", "deadline")
A_DAY = re.compile(r"(\d+(?:\.\d+)?) ?% (?:a|per) day(?:, at least (\d+(?:\.\d+)?) ?%)?")
BY_CANVAS = "canvas"  # for a deadline: those are late whom Canvas marks
END_OF_DAY = datetime.time(23, 59, 59)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Policy:
    """What lateness costs.

    Args:
        per_day: the part of the score that each day takes off, begun days included.
        floor: the part that stays at least.
        grace: how much later than the deadline is still in time.
        zone: of times without an offset; None for this machine's.
        zone_name: for people.
    """

    per_day: float = 0.0
    floor: float = 0.0
    grace: datetime.timedelta = datetime.timedelta()
    zone: datetime.tzinfo | None = None
    zone_name: str = "this machine's time zone"

    def days_late(self, handed_in, deadline):
        """Return the days between two points in time, begun ones included; 0 if it was in time."""
        late = moments.comparable(handed_in, self.zone) - moments.comparable(deadline, self.zone)
        return max(math.ceil(late / DAY), 1) if late > self.grace else 0

    def penalty(self, days):
        """Return the part of the score that so many days take off, from 0 to 1."""
        return min(self.per_day * days, 1 - self.floor)


def load_policy(path):
    """Return the Policy in a file such as

        late = "10% a day, at least 50%"
        grace_minutes = 15
        timezone = "Europe/Berlin"

    Raises:
        UserError: something in it can't be used. Nothing should be graded then, since it may concern everyone.
    """
    path = Path(path)
    if not path.exists():
        return Policy()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{path} could not be read: {error}.") from None
    if strange := set(content) - {"late", "grace_minutes", "timezone"}:
        raise UserError(f"{path} has {', '.join(sorted(strange))}; expected late, grace_minutes and timezone only.")
    per_day, floor = _late(path, content.get("late", "none"))
    minutes = content.get("grace_minutes", 0)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes < 60 * 24 * 365:
        raise UserError(f"{path}: grace_minutes is {minutes!r}; expected a number of minutes, such as 15.")
    name = content.get("timezone")
    try:
        zone = None if name is None else zoneinfo.ZoneInfo(name)
    except (ValueError, TypeError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise UserError(f"{path}: timezone is {name!r}; expected a name such as Europe/Berlin or UTC.") from None
    return Policy(per_day, floor, datetime.timedelta(minutes=minutes), zone, name or Policy.zone_name)


def _late(path, rule):
    if rule == "none":
        return 0.0, 1.0
    if rule == "zero":
        return 1.0, 0.0
    found = A_DAY.fullmatch(rule) if isinstance(rule, str) else None
    shares = [float(each or 0) / 100 for each in found.groups()] if found else [2]
    if max(shares) > 1:
        raise UserError(
            f"{path}: late is {rule!r}; expected none, zero, or a rule such as 10% a day, or 10% a day, at least 50%."
        )
    return shares


def load_deadlines(path, people, policy, lessons):
    """Return {(lesson, student, or "" for everyone): the deadline}, and a ReviewItem for each row that doesn't count.

    A deadline is in ISO 8601, or BY_CANVAS.

    Args:
        path: of deadlines.csv.
        people: {how a person may write a student: the student}.
        policy: a Policy.
        lessons: names of those that there are.

    Raises:
        UserError: the file can't be read at all.
    """
    rows, _ = sheet.read(path, HEADINGS)
    students, found, looks = people | {"": ""}, {}, []
    for number, row in rows:
        where, time = f"{FILE}, row {number}", _time(row["deadline"], policy)
        pair = due.meant(row["lesson"], lessons), students.get(row["student"])
        if row["lesson"] and not pair[0]:
            looks.append(_about_no_lesson(where, row["lesson"], lessons))
        elif not pair[0] or time is None or pair[1] is None:
            said = (
                "It names no lesson."
                if not pair[0]
                else f"“{row['student']}” is not a student of this course."
                if pair[1] is None
                else f"The deadline is “{row['deadline']}”; expected 2026-11-03, 2026-11-03 18:00, "
                f"2026-11-03T18:00+01:00 or {BY_CANVAS}."
            )
            looks.append(ReviewItem(where, f"{said} The row doesn't count."))
        else:
            if found.get(pair, time) != time:
                said = f"An earlier row has another deadline for the same: {found[pair]}. This row counts."
                looks.append(ReviewItem(where, said))
            found[pair] = time
    return found, looks


def _about_no_lesson(where, written, lessons):
    """Return the ReviewItem on a lesson that isn't known: a note if it may come, but not if it looks like a slip.

    With other digits, as in exam_2 beside exam_1, it is another lesson.
    """
    close = difflib.get_close_matches(written, [each for each in lessons if _digits(written) <= _digits(each)], n=1)
    said = f"Nobody has handed in a lesson “{written}” yet, and the course has none of this name."
    if close:
        return ReviewItem(where, f"{said} Did you mean {close[0]}? The row doesn't count.")
    return ReviewItem(where, f"{said} The row counts from then on.", note=True)


def _digits(text):
    return set(re.findall(r"\d+", text))


def deadline_of(deadlines, student, lesson):
    """Return a student's deadline for a lesson, an extension or everyone's; "" if there is none."""
    return deadlines.get((lesson, student)) or deadlines.get((lesson, ""), "")


def _time(text, policy):
    """Return a deadline in ISO 8601 with an offset, or BY_CANVAS; None if it is neither.

    A date alone means the end of that day.
    """
    if text.casefold() == BY_CANVAS:
        return BY_CANVAS
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        day = re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text)  # such as 3.11.2026: spreadsheets rewrite dates
        text = moments.iso_in(f"{text} {END_OF_DAY}" if day else text)
        if not text:
            return None
        time = datetime.datetime.fromisoformat(text)
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        time = datetime.datetime.combine(time, END_OF_DAY)
    return moments.comparable(time.isoformat(), policy.zone).isoformat()
