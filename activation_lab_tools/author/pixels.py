"""How far apart two PNG pictures are."""

import base64
import io
import math

import numpy as np

# Of 255. On one matplotlib a figure drawn again differs by 0; one letter of a title by more than 3.
LIMIT = 0.5


def decode(png):
    """The pixels of a PNG.

    Args:
        png: its bytes, or base64 text as a notebook stores it.

    Returns:
        float array (height, width, 4), red green blue alpha in 0..255.

    Raises:
        ValueError: it is not a picture.
    """
    from PIL import Image  # comes with matplotlib

    try:
        data = base64.b64decode(png) if isinstance(png, str) else png
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            return np.asarray(image.convert("RGBA"), dtype=float)
    except (OSError, ValueError, SyntaxError) as error:  # PIL raises a SyntaxError on a damaged PNG
        raise ValueError(f"no PNG: received {len(png)} characters or bytes that do not decode to a picture") from error


def rms(first, second):
    """sqrt(mean((first - second)²)) over pixels and channels.

    Args:
        first, second: PNGs, bytes or base64 text.

    Returns:
        float in 0..255; infinity where the pictures have different sizes.

    Raises:
        ValueError: one of them is not a picture.
    """
    first, second = decode(first), decode(second)
    if first.shape != second.shape:
        return math.inf
    return float(np.sqrt(np.mean((first - second) ** 2)))


def is_blank(png):
    """Whether every pixel has one and the same colour.

    Raises:
        ValueError: it is not a picture.
    """
    pixels = decode(png)
    return bool((pixels == pixels[0, 0]).all())


def difference(stored, computed):
    """What is wrong with a figure drawn again, in a sentence; None where it is the same.

    Args:
        stored, computed: PNGs, bytes or base64 text.
    """
    try:
        distance = rms(stored, computed)
    except ValueError as error:
        return str(error)
    if distance <= LIMIT:
        return None
    if math.isinf(distance):
        (height, width), (new_height, new_width) = (decode(png).shape[:2] for png in (stored, computed))
        return f"stored {width}×{height} pixels, computed {new_width}×{new_height}"
    return f"pixels differ by {distance:.1f} of 255 (root mean square); expected at most {LIMIT}"
