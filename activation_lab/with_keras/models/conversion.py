"""A Keras model with activations as arguments -> the same function as a model with activations as layers."""

import warnings

from ...quiet import keras
from .separable import (
    activation_separable,
    check_built,
    check_layer,
    check_model,
    check_unmasked,
    check_unquantized,
    title,
)


def to_layer_form(model):
    """Dense(units, activation=f) -> Dense(units), Activation(f), wherever a layer has such an argument.

    The outputs stay bit for bit equal. The new model has weights of its own; the given one stays as it is. Layers keep
    their names; what follows "hidden" is called "hidden_activation". A linear activation adds no layer, and a layer
    given as the argument, such as PReLU(), becomes that layer. A regularizer of the activity goes with the activation,
    whose result it has seen. Models within the model are converted too. The result is not compiled.

    Args:
        model: a built keras.Sequential or functional model.

    Returns:
        A keras.Sequential for a Sequential, a functional model for a functional one.

    Raises:
        TypeError: it is no Keras model, or one of a class of its own, whose `call` could do anything.
        ValueError: it is not built; or an activation cannot be taken out: in an RNN it acts inside the time loop, in
            wrappers and unknown layers nobody knows where.
    """
    copies = {}
    twin = _twin(model, copies)
    for layer, (copy, *_) in copies.values():
        if isinstance(layer, keras.Layer) and not isinstance(layer, keras.Model):
            _copy_state(layer, copy)
    return twin


def _twin(model, copies):
    """The model in layer form; fills `copies`: id of a layer -> (the layer, [its copy, its activation, …])."""
    check_model(model)
    sequential = type(model) is keras.Sequential
    ends = (model.inputs, model.outputs) if sequential else (model.input, model.output)
    view = keras.Model(*ends, name=model.name)  # functional, not compiled, and with its inputs among its layers
    inputs = {
        layer.output.name: _from_config(layer) for layer in view.layers if isinstance(layer, keras.layers.InputLayer)
    }
    names = {operation.name for operation in view.operations}
    options = {"name": model.name, "trainable": model.trainable}
    if sequential:
        layers = [made for layer in model.layers for made in _copies(layer, copies, names)]
        return keras.Sequential([*inputs.values(), *layers], **options)
    tensors = keras.tree.map_structure(lambda tensor: inputs[tensor.name].output, view.input)
    return keras.Model(tensors, _outputs(view, tensors, copies, names), **options)


def _outputs(view, tensors, copies, names):
    """What the functional model gives for these symbolic inputs, all its layers replaced by their copies."""
    following = {}

    def clone(operation):
        copy, *following[id(copy)] = _copies(operation, copies, names)
        return copy

    def call(operation, *args, **kwargs):
        y = operation(*args, **kwargs)
        for layer in following[id(operation)]:
            y = layer(y)
        return y

    return keras.models.clone_model(view, tensors, clone_function=clone, call_function=call).output


def _copies(layer, copies, names):
    """[a copy without activation, the activation as a layer], or [a copy] where there is nothing to take out."""
    if id(layer) not in copies:
        check_unquantized(layer)
        if isinstance(layer, keras.Model):
            made = [_twin(layer, copies)]
        elif activation_separable(layer):
            made = [_from_config(layer, activation=None, activity_regularizer=None)]
            made += _activations(layer, copies, names)
        else:
            made = [_whole_copy(layer)]
        copies[id(layer)] = layer, made
    return copies[id(layer)][1]


def _activations(layer, copies, names):
    """What follows the copy of a layer, as layers."""
    activation, name = layer.activation, _free(f"{layer.name}_activation", names)
    if not isinstance(activation, keras.Layer):
        return [_activation(layer, activation, name)]
    if type(activation) is keras.layers.Softmax and activation.axis == -1:  # as a layer it would look at the mask
        return [_activation(layer, "softmax", name, dtype=activation.dtype_policy)]
    check_unmasked(layer)
    if id(activation) not in copies:  # two layers may share it
        copies[id(activation)] = activation, [_built_argument(layer, name=name)]
    made = copies[id(activation)][1]
    if layer.activity_regularizer is None:
        return made
    return [*made, _activation(layer, "linear", _free(f"{layer.name}_activity", names))]  # it carries the regularizer


def _activation(layer, function, name, dtype=None):
    """An Activation that treats the result of `function` as `layer` does."""
    return keras.layers.Activation(
        function,
        name=name,
        dtype=dtype or layer.dtype_policy,
        trainable=layer.trainable,
        activity_regularizer=layer.activity_regularizer,
    )


def _whole_copy(layer):
    """A copy of a layer, or of an operation, that has no activation to take out."""
    if type(layer) is keras.layers.Lambda:  # from a configuration Keras does not read a lambda
        options = {"name": layer.name, "dtype": layer.dtype_policy, "trainable": layer.trainable}
        return keras.layers.Lambda(layer.function, mask=layer.mask, arguments=layer.arguments, **options)
    if type(layer) is keras.layers.Activation:  # nor a function that is not registered
        inner = layer.activation
        return _activation(layer, _built_argument(layer) if isinstance(inner, keras.Layer) else inner, layer.name)
    copy = _from_config(layer)
    if isinstance(layer, keras.Layer):
        check_layer(layer)
    else:
        copy.name = layer.name  # an operation's configuration may lack it
    return copy


def _built_argument(layer, **changes):
    """A copy, with weights, of the layer that is this layer's activation."""
    check_built(layer)
    copy = _from_config(layer.activation, **changes)
    copy.supports_masking = True  # it did not stop a mask where it was
    if shapes := layer.activation.get_build_config():
        copy.build_from_config(shapes)
    return copy


def _from_config(layer, **changes):
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The object being serialized includes a `lambda`")
            return type(layer).from_config(layer.get_config() | changes)
    except Exception as error:
        raise ValueError(
            f"to_layer_form: {title(layer)} cannot be copied, since Keras cannot save it and load it again: {error} "
            "Give a class of your own its get_config, and register it with @keras.saving.register_keras_serializable()."
        ) from error


def _copy_state(layer, copy):
    """The values of weights and of random generators, and whether each is trained."""
    argument = layer.activation if activation_separable(layer) else None
    taken_out = {id(variable) for variable in argument.variables} if isinstance(argument, keras.Layer) else ()
    variables = [variable for variable in layer.variables if id(variable) not in taken_out]
    if [variable.shape for variable in variables] != [variable.shape for variable in copy.variables]:
        raise ValueError(
            f"to_layer_form: {title(layer)} has {len(variables)} weights and its copy {len(copy.variables)}; expected "
            "equally many, of equal shapes. Create all weights in the layer's build."
        )
    for variable, twin in zip(variables, copy.variables, strict=True):
        twin.assign(variable.value)
        twin.trainable = variable.trainable


def _free(name, names):
    """The name, with a number where a layer has it already; from now on it is taken."""
    number, free = 0, name
    while free in names:
        number += 1
        free = f"{name}_{number}"
    names.add(free)
    return free
