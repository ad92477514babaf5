"""Where a lesson stands in the course, its points and minutes: lines below its title, and two cells at its end."""

import re

from nbformat import v4

from activation_lab import exercises
from activation_lab.shown import count

LINE = re.compile(r"(?m)^\*Lesson \d+ of \d+ · .*\*\n\n")
POINTS, NEXT = "points", "what-next"  # ids of the cells at the end
AFTER = re.compile(r"After this lesson you can (.+?)\.(?=\s|$)", re.DOTALL)
MINUTES = re.compile(r"\*\*\d+ minutes")
SHORT = ("lab.predict(", "lab.answer(", "lab.check(", "lab.points(")  # cells that hold nothing to read
WORDS, LINES, PREDICTION, QUESTION, POINT, STEP = 150, 8, 1, 1, 6, 5  # README.md states them below its table


def with_signposts(cells, lesson):
    """The cells of a solution with its signposts written anew: links hold in solutions/ and in lessons/ alike."""
    title, *rest = (cell for cell in cells if cell.get("id") not in (POINTS, NEXT))
    head, _, text = without_line(title.source).partition("\n\n")
    title.source = f"{head}\n\n{_line(lesson)}\n\n{text}"
    return [
        title,
        *rest,
        v4.new_code_cell(f'lab.points("{lesson}")', id=POINTS),
        v4.new_markdown_cell(_next(lesson, title.source), id=NEXT),
    ]


def without_line(source):
    """The title's text without the line of links."""
    return LINE.sub("", source)


def minutes(cells, lesson):
    """words / 150 + lines of code / 8 + 1 for each prediction and question + 6 for each point of an exercise.

    To the nearest 5. Running the cells isn't in it: that takes less than a minute.

    Args:
        cells: the lesson's, as a learner first sees them: without answers; code that is folded away doesn't count.
        lesson: its name.
    """
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    code = [cell for cell in cells if cell.cell_type == "code" and not cell.metadata.get("jupyter")]
    read = [cell.source for cell in code if not any(call in cell.source for call in SHORT)]
    words = sum(len(re.findall(r"\w[^\s|]*", text)) for text in prose)
    lines = sum(bool(line.strip()) for source in read for line in source.splitlines())
    predictions = sum(cell.source.count("lab.predict(") for cell in code)
    questions = len(exercises.questions_of_lesson(lesson))
    points = sum(exercise.points for exercise in exercises.of_lesson(lesson))
    total = words / WORDS + lines / LINES + predictions * PREDICTION + questions * QUESTION + points * POINT
    return max(STEP, STEP * round(total / STEP))


def with_minutes(title, number):
    """The title's text with this number of minutes."""
    return MINUTES.sub(f"**{number} minutes", title, count=1)


def readme_with_minutes(text, lesson, number):
    """README.md with this number of minutes in the lesson's row, if it has one."""
    row = re.compile(rf"(?m)^(\| \[{lesson[:2]} [^]]+\]\[{lesson[:2]}\] \| )\d+(?= \|)")
    return row.sub(rf"\g<1>{number}", text)


def _line(lesson):
    before, after = _neighbors(lesson)
    kinds = exercises.of_lesson, exercises.questions_of_lesson, exercises.written_of_lesson
    worth = sum(item.points for items_of in kinds for item in items_of(lesson))
    parts = [f"*Lesson {int(lesson[:2])} of {len(exercises.lessons())}", count(worth, "point")]
    parts += [f"back: {_link(before)}"] if before else []
    parts += [f"next: {_link(after)}"] if after else []
    return " · ".join([*parts, "[all lessons](../README.md)*"])


def _next(lesson, title):
    _, after = _neighbors(lesson)
    can = AFTER.search(title)
    lines = [f"- Next: lesson {_link(after)}"] if after else ["- This was the last lesson."]
    lines += [
        "- [Which form, when](../lessons/which_form_when.md): the table of this course on one page",
        "- [Glossary](../lessons/glossary.md): every term, where it was introduced",
        f"- [This lesson with answers and outputs](../solutions/{lesson}.ipynb)",
    ]
    return "\n".join([f"**You can now** {can[1]}.\n" if can else "**Where to go from here**\n", *lines])


def _neighbors(lesson):
    lessons = exercises.lessons()
    place = lessons.index(lesson)
    return lessons[place - 1] if place else None, lessons[place + 1] if place + 1 < len(lessons) else None


def _link(lesson):
    number, title = lesson.split("_", 1)
    return f"[{int(number)} · {title.replace('_', ' ')}]({lesson}.ipynb)"
