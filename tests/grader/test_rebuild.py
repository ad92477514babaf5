"""Is a model the same after serializing and rebuilding, and is every other description refused in words?"""

import copy
import dataclasses
import math
import random
import types

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("tensorflow", reason="Keras models are described, and Keras needs it")

from course import EXERCISES  # noqa: E402

from activation_lab.checking.compare import UnsendableObject
from activation_lab.checking.outcome import observe
from activation_lab.exercises.architecture import architecture_text
from activation_lab.harness import arguments_for
from activation_lab.harness.outputs import outputs_of
from activation_lab.quiet import keras, tf
from activation_lab_tools.grader.models.rebuild import Rejected, rebuild
from activation_lab_tools.grader.models.serialize import CannotSerialize, serialize

layers, ops = keras.layers, keras.ops
RNG = np.random.default_rng(0)

# Answers of the course that are models: seen directly, and through their descriptions

EXAMINED = {name: exercise for name, exercise in EXERCISES.items() if exercise.examine is not None}


def sample_of(exercise):
    """The reference, the first other right answer and the first known mistake."""
    others = {f"another right answer, {i}": answer for i, answer in enumerate(exercise.accepted[:1])}
    return {"the reference": exercise.reference, **others, **dict(list(exercise.mistakes.items())[:1])}


def by_description(value):
    if isinstance(value, tuple):
        return tuple(map(by_description, value))
    return rebuild(serialize(value)) if isinstance(value, keras.Model) else value


def seen_from_outside(exercise, answer, arguments):
    """The outcome, when the answer runs in one process and a rebuilt model is examined in another."""
    inside = types.SimpleNamespace(name=exercise.name, run=exercise.run, examine=None)
    outcome = observe(inside, answer, arguments_for(exercise.run, arguments))
    if outcome.error is not None:
        return outcome
    value = by_description(outcome.value)
    outside = types.SimpleNamespace(name=exercise.name, run=lambda _: exercise.examine(value, *arguments), examine=None)
    examined = observe(outside, None, ())
    return dataclasses.replace(
        examined, changed=outcome.changed, warnings=tuple(dict.fromkeys((*outcome.warnings, *examined.warnings)))
    )


@pytest.mark.parametrize("exercise", EXAMINED.values(), ids=EXAMINED)
def test_an_answer_looks_the_same_from_outside(exercise):
    """Is what is seen of right and wrong answers bit by bit the same, values, texts, errors, warnings, changes?"""
    for name, answer in sample_of(exercise).items():
        for case, arguments in exercise.cases(np.random.default_rng(7)).items():
            direct, outside = observe(exercise, answer, arguments), seen_from_outside(exercise, answer, arguments)
            place = f"{name}, {case}: {direct}, {outside}"
            assert type(direct.error) is type(outside.error), place
            assert words_of(direct.error) == words_of(outside.error), place
            assert (direct.warnings, direct.changed) == (outside.warnings, outside.changed), place
            assert same(direct.value, outside.value), place


def words_of(error):
    """Keras counts its layers; the numbers in an error may differ."""
    return "".join(character for character in str(error).split("\n")[0] if not character.isdigit())


def same(a, b):
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return (
        a == b if isinstance(a, str) else np.array_equal(a, b, equal_nan=a is not None) and np.shape(a) == np.shape(b)
    )


# Single models


def chain(*parts, shape=(4,)):
    return keras.Sequential([keras.Input(shape), *parts])


def functional(build, shape=(4,)):
    inputs = keras.Input(shape)
    return keras.Model(inputs, build(inputs))


def shared(x):
    dense = layers.Dense(4, "tanh")
    return dense(dense(x)) + x


def operations(x):
    y = ops.concatenate([ops.maximum(x, 0.25), 2 - ops.exp(-ops.square(x)) / 3], axis=-1)
    y = ops.where(y > 0.5, y, ops.leaky_relu(y, 0.3)) * np.float32(2)
    return ops.sum(ops.reshape(ops.softmax(y), (-1, 2, 4)), axis=1, keepdims=True)


def captured(x):
    dense = layers.Dense(3)
    dense.build((None, 4))
    return ops.matmul(x, dense.kernel) + dense.bias.value - tf.constant([1.0, 2.0, 3.0])


def nested(x):
    inner = keras.Sequential([layers.Dense(4, "relu"), layers.Dense(4)])
    return layers.Add()([inner(inner(x)), functional(lambda y: y * 2)(x)])


def without_a_built_activation():
    return chain(layers.Dense(3, activation=layers.PReLU()), layers.Dense(2))


def spoiled():
    model = chain(layers.Dense(5, "relu"), layers.Dense(2))
    model.layers[0].activation = None
    return model


PICTURE = (6, 7, 2)
MODELS = {
    "a Sequential": lambda: chain(layers.Dense(5, "relu"), layers.Dropout(0.5), layers.Dense(3, "softmax")),
    "names": lambda: chain(
        layers.Dense(3, name="schön ist es"), layers.Dense(2, name="add_1"), layers.Activation("elu")
    ),
    "without bias": lambda: chain(layers.Dense(5, use_bias=False), layers.Dense(2)),
    "an activation by a function": lambda: chain(
        layers.Dense(5, lambda z: z * ops.sigmoid(z)), layers.Dense(2, tf.nn.relu6)
    ),
    "an activation that approximates": lambda: chain(layers.Dense(5, ops.gelu), layers.Dense(5, "gelu")),
    "an activation by a layer": lambda: chain(layers.Dense(5, layers.LeakyReLU(negative_slope=0.1)), layers.Dense(2)),
    "an activation by a layer, not built": without_a_built_activation,
    "no activation any more": spoiled,
    "activation layers": lambda: chain(layers.PReLU(), layers.ELU(0.5), layers.ReLU(3.0, 0.1, 0.2), layers.Softmax()),
    "normalizations": lambda: chain(layers.BatchNormalization(epsilon=0.1), layers.LayerNormalization(center=False)),
    "a convolution": lambda: chain(
        layers.Conv2D(4, (2, 3), strides=2, padding="same", activation="sigmoid"),
        layers.AveragePooling2D((1, 2), padding="same"),
        layers.Conv2D(2, 2, dilation_rate=(1, 1)),
        layers.GlobalAveragePooling2D(),
        shape=PICTURE,
    ),
    "shapes": lambda: chain(
        layers.ZeroPadding2D(((1, 0), (0, 2))),
        layers.Permute((2, 1, 3)),
        layers.MaxPooling2D(2, strides=1),
        layers.Flatten(),
        layers.Reshape((-1, 4)),
        layers.GlobalMaxPooling1D(),
        layers.RepeatVector(3),
        shape=PICTURE,
    ),
    "a layer used twice": lambda: functional(shared),
    "operations": lambda: functional(operations),
    "weights in operations": lambda: functional(captured),
    "a convolution as an operation": lambda: functional(
        lambda x: ops.conv(x, RNG.normal(size=(2, 2, 2, 3)).astype("float32"), 2, "same"), PICTURE
    ),
    "models within": lambda: functional(nested),
    "branches": lambda: functional(lambda x: layers.Concatenate()([layers.Dense(2)(x), layers.Maximum()([x, -x])])),
    "a list of one output": lambda: keras.Model(*(lambda x: ([x], [layers.Dense(2)(x)]))(keras.Input((4,)))),
    "nothing but an input": lambda: keras.Model(*(lambda x: (x.inputs[0], x.inputs[0]))(chain(layers.Dense(2)))),
    "training mode": lambda: functional(lambda x: layers.BatchNormalization()(x, training=True)),
    "mixed precision": lambda: chain(
        layers.Dense(3, dtype="mixed_float16"), layers.Activation("softmax", dtype="float32")
    ),
    "float16": lambda: chain(layers.Dense(3, dtype="float16"), layers.Dense(3, dtype="float64")),
    "bfloat16": lambda: functional(lambda x: ops.cast(layers.Dense(3, dtype="bfloat16")(x), "float32")),
}


def with_weights(model):
    model.set_weights([RNG.uniform(0.2, 2, size=weight.shape) for weight in model.get_weights()])
    return model


def plain(value):
    """Is it data and no more?"""
    if isinstance(value, dict):
        return all(type(key) is str for key in value) and all(map(plain, value.values()))
    if isinstance(value, list):
        return all(map(plain, value))
    return (
        value is None
        or type(value) in (bool, int, float, str)
        or type(value) is np.ndarray
        and value.dtype.kind in "biuf"
    )


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_rebuilt_model_is_the_same(make):
    """Does it have the same layers, weights and outputs, from a description that is plain data?"""
    model = with_weights(make())
    description = serialize(model)
    assert plain(description)
    other = rebuild(description)
    x = RNG.normal(size=(3, *model.inputs[0].shape[1:])).astype("float32")
    expected = outputs_of(model, x)
    assert np.array_equal(outputs_of(other, x), expected) and outputs_of(other, x).dtype == expected.dtype
    assert architecture_text(other) == architecture_text(model)
    weights = other.get_weights()
    assert len(weights) == len(model.get_weights()) and all(map(np.array_equal, weights, model.get_weights()))
    assert [type(layer) for layer in other.layers] == [type(layer) for layer in model.layers]


def test_weights_in_float16_are_kept():
    """Is the dtype of each layer's weights and outputs that of the original, whatever the global policy is?"""
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = chain(layers.Dense(3), layers.Dense(2, dtype="float32"))
    finally:
        keras.config.set_dtype_policy("float32")
    other = rebuild(serialize(model))
    assert other.dtype_policy.name == "mixed_float16"
    assert [layer.dtype_policy.name for layer in other.layers] == ["mixed_float16", "float32"]
    x = RNG.normal(size=(3, 4)).astype("float32")
    assert np.array_equal(outputs_of(model, x), outputs_of(other, x))


def test_a_rebuilt_layer_shares_what_was_shared():
    """Does a layer that is used twice have one set of weights, so that new weights change both uses?"""
    other = rebuild(serialize(functional(shared)))
    assert len(other.get_weights()) == 2
    other.set_weights([np.zeros((4, 4)), np.ones(4)])
    assert np.allclose(outputs_of(other, np.zeros((1, 4), "float32")), math.tanh(1))


class OwnLayer(layers.Layer):
    def call(self, x):
        return x


class OwnDense(layers.Dense):
    pass


class OwnModel(keras.Model):
    def call(self, x):
        return x


def with_another_weight():
    dense = layers.Dense(3)
    dense.add_weight(shape=(2,), name="another")
    return chain(dense)


def quantized():
    model = chain(layers.Dense(3))
    model.layers[0].quantize("int8")
    return model


NOT_DESCRIBED = {
    "a lambda layer": (lambda: chain(layers.Lambda(lambda x: x)), "a layer Lambda"),
    "a custom layer": (lambda: chain(OwnLayer()), "a layer OwnLayer"),
    "a subclass of a known layer": (lambda: chain(OwnDense(3)), "a layer OwnDense"),
    "a custom activation": (lambda: chain(layers.Dense(3, lambda z: z**3)), "Its activation <lambda>"),
    "a custom model": (lambda: functional(lambda x: OwnModel()(x)), "custom class, OwnModel"),
    "a custom weight": (with_another_weight, "weights that such a layer does not have"),
    "quantized weights": (quantized, "quantized"),
    "an unknown operation": (lambda: functional(lambda x: ops.cumsum(x, axis=1)), "an operation Cumsum"),
    "outputs by name": (lambda: functional(lambda x: {"y": layers.Dense(2)(x)}), "neither a tensor nor a list"),
}


@pytest.mark.parametrize(("make", "words"), NOT_DESCRIBED.values(), ids=NOT_DESCRIBED)
def test_what_has_no_word_is_said(make, words):
    """Is a sentence given on everything that cannot be rebuilt, instead of a description of something else?"""
    with pytest.raises(CannotSerialize, match=words):
        serialize(make())


# Descriptions that nobody should build


def dense(units=3, features=4, **changes):
    layer = {"class": "Dense", "name": "d", "policy": "float32", "settings": {"units": units, "use_bias": False}}
    layer |= {"weights": {"kernel": np.ones((features, units), "float32")}, "activation": None}
    return layer | changes


def sequential(*parts, shape=(None, 4), numbers=None):
    inputs = [{"shape": list(shape), "dtype": "float32"}]
    model = {"class": "Sequential", "name": "s", "policy": "float32", "inputs": inputs}
    model["layers"] = list(range(len(parts))) if numbers is None else numbers
    return {"layers": [*parts, model], "model": len(parts)}


def graph(*calls, parts=(), shape=(None, 4), outputs=None):
    model = {"class": "Functional", "name": "f", "policy": "float32", "listed": [False, False], "calls": list(calls)}
    model |= {"inputs": [{"shape": list(shape), "dtype": "float32"}], "outputs": outputs or [len(calls)]}
    return {"layers": [*parts, model], "model": len(parts)}


def operation(name, *arguments, **options):
    return {"operation": name, "arguments": list(arguments), "settings": options}


def layer(kind, **options):
    return {"class": kind, "name": "l", "policy": "float32", "settings": options, "weights": {}}


def doubling(depth):
    """Models that each call the one before twice: described in a few lines, computed in 2**depth steps."""
    parts = [layer("Identity")]
    for number in range(depth):
        calls = [{"layer": number, "arguments": [{"tensor": i}]} for i in (0, 1)]
        parts += graph(*calls)["layers"]
        parts[-1]["name"] = f"f{number}"
    return {"layers": parts, "model": depth}


def doubled(times):
    """Calls that each double the batch."""
    return [operation("Concatenate", [{"tensor": i}, {"tensor": i}], axis=0) for i in range(times)]


def within(times):
    """Calls of the model with number 0, one after the other."""
    return [{"layer": 0, "arguments": [{"tensor": i}]} for i in range(times)]


def convolution(dilation):
    settings = {"filters": 1, "kernel_size": [3, 3], "dilation_rate": [dilation, dilation], "padding": "same"}
    kernel = {"kernel": np.ones((3, 3, 1, 1), "float32")}
    return {**layer("Conv2D"), "settings": settings | {"use_bias": False}, "weights": kernel, "activation": None}


TENSOR = {"tensor": 0}
REJECTED = {
    "nothing": (None, "a dictionary"),
    "no layers": ({"layers": [], "model": 0}, "refers to nothing"),
    "a layer alone": ({"layers": [dense()], "model": 0}, "a layer, not in a model"),
    "a lambda": (sequential({"class": "Lambda", "config": {"function": "evil"}}), "unknown class"),
    "another class of Keras": (sequential(layer("TFSMLayer", filepath="/etc")), "unknown class"),
    "an attribute of Keras": (sequential({**dense(), "class": "__init__"}), "unknown class"),
    "an unknown setting": (
        sequential(dense(settings={"units": 3, "kernel_constraint": "max_norm"})),
        "a dictionary of",
    ),
    "a setting of another kind": (sequential(dense(settings={"units": "3"})), "the setting units"),
    "true as a number": (sequential(dense(settings={"units": True})), "the setting units"),
    "an initializer": (sequential(dense(initializer="zeros")), "a dictionary of"),
    "an unknown activation": (sequential(dense(activation={"function": "eval"})), "an activation is unknown"),
    "an activation that is a model": (
        {**sequential(dense()), "layers": [*sequential(dense())["layers"], dense(activation={"layer": 1})]},
        "an activation is another layer",
    ),
    "an activation that repeats": (
        sequential(layer("RepeatVector", n=90_000), dense(activation={"layer": 0}), numbers=[1]),
        "an activation is another layer",
    ),
    "a layer on numbers alone": (
        graph(
            {"layer": 0, "arguments": [{"constant": np.ones((50, 90_000), "int8")}]},
            parts=[layer("RepeatVector", n=90_000)],
        ),
        "no symbolic tensor",
    ),
    "an unknown policy": (sequential(dense(policy="int8")), "a dtype policy"),
    "an unknown operation": (graph(operation("Custom", TENSOR)), "an operation is unknown"),
    "an operation on nothing": (graph(operation("Exp", 1.0)), "no symbolic tensor"),
    "a tensor from later": (graph(operation("Exp", {"tensor": 1})), "refers to nothing"),
    "a tensor before the first": (graph(operation("Exp", {"tensor": -1})), "refers to nothing"),
    "a layer from later": (sequential(numbers=[0]), "refers to nothing"),
    "an array of objects": (graph(operation("Add", TENSOR, {"constant": np.array([{}])})), "an array of numbers"),
    "an array of texts": (graph(operation("Add", TENSOR, {"constant": np.array(["a"])})), "an array of numbers"),
    "an object of another process": (graph(operation("Add", TENSOR, UnsendableObject("a thing"))), "neither a tensor"),
    "a weight of another shape": (sequential(dense(features=5)), r"shape \(4, 3\), but got one of shape \(5, 3\)"),
    "a missing weight": (sequential(dense(100_000, weights={}), shape=(None, 100_000)), "but got none"),
    "a huge layer": (sequential(dense(10_000, 1_000), shape=(None, 1_000)), "more than 5,000,000 weights"),
    "many layers": (sequential(*[layer("Identity", name=f"i{i}") for i in range(300)]), "at most 200"),
    "a long axis": (sequential(layer("RepeatVector", n=10**6)), "the setting n"),
    "a large input": (graph(operation("Exp", TENSOR), shape=(None, 90_000, 90_000)), "too large"),
    "a large tensor": (sequential(*[layer("RepeatVector", n=90_000)], shape=(None, 90_000)), "too large"),
    "large tensors one after the other": (graph(*[operation("Exp", TENSOR)] * 9, shape=(None, 999, 999)), "too large"),
    "a long product": (graph(operation("Matmul", TENSOR, TENSOR), shape=(None, 900, 900)), "computes too much"),
    "a large window": (
        sequential(
            layer("MaxPooling2D", pool_size=[900, 900], strides=[1, 1], padding="same"), shape=(None, 99, 99, 1)
        ),
        "computes too much",
    ),
    "models that double": (doubling(8), "calls more than 200 layers"),
    "a batch that doubles": (graph(*doubled(27), operation("Max", {"tensor": 27}, axis=0)), "longer than 100,000"),
    "a batch that doubles within": (
        {"layers": [*graph(*doubled(1))["layers"], *graph(*within(9))["layers"]], "model": 1},
        "on another batch",
    ),
    "a batch that becomes another axis": (
        graph(
            operation("Reshape", TENSOR, newshape=[-1, 1]),
            operation("Matmul", {"tensor": 1}, {"constant": np.ones((1, 2_000), "float32")}),
            shape=(None, 1_000),
        ),
        "too large",
    ),
    "a dilation": (
        sequential(convolution(8_000), layer("GlobalAveragePooling2D"), shape=(None, 9, 9, 1)),
        "too large",
    ),
    "a dilation of an operation": (
        graph(
            *[operation("Conv", TENSOR, {"constant": np.ones((9, 1, 1))}, dilation_rate=90_000, padding="same")] * 2,
            shape=(None, 9, 1),
        ),
        "too large",
    ),
    "an array of many axes": (graph(operation("Add", TENSOR, {"constant": np.ones((1,) * 9)})), "9 axes"),
    "shapes that do not fit": (
        graph(operation("Matmul", TENSOR, {"constant": np.ones((5, 2))})),
        "Keras cannot build it",
    ),
    "too many arguments": (graph(operation("Exp", TENSOR, TENSOR)), "Keras cannot build it"),
    "one name twice": (sequential(dense(4), dense(4)), "Keras cannot build it"),
    "no outputs": (graph(operation("Exp", TENSOR), outputs=[7]), "refers to nothing"),
}


@pytest.mark.parametrize(("description", "words"), REJECTED.values(), ids=REJECTED)
def test_another_description_is_rejected(description, words):
    """Is everything else refused at once in a sentence, and nothing large made of it?"""
    with pytest.raises(Rejected, match=words) as rejection:
        rebuild(description)
    assert str(rejection.value)


def test_a_good_description_is_none_of_them():
    """Do the same helpers make descriptions that are built, so that what was refused above is what was changed?"""
    x = np.ones((2, 4), "float32")
    assert np.array_equal(outputs_of(rebuild(sequential(dense())), x), np.full((2, 3), 4))
    assert np.allclose(outputs_of(rebuild(graph(operation("Exp", TENSOR))), x), np.e)
    assert np.array_equal(outputs_of(rebuild(doubling(3)), x), x)


KEYS = (
    "layers model class name policy settings weights activation function layer inputs shape dtype listed calls outputs"
)
KEYS += " arguments tensor constant operation training units use_bias kernel bias axis"
WORDS = "Dense Sequential Functional Activation relu float32 Exp Add Reshape Conv2D valid same __class__ ../x"
numbers = st.integers() | st.integers(-2, 5) | st.floats() | st.sampled_from([10**5, 2**63, -(2**31)])
arrays = st.sampled_from(
    [np.ones((4, 3), "float32"), np.ones(3), np.zeros((0, 5)), np.array(2), np.array([1j]), np.array(["x"])]
)
leaves = st.none() | st.booleans() | numbers | st.sampled_from(f"{KEYS} {WORDS}".split()) | st.text(max_size=9) | arrays
leaves |= st.builds(UnsendableObject, st.text(max_size=5))
data = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(
            st.sampled_from(KEYS.split()) | leaves.filter(lambda key: type(key) in (int, str)), inner, max_size=6
        )
    ),
    max_leaves=30,
)
FUZZING = settings(suppress_health_check=list(HealthCheck))


def built_or_rejected(description):
    try:
        assert isinstance(rebuild(description), keras.Model)
    except Rejected as rejection:
        assert str(rejection).endswith((".", "…")) or "Keras cannot build it" in str(rejection)


@settings(FUZZING, max_examples=300)
@given(data)
def test_any_data_is_built_or_rejected(description):
    """Does nothing but a model or a Rejected come of any data that a message can carry?"""
    built_or_rejected(description)


GOOD = [
    serialize(MODELS[name]()) for name in ("a Sequential", "a convolution", "operations", "models within", "branches")
]


def places_in(value, path=()):
    """The paths to everything within."""
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from places_in(item, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


@settings(FUZZING, max_examples=300)
@given(st.sampled_from(range(len(GOOD))), st.randoms(use_true_random=False), st.lists(data, min_size=1, max_size=3))
def test_a_changed_description_is_built_or_rejected(number, chance, values):
    """Nor of a good description in which something was changed, left out, or put in the place of something else?"""
    description = copy.deepcopy(GOOD[number])
    for value in values:
        changed(description, value, chance)
    built_or_rejected(description)


def changed(description, value, chance: random.Random):
    places = list(places_in(description))
    if not places:
        return
    *path, key = chance.choice(places)
    place = at(description, path)
    match chance.randrange(4):
        case 0:
            del place[key]
        case 1:
            place[key] = value
        case 2:
            place[key] = copy.deepcopy(at(description, chance.choice(places)))
        case 3:
            number = place[key] if type(place[key]) is int else 1
            place[key] = number + chance.choice([-1, 1, 10**4, 10**9])
