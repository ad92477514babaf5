"""What authors and instructors use; learners never need it."""


class UserError(Exception):
    """Something the user can put right: shown as a sentence, without a traceback."""
