"""08_inside_the_graph: what TensorFlow runs for either form, and an honest stopwatch."""

from statistics import NormalDist

import numpy as np

from ..harness.calls import with_several_generators
from ..harness.drawing import seeded
from ..harness.input_models import on_a_traced_model
from ..quiet import tf
from ..timing import paired_ratio
from ..with_keras.graphs import executed
from . import KERAS, Exercise, Question, Tolerance


def _paired_ratio_cases(rng):
    def times(count, slower, noise, drift=0.0):
        """A machine whose speed changes from pair to pair; the ratios within pairs are spread evenly, log-normally.

        Evenly, since then the interval is as wide, and chance in resampling as small, for every seed.
        """
        ratios = slower * np.exp([noise * NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])
        times_a = 0.004 * np.exp(rng.uniform(-drift, drift, count))
        return times_a, times_a * rng.permutation(ratios)

    interrupted = times(60, 1.5, 0.05)
    interrupted[1][:8] *= rng.uniform(4, 8, 8)
    few = rng.uniform(0.003, 0.006, 5)
    return {
        "five pairs, one of them interrupted": seeded(rng, few, few * rng.permutation([1.1, 1.2, 1.25, 1.3, 4.0]), 3),
        "b takes longer": seeded(
            rng, *times(100, 1.3, 0.57, drift=0.1), 24
        ),  # one percentile more or less is seen here
        "a machine that speeds up and slows down": seeded(rng, *times(60, 1.1, 0.07, drift=1.0), 3),
        "a few interruptions": seeded(rng, *interrupted, 3),
        "b takes less": seeded(rng, *times(50, 0.6, 0.2, drift=0.2), 3),
    }


def _resampled(statistic, *, low=2.5, high=97.5, count=2000):
    """An answer to paired_ratio: bootstrap of `statistic(a, b)`, over the last axis, over pairs."""

    def answer(times_a, times_b, rng):
        pairs = rng.integers(len(times_a), size=(count, len(times_a)))
        values = statistic(times_a[pairs], times_b[pairs])
        return statistic(times_a, times_b), np.percentile(values, low), np.percentile(values, high)

    return answer


def _median_ratio(a, b):
    return np.median(b / a, axis=-1)


def _without_bootstrap(times_a, times_b, rng):
    ratios = times_b / times_a
    return np.median(ratios), np.percentile(ratios, 2.5), np.percentile(ratios, 97.5)


def _standard_error(times_a, times_b, rng):
    ratios = times_b / times_a
    spread = 1.96 * ratios.std() / np.sqrt(len(ratios))
    return np.median(ratios), np.median(ratios) - spread, np.median(ratios) + spread


def _separately(times_a, times_b, rng):
    a, b = (rng.choice(times, (2000, len(times))) for times in (times_a, times_b))
    return _median_ratio(times_a, times_b), *np.percentile(np.median(b / a, axis=1), [2.5, 97.5])


def _without_replacement(times_a, times_b, rng):
    ratios = times_b / times_a
    medians = [np.median(rng.permutation(ratios)) for _ in range(200)]
    return np.median(ratios), *np.percentile(medians, [2.5, 97.5])


def _mean_of_medians(times_a, times_b, rng):
    medians = np.median(rng.choice(times_b / times_a, (2000, len(times_a))), axis=1)
    return medians.mean(), *np.percentile(medians, [2.5, 97.5])


def _interval_of_means(times_a, times_b, rng):
    ratios = times_b / times_a
    means = rng.choice(ratios, (2000, len(ratios))).mean(axis=1)
    return np.median(ratios), *np.percentile(means, [2.5, 97.5])


def _by_choice(times_a, times_b, rng):
    ratios = times_b / times_a
    low, high = np.quantile(np.median(rng.choice(ratios, (5000, ratios.size)), axis=1), [0.025, 0.975])
    return float(np.median(ratios)), float(low), float(high)


def _by_sorting(times_a, times_b, rng):
    ratios = sorted(b / a for a, b in zip(times_a, times_b, strict=True))
    medians = sorted(np.median(rng.choice(ratios, len(ratios))) for _ in range(4000))
    return [np.median(ratios), medians[100], medians[-100]]


PAIRED_RATIO = Exercise(
    paired_ratio,
    prompt="""
    How many times as long b takes as a, judged pair by pair: the median ratio, with a bootstrap interval of 95 %.

    times_a, times_b  (pairs,), seconds; times_a[i] and times_b[i] were taken one right after the other
    rng               a NumPy random generator, such as np.random.default_rng(0), from which resamples are drawn
    returns           (ratio, low, high): the median of the ratios b to a, and the 2.5th and 97.5th percentile of the
                      medians of at least 2,000 resamples, each of as many pairs, drawn from the pairs with replacement

    >>> ratio, low, high = paired_ratio(np.full(9, 2.0), np.full(9, 3.0), np.random.default_rng(0))
    >>> float(ratio), float(low), float(high)
    (1.5, 1.5, 1.5)
    """,
    points=3,
    cases=_paired_ratio_cases,
    hints=(
        "First the ratios, one for each pair. From here on nothing else is needed of the two arrays.",
        "rng.choice(ratios, size=(2000, len(ratios))) draws 2,000 resamples at once, one in each row.",
        "The median of each row is np.median(…, axis=1); np.percentile(medians, [2.5, 97.5]) gives both ends.",
    ),
    mistakes={
        "The ratio is upside down: it should say how many times as long b takes as a.": _resampled(
            lambda a, b: np.median(a / b, axis=-1)
        ),
        "The ratio of two medians forgets the pairs, and with them what a changing machine did to both.": _resampled(
            lambda a, b: np.median(b, axis=-1) / np.median(a, axis=-1)
        ),
        "A mean is carried away by a few interruptions; take the median of the ratios.": _resampled(
            lambda a, b: np.mean(b / a, axis=-1)
        ),
        "These are percentiles of the single ratios; the interval is of the median, over resamples.": _without_bootstrap,
        "Between the 5th and the 95th percentile lie 90 %; for 95 % take 2.5 and 97.5.": _resampled(
            _median_ratio, low=5, high=95
        ),
        "a and b are resampled separately, which tears the pairs apart; resample pairs.": _separately,
        "The interval has no width: either all resamples are the same numbers, drawn without replacement, or only one median was taken where each resample has its own (axis=1).": (
            _without_replacement
        ),
        "The ratio is the median of the pairs themselves; the resamples are for the interval alone.": _mean_of_medians,
        "The interval is of means; take the median of each resample.": _interval_of_means,
        "np.percentile takes percent: 2.5 and 97.5, not 0.025 and 0.975.": _resampled(
            _median_ratio, low=0.025, high=0.975
        ),
        "An interval from the standard deviation follows the interruptions; take percentiles of resampled medians.": (
            _standard_error
        ),
    },
    accepted=(_resampled(_median_ratio), _by_choice, _by_sorting),
    returns=("the ratio", "the lower end", "the upper end"),
    run=with_several_generators,
    tolerance=Tolerance(absolute=0.01, relative=0.0),
)


def count_operations(model, kind):
    function = tf.function(lambda x: model(x, training=False))
    graph = function.get_concrete_function(tf.TensorSpec(model.inputs[0].shape)).graph
    return sum(operation.type == kind for operation in graph.get_operations())


def _count_operations_cases(rng):
    return {
        "relu as an argument": ("argument form", "Relu"),
        "matrix products": ("argument form", "MatMul"),
        "relu as a layer": ("layer form", "Relu"),
        "bias, in the layer form": ("layer form", "BiasAdd"),
        "one kind of two that begin alike": ("relu6", "Relu"),
        "the other kind": ("relu6", "Relu6"),
        "dropout rests at inference": ("dropout", "GreaterEqual"),
        "a model with branches": ("branches", "Relu"),
        "an operation that is not there": ("layer form", "Softmax"),
    }


def _traced(model, training=False):
    function = tf.function(lambda x: model(x, training=training))
    return function.get_concrete_function(tf.TensorSpec(model.inputs[0].shape)).graph


def _layers_counted(model, kind):
    wanted = kind.lower()
    names = [type(layer).__name__.lower() for layer in model.layers]
    names += [getattr(getattr(layer, "activation", None), "__name__", "") for layer in model.layers]
    return names.count(wanted)


def _optimised(model, kind):
    """What is left after fusion: relu is part of _FusedMatMul."""
    return executed(model).count(kind)


def _by_node_def(model, kind):
    definition = _traced(model).as_graph_def()
    return len([node for node in definition.node if node.op == kind])


def _with_keras_input(model, kind):
    @tf.function
    def run(x):
        return model(x, training=False)

    shape = [None, *model.input_shape[1:]]
    concrete = run.get_concrete_function(tf.TensorSpec(shape, tf.float32))
    return [operation.type for operation in concrete.graph.get_operations()].count(kind)


def _with_a_batch(model, kind):
    batch = tf.zeros((2, *model.input_shape[1:]))
    graph = tf.function(model).get_concrete_function(batch, training=False).graph
    count = 0
    for operation in graph.get_operations():
        if operation.type == kind:
            count += 1
    return count


COUNT_OPERATIONS = Exercise(
    count_operations,
    prompt="""
    How many operations of one kind TensorFlow writes down when it traces a model for inference.

    model    a Sequential or functional Keras model with one input
    kind     the type of an operation, such as "Relu" or "MatMul"
    returns  how many operations of exactly this type are in the traced graph, before any optimisation, with
             training=False; a whole number

    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(2)])
    >>> count_operations(model, "MatMul")
    2
    """,
    points=2,
    cases=_count_operations_cases,
    hints=(
        "Trace as the lesson did: tf.function of a call of the model, then get_concrete_function(…) on it.",
        "What it traces for can be a batch, tf.zeros((1, *model.input_shape[1:])).",
        "The graph is .graph of the concrete function; graph.get_operations() lists its operations, and each has a .type.",
    ),
    mistakes={
        "Operations are counted by their names; a name says who asked for the operation, .type says what it is.": (
            lambda model, kind: sum(kind in operation.name for operation in _traced(model).get_operations())
        ),
        "Types that only begin so are counted too: Relu6 is not Relu.": (
            lambda model, kind: sum(operation.type.startswith(kind) for operation in _traced(model).get_operations())
        ),
        "Layers and their activations are counted, not the operations that TensorFlow writes down.": _layers_counted,
        "The graph is of training: with training=False, dropout does nothing.": (
            lambda model, kind: sum(operation.type == kind for operation in _traced(model, True).get_operations())
        ),
        "That is the graph after optimisation, in which several operations have become one.": _optimised,
        "It says whether there is one; how many are asked for.": (
            lambda model, kind: int(any(operation.type == kind for operation in _traced(model).get_operations()))
        ),
        "All operations are counted, of whatever type.": lambda model, kind: len(_traced(model).get_operations()),
    },
    accepted=(_by_node_def, _with_keras_input, _with_a_batch),
    run=on_a_traced_model,
    allowed_imports=KERAS,
)


ONE_PROGRAM = Question(
    name="one_program",
    text='`Dense(64, activation="relu")`, and `Dense(64)` with an `Activation("relu")` after it, are traced and optimised. Which of them gets the fused operation?',
    options={
        "a": (
            "only the argument form, since there relu is part of the layer",
            "The graph optimiser sees no layers, only operations: matrix product, bias, relu. It saw the same three twice.",
        ),
        "b": ("both", "Right: fusing happens after tracing, and the traced operations are the same."),
        "c": ("neither, on a CPU", "The table shows one fused operation for the hidden layer, on a CPU."),
        "d": (
            "both, but in the layer form it has to be switched on",
            "Nothing was switched on, and one program came of both.",
        ),
    },
    correct="b",
)

WHERE_THE_TIME_GOES = Question(
    name="where_the_time_goes",
    text="In eager mode the layer form took longer. What takes that time?",
    options={
        "a": (
            "the relu itself, which is slower outside the Dense layer",
            "It is the same function on the same numbers; in the traced modes nothing was left of the difference.",
        ),
        "b": (
            "a copy of the numbers from one layer to the next",
            "Layers hand on tensors, which are not copied.",
        ),
        "c": (
            "what Keras does in Python around every call of a layer; the layer form calls more layers",
            "Right: a price for each call of a layer. The more there is to compute in a layer, the less it weighs.",
        ),
        "d": ("the backward pass", "No gradient was asked for."),
    },
    correct="c",
)

THE_CONTROL = Question(
    name="the_control",
    text="A colleague times two models once each, 10.2 ms and 9.8 ms, and concludes that the second is faster. What is missing first of all?",
    options={
        "a": ("more decimal places", "They would be digits of the noise."),
        "b": (
            "a repetition in pairs, and a control: how far apart are two runs of the *same* model?",
            "Right: only if the difference is larger than what the same model shows against itself does it mean anything.",
        ),
        "c": ("a faster machine", "Each machine has its noise; what matters is to know how large it is."),
        "d": (
            "nothing: 10.2 is more than 9.8",
            "Of two runs of the same model, one is always the slower.",
        ),
    },
    correct="b",
)
