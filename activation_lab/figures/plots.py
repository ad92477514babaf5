"""The figures that the lessons draw, readable without color."""

import base64
import io

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, Rectangle

from ..by_hand.activations import get_activation

FUNCTION, DERIVATIVE = "#0072B2", "#B34700"
# Okabe and Ito's colors, safe for color-blind readers; each has its own line style and marker.
# In gray, the first two are the same shade, so the first is wide: the others show on top of it through white gaps.
WIDE = {"linewidth": 3.4, "markersize": 8.5}
NARROW = {"linewidth": 2.0, "gapcolor": "white", "markersize": 6.5, "markeredgecolor": "white", "markeredgewidth": 0.7}
CURVES = (
    {"color": "#0072B2", "linestyle": "-", "marker": "o", **WIDE},
    {"color": "#B34700", "linestyle": "--", "marker": "s", **NARROW},
    {"color": "#009E73", "linestyle": "-.", "marker": "^", **NARROW},
    {"color": "#CC79A7", "linestyle": ":", "marker": "D", **NARROW},
    {"color": "#56B4E9", "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v", **NARROW},
    {"color": "#000000", "linestyle": (0, (1, 3)), "marker": "X", **NARROW},
)
BARS = (
    {"color": "white"},
    {"color": "#56B4E9", "hatch": "//"},
    {"color": "#B34700", "hatch": ".."},
)
STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "lines.linewidth": 2.2,
    "legend.frameon": False,
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
    return figure, figure.subplots(rows, columns)


def show(figure, *, alt):
    """Show a figure; store a description in the notebook for readers who cannot see it.

    Args:
        figure: a matplotlib Figure.
        alt: what the figure shows, in words.

    Raises:
        ValueError: alt is empty.
    """
    from IPython.display import display

    if not alt.strip():
        raise ValueError("plots.show: alt is empty; expected a sentence that describes the figure.")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    data = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": f"Figure: {alt}"}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)


@styled
def dense_layer(features, units):
    """Draw a dense layer as dots and lines: one line per entry of the kernel, one arrow per bias."""
    figure, axes = new_figure(size=(5.6, 3.4))
    x_rows, z_rows = (_spread(count) for count in (features, units))
    for row in x_rows:
        for target in z_rows:
            axes.plot([0, 1], [row, target], color="#555555", linewidth=1.2, zorder=1)
    for name, place, rows, color in (("x", 0, x_rows, "white"), ("z", 1, z_rows, "#CFE5F2")):
        axes.scatter([place] * len(rows), rows, s=620, color=color, edgecolor="black", zorder=2)
        for number, row in enumerate(rows):
            axes.text(place, row, f"{name}[{number}]", ha="center", va="center", fontsize=10)
    for number, row in enumerate(z_rows):
        axes.annotate(
            f"bias[{number}]",
            (1.05, row),
            (1.3, row),
            va="center",
            arrowprops={"arrowstyle": "->", "color": DERIVATIVE},
            color=DERIVATIVE,
        )
    axes.text(0.5, 1.12, "kernel: one number per line", ha="center", va="bottom")
    axes.set(xlim=(-0.2, 1.65), ylim=(-1.15, 1.3))
    axes.axis("off")
    return figure


def labeled_points(axes, points, labels, *, legend=True):
    """Draw points in the plane: class 0 as open circles, class 1 as crosses."""
    points, labels = np.asarray(points), np.asarray(labels)
    markers = {"marker": "o", "facecolor": "white", "edgecolor": "black"}, {"marker": "X", "color": "black"}
    for label, options in enumerate(markers):
        axes.scatter(*points[labels == label].T, s=160, linewidth=2, zorder=3, label=f"target: {label}", **options)
    axes.set(xlabel="x[0]", ylabel="x[1]", aspect="equal")
    axes.set(xlim=(-0.4, 1.4), ylim=(-0.4, 1.4), xticks=[0, 1], yticks=[0, 1])
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1))


@styled
def xor_lines(points, labels, lines):
    """Draw points of two classes once per line ((across, up), offset), and shade where the line's output is 1.

    The line is across·x[0] + up·x[1] = offset; on its shaded side, the left-hand side is larger.
    """
    figure, axes = new_figure(1, len(lines), size=(2.5 * len(lines), 3.1))
    points, labels = np.asarray(points), np.asarray(labels)
    ticks = np.array([-0.4, 1.4])
    for ((across, up), offset), ax in zip(lines, np.atleast_1d(axes).flat, strict=True):
        heights = across * ticks + up * ticks[:, np.newaxis] - offset
        ax.contourf(ticks, ticks, heights, levels=[0, np.inf], colors=["#CFE5F2"], hatches=["//"])
        ax.contour(ticks, ticks, heights, levels=[0], colors=FUNCTION, linewidths=2.2)
        right = np.sum((points @ np.array([across, up]) > offset) == labels)
        labeled_points(ax, points, labels, legend=False)
        ax.set(title=f"{right} of {len(labels)} right")
    figure.legend(
        handles=[
            *np.atleast_1d(axes).flat[0].get_legend_handles_labels()[0],
            Patch(facecolor="#CFE5F2", hatch="//", label="output: 1"),
        ],
        loc="outside lower center",
        ncols=3,
    )
    return figure


@styled
def decision_map(function, points, labels):
    """Draw the output of `function((n, 2) array) -> (n,) array` over the plane in shades of blue, with the points."""
    figure, axes = new_figure(size=(6.4, 3.8))
    ticks = np.linspace(-0.4, 1.4, 181)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    values = function(grid.reshape(-1, 2)).reshape(len(ticks), len(ticks))
    levels = np.arange(np.floor(values.min() * 4) / 4, np.ceil(values.max() * 4) / 4 + 0.25, 0.25)
    filled = axes.contourf(ticks, ticks, values, levels=levels, cmap="Blues", vmax=levels[-1] + 0.6 * np.ptp(levels))
    axes.contour(ticks, ticks, values, levels=[0.5], colors="black", linestyles="--", linewidths=2)
    axes.plot([], [], color="black", linestyle="--", label="output = 0.5")
    labeled_points(axes, points, labels, legend=False)
    figure.colorbar(filled, ax=axes, label="output", ticks=levels[::2])
    figure.legend(loc="outside right upper")
    return figure


@styled
def activations(*names, slopes=False, low=-4.0, high=4.0):
    """Draw the curves of activations, each in its own axes; with `slopes`, also its derivative, dashed.

    Args:
        names: anything that `get_activation` accepts; element-wise functions only.
        slopes: whether to draw the derivatives too.
        low, high: the range of z.
    """
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure, axes = new_figure(rows, columns, size=(2.7 * columns, 2.4 * rows + 0.2))
    z = np.linspace(low, high, 401)
    for ax in np.atleast_1d(axes).flat[len(names) :]:
        ax.remove()
    for name, ax in zip(names, np.atleast_1d(axes).flat, strict=False):
        pair = get_activation(name)
        ax.axhline(0, color="#AAAAAA", linewidth=0.8)
        ax.axvline(0, color="#AAAAAA", linewidth=0.8)
        ax.plot(z, pair.forward(z), color=FUNCTION, linewidth=WIDE["linewidth"] if slopes else None, label="value")
        if slopes:
            slope = pair.backward(np.ones_like(z), z)
            slope[np.abs(np.gradient(slope)) > 0.2] = np.nan  # do not draw a line at a jump
            narrow = {"linestyle": "--", "linewidth": NARROW["linewidth"], "gapcolor": NARROW["gapcolor"]}
            ax.plot(z, slope, color=DERIVATIVE, label="slope", **narrow)
        # the same scales for all, so that slopes can be compared
        ax.set(title=pair.forward.__name__, xlabel="z", xlim=(low, high), ylim=(-1.1, 2.1 if slopes else high))
    if slopes:
        np.atleast_1d(axes).flat[0].legend(loc="upper left", fontsize=9)
    return figure


@styled
def grids(*, across="input", down="output", decimals=2, **arrays):
    """Draw matrices side by side, with entries as numbers; orange is positive, purple negative, darker is larger.

    Args:
        across, down: labels for the columns and the rows.
        decimals: the number of decimals of the entries.
        arrays: title=2-D array; underscores in a title become spaces.
    """
    figure, axes = new_figure(1, len(arrays), size=(3.4 * len(arrays), 3.2))
    for (title, array), ax in zip(arrays.items(), np.atleast_1d(axes).flat, strict=True):
        array = np.asarray(array, dtype=float)
        limit = 1.8 * np.abs(array).max()
        ax.imshow(array, cmap="PuOr_r", vmin=-limit, vmax=limit)
        for (row, column), value in np.ndenumerate(array):
            ax.text(column, row, f"{value + 0.0:.{decimals}f}".replace("-", "−"), ha="center", va="center")
        ax.hlines(np.arange(1, len(array)) - 0.5, -0.5, array.shape[1] - 0.5, color="#777777", linewidth=0.8)
        ax.vlines(np.arange(1, array.shape[1]) - 0.5, -0.5, len(array) - 0.5, color="#777777", linewidth=0.8)
        ax.set(title=title.replace("_", " "), xticks=range(array.shape[1]), yticks=range(array.shape[0]))
        ax.set(xlabel=across, ylabel=down)
    return figure


@styled
def bars(labels, *, ylabel, **series):
    """Draw bars side by side, one group per label; the series differ in color and hatching.

    Args:
        labels: the labels under the groups.
        ylabel: the label of the axis.
        series: name=values, one number per label; underscores in a name become spaces.
    """
    if len(series) > len(BARS):
        raise ValueError(f"plots.bars: received {len(series)} series; expected at most {len(BARS)} distinct ones.")
    figure, axes = new_figure(size=(6.4, 3.2))
    width = 0.8 / len(series)
    for number, (name, values) in enumerate(series.items()):
        places = np.arange(len(labels)) + (number - (len(series) - 1) / 2) * width
        axes.bar(places, values, width, label=name.replace("_", " "), edgecolor="black", **BARS[number])
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylabel(ylabel)
    axes.legend()
    return figure


@styled
def lines(x, *, xlabel, ylabel, log=False, **series):
    """Draw curves over a common x, each with its own color, line style and marker.

    Args:
        x: the values that the curves share.
        xlabel, ylabel: the labels of the axes.
        log: whether both axes are logarithmic.
        series: name=values; underscores in a name become spaces.
    """
    if len(series) > len(CURVES):
        raise ValueError(f"plots.lines: received {len(series)} curves; expected at most {len(CURVES)} distinct ones.")
    figure, axes = new_figure(size=(6.4, 3.4))
    for (name, values), style in zip(series.items(), CURVES, strict=False):
        axes.plot(x, values, label=name.replace("_", " "), **style)
    if log:
        axes.set(xscale="log", yscale="log")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if len(series) > 1:
        axes.legend(handlelength=3)
    return figure


@styled
def secant(function, at, step, low, high):
    """Draw a curve and a central difference at one point: two points of the curve and the line through them."""
    figure, axes = new_figure(size=(5.6, 3.2))
    z = np.linspace(low, high, 401)
    ends = np.array([at - step, at + step])
    values = function(ends)
    slope = (values[1] - values[0]) / (2 * step)
    axes.plot(z, function(z), color=FUNCTION, label="the function")
    axes.plot(z, values.mean() + slope * (z - at), color=DERIVATIVE, linestyle="--", label="line through two points")
    axes.scatter(ends, values, s=70, color=DERIVATIVE, zorder=3)
    axes.set(xlabel="z", ylabel="value", xlim=(low, high), ylim=(min(function(z).min(), -0.6), function(z).max()))
    axes.legend()
    return figure


@styled
def images(pictures, titles):
    """Draw gray images, five to a row, each with its title."""
    rows = -(-len(pictures) // 5)
    figure, axes = new_figure(rows, 5, size=(6.8, 1.6 * rows))
    for ax in axes.flat:
        ax.axis("off")
    for picture, title, ax in zip(pictures, titles, axes.flat, strict=False):
        ax.imshow(picture, cmap="gray_r", vmin=0, vmax=np.max(pictures))
        ax.set_title(title, fontsize=10)
    return figure


@styled
def feature_maps(columns, **rows):
    """Draw maps in a grid; each row has one gray scale, where light is large, and a color bar with its values.

    Args:
        columns: a title for each column.
        rows: title=list of 2-D arrays, one per column; underscores in a title become spaces.
    """
    figure, axes = new_figure(len(rows), len(columns), size=(1.75 * len(columns) + 0.9, 1.75 * len(rows) + 0.3))
    for line, (title, maps) in zip(axes, rows.items(), strict=True):
        for ax, values in zip(line, maps, strict=True):
            shades = ax.imshow(values, cmap="gray", vmin=np.min(maps), vmax=np.max(maps))
            ax.set(xticks=[], yticks=[])
        line[0].set_ylabel(title.replace("_", " "))
        figure.colorbar(shades, ax=line, fraction=0.03, pad=0.01)
    for ax, title in zip(axes[0], columns, strict=True):
        ax.set_title(title, fontsize=11)
    return figure


@styled
def sliding_window(size, window, **panels):
    """Draw where a window is placed on an image: the first two places, and a dot in the middle of every place.

    Args:
        size, window: (rows, columns) of the image and of the window.
        panels: title=(stride, padding), with padding "valid" or "same"; underscores in a title become spaces.
    """
    figure, axes = new_figure(1, len(panels), size=(1.75 * len(panels), 2.3))
    for (title, (stride, padding)), ax in zip(panels.items(), np.atleast_1d(axes).flat, strict=True):
        down, across = (_starts(*lengths, stride, padding) for lengths in zip(size, window, strict=True))
        rows = range(min(down[0], 0), max(down[-1] + window[0], size[0]))
        columns = range(min(across[0], 0), max(across[-1] + window[1], size[1]))
        for column in columns:
            for row in rows:
                outside = not (0 <= row < size[0] and 0 <= column < size[1])
                ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor="#999999", linewidth=0.8))
                ax.text(column + 0.5, row + 0.5, "0" if outside else "", color="#777777", ha="center", va="center")
        for place, style in zip(across, CURVES[:2], strict=False):
            edge = {"edgecolor": style["color"], "linestyle": style["linestyle"], "linewidth": style["linewidth"]}
            ax.add_patch(Rectangle((place, down[0]), window[1], window[0], fill=False, zorder=2, **edge))
        dots = [(x + window[1] / 2, y + window[0] / 2) for y in down for x in across]
        ax.scatter(*zip(*dots, strict=True), color="black", s=28, zorder=3)
        ax.set(title=f"{title.replace('_', ' ')}\n{len(down)}×{len(across)} places", aspect="equal")
        ax.set(xlim=(-1.2, size[1] + 1.2), ylim=(size[0] + 1.2, -1.2))
        ax.axis("off")
    return figure


def _starts(length, window, stride, padding):
    """Where the window begins, along one axis; below 0 it stands on zeros."""
    if padding == "valid":
        return range(0, length - window + 1, stride)
    count = -(-length // stride)
    zeros = max((count - 1) * stride + window - length, 0)
    return range(-(zeros // 2), (count - 1) * stride - zeros // 2 + 1, stride)


@styled
def chains(*, leftward=(), **rows):
    """Draw chains of boxes joined by arrows, one chain per row: what flows through a model.

    Args:
        leftward: titles of the rows whose arrows point left.
        rows: title=list of texts, one per box; underscores in a title become spaces.
    """
    longest = max(map(len, rows.values()))
    figure, axes = new_figure(size=(2.1 * longest + 0.4, 1.35 * len(rows)))
    box = {"boxstyle": "round,pad=0.05", "facecolor": "white", "edgecolor": "black"}
    for row, (title, texts) in enumerate(rows.items()):
        height = -1.5 * row
        axes.text(-0.95, height + 0.5, title.replace("_", " "), fontweight="bold", va="bottom")
        for column, text in enumerate(texts):
            center = 2.3 * column
            axes.add_patch(FancyBboxPatch((center - 0.9, height - 0.35), 1.8, 0.7, **box))
            axes.text(center, height, text, ha="center", va="center", fontsize=10)
            if column:
                arrow = "<-" if title in leftward else "->"
                ends = (center - 0.95, height), (center - 1.35, height)
                axes.annotate("", *ends, arrowprops={"arrowstyle": arrow})
    axes.set(xlim=(-1.1, 2.3 * longest - 1.1), ylim=(-1.5 * len(rows) + 0.8, 1.0))
    axes.axis("off")
    return figure


@styled
def shapes(**rows):
    """Draw arrays as tables of empty cells, in proportion to their shapes, each with its name and its shape.

    Args:
        rows: title=list of (name, shape) for an array and of texts for what is between; underscores in a title become
            spaces. A shape has one or two axes.
    """
    figure, axes = new_figure(size=(7.4, 1.75 * len(rows)))
    widest = 0
    for row, (title, parts) in enumerate(rows.items()):
        top, x = -5.2 * row, 0.0
        axes.text(0, top + 0.9, title.replace("_", " "), fontweight="bold", va="bottom")
        for part in parts:
            if isinstance(part, str):
                axes.text(x + 0.3, top - 1.5, part, ha="center", va="center", fontsize=14)
                x += 1.4
                continue
            name, shape = part
            down, across = shape if len(shape) == 2 else (1, *shape)
            for cell in np.ndindex(down, across):
                corner = x + cell[1], top - 1.5 + down / 2 - cell[0] - 1
                axes.add_patch(Rectangle(corner, 1, 1, facecolor="#CFE5F2", edgecolor="black"))
            axes.text(x + across / 2, top - 1.4 + down / 2, name, ha="center", va="bottom")
            axes.text(x + across / 2, top - 1.7 - down / 2, str(shape), ha="center", va="top", fontsize=9)
            x += across + 1.0
        widest = max(widest, x)
    axes.set(xlim=(-0.5, widest), ylim=(5.2 * (1 - len(rows)) - 4.0, 2.0), aspect="equal")
    axes.axis("off")
    return figure


@styled
def histograms(*, xlabel, **series):
    """Draw histograms of shares, each in its own axes, on the first one's scale; taller bars are cut and labeled.

    Args:
        xlabel: the label of the axis.
        series: name=array; underscores in a name become spaces.
    """
    figure, axes = new_figure(len(series), 1, size=(6.4, 1.9 * len(series)))
    reach = max(np.abs(values).max() for values in series.values())
    bins = np.linspace(-reach, reach, 61)  # zero is an edge
    top = None
    for (name, values), ax in zip(series.items(), np.atleast_1d(axes).flat, strict=True):
        weights = np.full(np.size(values), 1 / np.size(values))
        shares, *_ = ax.hist(np.ravel(values), bins, weights=weights, color=FUNCTION)
        top = top or 1.25 * shares.max()
        ax.set(title=name.replace("_", " "), ylabel="share", ylim=(0, top))
        for left, share in zip(bins, shares, strict=False):
            if share > top:
                ax.text(left - 0.1, 0.8 * top, f"this bar reaches {share:.2f}", ha="right")
    np.atleast_1d(axes).flat[-1].set_xlabel(xlabel)
    return figure


def _spread(count):
    """Return the heights of `count` dots, evenly spaced from top to bottom."""
    return np.linspace(0.9, -0.9, count) if count > 1 else np.zeros(1)
