"""From which Keras layers an activation can be taken out and put after them, and why not from the others."""

import inspect

from ...quiet import keras

# y = activation(z), the activation last, and applied to nothing else: only then can it stand after the layer as well.
SEPARABLE = (
    keras.layers.Dense,
    keras.layers.EinsumDense,
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
    keras.layers.DepthwiseConv1D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv1D,
    keras.layers.SeparableConv2D,
)
LOOPS = (keras.layers.RNN, keras.layers.Bidirectional)

_x = keras.Input((1,), name="x")
FUNCTIONAL = type(keras.Model(_x, keras.layers.Identity(name="y")(_x), name="xy"))  # the class has no public name


def is_linear(activation):
    """Is this activation none?"""
    return activation is None or activation is keras.activations.linear


def activation_separable(layer):
    """Has this layer an activation that can be taken out?"""
    return type(layer) in SEPARABLE and not is_linear(layer.activation)


def title(layer):
    """How a message names a layer."""
    return f"layer {layer.name!r} ({type(layer).__name__})"


def check_model(model):
    """Refuse what is no built Sequential or functional model."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"to_layer_form: received {type(model).__name__}; expected a keras.Model.")
    name = f"the model {model.name!r}"
    if type(model) not in (keras.Sequential, FUNCTIONAL):
        raise TypeError(
            f"to_layer_form: {name} is of a class of its own, {type(model).__name__}, and what its call does with its "
            "layers is not known; expected a keras.Sequential or a functional model, keras.Model(inputs, outputs)."
        )
    if not model.built:
        raise ValueError(
            f"to_layer_form: {name} is not built, so it has no weights yet. Give it a keras.Input, or call it once."
        )


def check_layer(layer):
    """Refuse a layer, not splittable, that has an activation all the same."""
    if isinstance(layer, keras.layers.Activation):
        return
    if is_linear(getattr(layer, "activation", None)) and not _names_activation(layer.get_config()):
        return
    if isinstance(layer, LOOPS):
        raise ValueError(
            f"to_layer_form: {title(layer)} applies its activation inside the loop over time, and every step works on "
            "the activated result of the step before: an activation after the layer would be another function. A model "
            "with such a layer has no layer form."
        )
    raise ValueError(
        f"to_layer_form: {title(layer)} has an activation of its own, and where in the layer that acts is not known; "
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


def check_built(layer):
    """Refuse an activation that is a layer whose weights do not exist yet."""
    if not layer.activation.built:
        raise ValueError(
            f"to_layer_form: {_title_inside(layer)} has no weights yet: Keras creates them at the first call on data. "
            "Call the model on one input first."
        )


def check_unmasked(layer):
    """Refuse an activation that is a layer and would do something else after its layer than inside it."""
    if "mask" in inspect.signature(layer.activation.call).parameters:
        raise ValueError(
            f"to_layer_form: {_title_inside(layer)} takes a mask where it stands alone, and gets none as an argument: "
            "it could be another function. Give a function as the activation instead."
        )


def check_unquantized(layer):
    """Refuse a layer whose weights have been made small integers or floats: an Activation cannot run in such a mode."""
    if mode := getattr(layer, "quantization_mode", None):
        raise ValueError(
            f"to_layer_form: {title(layer)} is quantized to {mode}; expected a model that is not. Convert the model "
            "first, and quantize the result."
        )


def _title_inside(layer):
    return f"the {type(layer.activation).__name__} layer that is the activation of {title(layer)}"
