"""The explorer's pictures as SVG: still images, whose parts explorer.js then moves.

The script finds moving parts by a class (curve, slope, tangent, point) or an attribute (data-tick, data-name,
data-show). Non-ASCII characters are written as numeric references, since JavaScript's atob returns bytes, not text.
"""

import html
from functools import cache
from importlib.resources import files

import numpy as np

from ...by_hand.activations import ACTIVATIONS

HALF = 160  # pixels from the center of a curve's window to its edge
REACHES = (4, 12)  # units from the center to the edge: the first one that shows z is used; z is at most 3·3 + 3


def shown(value, decimals=3):
    """Return a number as text: fixed decimals, a real minus sign, and no negative zero."""
    text = f"{abs(value):.{decimals}f}"
    return ("−" if value < 0 and float(text) else "") + text


@cache
def resource(name):
    """Return the text of a file in this folder."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def curves(name, z, a, slope):
    """Draw the activation's curve, its slope and the tangent at z, on equal scales: a slope of 1 rises at 45 degrees.

    Args:
        name: the name of an element-wise activation.
        z, a, slope: the unit's point on the curve, and the slope there.

    Returns:
        SVG, as a string.
    """
    reach = next(reach for reach in REACHES if abs(z) <= reach)
    unit = HALF / reach
    value, backward = ACTIVATIONS[name]
    x, y, run = z * unit, -a * unit, 0.3 * HALF
    ticks = "".join(
        f'<text data-tick="{share}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{shown(share * reach, 0)}</text>'
        for share in (-1, -0.5, 0, 0.5, 1)
        for x, y, anchor in ((HALF * share, 188, "middle"), (-177, 4 - HALF * share, "end"))
    )
    # The lower right is free: for z > 0, no activation and no slope is negative.
    key = "".join(
        f'<path class="{kind}" d="M14 {height - 4}h32"/><text x="54" y="{height}">{text}</text>'
        for kind, height, text in (
            ("curve key", 60, f"a = <tspan data-name=''>{name}</tspan>(z)"),
            ("slope key", 84, "its slope"),
            ("tangent key", 108, "tangent at z"),
        )
    )
    return _svg(
        "-204 -176 384 370",
        "The activation's curve, solid; its slope, dashed; the tangent at z, dotted.",
        f"""{ticks}
<svg x="-172" y="-172" width="344" height="344" viewBox="-172 -172 344 344">
<path class="axis" d="M-172 0H172M0 -172V172"/><text x="158" y="-6">z</text><text x="6" y="-160">a</text>
<path class="curve" d="{_path(value, unit)}"/>
<path class="slope" d="{_path(lambda z: backward(np.ones_like(z), z), unit)}"/>
<path class="tangent" d="M{x - run:g} {y + slope * run:g}L{x + run:g} {y - slope * run:g}"/>
<circle class="point" cx="{x:g}" cy="{y:g}" r="6"/>
{key}
</svg><rect x="-172" y="-172" width="344" height="344"/>""",
    )


def form(kind, name, flowing):
    """Draw one form of a dense unit with an activation: boxes, with the numbers that flow down and back up.

    Args:
        kind: "argument form", one box, or "layer form", two boxes.
        name: the name of the activation.
        flowing: the numbers, by name: x, kernel, bias, z, a, da, dz, dx, dkernel, dbias.

    Returns:
        SVG, as a string; the numbers are in the same places in both forms.
    """
    name = f"<tspan data-name=''>{name}</tspan>"
    if kind == "argument form":
        boxes = ((60, 268, f'Dense(1, activation="{name}")'),)
        then = '<text x="160" y="224" text-anchor="middle">then, in the same box</text>'
    else:
        boxes = ((60, 156, "Dense(1)"), (200, 268, f'Activation("{name}")'))
        then = ""
    drawn = "".join(
        f'<rect x="6" y="{top}" width="308" height="{bottom - top}" rx="8"/>'
        f'<text class="title" x="160" y="{top + 24}" text-anchor="middle">{title}</text>'
        for top, bottom, title in boxes
    )
    flows = "".join(
        _arrow("forward", 30, top, bottom) + _arrow("backward", 290, bottom, top)
        for top, bottom in ((24, 58), (158, 198), (270, 304))
    )
    places = {"x": 46, "kernel": 114, "bias": 138, "z": 183, "a": 292}
    places_back = {"dx": 46, "dkernel": 114, "dbias": 138, "dz": 183, "da": 292}
    numbers = "".join(
        f'<text data-show="{key}" x="{x}" y="{y}" text-anchor="{anchor}">{key} = {shown(flowing[key])}</text>'
        for x, anchor, column in ((44, "start", places), (276, "end", places_back))
        for key, y in column.items()
    )
    return _svg(
        "0 0 320 308",
        f"{kind}: numbers flow down through {'two boxes' if len(boxes) == 2 else 'one box'}, gradients back up.",
        f"""<text class="form" x="160" y="14" text-anchor="middle">{kind}</text>{drawn}{then}{flows}{numbers}
<text x="160" y="254" text-anchor="middle">a = {name}(z)</text>""",
    )


def _path(function, unit):
    """A line through the function's values, two pixels apart, interrupted at jumps."""
    x = np.arange(-HALF, HALF + 1, 2)
    values = function(x / unit)
    jumps = np.abs(np.diff(values, prepend=np.inf)) > 0.3
    heights = -values * unit + 0.0
    return "".join(f"{'LM'[jump]}{a} {b:.2f}" for jump, a, b in zip(jumps.astype(int), x, heights, strict=True))


def _arrow(kind, x, start, end):
    """An arrow straight down or up."""
    back = 9 if start < end else -9
    return (
        f'<path class="{kind}" d="M{x} {start}V{end - back}"/>'
        f'<path class="{kind} head" d="M{x - 6} {end - back}L{x} {end}L{x + 6} {end - back}"/>'
    )


def _svg(box, label, content):
    """A complete picture, including its style."""
    width, height = box.split()[2:]
    return f"""<svg xmlns="http://www.w3.org/2000/svg" class="explorer-picture" role="img" aria-label="{label}" \
width="{width}" height="{height}" viewBox="{box}">
<style>{html.escape(resource("explorer.css"), quote=False)}</style>
{content}
</svg>"""
