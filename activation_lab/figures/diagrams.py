"""Keras models drawn side by side, to show where each activation is."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.textpath import TextPath

from ..with_keras.models.facts import facts_of
from .style import FILL, FUNCTION, INK, ON_FILL, OUTLINE, styled

# In inches: a column's width, by the number of columns; a box, an arrow, the edge around an inner box; above and below.
COLUMNS = {1: 3.0, 2: 3.5, 3: 2.8, 4: 2.22}
WIDTH, HEIGHT, ARROW, EDGE = 2.04, 0.5, 0.36, 0.09
HEAD, FOOT = 0.4, 0.34
OUTLINES = {"layer": "-", "argument": "-", "operation": (0, (4, 2)), "call": (0, (1, 1.5))}
SMALL = 10  # points


@styled
def models(**models):
    """Draw models as columns of boxes, input at the top: a box for each layer, arrows labeled with shapes.

    An activation given as an argument is a box inside its layer's box; an activation layer is a separate box; an
    operation, or a function that a class applies in its `call`, has a dashed or dotted outline, since it is not a
    layer. Activations among arguments and layers are filled. Everything is read from the models. `models_alt` describes
    the same in words.

    Args:
        models: title=model, at most four; underscores in a title become spaces. Each model must be built, and its
            layers must form a chain.

    Returns:
        A matplotlib Figure.

    Raises:
        TypeError: one of them is not a keras.Model.
        ValueError: there are too many models, or one is not built or has branches.
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
    """Return the alt text of the figure that `models` draws: the same facts in words.

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
    """Return {title: Facts of the model}."""
    if len(models) not in COLUMNS:
        raise ValueError(
            f"diagrams.models: received {len(models)} models; expected 1 to {max(COLUMNS)}, as title=model."
        )
    return {title.replace("_", " "): facts_of(model, f"diagrams.models: {title}") for title, model in models.items()}


def _words(step):
    inside = "".join(f", with {inner.name} inside it ({inner.note})" for inner in step.inside)
    return f"{step.name} ({step.note}){inside}, giving {step.shape}"


def _height(step):
    """A layer whose argument acts last is as tall as a layer, an arrow and an activation layer."""
    return HEIGHT + len(step.inside) * (HEIGHT + _gap(step))


def _gap(step):
    """The gap above an inner box: room for an arrow, which is drawn only if the activation is known to act last."""
    return ARROW if step.ends_with_it else 0


def _column(axes, center, height, room, title, facts):
    """Draw one model, from its title down to its totals, in a column `room` inches wide."""
    _text(axes, center, height - HEAD / 2, title, size=12, weight="bold", room=room)
    top = _arrow(axes, center, height - HEAD)
    _beside(axes, center, top, facts.shape, room)
    for step in facts.steps:
        _box(axes, center, top, WIDTH, _height(step), step)
        _label(axes, center, top, WIDTH, HEIGHT, step)
        inner = top - HEIGHT
        for argument in step.inside:
            if step.ends_with_it:
                _arrow(axes, center, inner)
            inner -= _gap(step)
            size = WIDTH - 2 * EDGE, HEIGHT - EDGE
            _box(axes, center, inner, *size, argument)
            _label(axes, center, inner, *size, argument)
            inner -= HEIGHT
        top = _arrow(axes, center, top - _height(step))
        _beside(axes, center, top, step.shape, room)
    _text(axes, center, top - FOOT / 2, facts.total, size=SMALL, room=room)


def _box(axes, center, top, width, height, step):
    axes.add_patch(
        FancyBboxPatch(
            (center - width / 2, top - height),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.07",
            linestyle=OUTLINES[step.place],
            linewidth=1.6,
            **(FILL if _filled(step) else OUTLINE | {"edgecolor": FUNCTION} if step.activates else OUTLINE),
        )
    )


def _filled(step):
    return step.activates and step.place in ("layer", "argument")


def _label(axes, center, top, width, height, step):
    """Write two lines in the middle of a box."""
    middle, options = top - height / 2, {"room": width - 0.1, "va": "baseline"}
    options["color"] = ON_FILL if _filled(step) else INK
    _text(axes, center, middle + 0.04, step.name, size=10.5, weight="bold", **options)
    _text(axes, center, middle - 0.13, step.note, size=SMALL, **options)


def _arrow(axes, center, top):
    """Draw an arrow down from `top`; return where it ends."""
    end = top - ARROW
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "color": INK}
    axes.annotate("", (center, end), (center, top), arrowprops=style)
    return end


def _beside(axes, center, end, shape, room):
    """Write the shape of the data next to the arrow that ends here."""
    _text(axes, center + 0.1, end + ARROW / 2, shape, size=SMALL, ha="left", room=room / 2 - 0.1)


def _text(axes, x, y, text, *, size, room, weight="normal", color=INK, ha="center", va="center"):
    """Write text, cut with an ellipsis if it is wider than `room` inches."""
    cut = text
    while cut and TextPath((0, 0), cut, size=size, prop={"weight": weight}).get_extents().width > 72 * room:
        text = text[:-1]
        cut = text + "…"
    axes.text(x, y, cut, fontsize=size, weight=weight, color=color, ha=ha, va=va)
