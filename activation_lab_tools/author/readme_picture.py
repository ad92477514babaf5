"""The picture of the two forms in README.md; `python -m activation_lab_tools.author.readme_picture` draws it again."""

import io
from pathlib import Path

PICTURE = Path("site/_static/two_forms.png")
DPI = 110


def two_forms():
    """The PNG of one network in both forms; like every figure, it can be read on a light page and on a dark one."""
    from activation_lab import diagrams, keras_models

    network = 784, (128, 10), ("relu", "softmax")
    forms = {
        "activation= argument": keras_models.argument_form(*network),
        "activation layer": keras_models.layer_form(*network),
    }
    picture = io.BytesIO()
    diagrams.models(**forms).savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    return picture.getvalue()


if __name__ == "__main__":
    PICTURE.write_bytes(two_forms())
    print(f"wrote {PICTURE}")
