"""What several rooms of the package raise."""


class UnknownNameError(LookupError):
    """There is no lesson, exercise, question or claim of this name."""


class CannotJudge(Exception):
    """What an answer returned cannot be judged any further; the text is a whole sentence that says why."""
