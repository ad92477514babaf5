"""Can figures be read on a light page, on a dark one, and without color, and is their background the page's own?"""

import io
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.image import imread
from matplotlib.text import Text
from test_plots import FIGURES, drawing

from activation_lab.figures import style
from activation_lab.figures.explorer.pictures import resource

PAGES = {"white": "#ffffff", "JupyterLab dark": "#111111", "site dark": "#14181e", "GitHub dark": "#0d1117"}
SITE_STYLE = Path(__file__).parents[2] / "site" / "_static" / "site.css"
MAPS = ("images", "feature_maps", "grids")  # opaque where there are data
# Machado, Oliveira and Fernandes (2009), deuteranopia, on linear RGB
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color):
    """Linear RGB of a color, as WCAG 2.2 defines it."""
    values = np.array(to_rgb(color))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    """WCAG's contrast ratio."""
    low, high = sorted(linear(color) @ XYZ[1] + 0.05 for color in (first, second))
    return high / low


def lab(rgb):
    """CIE L*a*b* of linear RGB."""
    shares = XYZ @ np.clip(rgb, 0, 1) / XYZ.sum(axis=1)
    roots = np.where(shares > 0.008856, np.cbrt(shares), 7.787 * shares + 16 / 116)
    return np.array([116 * roots[1] - 16, 500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])])


def test_contrast_itself():
    """Does the measure give WCAG's own values: 21 for black on white, 4.54 for #767676?"""
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.005)


def test_text_is_as_good_as_one_color_can_be():
    """Is no gray better on JupyterLab's two pages by more than 1%, and does text on a filled box have 4.5?"""
    worst = {level: min(contrast(str(level / 255), page) for page in ("white", "#111111")) for level in range(256)}
    assert min(contrast(style.INK, page) for page in ("white", "#111111")) >= 0.99 * max(worst.values()) >= 4.2
    assert all(contrast(style.INK, page) >= 4 for page in PAGES.values())
    assert contrast(style.ON_FILL, style.FUNCTION) >= 4.5


def test_text_on_the_site():
    """Has text a contrast of 4.5, once the site's style has changed the brightness of figures?"""
    light, dark = map(float, re.findall(r"brightness\(([\d.]+)\)", SITE_STYLE.read_text(encoding="utf-8")))
    for page, factor in ((PAGES["white"], light), (PAGES["site dark"], dark)):
        ink, fill, word = (
            np.clip(np.array(to_rgb(color)) * factor, 0, 1) for color in (style.INK, style.FUNCTION, style.ON_FILL)
        )
        assert contrast(ink, page) >= 4.5 and contrast(word, fill) >= 4.5


def test_the_explorers_still_picture():
    """Where no script runs, has the explorer's picture no paper, and lines that can be seen on every page?"""
    (rule,) = re.findall(r":root\.explorer-picture \{(.*?)\}", resource("explorer.css"), re.DOTALL)
    paper, *colors = re.findall(r"--explorer-\w+: (.*?);", rule)
    assert paper == "transparent" and colors[0] == style.INK
    assert min(contrast(color, page) for color in colors for page in PAGES.values()) >= 3


def colors_of_style():
    """{where: color} of all that is drawn on the page itself; where it is "none", the page shows."""
    named = {"function": style.FUNCTION, "derivative": style.DERIVATIVE, "ink": style.INK}
    named |= {f"curve {number}": look["color"] for number, look in enumerate(style.CURVES, 1)}
    for number, look in enumerate(style.BARS, 1):
        named |= {f"bar {number} {part}": look[part] for part in ("facecolor", "edgecolor")}
    named |= {key: value for key, value in style.STYLE.items() if "color" in key}
    return {where: color for where, color in named.items() if color != "none"}


@pytest.mark.parametrize("page", PAGES)
def test_lines_can_be_seen(page):
    """Does every color of the style have a contrast of 3 or more with the page?"""
    faint = {where: color for where, color in colors_of_style().items() if contrast(color, PAGES[page]) < 3}
    assert faint == {}


@pytest.mark.parametrize("look", style.POINTS)
def test_points_can_be_seen_anywhere(look):
    """Does a point's face or its edge stand out from any gray at all, and the two from each other?"""
    grays = [str(level / 255) for level in range(256)]
    parts = look["facecolor"], look["edgecolor"]
    assert min(max(contrast(part, gray) for part in parts) for gray in grays) >= 4.5
    assert contrast(*parts) >= 7


def test_colors_of_curves_differ():
    """Are any two told apart in deuteranopia (CIE76 of 10 or more), and the first two in gray?"""
    seen = [lab(DEUTERANOPIA @ linear(look["color"])) for look in style.CURVES]
    assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) >= 10
    dark, light = (lab(linear(look["color"]))[0] for look in style.CURVES[:2])
    assert light - dark >= 12


@pytest.mark.parametrize("name", FIGURES)
def test_no_box_around_it(name):
    """Has the PNG an alpha channel, a transparent edge, and little that is nearly white or nearly black?"""
    pixels = imread(io.BytesIO(drawing(name)[1]))
    assert pixels.shape[-1] == 4
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert np.mean(edge[:, 3] == 0) > 0.8
    if name not in MAPS:
        opaque, gray = pixels[..., 3] > 0.5, pixels[..., :3] @ XYZ[1]
        assert np.mean(opaque & (gray > 0.85)) < 0.01
        assert np.mean(opaque & (gray < 0.05)) < 0.01


@pytest.mark.parametrize("name", FIGURES)
def test_words_and_lines_of_a_figure(name):
    """Is each text the style's, or on something opaque, and does each line have a contrast of 3 on all pages?"""
    figure, _ = drawing(name)
    allowed = list(map(to_rgba, (style.INK, "black" if name in MAPS else style.ON_FILL)))
    assert {text.get_text() for text in figure.findobj(Text) if to_rgba(text.get_color()) not in allowed} <= {""}
    for line in (line for axes in figure.axes for line in axes.lines):
        assert min(contrast(line.get_color(), page) for page in PAGES.values()) >= 3
