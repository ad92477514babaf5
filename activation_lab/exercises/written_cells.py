"""The cells of an answer in prose: the question, and a marker that begins the answer.

The grader finds them with patterns of its own, in a process that imports nothing (grader/reading/written.py).
"""

ASKS = "**Written answer** `{}`"
MARKER = "**{}** —"
HERE = "*Write your answer here.*"


def question_cell(written):
    """Return the text of the cell that asks for an answer in prose: the question, and what it is worth."""
    points = f"{written.points} point{'' if written.points == 1 else 's'}"
    return f"{ASKS.format(written.name)}: {written.text} ({points})"


def answer_cell(name):
    """Return the text of the cell for the answer, as a learner first sees it."""
    return f"{MARKER.format(name)} {HERE}"
