"""The one place for how figures look: transparent, and readable on a light page, on a dark one, and without color.

On white and on JupyterLab's dark #111111, no single color can have a contrast of more than √18.9 = 4.35 with both.
Text has 4.3 (`INK`); lines have 3 or more; text on a filled box has 4.5 or more.
"""

import matplotlib
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure

INK = "#797979"  # text, axes, outlines
FUNCTION, DERIVATIVE = "#0072B2", "#D97400"
ON_FILL = "white"  # text on a box filled with FUNCTION
FILL = {"facecolor": FUNCTION, "edgecolor": FUNCTION}
OUTLINE = {"facecolor": "none", "edgecolor": INK}
SHADE = FUNCTION, 0.25  # color and opacity of an area on which there is no text

# Two shades that differ from each other by 21 : 1, so that one of them stands out anywhere, on a colored map too.
POINTS = (
    {"marker": "o", "facecolor": "white", "edgecolor": "black", "linewidth": 2},
    {"marker": "X", "facecolor": "black", "edgecolor": "white", "linewidth": 1},
)

# After Okabe and Ito, safe for color-blind readers; each has its own line style and marker. The first is wide and dark:
# the others show on top of it, and it shows in their gaps, in gray too.
WIDE = {"linewidth": 3.8, "markersize": 8.5}
NARROW = {"linewidth": 2.0, "markersize": 6.5}
CURVES = (
    {"color": FUNCTION, "linestyle": "-", "marker": "o", **WIDE},
    {"color": DERIVATIVE, "linestyle": "--", "marker": "s", **NARROW},
    {"color": "#009E73", "linestyle": "-.", "marker": "^", **NARROW},
    {"color": "#CC79A7", "linestyle": ":", "marker": "D", **NARROW},
    {"color": "#7B4FC9", "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v", **NARROW},
    {"color": INK, "linestyle": (0, (1, 3)), "marker": "X", **NARROW},
)
BARS = (
    OUTLINE,
    FILL,
    {"facecolor": DERIVATIVE, "edgecolor": INK, "hatch": ".."},
)
MORE = LinearSegmentedColormap.from_list("more", [(*to_rgb(FUNCTION), alpha) for alpha in (0, 1)])

STYLE = {
    "font.size": 12,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "patch.edgecolor": INK,
    "hatch.color": FUNCTION,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "legend.fontsize": 11,
    "figure.constrained_layout.use": True,
}
DPI = 100
styled = matplotlib.rc_context(STYLE)  # a decorator: applies the style only while a figure is drawn


@styled
def new_figure(rows=1, columns=1, *, size=(7.0, 3.6)):
    """Return a figure and its axes, in the course's style.

    Args:
        rows, columns: the number of rows and columns of axes.
        size: width and height in inches.

    Returns:
        The figure, and its axes as `Figure.subplots` returns them.
    """
    figure = Figure(figsize=size)
    axes = figure.subplots(rows, columns)
    for ax in figure.axes:
        ax.tick_params(colors=INK)  # ticks that are added later, outside the style, too
    return figure, axes
