"""Do our layers compute, store and learn as Keras's do, and do both forms agree bit for bit?"""

import numpy as np
import pytest
from near import assert_near

from activation_lab import ACTIVATIONS, Activation, Dense, Sequential, relu, train_step
from activation_lab.by_hand.layers import Conv2D, Flatten, MaxPooling2D

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
LIMIT = {np.float32: 2e-6, np.float64: 1e-12}


def two_forms(activation="relu", dtype=float, seed=0):
    """One 6-5-4-3 network in the argument form and the layer form, with equal weights and nonzero biases."""
    by_argument = Sequential([Dense(5, activation=activation), Dense(4, activation="tanh"), Dense(3)])
    by_layer = Sequential([Dense(5), Activation(activation), Dense(4), Activation("tanh"), Dense(3)])
    for model in (by_argument, by_layer):
        rng = np.random.default_rng(seed)
        assert model.build((6,), rng, dtype=dtype) == (3,)
        for layer in with_weights(model):
            layer.parameters["bias"] += rng.normal(size=layer.units).astype(dtype)
    return by_argument, by_layer


def with_weights(model):
    return [layer for layer in model.layers if layer.parameters]


def batch(dtype=float, seed=1):
    rng = np.random.default_rng(seed)
    x, dy = rng.normal(size=(7, 6)), rng.normal(size=(7, 3))
    return x.astype(dtype), dy.astype(dtype), rng.integers(0, 3, size=7)


def in_keras(tf, model, dtype):
    """The same layers in Keras, with the same weights."""
    layers = tf.keras.layers
    twin = tf.keras.Sequential([layers.Input((6,), dtype=dtype.__name__)])
    for layer in model.layers:
        name = next(name for name, pair in ACTIVATIONS.items() if pair == layer.activation)
        kind, arguments = (layers.Dense, (layer.units, name)) if layer.parameters else (layers.Activation, (name,))
        made = kind(*arguments, dtype=dtype.__name__)
        twin.add(made)
        made.set_weights(list(layer.parameters.values()))
    return twin


@each_dtype
@pytest.mark.parametrize("form", [0, 1], ids=["by argument", "by layer"])
@pytest.mark.parametrize("activation", ["relu", "elu", "sigmoid", "swish", "softmax"])
def test_as_in_keras(activation, form, dtype, tf):
    """With equal weights, do we get the same outputs, and the same gradients of inputs, kernels and biases?"""
    model = two_forms(activation, dtype)[form]
    twin = in_keras(tf, model, dtype)
    x, dy, _ = batch(dtype)
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = twin(inputs)
    dx, *gradients = tape.gradient(y, [inputs, *twin.trainable_variables], output_gradients=tf.constant(dy))
    assert y.dtype == dtype
    assert_near(model.forward(x), y.numpy(), LIMIT[dtype])
    assert_near(model.backward(dy), dx.numpy(), LIMIT[dtype])
    received = [layer.gradients[name] for layer in with_weights(model) for name in ("kernel", "bias")]
    for gradient, expected in zip(received, gradients, strict=True):
        assert gradient.dtype == dtype
        assert_near(gradient, expected.numpy(), LIMIT[dtype])


@each_dtype
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_two_forms_bit_for_bit(activation, dtype):
    """Are outputs, gradients and trained weights of both forms equal bit for bit?"""
    models = two_forms(activation, dtype)
    x, dy, labels = batch(dtype)
    seen = []
    for model in models:
        outputs = model.forward(x), model.backward(dy)
        gradients = [gradient for layer in with_weights(model) for gradient in layer.gradients.values()]
        start = [layer.kernel.copy() for layer in with_weights(model)]
        losses = [train_step(model.layers, x, labels, 0.1) for _ in range(10)]
        weights = [parameter for layer in with_weights(model) for parameter in layer.parameters.values()]
        assert not any(np.array_equal(a.kernel, b) for a, b in zip(with_weights(model), start, strict=True))
        seen.append([*outputs, *gradients, *losses, *weights])
    for a, b in zip(*seen, strict=True):
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())


def test_what_the_forms_let_you_see():
    """Does the layer form have the pre-activation as a layer's output, and the argument form only inside a layer?"""
    by_argument, by_layer = two_forms()
    x, _, _ = batch()
    for model in (by_argument, by_layer):
        model.forward(x)
    assert (len(by_argument.layers), len(by_layer.layers)) == (3, 5)
    z = by_layer.layers[0].forward(x)
    assert (z < 0).any()
    np.testing.assert_array_equal(by_argument.layers[0].z, z)
    np.testing.assert_array_equal(by_layer.layers[1].z, z)


def images(*shape, dtype=float, seed=1):
    """Pixels in 0 … 1 and a label for each image."""
    rng = np.random.default_rng(seed)
    return rng.random(shape).astype(dtype), rng.integers(0, 10, size=shape[0])


def weights_of(model):
    return [parameter for layer in model.layers for parameter in layer.parameters.values()]


@each_dtype
@pytest.mark.parametrize("activation", [None, "sigmoid", "relu", "softmax"])
@pytest.mark.parametrize(
    "arguments", [(4, 3), (3, (2, 4), (2, 1)), (2, (3, 1), 2, "same"), (5, 2, (1, 3), "same"), (2, (5, 7))]
)
def test_conv2d_as_in_keras(arguments, activation, dtype, tf, tape):
    """With equal weights, do outputs, gradients and output shape agree for all kernels, strides and paddings?"""
    layer = Conv2D(*arguments, activation=activation)
    twin = tf.keras.layers.Conv2D(*arguments, activation=activation, dtype=dtype.__name__)
    x, _ = images(2, 7, 8, 3, dtype=dtype)
    output_shape = layer.build(x.shape[1:], np.random.default_rng(0), dtype)
    layer.parameters["bias"] += np.linspace(-1, 1, layer.filters, dtype=dtype)
    twin.build(x.shape)
    twin.set_weights([layer.kernel, layer.bias])
    y = layer.forward(x)
    da = np.random.default_rng(2).normal(size=y.shape).astype(dtype)

    limit = {np.float32: 1e-5, np.float64: 1e-12}[dtype]
    expected, (dx,) = tape(twin, da, x)
    assert output_shape == y.shape[1:] == twin.compute_output_shape(x.shape)[1:]
    assert_near(y, expected, limit)
    assert_near(layer.backward(da), dx, limit)
    assert layer.parameter_count() == twin.count_params()
    with tf.GradientTape() as recorder:
        y = twin(x)
    gradients = recorder.gradient(y, twin.trainable_variables, output_gradients=tf.constant(da))
    for gradient, expected in zip(layer.gradients.values(), gradients, strict=True):
        assert gradient.dtype == dtype
        assert_near(gradient, expected.numpy(), limit)


def article_cnn(conv2d=("sigmoid",), dtype=np.float32):
    """The articles' network in NumPy, with softmax in the loss; optionally with activations after the convolution."""
    argument, *layers = conv2d
    convolution = Conv2D(32, (3, 3), activation=argument)
    model = Sequential([convolution, *map(Activation, layers), MaxPooling2D((2, 2)), Flatten(), Dense(10)])
    assert model.build((28, 28, 1), np.random.default_rng(0), dtype) == (10,)
    return model


def article_cnn_in_keras(tf, activation, dtype=np.float32):
    layers, kept = tf.keras.layers, {"dtype": dtype.__name__}
    return tf.keras.Sequential(
        [
            layers.Input((28, 28, 1), **kept),
            layers.Conv2D(32, (3, 3), activation=activation, **kept),
            layers.MaxPooling2D((2, 2), **kept),
            layers.Flatten(**kept),
            layers.Dense(10, activation="softmax", **kept),
        ]
    )


@pytest.mark.parametrize(
    ("activation", "dtype", "limit"),
    [
        ("sigmoid", np.float32, 1e-5),
        # Among a million numbers, a few are so close to relu's kink that float32 rounding decides the side.
        ("relu", np.float64, 1e-12),
    ],
)
def test_article_cnn_as_in_keras(activation, dtype, limit, tf):
    """From equal weights: the same probabilities, and after five steps the same losses and trained weights?

    Keras's model ends in softmax, as in the article; ours has it in the loss. After relu, entire windows are 0.
    """
    model, twin = article_cnn((activation,), dtype), article_cnn_in_keras(tf, activation, dtype)
    twin.set_weights(weights_of(model))
    assert model.parameter_count() == twin.count_params() == 54410
    x, labels = images(32, 28, 28, 1, dtype=dtype)
    x[:, 10:20, 5:25] = 0  # dark places, so that windows tie
    probabilities = ACTIVATIONS["softmax"].forward(model.forward(x))
    assert probabilities.dtype == dtype
    assert_near(probabilities, twin(x).numpy(), limit)

    start = [weights.copy() for weights in weights_of(model)]
    loss = tf.keras.losses.SparseCategoricalCrossentropy(dtype=dtype.__name__)
    rate = 1 / 64  # the same number in float32, as Keras stores it
    twin.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=rate), loss=loss)
    for _ in range(5):
        twin.reset_metrics()  # train_on_batch returns a running mean
        expected = float(twin.train_on_batch(x, labels))
        assert train_step(model.layers, x, labels, rate) == pytest.approx(expected, rel=1e-5)
    for ours, theirs, before in zip(weights_of(model), twin.get_weights(), start, strict=True):
        assert ours.dtype == dtype
        assert_near(ours, theirs, limit)
        assert np.abs(ours - before).max() > 5e-4  # otherwise not training at all would pass


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_convolution_in_two_forms_bit_for_bit(activation):
    """Are an activation inside Conv2D and one in a layer after it exactly equal, before and after training?"""
    x, labels = images(8, 28, 28, 1, dtype=np.float32)
    by_argument, by_layer = article_cnn((activation,)), article_cnn((None, activation))
    for model in (by_argument, by_layer):
        for _ in range(3):
            train_step(model.layers, x, labels, 0.05)
    np.testing.assert_array_equal(by_argument.forward(x), by_layer.forward(x))
    for a, b in zip(weights_of(by_argument), weights_of(by_layer), strict=True):
        assert a.tobytes() == b.tobytes()


def test_convolution_learns_to_tell_stripes():
    """Does the NumPy network learn a task that needs a convolution: horizontal or vertical stripes at any position?"""
    rng = np.random.default_rng(0)
    x, labels = np.zeros((60, 8, 8, 1)), rng.integers(0, 2, size=60)
    for image, label, place in zip(x, labels, rng.integers(0, 8, size=60), strict=True):
        image[(place, slice(None)) if label else (slice(None), place)] = 1
    model = Sequential([Conv2D(4, 3, activation="relu"), MaxPooling2D((6, 6)), Flatten(), Dense(2)])
    assert model.build((8, 8, 1), np.random.default_rng(1)) == (2,)
    losses = [float(train_step(model.layers, x, labels, 0.3)) for _ in range(200)]
    assert losses[-1] < 0.05 < 0.5 < losses[0]


def test_shapes_through_the_article_cnn(tf):
    """Does each layer's `build` return the shape of its forward result, and agree with Keras's layer?"""
    model, twin = article_cnn(), article_cnn_in_keras(tf, "sigmoid")
    x, _ = images(2, 28, 28, 1)
    shape = x.shape[1:]
    for layer, other in zip(model.layers, twin.layers, strict=True):
        x, shape = layer.forward(x), layer.build(shape, np.random.default_rng(0))
        assert x.shape == (2, *shape)
        assert shape == other.output.shape[1:]


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (3, 7), (4,), (0, 2, 3)])
def test_flatten(shape, tf):
    """Does it flatten every input as Keras does, and return the gradient in the original shape?"""
    x, layer = np.arange(np.prod(shape), dtype=float).reshape(shape), Flatten()
    y = layer.forward(x)
    np.testing.assert_array_equal(y, tf.keras.layers.Flatten(dtype="float64")(x).numpy())
    assert layer.build(shape[1:]) == y.shape[1:]
    np.testing.assert_array_equal(layer.backward(10 * y), 10 * x)


def test_flatten_refuses_a_gradient_of_another_shape():
    """Is a gradient with the right number of entries but the wrong shape rejected, where NumPy would reshape it?"""
    layer = Flatten()
    layer.forward(np.ones((2, 3, 4)))
    with pytest.raises(ValueError) as caught:
        layer.backward(np.ones((4, 6)))
    assert str(caught.value) == (
        "Flatten: dy has shape (4, 6); expected (2, 12), the shape of forward's result. "
        "Pass the gradient of the loss with respect to that result."
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_conv2d_build(dtype, tf):
    """Does the kernel fill Keras's range for convolutions, with zero bias, both in the requested dtype?"""
    layer, twin = Conv2D(64, (3, 5)), tf.keras.layers.Conv2D(64, (3, 5))
    assert layer.build((9, 9, 32), np.random.default_rng(0), dtype) == (7, 5, 64)
    twin.build((None, 9, 9, 32))
    limit = (6 / (3 * 5 * 32 + 3 * 5 * 64)) ** 0.5
    assert layer.kernel.shape == twin.kernel.shape == (3, 5, 32, 64)
    assert layer.kernel.dtype == layer.bias.dtype == dtype
    for kernel in (layer.kernel, twin.kernel.numpy()):
        assert limit * 0.999 < np.abs(kernel).max() <= limit * (1 + 1e-6)
        assert kernel.var() == pytest.approx(limit**2 / 3, rel=0.02)  # variance of a uniform distribution
    assert not layer.bias.any()


def test_layers_that_learn_nothing():
    """Do pooling and flattening have empty dictionaries and no parameters, and draw nothing from the generator?"""
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    for layer in (MaxPooling2D(), Flatten()):
        layer.build((4, 4, 2), rng)
        layer.backward(layer.forward(np.ones((1, 4, 4, 2))))
        assert (layer.parameters, layer.gradients, layer.parameter_count()) == ({}, {}, 0)
    assert rng.bit_generator.state == before


@each_dtype
def test_build(dtype):
    """Does the kernel fill Glorot's uniform range, with zero bias, both in the requested dtype?"""
    layer = Dense(200)
    assert layer.build((300,), np.random.default_rng(0), dtype) == (200,)
    limit = (6 / 500) ** 0.5
    assert layer.kernel.shape == (300, 200) and layer.bias.shape == (200,)
    assert layer.kernel.dtype == layer.bias.dtype == dtype
    assert limit * 0.999 < np.abs(layer.kernel).max() <= limit * (1 + 1e-6)
    assert layer.kernel.var() == pytest.approx(limit**2 / 3, rel=0.02)  # variance of a uniform distribution
    assert layer.kernel.mean() == pytest.approx(0, abs=0.001)
    assert not layer.bias.any()


def test_build_draws_as_widely_as_keras(tf):
    """Does Keras's own initial kernel fill the same range?"""
    ours, theirs = Dense(64), tf.keras.layers.Dense(64)
    ours.build((784,), np.random.default_rng(0))
    theirs.build((None, 784))
    assert np.std(theirs.kernel.numpy()) == pytest.approx(ours.kernel.std(), rel=0.02)
    assert np.abs(theirs.kernel.numpy()).max() == pytest.approx(np.abs(ours.kernel).max(), rel=0.01)


def test_build_is_repeatable():
    """Do equal seeds give both forms equal kernels, and different seeds different ones?"""
    (a, b), (c, _) = two_forms(seed=3), two_forms(seed=4)
    for one, same, other in zip(with_weights(a), with_weights(b), with_weights(c), strict=True):
        np.testing.assert_array_equal(one.kernel, same.kernel)
        assert not np.array_equal(one.kernel, other.kernel)


def test_parameter_count_as_in_keras(tf):
    """Do both forms of 784-64-10 have Keras's 50,890 parameters?"""
    layers = tf.keras.layers
    keras = tf.keras.Sequential([layers.Input((784,)), layers.Dense(64, "relu"), layers.Dense(10)])
    for model in (
        Sequential([Dense(64, activation="relu"), Dense(10)]),
        Sequential([Dense(64), Activation("relu"), Dense(10)]),
    ):
        model.build((784,), np.random.default_rng(0))
        assert model.parameter_count() == keras.count_params() == 50890
    assert Activation("relu").parameter_count() == 0


def test_every_layer_follows_the_protocol():
    """Does every layer have `parameters` and `gradients` with the same keys, empty if there is nothing to learn?"""
    _, model = two_forms()
    x, dy, _ = batch()
    for layer in model.layers:
        assert layer.gradients == {}
    model.forward(x)
    model.backward(dy)
    for layer in model.layers:
        assert list(layer.parameters) == list(layer.gradients) == (["kernel", "bias"] if type(layer) is Dense else [])
        for name, gradient in layer.gradients.items():
            assert gradient.shape == layer.parameters[name].shape


def test_models_stand_in_models():
    """Does a nested Sequential pass values and gradients through as its layers in one list would?"""
    flat, _ = two_forms()
    nested = Sequential([Sequential(flat.layers[:2]), flat.layers[2]])
    x, dy, _ = batch()
    y, dx = flat.forward(x), flat.backward(dy)
    np.testing.assert_array_equal(nested.forward(x), y)
    np.testing.assert_array_equal(nested.backward(dy), dx)
    assert nested.parameter_count() == flat.parameter_count()


@pytest.mark.parametrize("how", ["reassigned", "changed in place"])
def test_parameters_belong_to_the_dictionary(how):
    """Do forward and backward use a parameter that was set or changed in the dictionary?"""
    layer = Dense(2)
    layer.build((3,), np.random.default_rng(0))
    kernel, bias, x = np.arange(6.0).reshape(3, 2), np.array([10.0, 20.0]), np.eye(3)
    if how == "reassigned":
        layer.parameters["kernel"], layer.parameters["bias"] = kernel, bias
    else:
        layer.parameters["kernel"][...], layer.parameters["bias"][...] = kernel, bias
    np.testing.assert_array_equal(layer.forward(x), [[10, 21], [12, 23], [14, 25]])
    np.testing.assert_array_equal(layer.backward(np.ones((3, 2))), np.ones((3, 2)) @ kernel.T)
    np.testing.assert_array_equal(layer.kernel, kernel)
    np.testing.assert_array_equal(layer.bias, bias)


def test_the_latest_forward_counts():
    """After two forward passes, does backward use the second, separately in each of two layers?"""
    first, second = Activation("relu"), Activation("relu")
    first.forward(np.array([1.0, 1.0]))
    first.forward(np.array([-1.0, 1.0]))
    second.forward(np.array([1.0, -1.0]))
    np.testing.assert_array_equal(first.backward(np.array([5.0, 6.0])), [0, 6])
    np.testing.assert_array_equal(second.backward(np.array([5.0, 6.0])), [5, 0])


def test_the_latest_forward_counts_for_weights():
    """After two forward passes, are a Dense layer's gradients those of the second batch, of a different size?"""
    layer, (x, _, _) = Dense(2, activation="relu"), batch()
    layer.build((6,), np.random.default_rng(0))
    layer.forward(x)
    open_units = layer.forward(x[:3] * -1) > 0
    layer.backward(np.ones((3, 2)))
    np.testing.assert_allclose(layer.gradients["kernel"], -x[:3].T @ open_units, rtol=1e-12)
    np.testing.assert_array_equal(layer.gradients["bias"], open_units.sum(axis=0))


def test_arguments_are_unchanged():
    """Do x and dy keep their values through forward, backward and a training step?"""
    x, dy, labels = batch()
    before = x.copy(), dy.copy(), labels.copy()
    for model in two_forms():
        model.forward(x)
        model.backward(dy)
        train_step(model.layers, x, labels, 0.5)
    for array, original in zip((x, dy, labels), before, strict=True):
        np.testing.assert_array_equal(array, original)


@pytest.mark.parametrize("activation", ["relu", relu, (relu, ACTIVATIONS["relu"].backward)])
def test_whatever_names_an_activation(activation):
    """Do both places accept a name, a function or a pair?"""
    assert Dense(2, activation=activation).activation == Activation(activation).activation == ACTIVATIONS["relu"]


def test_no_activation_is_linear():
    """Is a Dense without an activation linear, as in Keras?"""
    assert Dense(2).activation == Dense(2, activation=None).activation == ACTIVATIONS["linear"]


@pytest.mark.parametrize("units", [0, -1, 2.0, "3", None])
def test_units_must_be_a_count(units):
    """Is an invalid number of units rejected and shown?"""
    with pytest.raises(ValueError) as caught:
        Dense(units)
    assert str(caught.value) == f"Dense: units is {units!r}; expected a whole number of at least 1."


@pytest.mark.parametrize(
    ("layer", "axes", "x"),
    [
        (Dense(2), "(features,)", np.ones((1, 3))),
        (Conv2D(2, 3), "(height, width, channels)", np.ones((1, 5, 5, 3))),
    ],
)
@pytest.mark.parametrize("use", [lambda d, x: d.forward(x), lambda d, x: d.kernel, lambda d, x: d.parameter_count()])
def test_an_unbuilt_layer(use, layer, axes, x):
    """Does a layer without weights say what is missing and how to build it?"""
    with pytest.raises(RuntimeError) as caught:
        use(layer, x)
    assert str(caught.value) == (
        f"This {type(layer).__name__} has no kernel yet. Build it first, with the shape of one input: "
        f"layer.build({axes}, rng)."
    )


@pytest.mark.parametrize(
    ("layer", "input_shape"),
    [
        (Dense(2), (3,)),
        (Activation("relu"), (3,)),
        (Conv2D(2, 3), (5, 5, 3)),
        (MaxPooling2D(), (4, 4, 1)),
        (Flatten(), (4, 4, 1)),
    ],
)
def test_backward_before_forward(layer, input_shape):
    """Does a layer that has not run forward say so?"""
    layer.build(input_shape, np.random.default_rng(0))
    with pytest.raises(RuntimeError) as caught:
        layer.backward(np.ones((1, 2)))
    assert str(caught.value) == (
        f"This {type(layer).__name__} has not run a forward pass yet, so backward has nothing to work with. "
        "Call forward(x) first."
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Conv2D(0, 3), "Conv2D: filters is 0; expected a whole number of at least 1."),
        (
            lambda: Conv2D(2, (3, 0)),
            "Conv2D: kernel_size is (3, 0); expected a whole number of at least 1, or a pair of them: (2, 3).",
        ),
        (
            lambda: Conv2D(2, 3, strides=0.5),
            "Conv2D: strides is 0.5; expected a whole number of at least 1, or a pair of them: (2, 3).",
        ),
        (
            lambda: Conv2D(2, 3, padding="sama"),
            "Unknown padding 'sama'. Expected one of valid, same. Did you mean 'same'?",
        ),
        (
            lambda: MaxPooling2D(0),
            "MaxPooling2D: pool_size is 0; expected a whole number of at least 1, or a pair of them: (2, 3).",
        ),
    ],
)
def test_settings_that_are_none(make, words):
    """Is an invalid setting rejected at once, with the layer's name and what was expected?"""
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == words


def test_settings_in_every_form():
    """Are ints, NumPy ints and lists accepted as sizes, and stored as plain pairs?"""
    layer = Conv2D(np.int64(2), 3, [1, 2], "same", "relu")
    assert (layer.filters, layer.kernel_size, layer.strides, layer.padding) == (2, (3, 3), (1, 2), "same")
    assert layer.activation == ACTIVATIONS["relu"]
    assert (MaxPooling2D().pool_size, MaxPooling2D(3).pool_size, MaxPooling2D([2, 3]).pool_size) == (
        (2, 2),
        (3, 3),
        (2, 3),
    )


def test_inputs_of_another_shape():
    """Are an input shape with a missing axis and a batch of the wrong width rejected with a message about shapes?"""
    with pytest.raises(ValueError, match="expected two axes"):
        Dense(2).build((28, 28), np.random.default_rng(0))
    layer = Dense(2)
    layer.build((3,), np.random.default_rng(0))
    with pytest.raises(ValueError, match="'features' is 4 in x and 3 in kernel"):
        layer.forward(np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"expected three axes.*Gray images have one channel"):
        Conv2D(2, 3).build((28, 28), np.random.default_rng(0))
    with pytest.raises(ValueError, match="The kernel has 3 rows but the image only 2"):
        Conv2D(2, 3).build((2, 28, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="The pooling window has 2 columns but the image only 1"):
        MaxPooling2D().build((2, 1, 1))
