"""A Sequential model with activations as arguments -> the same function as a model with activations as layers."""

from ...quiet import keras
from .separable import LOOPS, SEPARABLE, activation_separable, is_linear
from .weights import copy_weights


def to_layer_form(model):
    """Dense(units, activation=f) -> Dense(units), Activation(f), for each layer with such an argument.

    The outputs stay bit for bit equal. The new model has weights of its own; the given one stays as it is. Layers keep
    their names; what follows "hidden" is called "hidden_activation". A linear activation adds no layer. A regularizer
    of the activity goes with the activation, whose result it has seen. The result is not compiled.

    Args:
        model: a built keras.Sequential.

    Returns:
        A keras.Sequential.

    Raises:
        TypeError: it is not a keras.Sequential.
        ValueError: it is not built; or an activation cannot be taken out: in an RNN it acts inside the time loop, and
            of other layers it is not known where it acts.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"to_layer_form: received {type(model).__name__}; expected a keras.Model.")
    if type(model) is not keras.Sequential:
        raise TypeError(
            f"to_layer_form: the model {model.name!r} is a {type(model).__name__}; expected a keras.Sequential. "
            "keras.models.clone_model(model, clone_function=…) converts a functional model."
        )
    if not model.built:
        raise ValueError(
            f"to_layer_form: the model {model.name!r} is not built, so it has no weights yet. Give it a keras.Input, "
            "or call it once."
        )
    layers = [converted for layer in model.layers for converted in _converted(layer)]
    inputs = keras.Input(batch_shape=model.inputs[0].shape, dtype=model.inputs[0].dtype, name=model.inputs[0].name)
    return copy_weights(model, keras.Sequential([inputs, *layers], name=model.name, trainable=model.trainable))


def _converted(layer):
    """[a copy without activation, the activation as a layer], or [a copy] where there is nothing to take out."""
    if not activation_separable(layer):
        _check_has_none(layer)
        return [_copy(layer)]
    if isinstance(layer.activation, keras.Layer):
        raise ValueError(
            f"to_layer_form: the activation of {_title(layer)} is a layer, {type(layer.activation).__name__}; expected "
            f"a function. Put that layer after {layer.name!r} yourself."
        )
    activation = keras.layers.Activation(
        layer.activation,
        name=f"{layer.name}_activation",
        dtype=layer.dtype_policy,
        trainable=layer.trainable,
        activity_regularizer=layer.activity_regularizer,
    )
    return [_copy(layer, activation=None, activity_regularizer=None), activation]


def _copy(layer, **changes):
    if mode := getattr(layer, "quantization_mode", None):
        raise ValueError(
            f"to_layer_form: {_title(layer)} is quantized to {mode}, and an Activation cannot run in such a mode. "
            "Convert the model first, and quantize the result."
        )
    try:
        return type(layer).from_config(layer.get_config() | changes)
    except Exception as error:
        raise ValueError(
            f"to_layer_form: {_title(layer)} cannot be copied, since Keras cannot save it and load it again: {error} "
            "Give your own class a get_config, and register it with @keras.saving.register_keras_serializable()."
        ) from error


def _check_has_none(layer):
    """Refuse a layer that has an activation all the same, which cannot be taken out."""
    if isinstance(layer, keras.layers.Activation):
        return
    if isinstance(layer, keras.Model):
        raise ValueError(f"to_layer_form: {_title(layer)} is a model of its own; convert it by itself.")
    if is_linear(getattr(layer, "activation", None)) and not _names_activation(layer.get_config()):
        return
    if isinstance(layer, LOOPS):
        raise ValueError(
            f"to_layer_form: {_title(layer)} applies its activation inside the loop over time, and every step works on "
            "the activated result of the step before: an activation after the layer would be another function. A model "
            "with such a layer has no layer form."
        )
    raise ValueError(
        f"to_layer_form: {_title(layer)} has an activation of its own, and where in the layer that acts is not known; "
        f"expected the activation in one of {', '.join(kind.__name__ for kind in SEPARABLE)}. Set the activation in "
        f"{layer.name!r} to None, and put a keras.layers.Activation where it is to act."
    )


def _names_activation(config):
    """Is an activation other than linear anywhere in a layer's configuration, such as that of a wrapped layer?"""
    if isinstance(config, list | tuple):
        return any(map(_names_activation, config))
    if not isinstance(config, dict) or config.get("class_name") == "Activation":  # a layer of its own already
        return False
    return any(
        (key.endswith("activation") and value not in (None, "linear")) or _names_activation(value)
        for key, value in config.items()
    )


def _title(layer):
    """How a message names a layer."""
    return f"layer {layer.name!r} ({type(layer).__name__})"
