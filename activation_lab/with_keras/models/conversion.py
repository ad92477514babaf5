"""Conversion of a Sequential model with activations as arguments to one with activations as layers."""

from ...quiet import keras
from .separable import LOOPS, SEPARABLE, activation_separable, is_linear


def to_layer_form(model):
    """Dense(units, activation=f) -> Dense(units), Activation(f), for each layer with such an argument.

    The outputs are equal bit for bit. The new model has its own weights; the original is unchanged. Layers keep their
    names; the activation after "hidden" is named "hidden_activation". A linear activation adds no layer. An activity
    regularizer moves to the activation, since it applies to that result. The returned model is not compiled.

    Args:
        model: a built keras.Sequential.

    Returns:
        A keras.Sequential.

    Raises:
        TypeError: the model is not a keras.Sequential.
        ValueError: the model is not built; or an activation cannot be taken out, because it acts inside the time loop
            of an RNN, or because it is not known where in the layer it acts.
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
    converted = keras.Sequential([inputs, *layers], name=model.name, trainable=model.trainable)
    converted.set_weights(model.get_weights())
    return converted


def _converted(layer):
    """Return [a copy without activation, the activation as a layer], or [a copy] if there is nothing to take out."""
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
            f"to_layer_form: {_title(layer)} is quantized to {mode}, and an Activation cannot run in that mode. "
            "Convert the model first, then quantize the result."
        )
    try:
        return type(layer).from_config(layer.get_config() | changes)
    except Exception as error:
        raise ValueError(
            f"to_layer_form: {_title(layer)} cannot be copied, since Keras cannot save and reload it: {error} "
            "Give your own class a get_config, and register it with @keras.saving.register_keras_serializable()."
        ) from error


def _check_has_none(layer):
    """Raise a ValueError if a layer has an activation that cannot be taken out."""
    if isinstance(layer, keras.layers.Activation):
        return
    if isinstance(layer, keras.Model):
        raise ValueError(f"to_layer_form: {_title(layer)} is itself a model; convert it separately.")
    if is_linear(getattr(layer, "activation", None)) and not _names_activation(layer.get_config()):
        return
    if isinstance(layer, LOOPS):
        raise ValueError(
            f"to_layer_form: {_title(layer)} applies its activation inside the loop over time, and every step works on "
            "the activated result of the step before: an activation after the layer would be another function. A model "
            "with such a layer has no layer form."
        )
    raise ValueError(
        f"to_layer_form: {_title(layer)} has an activation, but it is not known where in the layer it acts; "
        f"expected the activation in one of {', '.join(kind.__name__ for kind in SEPARABLE)}. Set the activation in "
        f"{layer.name!r} to None, and add a keras.layers.Activation where it should act."
    )


def _names_activation(config):
    """Does a layer's configuration hold a nonlinear activation anywhere, such as in a wrapped layer?"""
    if isinstance(config, list | tuple):
        return any(map(_names_activation, config))
    if not isinstance(config, dict) or config.get("class_name") == "Activation":  # already a separate layer
        return False
    return any(
        (key.endswith("activation") and value not in (None, "linear")) or _names_activation(value)
        for key, value in config.items()
    )


def _title(layer):
    """The name of a layer in a message."""
    return f"layer {layer.name!r} ({type(layer).__name__})"
