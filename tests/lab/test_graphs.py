"""Are graphs read correctly: different models found different, equivalent ones the same?"""

import functools
import json
import os
import pathlib
import platform
import random
import re
import subprocess
import sys
import tempfile

import hanging
import numpy as np
import pytest
from test_quiet import NATIVE

ACTIVATIONS = ("relu", "elu", "leaky_relu", "tanh", "sigmoid", "gelu", "silu", "softmax")
KINDS = ("Dense", "Conv2D")
TESTS = pathlib.Path(__file__).parent
needs_onednn = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="TensorFlow has oneDNN's kernels on these processors"
)


@pytest.fixture(scope="module")
def graphs(tf):
    from activation_lab.with_keras import graphs

    return graphs


@pytest.fixture(scope="module")
def stages(tf):
    from activation_lab.with_keras.graphs import stages

    return stages


@pytest.fixture(scope="module")
def L(keras):
    return keras.layers


@pytest.fixture(scope="module")
def sequential(keras):
    """`sequential(shape, *layers)`: a built keras.Sequential."""
    return lambda shape, *layers: keras.Sequential([keras.Input(shape), *layers])


@pytest.fixture(scope="module")
def mlp(sequential, L):
    """The articles' small model, in the argument form."""
    return sequential((784,), L.Dense(64, activation="relu"), L.Dense(10, activation="softmax"))


def form(keras, kind, activation, layer):
    """A model of one layer, with its activation as an argument or as a separate layer."""
    options = {"Dense": (4,), "Conv2D": (4, 3)}[kind]
    shape = {"Dense": (5,), "Conv2D": (6, 6, 2)}[kind]
    make = getattr(keras.layers, kind)
    if layer:
        return keras.Sequential([keras.Input(shape), make(*options), keras.layers.Activation(activation)])
    return keras.Sequential([keras.Input(shape), make(*options, activation=activation)])


@functools.cache
def side_by_side(keras, kind, layer):
    """A model with one head per activation; made once, since looking into it leaves it as it is."""
    x = keras.Input({"Dense": (5,), "Conv2D": (6, 6, 2)}[kind])
    return keras.Model(x, [form(keras, kind, activation, layer)(x) for activation in ACTIVATIONS])


# What is read from one model


def test_the_small_model(graphs, mlp):
    """Does the table of the articles' model match TensorFlow's documentation, in every release?"""
    found = graphs.programs(mlp)
    assert found.traced == ("MatMul", "BiasAdd", "Relu", "MatMul", "BiasAdd", "Softmax") == graphs.traced(mlp)
    assert found.executed == ("_FusedMatMul[BiasAdd+Relu]", "_FusedMatMul[BiasAdd]", "Softmax")
    assert found.executed == graphs.executed(mlp)
    assert found.compiled == graphs.compiled(mlp)
    assert repr(found) == (
        "stage     operations\n"
        "traced    MatMul, BiasAdd, Relu, MatMul, BiasAdd, Softmax\n"
        "executed  _FusedMatMul[BiasAdd+Relu], _FusedMatMul[BiasAdd], Softmax\n"
        "XLA       11 instructions in 7 steps: dot, fusion[add+maximum], dot, fusion[add+reduce],\n"
        "          fusion[add+subtract+exponential], reduce, divide"
    )
    words = re.sub("<[^>]*>", " ", found._repr_html_())
    assert " ".join(words.split()) == " ".join(repr(found).split())


@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_executed_is_what_tensorflow_collects(tf, keras, graphs, stages, kind, gradients):
    """Are the executed operations those in TensorFlow's own collection of graphs, obtained another way?

    Only kinds that the processor-specific pass afterwards leaves unchanged can be compared.
    """
    from tensorflow.python.eager import context

    model = form(keras, kind, "relu", layer=True)
    function = stages.concrete(model, gradients, 32)
    x = tf.zeros(function.inputs[0].shape)
    with context.collect_graphs(optimized=True) as collected:
        function(x)
    ours = graphs.executed(model, gradients)
    for name in ("Relu", "ReluGrad", "Square", "Mean", "Sum", "Mul", "Reshape"):
        assert ours.count(name) == [node.op for node in collected[-1].node].count(name), name
    fused = [node.attr["fused_ops"].list.s for node in collected[-1].node if node.op.startswith("_Fused")]
    assert [list(parts) for parts in fused] == [[b"BiasAdd", b"Relu"]]
    assert sum("[BiasAdd+Relu]" in name for name in ours) == 1


def test_a_training_step(graphs, mlp):
    """Does the training step go forward, then back: derivatives after the loss, one product for each kernel?"""
    for found in (graphs.traced(mlp, gradients=True), graphs.executed(mlp, gradients=True)):
        assert found.index("Softmax") < found.index("Square") < found.index("Mean") < found.index("ReluGrad")
        assert found.count("BiasAddGrad") == 2 and found.count("ReluGrad") == 1
        assert sum("MatMul" in name for name in found) == 5  # 2 forward, 2 for kernels, 1 for the hidden values
    assert "dot" in graphs.compiled(mlp, gradients=True)


def test_the_weights_may_be_anything(graphs, sequential, L):
    """Are no operations left out when biases are zeros or kernels are ones?"""
    found = {
        graphs.executed(sequential((5,), L.Dense(4, activation="relu", kernel_initializer=k, bias_initializer=b)))
        for k in ("ones", "zeros", "glorot_uniform")
        for b in ("ones", "zeros")
    }
    assert found == {("_FusedMatMul[BiasAdd+Relu]",)}


def test_the_batch(graphs, sequential, L):
    """Is the batch size 32 unless another one is given, or the model fixes its own?"""
    model = sequential((5,), L.Dense(4))
    assert "f32[32,5]" in graphs.compiled(model) and "f32[7,5]" in graphs.compiled(model, batch=7)
    with pytest.raises(ValueError, match="batch is 0; expected a whole number of at least 1"):
        graphs.traced(model, batch=0)


def test_a_model_that_does_nothing(graphs, sequential, L):
    """Is a model without operations described as such?"""
    found = graphs.programs(sequential((3,), L.Activation("linear")))
    assert found.traced == found.executed == ()
    assert "traced    none\nexecuted  none\nXLA       0 instructions" in repr(found)


@pytest.mark.parametrize(
    ("private", "public"),
    [
        ("_MklNativeFusedMatMul", "_FusedMatMul"),
        ("_MklNativeFusedConv2D", "_FusedConv2D"),
        ("_MklMatMul", "MatMul"),
        ("_MklSoftmax", "Softmax"),
        ("_MklSwish", "_FusedSwish[Sigmoid+Mul]"),
        ("_FusedMatMul", "_FusedMatMul"),
    ],
)
def test_public_names(tf, graphs, private, public):
    """Is a name specific to one kind of processor replaced by the public one?"""
    from activation_lab.with_keras.graphs.operations import kind_of

    assert kind_of(tf.compat.v1.NodeDef(name="n", op=private)) == public


# Two models that become the same program


@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_are_the_same(keras, graphs, kind, gradients):
    """Do the argument form and the layer form become the same program, with all activations side by side?

    What XLA receives the same, `same` doesn't compile; is it compiled to the same?
    """
    models = [side_by_side(keras, kind, layer) for layer in (False, True)]
    found = graphs.same(*models, gradients)
    assert found, found
    first, second = (graphs.compiled(model, gradients) for model in models)
    assert first == second


def test_all_four_places(graphs):
    """Do an operation and a function in `call` also become the same program?"""
    from activation_lab.with_keras.models import FORMS

    first, *others = (FORMS[form](5, [4, 3], ["relu", "softmax"]) for form in ("argument", "operation", "function"))
    for other in others:
        found = graphs.same(first, other, gradients=True)
        assert found, found


def test_a_layer_as_argument(graphs, sequential, L):
    """Is PReLU() as an argument the same program as the layer PReLU()?"""
    found = graphs.same(
        sequential((5,), L.Dense(4, activation=L.PReLU())), sequential((5,), L.Dense(4), L.PReLU()), True
    )
    assert found, found


def test_loops(graphs, sequential, L):
    """Are two RNNs the same, and is a different activation inside the loop reported from within its body?"""
    one, other = (sequential((3, 2), L.SimpleRNN(2, activation=activation)) for activation in ("tanh", "tanh"))
    assert graphs.same(one, other)
    found = graphs.same(one, sequential((3, 2), L.SimpleRNN(2, activation="relu")))
    assert all(found.differences.values())
    assert "in its body" in found.differences["traced"]


def test_operands_that_commute(keras, graphs, L):
    """Are a + b and b + a the same graph in TensorFlow, but a - b and b - a not?"""

    def joined(layer, first):
        x = keras.Input((4,))
        y = L.Activation("tanh")(L.Dense(4)(x))
        return keras.Model(x, layer()([x, y] if first else [y, x]))

    for layer, commutes in ((L.Add, True), (L.Multiply, True), (L.Maximum, True), (L.Subtract, False)):
        found = graphs.same(joined(layer, True), joined(layer, False))
        assert [not found.differences[stage] for stage in ("traced", "executed")] == [commutes, commutes], layer


# Two models that become different programs


def branch(keras, L, build):
    """The functional model of build(x, h), where h is a Dense layer applied to x."""
    x = keras.Input((4,))
    return keras.Model(x, build(x, L.Dense(4)(x)))


# What makes two models differ, and what is reported for the traced and executed graphs.
DIFFERENT = {
    "another activation": (
        lambda k, L, s: (s((5,), L.Dense(4, activation="relu")), s((5,), L.Dense(4, activation="tanh"))),
        r"operation 3: Relu\(%2\) \| Tanh\(%2\)",
        r"operation 1: _FusedMatMul\[BiasAdd\+Relu\]",
    ),
    "another slope": (
        lambda k, L, s: (s((5,), L.Dense(4), L.LeakyReLU()), s((5,), L.Dense(4, activation="leaky_relu"))),
        r"operation 3: LeakyRelu\(%2\), alpha 0\.3 \| alpha 0\.2",
        r"leakyrelu_alpha 0\.3 \| leakyrelu_alpha 0\.2",
    ),
    "another gelu": (
        lambda k, L, s: (s((5,), L.Dense(4, activation="gelu")), s((5,), L.Dense(4, activation=k.ops.gelu))),
        r"operation 3: Neg\(%2\) \| Pow\(%2, 3\.0\)",
        "operation",
    ),
    "swapped order": (
        lambda k, L, s: (
            s((5,), L.Dense(4), L.Activation("relu"), L.Activation("tanh")),
            s((5,), L.Dense(4), L.Activation("tanh"), L.Activation("relu")),
        ),
        r"operation 3: Relu\(%2\) \| Tanh\(%2\)",
        r"_UnaryOpsComposition\[Relu\+Tanh\]\(%1\) \| _UnaryOpsComposition\[Tanh\+Relu\]\(%1\)",
    ),
    "activation before or after an addition": (
        lambda k, L, s: (
            branch(k, L, lambda x, h: L.ReLU()(L.Add()([x, h]))),
            branch(k, L, lambda x, h: L.Add()([x, L.ReLU()(h)])),
        ),
        "operation 3: AddV2.* Relu",
        "operation 1",
    ),
    "other wiring": (
        lambda k, L, s: (
            branch(k, L, lambda x, h: L.Add()([x, L.Activation("softplus")(h)])),
            branch(k, L, lambda x, h: L.Add()([h, L.Activation("softplus")(h)])),
        ),
        r"operation 4: AddV2\(%3, x\[32,4\]\) \| AddV2\(%3, %2\)",
        r"operation 3: AddV2\(%2, x\[32,4\]\) \| AddV2\(%2, %1\)",
    ),
    "one kernel for two layers": (
        lambda k, L, s: (s((4,), *2 * [L.Dense(4)]), s((4,), L.Dense(4), L.Dense(4))),
        r"operation 3: MatMul\(%2, w1\[4,4\]\) \| MatMul\(%2, w3\[4,4\]\)",
        r"w1\[4,4\], w2\[4\]\) \| .*w3\[4,4\], w4\[4\]",
    ),
    "another width": (
        lambda k, L, s: (s((5,), L.Dense(4), L.Dense(3)), s((5,), L.Dense(6), L.Dense(3))),
        r"operation 1: .*w1\[5,4\]\) \| .*w1\[5,6\]\)",
        r"w1\[5,4\]",
    ),
    "another stride": (
        lambda k, L, s: (s((6, 6, 1), L.Conv2D(2, 3)), s((6, 6, 1), L.Conv2D(2, 3, strides=2))),
        "strides",
        "strides",
    ),
    "another constant": (
        lambda k, L, s: (s((5,), L.Rescaling(0.5)), s((5,), L.Rescaling(0.25))),
        r"0\.5.* \| .*0\.25",
        r"0\.5.* \| .*0\.25",
    ),
    "one layer more": (
        lambda k, L, s: (s((5,), L.Dense(4)), s((5,), L.Dense(4), L.Activation("tanh"))),
        r"operation 3: return\(%2\) \| Tanh\(%2\)",
        "operation",
    ),
    "which part of a split comes first": (
        lambda k, L, s: (
            branch(k, L, lambda x, h: L.Subtract()(k.ops.split(h, 2, axis=-1))),
            branch(k, L, lambda x, h: L.Subtract()(k.ops.split(h, 2, axis=-1)[::-1])),
        ),
        r"operation 4: Sub\(%3, %3:1\) \| Sub\(%3:1, %3\)",
        r"operation 3: Sub\(%2, %2:1\) \| Sub\(%2:1, %2\)",
    ),
    "which of two is returned": (
        lambda k, L, s: (
            branch(k, L, lambda x, h: [h, L.Activation("tanh")(h)]),
            branch(k, L, lambda x, h: [L.Activation("tanh")(h), h]),
        ),
        r"operation 4: return\(%2, %3\) \| return\(%3, %2\)",
        "operation",
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_models_that_differ(keras, graphs, sequential, L, case):
    """Is the difference found and shown at every stage?"""
    make, traced, executed = DIFFERENT[case]
    first, second = make(keras, L, sequential)
    found = graphs.same(first, second)
    assert not found
    assert re.search(traced, found.differences["traced"]), found
    assert re.search(executed, found.differences["executed"]), found
    assert " | " in found.differences["XLA"], found


def test_other_wiring_has_the_same_operations(keras, graphs, sequential, L):
    """Is this case meaningful: are the lists of operations alone not enough to tell the two models apart?"""
    first, second = DIFFERENT["other wiring"][0](keras, L, sequential)
    assert graphs.traced(first) == graphs.traced(second)
    assert graphs.executed(first) == graphs.executed(second)


def test_a_difference_in_training_alone(graphs, sequential, L):
    """Does a dropout make no difference in inference, but one in training?"""
    first, second = sequential((5,), L.Dense(4)), sequential((5,), L.Dense(4), L.Dropout(0.5))
    assert graphs.same(first, second)
    assert not graphs.same(first, second, gradients=True)


def test_sameness_is_shown(graphs, sequential, L):
    """Does the table show each stage's result, and does the HTML show the same, escaped?"""
    relu, tanh = (sequential((5,), L.Dense(4, activation=name)) for name in ("relu", "tanh"))
    assert repr(graphs.same(relu, relu)).splitlines()[1:] == [
        "traced    the same program",
        "executed  the same program",
        "XLA       the same program",
    ]
    found = graphs.same(relu, tanh)
    assert repr(found).splitlines()[1] == "traced    operation 3: Relu(%2) | Tanh(%2)"
    assert repr(found).splitlines()[-1] == "XLA       step 2: fusion[add+maximum] | fusion[add+tanh]"
    assert " ".join(re.sub("<[^>]*>", " ", found._repr_html_()).split()) == " ".join(repr(found).split())
    assert found.differences == graphs.same(relu, tanh).differences


# Names and the order of nodes do not matter


@pytest.fixture(scope="module")
def graph_of_training(keras, L, stages):
    """A training step's GraphDef, what is returned, and its arguments; it has two equal branches."""
    x = keras.Input((6, 6, 2))
    h = L.Flatten()(L.Conv2D(4, 2, activation="silu")(x))
    y = L.Add()([L.Dense(4, activation="tanh")(h) for _ in range(2)])
    function = stages.concrete(keras.Model(x, L.Dense(4, activation="softmax")(y)), True, 8)
    arguments = {tensor.op.name: f"w{list(tensor.shape)}" for tensor in function.inputs}
    return function.graph.as_graph_def(), [tensor.name for tensor in function.outputs], arguments


@pytest.mark.parametrize("seed", range(5))
def test_nodes_renamed_and_shuffled(tf, graphs, graph_of_training, seed):
    """Is a graph with other names, reordered nodes and swapped commutative operands listed the same?"""
    from activation_lab.with_keras.graphs.listing import listing

    graph, outputs, arguments = graph_of_training
    draw = random.Random(seed)
    numbers = draw.sample(range(10_000), len(graph.node))
    names = {node.name: f"n{number}" for node, number in zip(graph.node, numbers, strict=True)}

    def renamed(reference):
        control, name, port = re.fullmatch(r"(\^?)([^:]*)(.*)", reference).groups()
        return control + names[name] + port

    nodes = []
    for node in graph.node:
        inputs = [renamed(reference) for reference in node.input]
        if node.op in ("Mul", "AddV2"):
            draw.shuffle(inputs)
        nodes.append(tf.compat.v1.NodeDef(name=names[node.name], op=node.op, input=inputs, attr=node.attr))
    draw.shuffle(nodes)
    ours = listing(graph.node, outputs, arguments)
    theirs = listing(nodes, list(map(renamed, outputs)), {names[name]: text for name, text in arguments.items()})
    assert len(ours) > 20
    assert ours == theirs


def test_plumbing(tf, graphs):
    """Are nodes that pass values on looked through, port by port, and sends to another device resolved?"""
    from activation_lab.with_keras.graphs.listing import listing

    def node(name, op, *inputs, **attributes):
        made = tf.compat.v1.NodeDef(name=name, op=op, input=inputs)
        for key, value in attributes.items():
            made.attr[key].s = value
        return made

    nodes = [
        node("a", "Placeholder"),
        node("b", "Placeholder"),
        node("n", "IdentityN", "a", "b"),
        node("i", "Identity", "n:1", "^b"),
        node("s", "_Send", "i", tensor_name=b"edge"),
        node("r", "_Recv", tensor_name=b"edge"),
        node("d", "Sub", "r", "n:0"),
    ]
    (difference, returned) = listing(nodes, ["d:0"], {"a": "x", "b": "y"})
    assert str(difference) == "Sub(y, x)" and str(returned) == "return(%1)"


def test_every_edge_counts(tf, graphs, graph_of_training):
    """Does redirecting any one edge that a result depends on make a difference?"""
    from activation_lab.with_keras.graphs.listing import listing

    graph, outputs, arguments = graph_of_training
    plain = listing(graph.node, outputs, arguments)
    edges = edges_before(graph, outputs)
    assert len(edges) > 60
    for name, place in edges:
        changed = tf.compat.v1.GraphDef()
        changed.CopyFrom(graph)
        (node,) = (node for node in changed.node if node.name == name)
        node.input[place] = list(arguments)[node.input[place] == list(arguments)[0]]
        assert listing(changed.node, outputs, arguments) != plain, (name, place)


def edges_before(graph, outputs):
    """[(node, position of an operand)] that an output depends on; for an IdentityN here, only the first of two."""
    nodes = {node.name: node for node in graph.node}
    names, edges = {output.partition(":")[0] for output in outputs}, set()
    while True:
        data = {name: [source for source in nodes[name].input if source[0] != "^"] for name in names}
        data = {name: sources[:1] if nodes[name].op == "IdentityN" else sources for name, sources in data.items()}
        found = {(name, place) for name, sources in data.items() for place in range(len(sources))}
        if found <= edges:
            return sorted(edges)
        edges |= found
        names = {nodes[name].input[place].partition(":")[0] for name, place in found}


@pytest.fixture(scope="module")
def hlo_of_training(mlp):
    """XLA's own text of a training step."""
    from activation_lab.with_keras.graphs.tracing import function_of

    function, spec = function_of(mlp, True, 8, compiled=True)
    return function.experimental_get_compiler_ir(spec)(stage="optimized_hlo")


@pytest.mark.parametrize("seed", range(5))
def test_instructions_renamed(graphs, hlo_of_training, seed):
    """Is XLA's text with other names, numbers and metadata the same program?"""
    from activation_lab.with_keras.graphs.hlo import canonical

    text = hlo_of_training
    draw = random.Random(seed)
    names = sorted(set(re.findall(r"%[\w.-]+", text)))
    new = dict(zip(names, (f"%{draw.choice('abc')}.{n}" for n in draw.sample(range(10**6), len(names))), strict=True))
    renamed = re.sub(r"%[\w.-]+", lambda match: new[match[0]], text)
    renamed = renamed.replace('op_name="', f'op_name="layer_{seed}/{{x}}/').replace("HloModule a_", "HloModule b_")
    assert renamed != text
    assert canonical(renamed) == canonical(text)


def test_a_line_of_hlo_changed(graphs, mlp):
    """Does changing any one operand, number or kind in XLA's text make a difference, and reading it again none?"""
    from activation_lab.with_keras.graphs.hlo import canonical

    text = graphs.compiled(mlp)
    assert canonical(text) == text
    for old, new in (
        ("dot(%parameter.1, %parameter.2)", "dot(%parameter.2, %parameter.1)"),
        ("constant(-inf)", "constant(inf)"),
        (" maximum(%add.1", " minimum(%add.1"),
        ("lhs_contracting_dims={1}", "lhs_contracting_dims={0}"),
    ):
        assert old in text
        assert canonical(text.replace(old, new, 1)) != text


# No side effects


def test_the_model_stays_as_it_is(graphs, sequential, L):
    """Are weights, BatchNormalization statistics and Dropout's generator unchanged after a training step?"""
    model = sequential((5,), L.Dense(4), L.BatchNormalization(), L.Dropout(0.5))
    before = [np.array(variable) for variable in model.variables]
    assert "AssignVariableOp" in graphs.executed(model, gradients=True)  # which would have changed them
    graphs.programs(model), graphs.same(model, model)
    assert len(before) == len(model.variables) == 7
    assert all(np.array_equal(old, new) for old, new in zip(before, model.variables, strict=True))


def test_nothing_is_left_behind(tf, graphs, mlp, tmp_path, monkeypatch, capfd):
    """Are there no files, no output, no summary and no collection of graphs afterwards?"""
    from tensorflow.python.eager import context

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    graphs.programs(mlp), graphs.same(mlp, mlp, gradients=True)
    left = [path.name for path in tmp_path.iterdir()]
    assert [
        name for name in left if "autograph" not in name and name != "__pycache__"
    ] == []  # TensorFlow removes those
    assert capfd.readouterr() == ("", "")
    assert tf.summary.write("anything", 1.0, step=0).numpy() == False  # noqa: E712, no writer
    context.context().export_run_metadata()  # what has been collected so far
    tf.function(lambda x: x + 1)(tf.zeros(3))
    assert len(context.context().export_run_metadata().function_graphs) == 0


def test_a_graph_collected_before(tf, graphs, mlp):
    """Is this model's graph shown even if TensorFlow has collected another one before?"""
    tf.summary.trace_on(graph=True)
    tf.function(lambda x: tf.sin(x))(tf.zeros(3))
    tf.summary.trace_off()  # keeps what it has collected
    assert graphs.executed(mlp) == ("_FusedMatMul[BiasAdd+Relu]", "_FusedMatMul[BiasAdd]", "Softmax")


# What is rejected


def test_what_is_no_model(graphs, keras):
    """Is a layer, or a class, rejected with its type?"""
    for wrong, name in ((keras.layers.Dense(3), "Dense"), (keras.Model, "type"), (None, "NoneType")):
        with pytest.raises(TypeError, match=f"received {name}; expected a keras.Model"):
            graphs.traced(wrong)


def test_a_model_that_cannot_be_looked_into(graphs, keras, sequential, L):
    """Is a model that is not built, has two inputs or an unknown shape rejected, with what to do?"""
    inputs = [keras.Input((3,)), keras.Input((3,))]
    two = keras.Model(inputs, L.Add()(inputs))
    for model, message in (
        (keras.Sequential([L.Dense(3)], name="it"), "the model 'it' is not built.*Give it a keras.Input"),
        (two, "has 2 inputs of known shape; expected one"),
        (sequential((None, 3), L.Dense(2)), r"inputs of shape \(None, 3\); expected whole numbers"),
    ):
        for look in (graphs.traced, graphs.executed, graphs.compiled, graphs.programs):
            with pytest.raises(ValueError, match=message):
                look(model)
    with pytest.raises(ValueError, match="has 2 inputs of known shape"):
        graphs.same(sequential((3,), L.Dense(3)), two)


# What is fused, with oneDNN and without

FUSED = {
    True: {
        "Dense": ["relu", "elu", "leaky_relu", "tanh", "sigmoid", "gelu"],
        "Conv2D": ["relu", "elu", "leaky_relu"],
    },
    False: {"Dense": ["relu", "elu", "leaky_relu"], "Conv2D": ["relu", "elu", "leaky_relu"]},
}
# In training, only those whose derivative can be computed from their output.
FUSED_IN_TRAINING = {
    True: {"Dense": ["relu", "elu", "tanh", "sigmoid"], "Conv2D": ["relu", "elu"]},
    False: {"Dense": ["relu", "elu"], "Conv2D": ["relu", "elu"]},
}


def fused(keras, stages, gradients):
    """{kind of layer: [activation fused into its operation]}, for a model with all of them side by side.

    Both forms of that model must run the same program.
    """
    found = {}
    for kind in KINDS:
        models = [side_by_side(keras, kind, layer) for layer in (False, True)]
        first, second = (stages.executed_listing(stages.concrete(model, gradients, 8)) for model in models)
        assert first == second, kind
        kinds = " ".join(stages.kinds(first)).lower()
        names = {name: rf"_fused(matmul|conv2d)\[biasadd\+{name.replace('_', '')}(exact)?\]" for name in ACTIVATIONS}
        found[kind] = [name for name, pattern in names.items() if re.search(pattern, kinds)]
    return found


def one_dnn():
    """Whether TensorFlow uses oneDNN here: unless it is told, that depends on what the processor can do."""
    from tensorflow.python.util import _pywrap_util_port

    return _pywrap_util_port.IsMklEnabled()


@needs_onednn
def test_what_is_fused(keras, stages):
    """Are those activations fused that TensorFlow's optimizer knows, and fewer of them in training?"""
    assert fused(keras, stages, gradients=False) == FUSED[one_dnn()]
    assert fused(keras, stages, gradients=True) == FUSED_IN_TRAINING[one_dnn()]


ANOTHER_PROCESS = """
import json
import os
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
tf.constant(1.0) + 1
os.write(2, b"MARK\\n")

import keras
from activation_lab import quiet

assert quiet.tf is tf and quiet.keras is keras and tf.keras.layers.Dense is keras.layers.Dense
os.write(2, b"MARK\\n")

from activation_lab.with_keras.graphs import stages
from test_graphs import fused


class Elsewhere(keras.layers.Layer):
    def call(self, x):
        with tf.device("CPU:1"):
            return tf.sin(x)


model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(4), Elsewhere(), keras.layers.Dense(3)])
print(" ".join(stages.executed(model)))
print(json.dumps([fused(keras, stages, gradients) for gradients in (False, True)]))
"""


@pytest.fixture(scope="module")
def another_process(tf):
    """(the lines, what TensorFlow wrote before this package was imported, meanwhile and then), with oneDNN off or on.

    The process imports TensorFlow by itself first, and has two devices.
    """
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    environment["TF_ENABLE_ONEDNN_OPTS"] = str(int(not one_dnn()))
    environment["PYTHONPATH"] = os.pathsep.join(map(str, (TESTS, TESTS.parent, TESTS.parents[1])))
    command = [sys.executable, "-c", ANOTHER_PROCESS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=hanging.SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr.split("MARK\n")


@needs_onednn
def test_the_other_setting_of_onednn(another_process):
    """With oneDNN off or on: do both forms run the same, are those activations fused, and is nothing logged?"""
    (_, found), (_, _, later) = another_process
    assert json.loads(found) == [FUSED[not one_dnn()], FUSED_IN_TRAINING[not one_dnn()]]
    assert re.findall(r"^.*(?:optimizer|remapper).*$", later, re.MULTILINE) == []


def test_a_model_on_two_devices(another_process):
    """Are its parts put together?"""
    (executed, _), _ = another_process
    assert executed == "_FusedMatMul[BiasAdd] Sin _FusedMatMul[BiasAdd]"


def test_tensorflow_imported_before(another_process):
    """If TensorFlow was imported before, with all its lines, does this package add none, and use the same modules?"""
    _, (before, meanwhile, _) = another_process
    assert meanwhile == ""
    if sys.platform == "linux":
        assert NATIVE.search(before), "TensorFlow is quiet by itself: is activation_lab.quiet still needed?"
