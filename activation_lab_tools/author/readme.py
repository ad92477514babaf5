"""The part of README.md that a command writes, between two comment lines."""

from ..errors import UserError

CLAIMS = "<!-- claims: written by activation-lab claims --readme -->", "<!-- end of claims -->"


def with_part(readme, lines, text):
    """Return the README with `text` between the two lines.

    Raises:
        UserError: the two lines are not there, once each and in this order.
    """
    first, last = lines
    before, *rest = readme.split(f"{first}\n")
    _, *after = "".join(rest).split(f"{last}\n")
    if len(rest) != 1 or len(after) != 1:
        raise UserError(f"README.md: expected the lines {first} and {last}, once each and in this order.")
    return f"{before}{first}\n{text}\n{last}\n{after[0]}"
