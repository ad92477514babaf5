"""Exceptions raised in several parts of the package."""


class UnknownNameError(LookupError):
    """No lesson, exercise, question or claim has this name."""


class CannotJudge(Exception):
    """The result of an answer cannot be judged any further; the message is a full sentence that says why."""
