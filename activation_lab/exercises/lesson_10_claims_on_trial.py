"""10_claims_on_trial: what was claimed, and what the measurements say."""

import numpy as np

from .. import claims
from ..errors import CannotJudge
from ..harness.models import model_of_spec
from ..harness.outputs import outputs_of
from ..harness.random_draws import drawn_batch, drawn_normalization, drawn_sizes, drawn_weights, seeded
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
    false="Right: being a layer does not bring a state with it. What has one has it for a reason of its own.",
    depends="Some have one. But the claim is that it follows from being a layer, and a single layer without refutes that.",
)
S1_7 = _on_trial(
    "S1.7",
    true="Right: “may” asks for one example, and PReLU is one.",
    false="One activation layer with parameters is enough to make it true. Lesson 7 trained one.",
    depends="“May” asks for one example, and there is one.",
)
S1_13 = _on_trial(
    "S1.13",
    true="For a name or a function, yes. A layer object is not in `model.layers` either (lesson 7); but is it no layer, with parameters of its own?",
    false="For a name or a function it is right: nothing is added.",
    depends="Right: what is given decides. A layer object stays a layer, inside the other one, though `model.layers` does not list it.",
)
S2_2 = _on_trial(
    "S2.2",
    true="Then the thing in the list of layers would have to be something else. Ask it what it is.",
    false="Right: Keras's Activation is a layer in every respect that Keras knows.",
    depends="Of the function it would be inaccurate; but the term names the layer around it, and that is one.",
)
S1_34 = _on_trial(
    "S1.34",
    true="Right, and more exactly than the article says: to the last bit.",
    false="Lessons 4 and 7 counted the numbers that differ, and found none.",
    depends="With a Dense layer there is no condition left.",
)
S1_2 = _on_trial(
    "S1.2",
    true="The chain rule meets the same functions in the same order. Lesson 8 compared the programs of training.",
    false="Right: the same gradients from the same program.",
    depends="What could it depend on? Lesson 8 compared the programs of training, and they were one.",
)
S2_3 = _on_trial(
    "S2.3",
    true="One activation in the article's own examples looks at all elements at once.",
    false="For relu, sigmoid and tanh it is right.",
    depends="Right: on the activation. Each output of softmax depends on every input.",
)
S2_5 = _on_trial(
    "S2.5",
    true="The article's own example has two layers that are nothing of the kind.",
    false="Right: “regardless of type” falls with the first pooling.",
    depends="“Regardless of type” leaves nothing for it to depend on; one other layer refutes it.",
)
S2_12 = _on_trial(
    "S2.12",
    true="Dense layers do. But lesson 6 had a layer that bends without any activation.",
    false="Dense layers do collapse, into one affine layer, as you showed by `collapse` in lesson 1.",
    depends="Right: on whether all other layers are affine. A pooling by the maximum is not.",
)
S2_13 = _on_trial(
    "S2.13",
    true="On paper, yes. Now type it: which shape has Keras's kernel, and what does `*` do in NumPy?",
    false="As mathematics it is right: a column of inputs, and one row of W for each unit.",
    depends="Right: on whether it is read as mathematics or as code.",
)
S1_16 = _on_trial(
    "S1.16",
    true="Right, both for those who read the code and in what is saved.",
    false="Count rows, or the characters of the saved settings.",
    depends="On nothing here: fewer layers, fewer rows, fewer characters.",
)
S1_20 = _on_trial(
    "S1.20",
    true="There is a method of that name. What does it give back?",
    false="Right: its `backward` is announced, not written, and its `forward` remembers nothing that a backward would need.",
    depends="There is one class; call it and see.",
)
S1_29 = _on_trial(
    "S1.29",
    true="In the settings, yes. But name a function that only the layer takes.",
    false="Which functions may be given is the same in both. But what of the function's number format?",
    depends="Right: both take any function; but a setting of its own, such as a dtype, only a layer can have.",
)
S1_30 = _on_trial(
    "S1.30",
    true="Lesson 8 found modes in which both forms are the same program and make the same number of calls.",
    false="Lesson 8 found a mode in which the layer form calls more layers, so Python has more to do.",
    depends="Right: on whether Python calls each layer, or the model is traced.",
)
S1_31 = _on_trial(
    "S1.31",
    true="The reason is on trial here: which form gets the optimized program?",
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
    depends="On the reader, yes; which is another word for an opinion.",
    opinion="Right: what reads well is for each reader to say, and nothing measured on the program decides it.",
)
M_1 = _on_trial(
    "M.1",
    true="Right: for Dense, that is the main result of this course.",
    false="Lesson 7 counted the outputs that differ.",
    depends="What is computed is the same; what a call costs is another claim. For an RNN it would be false, but this is about Dense.",
)
M_2 = _on_trial(
    "M.2",
    true="Right: what goes into the activation layer is what the layer before it gives.",
    false="In the layer form the Dense layer's own output is the pre-activation.",
    depends="On what? In the layer form it is always some layer's output.",
)
M_3 = _on_trial(
    "M.3",
    true="You wrote the model that reads it, in lesson 7.",
    false="Right: it is no layer's output, but input, kernel and bias are there to compute it.",
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
