"""Do the checks notice small errors? Each exercise's reference is changed in every small way, and every change must be
rejected, except those that provably compute the same."""

import ast
import dataclasses
import warnings

import numpy as np
import pytest
from course import EXERCISES, KERAS, first_failure, seeds_of

from activation_lab.checking.relations.mutation import load, mutants, source_of

# (exercise, mutant): why it computes the same. Only mutants that no case can distinguish belong here.
_STEP = "line 1: def numerical_gradient(loss, array, step=1e-05): → def numerical_gradient(loss, array, step={}):"
_TENSOR = "a tensor is judged by its numbers, as an array is"
_AS_MANY = "both models have equally many weights"
_ALLCLOSE = "np.allclose(f(u + v) + f(np.zeros_like(u)), f(u) + f(v), atol={})"

EQUIVALENT = {
    ("collapse", "line 2: bias_1 @ kernel_2 → bias_1.T @ kernel_2"): "an array with one axis is its own transpose",
    ("relu", "line 2: np.maximum(z, 0) → np.maximum(0, z)"): "the maximum of two numbers has no order",
    ("sigmoid", "line 3: z >= 0 → z > 0"): "at z = 0, e is 1: both branches give 1 / 2",
    ("acts_elementwise", "line 5: nudged[i] += 0.5 → nudged[i] -= 0.5"): "any change of one entry will do",
    ("acts_elementwise", "line 5: nudged[i] += 0.5 → nudged[i] += -0.5"): "any change of one entry will do",
    ("acts_elementwise", "line 5: nudged[i] += 0.5 → nudged[i] += 1.0"): "any change of one entry will do",
    ("acts_elementwise", "line 5: nudged[i] += 0.5 → nudged[i] += 1.5"): "any change of one entry will do",
    ("dense_by_hand", "line 2: keras.ops.convert_to_numpy(layer.kernel) → layer.kernel"): _TENSOR,
    ("dense_by_hand", "line 4: keras.ops.convert_to_numpy(layer.bias) → layer.bias"): _TENSOR,
    ("dense_by_hand", "line 5: keras.ops.convert_to_numpy(layer.activation(z)) → layer.activation(z)"): _TENSOR,
    ("conv2d_forward", "line 2: kernel.shape[:2] → kernel.shape[:-2]"): "a kernel has four axes",
    ("conv2d_forward", "line 3: x.shape[2] → x.shape[-2]"): "a batch of pictures has four axes",
    ("pre_activation_model", "line 3: type(layer) → layer"): "from_config is a class method: its instances have it too",
    ("pre_activation_model", "line 6: model.inputs[0] → model.inputs"): "one input, alone or in a list",
    ("pre_activation_model", "line 6: model.inputs[0] → model.inputs[-1]"): "the first of one input is the last too",
    ("to_layer_form", "line 6: type(layer) → layer"): "from_config is a class method: its instances have it too",
    ("numerical_gradient", _STEP.format("-1e-05")): "central differences do not change when both ends change places",
    ("numerical_gradient", _STEP.format("2e-05")): "errs by step², four times nearly nothing",
    ("numerical_gradient", "line 2: np.array(array, dtype=float) → array"): (
        "each entry gets its own value back, so working in place leaves the array as it was"
    ),
    ("numerical_gradient", "line 2: np.array(array, dtype=float) → np.array(array)"): "the contract's array is float64",
    ("numerical_gradient", "line 3: np.zeros_like(nudged) → np.ones_like(nudged)"): "every entry is overwritten",
    ("cross_entropy_from_logits_backward", "line 3: len(labels) → len(z)"): "one label per row",
    ("cross_entropy_from_logits_backward", "line 4: len(labels) → len(z)"): "one label per row",
    ("paired_ratio", "line 3: (4000, len(ratios)) → (3999, len(ratios))"): "2,000 resamples are enough",
    ("paired_ratio", "line 3: (4000, len(ratios)) → (4001, len(ratios))"): "2,000 resamples are enough",
    ("paired_ratio", "line 3: (4000, len(ratios)) → (8000, len(ratios))"): "2,000 resamples are enough",
    (
        "paired_ratio",
        "line 3: np.median(rng.choice(ratios, size=(4000, len(ratios))), axis=1) → "
        "np.median(rng.choice(ratios, size=(4000, len(ratios))), axis=-1)",
    ): "resamples stand in rows, of a table with two axes",
    ("count_operations", "line 2: model(x, training=False) → model(x)"): "a call outside of training is inference",
    ("count_operations", "line 3: model.inputs[0] → model.inputs[-1]"): "the first of one input is the last too",
    ("residual_block", "line 5: [inputs, change] → [change, inputs]"): "a sum has no order",
    ("without_softmax", "line 4: model.inputs[0] → model.inputs"): "one input, alone or in a list",
    ("without_softmax", "line 4: model.inputs[0] → model.inputs[-1]"): "the first of one input is the last too",
    (
        "without_softmax",
        "line 3: (keras.layers.Activation, keras.layers.Softmax) → (keras.layers.Softmax, keras.layers.Activation)",
    ): "isinstance asks for any of them",
    (
        "differing_outputs",
        "line 2: int(np.count_nonzero(np.array(a(x)) != np.array(b(x)))) → "
        "np.count_nonzero(np.array(a(x)) != np.array(b(x)))",
    ): "a whole number already",
    ("differing_outputs", "line 2: np.array(a(x)) → a(x)"): _TENSOR,
    ("differing_outputs", "line 2: np.array(b(x)) → b(x)"): _TENSOR,
    ("gradient_gap", "line 4: (a, b) → (b, a)"): "an absolute difference has no order",
    (
        "gradient_gap",
        "line 8: float(np.abs(np.array(of_a) - np.array(of_b)).max()) → np.abs(np.array(of_a) - np.array(of_b)).max()",
    ): "a NumPy number is a number",
    (
        "gradient_gap",
        "line 8: np.array(of_a) - np.array(of_b) → np.array(of_b) - np.array(of_a)",
    ): "an absolute difference has no order",
    ("gradient_gap", "line 8: np.array(of_a) → of_a"): _TENSOR,
    ("gradient_gap", "line 8: np.array(of_b) → of_b"): _TENSOR,
    ("gradient_gap", "line 8: zip(*gradients, strict=True) → zip(*gradients)"): _AS_MANY,
    ("gradient_gap", "line 8: zip(*gradients, strict=True) → zip(*gradients, strict=False)"): _AS_MANY,
    (
        "is_affine",
        f"line 2: bool({_ALLCLOSE.format('0.0001')}) → {_ALLCLOSE.format('0.0001')}",
    ): "True or False already",
    (
        "is_affine",
        f"line 2: {_ALLCLOSE.format('0.0001')} → np.allclose(f(u) + f(v), f(u + v) + f(np.zeros_like(u)), atol=0.0001)",
    ): "nearly equal has no order, up to the relative tolerance",
    (
        "is_affine",
        f"line 2: {_ALLCLOSE.format('0.0001')} → np.allclose(f(u + v) + f(np.zeros_like(u)), f(u) + f(v))",
    ): "the arrays are float64, whose rounding is far below the default",
    ("is_affine", "line 2: np.zeros_like(u) → np.zeros_like(v)"): "u and v have the same shape",
    ("is_affine", f"line 2: {_ALLCLOSE.format('0.0001')} → {_ALLCLOSE.format('0.0')}"): "float64 rounds by far less",
    (
        "is_affine",
        f"line 2: {_ALLCLOSE.format('0.0001')} → {_ALLCLOSE.format('0.0002')}",
    ): "nothing bends by this little",
}


keras_needed = pytest.mark.skipif(not KERAS, reason="TensorFlow is not installed")


def equivalents_of(name):
    return {mutant for exercise, mutant in EQUIVALENT if exercise == name}


@pytest.mark.parametrize("name", EXERCISES)
def test_every_small_change_is_rejected(name, record_property):
    """Does the check notice every small error that could be in the reference?"""
    exercise = EXERCISES[name]
    tried = list(mutants(source_of(exercise.reference)))
    survivors = {mutant.name for turn, mutant in enumerate(tried) if passes(exercise, mutant.source, turn)}
    equivalent = equivalents_of(name)

    total, killed = len(tried) - len(equivalent), len(tried) - len(survivors | equivalent)
    record_property("mutants", (killed, total))
    print(f"{name}: {killed} of {total} mutants killed; {len(equivalent)} more compute the same.")
    assert total >= 3, "too few mutants to say anything"
    assert not survivors - equivalent, "these changes pass the check; a case must tell them apart"
    assert not equivalent - survivors, "no such mutant survives: take these out of EQUIVALENT"


def test_equivalents_belong_to_exercises_and_have_reasons():
    """Does each listed equivalent mutant belong to a known exercise, with its reason?"""
    assert {exercise for exercise, _ in EQUIVALENT} <= set(EXERCISES) or not KERAS
    assert all(len(reason) > 10 for reason in EQUIVALENT.values())


def test_a_weak_check_lets_changes_through():
    """Would the sweep notice cases that are too easy, such as a single sample with square shapes?"""
    weak = dataclasses.replace(
        EXERCISES["dense_backward"], cases=lambda rng: {"1 and 1 and 1": tuple(rng.normal(size=(3, 1, 1)))}
    )
    survivors = {mutant.name for mutant in mutants(source_of(weak.reference)) if passes(weak, mutant.source)}
    assert {"line 2: kernel.T → kernel", "line 4: dz.sum(axis=0) → dz.mean(axis=0)"} <= survivors


def passes(exercise, source, turn=None):
    """Whether a mutant survives one of the draws tried (see `seeds_of`)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # a mutant may call a number or index a lambda
        function = load(source, exercise.reference)
    return any(first_failure(exercise, function, seed) is None for seed in seeds_of(exercise, turn))


# The engine itself, tried on functions made for this test.


def centered(x, y=1):
    """A docstring with x + 1."""
    if x.ndim != 2:
        raise ValueError(f"got {x.ndim + 1}")
    shift = x.mean(axis=-1, keepdims=True)  # a comment
    return x - shift, -y


def counted(n):
    while n > 0:
        n -= 1
    return n


class Remembering:
    """A docstring."""

    def __init__(self, function):
        self.function = function

    def forward(self, x):
        """Another."""
        self.x = x
        return self.function(x)


def names_of(function):
    return [mutant.name for mutant in mutants(source_of(function))]


@pytest.mark.parametrize(
    "change",
    [
        "line 1: def centered(x, y=1): → def centered(x, y=0):",
        "line 4: shift = x.mean(axis=-1, keepdims=True) → nothing",
        "line 4: x.mean(axis=-1, keepdims=True) → x.sum(axis=-1, keepdims=True)",
        "line 4: x.mean(axis=-1, keepdims=True) → x.mean(axis=0, keepdims=True)",
        "line 4: x.mean(axis=-1, keepdims=True) → x.mean(keepdims=True)",
        "line 4: x.mean(axis=-1, keepdims=True) → x.mean(axis=-1)",
        "line 4: x.mean(axis=-1, keepdims=True) → x",
        "line 5: x - shift → x + shift",
        "line 5: x - shift → x",
        "line 5: x - shift → shift",
        "line 5: x - shift → shift - x",
        "line 5: x - shift → y - shift",
        "line 5: (x - shift, -y) → (-y, x - shift)",
        "line 5: (x - shift, -y) → (x - shift, y)",
    ],
)
def test_engine_makes(change):
    """Is each kind of change made, with a name that says so?"""
    assert change in names_of(centered)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a @ b", {"a * b", "a", "b", "b @ a", "a.T @ b", "a @ b.T"}),
        ("a.T @ b", {"a.T * b", "a.T", "b", "b @ a.T", "a.T @ b.T", "a @ b"}),
        ("a ** b", {"a * b", "a", "b", "b ** a"}),
        ("a > b", {"a >= b", "a < b"}),
        ("a == b", {"a != b"}),
        ("not a", {"a"}),
        ("a and b", {"a or b", "a", "b"}),
        ("a[1:]", {"a", "a[:]", "a[0:]", "a[2:]", "a[-1:]"}),
        ("a[-1]", {"a", "a[0]", "a[1]", "a[-2]"}),
        ("a[b, 0]", {"a", "a[0, b]", "a[b, 1]", "a[b, -1]"}),
        ("reversed(a)", {"a"}),
        ("np.exp(a)", {"np.expm1(a)", "a"}),
        ("np.maximum(a, b)", {"np.minimum(a, b)", "a", "b", "np.maximum(b, a)", "np.maximum(a)", "np.maximum(b)"}),
        ("a if b else c", {"a", "c"}),
        (
            "keras.layers.Dense(a, activation='relu')",
            {"a", "keras.layers.Dense(a)", "keras.layers.Dense(a, activation='linear')"},
        ),
        ("model.predict(a)", {"model", "a", "model.predict()"}),
        ("[a, 'text', True]", {"['text', a, True]", "[a, True, 'text']", "[a, 'text', False]"}),
    ],
)
def test_engine_changes_an_expression_into(expression, expected):
    """Are these all the changes of an expression, and no others?"""
    assert {ast.unparse(ast.parse(mutant.source)) for mutant in mutants(expression)} == expected


def test_engine_changes_statements():
    """Are a step's direction, a condition and a method's memory changed too?"""
    assert {"line 3: n -= 1 → n += 1", "line 3: n -= 1 → n = 1", "line 3: n -= 1 → nothing"} <= set(names_of(counted))
    assert "line 2: while n > 0: → while not n > 0:" in names_of(counted)
    assert {"line 7: self.x = x → nothing", "line 8: self.function → self.x"} <= set(names_of(Remembering))


DECORATED = """
@keras.saving.register_keras_serializable()
def keras_swish(x, padding='same'):
    return x
"""


def test_engine_takes_a_decorator_away():
    """Is a decorator that belongs to the answer dropped, and a string default changed?"""
    changed = {mutant.source for mutant in mutants(DECORATED)}
    plain = "def keras_swish(x, padding='same'):\n    return x"
    assert plain in changed and f"@keras.saving\n{plain}" not in changed
    assert any("padding='valid'" in source for source in changed)


@keras_needed
def test_decorators_of_keras_are_part_of_the_answer():
    """Is Keras's decorator kept in the source, and the package's own dropped?"""
    assert source_of(EXERCISES["keras_swish"].reference).startswith("@keras.saving.register_keras_serializable()\ndef")
    assert source_of(EXERCISES["dense_forward"].reference).startswith("def dense_forward")


def test_engine_leaves_error_messages_and_docstrings_alone():
    """Is what a check does not judge left unchanged?"""
    assert "docstring" not in source_of(centered) + source_of(Remembering)
    assert not any(name.startswith(("line 2:", "line 3:")) for name in names_of(centered))


@pytest.mark.parametrize("function", [centered, counted, Remembering])
def test_engine_repeats_itself_and_nothing_else(function):
    """Do two runs give the same mutants, all different in name and source, and different from the original?"""
    first, second = list(mutants(source_of(function))), list(mutants(source_of(function)))
    assert first == second
    assert len({mutant.name for mutant in first}) == len({mutant.source for mutant in first}) == len(first)
    assert source_of(function) not in {mutant.source for mutant in first}


def test_loaded_source_works_as_the_original():
    """Does the unchanged source, loaded, compute what the function computes?"""
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(load(source_of(centered), centered)(x)[0], centered(x)[0])
    assert load(source_of(counted), counted)(5) == 0


def test_an_endless_mutant_is_stopped_at_every_call():
    """Does an endless loop raise, the second time as well as the first?"""
    (endless,) = [mutant for mutant in mutants(source_of(counted)) if mutant.name == "line 3: n -= 1 → n += 1"]
    function = load(endless.source, counted)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="Stopped"):
            function(1)
