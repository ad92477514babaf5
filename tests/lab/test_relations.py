"""Does the check say what relates a wrong answer to the right one, and nothing where there is no relation?"""

import ast
import dataclasses
import functools
import inspect

import numpy as np
import pytest
from answers import notebook
from course import EXERCISES

from activation_lab.checking import judge
from activation_lab.checking.compare import agree, numbers
from activation_lab.checking.diagnosis import diagnoses
from activation_lab.checking.outcome import Outcome
from activation_lab.checking.reference_runs import reference_runs
from activation_lab.checking.relations import is_quick
from activation_lab.checking.relations.edits import edited
from activation_lab.checking.relations.mutation import source_of

QUICK = [name for name, exercise in EXERCISES.items() if is_quick(exercise)]
TRIALS = 270  # for each exercise: some 5,000 in all


RULES = np.negative, np.transpose, np.abs, np.zeros_like, lambda e: 2 * e, lambda e: e + 1, lambda e: e.ravel()[::-1]
# Wrong results without any rule: each is a function of the right one, drawn anew in every case.
WITHOUT_A_RULE = {
    "random numbers": lambda e, rng: rng.normal(size=e.shape),
    "random numbers of another shape": lambda e, rng: rng.normal(size=rng.integers(1, 5, size=rng.integers(0, 3))),
    "whole numbers": lambda e, rng: rng.integers(-2, 9, size=e.shape),
    "zeros and ones": lambda e, rng: rng.integers(2, size=e.shape).astype(float),
    "noise": lambda e, rng: e + rng.normal(scale=10.0 ** rng.integers(-3, 1), size=e.shape),
    "factors": lambda e, rng: e * rng.uniform(0.2, 3, size=e.shape),
    "a factor and a shift for each case": lambda e, rng: e * rng.uniform(0.2, 3) + rng.normal(),
    "a wrong entry here and there": lambda e, rng: np.where(rng.random(e.shape) < 0.3, rng.normal(size=e.shape), e),
    "zeros here and there": lambda e, rng: np.where(rng.random(e.shape) < 0.4, 0, e),
    "another rule in each case": lambda e, rng: RULES[rng.integers(len(RULES))](e),
    "in another order": lambda e, rng: rng.permutation(e.ravel()).reshape(e.shape),
    "curved": lambda e, rng: np.sin(rng.normal(size=3) @ np.array([e, e**2, np.ones_like(e)]).reshape(3, -1)).reshape(
        e.shape
    ),
}


def drawn(exercise, expected, spoil, part, rng):
    """An Outcome whose numbers are spoiled, in one part if there are several."""
    if not exercise.returns:
        return Outcome(spoiled(expected, spoil, rng))
    return Outcome(tuple(spoiled(each, spoil, rng) if i == part else each for i, each in enumerate(expected)))


def spoiled(value, spoil, rng):
    if isinstance(value, bool):
        return value ^ bool(rng.integers(2))
    if isinstance(value, str):
        return str(rng.choice(["true", "false", "depends"]))  # of `verdict`
    return spoil(numbers(value).astype(float), rng)


@pytest.mark.parametrize("name", QUICK)
def test_no_relation_is_found_by_chance(name, record_property):
    """Of results drawn without a rule, does fewer than one in a hundred get a name?"""
    exercise, rng = EXERCISES[name], np.random.default_rng(sum(map(ord, name)))
    runs, false, tried = reference_runs(exercise, 0), [], 0
    expected = {case: runs.expected(case).value for case in runs.cases}
    for trial in range(TRIALS):
        kind = list(WITHOUT_A_RULE)[trial % len(WITHOUT_A_RULE)]
        part = rng.integers(max(len(exercise.returns), 1))
        received = {case: drawn(exercise, value, WITHOUT_A_RULE[kind], part, rng) for case, value in expected.items()}
        if all(agree(value, received[case].value, exercise.tolerance) for case, value in expected.items()):
            continue  # a right answer after all
        tried += 1
        false += [(kind, found) for found in diagnoses(runs, received)][:1]
    record_property("false names", (len(false), tried))
    assert len(false) < tried / 100, false


def on(name, source):
    """What the check says to an answer of one line; relations and edits alone, as if no mistake were listed."""
    signature = inspect.signature(EXERCISES[name].reference)
    parameters = ", ".join(map(str, signature.parameters.values()))
    answer = notebook(f"def {name}({parameters}):\n    {source}")[name]
    return judge(unlisted(name), answer).diagnoses


@functools.cache
def unlisted(name):
    return dataclasses.replace(EXERCISES[name], mistakes={})


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (
            "dense_backward",
            "return dz @ kernel.T, x.T @ dz / len(x), dz.sum(0)",
            "dkernel is what was expected, divided by 4, the batch size.",
        ),
        (
            "dense_backward",
            "return dz @ kernel.T, x.T @ dz, dz.mean(0)",
            "dbias is what was expected, divided by 4, the batch size.",
        ),
        (
            "dense_backward",
            "return dz @ kernel.T / len(x), x.T @ dz / len(x), dz.sum(0)",
            "dx and dkernel are what was expected, divided by 4, the batch size.",
        ),
        ("dense_backward", "return dz @ kernel.T, dz.T @ x, dz.sum(0)", "dkernel is what was expected, transposed."),
        ("dense_backward", "return dz @ kernel.T, x.T @ dz, dz", "dbias is dz, unchanged."),
        (
            "dense_backward",
            "return dz @ kernel.T, x.T @ dz + 0.01 * kernel, dz.sum(0)",
            "dkernel is what was expected, plus 0.01 times kernel.",
        ),
        (
            "dense_backward",
            "return dz @ kernel.T, x[-1:].T @ dz[-1:], dz.sum(0)",
            "dkernel is what would be right if there were only the last of the samples.",
        ),
        ("dense_forward", "return -(x @ kernel + bias)", "The result is what was expected, with the opposite sign."),
        ("dense_forward", "return 3 * (x @ kernel + bias)", "The result is what was expected, multiplied by 3."),
        (
            "dense_forward",
            "return (x @ kernel + bias).T / len(x)",
            "The result is what was expected, transposed and divided by 4, the batch size.",
        ),
        ("dense_forward", "return np.tanh(x @ kernel + bias)", "The result is what was expected, with tanh applied."),
        (
            "dense_forward",
            "return (x @ kernel + bias).sum(axis=0)",
            "The result is what was expected, summed over axis 0.",
        ),
        (
            "dense_forward",
            "return x @ kernel - bias",
            "The result is what would be right if bias had the opposite sign.",
        ),
        (
            "dense_forward",
            "return (x @ kernel + bias)[::-1]",
            "The result is what was expected, with its rows in the opposite order.",
        ),
        (
            "dense_forward",
            "return (x @ kernel + bias).ravel()",
            "The result is what was expected, but in another shape: it has shape (8,); expected (4, 2).",
        ),
        (
            "relu",
            "return np.where(z > 0, z, 0.1 * z)",
            "The result is right only where z is positive; elsewhere it is 0.1 times z.",
        ),
        ("relu", "return np.tanh(z)", "The result is tanh(z)."),
        ("relu", "return np.log1p(np.exp(z))", "The result is softplus(z)."),
        ("relu", "return np.ones_like(z)", "The result is 1, whatever the arguments are."),
        ("relu", "return z", "The result is z, unchanged."),
        ("relu_backward", "return np.maximum(da * z, 0)", "The result is relu of da times z."),
        (
            "dense_forward",
            "return np.round(x @ kernel + bias, 2)",
            "The result is what was expected, rounded to 2 decimals.",
        ),
        ("sigmoid", "return 1 + np.exp(-z)", "The result is 1 + exp(−z)."),
        (
            "sigmoid",
            "return 1 / (1 + np.exp(-np.clip(z, -20, 20)))",
            "The result is what would be right if z were limited to −20 … 20.",
        ),
        (
            "softmax",
            "a = np.exp(z - z.max(-1, keepdims=True)); return np.log(a / a.sum(-1, keepdims=True))",
            "The result is what was expected, with log applied.",
        ),
        (
            "softmax",
            "e = np.exp(z - z.max(-1, keepdims=True)); return e / np.mean(e, axis=-1, keepdims=True)",
            "The result is what was expected, multiplied by 4, the length of a row.",
        ),
        (
            "softmax",
            "return np.exp(z - z.max(-1, keepdims=True))",
            "The result is not finished: what was expected comes out once each row is divided by its sum.",
        ),
        (
            "softmax_backward",
            "a = lab.softmax(z); return a * (np.sum(da * a, axis=-1, keepdims=True) - da)",
            "The result is what was expected, with the opposite sign.",
        ),
        ("dense_parameter_count", "return features * units + units + 1", "The result is what was expected, plus 1."),
    ],
)
def test_a_relation_is_said(name, body, said):
    """Is each kind of relation said, with the array's name and the case's sizes?"""
    assert on(name, body) == (said,)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("sigmoid", "return 1 / (1 - np.exp(-z))", "a difference where a sum is needed"),
        ("relu_backward", "return da * (z >= 0)", "`>=` where `>` is needed"),
        ("dense_forward", "return x @ kernel * bias", "a product, entry by entry, where a sum is needed"),
        (
            "softmax_backward",
            "a = lab.softmax(z); return a * (da + np.sum(da * a, axis=-1, keepdims=True))",
            "a sum where a difference is needed",
        ),
        (
            "cross_entropy_from_logits_backward",
            "a = lab.softmax(z); a[np.arange(len(z)), labels] += 1; return a / len(z)",
            "something is added where it should be subtracted",
        ),
    ],
)
def test_an_edit_is_said(name, body, said):
    """Is a small change to a right answer said as what was done, and only where no relation is simpler?"""
    (sentence,) = on(name, body)
    assert sentence == f"One thing separates the result from a right answer: {said}."


def test_two_edits_in_two_parts():
    """Are two errors, one in each returned part, explained part by part, and the right part not mentioned?"""
    said = on("dense_backward", "return dz @ kernel.T, -x.T @ dz, dz.sum(axis=0, keepdims=True)")
    assert [sentence.split()[0] for sentence in said] == ["dkernel", "dbias"]


def test_a_listed_mistake_comes_first():
    """Is a relation said only of the parts that no listed mistake explains?"""
    answer = notebook("def dense_backward(dz, x, kernel):\n    return dz @ kernel.T, -x.T @ dz, dz.mean(axis=0)")
    listed, related = judge(EXERCISES["dense_backward"], answer["dense_backward"]).diagnoses
    assert listed.startswith("dbias is averaged") and related == "dkernel is what was expected, with the opposite sign."


def test_a_relation_holds_on_other_numbers_too():
    """Is the same said whatever numbers are drawn, apart from sizes?"""
    for body in ("return dz @ kernel.T, x.T @ dz / 2, dz", "return dz @ kernel.T, x.T @ dz, dz.max(axis=0)"):
        answer = notebook(f"def dense_backward(dz, x, kernel):\n    {body}")["dense_backward"]
        assert len({judge(unlisted("dense_backward"), answer, seed=seed).diagnoses for seed in range(4)}) == 1


def test_a_single_number_has_no_relation():
    """Is nothing said of a loss that only one case gave, since one number is some multiple of any other?"""
    lines = (
        "def train_step(layers, x, labels, learning_rate):",
        "    for layer in layers:",
        "        z = layer.forward(x)",
        "    return lab.cross_entropy_from_logits(z, labels)",
    )
    answer = notebook("import activation_lab as lab\n" + "\n".join(lines))["train_step"]
    said = judge(EXERCISES["train_step"], answer).diagnoses
    assert said and not any(line.startswith("The loss is") for line in said)


def test_the_source_of_a_lambda():
    """Is each of two lambdas in one line found, so that the textbook's forms are changed too?"""
    two = (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(z) / (1 + np.exp(z)))
    assert source_of(two[0]) == "def answer(z):\n    return 1 / (1 + np.exp(-z))"
    assert source_of(two[1]) == "def answer(z):\n    return np.exp(z) / (1 + np.exp(z))"


def test_no_formula_is_given_away():
    """Does no sentence about an edit contain a line of the right answer, or what one computes?"""
    for name in QUICK:
        values = [
            node.value for node in ast.walk(ast.parse(source_of(EXERCISES[name].reference))) if hasattr(node, "value")
        ]
        formulas = {ast.unparse(value) for value in values if isinstance(value, ast.BinOp | ast.Call | ast.Tuple)}
        for text, *_ in edited(EXERCISES[name]):
            assert not any(formula in text for formula in formulas), text
