"""What there is to earn: the exercises and questions of each lesson, their points, and the most a lesson gives."""

import json

from ..errors import UserError
from .text import count


def listed(course, lesson=""):
    """Return [{"lesson", "points", "items": [{"name", "kind", "points"}]}] of a course, or of one of its lessons.

    Args:
        course: a Course.
        lesson: its name; "" for all.

    Raises:
        UserError: there is no such lesson.
    """
    names = course.lessons()
    if lesson and lesson not in names:
        raise UserError(f"There is no lesson {lesson!r}. Expected one of: {', '.join(names)}.")
    return [_lesson(course, name) for name in ([lesson] if lesson else names)]


def as_json(lessons):
    return json.dumps(lessons, indent=2)


def as_text(lessons, points=False):
    """Return a line for each lesson and item, with points if they are asked for."""
    lines = []
    for lesson in lessons:
        most = f": {count(lesson['points'], 'point')} at most" if points else ""
        lines.append(f"{lesson['lesson']}{most}")
        width = max(len(item["name"]) for item in lesson["items"])
        for item in lesson["items"]:
            worth = f"  {count(item['points'], 'point')}" if points else ""
            lines.append(f"  {item['name']:<{width}}  {item['kind']:<8}{worth}".rstrip())
    if points and len(lessons) > 1:
        lines.append(f"{count(sum(lesson['points'] for lesson in lessons), 'point')} in {len(lessons)} lessons")
    return "\n".join(lines)


def _lesson(course, name):
    kinds = (
        ("exercise", course.exercises(name)),
        ("question", course.questions(name)),
        ("written", course.written(name)),
    )
    items = [{"name": item.name, "kind": kind, "points": item.points} for kind, several in kinds for item in several]
    return {"lesson": name, "points": sum(item["points"] for item in items), "items": items}
