"""The parts of README.md that commands write, each between two comment lines of its own."""

from ..errors import UserError

CLAIMS = "<!-- claims: written by activation-lab claims --readme -->", "<!-- end of claims -->"
LINKS = "<!-- links: written by activation-lab publish -->", "<!-- end of links -->"


def with_part(readme, lines, text):
    """The README's text with this one between the two lines.

    Raises:
        UserError: the lines are not there, once each and in order.
    """
    first, last = lines
    before, *rest = readme.split(f"{first}\n")
    _, *after = "".join(rest).split(f"{last}\n")
    if len(rest) != 1 or len(after) != 1:
        raise UserError(f"README.md: expected the lines {first} and {last}, once each and in this order.")
    return f"{before}{first}\n{text}\n{last}\n{after[0]}"
