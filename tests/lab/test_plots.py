"""Do figures draw silently and reproducibly, with words for those who cannot see them, without side effects?"""

import base64
import io
import sys
from functools import cache

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

import activation_lab as lab
from activation_lab.figures import style

plots = lab.plots
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])

# Every function of the module that makes a figure, with arguments as in a lesson.
FIGURES = {
    "new_figure": lambda: plots.new_figure(1, 2)[0],
    "dense_layer": lambda: plots.dense_layer(3, 2),
    "dense_layer, one of each": lambda: plots.dense_layer(1, 1),
    "xor_lines": lambda: plots.xor_lines(*CORNERS, [((1, 1), 0.5), ((1, 0), 0.5), ((0, 1), 0.5)]),
    "decision_map": lambda: plots.decision_map(lambda x: np.abs(x[:, 0] - x[:, 1]), *CORNERS),
    "activations": lambda: plots.activations("relu", lab.sigmoid, "tanh", "swish", None, "gelu"),
    "activations, with slopes": lambda: plots.activations("relu", "gelu", slopes=True),
    "activations, a single one": lambda: plots.activations("relu"),
    "grids": lambda: plots.grids(of_relu=np.diag([1.0, -0.0]), of_softmax=np.array([[0.2, -0.1], [-0.1, 0.3]])),
    "bars": lambda: plots.bars(["a", "b"], ylabel="share", by_hand=[1, 2], by_Keras=[2, 1]),
    "lines": lambda: plots.lines([1, 2, 3], xlabel="epoch", ylabel="loss", by_argument=[3, 2, 1], by_layer=[3, 2, 1.5]),
    "lines, logarithmic": lambda: plots.lines([1e-3, 1], xlabel="step", ylabel="error", log=True, error=[1e-6, 1]),
    "secant": lambda: plots.secant(np.tanh, 0.5, 0.4, -3, 3),
    "images": lambda: plots.images(np.linspace(0, 255, 32).reshape(2, 4, 4), ["shirt", "bag"]),
    "feature_maps": lambda: plots.feature_maps(
        ["one", "two"], z=np.eye(8).reshape(2, 4, 8), of_relu=np.ones((2, 4, 8))
    ),
    "sliding_window": lambda: plots.sliding_window((5, 6), (3, 3), inside=(1, "valid"), over_the_edge=(2, "same")),
    "chains": lambda: plots.chains(leftward=("back",), forward=["x", "Dense", "relu"], back=["dx", "Dense", "dz"]),
    "shapes": lambda: plots.shapes(there=[("x", (2, 3)), "@", ("kernel", (3, 4))], back=[("dbias", (4,))]),
    "recurrent_loop": lambda: plots.recurrent_loop("tanh"),
    "timing.figure": lambda: lab.timing.figure(
        eager=lab.timing.Comparison(1.2, 1.1, 1.3, (1.0, 0.9, 1.1), 1e-3, 1.2e-3)
    ),
    "histograms": lambda: plots.histograms(xlabel="z", before=np.linspace(-2, 2, 50), after_relu=np.linspace(0, 2, 50)),
}
each_figure = pytest.mark.parametrize("name", FIGURES)


def drawn(figure):
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=style.DPI, metadata={"Software": None})
    return picture.getvalue()


def ink(png):
    """The fraction of pixels that are drawn on."""
    return float(np.mean(imread(io.BytesIO(png))[..., 3] > 0.01))


@pytest.fixture
def displayed(monkeypatch):
    """What IPython was asked to display: a list of (data, options)."""
    display = pytest.importorskip("IPython.display", reason="figures are shown by IPython")
    calls = []
    monkeypatch.setattr(display, "display", lambda data, **options: calls.append((data, options)))
    return calls


def test_every_figure_is_here():
    """Does the list above name every public function that makes a figure?"""
    rooms = plots.__name__, "activation_lab.figures.drawings", "activation_lab.figures.style"
    makers = {name for name, item in vars(plots).items() if getattr(item, "__module__", "") in rooms}
    helpers = {"show", "labeled_points"}
    assert {name.split(",")[0] for name in FIGURES} - {"timing.figure"} == {
        name for name in makers if name[0] != "_"
    } - helpers


@cache
def drawing(name):
    """(the figure, its PNG), which several tests read; drawn once."""
    figure = FIGURES[name]()
    return figure, drawn(figure)


@each_figure
def test_draws_the_same_twice(name):
    """Is it a Figure that draws without warnings, with ink on it, and to the same bytes a second time?

    Is it no wider than a notebook's column, with nothing sticking out? Does it leave matplotlib's settings unchanged,
    and no figure open in pyplot?
    """
    settings = dict(matplotlib.rcParams)
    figure, first = drawing(name)
    assert type(figure) is Figure
    assert drawn(FIGURES[name]()) == first
    assert ink(first) > 0.005
    assert 150 < imread(io.BytesIO(first)).shape[1] <= 900
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert box.x0 > -0.05 and box.y0 > -0.05 and box.x1 < width + 0.05 and box.y1 < height + 0.05
    assert dict(matplotlib.rcParams) == settings
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_a_learners_settings_do_not_leak_in():
    """Is the course's style used while a figure is drawn, whatever the notebook has set?"""
    with matplotlib.rc_context({"font.size": 30, "axes.spines.top": True, "lines.linewidth": 9}):
        figure = plots.lines([1, 2], xlabel="x", ylabel="y", only=[1, 2])
    axes = figure.axes[0]
    assert axes.lines[0].get_linewidth() == style.WIDE["linewidth"]
    assert axes.xaxis.label.get_size() == style.STYLE["font.size"]
    assert not axes.spines["top"].get_visible()


@pytest.mark.parametrize("alt", ["", "   ", "\n"])
def test_a_figure_needs_words(alt, displayed):
    """Is a figure without a description rejected and not shown?"""
    with pytest.raises(ValueError, match="alt is empty; expected a sentence that describes the figure"):
        plots.show(plots.new_figure()[0], alt=alt)
    with pytest.raises(TypeError, match="alt"):
        plots.show(plots.new_figure()[0])
    assert displayed == []


def test_show(displayed):
    """Does the output hold the picture, and its description both as metadata and as text?"""
    figure = plots.lines([1, 2, 3], xlabel="x", ylabel="y", only=[1, 4, 9])
    assert plots.show(figure, alt="A curve that bends upwards.") is None
    ((data, options),) = displayed
    assert data["text/plain"] == "Figure: A curve that bends upwards."
    assert options == {"metadata": {"image/png": {"alt": "A curve that bends upwards."}}, "raw": True}
    png = base64.b64decode(data["image/png"])
    assert png == drawn(figure)
    assert set(data) == {"text/plain", "image/png"}
    for trace in (b"Software", b"matplotlib", b"tIME"):
        assert trace not in png  # a version number or a date would differ from machine to machine


def test_what_a_curve_shows():
    """Do the curves hold the functions' own numbers, and do the slopes break at jumps?"""
    axes = plots.activations("relu", "tanh", slopes=True, low=-2, high=2).axes
    z, relu = axes[0].lines[2].get_data()
    np.testing.assert_array_equal(relu, np.maximum(z, 0))
    slope = axes[0].lines[3].get_ydata()
    assert np.isnan(slope[np.abs(z) < 1e-9]).all() and not np.isnan(slope[np.abs(z) > 0.1]).any()
    assert set(slope[~np.isnan(slope)]) == {0, 1}
    np.testing.assert_allclose(axes[1].lines[3].get_ydata(), 1 / np.cosh(z) ** 2, rtol=1e-9)


def test_what_a_line_gets_right():
    """Does each panel count the points whose target is 1 exactly on the shaded side?"""
    axes = plots.xor_lines(*CORNERS, [((1, 1), 0.5), ((1, 0), 0.5), ((-1, -1), -0.5)]).axes
    assert [panel.get_title() for panel in axes] == ["3 of 4 right", "2 of 4 right", "1 of 4 right"]


def test_cells_of_a_shape():
    """Does each array have one cell per entry, and a label with its shape?"""
    (axes,) = FIGURES["shapes"]().axes
    assert len(axes.patches) == 2 * 3 + 3 * 4 + 4
    assert {"(2, 3)", "(3, 4)", "(4,)"} < {text.get_text() for text in axes.texts}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7])
def test_any_number_of_activations(count):
    """Is there one titled picture per name, whether or not they fill their rows?"""
    names = ["relu", "sigmoid", "tanh", "swish", "gelu", "elu", "mish"][:count]
    titled = [axes for axes in plots.activations(*names).axes if axes.get_visible() and axes.get_title()]
    assert [axes.get_title() for axes in titled] == names
    assert all(axes.lines for axes in titled)


def test_what_a_bar_shows():
    """Are bars as tall as the given numbers, and named in a legend that hides none?"""
    axes = plots.bars(["a", "b"], ylabel="share", by_hand=[1, 2], by_Keras=[3, 4]).axes[0]
    assert [patch.get_height() for patch in axes.patches] == [1, 2, 3, 4]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["by hand", "by Keras"]
    axes = plots.bars(["a", "b"], ylabel="share", by_hand=[3, 3], by_Keras=[3, 3]).axes[0]  # no room among them
    axes.figure.canvas.draw()
    legend = axes.get_legend().get_window_extent()
    assert not any(legend.overlaps(patch.get_window_extent()) for patch in axes.patches)


def test_ticks_between_whole_numbers():
    """Has an axis of epochs no tick between two, and one of other numbers as many as it needs?"""
    for x, whole in ((np.arange(1, 4), True), (np.array([1.0, 2.0, 3.0]), False)):
        axes = plots.lines(x, xlabel="epoch", ylabel="loss", loss=[3, 2, 1]).axes[0]
        assert all(tick == round(tick) for tick in axes.get_xticks()) == whole


def test_what_a_grid_shows():
    """Is every entry written into its own square?"""
    axes = plots.grids(jacobian=np.array([[0.25, -0.125], [0.0, 1.0]])).axes[0]
    texts = {tuple(map(int, text.get_position())): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): "0.25", (1, 0): "−0.12", (0, 1): "0.00", (1, 1): "1.00"}


def test_what_a_secant_shows():
    """Are both ends on the curve, and does the line pass through both?"""
    axes = plots.secant(np.square, 1.0, 0.5, -2, 2).axes[0]
    np.testing.assert_allclose(axes.collections[0].get_offsets(), [[0.5, 0.25], [1.5, 2.25]])
    z, line = axes.lines[1].get_data()
    np.testing.assert_allclose(line, 0.25 + 2 * (z - 0.5))


def test_what_a_histogram_shows():
    """Do the shares of each series add up to 1, over a common range?"""
    axes = plots.histograms(xlabel="z", before=np.linspace(-2, 2, 50), after=np.zeros(9)).axes
    for ax in axes:
        assert sum(patch.get_height() for patch in ax.patches) == pytest.approx(1)
    assert axes[0].patches[0].get_x() == axes[1].patches[0].get_x() == -2


@pytest.mark.parametrize("make", [FIGURES["lines"], FIGURES["bars"], FIGURES["activations, with slopes"]])
def test_nothing_by_color_alone(make):
    """Do any two curves or series of bars in one picture differ in more than color?"""
    axes = make().axes[0]
    curves = [(line.get_linestyle(), line.get_marker()) for line in axes.lines if line.get_label()[0] != "_"]
    bars = [(bars.patches[0].get_hatch(), bars.patches[0].get_facecolor()[3]) for bars in axes.containers]
    assert len(curves) + len(bars) > 1
    assert len(set(curves)) == len(curves) and len(set(bars)) == len(bars)


def test_styles_of_curves():
    """Are there styles for six curves, with no color, dash pattern or marker used twice?"""
    for key in ("color", "linestyle", "marker"):
        assert len({str(style[key]) for style in style.CURVES}) == len(style.CURVES) == 6


def test_curves_on_one_another():
    """Can two coinciding curves be told apart in gray, with dark and light alternating along the upper one?"""
    figure = plots.lines([0, 1], xlabel="x", ylabel="y", one=[0, 0], other=[0, 0])
    picture = imread(io.BytesIO(drawn(figure)))[..., :3] @ [0.2126, 0.7152, 0.0722]  # the lines cover the page
    (left, height), (right, _) = figure.axes[0].transData.transform([[0.1, 0], [0.4, 0]]).round().astype(int)
    along = picture[-height - 1 : -height + 1, left:right].mean(axis=0)
    assert along.max() - along.min() > 0.1


def test_too_many_curves():
    """Is a seventh curve, for which there is no style, rejected instead of silently dropped?"""
    series = {f"curve_{number}": [number, number] for number in range(7)}
    with pytest.raises(ValueError):
        plots.lines([0, 1], xlabel="x", ylabel="y", **series)
