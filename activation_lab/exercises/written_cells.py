"""The cells of an answer in prose: the question, and a marker that begins the answer.

The grader finds them with patterns of its own, in a process that imports nothing (grader/reading/written.py).
"""

from ..shown import count

ASKS = "**Written answer** `{}`"
MARKER = "**{}** —"
HERE = "*Write your answer here.*"


def question_cell(written):
    """Return the text of the cell that asks for an answer in prose: the question, and what it is worth."""
    return f"{ASKS.format(written.name)}: {written.text} ({count(written.points, 'point')})"


def answer_cell(name):
    """Return the text of the cell for the answer, as a learner first sees it."""
    return f"{MARKER.format(name)} {HERE}"
