"""What the tools raise."""


class UserError(Exception):
    """Something the user can put right: shown as a sentence, without a traceback."""
