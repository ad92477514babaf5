"""08_inside_the_graph: what TensorFlow runs for either form, what a layer costs, and an honest stopwatch."""

import statistics
from statistics import NormalDist

import numpy as np

from ..harness.builders import FEATURES, with_a_builder
from ..harness.input_models import on_a_traced_model
from ..harness.plain_calls import with_several_generators
from ..harness.random_draws import drawn_sizes, seeded
from ..quiet import keras, tf
from ..timing import paired_ratio
from ..with_keras.graphs import executed, traced
from . import KERAS, Exercise, Question, Tolerance


def _paired_ratio_cases(rng):
    def times(count, slower, noise, drift=0.0):
        """A machine whose speed changes from pair to pair; the ratios within pairs are spread evenly, log-normally.

        Evenly, since then the interval is as wide, and chance in resampling as small, for every seed.
        """
        ratios = (
            slower
            * rng.uniform(0.85, 1)
            * np.exp([noise * NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])
        )
        times_a = 0.004 * np.exp(rng.uniform(-drift, drift, count))
        return times_a, times_a * rng.permutation(ratios)

    interrupted = times(60, 1.5, 0.05)
    interrupted[1][:8] *= rng.uniform(4, 8, 8)
    few, slower = rng.uniform(0.003, 0.006, 5), rng.uniform(0.85, 1)
    return {
        "five pairs, one of them interrupted": seeded(
            rng, few, few * slower * rng.permutation([1.1, 1.2, 1.25, 1.3, 4.0]), 3
        ),
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
    ratios = np.array([b / a for a, b in zip(times_a, times_b, strict=True)])
    resamples = np.sort(rng.choice(ratios, (2000, len(ratios))))
    middle = [(len(ratios) - 1) // 2, len(ratios) // 2]  # one number or two
    medians = sorted(resamples[:, middle].mean(axis=1).tolist())
    return [statistics.median(ratios.tolist()), medians[50], medians[-51]]


def _own_generator(times_a, times_b, rng):
    return _resampled(_median_ratio)(times_a, times_b, np.random.default_rng(0))


PAIRED_RATIO = Exercise(
    paired_ratio,
    prompt="""
    How many times as long as a does b take? The median ratio over pairs, with a 95 % bootstrap interval.

    times_a, times_b  (pairs,), seconds; times_a[i] and times_b[i] were measured one right after the other
    rng               a NumPy random generator, such as np.random.default_rng(0); draw the resamples with it alone
    returns           (ratio, low, high): the median of the ratios of b to a, and the 2.5th and 97.5th percentiles of
                      the medians of 2,000 to 5,000 resamples; a resample has as many pairs as there are, drawn with
                      replacement

    >>> ratio, low, high = paired_ratio(np.full(9, 2.0), np.full(9, 3.0), np.random.default_rng(0))
    >>> float(ratio), float(low), float(high)
    (1.5, 1.5, 1.5)
    """,
    points=3,
    cases=_paired_ratio_cases,
    hints=(
        "Compute the ratios first, one for each pair. After that you don't need the two arrays any more.",
        "rng.choice(ratios, size=(2000, len(ratios))) draws 2,000 resamples at once, one per row.",
        "The median of each row is np.median(…, axis=1); np.percentile(medians, [2.5, 97.5]) gives both ends of the interval.",
    ),
    mistakes={
        "The ratio is upside down: it should say how many times as long as a b takes, which is b / a.": _resampled(
            lambda a, b: np.median(a / b, axis=-1)
        ),
        "This is the ratio of two medians. It ignores the pairs, so what a changing machine did to both no longer cancels.": _resampled(
            lambda a, b: np.median(b, axis=-1) / np.median(a, axis=-1)
        ),
        "A mean follows a few interruptions; take the median of the ratios.": _resampled(
            lambda a, b: np.mean(b / a, axis=-1)
        ),
        "This is the geometric mean of the ratios; the median is asked for.": _resampled(
            lambda a, b: np.exp(np.mean(np.log(b / a), axis=-1))
        ),
        "This is how much longer b takes, a difference in seconds; how many times as long is a ratio.": _resampled(
            lambda a, b: np.median(b - a, axis=-1)
        ),
        "This is how much longer b takes, as a share: the ratio minus 1.": _resampled(
            lambda a, b: np.median((b - a) / a, axis=-1)
        ),
        "The logarithm of the ratio is returned; the ratio itself is asked for.": _resampled(
            lambda a, b: np.median(np.log(b / a), axis=-1)
        ),
        "All of a is added up, and all of b, before dividing; the ratios are to be taken pair by pair.": _resampled(
            lambda a, b: np.sum(b, axis=-1) / np.sum(a, axis=-1)
        ),
        "These are percentiles of the ratios themselves; the interval is for their median, over resamples.": _without_bootstrap,
        "Only 90 % lie between the 5th and the 95th percentile; for 95 %, use 2.5 and 97.5.": _resampled(
            _median_ratio, low=5, high=95
        ),
        "The resamples are not drawn with rng: another generator gives the same interval, or the same one another.": (
            _own_generator
        ),
        "a and b are resampled separately, which breaks up the pairs; resample pairs.": _separately,
        "The interval has no width: either every resample holds the same numbers, drawn without replacement, or you took one median of everything instead of one per resample (axis=1).": (
            _without_replacement
        ),
        "The ratio should be the median of the measured pairs; the resamples are only for the interval.": _mean_of_medians,
        "This is an interval of means; take the median of each resample.": _interval_of_means,
        "np.percentile expects percentages: 2.5 and 97.5, not 0.025 and 0.975.": _resampled(
            _median_ratio, low=0.025, high=0.975
        ),
        "An interval from the standard deviation follows interruptions; use percentiles of resampled medians.": (
            _standard_error
        ),
    },
    accepted=(_resampled(_median_ratio), _by_choice, _by_sorting),
    returns=("the ratio", "the lower end", "the upper end"),
    run=with_several_generators,
    tolerance=Tolerance(absolute=0.01, relative=0.0),
    seconds=30.0,  # for 10,000 resamples in a loop
    self_reported="that it draws with rng",
)


def count_operations(model, kind):
    function = tf.function(lambda x: model(x, training=False))
    graph = function.get_concrete_function(tf.TensorSpec(model.inputs[0].shape)).graph
    return sum(operation.type == kind for operation in graph.get_operations())


def _count_operations_cases(rng):
    def model(form):
        relus, others = drawn_sizes(rng, (2, 3), (1, 2))
        return form, tuple(rng.permutation(relus * ["relu"] + others * ["tanh"]).tolist())

    arguments, layers, sixes, branches = map(model, ("argument form", "layer form", "relu6", "branches"))
    return {
        "relu as an argument": (*arguments, "Relu"),
        "matrix products": (*arguments, "MatMul"),
        "relu as a layer": (*layers, "Relu"),
        "bias, in the layer form": (*layers, "BiasAdd"),
        "one kind of two that begin alike": (*sixes, "Relu"),
        "the other kind": (*sixes, "Relu6"),
        "dropout rests at inference": (*model("dropout"), "GreaterEqual"),
        "a model with branches": (*branches, "Relu"),
        "an operation that is not there": (*layers, "Softmax"),
    }


def _traced(model, training=False):
    function = tf.function(lambda x: model(x, training=training))
    return function.get_concrete_function(tf.TensorSpec(model.inputs[0].shape)).graph


def _layers_counted(model, kind):
    wanted = kind.lower()
    names = [type(layer).__name__.lower() for layer in model.layers]
    names += [getattr(getattr(layer, "activation", None), "__name__", "") for layer in model.layers]
    return names.count(wanted)


def _optimized(model, kind):
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
    How many operations of one kind does TensorFlow record when it traces a model for inference?

    model    a Sequential or functional Keras model with one input
    kind     the type of an operation, such as "Relu" or "MatMul"
    returns  how many operations of exactly this type are in the traced graph, before any optimization, with
             training=False; a whole number

    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(2)])
    >>> count_operations(model, "MatMul")
    2
    """,
    points=2,
    cases=_count_operations_cases,
    hints=(
        "Trace it as the lesson did: apply tf.function to a function that calls the model, then get_concrete_function(…).",
        "You can trace it for a batch: tf.zeros((1, *model.input_shape[1:])).",
        "The graph is .graph of the concrete function; graph.get_operations() lists its operations, and each has a .type.",
    ),
    mistakes={
        "It counts operations by name; a name says which layer asked for the operation, .type says what it is.": (
            lambda model, kind: sum(kind in operation.name for operation in _traced(model).get_operations())
        ),
        "It also counts types that only start with these letters: Relu6 is not Relu.": (
            lambda model, kind: sum(operation.type.startswith(kind) for operation in _traced(model).get_operations())
        ),
        "It counts layers and their activations, not the operations that TensorFlow records.": _layers_counted,
        "This is the graph of training: with training=False, dropout does nothing.": (
            lambda model, kind: sum(operation.type == kind for operation in _traced(model, True).get_operations())
        ),
        "This is the graph after optimization, in which several operations have become one.": _optimized,
        "It says whether there is one; the question is how many.": (
            lambda model, kind: int(any(operation.type == kind for operation in _traced(model).get_operations()))
        ),
        "It counts all operations, whatever their type.": lambda model, kind: len(_traced(model).get_operations()),
    },
    accepted=(_by_node_def, _with_keras_input, _with_a_batch),
    run=on_a_traced_model,
    allowed_imports=KERAS,
    near_twins=(traced,),
)


def activation_runs(build, x, times):
    runs = []

    def counted(z):
        runs.append(z)
        return keras.activations.relu(z)

    called = build(counted)
    runs.clear()
    for _ in range(times):
        called(x)
    return len(runs)


def _activation_runs_cases(rng):
    def batch():
        x = rng.normal(size=(2, FEATURES)).astype("float32")
        x[0, 0] = -1 - abs(x[0, 0])  # so that relu changes it
        return x

    def case(builder):
        return builder, batch(), *drawn_sizes(rng, (2, 9))

    return {
        "a model in eager": case("argument form"),
        "traced at its first call": case("traced at its first call"),
        "two layers with it": case("two layers"),
        "traced while it is built": case("traced already"),
        "two layers with it, traced": case("two layers, traced"),
        "compiled by XLA": case("compiled"),
        "repeated until nothing is negative": case("until nothing is negative"),
    }


def _counting(measure, *, apply=keras.activations.relu):
    """An answer to activation_runs: `measure(called, x, times, runs)`, of what is built with a counted activation."""

    def answer(build, x, times):
        runs = []

        def counted(z):
            runs.append(None)
            return apply(z)

        return measure(build(counted), x, times, runs)

    return answer


def _called_and_counted(called, x, times, runs):
    before = len(runs)
    for _ in range(times):
        called(x)
    return len(runs) - before


def _building_too(called, x, times, runs):
    return _called_and_counted(called, x, times, []) + len(runs)


def _multiplied(called, x, times, runs):
    return times * _called_and_counted(called, x, 1, runs)


def _warmed_up(called, x, times, runs):
    called(x)
    return _called_and_counted(called, x, times, runs)


def _whether(called, x, times, runs):
    return int(_called_and_counted(called, x, times, runs) > 0)


def _by_nonlocal(build, x, times):
    count = 0

    def counted(z):
        nonlocal count
        count += 1
        return tf.nn.relu(z) if tf.is_tensor(z) else keras.ops.relu(z)

    called = build(counted)
    count = 0
    for _ in range(times):
        called(x)
    return count


def _by_an_object(build, x, times):
    class CountedRelu:
        count = 0

        def __call__(self, z):
            self.count += 1
            return keras.ops.maximum(z, 0)

    activation = CountedRelu()
    called = build(activation)
    before = activation.count
    for _ in range(times):
        called(x)
    return activation.count - before


def _while_it_counts(build, x, times):
    seen = {"counts": False, "runs": 0}

    def counted(z):
        seen["runs"] += seen["counts"]
        return keras.activations.get("relu")(z)

    called = build(counted)
    seen["counts"] = True
    results = [called(x) for _ in range(times)]
    return seen["runs"] if results else 0


ACTIVATION_RUNS = Exercise(
    activation_runs,
    prompt="""
    How often Python runs an activation while something that was built with it is called.

    build    a function: build(activation) returns something that takes a batch, such as a model, a tf.function of one,
             or a function that calls the activation itself
    x        a batch
    times    how many times to call what was built, each time on x
    returns  how often Python ran the activation during these calls; how often it ran while build was at work doesn't
             count; a whole number

    The activation that you give to build must compute relu.

    >>> def build(activation):
    ...     return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Activation(activation)])
    >>> activation_runs(build, tf.ones((2, 4)), 5)
    5
    """,
    points=2,
    cases=_activation_runs_cases,
    hints=(
        "Write a function inside yours that notes that it ran, and then returns relu of what it was given.",
        "To note it, append to a list that was made outside the inner function, or use nonlocal with a number.",
        "build may run the activation too, for example by tracing a model. Empty the list, or set the number to 0, after build.",
    ),
    mistakes={
        "It also counts what ran while build was at work, where a model may be traced already.": (
            _counting(_building_too)
        ),
        "These are the calls of what was built, not the runs of the activation in it.": lambda build, x, times: times,
        "One call is counted and the number multiplied. Calls may differ: a trace runs Python in the first call only.": (
            _counting(_multiplied)
        ),
        "One call too many: a trace made in it runs the activation, and that run belongs to the calls that are counted.": (
            _counting(_warmed_up)
        ),
        "It counts, but the activation doesn't return relu of its input.": (
            _counting(_called_and_counted, apply=lambda z: z)
        ),
        "It says whether the activation ran; the question is how often.": _counting(_whether),
    },
    accepted=(_by_nonlocal, _by_an_object, _while_it_counts),
    run=with_a_builder,
    allowed_imports=KERAS,
)


ONE_PROGRAM = Question(
    name="one_program",
    text='`Dense(64, activation="relu")`, and `Dense(64)` with an `Activation("relu")` after it, are traced and optimized. Which of them gets the fused operation?',
    options={
        "a": (
            "only the argument form, since there relu is part of the layer",
            "The graph optimizer doesn't see layers, only operations: matrix product, bias, relu. It saw the same three twice.",
        ),
        "b": ("both", "Right: operations are fused after tracing, and the traced operations are the same."),
        "c": ("neither, on a CPU", "The table shows one fused operation for the hidden layer, on a CPU."),
        "d": (
            "both, but in the layer form it has to be switched on",
            "Nothing was switched on, and both became the same program.",
        ),
    },
    correct="b",
)

WHERE_THE_CALLS_COME_FROM = Question(
    name="where_the_calls_come_from",
    text="In eager mode the layer form makes more Python calls than the argument form. What are the extra calls for?",
    options={
        "a": (
            "computing relu, which is more work outside the Dense layer",
            "It's the same function on the same numbers: TensorFlow runs the same number of operations in both forms.",
        ),
        "b": (
            "copying the numbers from one layer to the next",
            "Layers pass tensors on. A tensor isn't copied, and a copy would be one more operation.",
        ),
        "c": (
            "what Keras does around each call of a layer; the layer form calls more layers",
            "Right: a fixed number of calls per layer, however wide the layer is.",
        ),
        "d": ("the backward pass", "No gradient was computed."),
    },
    correct="c",
)

THE_CONTROL = Question(
    name="the_control",
    text="A colleague times two models once each, gets 10.2 ms and 9.8 ms, and concludes that the second is faster. What's the first thing missing?",
    options={
        "a": ("more decimal places", "They would be digits of noise."),
        "b": (
            "repeated measurements in pairs, and a control: how far apart are two runs of the *same* model?",
            "Right: a difference only means something if it's larger than what the same model shows against itself.",
        ),
        "c": ("a faster machine", "Every machine has noise; you need to know how large it is."),
        "d": (
            "nothing: 10.2 is more than 9.8",
            "Of two runs of the same model, one is always slower than the other.",
        ),
    },
    correct="b",
)
