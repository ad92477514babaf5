"""Are pictures compared by what one sees?"""

import base64
import io
import math

import numpy as np
import pytest
from PIL import Image

from activation_lab_tools.author.pixels import LIMIT, decode, difference, is_blank, rms

GREY = np.full((4, 6, 3), 100, dtype=np.uint8)


def png(pixels, compression=6):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", compress_level=compression)
    return file.getvalue()


def changed(steps, rows=4):
    """GREY with the red of its first rows brighter by `steps`."""
    pixels = GREY.copy()
    pixels[:rows, :, 0] += steps
    return png(pixels)


@pytest.mark.parametrize(("steps", "rows", "expected"), [(0, 4, 0), (8, 4, 4), (8, 1, 2), (100, 4, 50)])
def test_rms_is_the_root_mean_square_over_all_channels(steps, rows, expected):
    """Is it sqrt(steps² · share of the rows / 4 channels)?"""
    assert rms(png(GREY), changed(steps, rows)) == pytest.approx(expected)
    assert rms(changed(steps, rows), png(GREY)) == pytest.approx(expected)


def test_other_bytes_of_the_same_picture_are_no_difference():
    """Does only the picture count, and not how it is packed, as bytes or as a notebook's base64?"""
    packed, loose = png(GREY, compression=9), png(GREY, compression=0)
    assert packed != loose
    assert difference(base64.b64encode(packed).decode() + "\n", loose) is None


def test_transparency_counts():
    """Is a picture that turned half transparent another one?"""
    opaque = np.dstack([GREY, np.full(GREY.shape[:2], 255, np.uint8)])
    faint = np.dstack([GREY, np.full(GREY.shape[:2], 127, np.uint8)])
    assert rms(png(opaque), png(faint)) == pytest.approx(64)


def test_pictures_of_different_sizes_are_infinitely_far_apart():
    """Is a change of size reported with both sizes, width first?"""
    tall = png(np.full((5, 6, 3), 100, dtype=np.uint8))
    assert rms(png(GREY), tall) == math.inf
    assert difference(png(GREY), tall) == "stored 6×4 pixels, computed 6×5"


def test_the_limit_lies_between_noise_and_a_change_that_one_sees():
    """Does one step of one colour in one row pass, and two steps everywhere not?"""
    assert rms(png(GREY), changed(1, rows=1)) < LIMIT
    assert difference(png(GREY), changed(1, rows=1)) is None
    assert "differ by 1.0 of 255" in difference(png(GREY), changed(2))


def test_one_pixel_of_another_colour_is_not_blank():
    """Is only a picture of one single colour blank?"""
    dot = GREY.copy()
    dot[3, 5, 2] = 101
    assert is_blank(png(GREY)) and not is_blank(png(dot))


DAMAGED = {
    "no text": "",
    "no base64": "%",
    "other base64": "none",
    "no bytes": b"",
    "a GIF": b"GIF89a",
    "its head": png(GREY)[:40],
    "cut in its pixels": png(GREY)[:-30],
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_picture_is_a_clear_error(damaged):
    """Is what does not decode called no PNG, wherever it is damaged?"""
    with pytest.raises(ValueError, match="not a PNG"):
        decode(damaged)
    assert "not a PNG" in difference(damaged, png(GREY))
