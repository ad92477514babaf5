"""Are images compared by what a reader sees?"""

import base64
import io
import math

import numpy as np
import pytest
from PIL import Image

from activation_lab_tools.author.pixels import LIMIT, decode, difference, is_blank, rms

GRAY = np.full((4, 6, 3), 100, dtype=np.uint8)


def png(pixels, compression=6):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", compress_level=compression)
    return file.getvalue()


def changed(steps, rows=4):
    """GRAY with the red of its first rows brighter by `steps`."""
    pixels = GRAY.copy()
    pixels[:rows, :, 0] += steps
    return png(pixels)


@pytest.mark.parametrize(("steps", "rows", "expected"), [(0, 4, 0), (8, 4, 4), (8, 1, 2), (100, 4, 50)])
def test_rms_is_the_root_mean_square_over_all_channels(steps, rows, expected):
    """Is it sqrt(steps² · share of the rows / 4 channels)?"""
    assert rms(png(GRAY), changed(steps, rows)) == pytest.approx(expected)
    assert rms(changed(steps, rows), png(GRAY)) == pytest.approx(expected)


def test_other_bytes_of_the_same_picture_are_no_difference():
    """Do only the pixels count, and not the compression, or bytes or base64?"""
    packed, loose = png(GRAY, compression=9), png(GRAY, compression=0)
    assert packed != loose
    assert difference(base64.b64encode(packed).decode() + "\n", loose) is None


def translucent(color, alpha):
    return png(np.full((4, 6, 4), (color, color, color, alpha), dtype=np.uint8))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((100, 255), (100, 51), math.sqrt((3 * 80**2 + 204**2) / 4)),  # on black 100 and 20, on white 100 and 224
        ((0, 1), (255, 1), math.sqrt(3 / 4)),  # of a color that nearly nothing covers, as little is seen
        ((0, 0), (255, 0), 0),
    ],
)
def test_a_color_counts_as_much_as_it_covers(one, other, expected):
    """Is transparency a difference, and a color that can't be seen none?"""
    assert rms(translucent(*one), translucent(*other)) == pytest.approx(expected)


def test_pictures_of_different_sizes_are_infinitely_far_apart():
    """Is a different size reported with both sizes, width first?"""
    tall = png(np.full((5, 6, 3), 100, dtype=np.uint8))
    assert rms(png(GRAY), tall) == math.inf
    assert difference(png(GRAY), tall) == "stored 6×4 pixels, computed 6×5"


def test_the_limit_lies_between_noise_and_a_visible_change():
    """Does one step of one color in one row pass, and two steps everywhere fail?"""
    assert rms(png(GRAY), changed(1, rows=1)) < LIMIT
    assert difference(png(GRAY), changed(1, rows=1)) is None
    assert "differ by 1.0 of 255" in difference(png(GRAY), changed(2))


def test_one_pixel_of_another_color_is_not_blank():
    """Is only an image of a single color blank?"""
    dot = GRAY.copy()
    dot[3, 5, 2] = 101
    assert is_blank(png(GRAY)) and not is_blank(png(dot))


DAMAGED = {
    "no text": "",
    "no base64": "%",
    "other base64": "none",
    "no bytes": b"",
    "a GIF": b"GIF89a",
    "its head": png(GRAY)[:40],
    "cut in its pixels": png(GRAY)[:-30],
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_picture_is_a_clear_error(damaged):
    """Is data that does not decode reported as not a PNG, wherever the damage is?"""
    with pytest.raises(ValueError, match="not a PNG"):
        decode(damaged)
    assert "not a PNG" in difference(damaged, png(GRAY))
