"""Diagrams without axes: a layer, a window on an image, arrays by their shapes, chains and a loop of boxes."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from .style import CURVES, DERIVATIVE, FILL, INK, ON_FILL, OUTLINE, SHADE, new_figure, styled

DOT = 620  # points²: a numbered dot


@styled
def dense_layer(features, units):
    """Draw a dense layer as dots and lines: one line per entry of the kernel, one arrow per bias."""
    figure, axes = new_figure(size=(5.6, 3.4))
    x_rows, z_rows = (_spread(count) for count in (features, units))
    edge = np.sqrt(DOT / np.pi)
    for row in x_rows:
        for target in z_rows:
            line = {"arrowstyle": "-", "color": INK, "linewidth": 1.2, "shrinkA": edge, "shrinkB": edge}
            axes.annotate("", (0, row), (1, target), arrowprops=line)
    for name, place, rows, look, color in (("x", 0, x_rows, OUTLINE, INK), ("z", 1, z_rows, FILL, ON_FILL)):
        axes.scatter([place] * len(rows), rows, s=DOT, **look)
        for number, row in enumerate(rows):
            axes.text(place, row, f"{name}[{number}]", ha="center", va="center", fontsize=11, color=color)
    for number, row in enumerate(z_rows):
        axes.annotate(
            f"bias[{number}]",
            (1.05, row),
            (1.3, row),
            va="center",
            arrowprops={"arrowstyle": "->", "color": DERIVATIVE},
        )
    axes.text(0.5, 1.12, "kernel: one number per line", ha="center", va="bottom")
    axes.set(xlim=(-0.2, 1.65), ylim=(-1.15, 1.3))
    axes.axis("off")
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
                ax.add_patch(Rectangle((column, row), 1, 1, linewidth=0.8, **OUTLINE))
                ax.text(column + 0.5, row + 0.5, "0" if outside else "", ha="center", va="center")
        for place, style in zip(across, CURVES[:2], strict=False):
            edge = {"edgecolor": style["color"], "linestyle": style["linestyle"], "linewidth": style["linewidth"]}
            ax.add_patch(Rectangle((place, down[0]), window[1], window[0], fill=False, zorder=2, **edge))
        dots = [(x + window[1] / 2, y + window[0] / 2) for y in down for x in across]
        ax.scatter(*zip(*dots, strict=True), color=INK, s=28, zorder=3)
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
    for row, (title, texts) in enumerate(rows.items()):
        height = -1.5 * row
        axes.text(-0.95, height + 0.5, title.replace("_", " "), fontweight="bold", va="bottom")
        for column, text in enumerate(texts):
            center = 2.3 * column
            _box(axes, center, height, text)
            if column:
                arrow = "<-" if title in leftward else "->"
                ends = (center - 0.95, height), (center - 1.35, height)
                axes.annotate("", *ends, arrowprops={"arrowstyle": arrow, "color": INK})
    axes.set(xlim=(-1.1, 2.3 * longest - 1.1), ylim=(-1.5 * len(rows) + 0.8, 1.0))
    axes.axis("off")
    return figure


@styled
def recurrent_loop(activation, *, steps=3):
    """Draw a SimpleRNN step by step, with its activation inside the loop, and with the activation as a layer after it.

    Args:
        activation: its name, to be written into boxes.
        steps: how many steps to draw.
    """
    figure, axes = new_figure(1, 2, size=(8.8, 3.2))
    titles = f'SimpleRNN(activation="{activation}")', f'SimpleRNN, then Activation("{activation}")'
    for ax, title, inside in zip(axes, titles, (True, False), strict=True):
        loop = {"arrowstyle": "-|>", "color": DERIVATIVE, "linewidth": 2.2, "shrinkA": 0, "shrinkB": 0}
        flow = loop | {"color": INK, "linewidth": 1.2}
        for step in range(steps):
            x = 2.8 * step
            for low, high in ((-1.1, -0.42), (0.42, 0.88), (1.72, 2.4)):
                ax.annotate("", (x, high), (x, low), arrowprops=flow)
            _box(ax, x, 0, "affine")
            _box(ax, x, 1.3, activation, filled=True)
            ax.text(x, -1.2, f"x[{step}]", ha="center", va="top")
            ax.text(x, 2.45, f"output[{step}]", ha="center", va="bottom")
            if step + 1 < steps:
                start = (x + 0.97, 1.3) if inside else (x + 0.97, 0.0)
                ax.annotate("", (x + 1.83, 0), start, arrowprops=loop)
        ax.set(title=title, xlim=(-1.4, 2.8 * steps - 1.4), ylim=(-1.8, 3.0))
        ax.axis("off")
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
                axes.add_patch(Rectangle(corner, 1, 1, facecolor=SHADE, edgecolor=INK))
            axes.text(x + across / 2, top - 1.4 + down / 2, name, ha="center", va="bottom")
            axes.text(x + across / 2, top - 1.7 - down / 2, str(shape), ha="center", va="top", fontsize=11)
            x += across + 1.0
        widest = max(widest, x)
    axes.set(xlim=(-0.5, widest), ylim=(5.2 * (1 - len(rows)) - 4.0, 2.0), aspect="equal")
    axes.axis("off")
    return figure


def _box(axes, x, y, text, *, filled=False):
    """Draw a rounded box, 1.8 by 0.7, around text."""
    look, color = (FILL, ON_FILL) if filled else (OUTLINE, INK)
    axes.add_patch(FancyBboxPatch((x - 0.9, y - 0.35), 1.8, 0.7, boxstyle="round,pad=0.05", **look))
    axes.text(x, y, text, ha="center", va="center", fontsize=11, color=color)


def _spread(count):
    """Return the heights of `count` dots, evenly spaced from top to bottom."""
    return np.linspace(0.9, -0.9, count) if count > 1 else np.zeros(1)
