"""The figures that the lessons draw; `style` decides how they look."""

import base64
import io

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from ..by_hand.activations import get_activation
from .drawings import chains as chains
from .drawings import dense_layer as dense_layer
from .drawings import recurrent_loop as recurrent_loop
from .drawings import shapes as shapes
from .drawings import sliding_window as sliding_window
from .style import BARS, CURVES, DERIVATIVE, DPI, FUNCTION, INK, MORE, NARROW, POINTS, SHADE, WIDE, new_figure, styled


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


def labeled_points(axes, points, labels, *, legend=True):
    """Draw points in the plane: class 0 as open circles, class 1 as crosses."""
    points, labels = np.asarray(points), np.asarray(labels)
    for label, look in enumerate(POINTS):
        axes.scatter(*points[labels == label].T, s=180, zorder=3, label=f"target: {label}", **look)
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
        ax.contourf(ticks, ticks, heights, levels=[0, np.inf], colors=[SHADE], hatches=["//"])
        ax.contour(ticks, ticks, heights, levels=[0], colors=FUNCTION, linewidths=2.2)
        right = np.sum((points @ np.array([across, up]) > offset) == labels)
        labeled_points(ax, points, labels, legend=False)
        ax.set(title=f"{right} of {len(labels)} right")
    figure.legend(
        handles=[
            *np.atleast_1d(axes).flat[0].get_legend_handles_labels()[0],
            Patch(hatch="//", label="output: 1", edgecolor=FUNCTION, facecolor=SHADE),
        ],
        loc="outside lower center",
        ncols=3,
    )
    return figure


@styled
def decision_map(function, points, labels):
    """Draw the output of `function((n, 2) array) -> (n,) array` over the plane, more blue for more, with the points."""
    figure, axes = new_figure(size=(6.4, 3.8))
    ticks = np.linspace(-0.4, 1.4, 181)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    values = function(grid.reshape(-1, 2)).reshape(len(ticks), len(ticks))
    levels = np.arange(np.floor(values.min() * 4) / 4, np.ceil(values.max() * 4) / 4 + 0.25, 0.25)
    steps = BoundaryNorm(levels, MORE.N)
    filled = axes.imshow(values, MORE, steps, origin="lower", extent=ticks[[0, -1, 0, -1]], interpolation="nearest")
    dashes = {"linestyles": "--", "linewidths": 2, "path_effects": [withStroke(linewidth=4, foreground="white")]}
    axes.contour(ticks, ticks, values, levels=[0.5], colors="black", **dashes)
    labeled_points(axes, points, labels, legend=False)
    figure.colorbar(filled, ax=axes, label="output; dashed: 0.5", ticks=levels[::2])
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
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.plot(z, pair.forward(z), color=FUNCTION, linewidth=WIDE["linewidth"] if slopes else None, label="value")
        if slopes:
            slope = pair.backward(np.ones_like(z), z)
            slope[np.abs(np.gradient(slope)) > 0.2] = np.nan  # do not draw a line at a jump
            ax.plot(z, slope, color=DERIVATIVE, linestyle="--", linewidth=NARROW["linewidth"], label="slope")
        # the same scales for all, so that slopes can be compared
        ax.set(title=pair.forward.__name__, xlabel="z", xlim=(low, high), ylim=(-1.1, 2.1 if slopes else high))
    if slopes:
        np.atleast_1d(axes).flat[0].legend(loc="upper left", fontsize=10)
    return figure


@styled
def grids(*, across="input", down="output", decimals=2, **arrays):
    """Draw matrices side by side, with entries as numbers; orange is positive, purple negative, deeper is larger.

    Args:
        across, down: labels for the columns and the rows.
        decimals: the number of decimals of the entries.
        arrays: title=2-D array; underscores in a title become spaces.
    """
    figure, axes = new_figure(1, len(arrays), size=(3.4 * len(arrays), 3.2))
    edges = {"color": INK, "linewidth": 0.8, "clip_on": False}
    for (title, array), ax in zip(arrays.items(), np.atleast_1d(axes).flat, strict=True):
        array = np.asarray(array, dtype=float)
        limit = 1.8 * np.abs(array).max()
        ax.imshow(np.ma.masked_equal(array, 0), cmap="PuOr_r", vmin=-limit, vmax=limit)  # where there is 0: no color
        for (row, column), value in np.ndenumerate(array):
            text = f"{value + 0.0:.{decimals}f}".replace("-", "−")
            ax.text(column, row, text, ha="center", va="center", color="black" if value else INK)
        ax.hlines(np.arange(len(array) + 1) - 0.5, -0.5, array.shape[1] - 0.5, **edges)
        ax.vlines(np.arange(array.shape[1] + 1) - 0.5, -0.5, len(array) - 0.5, **edges)
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
        axes.bar(places, values, width, label=name.replace("_", " "), linewidth=1.5, **BARS[number])
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylabel(ylabel)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))  # beside the bars: nothing is hidden
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
    elif np.issubdtype(np.asarray(x).dtype, np.integer):  # such as epochs: there is none between two
        axes.xaxis.get_major_locator().set_params(integer=True)
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
    """Draw gray images, five to a row, each with its title; light is large."""
    rows = -(-len(pictures) // 5)
    figure, axes = new_figure(rows, 5, size=(6.8, 1.6 * rows))
    for ax in axes.flat:
        ax.axis("off")
    for picture, title, ax in zip(pictures, titles, axes.flat, strict=False):
        ax.imshow(picture, cmap="gray", vmin=0, vmax=np.max(pictures))
        ax.set_title(title, fontsize=11)
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
