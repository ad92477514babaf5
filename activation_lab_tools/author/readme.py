"""What README.md shows: the links that `activation-lab publish` writes, and the picture of the two forms.

`python -m activation_lab_tools.author.readme` draws the picture again.
"""

import io
from pathlib import Path

from ..errors import UserError

LINKS = "<!-- links: written by activation-lab publish -->", "<!-- end of links -->"
PICTURE = Path("site/_static/two_forms.png")
DPI = 110


def with_part(readme, lines, text):
    """Return the README's text with this text between the two lines.

    Raises:
        UserError: the lines are not there, once each and in order.
    """
    first, last = lines
    before, *rest = readme.split(f"{first}\n")
    _, *after = "".join(rest).split(f"{last}\n")
    if len(rest) != 1 or len(after) != 1:
        raise UserError(f"README.md: expected the lines {first} and {last}, once each and in this order.")
    return f"{before}{first}\n{text}\n{last}\n{after[0]}"


def two_forms():
    """Return the PNG of one network in both forms, on white, so that it can be read on a dark page too."""
    from activation_lab import diagrams, keras_models

    network = 784, (128, 10), ("relu", "softmax")
    forms = {
        "activation= argument": keras_models.argument_form(*network),
        "activation layer": keras_models.layer_form(*network),
    }
    picture = io.BytesIO()
    diagrams.models(**forms).savefig(picture, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    return picture.getvalue()


if __name__ == "__main__":
    PICTURE.write_bytes(two_forms())
    print(f"wrote {PICTURE}")
