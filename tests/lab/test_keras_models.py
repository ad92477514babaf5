"""Do the forms of a model agree, and does `to_layer_form` change only the place of the activation?"""

import functools
import itertools

import numpy as np
import pytest

import activation_lab as lab

X = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")


@pytest.fixture(scope="module")
def models(tf):
    from activation_lab.with_keras import models as keras_models

    return keras_models


@pytest.fixture
def sequential(keras):
    """`sequential(shape, *layers)`: a built keras.Sequential."""
    return lambda shape, *layers: keras.Sequential([keras.Input(shape), *layers])


def square(z):
    """An activation that is not registered."""
    return z * z


def data(model, batch=3):
    """Numbers for every input of a model, by name if the inputs are named."""
    rng = np.random.default_rng(1)
    drawn = [rng.normal(size=(batch, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]
    if len(drawn) == 1:
        return drawn[0]
    return dict(zip([tensor.name for tensor in model.inputs], drawn, strict=True))


def flat(outputs):
    """[array, …] of a model's outputs, whatever their structure."""
    if isinstance(outputs, dict):
        outputs = list(outputs.values())
    return [np.asarray(output) for output in (outputs if isinstance(outputs, list | tuple) else [outputs])]


def assert_same(first, second, x=None):
    """Bitwise equal values and equal dtypes, eagerly and in the graph with which Keras predicts."""
    x = data(first) if x is None else x
    for call in (lambda model: model(x), lambda model: model.predict_on_batch(x)):
        ours, theirs = flat(call(first)), flat(call(second))
        assert [array.dtype for array in ours] == [array.dtype for array in theirs]
        for array, other in zip(ours, theirs, strict=True):
            assert array.tobytes() == other.tobytes(), np.abs(array - other).max()


def classes(model):
    return [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "InputLayer"]


def names(model):
    return [layer.name for layer in model.layers if type(layer).__name__ != "InputLayer"]


# The four forms


@pytest.mark.parametrize("form", ["argument", "layer", "operation", "function"])
def test_forms_compute_the_same(models, form):
    """Does each form compute the same as NumPy: relu and softmax of dense layers?"""
    model = models.FORMS[form](5, [4, 3], ["relu", "softmax"])
    kernel_1, bias_1, kernel_2, bias_2 = (np.asarray(weight, float) for weight in model.get_weights())
    hidden = lab.relu(lab.dense_forward(X, kernel_1, bias_1 + 0.0))
    expected = lab.softmax(lab.dense_forward(hidden, kernel_2, bias_2))
    np.testing.assert_allclose(model(X), expected, atol=1e-5)
    np.testing.assert_allclose(model.predict_on_batch(X), expected, atol=1e-5)


@pytest.mark.parametrize(
    "activations", [["relu", "softmax"], [None, "linear"], ["leaky_relu", "gelu"], [square, "swish"]]
)
@pytest.mark.parametrize("form", ["layer", "operation", "function"])
def test_forms_agree_bit_for_bit(models, form, activations):
    """With the same weights, does each form return exactly the numbers of the argument form?"""
    first = models.argument_form(5, [4, 3], activations)
    second = models.FORMS[form](5, [4, 3], activations)
    second.set_weights(first.get_weights())
    assert_same(first, second, X)


def test_where_the_activation_is(keras, models):
    """Is the activation in the argument, a layer, an operation that is not a layer, or only in the class's call?"""
    made = {form: make(5, [4, 3], ["relu", None]) for form, make in models.FORMS.items()}
    assert {form: classes(model) for form, model in made.items()} == {
        "argument": ["Dense", "Dense"],
        "layer": ["Dense", "Activation", "Dense"],
        "operation": ["Dense", "Dense"],
        "function": ["Dense", "Dense"],
    }
    assert made["argument"].layers[0].activation is keras.activations.relu
    for form in ("layer", "operation", "function"):
        dense = [layer for layer in made[form].layers if isinstance(layer, keras.layers.Dense)]
        assert [layer.activation for layer in dense] == 2 * [keras.activations.linear]
    assert made["layer"].layers[1].activation is keras.activations.relu
    operations = [step for step in made["operation"].operations if not isinstance(step, keras.Layer)]
    assert [type(operation).__name__.lower() for operation in operations] == ["relu"]
    assert {model.count_params() for model in made.values()} == {39}


def test_a_layer_as_activation(keras, models):
    """Is a PReLU() a sublayer in the argument form, and in the layer form a layer that has its weights at once?"""
    argument = models.argument_form(5, [4], [keras.layers.PReLU()])
    layer = models.layer_form(5, [4], [keras.layers.PReLU()])
    assert classes(argument) == ["Dense"] and classes(layer) == ["Dense", "PReLU"]
    assert layer.count_params() == 28
    argument(X)  # its alpha exists only now
    layer.set_weights(argument.get_weights())
    assert_same(argument, layer, X)


def test_as_many_activations_as_layers(models):
    """Does each form reject lists of unequal lengths, and show both lengths?"""
    for make in models.FORMS.values():
        with pytest.raises(ValueError, match="2 units and 1 activations; expected one activation for each layer"):
            make(5, [4, 3], ["relu"])


def test_the_function_form_is_saved_and_loaded(keras, models, tmp_path):
    """Does the class of the function form load from a file with its numbers?"""
    model = models.function_form(5, [4, 3], ["relu", "softmax"])
    model.save(tmp_path / "model.keras")
    assert_same(model, keras.models.load_model(tmp_path / "model.keras"), X)


# to_layer_form

# The kinds of layers with an activation argument: how to make one, and the shape of one input.
KINDS = {
    "Dense": (lambda L, a: L.Dense(4, activation=a, name="it"), (5,)),
    "Dense on 3 axes": (lambda L, a: L.Dense(4, activation=a, name="it"), (2, 5)),
    "EinsumDense": (
        lambda L, a: L.EinsumDense("abc,cd->abd", (None, 4), activation=a, bias_axes="d", name="it"),
        (2, 5),
    ),
    "Conv1D": (lambda L, a: L.Conv1D(3, 2, activation=a, name="it"), (6, 2)),
    "Conv2D": (lambda L, a: L.Conv2D(3, 2, strides=2, padding="same", activation=a, name="it"), (5, 5, 2)),
    "Conv3D": (lambda L, a: L.Conv3D(3, 2, activation=a, name="it"), (3, 3, 3, 2)),
    "Conv1DTranspose": (lambda L, a: L.Conv1DTranspose(3, 2, activation=a, name="it"), (4, 2)),
    "Conv2DTranspose": (lambda L, a: L.Conv2DTranspose(3, 2, strides=2, activation=a, name="it"), (3, 3, 2)),
    "Conv3DTranspose": (lambda L, a: L.Conv3DTranspose(3, 2, activation=a, name="it"), (2, 2, 2, 2)),
    "DepthwiseConv1D": (lambda L, a: L.DepthwiseConv1D(2, activation=a, name="it"), (4, 2)),
    "DepthwiseConv2D": (lambda L, a: L.DepthwiseConv2D(2, depth_multiplier=2, activation=a, name="it"), (4, 4, 2)),
    "SeparableConv1D": (lambda L, a: L.SeparableConv1D(3, 2, activation=a, name="it"), (4, 2)),
    "SeparableConv2D": (lambda L, a: L.SeparableConv2D(3, 2, activation=a, name="it"), (4, 4, 2)),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


# Every activation on a Dense layer, every kind with one activation.
OUT_OF_LAYERS = ["relu", "softmax", "tanh", "gelu", "leaky_relu", square]
PAIRS = [("Dense", activation) for activation in OUT_OF_LAYERS]
PAIRS += zip([kind for kind in KINDS if kind != "Dense"], itertools.cycle(OUT_OF_LAYERS))


@pytest.mark.parametrize(("kind", "activation"), PAIRS)
def test_outputs_stay_the_same(keras, models, sequential, kind, activation):
    """For every kind of layer and activation: two layers instead of one, and exactly the same outputs?"""
    make, shape = KINDS[kind]
    model = sequential(shape, make(keras.layers, activation))
    model.set_weights([np.random.default_rng(2).normal(size=weight.shape) for weight in model.weights])
    twin = models.to_layer_form(model)
    assert classes(twin) == [kind.split()[0], "Activation"]
    assert names(twin) == ["it", "it_activation"]
    assert twin.layers[0].activation is keras.activations.linear
    assert twin.layers[1].activation is model.layers[0].activation
    assert_same(model, twin)


@each_kind
def test_nothing_to_take_out(keras, models, sequential, kind):
    """Does a linear layer, or one already in layer form, get no extra layer?"""
    make, shape = KINDS[kind]
    model = sequential(shape, make(keras.layers, None), keras.layers.Activation("relu"), keras.layers.LeakyReLU(0.1))
    twin = models.to_layer_form(model)
    assert classes(twin) == classes(model) and names(twin) == names(model)
    assert_same(model, twin)


def test_every_kind_is_here(keras, models):
    """Do the tests above cover every kind that is split?"""
    from activation_lab.with_keras.models.separable import SEPARABLE

    assert {kind.__name__ for kind in SEPARABLE} == {kind.split()[0] for kind in KINDS}


def test_the_given_model_stays(keras, models):
    """Does the new model have its own weights, and is the original unchanged, compiled, with its layers' outputs?"""
    model = models.argument_form(5, [4, 3], ["relu", "softmax"])
    model.compile(loss="mse")
    config, weights, outputs = model.get_config(), model.get_weights(), [layer.output for layer in model.layers]
    twin = models.to_layer_form(model)
    twin.compile(optimizer="sgd", loss="mse")
    twin.train_on_batch(X, np.ones((6, 3), "float32"))
    assert not any(map(np.array_equal, twin.get_weights(), weights))
    assert all(map(np.array_equal, model.get_weights(), weights))
    assert model.get_config() == config and model.compiled
    assert [layer.output for layer in model.layers] == outputs


def test_names_and_kind_of_the_model(keras, models, sequential):
    """Are the names of model, input and layers kept, and is the result a Sequential that is not compiled?"""
    model = sequential((5,), keras.layers.Dense(4, activation="relu"))
    twin = models.to_layer_form(model)
    assert type(twin) is keras.Sequential and twin.name == model.name and not twin.compiled
    assert twin.inputs[0].name == model.inputs[0].name
    assert [name for name in names(twin) if "activation" not in name] == names(model)


@pytest.mark.parametrize("policy", ["float16", "bfloat16", "float64", "mixed_float16"])
def test_dtype_policies(keras, models, sequential, policy):
    """Is the activation computed in the layer's dtype?"""
    layers = keras.layers
    model = sequential(
        (5,), layers.Dense(4, activation="softmax", dtype=policy), layers.Dense(3, activation="gelu", dtype="float32")
    )
    twin = models.to_layer_form(model)
    assert [layer.compute_dtype for layer in twin.layers] == 2 * [model.layers[0].compute_dtype] + 2 * ["float32"]
    assert [weight.dtype for weight in twin.weights] == [weight.dtype for weight in model.weights]
    assert twin.layers[1].dtype_policy.name == policy
    assert_same(model, twin, X)


def freeze(*parts):
    for part in parts:
        part.trainable = False


FREEZES = {
    "nothing": lambda model: None,
    "a layer": lambda model: freeze(model.layers[-3]),
    "all but the last layer": lambda model: freeze(*model.layers[:-1]),
    "the model": lambda model: freeze(model),
    "the model, and not its last layer": lambda model: (freeze(model), setattr(model.layers[-1], "trainable", True)),
}


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.parametrize("frozen", FREEZES)
def test_what_is_trained(keras, models, sequential, frozen):
    """Are the same weights trained, in the same steps, including dropout?"""
    layers = keras.layers
    model = sequential(
        (5,),
        layers.Dense(8, activation="relu"),
        layers.Dropout(0.5, seed=1),
        layers.Dense(4, activation="tanh"),
        layers.BatchNormalization(),
        layers.Dense(3, activation="softmax"),
    )
    FREEZES[frozen](model)
    twin = models.to_layer_form(model)
    shapes = [[variable.shape for variable in part.trainable_variables] for part in (model, twin)]
    assert shapes[0] == shapes[1]
    assert twin.trainable == model.trainable
    for part in (model, twin):
        part.compile(optimizer="sgd", loss="mse")
        for _ in range(9):
            part.train_on_batch(X[:3], np.eye(3, dtype="float32"))
    assert all(map(np.array_equal, model.get_weights(), twin.get_weights()))
    assert_same(model, twin, X)


def test_regularizers(keras, models, sequential):
    """Do regularizers get the same values: those of weights the weights, that of the activity the activation?"""
    layers = keras.layers
    model = sequential(
        (5,),
        layers.Dense(4, activation="relu", activity_regularizer="l2", kernel_regularizer="l1"),
        layers.Dense(3, activity_regularizer="l1"),
    )
    twin = models.to_layer_form(model)
    assert_same(model, twin, X)
    model(X), twin(X)
    np.testing.assert_allclose(sum(twin.losses), sum(model.losses), rtol=1e-6)
    assert len(twin.losses) == len(model.losses) == 3


def test_your_own_functions(keras, models, sequential):
    """Are custom functions kept, registered or not?"""

    @keras.saving.register_keras_serializable("tests")
    def own_swish(z):
        return z * keras.ops.sigmoid(z)

    layers = keras.layers
    model = sequential((5,), layers.Dense(4, activation=own_swish), layers.Dense(4, activation=square))
    twin = models.to_layer_form(model)
    assert classes(twin) == 2 * ["Dense", "Activation"]
    assert_same(model, twin, X)


def test_saved_and_loaded(keras, models, sequential, tmp_path):
    """Does the result load from a file, like any other model?"""
    model = sequential((5,), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(3, activation="softmax"))
    models.to_layer_form(model).save(tmp_path / "twin.keras")
    assert_same(model, keras.models.load_model(tmp_path / "twin.keras"), X)


def test_layers_without_an_activation(keras, models, sequential):
    """Are loops and wrappers without an activation copied whole?"""
    layers = keras.layers
    model = sequential(
        (3, 5),
        layers.SimpleRNN(4, activation=None, return_sequences=True),
        layers.TimeDistributed(layers.Dense(3)),
        layers.TimeDistributed(layers.Activation("relu")),
    )
    twin = models.to_layer_form(model)
    assert classes(twin) == classes(model)
    assert_same(model, twin)


# Layers whose activation cannot be taken out: how to make one, on (4, 5, 5, 2) or (4, 5), and why.
LOOP, UNKNOWN = (
    "inside the loop over time",
    "has an activation, but it is not known where in the layer it acts",
)
REFUSED = {
    "SimpleRNN": (lambda L: L.SimpleRNN(3, name="it"), (4, 5), LOOP),
    "LSTM": (lambda L: L.LSTM(3, activation=None, name="it"), (4, 5), LOOP),
    "GRU": (lambda L: L.GRU(3, name="it"), (4, 5), LOOP),
    "ConvLSTM2D": (lambda L: L.ConvLSTM2D(3, 2, name="it"), (4, 5, 5, 2), LOOP),
    "RNN": (lambda L: L.RNN(L.LSTMCell(3), name="it"), (4, 5), LOOP),
    "stacked RNN": (lambda L: L.RNN([L.SimpleRNNCell(3, activation=None), L.GRUCell(2)], name="it"), (4, 5), LOOP),
    "Bidirectional": (lambda L: L.Bidirectional(L.LSTM(3), name="it"), (4, 5), LOOP),
    "TimeDistributed": (lambda L: L.TimeDistributed(L.Dense(3, activation="relu"), name="it"), (4, 5), UNKNOWN),
    "a subclass": (lambda L: type("MyDense", (L.Dense,), {})(3, activation="relu", name="it"), (5,), UNKNOWN),
    "a class": (lambda L: own_layer(L, "relu"), (5,), UNKNOWN),
}


def own_layer(layers, activation):
    """A layer whose configuration does not mention its activation."""

    def call(self, x):
        return x + self.activation(x)

    layer = type("Own", (layers.Layer,), {"call": call})(name="it")
    layer.activation = layers.Activation(activation).activation
    return layer


@pytest.mark.parametrize("case", REFUSED)
def test_refused_layers(keras, models, sequential, case):
    """Is a layer whose activation is not known to act last rejected, with its name and the reason?"""
    make, shape, reason = REFUSED[case]
    model = sequential(shape, make(keras.layers))
    with pytest.raises(ValueError, match=f"layer 'it' .*{reason}"):
        models.to_layer_form(model)


def test_refused_arguments(keras, models, sequential):
    """Is an activation that is a layer rejected, with the name of the layer to put it after?"""
    model = sequential((5,), keras.layers.Dense(4, activation=keras.layers.PReLU(), name="it"))
    with pytest.raises(ValueError, match="the activation of layer 'it' .Dense. is a layer, PReLU.* after 'it'"):
        models.to_layer_form(model)


def test_refused_models(keras, models, sequential):
    """Are a non-Sequential, an unbuilt and a nested model rejected, each with the reason?"""
    x = keras.Input((5,))
    for model, error, reason in (
        (keras.layers.Dense(4), TypeError, "received Dense; expected a keras.Model"),
        (keras.Model, TypeError, "expected a keras.Model"),
        (keras.Sequential([keras.layers.Dense(4)]), ValueError, "is not built"),
        (keras.Model(x, keras.layers.Dense(4)(x), name="graph"), TypeError, "'graph' is a Functional.*clone_model"),
        (models.function_form(5, [4], ["relu"]), TypeError, "'function_form.*expected a keras.Sequential"),
        (sequential((5,), models.layer_form(5, [4], ["relu"])), ValueError, "is itself a model"),
    ):
        with pytest.raises(error, match=reason):
            models.to_layer_form(model)


def test_what_keras_cannot_copy(keras, models, sequential):
    """Is a layer whose configuration Keras cannot save named, with Keras's own message?"""
    model = sequential((5,), keras.layers.Dense(4, activation=functools.partial(keras.ops.elu, alpha=2.0), name="it"))
    with pytest.raises(ValueError, match=r"layer 'it' \(Dense\) cannot be copied"):
        models.to_layer_form(model)


def test_quantized(keras, models, sequential):
    """Is a quantized layer rejected, since its activation could not run on its own?"""
    model = sequential((4,), keras.layers.Dense(4, activation="relu", name="it"))
    model.layers[0].quantize("int8")
    with pytest.raises(ValueError, match=r"layer 'it' \(Dense\) is quantized to int8"):
        models.to_layer_form(model)


def test_weights_made_late(keras, models, sequential):
    """Is a layer that creates weights only when it gets data rejected, and not copied in part?"""

    class Late(keras.layers.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.inner = keras.layers.Dense(5)

        def build(self, input_shape):
            pass

        def call(self, x):
            return self.inner(x) if self.inner.built else x

    model = sequential((5,), Late(name="late"))
    model.layers[0].inner.build((None, 5))
    with pytest.raises(ValueError, match="with a weight list of length 2, but the layer was expecting 0"):
        models.to_layer_form(model)
