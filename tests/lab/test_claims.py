"""Is each claim decided by what is supposed to decide it, and does the list state what was measured?"""

import ast
import collections
import contextlib
import io
import json
import re
import sys
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pytest

import activation_lab as lab
from activation_lab import claims
from activation_lab.claims import CLAIMS, VerdictChanged, decide, find
from activation_lab.errors import UnknownNameError
from activation_lab_tools import cli
from activation_lab_tools.author import claims_page

ROOT = Path(__file__).parents[2]
IN_LESSONS = [claim for claim in CLAIMS if claim.lesson]
each_of = pytest.mark.parametrize


def decided(name, holds, measured):
    """The verdict follows from this measurement, and the list quotes it."""
    assert decide(name, holds, measured).measured == find(name).measured


# --- the list ---


def test_every_claim_is_there():
    """Does the list hold all 36 + 25 + 3 claims, in order?"""
    expected = [f"{source}.{i}" for source, count in (("S1", 36), ("S2", 25), ("M", 3)) for i in range(1, count + 1)]
    assert [claim.id for claim in CLAIMS] == expected
    assert collections.Counter(claim.source for claim in CLAIMS) == {
        "first article": 36,
        "second article": 25,
        "most read answer": 3,
    }


@each_of("claim", CLAIMS, ids=lambda claim: claim.id)
def test_claim_is_whole(claim):
    """Is it a sentence with a verdict, a reason where needed, and (if a measurement can decide it) what decides it?"""
    assert claim.claim.endswith(".") and claim.claim.count("“") == claim.claim.count("”")
    undecided = claim.verdict in claims.UNDECIDED
    assert undecided or claim.verdict in ("true", "false", "depends")
    assert bool(claim.on) == (undecided or claim.verdict == "depends")
    assert claim.says in ("", "always", "may") and not (claim.says and claim.verdict == "depends")
    assert claim.verdict == "depends" or not claim.holds
    assert bool(claim.measured) == bool(claim.decided_by) != undecided


def text_of(cell):
    """Everything that a stored cell shows as text, with whitespace collapsed."""
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "") or "\n".join(output.get("traceback", []))
        for output in cell.outputs
    ]
    return " ".join(" ".join(texts).split())


def shows(text, measured):
    """Is every part of `measured` in the text, and not as a part of a longer number or word?"""
    parts = (" ".join(part.split()) for part in measured.split("; "))
    return all(re.search(rf"(?<![\w.]){re.escape(part)}(?!\w|[.,]\d)", text) for part in parts)


@each_of("claim", IN_LESSONS, ids=lambda claim: claim.id)
def test_cell_shows_what_was_measured(claim):
    """Is the cell in the lesson, and does its stored output in the solution show the measured value?"""
    stored, lesson = (
        {cell.id: cell for cell in nbformat.read(ROOT / folder / f"{claim.lesson}.ipynb", as_version=4).cells}
        for folder in ("solutions", "lessons")
    )
    assert claim.decided_by in stored, f"solutions/{claim.lesson}.ipynb has no cell {claim.decided_by!r}"
    assert claim.decided_by in lesson, f"lessons/{claim.lesson}.ipynb has no cell {claim.decided_by!r}"
    text = text_of(stored[claim.decided_by])
    assert shows(text, claim.measured), f"{claim.measured!r} is not in the output: {text}"


def test_another_number_is_not_shown():
    """Is a value not found if the output contains a different one, either longer or cut?"""
    assert shows("measured 1.", "measured 1") and shows("relu 0.0000 softmax 0.1628", "softmax 0.1628; relu 0.0000")
    for other in ("measured 16", "measured 1.5", "measured 1,000", "unmeasured 1", "measured 2"):
        assert not shows(other, "measured 1")
    assert not shows("softmax 0.1628", "softmax 0.1628; relu 0.0000")


@each_of("claim", [c for c in CLAIMS if c.decided_by and not c.lesson], ids=lambda claim: claim.id)
def test_test_decides_it(claim):
    """Does the test that is supposed to decide a claim exist, and does it decide this one?"""
    path, name = claim.decided_by.split("::")
    assert path == "tests/lab/test_claims.py"
    functions = {node.name: node for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body if is_test(node)}
    assert name in functions
    assert claim.id in {node.value for node in ast.walk(functions[name]) if isinstance(node, ast.Constant)}


def is_test(node):
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


# --- a verdict ---


@pytest.fixture
def listed(monkeypatch):
    """A list with a claim for each verdict, and two with a word that decides."""
    rows = [
        claims.Claim("S1.1", "It is so.", "true"),
        claims.Claim("S1.2", "It is `not` so.", "false"),
        claims.Claim("S2.1", "It is so now.", "depends", on="the mode", holds=("eager",)),
        claims.Claim("S2.2", "It is so regardless.", "false", says="always"),
        claims.Claim("S2.3", "It may be so.", "true", says="may"),
        claims.Claim("M.1", "It is nice.", "opinion", on="a matter of taste"),
        claims.Claim("M.2", "It takes 10 ms.", "invented", on="nobody measured it"),
    ]
    monkeypatch.setattr(claims, "CLAIMS", tuple(rows))


@each_of(
    "holds, verdict",
    [
        (True, "true"),
        (np.False_, "false"),
        ({"eager": True, "traced": np.True_}, "true"),
        ({"eager": False, "traced": False}, "false"),
        ({"eager": True, "traced": False}, "depends"),
    ],
)
def test_verdict_is_computed(listed, holds, verdict):
    """Do all cases give true, none false, some depends; and is every other verdict in the list rejected?

    With cases other than the list's, it depends on something else, which is rejected too.
    """
    for name, of_the_list in (("S1.1", "true"), ("S1.2", "false"), ("S2.1", "depends")):
        if of_the_list == verdict:
            assert decide(name, holds, 3).verdict == verdict
        else:
            with pytest.raises(VerdictChanged):
                decide(name, holds, 3)
    if verdict == "depends":
        with pytest.raises(
            VerdictChanged, match="says depends: it holds for traced .*says depends: it holds for eager"
        ):
            decide("S2.1", {case: not held for case, held in holds.items()}, 3)


@each_of("held, always, may", [((1, 1), "true", "true"), ((1, 0), "false", "true"), ((0, 0), "false", "false")])
def test_words_that_decide(listed, held, always, may):
    """Does one counterexample refute “always”, and one example prove “may”?"""
    cases = {str(number): bool(holds) for number, holds in enumerate(held)}
    for name, verdict in (("S2.2", always), ("S2.3", may)):
        assert claims.Verdict(find(name), cases, "").verdict == verdict


def test_changed_verdict_says_all(listed):
    """Does the error name the claim, the measurement, both verdicts, and what may have happened?"""
    with pytest.raises(
        AssertionError, match=r"S1\.1: It is so\. The measurement says false \(0 of 3\), the list says true"
    ) as e:
        decide("S1.1", False, "0 of 3")
    assert "a release of Keras or TensorFlow" in str(e.value) and "claims.toml" in str(e.value)


def test_verdict_shows_itself(listed):
    """Do text and HTML show the claim, the number, the verdict, and where it holds?"""
    shown = decide("S2.1", {"eager": True, "traced": False, "XLA": False}, "20 % and 0 %")
    assert repr(shown).splitlines() == [
        "→ S2.1: depends on the mode",
        "  It is so now.",
        "  Measured: 20 % and 0 %.",
        "  It holds: eager.",
        "  It does not hold: traced; XLA.",
    ]
    assert repr(decide("S1.2", False, 0)).splitlines() == ["✗ S1.2: false", "  It is `not` so.", "  Measured: 0."]
    assert "<b>✗ S1.2: false</b>" in decide("S1.2", False, 0)._repr_html_()


def test_find():
    """Is a claim found by its id, and does a wrong id get the likely one?"""
    assert find("S2.13").id == "S2.13"
    with pytest.raises(UnknownNameError, match=r"no claim 's2\.13'\. Did you mean 'S2\.13'"):
        find("s2.13")
    with pytest.raises(UnknownNameError, match=r"no claim 7\."):
        find(7)


@each_of(
    "name, holds, error, message",
    [
        ("S1.1", {}, ValueError, "received no case"),
        ("S1.1", 1, TypeError, "received int 1; expected True or False"),
        ("S1.1", {"eager": "yes"}, TypeError, "received str yes"),
        ("S1.1", np.array([True, False]), TypeError, "received ndarray"),
        ("M.1", True, ValueError, "M.1 is an opinion; .*a matter of taste"),
        ("M.2", True, ValueError, "M.2 is invented; .*nobody measured it"),
        ("S9.1", True, UnknownNameError, "no claim 'S9.1'"),
    ],
)
def test_what_decides_nothing_is_refused(listed, name, holds, error, message):
    """If nothing can be decided, does the error say what was received?"""
    with pytest.raises(error, match=message):
        decide(name, holds, "something")


# --- the command, and the page ---


def run(capsys, *arguments):
    """What `activation-lab claims …` prints."""
    assert cli.main(["claims", *arguments]) == 0
    return capsys.readouterr().out


def test_json(capsys):
    """Does --json print all claims as objects, with every promised field?"""
    listed = json.loads(run(capsys, "--json"))
    assert [row["id"] for row in listed] == [claim.id for claim in CLAIMS]
    for row in listed:
        assert row.keys() >= {"id", "claim", "source", "verdict", "measured", "lesson", "decided_by"}
        assert (row["claim"], row["source"]) == (find(row["id"]).claim, find(row["id"]).source)


def test_filters(capsys):
    """Do --source and --verdict select just the claims that were asked for?"""
    chosen = {row["id"] for row in json.loads(run(capsys, "--json", "--source", "S2", "--verdict", "false"))}
    assert chosen == {claim.id for claim in CLAIMS if claim.id.startswith("S2.") and claim.verdict == "false"}
    assert 0 < len(chosen) < 25
    assert [row["id"] for row in json.loads(run(capsys, "--json", "S2.3", "M.1"))] == ["S2.3", "M.1"]
    with pytest.raises(SystemExit):
        cli.main(["claims", "--verdict", "maybe"])
    assert cli.main(["claims", "S2.99"]) == 2 and "no claim 'S2.99'" in capsys.readouterr().err


def test_table(capsys, monkeypatch):
    """Does the table show each claim's words, verdict, number and what decides it, brackets and all, and the count?"""
    pytest.importorskip("rich")
    monkeypatch.setenv("COLUMNS", "1000")
    *rows, last = re.split(r"\n[├└].*\n", run(capsys))
    for claim in CLAIMS:
        (row,) = [row for row in rows if f" {claim.id} " in row]
        for word in (claim.claim, claim.verdict, claim.on, claim.measured, claim.lesson):
            assert word in row
        assert claim.decided_by.split("::")[-1] in row
    count = collections.Counter(claim.verdict for claim in CLAIMS)
    assert last.strip() == "64 claims: " + ", ".join(f"{count[v]} {v}" for v in claims.SYMBOLS)


def test_without_rich(capsys, monkeypatch):
    """Without rich, does the table say what to install, and does --json still work?"""
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.delitem(sys.modules, "activation_lab_tools.author.claims_listing", raising=False)
    monkeypatch.delattr("activation_lab_tools.author.claims_listing", raising=False)
    assert cli.main(["claims"]) == 2
    assert "pip install -e '.[instructor]'" in capsys.readouterr().err
    assert len(json.loads(run(capsys, "--json"))) == len(CLAIMS)


def test_the_page_is_up_to_date():
    """Is lessons/claims.md what the list gives, and do its links lead somewhere? (`claims --write` writes it.)"""
    text = (ROOT / claims_page.PATH).read_text(encoding="utf-8")
    assert text == claims_page.page(), "run: activation-lab claims --write"
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / "lessons" / link).exists(), link


def test_the_page_holds_all():
    """Does the page count every claim, and have a row for each?"""
    text = claims_page.page()
    totals = [
        sum(map(int, row))
        for row in re.findall(r"^\| \[[a-z ]+\]\(#\S+\) \| (\d+) \|" + r" (\d+) \|" * len(claims.SYMBOLS), text, re.M)
    ]
    assert totals == [2 * 36, 2 * 25, 2 * 3]
    for claim in CLAIMS:
        assert f"**{claim.id}** {claim.claim} (" in text


def test_the_page_is_written(tmp_path, monkeypatch, capsys):
    """Does --write make the page anew, and refuse in words where there are no lessons?"""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["claims", "--write"]) == 2
    assert "no folder lessons/ here" in capsys.readouterr().err and not any(tmp_path.iterdir())
    claims_page.PATH.parent.mkdir()
    claims_page.PATH.write_text("old", encoding="utf-8")
    assert cli.main(["claims", "--write"]) == 0
    assert claims_page.PATH.read_text(encoding="utf-8") == claims_page.page()


# --- claims that no lesson decides: structure ---

EXAMPLE_1 = """
class ActivationLayer:
    def __init__(self, activation_function):
        self.activation_function = activation_function

    def forward(self, x):
        return self.activation_function(x)

    def backward(self, grad_output):
        pass

relu_layer = ActivationLayer(lambda x: np.maximum(0, x))
x = np.array([-1, 2, -3, 4])
output = relu_layer.forward(x)
print(output)
"""
EXAMPLE_2 = """
model = tf.keras.Sequential([
    tf.keras.layers.Dense(64, activation='relu', input_shape=(784,)),
    tf.keras.layers.Dense(10, activation='softmax')
])
"""
EXAMPLE_2_IN_LAYERS = """
model = tf.keras.Sequential([
    tf.keras.layers.Dense(64, input_shape=(784,)),
    tf.keras.layers.Activation('relu'),
    tf.keras.layers.Dense(10),
    tf.keras.layers.Activation('softmax')
])
"""
EXAMPLE_3 = """
import tensorflow as tf
import numpy as np

def swish(x):
  return x * tf.sigmoid(x)

model = tf.keras.models.Sequential([
  tf.keras.layers.Dense(128, activation=swish, input_shape=(100,)),
  tf.keras.layers.Dense(10, activation='softmax')
])
"""


def run_example(code, **names):
    """The names that an example defines; Keras warns about its input_shape, which S1.24 is about."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Do not pass an `input_shape`")
        exec(code, names)
    return names


@pytest.fixture
def forms(keras):
    """Example 2's kind of network, small, in both forms, with equal weights: 4 features, 8 relu, 3 softmax."""
    keras.utils.set_random_seed(0)
    argument = lab.keras_models.argument_form(4, [8, 3], ["relu", "softmax"])
    layer = lab.keras_models.layer_form(4, [8, 3], ["relu", "softmax"])
    layer.set_weights(argument.get_weights())
    return argument, layer


@pytest.fixture
def known(keras):
    """Both forms of a network with one input, pre-activations -2 and 3 for the input 1, relu, and their sum."""
    weights = [np.array([[-2.0, 3.0]]), np.zeros(2), np.ones((2, 1)), np.zeros(1)]
    both = [form(1, [2, 1], ["relu", None]) for form in (lab.keras_models.argument_form, lab.keras_models.layer_form)]
    for model in both:
        model.set_weights(weights)
    return both


def value(keras, model, tensor):
    """The numbers in a model's symbolic tensor when the input is 1, such as “-2 and 3”."""
    return " and ".join(
        f"{number:.0f}" for number in np.array(keras.Model(model.inputs[0], tensor)(np.ones((1, 1))))[0]
    )


def test_freezing_goes_by_layers(keras, forms):
    """S1.3: are the trained numbers independent of the form; and is freezing “all layers but the last”?"""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(64, 4)).astype("float32"), rng.integers(3, size=64)
    for model in forms:
        keras.utils.set_random_seed(0)
        model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
        before = model.get_weights()
        model.fit(x, labels, batch_size=16, epochs=3, verbose=0)
        assert not any(map(np.array_equal, before, model.get_weights()))
    differing = sum(map(np.count_nonzero, map(np.not_equal, *(model.get_weights() for model in forms))))
    left = []
    for model in forms:
        for layer in model.layers[:-1]:
            layer.trainable = False
        left.append(sum(weight.numpy().size for weight in model.trainable_weights))
    decided(
        "S1.3",
        {"the numbers of a plain stack": bool(differing), "freezing all layers but the last": left[0] != left[1]},
        f"trained parameters that differ {differing}; left to train when all layers but the last are frozen "
        f"{left[0]} and {left[1]}",
    )


def test_a_linear_activation_layer(keras):
    """S1.4: is what an activation layer applies always non-linear?"""
    sums = {}
    for name in ("relu", "linear"):
        layer = keras.layers.Activation(name)
        assert isinstance(layer, keras.Layer) and float(layer(np.zeros(1))[0]) == 0
        sums[name] = float(layer(np.ones(1))[0] + layer(-np.ones(1))[0])  # of a linear f, f(1 - 1) = 0
    decided(
        "S1.4",
        {name: total != 0 for name, total in sums.items()},
        f"f(1) + f(-1) is {sums['relu']:.0f} for relu, {sums['linear']:.0f} for linear",
    )


def test_part_in_the_graph(keras):
    """S1.8: which operations does an activation layer add to the graph of a training step?"""
    models = lab.keras_models
    without, layer, argument = (
        collections.Counter(lab.graphs.traced(model, gradients=True))
        for model in (
            models.layer_form(4, [8, 3], [None, None]),
            models.layer_form(4, [8, 3], ["relu", None]),
            models.argument_form(4, [8, 3], ["relu", None]),
        )
    )
    forward, backward = sorted(layer - without)
    decided(
        "S1.8",
        not forward.endswith("Grad") and backward.endswith("Grad"),
        f"forward {forward}, backward {backward}; the argument contributes "
        + ("the same" if argument == layer else str(argument - without)),
    )


def test_what_feeds_the_next_layer(keras, known):
    """S1.9, S2.10: does the next layer get the activation's output, in both forms?"""
    argument, layer = known
    before, after = value(keras, layer, layer.layers[0].output), value(keras, layer, layer.layers[2].input)
    decided("S1.9", after == "0 and 3" != before, f"{before} before the layer, {after} into the next")
    before = lab.keras_models.pre_activation_model(argument, argument.layers[0].name)
    before, after = value(keras, argument, before.outputs[0]), value(keras, argument, argument.layers[1].input)
    decided("S2.10", after == "0 and 3" != before, f"{before} before relu, {after} into the next")


def test_easier_analysis(keras, known):
    """S1.10: what can be inspected or changed in the layer form alone, and is only that form made of modules?"""
    argument, layer = known
    block, rest = argument.layers
    linear = keras.layers.Dense(2)
    linear.build((None, 1))
    linear.set_weights(block.get_weights())
    both = [np.array(keras.Sequential([first, rest])(np.ones((1, 1)))).item() for first in (block, linear)]
    modular = both == [0 + 3, -2 + 3]  # the first block was exchanged as a whole, and there is no activation layer
    of_dense = [value(keras, model, model.layers[0].output) for model in known]
    activated = of_dense[0], value(keras, layer, layer.layers[1].output)
    for holder in (argument.layers[0], layer.layers[1]):
        holder.activation = keras.activations.linear
    exchanged = [np.array(model(np.ones((1, 1)))).item() for model in known]
    assert exchanged == [1, 1], "-2 + 3, and no longer 0 + 3, in both"
    assert activated[0] == activated[1]
    decided(
        "S1.10",
        {"crucial for modularity": not modular, "easier analysis": of_dense[0] != of_dense[1]},
        f"output of the Dense layer {of_dense[1]}, with the argument {of_dense[0]}; "
        f"a block with arguments, exchanged as a whole: both parts of the network {'work on' if modular else 'fail'}",
    )


def test_intermediate_outputs(keras, known):
    """S1.11: can the output of the activation layer be inspected, and that of the argument?"""
    argument, layer = known
    by_layer, by_argument = (
        value(keras, layer, layer.layers[1].output),
        value(keras, argument, argument.layers[0].output),
    )
    decided(
        "S1.11", by_layer == "0 and 3", f"a model that ends there gives {by_layer}; with the argument, {by_argument}"
    )


def test_structure_and_work(keras, forms, monkeypatch):
    """S1.18, S1.36: what does the layer form have more of: layers, calls in Python, operations?"""
    layers = [len(model.layers) for model in forms]
    traced = [len(lab.graphs.traced(model)) for model in forms]
    own_call, called = keras.Layer.__call__, []
    monkeypatch.setattr(keras.Layer, "__call__", lambda self, *a, **k: called.append(self) or own_call(self, *a, **k))
    calls = []
    for model in forms:
        called.clear()
        model(np.ones((1, 4), dtype="float32"))
        calls.append(sum(layer in model.layers for layer in called))
    measured = (
        f"layers {layers[0]} and {layers[1]}; calls of a layer {calls[0]} and {calls[1]}; "
        f"operations traced {traced[0]} and {traced[1]}"
    )
    eager, as_a_program = calls[0] < calls[1], traced[0] < traced[1]
    work = {"the work, layer by layer": eager, "the work, traced": as_a_program}
    decided("S1.18", {"the structure": layers[0] != layers[1]} | work, measured)
    decided("S1.36", {"simpler": layers[0] < layers[1]} | work, measured)


def test_structure_and_function(keras):
    """S1.35: does the layer form allow more, in what can go in between and in which functions can be applied?"""
    layers = keras.layers

    def outputs(*stack):
        model = keras.Sequential([keras.Input((1,)), *stack])
        model.layers[0].set_weights([np.ones((1, 1)), np.zeros(1)])
        return ", ".join(f"{number:.3g}" for number in np.array(model(np.array([[-1.0], [2.0]])))[:, 0] + 0.0)

    def normalization():  # (z - 1) / 1
        ones = keras.initializers.Ones()
        return layers.BatchNormalization(moving_mean_initializer=ones, moving_variance_initializer=ones, epsilon=0.0)

    between = outputs(layers.Dense(1), normalization(), layers.Activation("relu"))
    behind = outputs(layers.Dense(1, activation="relu"), normalization())
    as_layer = outputs(layers.Dense(1), layers.Activation(quarter_of_square))
    as_argument = outputs(layers.Dense(1, activation=quarter_of_square))
    decided(
        "S1.35",
        {"the structure": between != behind, "a custom function": as_layer != as_argument},
        f"normalized before relu {between}, after an argument {behind}; a custom function {as_layer} and {as_argument}",
    )


def quarter_of_square(z):
    return z * z / 4


# --- claims that no lesson decides: functions ---


def test_functions_and_layers(keras):
    """S2.1: is an activation function a layer, and does it have to be within one?"""
    relu = keras.activations.relu
    inputs = keras.Input((1,))
    between = relu(keras.layers.Dense(2, kernel_initializer=keras.initializers.Constant([[-2.0, 3.0]]))(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, kernel_initializer="identity")(between))
    listed = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    applied = np.array_equal(model(np.ones((1, 1))), [[0, 3]])
    is_a_layer = isinstance(relu, keras.Layer)
    within = any(getattr(layer, "activation", None) is relu for layer in listed) or not applied
    decided(
        "S2.1",
        {"not layers": not is_a_layer, "within layers": within},
        f"relu is a layer: {is_a_layer}; a model with relu between its layers: "
        f"{', '.join(type(layer).__name__ for layer in listed)}, no negative number: {applied}",
    )


def test_control_of_the_function(keras, tf):
    """S1.21: what does a layer offer that a function, or layer, given as the argument does not?"""
    layers = keras.layers

    @tf.custom_gradient
    def sevenfold(z):
        return tf.nn.relu(z), lambda upstream: upstream * 7

    behaviors = {  # as a layer, as an argument, what comes with the batch
        "a function": (layers.Activation(quarter_of_square), quarter_of_square, {}),
        "a custom gradient": (layers.Activation(sevenfold), sevenfold, {}),
        "a slope": (layers.LeakyReLU(negative_slope=0.4), layers.LeakyReLU(negative_slope=0.4), {}),
        "a mask for each batch": (layers.Softmax(), layers.Softmax(), {"mask": np.array([[True, False]])}),
    }

    def dense(activation=None):
        return layers.Dense(2, activation=activation, use_bias=False, kernel_initializer="identity")

    def outcome(call):
        """Outputs and their gradient for -1 and 2; None if that raises."""
        x = tf.constant([[-1.0, 2.0]])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = lab.attempt(lambda: call(x)).value
        return y if y is None else [y.numpy().tolist(), tape.gradient(y, x).numpy().tolist()]

    equal, only = [], []
    for name, (layer, argument, given) in behaviors.items():
        by_layer = outcome(lambda x, layer=layer, given=given: layer(dense()(x), **given))
        by_argument = outcome(lambda x, argument=argument, given=given: dense(argument)(x, **given))
        assert by_layer is not None
        (equal if by_layer == by_argument else only).append(name)
    decided(
        "S1.21",
        {name: name in only for name in behaviors},
        f"equal in both: {', '.join(equal)}; in the layer only: {', '.join(only)}",
    )


def test_optimized_implementations(keras):
    """S1.26: does the argument run as one of TensorFlow's fused operations, and does the layer form?"""
    fused = "_FusedMatMul[BiasAdd+Relu]"
    forms = lab.keras_models.argument_form, lab.keras_models.layer_form
    by_argument, by_layer = (fused in lab.graphs.executed(form(4, [8, 3], ["relu", None])) for form in forms)
    decided("S1.26", by_argument, f"executed as {fused}; the layer form {'too' if by_layer else 'not'}")


def test_linear_or_affine(keras):
    """S2.4: is what the activation is applied to linear: f(1) = f(2) + f(-1)?"""
    layer = keras.layers.Dense(1, kernel_initializer="ones", bias_initializer=keras.initializers.Constant(3))
    without = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)
    f = {"without a bias": without, "with a bias": layer}
    at = {name: [float(dense(np.array([[x]]))[0, 0]) for x in (1.0, 2.0, -1.0)] for name, dense in f.items()}
    decided(
        "S2.4",
        {name: one == two + minus_one for name, (one, two, minus_one) in at.items()},
        "; ".join(f"{name} f(1) = {a:.0f}, f(2) + f(-1) = {b + c:.0f}" for name, (a, b, c) in at.items()),
    )


def test_shape_of_the_pre_activation(keras):
    """S2.8: is the linear part's output a vector?"""
    dense = keras.layers.Dense(2)
    dense.build((None, 3))
    shapes = {
        "one sample": (np.ones(3) @ dense.kernel.numpy() + dense.bias.numpy()).shape,
        "a batch of four": dense(np.ones((4, 3))).shape,
        "a picture": keras.layers.Conv2D(32, 3)(np.ones((1, 28, 28, 1))).shape[1:],
    }
    decided(
        "S2.8",
        {name: len(shape) == 1 for name, shape in shapes.items()},
        ", ".join(f"{name} {tuple(shape)}" for name, shape in shapes.items()),
    )


def test_sizes(keras):
    """S2.14: with N features and M units, do bias and pre-activations have size M?"""
    dense = keras.layers.Dense(5)
    z = dense(np.ones((1, 3)))[0]
    bias, z = tuple(dense.bias.shape), tuple(z.shape)
    decided("S2.14", bias == z == (5,), f"3 features, 5 units: bias {bias}, pre-activations of one sample {z}")


# --- claims that no lesson decides: the examples ---


def test_example_1_prints():
    """S1.19: what does example 1 print, as published and with NumPy imported?"""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        run_example(EXAMPLE_1, np=np)
    as_printed = lab.attempt(lambda: run_example(EXAMPLE_1))
    printed = printed.getvalue().strip()
    decided(
        "S1.19",
        {"with import numpy as np": printed == "[0 2 0 4]", "as it stands": not as_printed.kind},
        f"{printed} with that line, {as_printed.kind} without it",
    )


def test_verbosity(tf):
    """S1.23: does it take more code to write example 2 in the layer form?"""
    examples = EXAMPLE_2, EXAMPLE_2_IN_LAYERS
    assert {run_example(code, tf=tf)["model"].count_params() for code in examples} == {50_890}
    argument, layer = (sum(isinstance(node, ast.Call) for node in ast.walk(ast.parse(code))) for code in examples)
    decided("S1.23", layer > argument, f"calls in example 2: {argument} with the argument, {layer} with layers")


def test_example_3_works(keras, tmp_path):
    """S2.21: does example 3 train, and does its model load again?"""
    model = run_example(EXAMPLE_3)["model"]
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(32, 100)).astype("float32"), rng.integers(10, size=32)
    before = model.evaluate(x, labels, verbose=0)
    model.fit(x, labels, epochs=5, verbose=0)
    trains = model.evaluate(x, labels, verbose=0) < before
    model.save(tmp_path / "model.keras")
    loading = lab.attempt(lambda: keras.saving.load_model(tmp_path / "model.keras"))
    decided(
        "S2.21",
        {"to train it": trains, "to load what was saved": not loading.kind},
        f"the loss falls: {trains}; loading: {loading.kind or 'no error'}",
    )


def test_example_3_within_the_layer(keras):
    """S2.22: does example 3's custom function run within its Dense layer, and does no layer stand for it?"""
    names = run_example(EXAMPLE_3)
    first, *_ = listed = names["model"].layers
    x = np.random.default_rng(0).normal(size=(4, 100)).astype("float32")
    kernel, bias = (np.array(weight) for weight in first.get_weights())
    z = x @ kernel + bias
    within = first.activation is names["swish"] and np.allclose(first(x), z / (1 + np.exp(-z)), atol=1e-5)
    kinds = [type(each).__name__ for each in listed]
    measured = f"layers {', '.join(kinds)}; the first one's activation is swish: {within}"
    decided("S2.22", within and kinds == ["Dense", "Dense"], measured)


def test_custom_function_as_a_layer(keras):
    """S2.23: is a custom function rejected if the activation is a separate layer?"""
    swish = run_example(EXAMPLE_3)["swish"]
    argument = lab.keras_models.argument_form(100, [128, 10], [swish, "softmax"])
    layer = lab.keras_models.layer_form(100, [128, 10], [swish, "softmax"])
    layer.set_weights(argument.get_weights())
    x = np.random.default_rng(0).normal(size=(64, 100)).astype("float32")
    a, b = np.array(argument(x)), np.array(layer(x))
    own = [type(each).__name__ for each in layer.layers if getattr(each, "activation", None) is swish]
    decided(
        "S2.23",
        own != ["Activation"] or not np.array_equal(a, b),
        f"the same swish as a layer, {', '.join(own)}: {np.count_nonzero(a != b)} of {a.size} outputs differ",
    )
