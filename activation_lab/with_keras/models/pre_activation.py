"""The pre-activation of a layer, as a model."""

from ...quiet import keras


def pre_activation_model(model, layer_name):
    """Return a model that computes the z of a layer whose output is a = activation(z).

    The layer is replaced by its twin without an activation, applied to the same input.

    Args:
        model: a built keras.Sequential or functional model; it is left unchanged.
        layer_name: the name of a layer with an activation argument, such as Dense or Conv2D.

    Returns:
        A keras.Model with the same first input; the twin's weights are copies, all others are shared with `model`.

    Raises:
        ValueError: there is no such layer, or it does not accept an activation.
    """
    layer = model.get_layer(layer_name)
    twin = type(layer).from_config({**layer.get_config(), "activation": None})
    z = twin(layer.input)
    twin.set_weights(layer.get_weights())
    return keras.Model(model.inputs[0], z)
