"""10_claims_on_trial: what was claimed, and what the measurements say."""

import numpy as np

from .. import claims
from ..errors import CannotJudge
from ..harness.models import model_of_spec
from ..harness.outputs import outputs_of
from ..harness.random_draws import drawn_batch, drawn_normalization, drawn_weights, seeded
from ..quiet import keras
from . import KERAS, Exercise, Question
from .models import model_of, stack_and_output


def _on_trial(claim_id, true, false, depends, opinion="The next cell decides it."):
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
            "a": ("true", true),
            "b": ("false", false),
            "c": ("it depends", depends),
            "d": ("an opinion", opinion),
        },
        correct={"true": "a", "false": "b", "depends": "c", "opinion": "d"}[claim.verdict],
    )


S1_6 = _on_trial(
    "S1.6",
    true="Then every activation layer would have something to keep. Lesson 7 listed what they hold.",
    false="Right: being a layer doesn't bring a state with it. The one that has a state has it for another reason.",
    depends="Some have one. But the claim is that it follows from being a layer, and a single layer without a state refutes that.",
)
S1_7 = _on_trial(
    "S1.7",
    true="Right: “potentially” asks for one example, and PReLU is one.",
    false="One activation layer with parameters is enough to make it true. You trained one in lesson 7.",
    depends="“Potentially” asks for one example, and there is one.",
)
S1_13 = _on_trial(
    "S1.13",
    true="For a name or a function, yes. A layer object isn't in `model.layers` either (lesson 7); but it is a layer, and may have parameters.",
    false="For a name or a function it's right: nothing is added.",
    depends="Right: it depends on what is given. A layer object stays a layer, inside the other one, though `model.layers` doesn't list it.",
)
S2_2 = _on_trial(
    "S2.2",
    true="Then the thing in the list of layers would have to be something else. Check its type.",
    false="Right: Keras's Activation is a layer in every respect.",
    depends="For the function it would be inaccurate; but the term names the layer around it, and that is one.",
)
S1_34 = _on_trial(
    "S1.34",
    true="Right, and more exactly than the article says: to the last bit.",
    false="Lessons 4 and 7 counted the numbers that differ, and found none.",
    depends="Right after a Dense layer there's nothing left for it to depend on.",
)
S1_2 = _on_trial(
    "S1.2",
    true="The chain rule goes through the same functions in the same order. Lesson 8 compared the programs of training.",
    false="Right: the same gradients from the same program.",
    depends="On what? Lesson 8 compared the programs of training, and they were the same.",
)
S2_3 = _on_trial(
    "S2.3",
    true="One activation in the article's own examples looks at all elements at once.",
    false="For relu, sigmoid and tanh it's right.",
    depends="Right: on the activation. Each output of softmax depends on every input.",
)
S2_5 = _on_trial(
    "S2.5",
    true="The article's own example 2 has two layers that do neither.",
    false="Right: a single pooling layer refutes “regardless of type”.",
    depends="“Regardless of type” leaves nothing for it to depend on; one other layer refutes it.",
)
S2_12 = _on_trial(
    "S2.12",
    true="Dense layers do. But lesson 6 had a layer that is non-linear without any activation.",
    false="Dense layers do collapse into one affine layer, as you showed with `collapse` in lesson 1.",
    depends="Right: it depends on whether all other layers are affine. Max pooling isn't.",
)
S2_13 = _on_trial(
    "S2.13",
    true="On paper, yes. Now type it: what shape does Keras's kernel have, and what does `*` do in NumPy?",
    false="As math it's right: a column of inputs, and one row of W for each unit.",
    depends="Right: it depends on whether you read it as math or as code.",
)
S1_16 = _on_trial(
    "S1.16",
    true="Right, both in the code and in what is saved.",
    false="Count rows, or the characters of the saved settings.",
    depends="There's nothing here for it to depend on: fewer layers, fewer rows, fewer characters.",
)
S1_20 = _on_trial(
    "S1.20",
    true="There are two methods. But what does `backward` return?",
    false="There are two methods, as the article says. Is that what you would call two passes?",
    depends="Right: there are two methods, but `backward` computes nothing, and `forward` remembers nothing that it would need.",
)
S1_29 = _on_trial(
    "S1.29",
    true="In one setting, yes. But name a function that only the layer takes.",
    false="Both take the same functions. But can you pass a mask with each call?",
    depends="Right: both take any function, and a layer object brings its own dtype to both. But a mask for each call reaches only a layer.",
)
S1_30 = _on_trial(
    "S1.30",
    true="Lesson 8 found modes in which both forms are the same program and make the same number of calls.",
    false="Lesson 8 found a mode in which the layer form calls more layers, so Python has more to do.",
    depends="Right: it depends on whether Python calls each layer, or the model is traced.",
)
S1_31 = _on_trial(
    "S1.31",
    true="Look at the reason: which form gets the optimized program?",
    false="Right: both forms are optimized into the same program. In eager mode the layer form costs one more call, but its activation isn't slower.",
    depends="The work depends on the mode, but the reason given, an optimized activation inside the layer, holds in none.",
)
S1_32 = _on_trial(
    "S1.32",
    true="What did lesson 8 count for the small model?",
    false="Right: in eager mode the extra calls aren't marginal even in a small model, and once traced there are none in a large one either.",
    depends="The claim says it depends on size. It didn't, in either mode.",
)
S1_22 = _on_trial(
    "S1.22",
    true="What would you measure on the program? Readers differ.",
    false="What would you measure on the program? Readers differ.",
    depends="On the reader, yes; but that's what an opinion is.",
    opinion="Right: readers decide what reads well. Nothing measured on the program does.",
)
M_1 = _on_trial(
    "M.1",
    true="Right: for Dense, that is the main result of this course.",
    false="Lesson 7 counted the outputs that differ.",
    depends="What is computed is the same; what a call costs is another claim. For a recurrent layer it would be false, but this is about Dense.",
)
M_2 = _on_trial(
    "M.2",
    true="Right: they are the output of the layer before the activation layer.",
    false="In the layer form the Dense layer's own output is the pre-activation.",
    depends="On what? In the layer form they are always some layer's output.",
)
M_3 = _on_trial(
    "M.3",
    true="You wrote the model that reads it, in lesson 7.",
    false="Right: no layer returns them, but you can compute them from input, kernel and bias.",
    depends="“Impossible” falls with one way of doing it.",
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
    def case(*spec):
        return seeded(rng, spec)

    return {
        "dense, norm, activation": case(
            ("input", 8), ("dense", 16), ("norm",), ("activation", "relu"), ("dense", 4), ("activation", "softmax")
        ),
        "an activation first": case(("input", 5), ("activation", "tanh"), ("dense", 3)),
        "a normalization after the activation": case(("input", 3), ("dense", 6), ("activation", "sigmoid"), ("norm",)),
        "two dense layers with nothing between": case(("input", 4), ("dense", 7), ("dense", 2)),
        "a normalization first": case(("input", 6), ("norm",), ("dense", 6), ("activation", "silu"), ("norm",)),
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
