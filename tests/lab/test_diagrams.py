"""Do the figures of models show what the models are, in words too, and are they legible?"""

import functools
import io
import itertools
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

DPI = 100  # the resolution at which figures are shown


@pytest.fixture(scope="module")
def diagrams(tf):
    from activation_lab.figures import diagrams

    return diagrams


@pytest.fixture(scope="module")
def figure_of(diagrams, examples):
    """`figure_of(example)`: its figure, made once for all tests that only look at it."""
    return functools.cache(lambda example: diagrams.models(**examples[example]))


@pytest.fixture(scope="module")
def examples(keras):
    """{name: {title: model}}: what the lessons draw, and what else may be drawn."""
    from activation_lab.with_keras.models import FORMS, to_layer_form

    layers = keras.layers

    def sequential(shape, *parts):
        return keras.Sequential([keras.Input(shape), *parts])

    cnn = sequential(
        (28, 28, 1),
        layers.Conv2D(32, (3, 3), activation="sigmoid"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    )
    slopes = sequential((5,), layers.Dense(4, activation=layers.PReLU()), layers.PReLU(), layers.Dense(1))
    slopes(np.ones((1, 5)))
    inputs = keras.Input((5,))
    z = layers.Dense(4)(inputs)
    swish = keras.Model(inputs, [z * keras.ops.sigmoid(z), z])
    nested = sequential((None, 5), sequential((None, 5), layers.Dense(300_000)), layers.Activation(layers.ReLU()))
    return {
        "two forms": {f"by_{form}": FORMS[form](784, [64, 10], ["relu", "softmax"]) for form in ("argument", "layer")},
        "four forms": {f"as_{form}": make(784, [64, 10], ["relu", "softmax"]) for form, make in FORMS.items()},
        "a CNN": {"argument_form": cnn, "layer_form": to_layer_form(cnn)},
        "one model": {"the_article": cnn},
        "slopes": {"learned": slopes, "unbuilt": sequential((5,), layers.Dense(4, activation=layers.PReLU()))},
        "odd ones": {
            "linear": sequential((5,), layers.Dense(4), layers.Lambda(lambda t: 2 * t), layers.Activation(None)),
            "in_a_loop": sequential((6, 5), layers.LSTM(4), layers.Dense(1, activation=lambda z: z**3)),
            "nested": nested,
        },
        "operations": {"swish": swish},
        "long names": {"a_title_that_goes_on_and_on_and_on": sequential((5,), layers.Dense(4, activation=long_name))},
    }


EXAMPLES = ["two forms", "four forms", "a CNN", "one model", "slopes", "odd ones", "operations", "long names"]
each_example = pytest.mark.parametrize("example", EXAMPLES)


def long_name(z):
    """An activation whose name is too long to fit."""
    return z * z


long_name.__name__ = "an_activation_with_a_very_long_name"


def test_every_example_is_drawn(examples):
    """Do the tests below draw every example?"""
    assert list(examples) == EXAMPLES


def drawn(figure):
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    return picture.getvalue()


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def extents(figure):
    """({text: its bounds}, [the bounds of each box]), as drawn, in pixels."""
    figure.set_dpi(DPI)
    renderer = FigureCanvasAgg(figure).get_renderer()
    axes = figure.axes[0]
    words = [text for text in axes.texts if text.get_text()]
    return [text.get_window_extent(renderer) for text in words], [box.get_window_extent() for box in axes.patches]


def within(inner, outer):
    return outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1


def apart(first, second):
    return first.x1 <= second.x0 or second.x1 <= first.x0 or first.y1 <= second.y0 or second.y1 <= first.y0


@each_example
def test_draws_the_same_twice(diagrams, examples, figure_of, example):
    """Is it a Figure sized for a notebook page that draws without warnings, and to the same bytes a second time?"""
    figure = figure_of(example)
    assert type(figure) is Figure
    first = drawn(figure)
    assert drawn(diagrams.models(**examples[example])) == first
    pixels = imread(io.BytesIO(first))
    assert 250 < pixels.shape[1] <= 900
    assert np.mean(pixels[..., 3] > 0.01) > 0.02


@each_example
def test_nothing_overlaps(figure_of, example):
    """Is each text inside its box or outside all boxes, on no other text, on the page, and do boxes never cross?"""
    figure = figure_of(example)
    words, boxes = extents(figure)
    for first, second in itertools.combinations(words, 2):
        assert apart(first, second)
    for text, box in itertools.product(words, boxes):
        assert within(text, box) or apart(text, box)
    for first, second in itertools.combinations(boxes, 2):
        assert within(first, second) or within(second, first) or apart(first, second)
    assert all(within(item, figure.bbox) for item in words + boxes)
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 9


@each_example
def test_alt_text_and_figure_agree(diagrams, examples, figure_of, example):
    """Does the alt text name everything in the figure, and does every number in it come from the model?"""
    models = examples[example]
    alt = diagrams.models_alt(**models)
    for shown in texts(figure_of(example)):
        assert shown.rstrip("…") in alt
    for title, model in models.items():
        part = alt.split(f" {title.replace('_', ' ')}: ")[1].split(" parameters.")[0]
        assert part.startswith(
            f"input {tuple(model.inputs[0].shape[1:])}" if hasattr(model, "inputs") else "input (784,)"
        )
        assert part.endswith(f"{model.count_params():,}")


def test_the_two_forms_in_words(diagrams, examples):
    """Is the alt text of the lesson's figure what a person would say?"""
    assert diagrams.models_alt(**examples["two forms"]) == (
        "Two models side by side, from input to output. "
        "by argument: input (784,); "
        "Dense (50,240 parameters), with relu inside it (argument), giving (64,); "
        "Dense (650 parameters), with softmax inside it (argument), giving (10,); "
        "in all 2 layers, 50,890 parameters. "
        "by layer: input (784,); "
        "Dense (50,240 parameters), giving (64,); Activation: relu (layer, no parameters), giving (64,); "
        "Dense (650 parameters), giving (10,); Activation: softmax (layer, no parameters), giving (10,); "
        "in all 4 layers, 50,890 parameters."
    )


@pytest.mark.parametrize("example", ["two forms", "four forms", "a CNN", "one model", "slopes", "odd ones"])
def test_nothing_is_cut(figure_of, example):
    """Are all texts of the lessons' figures shown in full?"""
    assert not any("…" in text for text in texts(figure_of(example)))


def test_a_long_name_is_cut_in_the_figure_only(diagrams, examples):
    """Does a name that does not fit end in an ellipsis, but appear in full in the alt text?"""
    shown = texts(diagrams.models(**examples["long names"]))
    assert any(text.startswith("an_activation_with") and text.endswith("…") for text in shown)
    assert "an_activation_with_a_very_long_name" in diagrams.models_alt(**examples["long names"])


def boxes_of(figure):
    """[(first text in the box, its outline, how many boxes contain it), …] from top to bottom, left to right."""
    words, boxes = extents(figure)
    names = [text.get_text() for text in figure.axes[0].texts if text.get_text()]
    found = []
    for box, patch in zip(boxes, figure.axes[0].patches, strict=True):
        first = max((text.y0, name) for text, name in zip(words, names, strict=True) if within(text, box))[1]
        depth = sum(within(box, other) for other in boxes) - 1
        found.append((first, patch.get_linestyle(), depth))
    return found


def test_where_the_activation_sits(diagrams, examples):
    """Are arguments drawn inside their layer, layers next to it, and non-layers with an outline of their own?"""
    forms = examples["four forms"]
    argument, layer, operation, function = (boxes_of(diagrams.models(only=model)) for model in forms.values())
    assert argument == [("Dense", "-", 0), ("relu", "-", 1), ("Dense", "-", 0), ("softmax", "-", 1)]
    assert layer == [(name, "-", 0) for name in ("Dense", "Activation: relu", "Dense", "Activation: softmax")]
    for boxes in (operation, function):
        assert [(name, depth) for name, _, depth in boxes] == [("Dense", 0), ("relu", 0), ("Dense", 0), ("softmax", 0)]
        assert [boxes[0][1], boxes[2][1]] == ["-", "-"]
    outlines = {str(boxes[1][1]) for boxes in (layer, operation, function)}
    assert len(outlines) == 3


def test_slopes_that_are_learned(diagrams, examples):
    """Are a PReLU's parameters counted where it is, and is one whose weights do not exist yet labeled as such?"""
    alt = diagrams.models_alt(**examples["slopes"])
    assert "Dense (24 parameters), with PReLU inside it (argument, 4 parameters), giving (4,)" in alt
    assert "PReLU (layer, 4 parameters)" in alt and "3 layers, 37 parameters" in alt
    assert "Dense (24 parameters), with PReLU inside it (argument, not built yet)" in alt


def test_odd_ones(diagrams, examples):
    """Are a missing activation, a lambda, a loop's two activations and a nested model described clearly?"""
    alt = diagrams.models_alt(**examples["odd ones"])
    assert "Dense (24 parameters), giving (4,); Lambda (no parameters), giving (4,); Activation (layer, no param" in alt
    assert "LSTM (160 parameters), with tanh inside it (argument), with sigmoid inside it (recurrent argument)" in alt
    assert "Dense (5 parameters), with lambda inside it (argument), giving (1,)" in alt
    assert "Sequential (1,800,000 parameters), giving (None, 300000); Activation: ReLU (layer" in alt
    alt = diagrams.models_alt(**examples["operations"])
    assert "sigmoid (operation, no layer), giving (4,); multiply (operation, no layer), giving (4,)" in alt


def test_an_arrow_inside_only_where_it_is_known(diagrams, examples):
    """Does an arrow point to an argument that acts last, and none to those of a loop?"""
    arrows = {}
    for title, model in examples["odd ones"].items():
        items = diagrams.models(only=model).axes[0].texts
        arrows[title] = sum(getattr(item, "arrow_patch", None) is not None for item in items)
    assert arrows == {"linear": 1 + 3, "in_a_loop": 1 + 2 + 1, "nested": 1 + 2}


def test_models_stay_as_they_are(diagrams, examples):
    """Are the models, and matplotlib's settings, unchanged after drawing?"""
    models = {"argument": examples["two forms"]["by_argument"], "function": examples["four forms"]["as_function"]}
    settings = dict(matplotlib.rcParams)
    before = [(model.get_config(), model.get_weights(), model.layers[:]) for model in models.values()]
    output = models["argument"].layers[0].output
    drawn(diagrams.models(**models))
    for model, (config, weights, layers) in zip(models.values(), before, strict=True):
        assert model.get_config() == config and model.layers == layers
        assert all(map(np.array_equal, model.get_weights(), weights))
    assert models["argument"].layers[0].output is output
    assert dict(matplotlib.rcParams) == settings
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_refusals(diagrams, keras):
    """Is a model that cannot be drawn as a chain rejected, with its title and what is expected?"""
    layers = keras.layers
    left, right = keras.Input((3,)), keras.Input((3,))
    x = layers.Dense(3)(left)
    pure = type("Pure", (keras.Model,), {"call": lambda self, x: self.missing(x)})()
    pure.built = True
    for model, error, reason in (
        (layers.Dense(3), TypeError, "odd is a Dense; expected a keras.Model"),
        (keras.Sequential([layers.Dense(3)]), ValueError, "odd is not built"),
        (keras.Model([left, right], layers.Add()([left, right])), ValueError, "odd has branches"),
        (keras.Model(left, layers.Add()([left, x])), ValueError, "odd has branches"),
        (pure, ValueError, "odd, a Pure, computes in Python, and its call cannot be traced"),
    ):
        for draw in (diagrams.models, diagrams.models_alt):
            with pytest.raises(error, match=reason):
                draw(odd=model)
    model = keras.Model(left, x)
    for number in (0, 5):
        with pytest.raises(ValueError, match=f"received {number} models; expected 1 to 4"):
            diagrams.models(**{f"model_{index}": model for index in range(number)})
