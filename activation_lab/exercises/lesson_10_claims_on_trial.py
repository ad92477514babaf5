"""10_claims_on_trial: what was claimed, and what the measurements say."""

import numpy as np

from .. import claims
from ..claims import verdict
from ..errors import CannotJudge
from ..harness.evidence import on_a_new_layer, on_two_classifiers, on_two_models
from ..harness.maps import on_a_map
from ..harness.models import model_of_spec
from ..harness.outputs import outputs_of
from ..harness.random_draws import drawn_batch, drawn_normalization, drawn_sizes, drawn_weights, seeded
from ..quiet import keras, tf
from ..with_keras.evidence import differing_outputs, gradient_gap, is_affine, variables_held
from . import KERAS, Exercise, Question
from .models import model_of, stack_and_output


def _on_trial(claim_id, true, false, depends, opinion="A cell below decides it."):
    """The question about a claim: its words are in the list of claims, and so is the verdict.

    Args:
        claim_id: such as "S1.2".
        true, false, depends, opinion: what is said of each of the four answers.
    """
    claim = claims.find(claim_id)
    return Question(
        name=f"claim_{claim_id.lower().replace('.', '_')}",
        text=f"**{claim_id}**, {claim.source}: {claim.claim}",
        options={
            "true": ("true", true),
            "false": ("false", false),
            "depends": ("it depends", depends),
            "opinion": ("an opinion", opinion),
        },
        correct=claim.verdict,
    )


S1_7 = _on_trial(
    "S1.7",
    true="“Potentially” asks for one example, and PReLU is one.",
    false="One activation layer with parameters is enough to make it true. You trained one in lesson 7.",
    depends="“Potentially” asks for one example, and there is one.",
)
S1_13 = _on_trial(
    "S1.13",
    true="For a name or a function, yes. A layer object isn't in `model.layers` either (lesson 7); but it is a layer, and may have parameters.",
    false="For a name or a function it's right: nothing is added.",
    depends="It depends on what is given. A layer object stays a layer, inside the other one, though `model.layers` doesn't list it.",
)
S2_2 = _on_trial(
    "S2.2",
    true="Then the thing in the list of layers would have to be something else. Check its type.",
    false="Keras's Activation is a layer in every respect.",
    depends="For the function it would be inaccurate; but the term names the layer around it, and that is one.",
)
S2_3 = _on_trial(
    "S2.3",
    true="One activation in the article's own examples looks at all elements at once.",
    false="For relu, sigmoid and tanh it's right.",
    depends="On the activation. Each output of softmax depends on every input.",
)
S2_5 = _on_trial(
    "S2.5",
    true="The article's own example 2 has two layers that do neither.",
    false="A single pooling layer refutes “regardless of type”.",
    depends="“Regardless of type” leaves nothing for it to depend on; one other layer refutes it.",
)
S2_13 = _on_trial(
    "S2.13",
    true="On paper, yes. Now type it: what shape does Keras's kernel have, and what does `*` do in NumPy?",
    false="As math it's right: a column of inputs, and one row of W for each unit.",
    depends="It depends on whether you read it as math or as code.",
)
S1_16 = _on_trial(
    "S1.16",
    true="Both in the code and in what is saved.",
    false="Count rows, or the characters of the saved settings.",
    depends="There's nothing here for it to depend on: fewer layers, fewer rows, fewer characters.",
)
S1_20 = _on_trial(
    "S1.20",
    true="There are two methods. But what does `backward` return?",
    false="There are two methods, as the article says. Is that what you would call two passes?",
    depends="There are two methods, but `backward` computes nothing, and `forward` remembers nothing that it would need.",
)
S1_29 = _on_trial(
    "S1.29",
    true="In one setting, yes. But name a function that only the layer takes.",
    false="Both take the same functions. But can you pass a mask with each call?",
    depends="Both take any function, and a layer object brings its own dtype to both. But a mask for each call reaches only a layer.",
)
S1_30 = _on_trial(
    "S1.30",
    true="Lesson 8 found modes in which both forms are the same program and make the same number of calls.",
    false="Lesson 8 found a mode in which the layer form calls more layers, so Python has more to do.",
    depends="It depends on whether Python calls each layer, or the model is traced.",
)
S1_31 = _on_trial(
    "S1.31",
    true="Look at the reason: which form gets the optimized program?",
    false="Both forms are optimized into the same program. In eager mode the layer form costs one more layer call per activation, but its activation isn't slower.",
    depends="The work depends on the mode, but the reason given, an optimized activation inside the layer, holds in none.",
)
S1_32 = _on_trial(
    "S1.32",
    true="What did lesson 8 count for the small model?",
    false="In eager mode the extra calls aren't marginal even in a small model, and once traced there are none in a large one either.",
    depends="The claim says it depends on size. It didn't, in either mode.",
)
S1_22 = _on_trial(
    "S1.22",
    true="What would you measure on the program? Readers differ.",
    false="What would you measure on the program? Readers differ.",
    depends="On the reader, yes; but that's what an opinion is.",
    opinion="Readers decide what reads well. Nothing measured on the program does.",
)
M_1 = _on_trial(
    "M.1",
    true="For Dense, that is the main result of this course.",
    false="Lesson 7 counted the outputs that differ.",
    depends="What is computed is the same; what a call costs is another claim. For a recurrent layer it would be false, but this is about Dense.",
)
M_2 = _on_trial(
    "M.2",
    true="They are the output of the layer before the activation layer.",
    false="In the layer form the Dense layer's own output is the pre-activation.",
    depends="On what? In the layer form they are always some layer's output.",
)
M_3 = _on_trial(
    "M.3",
    true="You wrote the model that reads it, in lesson 7.",
    false="No layer returns them, but you can compute them from input, kernel and bias.",
    depends="“Impossible” falls with one way of doing it.",
)


# the rule


def _verdict_cases(rng):
    def some(says, holding):
        """Three to nine cases, `holding` of which hold; if negative, all but as many."""
        size = int(rng.integers(3, 10))
        held = np.zeros(size, dtype=bool)
        held[: holding if holding > 0 else size + holding] = True
        return tuple(rng.permutation(held).tolist()), says

    words = {"neither": "", "always": ", always", "may": ", may"}
    drawn = rng.choice([*words], size=6).tolist()
    return {
        **{f"in one of several{name}": some(says, 1) for says, name in words.items()},
        **{f"in all but one{name}": some(says, -1) for says, name in words.items()},
        **{f"in all{name}": ((True,) * int(rng.integers(1, 5)), says) for says, name in words.items()},
        **{f"in none{name}": ((False,) * int(rng.integers(1, 5)), says) for says, name in words.items()},
        **{f"claim {number}": some(says, 2) for number, says in enumerate(drawn, start=1)},
    }


def _ruled(mixed, *, in_all="true", in_none="false"):
    """An answer to verdict: `mixed(held, says)` if it holds in some cases only."""

    def answer(held, says):
        return in_all if all(held) else mixed(held, says) if any(held) else in_none

    return answer


def _by_counting(held, says):
    holding = sum(held)
    if holding == len(held):
        return "true"
    if says == "may" and holding > 0:
        return "true"
    if says == "always" or holding == 0:
        return "false"
    return "depends"


def _ruled_by_says(held, says):
    """The words decide before the cases are looked at."""
    return {"always": "false", "may": "true"}.get(says) or _by_counting(held, "neither")


def _by_sets(held, says):
    if len(set(held)) == 2:
        return {"always": "false", "may": "true", "neither": "depends"}[says]
    return "true" if held[0] else "false"


def _with_numpy(held, says):
    share = np.mean(held)
    if 0 < share < 1:
        share = {"always": 0, "may": 1}.get(says, share)
    return "true" if share == 1 else "false" if share == 0 else "depends"


VERDICT = Exercise(
    verdict,
    prompt="""
    The verdict on a claim, by the rules above.

    held     a tuple with True or False for each case that was measured, at least one: whether the claim holds in it
    says     "always" if the claim says “regardless of” or the like; "may" if it says “may” or the like; else
             "neither"
    returns  "true", "false" or "depends"

    >>> verdict((True, False, True), "neither")
    'depends'
    """,
    points=2,
    cases=_verdict_cases,
    hints=(
        "all(held) is True if the claim holds in all cases, any(held) if it holds in one or more.",
        "Only in between, if it holds in some cases and not in others, do the claim's words matter.",
        "There, one counterexample makes “always” false, and one example makes “may” true.",
    ),
    mistakes={
        "The claim's words are left out: in some cases only, it isn't always “depends”.": _ruled(
            lambda held, says: "depends"
        ),
        "“always” and “may” are mixed up: a counterexample refutes “always”, an example proves “may”.": _ruled(
            lambda held, says: {"always": "true", "may": "false", "neither": "depends"}[says]
        ),
        "One counterexample makes every claim false here; it does so only for a claim that says “always”.": _ruled(
            lambda held, says: "true" if says == "may" else "false"
        ),
        "One example makes every claim true here; it does so only for a claim that says “may”.": _ruled(
            lambda held, says: "false" if says == "always" else "true"
        ),
        "A claim that says “always” gets “depends”; a single counterexample refutes it.": _ruled(
            lambda held, says: "true" if says == "may" else "depends"
        ),
        "A claim that says “may” gets “depends”; a single example proves it.": _ruled(
            lambda held, says: "false" if says == "always" else "depends"
        ),
        "The words decide before the cases are looked at: “always” can be true, and “may” false.": _ruled_by_says,
        "The majority of cases decides; the rules don't count them.": _ruled(
            lambda held, says: "true" if 2 * sum(held) > len(held) else "false"
        ),
        "A claim that holds in no case gets “depends”; it is false, whatever its words.": _ruled(
            _by_counting, in_none="depends"
        ),
        "A claim that holds in all cases gets “depends”; it is true, whatever its words.": _ruled(
            _by_counting, in_all="depends"
        ),
        "“true” and “false” are the wrong way around.": lambda held, says: {"true": "false", "false": "true"}.get(
            _by_counting(held, says), "depends"
        ),
    },
    accepted=(_by_counting, _by_sets, _with_numpy),
)


# measurements


def _variables_held_cases(rng):
    kinds = ("Activation", "PReLU", "Softmax", "Dense", "Dense without bias", "BatchNormalization")
    drawn = {"a few layers in one": int(rng.integers(2, 8)), "more layers in one": int(rng.integers(8, 15))}
    return {name: (kind, drawn_batch(rng, 2, 3)) for name, kind in ({kind: kind for kind in kinds} | drawn).items()}


def _after_a_call(count):
    """An answer to variables_held: `count(layer)` after a call."""

    def answer(layer, x):
        layer(x)
        return count(layer)

    return answer


def _held_once_built(layer, x):
    layer.build(x.shape)
    return len(layer.weights)


def _held_by_a_model(layer, x):
    model = keras.Sequential([layer])
    model(x)
    return len(model.get_weights())


VARIABLES_HELD = Exercise(
    variables_held,
    prompt="""
    How many variables does a layer hold, once it has been called?

    layer    a Keras layer that has not been called yet
    x        a batch that it can be called on
    returns  how many variables it holds after a call on x, trained or not; a whole number

    >>> variables_held(keras.layers.Dense(4), np.ones((2, 3), dtype="float32"))
    2
    """,
    points=1,
    cases=_variables_held_cases,
    hints=(
        "Many layers make their variables when they are called for the first time.",
        "layer.variables is a list of all that a layer holds.",
    ),
    mistakes={
        "The layer has not been called, and it makes its variables at the first call.": (
            lambda layer, x: len(layer.variables)
        ),
        "Only the variables that are trained are counted; a layer may hold others.": _after_a_call(
            lambda layer: len(layer.trainable_variables)
        ),
        "Only the variables that are not trained are counted.": _after_a_call(
            lambda layer: len(layer.non_trainable_variables)
        ),
        "It counts the numbers in the variables; the question is how many variables there are.": _after_a_call(
            lambda layer: layer.count_params()
        ),
        "It counts one for any number of variables; the question is how many there are.": _after_a_call(
            lambda layer: min(1, len(layer.variables))
        ),
        "This is the list of variables; the question is how many there are.": _after_a_call(
            lambda layer: layer.variables
        ),
    },
    accepted=(_held_once_built, _held_by_a_model, _after_a_call(lambda layer: len(layer.get_weights()))),
    run=on_a_new_layer,
    allowed_imports=KERAS,
)


def _differing_outputs_cases(rng):
    def case(pair):
        return pair, int(rng.integers(1_000_000)), drawn_batch(rng, int(rng.integers(5, 31)), 4)

    return {
        pair: case(pair) for pair in ("the two forms", "another activation", "another bias", "a bias a little larger")
    }


def _of_outputs(count):
    """An answer to differing_outputs: `count` of both arrays of outputs."""
    return lambda a, b, x: count(np.array(a(x)), np.array(b(x)))


def _one_by_one(a, b, x):
    count = 0
    for of_a, of_b in zip(np.array(a(x)).ravel(), np.array(b(x)).ravel(), strict=True):
        if of_a != of_b:
            count += 1
    return count


def _in_tensorflow(a, b, x):
    return int(tf.reduce_sum(tf.cast(tf.not_equal(a(x), b(x)), tf.int32)))


DIFFERING_OUTPUTS = Exercise(
    differing_outputs,
    prompt="""
    In how many outputs do two models differ, in any bit?

    a, b     Keras models with outputs of the same shape
    x        a batch for both
    returns  how many of all outputs for this batch are not exactly equal; a whole number

    >>> a = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, kernel_initializer="ones")])
    >>> b = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, kernel_initializer="zeros")])
    >>> differing_outputs(a, b, np.ones((4, 2)))
    12
    """,
    points=1,
    cases=_differing_outputs_cases,
    hints=(
        "A model can be called like a function: a(x). np.array(a(x)) are its outputs as numbers.",
        "!= compares two arrays entry by entry; np.count_nonzero counts how often it is True.",
    ),
    mistakes={
        "Outputs that are nearly equal count as equal; the question is about any bit.": _of_outputs(
            lambda a, b: int(np.count_nonzero(~np.isclose(a, b, atol=1e-4)))
        ),
        "It counts the outputs that agree.": _of_outputs(lambda a, b: int(np.count_nonzero(a == b))),
        "It counts samples; each sample has several outputs.": _of_outputs(
            lambda a, b: int(np.count_nonzero((a != b).any(axis=1)))
        ),
        "This is the share of the outputs that differ; the question is how many.": _of_outputs(
            lambda a, b: float((a != b).mean())
        ),
        "It says whether any output differs; the question is how many.": _of_outputs(lambda a, b: int((a != b).any())),
        "This is the largest difference; the question is how many outputs differ.": _of_outputs(
            lambda a, b: float(np.abs(a - b).max())
        ),
    },
    accepted=(_of_outputs(lambda a, b: a.size - int((a == b).sum())), _one_by_one, _in_tensorflow),
    run=on_two_models,
    allowed_imports=KERAS,
)


def _gradient_gap_cases(rng):
    def case(pair):
        return pair, int(rng.integers(1_000_000)), drawn_batch(rng, 7, 4), rng.integers(3, size=7)

    return {pair: case(pair) for pair in ("the two forms", "another activation", "another kernel", "another bias")}


def _gradients(model, x, labels, reduction="sum_over_batch_size"):
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy(reduction=reduction)(labels, model(x))
    return [np.array(gradient) for gradient in tape.gradient(loss, model.trainable_weights)]


def _of_gradients(measure, **settings):
    """An answer to gradient_gap: `measure` of all gradients of both models, each joined to one array."""

    def answer(a, b, x, labels):
        of_a, of_b = (
            np.concatenate([gradient.ravel() for gradient in _gradients(model, x, labels, **settings)])
            for model in (a, b)
        )
        return float(measure(of_a, of_b))

    return answer


def _largest(of_a, of_b):
    return np.abs(of_a - of_b).max()


def _of_one_layer(which):
    def answer(a, b, x, labels):
        of_a, of_b = (_gradients(model, x, labels)[which] for model in (a, b))
        return float(np.abs(of_a - of_b).max())

    return answer


def _of_losses(a, b, x, labels):
    of_a, of_b = (float(keras.losses.SparseCategoricalCrossentropy()(labels, model(x))) for model in (a, b))
    return abs(of_a - of_b)


def _outside_the_tape(a, b, x, labels):
    gradients = []
    for model in (a, b):
        loss = keras.losses.SparseCategoricalCrossentropy()(labels, model(x))
        with tf.GradientTape() as tape:
            pass
        gradients.append(tape.gradient(loss, model.trainable_weights))
    return max(of_a - of_b for of_a, of_b in zip(*gradients, strict=True))


def _on_one_tape(a, b, x, labels):
    with tf.GradientTape(persistent=True) as tape:
        losses = [
            tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, model(x, training=True)))
            for model in (a, b)
        ]
    gap = 0.0
    for of_a, of_b in zip(a.trainable_variables, b.trainable_variables, strict=True):
        difference = tape.gradient(losses[0], of_a) - tape.gradient(losses[1], of_b)
        gap = max(gap, float(tf.reduce_max(tf.abs(difference))))
    return gap


def _by_norms(a, b, x, labels):
    pairs = zip(_gradients(a, x, labels), _gradients(b, x, labels), strict=True)
    return max(np.linalg.norm((of_a - of_b).ravel(), np.inf) for of_a, of_b in pairs)


GRADIENT_GAP = Exercise(
    gradient_gap,
    prompt="""
    How far apart are the gradients of two classifiers, at most?

    a, b     Keras models that end in a softmax, with trainable weights of the same shapes, in the same order
    x        a batch for both
    labels   (samples,), the number of the right class for each sample
    returns  the largest absolute difference between a gradient of a and the same gradient of b, over all entries of all
             trainable weights; the loss is the cross-entropy, averaged over the batch

    >>> a = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    >>> gradient_gap(a, a, np.ones((4, 2)), np.array([0, 1, 2, 0]))
    0.0
    """,
    points=2,
    cases=_gradient_gap_cases,
    hints=(
        "For each model: with tf.GradientTape() as tape: compute the loss. After that, tape.gradient(loss, …).",
        "keras.losses.SparseCategoricalCrossentropy()(labels, model(x)) is the loss, averaged over the batch.",
        "tape.gradient(loss, model.trainable_weights) gives a list of tensors; compare them pair by pair.",
    ),
    mistakes={
        "This is the average difference; the largest is asked for.": _of_gradients(lambda a, b: np.abs(a - b).mean()),
        "This is the sum of all differences; the largest is asked for.": _of_gradients(
            lambda a, b: np.abs(a - b).sum()
        ),
        "The loss is summed over the batch; it should be averaged.": _of_gradients(_largest, reduction="sum"),
        "Differences below zero are left out; take absolute values.": _of_gradients(lambda a, b: (a - b).max()),
        "Only the first weight's gradient is compared.": _of_one_layer(0),
        "Only the last weight's gradient is compared.": _of_one_layer(-1),
        "This compares the losses; the question is about their gradients.": _of_losses,
        "The loss is computed outside the tape, so the tape gives None for every gradient.": _outside_the_tape,
    },
    accepted=(_of_gradients(_largest), _on_one_tape, _by_norms),
    run=on_two_classifiers,
    allowed_imports=KERAS,
)


def _is_affine_cases(rng):
    names = (
        "a matrix and a bias",
        "a constant",
        "relu",
        "a matrix without a bias",
        "relu after a matrix and a bias",
        "the larger of two neighbors",
        "the mean of two neighbors",
        "the square",
        "a slight bend",
    )
    drawn = {f"one of them, draw {turn}": names[int(rng.integers(3, 7))] for turn in range(1, 5)}
    chosen = {name: name for name in names} | drawn
    return {case: (name, rng.normal(size=(6, 5)), rng.normal(size=(6, 5))) for case, name in chosen.items()}


def _mapped(test):
    """An answer to is_affine: `test(f, u, v)`, as a bool."""
    return lambda f, u, v: bool(test(f, u, v))


def _one_of_three_points(f, u, v):
    """The middle of two points is mapped to the middle of what they are mapped to."""
    return bool(np.abs(f((u + v) / 2) - (f(u) + f(v)) / 2).max() < 1e-6)


def _linear_without_its_bias(f, u, v):
    zero = f(np.zeros_like(u))
    return bool(np.allclose(f(u + v) - zero, (f(u) - zero) + (f(v) - zero)))


IS_AFFINE = Exercise(
    is_affine,
    prompt="""
    Is a function affine, as a dense layer without an activation is?

    f        a function of one array
    u, v     two different arrays that f can be applied to
    returns  True if f agrees with an affine function on u, v, their sum and 0, up to rounding; else False

    >>> is_affine(lambda x: 2 * x + 1, np.array([1.0, -2.0]), np.array([3.0, 5.0]))
    True
    """,
    points=2,
    cases=_is_affine_cases,
    hints=(
        "For a linear function f(u + v) = f(u) + f(v). With a bias b, how often is b on the left, and how often on the right?",
        "The bias is f(0), and np.zeros_like(u) is a 0 of the right shape.",
        "np.allclose compares up to rounding, and gives one True or False for all entries.",
    ),
    mistakes={
        "Functions that add a bias fail this test; count how often the bias, f(0), is on each side.": _mapped(
            lambda f, u, v: np.allclose(f(u + v), f(u) + f(v))
        ),
        "Only multiples of one array are tried, and relu agrees there: f(2u) + f(0) = 2 f(u).": _mapped(
            lambda f, u, v: np.allclose(f(2 * u) + f(0 * u), 2 * f(u))
        ),
        "Only multiples of one array are tried, which relu passes; and a function that adds a bias fails.": _mapped(
            lambda f, u, v: np.allclose(f(2 * u), 2 * f(u))
        ),
        "The function is given the number 0; it needs an array of zeros, such as np.zeros_like(u).": _mapped(
            lambda f, u, v: np.allclose(f(u + v) + f(0), f(u) + f(v))
        ),
        "A few equal entries are enough for it; all must be equal.": _mapped(
            lambda f, u, v: np.isclose(f(u + v) + f(0 * u), f(u) + f(v)).any()
        ),
        "It asks for equality to the last bit; sums of floats differ by rounding.": _mapped(
            lambda f, u, v: np.array_equal(f(u + v) + f(0 * u), f(u) + f(v))
        ),
        "True and False are the wrong way around.": _mapped(
            lambda f, u, v: not np.allclose(f(u + v) + f(0 * u), f(u) + f(v))
        ),
        "It is always True.": _mapped(lambda f, u, v: True),
    },
    accepted=(
        _one_of_three_points,
        _linear_without_its_bias,
        _mapped(lambda f, u, v: np.allclose(f(2 * u - v), 2 * f(u) - f(v))),
    ),
    run=on_a_map,
)


def block_from_spec(spec):
    makers = {
        "input": lambda features: keras.Input(shape=(features,)),
        "dense": keras.layers.Dense,
        "norm": keras.layers.BatchNormalization,
        "activation": keras.layers.Activation,
    }
    return keras.Sequential([makers[kind](*settings) for kind, *settings in spec])


def _weights_for(spec, seed):
    """Weights for a right answer, of every kind that the spec asks for, and a batch."""
    rng = np.random.default_rng(seed)
    width, weights = spec[0][1], []
    for kind, *settings in spec[1:]:
        if kind == "dense":
            weights += drawn_weights(rng, [(width, settings[0]), (settings[0],)])
            width = settings[0]
        elif kind == "norm":
            weights += drawn_normalization(rng, width)
    return weights, drawn_batch(rng, 5, spec[0][1])


def _examine_block_from_spec(value, spec, seed):
    model = model_of(value, (spec[0][1],))
    if not model.layers:
        raise CannotJudge("Its model has no layers.")
    weights, x = _weights_for(spec, seed)
    stack, output = stack_and_output(model, weights, x)
    return stack, output, output if isinstance(output, str) else outputs_of(model, x, training=True)


def _block_from_spec_cases(rng):
    def case(*steps):
        """Each width is drawn."""
        drawn = [(step, *drawn_sizes(rng, (2, 16))) if step in ("input", "dense") else step for step in steps]
        return seeded(rng, tuple(drawn))

    relu, softmax, tanh, sigmoid, silu = (
        ("activation", name) for name in ("relu", "softmax", "tanh", "sigmoid", "silu")
    )
    return {
        "dense, norm, activation": case("input", "dense", ("norm",), relu, "dense", softmax),
        "an activation first": case("input", tanh, "dense"),
        "a normalization after the activation": case("input", "dense", sigmoid, ("norm",)),
        "two dense layers with nothing between": case("input", "dense", "dense"),
        "a normalization first": case("input", ("norm",), "dense", silu, ("norm",)),
    }


def _block(*, skipped=(), activation=None, in_order=True, merged=False):
    """An answer to block_from_spec that leaves kinds out, puts in another activation, sorts, or takes arguments."""

    def answer(spec):
        steps = [step for step in spec[1:] if step[0] not in skipped]
        if not in_order:
            steps.sort(key=lambda step: ("dense", "norm", "activation").index(step[0]))
        layers = [keras.Input((spec[0][1],))]
        for step, following in zip(steps, [*steps[1:], ("",)], strict=True):
            if step[0] == "dense":
                given = following[1] if merged and following[0] == "activation" else None
                layers.append(keras.layers.Dense(step[1], activation=given))
            elif step[0] == "norm":
                layers.append(keras.layers.BatchNormalization())
            elif not merged or isinstance(layers[-1], keras.layers.BatchNormalization):
                layers.append(keras.layers.Activation(activation or step[1]))
        return keras.Sequential(layers)

    return answer


def _to_the_nearest_dense(spec):
    """Every activation becomes an argument of the Dense layer before it, also past a normalization."""
    layers = [keras.Input((spec[0][1],))]
    for kind, *settings in spec[1:]:
        if kind == "dense":
            layers.append(keras.layers.Dense(*settings))
        elif kind == "norm":
            layers.append(keras.layers.BatchNormalization())
        else:
            dense = [layer for layer in layers if isinstance(layer, keras.layers.Dense)]
            if dense:
                dense[-1].activation = keras.activations.get(settings[0])
    return keras.Sequential(layers)


def _functional(spec):
    inputs = x = keras.Input((spec[0][1],))
    for kind, *settings in spec[1:]:
        if kind == "dense":
            x = keras.layers.Dense(settings[0])(x)
        elif kind == "norm":
            x = keras.layers.BatchNormalization()(x)
        else:
            x = keras.layers.Activation(settings[0])(x)
    return keras.Model(inputs, x)


def _by_adding(spec):
    model = keras.Sequential()
    for step in spec:
        match step:
            case ("input", features):
                model.add(keras.layers.InputLayer(shape=(features,)))
            case ("dense", units):
                model.add(keras.layers.Dense(units))
            case ("norm",):
                model.add(keras.layers.BatchNormalization())
            case ("activation", name):
                model.add(keras.layers.Activation(keras.activations.get(name)))
    return model


BLOCK_FROM_SPEC = Exercise(
    block_from_spec,
    prompt="""
    A model built from a list of what it is to do.

    spec     a list of steps in order, each a tuple: ("input", features) first, and once; ("dense", units);
             ("norm",) for a BatchNormalization(); ("activation", name) for an Activation(name). Don't change the list.
    returns  a Sequential or functional keras.Model with one new layer for each step

    >>> model = block_from_spec([("input", 8), ("dense", 16), ("norm",), ("activation", "relu"), ("dense", 4)])
    >>> [type(layer).__name__ for layer in model.layers]
    ['Dense', 'BatchNormalization', 'Activation', 'Dense']
    """,
    points=5,
    cases=_block_from_spec_cases,
    hints=(),
    transfer=True,
    mistakes={
        "The activations are arguments of the Dense layers before them.": _block(merged=True),
        "An activation acts before a normalization that should come first.": _to_the_nearest_dense,
        "The normalizations are left out.": _block(skipped=("norm",)),
        "The activations are left out.": _block(skipped=("activation",)),
        "It is always relu.": _block(activation="relu"),
        "The steps are not in the given order.": _block(in_order=False),
    },
    accepted=(_block(), _functional, _by_adding),
    returns=("the stack of layers", "the output", "the output in training"),
    run=model_of_spec,
    examine=_examine_block_from_spec,
    architecture="exact",
    allowed_imports=KERAS,
)
