"""The activation explorer: sliders, curves and numbers in one HTML output, without a kernel, widgets or a network.

Where scripts do not run (in an untrusted notebook, or on paper), it is a still picture with the same numbers.
"""

import base64
import html
import math
import numbers
from dataclasses import dataclass

import numpy as np

from ...by_hand.activations import ACTIVATIONS, get_activation
from ...by_hand.layers import Activation, Dense, Sequential
from .pictures import curves, form, resource, shown

# Each under one name only; softmax is left out, since it has no curve over a single z.
ELEMENTWISE = tuple(name for name, pair in ACTIVATIONS.items() if name == pair.forward.__name__ != "softmax")
LIMIT = 3  # each slider goes from −LIMIT to LIMIT in steps of 0.1
COMPARED = ("z", "a", "dz", "dx", "dkernel", "dbias")  # the numbers compared between the two forms
HOW = "This is a still picture. To move the sliders, run this cell: click into it, then press Shift and Enter."


@dataclass(frozen=True, repr=False)
class Explorer:
    """An explorer, as shown in a notebook.

    Attributes:
        title: what it explores.
        settings: the initial state, as read by explorer.js.
        pictures: pairs of SVG and its alt text.
        words: the initial numbers, in one line.
    """

    title: str
    settings: dict[str, str]
    pictures: tuple[tuple[str, str], ...]
    words: str

    def __repr__(self):
        return f"Activation explorer: {self.title}. {self.words}"

    def _repr_html_(self):
        data = "".join(f' data-{key}="{html.escape(value)}"' for key, value in self.settings.items())
        pictures = "\n".join(_image(svg, alt) for svg, alt in self.pictures)
        return f"""<div class="activation-explorer" role="group" aria-label="Activation explorer: {self.title}"{data}>
{pictures}
<p>{html.escape(self.words)}<br>{HOW}</p>
</div>
<script type="module">
{resource("explorer.js")}</script>"""


def one_neuron(activation="relu", x=1.0, kernel=1.0, bias=0.0, backward=True):
    """z = x·kernel + bias, a = f(z), the slope f′(z), and dkernel = da·f′(z)·x with da = 1, under sliders.

    Args:
        activation: the initial element-wise activation, as a name or as one of the package's functions.
        x, kernel, bias: the initial positions of the sliders, from −3 to 3 in steps of 0.1.
        backward: whether to show the gradient that reaches the kernel.

    Returns:
        An Explorer, which shows itself as the last value of a cell.

    Raises:
        ValueError: there is no such activation, it is not element-wise, or a number is not a slider position.
    """
    name, start = _start("one_neuron", activation, x, kernel, bias)
    flowing = _flowing([Dense(1, activation=name)], **start)
    z, a, slope = flowing["z"], flowing["a"], flowing["dz"]  # da is 1, so that dz is the slope
    gradient = f" dkernel = {shown(flowing['dkernel'])}, with da = 1." if backward else ""
    words = f"{name}: {_words(start)} give z = {shown(z)}, a = {shown(a)}, slope {shown(slope)}.{gradient}"
    alt = (
        f"The curve of {name} over z, solid, and its slope, dashed. A dot on the curve at z = {shown(z)}, "
        f"a = {shown(a)}; through it the tangent, dotted, with slope {shown(slope)}."
    )
    settings = _settings("one_neuron", name, start) | {"backward": "yes" if backward else "no"}
    return Explorer("one neuron", settings, ((curves(name, z, a, slope), alt),), words)


def two_forms(activation="relu", x=1.0, kernel=1.0, bias=0.0):
    """Show `Dense(1, activation=f)` next to `Dense(1)`, `Activation(f)`: the same numbers, forward and backward.

    Args:
        activation: the initial element-wise activation, as a name or as one of the package's functions.
        x, kernel, bias: the initial positions of the sliders, from −3 to 3 in steps of 0.1.

    Returns:
        An Explorer, which shows itself as the last value of a cell.

    Raises:
        ValueError: there is no such activation, it is not element-wise, or a number is not a slider position.
    """
    name, start = _start("two_forms", activation, x, kernel, bias)
    argument = _flowing([Dense(1, activation=name)], **start)
    layer = _flowing([Dense(1), Activation(name)], **start)
    one, two = f'One box, Dense(1, activation="{name}")', f'Two boxes, Dense(1) and Activation("{name}")'
    pictures = (
        (form("argument form", name, argument), _alt(f"Argument form. {one}", "inside it", argument)),
        (form("layer form", name, layer), _alt(f"Layer form. {two}", "between them", layer)),
    )
    numbers = ", ".join(f"{key} = {shown(argument[key])}" for key in COMPARED)
    differing = sum(argument[key] != layer[key] for key in COMPARED)
    words = f"{name}: {_words(start)} give {numbers}. Numbers that differ: {differing} of {len(COMPARED)}."
    return Explorer("two forms", _settings("two_forms", name, start), pictures, words)


def _start(function, activation, x, kernel, bias):
    """Return the activation's name, and the initial positions of the sliders."""
    pair = get_activation(activation)
    name = next((name for name in ELEMENTWISE if ACTIVATIONS[name] == pair), None)
    if name is None:
        raise ValueError(
            f"explorer.{function}: received {activation!r}, which is not an element-wise activation of the package, "
            f"so there is no curve over a single z to draw. Expected one of {', '.join(ELEMENTWISE)}. For softmax, "
            "call lab.softmax on a row."
        )
    start = {"x": x, "kernel": kernel, "bias": bias}
    for key, value in start.items():
        if (
            not isinstance(value, numbers.Real)
            or not abs(value) <= LIMIT
            or not math.isclose(value, round(value, 1), abs_tol=1e-9)
        ):
            raise ValueError(
                f"explorer.{function}: {key} is {value!r}; expected a number from −{LIMIT} to {LIMIT} in steps of 0.1, "
                "the positions of its slider."
            )
    return name, {key: round(float(value), 1) + 0.0 for key, value in start.items()}


def _flowing(layers, x, kernel, bias):
    """Return what flows through the layers, the first of which is Dense(1): forward, and back from da = 1."""
    layers[0].parameters = {"kernel": np.array([[kernel]]), "bias": np.array([bias])}
    model = Sequential(layers)
    a = model.forward(np.array([[x]]))
    dx = model.backward(np.ones((1, 1)))
    gradients = layers[0].gradients
    flowing = {"z": layers[-1].z, "a": a, "dx": dx, "dkernel": gradients["kernel"], "dbias": gradients["bias"]}
    flowing = {key: array.item() for key, array in flowing.items()}
    return {"x": x, "kernel": kernel, "bias": bias, "da": 1.0, "dz": flowing["dbias"]} | flowing


def _words(start):
    return ", ".join(f"{key} = {shown(value, 1)}" for key, value in start.items())


def _settings(view, name, start):
    return {"view": view, "activation": name} | {key: f"{value:.1f}" for key, value in start.items()}


def _alt(boxes, place, flowing):
    number = {key: f"{key} = {shown(value)}" for key, value in flowing.items()}
    return (
        f"{boxes}. {number['x']} goes in, {number['z']} is {place}, {number['a']} comes out. Back come {number['da']}, "
        f"{number['dz']} and {number['dx']}; Dense keeps {number['dkernel']} and {number['dbias']}."
    )


def _image(svg, alt):
    data = base64.b64encode(svg.encode("ascii", "xmlcharrefreplace")).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(alt)}" style="max-width: 100%">'
