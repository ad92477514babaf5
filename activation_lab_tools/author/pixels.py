"""How much two PNG images differ."""

import base64
import io
import math

import numpy as np

# Of 255. Redrawn by the same matplotlib, a figure differs by 0; one changed letter in a title gives more than 3.
LIMIT = 0.5


def decode(png):
    """The pixels of a PNG.

    Args:
        png: its bytes, or base64 text as a notebook stores it.

    Returns:
        float array (height, width, 4), red green blue alpha in 0..255. The colors are multiplied by alpha / 255, since
        the color of a nearly transparent pixel is nearly invisible.

    Raises:
        ValueError: it is not a PNG.
    """
    from PIL import Image  # comes with matplotlib

    try:
        data = base64.b64decode(png) if isinstance(png, str) else png
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            pixels = np.array(image.convert("RGBA"), dtype=float)
    except (OSError, ValueError, SyntaxError) as error:  # PIL raises a SyntaxError on a damaged PNG
        raise ValueError(f"not a PNG: {len(png)} characters or bytes that do not decode to an image") from error
    pixels[..., :3] *= pixels[..., 3:] / 255
    return pixels


def rms(first, second):
    """sqrt(mean((first - second)²)) over pixels and channels.

    Args:
        first, second: PNGs, bytes or base64 text.

    Returns:
        float in 0..255; infinity if the sizes differ.

    Raises:
        ValueError: one of them is not a PNG.
    """
    first, second = decode(first), decode(second)
    if first.shape != second.shape:
        return math.inf
    return float(np.sqrt(np.mean((first - second) ** 2)))


def is_blank(png):
    """Return whether all pixels have the same color.

    Raises:
        ValueError: it is not a PNG.
    """
    pixels = decode(png)
    return bool((pixels == pixels[0, 0]).all())


def difference(stored, computed):
    """One sentence on how a redrawn figure differs; None if it does not.

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
