"""09_where_they_differ: the places where an argument and a layer are not interchangeable."""

import numpy as np

from ..errors import CannotJudge
from ..harness.input_models import classifier, model_of_a_classifier
from ..harness.models import model_of_features, model_of_features_and_units, model_under_policy
from ..harness.outputs import outputs_of
from ..harness.random_draws import drawn_batch, drawn_normalization, drawn_sizes, drawn_weights, seeded
from ..quiet import keras
from ..with_keras import models as keras_models
from . import KERAS, Exercise, Question
from .architecture import architecture_text
from .models import layers_of, model_of, output_and_training, weights_and_batch

BOTH_OUTPUTS = "the output", "the output in training"

# normalized_block


def normalized_block(features, units):
    return keras.Sequential(
        [
            keras.Input(shape=(features,)),
            keras.layers.Dense(units),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("relu"),
        ]
    )


def _examine_normalized_block(value, features, units, seed):
    """Give the Dense layer a kernel, the normalization a past, and the model a batch; all are drawn from seed."""
    model = model_of(value, (features,))
    (dense,) = layers_of(model, keras.layers.Dense, 1)
    (norm,) = layers_of(model, keras.layers.BatchNormalization, 1)
    rng = np.random.default_rng(seed)
    kernel, bias = drawn_weights(rng, [(features, units), (units,)])
    if dense.kernel.shape != kernel.shape:
        raise CannotJudge(
            f"Its stack of layers is {architecture_text(model)}; a Dense layer of {units} units is asked for."
        )
    # A bias or none: beta does its work, so both are right, and a bias is 0 here.
    dense.set_weights([kernel, np.zeros_like(bias)] if dense.use_bias else [kernel])
    if not norm.scale or not norm.center:
        raise CannotJudge("Its BatchNormalization has no gamma or no beta; leave scale and center as they are.")
    # As many as the normalization sees, which in front of the Dense layer is another number.
    norm.set_weights(drawn_normalization(rng, norm.moving_mean.shape[0]))
    return output_and_training(model, drawn_batch(rng, 5, features))


def _block(*kinds):
    """An answer to normalized_block, of the layers in this order."""

    def answer(features, units):
        layers = {
            "dense": lambda: keras.layers.Dense(units),
            "dense, relu": lambda: keras.layers.Dense(units, activation="relu"),
            "no bias": lambda: keras.layers.Dense(units, use_bias=False),
            "norm": keras.layers.BatchNormalization,
            "layer norm": keras.layers.LayerNormalization,
            "relu": lambda: keras.layers.Activation("relu"),
            "ReLU": keras.layers.ReLU,
            "sigmoid": lambda: keras.layers.Activation("sigmoid"),
        }
        return keras.Sequential([keras.Input((features,)), *(layers[kind]() for kind in kinds)])

    return answer


def _functional_block(features, units):
    inputs = keras.Input((features,))
    z = keras.layers.BatchNormalization()(keras.layers.Dense(units)(inputs))
    return keras.Model(inputs, keras.activations.relu(z))


NORMALIZED_BLOCK = Exercise(
    normalized_block,
    prompt="""
    A model of three steps: a Dense layer, batch normalization with its gamma and beta, relu, in this order.

    features  how many numbers come in
    units     units of the Dense layer, with a bias or without
    returns   a Sequential or functional keras.Model in which the three follow one another, none inside another

    >>> normalized_block(4, 3).output_shape
    (None, 3)
    """,
    points=2,
    cases=lambda rng: {
        "more features than units": seeded(rng, *drawn_sizes(rng, (7, 12), (3, 6))),
        "as many units as features": seeded(rng, *2 * drawn_sizes(rng, (4, 9))),
        "one feature": seeded(rng, *drawn_sizes(rng, (1, 1), (5, 12))),
    },
    hints=(
        "Can relu be an argument of the Dense layer here? It would act before anything that follows that layer.",
        "keras.layers.BatchNormalization() goes between the Dense layer and the activation.",
    ),
    mistakes={
        "The relu acts between the Dense layer and the normalization; it belongs after both.": _block(
            "dense, relu", "norm"
        ),
        "The relu acts on what comes in, before the Dense layer; it belongs at the end.": _block(
            "relu", "dense", "norm"
        ),
        "There is no relu after the normalization.": _block("dense", "norm"),
        "The relu acts twice, before and after the normalization; only the second is asked for.": _block(
            "dense, relu", "norm", "relu"
        ),
        "One relu stands before the Dense layer, and one after the normalization; only the second is asked for.": _block(
            "relu", "dense", "norm", "relu"
        ),
        "The normalization stands in front of the Dense layer.": _block("norm", "dense", "relu"),
        "There is no normalization.": _block("dense", "relu"),
        "Layer normalization is another one: over the features of a sample, not over the batch.": _block(
            "dense", "layer norm", "relu"
        ),
        "The activation is not relu.": _block("dense", "norm", "sigmoid"),
    },
    accepted=(_block("dense", "norm", "ReLU"), _block("no bias", "norm", "relu"), _functional_block),
    returns=BOTH_OUTPUTS,
    run=model_of_features_and_units,
    examine=_examine_normalized_block,
    architecture="steps",
    allowed_imports=KERAS,
)


# residual_block


def residual_block(features):
    inputs = keras.Input(shape=(features,))
    hidden = keras.layers.Dense(features, activation="relu")(inputs)
    change = keras.layers.Dense(features)(hidden)
    outputs = keras.layers.Activation("relu")(keras.layers.Add()([inputs, change]))
    return keras.Model(inputs, outputs)


def _examine_residual_block(value, features, seed):
    model = model_of(value, (features,))
    rng = np.random.default_rng(seed)
    shapes = [(features, features), (features,)]
    layers = layers_of(model, keras.layers.Dense, 2)
    for layer in layers:
        if layer.kernel.shape != shapes[0] or not layer.use_bias:
            raise CannotJudge(
                f"Its stack of layers is {architecture_text(model)}; two Dense layers of {features} units are asked for, with bias."
            )
        layer.set_weights(drawn_weights(rng, shapes))
    return output_and_training(model, drawn_batch(rng, 6, features))


def _residual(joined, *, inner="relu", outer=None):
    """An answer to residual_block: `joined(inputs, change)` of x and of F(x), two Dense layers."""

    def answer(features):
        inputs = keras.Input((features,))
        hidden = keras.layers.Dense(features, activation=inner)(inputs)
        return keras.Model(inputs, joined(inputs, keras.layers.Dense(features, activation=outer)(hidden)))

    return answer


def _relu(x):
    return keras.layers.ReLU()(x)


def _one_dense_twice(features):
    inputs, dense = keras.Input((features,)), keras.layers.Dense(features)
    return keras.Model(inputs, _relu(inputs + dense(_relu(dense(inputs)))))


def _hidden_added(features):
    inputs = keras.Input((features,))
    hidden = keras.layers.Dense(features, activation="relu")(inputs)
    return keras.Model(inputs, _relu(hidden + keras.layers.Dense(features)(hidden)))


def _separate_relu(features):
    inputs = keras.Input((features,))
    z = keras.layers.Dense(features)(inputs)
    z = keras.layers.Dense(features)(keras.layers.Activation("relu")(z))
    return keras.Model(inputs=inputs, outputs=keras.activations.relu(keras.ops.add(inputs, z)))


def _as_a_sequential_inside(features):
    change = keras.Sequential([keras.layers.Dense(features, "relu"), keras.layers.Dense(features)])
    inputs = keras.Input((features,))
    return keras.Model(inputs, keras.layers.ReLU()(change(inputs) + inputs))


RESIDUAL_BLOCK = Exercise(
    residual_block,
    prompt="""
    A residual block: relu(x + F(x)), where F is a Dense layer, relu, and a second Dense layer.

    features  the width of everything in it: of x, of both Dense layers, of the result
    returns   a functional keras.Model

    >>> model = residual_block(2)
    >>> model.set_weights([np.eye(2), np.zeros(2), np.eye(2), np.array([-5.0, 0.0])])
    >>> print(model(np.array([[1.0, 2.0]])).numpy())
    [[0. 4.]]
    """,
    points=2,
    cases=lambda rng: {
        "a few features": seeded(rng, *drawn_sizes(rng, (3, 6))),
        "more features": seeded(rng, *drawn_sizes(rng, (7, 14))),
        "two features": seeded(rng, 2),
    },
    hints=(
        "Name the symbolic input; it is used twice: once by the first Dense layer, once in the sum.",
        "keras.layers.Add()([one, other]) adds two symbolic tensors; so does +.",
        "The last relu takes in the sum, so it cannot be an argument of a Dense layer.",
    ),
    mistakes={
        "The last relu acts on F(x) alone, before x is added; it should take in the sum.": _residual(
            lambda x, change: x + change, outer="relu"
        ),
        "x is not added: the way past the two layers is missing.": _residual(lambda x, change: _relu(change)),
        "There is no relu after the sum.": _residual(lambda x, change: x + change),
        "There is no relu between the two Dense layers.": _residual(lambda x, change: _relu(x + change), inner=None),
        "F(x) goes through a relu before the sum as well; only what is after the sum is asked for.": _residual(
            lambda x, change: _relu(x + change), outer="relu"
        ),
        "x goes through a relu on its way past; it is to be added as it is.": _residual(
            lambda x, change: _relu(_relu(x) + change)
        ),
        "What is added is what the first Dense layer gives; x itself is to be added.": _hidden_added,
        "There is neither a relu between the two Dense layers nor one after the sum.": _residual(
            lambda x, change: x + change, inner=None
        ),
        "It is one Dense layer used twice; two are asked for, each with weights of its own.": _one_dense_twice,
    },
    accepted=(_residual(lambda x, change: _relu(change + x)), _separate_relu, _as_a_sequential_inside),
    returns=BOTH_OUTPUTS,
    run=model_of_features,
    examine=_examine_residual_block,
    architecture="steps",
    allowed_imports=KERAS,
)


# mixed_precision_head

POLICIES = ("float16", "float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16")


def mixed_precision_head(features, classes):
    return keras.Sequential(
        [
            keras.Input(shape=(features,)),
            keras.layers.Dense(classes, dtype="mixed_float16"),
            keras.layers.Activation("softmax", dtype="float32"),
        ]
    )


def _examine_mixed_precision_head(model_and_policy, features, classes, policy, seed):
    value, policy_afterwards = model_and_policy
    model = model_of(value, (features,))
    (dense,) = layers_of(model, keras.layers.Dense, 1)
    if dense.kernel.shape != (features, classes) or not dense.use_bias:
        raise CannotJudge(f"Its Dense layer is no layer of {classes} units, with a bias, on {features} features.")
    rng = np.random.default_rng(seed)
    kernel, bias = drawn_weights(rng, [(features, classes), (classes,)])
    dense.set_weights([2 * kernel, bias - 10])  # negative logits, which a relu would make equal
    probabilities, in_training = output_and_training(model, drawn_batch(rng, 4, features))
    return (
        f"compute in {dense.compute_dtype}, keep its kernel in {dense.variable_dtype}",
        f"{probabilities.dtype}",
        probabilities.astype(np.float32),
        in_training.astype(np.float32),
        policy_afterwards if policy_afterwards in POLICIES else "one of its own",
    )


def _head(dense_dtype, softmax_dtype, *, argument=False, layer=None, cast=False):
    """An answer to mixed_precision_head, with these dtype policies; None for the global one."""

    def answer(features, classes):
        dense = keras.layers.Dense(classes, activation="softmax" if argument else None, dtype=dense_dtype)
        inputs = keras.Input((features,))
        z = dense(inputs)
        if cast:
            z = keras.ops.cast(z, "float32")
        if not argument:
            z = (layer or keras.layers.Activation("softmax", dtype=softmax_dtype))(z)
        return keras.Model(inputs, z)

    return answer


def _policy_left(features, classes):
    keras.config.set_dtype_policy("mixed_float16")
    return _head("mixed_float16", "float32")(features, classes)


def _policy_objects(features, classes):
    model = keras.Sequential([keras.layers.InputLayer(shape=(features,), dtype="float32")])
    model.add(keras.layers.Dense(classes, dtype=keras.DTypePolicy("mixed_float16")))
    model.add(keras.layers.Softmax(dtype=keras.DTypePolicy("float32")))
    return model


def _cast_and_function(features, classes):
    inputs = keras.Input((features,))
    z = keras.layers.Dense(classes, dtype="mixed_float16")(inputs)
    return keras.Model(inputs, keras.activations.softmax(keras.ops.cast(z, "float32")))


def _layer_object_as_argument(features, classes):
    softmax = keras.layers.Softmax(dtype="float32")
    dense = keras.layers.Dense(classes, activation=softmax, dtype="mixed_float16")
    return keras.Sequential([keras.Input((features,)), dense])


def _cast_afterwards(features, classes):
    inputs = keras.Input((features,))
    p = keras.layers.Dense(classes, activation="softmax", dtype="mixed_float16")(inputs)
    return keras.Model(inputs, keras.ops.cast(p, "float32"))


MIXED_PRECISION_HEAD = Exercise(
    mixed_precision_head,
    prompt="""
    The head of a classifier under mixed precision: logits computed in float16, probabilities in float32.

    features  how many numbers come in
    classes   how many classes
    returns   a Sequential or functional keras.Model: a Dense layer, with a bias, that computes in float16 and keeps its
              weights in float32, and a softmax that computes in float32; whatever the global dtype policy is, which
              stays as it was

    >>> mixed_precision_head(4, 3)(np.ones((1, 4), dtype="float32")).dtype.name
    'float32'
    """,
    points=2,
    cases=lambda rng: {
        "the global policy is float32": seeded(rng, *drawn_sizes(rng, (3, 8), (3, 6)), "float32"),
        "the global policy is mixed_float16": seeded(rng, *drawn_sizes(rng, (5, 9), (2, 5)), "mixed_float16"),
        "many classes": seeded(rng, *drawn_sizes(rng, (2, 5), (15, 30)), "float32"),
    },
    hints=(
        'Every layer takes dtype=…: a dtype such as "float32", or a policy such as "mixed_float16".',
        "An activation given by its name computes in its layer's dtype. A layer object can have another.",
        "Set both policies, so that neither comes from the global one.",
    ),
    mistakes={
        "The softmax computes in float16: given by its name it has the Dense layer's format; a layer object needs its own.": _head(
            "mixed_float16", None, argument=True
        ),
        "The probabilities are computed in float16 and made float32 afterwards; what was rounded off is lost.": (
            _cast_afterwards
        ),
        "The Dense layer has no policy of its own, and takes the global one.": _head(None, "float32"),
        "The softmax has no policy of its own, and takes the global one.": _head("mixed_float16", None),
        "Neither layer has a policy of its own; both take the global one.": _head(None, None),
        "Everything is computed in float32; the Dense layer should compute in float16.": _head("float32", "float32"),
        "float16 alone keeps the weights in float16 too; mixed_float16 keeps them in float32.": _head(
            "float16", "float32"
        ),
        "The global policy is another one afterwards; give each layer its own instead.": _policy_left,
        "The logits go through another activation before the softmax.": lambda features, classes: keras.Sequential(
            [
                keras.Input((features,)),
                keras.layers.Dense(classes, activation="relu", dtype="mixed_float16"),
                keras.layers.Activation("softmax", dtype="float32"),
            ]
        ),
        "Softmax acts twice: in the Dense layer, and after it.": lambda features, classes: keras.Sequential(
            [
                keras.Input((features,)),
                keras.layers.Dense(classes, activation="softmax", dtype="mixed_float16"),
                keras.layers.Activation("softmax", dtype="float32"),
            ]
        ),
        "The model gives logits; probabilities are asked for.": lambda features, classes: keras.Sequential(
            [
                keras.Input((features,)),
                keras.layers.Dense(classes, dtype="mixed_float16"),
                keras.layers.Activation("linear", dtype="float32"),
            ]
        ),
    },
    accepted=(_head("mixed_float16", "float32"), _policy_objects, _cast_and_function, _layer_object_as_argument),
    returns=("what the Dense layer does", "the output's dtype", *BOTH_OUTPUTS, "the global policy afterwards"),
    run=model_under_policy,
    examine=_examine_mixed_precision_head,
    architecture="steps",
    allowed_imports=KERAS,
    self_reported="that the global policy stays as it is",
)


# without_softmax


def without_softmax(model):
    last = model.layers[-1]
    if isinstance(last, (keras.layers.Activation, keras.layers.Softmax)):
        return keras.Model(model.inputs[0], last.input)
    return keras_models.pre_activation_model(model, last.name)


def _examine_without_softmax(returned_and_given, form, weights_seed, batch_seed):
    """Give both models a batch."""
    returned, given = returned_and_given
    _, x = weights_and_batch(classifier, form, weights_seed, batch_seed, samples=4)
    return outputs_of(model_of(returned, x.shape[1:]), x), outputs_of(given, x)


def _without_softmax_cases(rng):
    return {
        "softmax as an argument": seeded(rng, "argument", seeds=2),
        "an argument, in a layer without bias": seeded(rng, "no bias", seeds=2),
        'Activation("softmax")': seeded(rng, "Activation", seeds=2),
        "Softmax()": seeded(rng, "Softmax", seeds=2),
        "a convolutional network": seeded(rng, "convolution", seeds=2),
        "a functional model with a branch": seeded(rng, "functional", seeds=2),
    }


def _to_the_last_but_one(model):
    return keras.Model(model.inputs[0], model.layers[-2].output)


def _for_the_argument_alone(model):
    return keras_models.pre_activation_model(model, model.layers[-1].name)


def _for_layers_alone(model):
    last = model.layers[-1]
    if isinstance(last, (keras.layers.Activation, keras.layers.Softmax)):
        return keras.Model(model.inputs[0], last.input)
    return keras.Model(model.inputs[0], last.output)


def _logarithms(model):
    return keras.Model(model.inputs[0], keras.ops.log(model.outputs[0]))


def _switched_in_place(model):
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return keras.Model(model.inputs[0], last.input)
    last.activation = keras.activations.linear
    return model


def _popped(model):
    model.pop()
    return model


def _fresh_dense(model):
    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense):
        return keras.Model(model.inputs[0], last.input)
    return keras.Model(model.inputs[0], keras.layers.Dense(last.units, use_bias=last.use_bias)(last.input))


def _everywhere_linear(model):
    """Switch off every activation of a copy, the hidden ones too."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for layer in copy.layers:
        if hasattr(layer, "activation"):
            layer.activation = keras.activations.linear
    return keras.Model(copy.inputs[0], copy.layers[-1].output)


def _by_a_clone(model, weights=True):
    def without(layer):
        config = layer.get_config()
        if layer is model.layers[-1]:
            if isinstance(layer, keras.layers.Softmax):
                return keras.layers.Identity()
            config["activation"] = "linear"
        return type(layer).from_config(config)

    clone = keras.models.clone_model(model, clone_function=without)
    if weights:
        clone.set_weights(model.get_weights())
    return clone


def _by_products(model):
    last = model.layers[-1]
    if not hasattr(last, "kernel"):
        return keras.Model(model.inputs[0], last.input)
    z = keras.ops.matmul(last.input, last.kernel)
    return keras.Model(model.inputs[0], z + last.bias if last.use_bias else z)


def _by_a_new_last_layer(model):
    last = model.layers[-1]
    if not hasattr(last, "kernel"):
        return keras.Model(model.inputs[0], last.input)
    logits = keras.layers.Dense.from_config(last.get_config() | {"activation": None, "name": "logits"})
    logits_model = keras.Model(model.inputs[0], logits(last.input))
    logits.set_weights(last.get_weights())
    return logits_model


WITHOUT_SOFTMAX = Exercise(
    without_softmax,
    prompt="""
    The same classifier without its softmax at the end.

    model    a Sequential or functional model that ends in a softmax: the argument of a Dense layer, a layer
             Activation("softmax"), or a layer Softmax(); it stays as it is
    returns  a keras.Model of the same input that gives the logits; it shares or copies the weights

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, activation="softmax")])
    >>> model.set_weights([np.array([[2.0, -3.0]]), np.array([0.0, 1.0])])
    >>> print(without_softmax(model)(np.array([[1.0]])).numpy())
    [[ 2. -2.]]
    """,
    points=3,
    cases=_without_softmax_cases,
    hints=(
        "model.layers[-1] is the last layer. There are two kinds: one that is nothing but a softmax, and one that does "
        "something before it. isinstance tells them apart.",
        "What goes into a layer Activation or Softmax are the logits: keras.Model(model.inputs[0], last.input).",
        "You wrote a function for what comes before the activation of a Dense layer in lesson 7. The package has one, "
        "too: lab.keras_models.pre_activation_model(model, layer_name).",
    ),
    mistakes={
        "The last layer is left out whatever it is; in the argument form the Dense layer goes with it.": (
            _to_the_last_but_one
        ),
        "It is right for the argument; for a layer such as Softmax() the logits are what goes into it.": (
            _for_the_argument_alone
        ),
        "It is right for a layer at the end; where softmax is an argument, it is still there.": _for_layers_alone,
        "Logarithms of probabilities differ from the logits by a number for each sample.": _logarithms,
        "The given model has lost its softmax; it was to stay as it is.": _switched_in_place,
        "pop() takes the last layer out of the given model, which was to stay as it is; and in the argument form that is the Dense layer.": (
            _popped
        ),
        "The last Dense layer is a new one, with weights of its own; it needs the given one's.": _fresh_dense,
        "The weights were not copied: clone_model begins with weights of its own.": lambda model: _by_a_clone(
            model, weights=False
        ),
        "The hidden activations are gone too; only the softmax at the end is to go.": _everywhere_linear,
        "Softmax is applied once more; it should be left out.": lambda model: keras.Model(
            model.inputs[0], keras.layers.Softmax()(model.outputs[0])
        ),
        "The sign is turned: these are the negative logits.": lambda model: keras.Model(
            model.inputs[0], keras.ops.negative(_by_a_new_last_layer(model).outputs[0])
        ),
        "Nothing has changed: it still gives probabilities.": lambda model: keras.Model(
            model.inputs[0], model.outputs[0]
        ),
    },
    accepted=(_by_a_clone, _by_products, _by_a_new_last_layer),
    returns=("the output", "the given model's output afterwards"),
    run=model_of_a_classifier,
    examine=_examine_without_softmax,
    allowed_imports=KERAS,
    self_reported="that the given model stays as it is",
)


LSTM_REWRITTEN = Question(
    name="lstm_rewritten",
    text='Someone rewrites `LSTM(8)`, whose activation is tanh, as `LSTM(8, activation=None)` with an `Activation("tanh")` after it, and copies the weights. What has changed?',
    options={
        "a": (
            "nothing: tanh is applied in both",
            "In one it is applied inside the loop, in the other to what comes out of it.",
        ),
        "b": (
            "only the list of layers, as with Dense",
            "With Dense nothing comes between the product and the activation. Here the whole loop does.",
        ),
        "c": (
            "what is computed within every step, and so all outputs",
            "Right: tanh acts in the middle of each step, and what comes back in is another number, too.",
        ),
        "d": (
            "only the outputs from the second step on",
            "That was SimpleRNN. In an LSTM the activation acts in the middle of a step, so the first step differs, too.",
        ),
    },
    correct="c",
)

NORMALIZED_BEFORE_RELU = Question(
    name="normalized_before_relu",
    text='A paper says “convolution, batch normalization, relu”. Someone writes `Conv2D(32, 3, activation="relu")` and then `BatchNormalization()`. What goes on to the next layer?',
    options={
        "a": (
            "the same as in the paper, since the three steps are all there",
            "They are, but in another order, and that makes it another network.",
        ),
        "b": (
            "numbers around 0, negative ones among them",
            "Right: the normalization comes last. In the paper relu does, and no negative number goes on.",
        ),
        "c": ("zeros for about half of all entries", "That is what relu gives when it comes last."),
        "d": (
            "nothing: BatchNormalization must come right after Conv2D",
            "It takes whatever comes; there is no error if the order is wrong.",
        ),
    },
    correct="b",
)

LOGITS_OR_NOT = Question(
    name="logits_or_not",
    text="A model ends in logits, and its loss is left at its default, `from_logits=False`. What happens?",
    options={
        "a": (
            "nothing bad: the loss sees that these aren't probabilities",
            "It looks for a softmax that it can undo, and finds none; then it takes the numbers for probabilities.",
        ),
        "b": (
            "an error, since probabilities can't be negative",
            "There is none: the numbers are cut off at the ends and used.",
        ),
        "c": (
            "the loss is a wrong number, and nothing says so",
            "Right: a number comes out, and training goes on with it. Write from_logits=True whenever a model ends in logits.",
        ),
        "d": ("a double softmax", "There is none at all."),
    },
    correct="c",
)
