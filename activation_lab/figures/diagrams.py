"""Keras models drawn side by side, so that one sees where each activation sits."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.textpath import TextPath

from ..with_keras.models.facts import read
from .plots import FUNCTION, styled

# In inches: columns, by their number, for a page; a box, an arrow, the edge around an inner box; above and below.
COLUMNS = {1: 3.0, 2: 3.5, 3: 2.8, 4: 2.22}
WIDTH, HEIGHT, ARROW, EDGE = 2.04, 0.5, 0.36, 0.09
HEAD, FOOT = 0.4, 0.34
OUTLINES = {"layer": "-", "argument": "-", "operation": (0, (4, 2)), "call": (0, (1, 1.5))}
SHADE = "#CFE5F2"
SMALL = 10  # points


@styled
def models(**models):
    """Models as columns of boxes, input at the top: every layer a box, every arrow with the shape of what flows.

    An activation given as an argument is a box within its layer's box; an activation layer is a box of its own; an
    operation, or a function that a class applies in its `call`, is a box with a broken outline, since it is no layer.
    All of it is read from the models. `models_alt` says the same in words.

    Args:
        models: title to model, at most four; underscores in a title become spaces. Each model is built, and its layers
            follow one another.

    Returns:
        A matplotlib Figure.

    Raises:
        TypeError: one is no keras.Model.
        ValueError: there are too many, or one is not built, or has branches.
    """
    columns = _facts(models)
    tallest = max(sum(_height(step) + ARROW for step in facts.steps) for facts in columns.values())
    column = COLUMNS[len(columns)]
    width, height = column * len(columns), HEAD + ARROW + tallest + FOOT
    figure = Figure(figsize=(width, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    for number, (title, facts) in enumerate(columns.items()):
        _column(axes, column * (number + 0.5), height, column - 0.1, title, facts)
    return figure


def models_alt(**models):
    """The alt text of the figure that `models` draws: the same facts in words.

    Args and Raises as in `models`.

    Returns:
        A string.
    """
    columns = _facts(models)
    count = ("One model", "Two models", "Three models", "Four models")[len(columns) - 1]
    beside = " side by side" if len(columns) > 1 else ""
    return f"{count}{beside}, from input to output. " + " ".join(
        f"{title}: input {facts.shape}; {'; '.join(map(_words, facts.steps))}; in all {facts.total}."
        for title, facts in columns.items()
    )


def _facts(models):
    """{title: what is read from the model}."""
    if len(models) not in COLUMNS:
        raise ValueError(
            f"diagrams.models: received {len(models)} models; expected 1 to {max(COLUMNS)}, as title=model."
        )
    return {title.replace("_", " "): read(model, f"diagrams.models: {title}") for title, model in models.items()}


def _words(step):
    inside = "".join(f", with {inner.name} inside it ({inner.note})" for inner in step.inside)
    return f"{step.name} ({step.note}){inside}, giving {step.shape}"


def _height(step):
    """A layer whose argument acts last is as high as a layer, an arrow and an activation layer."""
    return HEIGHT + len(step.inside) * (HEIGHT + _gap(step))


def _gap(step):
    """Above an inner box: an arrow leads there only if one knows that it comes last."""
    return ARROW if step.ends_with_it else 0


def _column(axes, centre, height, room, title, facts):
    """One model, from its title down to its sum, in a column `room` inches wide."""
    _text(axes, centre, height - HEAD / 2, title, size=12, weight="bold", room=room)
    top = _arrow(axes, centre, height - HEAD)
    _beside(axes, centre, top, facts.shape, room)
    for step in facts.steps:
        _box(axes, centre, top, WIDTH, _height(step), step)
        _label(axes, centre, top, WIDTH, HEIGHT, step)
        inner = top - HEIGHT
        for argument in step.inside:
            if step.ends_with_it:
                _arrow(axes, centre, inner)
            inner -= _gap(step)
            size = WIDTH - 2 * EDGE, HEIGHT - EDGE
            _box(axes, centre, inner, *size, argument)
            _label(axes, centre, inner, *size, argument)
            inner -= HEIGHT
        top = _arrow(axes, centre, top - _height(step))
        _beside(axes, centre, top, step.shape, room)
    _text(axes, centre, top - FOOT / 2, facts.total, size=SMALL, room=room)


def _box(axes, centre, top, width, height, step):
    axes.add_patch(
        FancyBboxPatch(
            (centre - width / 2, top - height),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.07",
            facecolor=SHADE if step.activates else "white",
            edgecolor=FUNCTION if step.activates else "black",
            linestyle=OUTLINES[step.place],
            linewidth=1.4,
        )
    )


def _label(axes, centre, top, width, height, step):
    """Two lines in the middle of a box."""
    middle, options = top - height / 2, {"room": width - 0.1, "va": "baseline"}
    _text(axes, centre, middle + 0.04, step.name, size=10.5, weight="bold", **options)
    _text(axes, centre, middle - 0.13, step.note, size=SMALL, **options)


def _arrow(axes, centre, top):
    """An arrow from `top` downwards; returns where it ends."""
    end = top - ARROW
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "color": "black"}
    axes.annotate("", (centre, end), (centre, top), arrowprops=style)
    return end


def _beside(axes, centre, end, shape, room):
    """The shape of what flows along the arrow that ends here."""
    _text(axes, centre + 0.1, end + ARROW / 2, shape, size=SMALL, ha="left", room=room / 2 - 0.1)


def _text(axes, x, y, text, *, size, room, weight="normal", ha="center", va="center"):
    """Text that is cut, with an ellipsis, where it would be wider than `room` inches."""
    cut = text
    while cut and TextPath((0, 0), cut, size=size, prop={"weight": weight}).get_extents().width > 72 * room:
        text = text[:-1]
        cut = text + "…"
    axes.text(x, y, cut, fontsize=size, weight=weight, ha=ha, va=va)
