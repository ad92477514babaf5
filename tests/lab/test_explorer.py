"""The explorer without a browser: what Python writes, and what it rejects."""

import base64
import html
import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from test_import import loaded_after

import activation_lab as lab
from activation_lab.figures.explorer import ELEMENTWISE
from activation_lab.figures.explorer.pictures import curves, resource, shown

VIEWS = (lab.explorer.one_neuron, lab.explorer.two_forms)
each_view = pytest.mark.parametrize("view", VIEWS)
each_activation = pytest.mark.parametrize("name", ELEMENTWISE)


class Tags(HTMLParser):
    """Every tag of a page with its attributes, in order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def pictures(explorer):
    """[(SVG as it arrives, alt text), …] as a notebook gets them."""
    images = [attributes for tag, attributes in Tags(explorer._repr_html_()).found if tag == "img"]
    head = "data:image/svg+xml;base64,"
    assert all(image["src"].startswith(head) for image in images)
    return [(base64.b64decode(image["src"].removeprefix(head)).decode("ascii"), image["alt"]) for image in images]


def test_it_offers_what_acts_element_by_element():
    """Does it offer the activations whose outputs each depend on one input, each under one name?"""
    z = np.array([-1.3, 0.4, 2.2])

    def acts_alone(function):
        return all(function(z[k : k + 1]) == pytest.approx(function(z)[k]) for k in range(len(z)))

    functions = dict.fromkeys(pair.forward for pair in lab.ACTIVATIONS.values())
    assert tuple(function.__name__ for function in functions if acts_alone(function)) == ELEMENTWISE


def test_one_neuron_says_its_numbers():
    """Do its words give z, a, the slope and dkernel as computed by hand?"""
    z = 1.5 * -0.4 + 0.2
    slope = 1 / math.cosh(z) ** 2
    words = repr(lab.explorer.one_neuron("tanh", x=1.5, kernel=-0.4, bias=0.2))
    assert "tanh: x = 1.5, kernel = −0.4, bias = 0.2 give" in words
    assert f"z = {z:.3f}, a = {math.tanh(z):.3f}".replace("-", "−") in words
    assert f"slope {slope:.3f}. dkernel = {slope * 1.5:.3f}, with da = 1." in words


def test_without_backward_no_gradient_is_named():
    """Does a reader who has not met gradients yet see none?"""
    explorer = lab.explorer.one_neuron("swish", backward=False)
    still = explorer._repr_html_().split("<script")[0]
    assert "dkernel" not in repr(explorer) + html.unescape(still)
    assert 'data-backward="no"' in still


def test_two_forms_say_their_numbers():
    """Do its words give the numbers that flow forward and back, as computed by hand?"""
    words = repr(lab.explorer.two_forms("leaky_relu", x=-2, kernel=0.6, bias=0.3))
    assert "z = −0.900, a = −0.180, dz = 0.200, dx = 0.120, dkernel = −0.400, dbias = 0.200." in words
    assert words.endswith("Numbers that differ: 0 of 6.")


@each_view
def test_a_function_may_be_given(view):
    """Are the package's functions, and their other names, accepted as well?"""
    assert repr(view(lab.swish)) == repr(view("silu")) == repr(view("swish"))
    assert repr(view(None)) == repr(view("linear"))


@each_view
@pytest.mark.parametrize("activation", ["softmax", lab.softmax, (abs, max), (lab.relu, lab.swish_backward)])
def test_what_has_no_curve_is_refused(view, activation):
    """Are softmax and a custom pair rejected, saying why and what is available?"""
    with pytest.raises(ValueError, match="no curve over a single z.*Expected one of linear"):
        view(activation)


@each_view
def test_an_unknown_name_is_refused(view):
    """Does a misspelled name get the right suggestion?"""
    with pytest.raises(ValueError, match="Did you mean 'relu'"):
        view("rleu")


@each_view
@pytest.mark.parametrize("name", ["x", "kernel", "bias"])
@pytest.mark.parametrize("value", [3.1, -4, 0.25, math.nan, math.inf, "1", None])
def test_where_no_slider_can_stand(view, name, value):
    """Is a number outside the slider's range or between its steps rejected by name?"""
    with pytest.raises(ValueError, match=re.escape(f"{name} is {value!r}; expected a number from −3 to 3 in steps")):
        view(**{name: value})


@each_view
def test_a_step_need_not_be_exact(view):
    """Does 0.1 + 0.2, which is not exactly 0.3, count as the step that was meant?"""
    assert repr(view(x=0.1 + 0.2)) == repr(view(x=0.3))


@each_view
def test_one_output(view):
    """Is there one HTML output and one text, the same each time?"""
    explorer = view("gelu")
    kinds = [name for name in dir(explorer) if name.startswith("_repr_")]
    assert kinds == ["_repr_html_"]
    assert explorer._repr_html_() == view("gelu")._repr_html_()


@each_view
def test_nothing_is_fetched(view):
    """Does the HTML contain everything it needs, and end its script only at the end?"""
    text = view()._repr_html_()
    tags = Tags(text).found
    sources = [value for _, attributes in tags for key, value in attributes.items() if key in ("src", "href")]
    assert all(source.startswith("data:") for source in sources)
    assert [tag for tag, _ in tags].count("script") == 1 == text.count("</script")
    for loaded in (resource("explorer.js"), resource("explorer.css"), *(svg for svg, _ in pictures(view()))):
        assert not re.search(r"\bimport\b|url\(|fetch|https?://(?!www\.w3\.org/2000/svg)", loaded)


@each_view
@each_activation
def test_the_still_pictures_are_whole(view, name):
    """Is each a well-formed SVG, with an alt text that gives its numbers?"""
    found = pictures(view(name, x=-1.7, kernel=0.9, bias=0.4))
    assert len(found) == VIEWS.index(view) + 1
    for svg, alt in found:
        assert ElementTree.fromstring(svg).get("class") == "explorer-picture"
        assert name in alt and "z = −1.130" in alt


def test_a_jump_is_no_line():
    """Is relu's slope two lines, and its curve one?"""
    shapes = {shape.get("class"): shape.get("d") for shape in parts(curves("relu", 1.0, 1.0, 1.0), "path")}
    assert shapes["slope"].count("M") == 2
    assert shapes["curve"].count("M") == 1


@each_activation
@pytest.mark.parametrize("z", [-11.9, -4.1, -0.7, 0.0, 2.3, 12.0])
def test_the_point_lies_on_the_curve(name, z):
    """Is the point inside the window and on the curve, and does the tangent touch it with the right slope?"""
    value, backward = lab.ACTIVATIONS[name]
    svg = curves(name, z, value(z), backward(1.0, z))
    shapes = {shape.get("class"): shape.get("d") for shape in parts(svg, "path")}
    (point,) = parts(svg, "circle")
    x, y = float(point.get("cx")), float(point.get("cy"))
    assert max(abs(x), abs(y)) <= 172
    curve = np.array(re.findall(r"[ML](\S+) ([^ML]+)", shapes["curve"]), dtype=float)
    assert np.interp(x, *curve.T) == pytest.approx(y, abs=0.1)
    (left, high), (right, low) = np.array(re.findall(r"[ML](\S+) ([^ML]+)", shapes["tangent"]), dtype=float)
    assert ((left + right) / 2, (high + low) / 2) == pytest.approx((x, y), abs=0.01)
    assert (high - low) / (right - left) == pytest.approx(slope_at(value, z), abs=1e-3)


def parts(svg, tag):
    return list(ElementTree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def slope_at(function, z):
    """By a difference, from the side that the package uses at a kink."""
    step = 1e-6 if function is lab.selu else -1e-6
    return (function(z + step) - function(z)) / step


@pytest.mark.parametrize(
    ("value", "text"), [(0.25, "0.250"), (-1.5, "−1.500"), (-0.0, "0.000"), (-0.0004, "0.000"), (12, "12.000")]
)
def test_numbers_as_a_reader_meets_them(value, text):
    """Do numbers have three decimals, a real minus sign, and no negative zero?"""
    assert shown(value) == text


def test_it_needs_no_matplotlib():
    """Does the explorer load nothing heavy?"""
    code = "import activation_lab as lab\nrepr(lab.explorer.two_forms()), lab.explorer.one_neuron()._repr_html_()"
    assert loaded_after(code) == []
