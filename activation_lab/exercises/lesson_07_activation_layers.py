"""07_activation_layers: activation layers, what lies before them, and the way from one form to the other."""

import math

import numpy as np

from ..errors import CannotJudge
from ..harness.input_models import model_of_a_layer, model_of_the_other_form, two_layers, with_arguments
from ..harness.models import model_with_activation
from ..harness.outputs import outputs_of
from ..harness.random_draws import drawn_batch, drawn_sizes, drawn_weights, seeded
from ..quiet import keras
from ..with_keras.models import layer_form, operation_form, pre_activation_model
from . import KERAS, Exercise, Question
from .architecture import architecture_text
from .models import model_of, stack_and_output, weights_and_batch


def with_activation_layers(features, units, activation):
    layers = [keras.Input(shape=(features,))]
    for count in units[:-1]:
        layers += [keras.layers.Dense(count), keras.layers.Activation(activation)]
    return keras.Sequential([*layers, keras.layers.Dense(units[-1])])


def _examine_with_activation_layers(value, features, units, activation, seed):
    """Put weights into the model, and give it a batch; both are drawn from seed."""
    shapes = [shape for i, n in enumerate(units) for shape in (([features, *units][i], n), (n,))]
    rng = np.random.default_rng(seed)
    weights, x = drawn_weights(rng, shapes), drawn_batch(rng, 3, features)
    return stack_and_output(model_of(value, (features,)), weights, x)


def _with_activation_layers_cases(rng):
    def case(layers, activation):
        features, *units = drawn_sizes(rng, *[(2, 9)] * (1 + layers))
        return seeded(rng, features, units, activation)

    return {
        "three Dense layers, relu": case(3, "relu"),
        "two Dense layers, tanh": case(2, "tanh"),
        "one Dense layer": case(1, "sigmoid"),
    }


def _two_forms(between, *, last=None, own=None):
    """An answer to with_activation_layers, with `between(activation)` after each Dense but the last."""

    def answer(features, units, activation):
        layers = [keras.Input((features,))]
        for count in units[:-1]:
            layers += [keras.layers.Dense(count, activation=activation if own else None), *between(activation)]
        layers.append(keras.layers.Dense(units[-1], activation=activation if own == "all" else None))
        return keras.Sequential([*layers, *(last(activation) if last else [])])

    return answer


def _activation(activation):
    return [keras.layers.Activation(activation)]


def _nothing(activation):
    return []


def _functional(features, units, activation):
    inputs = x = keras.Input((features,))
    for position, count in enumerate(units):
        if position:
            x = keras.layers.Activation(activation)(x)
        x = keras.layers.Dense(count)(x)
    return keras.Model(inputs, x)


def _popped(features, units, activation):
    model = keras.Sequential([keras.layers.InputLayer(shape=(features,))])
    for count in units:
        model.add(keras.layers.Dense(units=count))
        model.add(keras.layers.Activation(keras.activations.get(activation)))
    model.pop()
    return model


def _operations(features, units, activation):
    inputs = x = keras.Input((features,))
    for count in units[:-1]:
        x = keras.activations.get(activation)(keras.layers.Dense(count)(x))
    return keras.Model(inputs, keras.layers.Dense(units[-1])(x))


def _activation_first(features, units, activation):
    layers = [keras.Input((features,))]
    for count in units[:-1]:
        layers += [keras.layers.Activation(activation), keras.layers.Dense(count)]
    return keras.Sequential([*layers, keras.layers.Dense(units[-1])])


def _one_activation(features, units, activation):
    layers = [keras.layers.Dense(count) for count in units]
    return keras.Sequential([keras.Input((features,)), *layers[:-1], keras.layers.Activation(activation), layers[-1]])


WITH_ACTIVATION_LAYERS = Exercise(
    with_activation_layers,
    prompt="""
    A stack of Dense layers in the layer form.

    features    how many numbers come in
    units       a list of whole numbers, one for each Dense layer
    activation  the name of an activation
    returns     a Sequential or functional keras.Model: for each number a Dense layer without activation, each followed
                by a new layer Activation(activation), but for the last Dense, which gives logits

    >>> model = with_activation_layers(4, [5, 3, 2], "relu")
    >>> [type(layer).__name__ for layer in model.layers]
    ['Dense', 'Activation', 'Dense', 'Activation', 'Dense']
    """,
    points=2,
    cases=_with_activation_layers_cases,
    hints=(
        "Start with a list that holds keras.Input(shape=…), add the layers in a loop, and make a keras.Sequential from it.",
        "units[:-1] is all but the last, units[-1] is the last.",
        "Each time around, the loop adds two layers: keras.layers.Dense(…) and keras.layers.Activation(activation).",
    ),
    mistakes={
        "The last Dense is followed by an activation too; it should give logits.": _two_forms(
            _activation, last=_activation
        ),
        "The activations are arguments of the Dense layers; they are asked for as layers.": _two_forms(
            _nothing, own="hidden"
        ),
        "Every Dense has the activation as an argument, the last one too; layers are asked for, and logits at the end.": (
            _two_forms(_nothing, own="all")
        ),
        "The Dense layers apply the activation, and the layers after them apply it again.": _two_forms(
            _activation, own="hidden"
        ),
        "There is no activation at all, so the whole stack is one affine map.": _two_forms(_nothing),
        "The activations stand before the Dense layers; each belongs after its own.": _activation_first,
        "The activations are operations on tensors; Activation layers are asked for.": _operations,
        "It is always relu; the argument says which activation.": lambda features, units, activation: _two_forms(
            _activation
        )(features, units, "relu"),
        "Only one activation is there; one is asked for after each Dense but the last.": _one_activation,
    },
    accepted=(_two_forms(_activation), _functional, _popped),
    returns=("the stack of layers", "the output"),
    run=model_with_activation,
    examine=_examine_with_activation_layers,
    architecture="exact",
    allowed_imports=KERAS,
    near_twins=(layer_form, operation_form),
)


def _examine_pre_activation_model(returned_and_given, form, layer_name, weights_seed, batch_seed):
    """Give both models a batch."""
    returned, given = returned_and_given
    weights, x = weights_and_batch(two_layers, form, weights_seed, batch_seed, samples=3)
    if not all(any(np.array_equal(own, other) for other in weights) for own in model_of(returned).get_weights()):
        raise CannotJudge("The model that comes back holds other weights than the given one had.")
    return outputs_of(returned, x), outputs_of(given, x)


def _pre_activation_model_cases(rng):
    return {
        "argument form, the first layer": seeded(rng, "argument", "first", seeds=2),
        "argument form, the last layer": seeded(rng, "argument", "second", seeds=2),
        "layer form": seeded(rng, "layer", "second", seeds=2),
        "Conv2D, with strides and padding": seeded(rng, "convolution", "first", seeds=2),
        "a functional model with a branch": seeded(rng, "functional", "second", seeds=2),
        "a layer without a bias": seeded(rng, "functional", "first", seeds=2),
    }


def _twin(layer, activation=None):
    config = layer.get_config()
    return type(layer).from_config({**config, "activation": activation} if "activation" in config else config)


def _part_of(part):
    """An answer that hands out what Keras keeps of a layer: its output or its input."""
    return lambda model, layer_name: keras.Model(model.inputs[0], getattr(model.get_layer(layer_name), part))


def _switched_off(model, layer_name):
    layer = model.get_layer(layer_name)
    layer.activation = keras.activations.linear
    return keras.Model(model.inputs[0], layer.output)


def _not_copied(model, layer_name):
    layer = model.get_layer(layer_name)
    return keras.Model(model.inputs[0], _twin(layer)(layer.input))


def _by_model_input(model, layer_name):
    return keras.Model(model.input, _by_operations(model, layer_name).outputs[0])


def _first_layer_always(model, layer_name):
    return _by_operations(model, "first")


def _activation_again(model, layer_name):
    layer = model.get_layer(layer_name)
    again = getattr(layer.activation, "__name__", "relu")
    return keras.Model(model.inputs[0], keras.layers.Activation(again)(layer.output))


def _by_operations(model, layer_name):
    layer = model.get_layer(layer_name)
    if isinstance(layer, keras.layers.Conv2D):
        z = keras.ops.conv(layer.input, layer.kernel, layer.strides, layer.padding)
    else:
        z = keras.ops.matmul(layer.input, layer.kernel)
    return keras.Model(model.inputs, z if layer.bias is None else z + layer.bias)


def _for_dense_alone(model, layer_name):
    layer = model.get_layer(layer_name)
    z = keras.ops.matmul(layer.input, layer.kernel)
    return keras.Model(model.inputs[0], z if layer.bias is None else z + layer.bias)


def _for_dense_with_bias_alone(model, layer_name):
    layer = model.get_layer(layer_name)
    return keras.Model(model.inputs[0], keras.ops.matmul(layer.input, layer.kernel) + layer.bias)


def _settings_forgotten(model, layer_name):
    layer = model.get_layer(layer_name)
    if isinstance(layer, keras.layers.Conv2D):
        twin = keras.layers.Conv2D(layer.filters, layer.kernel_size)
    else:
        twin = keras.layers.Dense(layer.units, use_bias=layer.use_bias)
    z = twin(layer.input)
    twin.set_weights(layer.get_weights())
    return keras.Model(model.inputs[0], z)


def _set_too_early(model, layer_name):
    layer = model.get_layer(layer_name)
    twin = _twin(layer)
    twin.set_weights(layer.get_weights())
    return keras.Model(model.inputs[0], twin(layer.input))


def _output_before(model, layer_name):
    names = [layer.name for layer in model.layers]
    before = names[max(names.index(layer_name) - 1, 0)]
    return keras.Model(model.inputs, model.get_layer(before).output)


def _logarithm(model, layer_name):
    return keras.Model(model.inputs, keras.ops.log(model.get_layer(layer_name).output))


def _without_bias(model, layer_name):
    layer = model.get_layer(layer_name)
    twin = type(layer).from_config({**layer.get_config(), "activation": None, "use_bias": False})
    z = twin(layer.input)
    twin.set_weights(layer.get_weights()[:1])
    return keras.Model(model.inputs[0], z)


def _on_the_models_input(model, layer_name):
    layer = model.get_layer(layer_name)
    twin = _twin(layer)
    z = twin(model.inputs[0])
    twin.set_weights(layer.get_weights())
    return keras.Model(model.inputs[0], z)


def _by_cloning(model, layer_name):
    def cloned(layer):
        config = layer.get_config()
        return type(layer).from_config({**config, "activation": "linear"} if layer.name == layer_name else config)

    clone = keras.models.clone_model(model, clone_function=cloned)
    clone.set_weights(model.get_weights())
    return keras.Model(clone.inputs, clone.get_layer(layer_name).output)


def _by_shared_weights(model, layer_name):
    layer = model.get_layer(layer_name)
    config = layer.get_config()
    config["activation"], config["name"] = keras.activations.linear, "z"
    linear = type(layer)(**{k: v for k, v in config.items() if k not in ("trainable", "dtype")})
    linear.build(layer.input.shape)
    for own, other in zip(linear.weights, layer.weights, strict=True):
        own.assign(other)
    return keras.Model(inputs=model.inputs, outputs=linear(layer.input))


PRE_ACTIVATION_MODEL = Exercise(
    pre_activation_model,
    prompt="""
    A model that gives the pre-activation z of one layer of another model.

    model       a Sequential or functional model, in either form; it stays as it is
    layer_name  the name of a Dense or Conv2D layer in it
    returns     a keras.Model of the same input, whose output is the z of that layer; it shares or copies its weights

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="relu", name="hidden")])
    >>> model.set_weights([np.array([[2.0]]), np.array([-7.0])])
    >>> print(pre_activation_model(model, "hidden")(np.array([[3.0]])).numpy())
    [[-1.]]
    """,
    points=3,
    cases=_pre_activation_model_cases,
    hints=(
        "Which layer would return z instead of a? One that is like the given one in everything but the activation.",
        "model.get_layer(layer_name) finds the layer. A twin of it: type(layer).from_config(…), from a copy of "
        'layer.get_config() in which the activation is None: {**config, "activation": None}.',
        "Call the twin on layer.input, the symbolic tensor that goes into the layer, and only then give it the weights: "
        "set_weights, get_weights.",
        "The model is keras.Model(model.inputs[0], z); model.inputs is a list, here of one input.",
    ),
    mistakes={
        "That is the layer's output: in the argument form it comes after the activation, also when that was switched off and on again.": _part_of(
            "output"
        ),
        "That is the layer's input; z is what its kernel and bias make of it.": _part_of("input"),
        "The given model has been changed: its layer has lost its activation.": _switched_off,
        "The weights are not the given layer's: copy them into the twin after it has been called, and train nothing.": _not_copied,
        "A Sequential has no model.input; take model.inputs[0].": _by_model_input,
        "The twin has no weights yet when they are set: it gets them when it is called.": _set_too_early,
        "Settings are lost, such as strides and padding of a Conv2D; get_config() has them all.": _settings_forgotten,
        "A matrix product is right for Dense; a Conv2D needs its own product. A twin of the layer does either.": _for_dense_alone,
        "A matrix product is right for Dense alone, and not every layer has a bias. A twin of the layer takes care of both.": (
            _for_dense_with_bias_alone
        ),
        "It is the first layer's z whatever layer_name says.": _first_layer_always,
        "The activation is applied once more; it should be left out.": _activation_again,
        "That is the output of the layer before it in model.layers, or, for the first layer, its own.": _output_before,
        "That is the logarithm of the layer's output, which undoes an exp; other activations need something else, and softmax divides.": (
            _logarithm
        ),
        "That is the whole model's output, whatever layer_name says.": lambda model, layer_name: keras.Model(
            model.inputs, model.outputs
        ),
        "The bias is missing.": _without_bias,
        "The twin is called on the model's input; what goes into the layer is layer.input.": _on_the_models_input,
    },
    accepted=(_by_operations, _by_cloning, _by_shared_weights),
    returns=("z", "the given model's output afterwards"),
    run=model_of_a_layer,
    examine=_examine_pre_activation_model,
    allowed_imports=KERAS,
    self_reported="that the given model stays as it is",
)


def prelu_parameter_count(shape, shared_axes=None):
    count = 1
    for axis, length in enumerate(shape, 1):
        if shared_axes is None or axis not in shared_axes:
            count *= length
    return count


def _prelu_parameter_count_cases(rng):
    height, width, channels = (int(rng.integers(low, low + 4)) for low in (5, 10, 15))
    return {
        "a row": ((width,), None),
        "a picture": ((height, width, channels), None),
        "a picture, height and width shared": ((height, width, channels), (1, 2)),
        "a picture, height shared": ((height, width, channels), (1,)),
        "a picture, channels shared": ((height, width, channels), [3]),
        "all shared": ((height, width), (1, 2)),
    }


def _count_by_keras(shape, shared_axes=None):
    layer = keras.layers.PReLU(shared_axes=shared_axes)
    layer.build((None, *shape))
    return layer.count_params()


def _count_by_dividing(shape, shared_axes=None):
    return int(np.prod(shape)) // math.prod(shape[axis - 1] for axis in shared_axes or [])


def _count_by_ones(shape, shared_axes=()):
    return math.prod(1 if axis in (shared_axes or ()) else length for axis, length in enumerate(shape, 1))


def _axis_as_place(shape, shared_axes=None):
    lengths = list(shape)
    for axis in shared_axes or ():
        lengths[axis] = 1
    return math.prod(lengths)


PRELU_PARAMETER_COUNT = Exercise(
    prelu_parameter_count,
    prompt="""
    How many slopes a PReLU layer learns.

    shape        of one sample, without the batch axis
    shared_axes  the axes along which one slope is shared, counted from 1, as Keras counts them (0 would be the batch);
                 None for none
    returns      a whole number

    >>> prelu_parameter_count((32, 32, 16), shared_axes=(3,))
    1024
    """,
    points=2,
    cases=_prelu_parameter_count_cases,
    hints=(
        "Without shared axes, every number of a sample has its own slope. How many numbers does the shape (4, 5) hold?",
        "Along a shared axis there is one slope instead of many: that axis counts as 1.",
        "math.prod multiplies; enumerate(shape, 1) counts the axes from 1.",
    ),
    mistakes={
        "The shared axes are not used.": lambda shape, shared_axes=None: math.prod(shape),
        "The axes are counted from 0 here; Keras counts them from 1, since 0 is the batch.": lambda shape, shared_axes=None: (
            math.prod(1 if axis in (shared_axes or ()) else n for axis, n in enumerate(shape))
        ),
        "It is the other way around: the slopes run along the axes that are not shared.": lambda shape, shared_axes=None: (
            math.prod(n if axis in (shared_axes or range(9)) else 1 for axis, n in enumerate(shape, 1))
        ),
        "The lengths are added; they are multiplied.": lambda shape, shared_axes=None: sum(
            n for axis, n in enumerate(shape, 1) if axis not in (shared_axes or ())
        ),
        "A shared axis counts as 1; here it makes the whole product 0.": lambda shape, shared_axes=None: math.prod(
            0 if axis in (shared_axes or ()) else n for axis, n in enumerate(shape, 1)
        ),
        "Without shared axes there is one slope for each number of a sample, not one for each channel.": (
            lambda shape, shared_axes=None: shape[-1] if shared_axes is None else _count_by_dividing(shape, shared_axes)
        ),
        "shared_axes may be None, and None cannot be searched.": lambda shape, shared_axes=None: math.prod(
            1 if axis in shared_axes else n for axis, n in enumerate(shape, 1)
        ),
        "Only the lengths of the shared axes are multiplied; it is the other way round.": lambda shape, shared_axes=None: (
            math.prod(shape[axis - 1] for axis in shared_axes or ())
        ),
        "shared_axes counts from 1, and a list from 0: axis 1 is place 0 of the shape.": _axis_as_place,
        "That is one slope for all numbers of a sample; without shared axes each has its own.": (
            lambda shape, shared_axes=None: 1
        ),
        "The batch counts here as an axis with one slope more; a sample has none.": lambda shape, shared_axes=None: (
            _count_by_dividing(shape, shared_axes) + 1
        ),
        "The result does not depend on the arguments: a PReLU layer does have slopes to learn.": (
            lambda shape, shared_axes=None: 0
        ),
        "A slope for each channel is always counted; by default each number of a sample has its own.": (
            lambda shape, shared_axes=None: shape[-1]
        ),
        "The lengths of the shared axes are subtracted; each of them counts as 1 in the product.": (
            lambda shape, shared_axes=None: math.prod(shape) - sum(shape[axis - 1] for axis in shared_axes or ())
        ),
        "A slope has no bias beside it; there is one number for each.": lambda shape, shared_axes=None: (
            2 * _count_by_dividing(shape, shared_axes)
        ),
    },
    accepted=(_count_by_keras, _count_by_dividing, _count_by_ones),
    allowed_imports=KERAS,
)


def to_layer_form(model):
    layers = [keras.Input(shape=model.input_shape[1:])]
    for layer in model.layers:
        config = layer.get_config()
        activation = config.pop("activation", "linear")
        layers.append(type(layer).from_config(config))
        if activation != "linear":
            layers.append(keras.layers.Activation(activation))
    form = keras.Sequential(layers)
    form.set_weights(model.get_weights())
    return form


def _examine_to_layer_form(returned_and_given, kind, weights_seed, batch_seed):
    """Give both models a batch."""
    returned, given = returned_and_given
    weights, x = weights_and_batch(with_arguments, kind, weights_seed, batch_seed, samples=3)
    stack = architecture_text(model_of(returned))
    own = returned.get_weights()
    if len(own) != len(weights) or not all(map(np.array_equal, own, weights)):
        raise CannotJudge(f"Its stack of layers is {stack}: the weights in it are not those of the given model.")
    return stack, outputs_of(returned, x), outputs_of(given, x)


def _to_layer_form_cases(rng):
    kinds = "Dense layers", "a convolution", "nothing to do", "strides, padding, no bias"
    return {kind: seeded(rng, kind, seeds=2) for kind in kinds}


def _rebuilt(layers_for, weights=True):
    """An answer to to_layer_form: a Sequential of what `layers_for(layer, activation)` makes of each layer."""

    def answer(model):
        layers = [keras.Input(model.input_shape[1:])]
        for layer in model.layers:
            layers += layers_for(layer, getattr(layer, "activation", keras.activations.linear))
        form = keras.Sequential(layers)
        if weights:
            form.set_weights(model.get_weights())
        return form

    return answer


def _split(layer, activation):
    if activation is keras.activations.linear:
        return [_twin(layer)]
    return [_twin(layer), keras.layers.Activation(activation)]


def _settings_lost(layer, activation):
    if isinstance(layer, keras.layers.Conv2D):
        layer = keras.layers.Conv2D(layer.filters, layer.kernel_size, use_bias=layer.use_bias, activation=activation)
    return _split(layer, activation)


def _without_the_last(model):
    last = model.layers[-1]
    return _rebuilt(
        lambda layer, activation: [_twin(layer, activation)] if layer is last else _split(layer, activation)
    )(model)


def _changed_in_place(model):
    layers = [keras.Input(model.input_shape[1:])]
    for layer in model.layers:
        activation = getattr(layer, "activation", keras.activations.linear)
        layers.append(layer)
        if activation is not keras.activations.linear:
            layer.activation = keras.activations.linear
            layers.append(keras.layers.Activation(activation))
    return keras.Sequential(layers)


def _without_input(model):
    form = keras.Sequential([keras.layers.Dense(3)])
    form.set_weights(model.get_weights())
    return form


def _switched_all_off(model):
    form = _rebuilt(_split)(model)
    for layer in model.layers:
        if hasattr(layer, "activation"):
            layer.activation = keras.activations.linear
    return form


def _operations_after(model):
    inputs = x = keras.Input(model.input_shape[1:])
    for layer in model.layers:
        x = _twin(layer)(x)
        if getattr(layer, "activation", keras.activations.linear) is not keras.activations.linear:
            x = layer.activation(x)
    form = keras.Model(inputs, x)
    form.set_weights(model.get_weights())
    return form


def _functional_layer_form(model):
    inputs = x = keras.Input(model.input_shape[1:])
    for layer in model.layers:
        for part in _split(layer, getattr(layer, "activation", keras.activations.linear)):
            x = part(x)
    form = keras.Model(inputs, x)
    for own, other in zip(form.weights, model.weights, strict=True):
        own.assign(other)
    return form


def _by_adding(model):
    form = keras.Sequential([keras.Input(shape=model.inputs[0].shape[1:])])
    for layer in keras.models.clone_model(model).layers:
        activation = getattr(layer, "activation", None)
        if activation is not None:
            layer.activation = keras.activations.linear
        form.add(layer)
        if activation not in (None, keras.activations.linear):
            form.add(keras.layers.Activation(activation.__name__))
    form.set_weights(model.get_weights())
    return form


TO_LAYER_FORM = Exercise(
    to_layer_form,
    prompt="""
    The same model with every activation as a layer of its own.

    model    a Sequential of Dense, Conv2D, pooling and Flatten layers, with activations as arguments; it stays as it is
    returns  a Sequential or functional keras.Model with equal outputs and weights of its own. Each layer keeps the
             settings that change what it computes, but for the activation; right after it comes a layer
             Activation(…), unless that is linear.

    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(2)])
    >>> [type(layer).__name__ for layer in to_layer_form(model).layers]
    ['Dense', 'Activation', 'Dense']
    """,
    points=4,
    cases=_to_layer_form_cases,
    hints=(
        "Begin a list with keras.Input(shape=model.input_shape[1:]). Go through model.layers and add, for each layer, its "
        "twin, and after it an Activation where there was one.",
        "A twin with the same settings: type(layer).from_config(layer.get_config()), with the activation taken out of "
        "the dictionary first. Pooling and Flatten have no such entry.",
        'In the dictionary an activation is written as Keras saves it, and linear is "linear".',
        "At the end, once the new model is built: set_weights and get_weights, of the models as a whole.",
    ),
    mistakes={
        "Linear activations have become layers too; they do nothing and are to be left out.": _rebuilt(
            lambda layer, activation: (
                [_twin(layer), keras.layers.Activation(activation)] if hasattr(layer, "activation") else [_twin(layer)]
            )
        ),
        "The layers keep their activations, and the new layers apply them again.": _rebuilt(
            lambda layer, activation: [_twin(layer, activation), *_split(layer, activation)[1:]]
        ),
        "The activations were taken out of the layers and put nowhere.": _rebuilt(
            lambda layer, activation: [_twin(layer)]
        ),
        "Nothing has changed: the activations are still arguments.": _rebuilt(
            lambda layer, activation: [_twin(layer, activation)]
        ),
        "The last layer still has its activation as an argument.": _without_the_last,
        "The weights were not copied: the new layers begin with weights of their own.": _rebuilt(_split, weights=False),
        "The given model's own layers were used; make twins with from_config, which have weights of their own.": (
            _changed_in_place
        ),
        "The activations of the given model were switched off; take them out of the configurations instead.": _switched_all_off,
        "The activations are operations on tensors; Activation layers are asked for.": _operations_after,
        "The activation stands before its layer; it belongs after it.": _rebuilt(
            lambda layer, activation: _split(layer, activation)[::-1]
        ),
        "Settings such as strides and padding are lost; get_config() has them all.": _rebuilt(_settings_lost),
        "The new model has no weights yet, since nothing says what comes in: begin the list with keras.Input(shape=…).": (
            _without_input
        ),
    },
    accepted=(_rebuilt(_split), _functional_layer_form, _by_adding),
    returns=("the stack of layers", "the output", "the given model's output afterwards"),
    run=model_of_the_other_form,
    examine=_examine_to_layer_form,
    architecture="exact",
    allowed_imports=KERAS,
    self_reported="that the given model stays as it is, and shares no weights",
)


FORMS_DIFFER = Question(
    name="forms_differ",
    text='`Dense(64)` followed by `Activation("relu")`, and `Dense(64, activation="relu")`, with the same weights. What differs?',
    options={
        "a": ("the outputs, in the last digits", "You counted the numbers that differ: there are none."),
        "b": ("the number of parameters", "`Activation` has none, so the totals are equal."),
        "c": (
            "the list of layers, and which tensors are some layer's output",
            "Right: the structure differs, the math doesn't.",
        ),
        "d": (
            "the gradients, since the layer form has one more layer",
            "The chain rule meets the same functions in the same order.",
        ),
    },
    correct="c",
)

WHICH_SLOPE = Question(
    name="which_slope",
    text='You replace `activation="leaky_relu"` with a layer `keras.layers.LeakyReLU()` after the Dense. What happens?',
    options={
        "a": ("nothing; it is the same function", "The function is, but its slope is not: the defaults differ."),
        "b": (
            "negative inputs come out further below zero, since the defaults of the slope differ",
            "Right: −0.3 instead of −0.2 for −1. With negative_slope=0.2 the two are the same again.",
        ),
        "c": ("an error: LeakyReLU wants a slope", "It has a default, and that is the trap."),
        "d": ("the slope is trained from now on", "That would be PReLU."),
    },
    correct="b",
)

BEFORE_THE_ACTIVATION = Question(
    name="before_the_activation",
    text="Someone says: “With `activation=`, you can't get the pre-activation; you have to rebuild the model with activation "
    "layers.” Is that true?",
    options={
        "a": (
            "yes: Keras does not keep it",
            "It doesn't have to be kept: kernel, bias and input are there to compute it again.",
        ),
        "b": (
            "no: it is no layer's output, but another model with the same weights can compute it",
            "Right: you wrote that model.",
        ),
        "c": ("no: `layer.output` gives it in both forms", "In the argument form that comes after the activation."),
        "d": ("only for Dense, not for Conv2D", "The same twin worked for both."),
    },
    correct="b",
)
