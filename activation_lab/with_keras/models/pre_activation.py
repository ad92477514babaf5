"""What lies before the activation of a layer."""

from ...quiet import keras


def pre_activation_model(model, layer_name):
    """z of a layer, where its output is a = activation(z): the layer's twin without activation, on the layer's input.

    Args:
        model: a built keras.Sequential or functional model; it stays as it is.
        layer_name: of a layer with an activation argument, such as Dense or Conv2D.

    Returns:
        A keras.Model of the same first input; the twin's weights are copies, all others are shared with `model`.

    Raises:
        ValueError: there is no such layer, or it takes no activation.
    """
    layer = model.get_layer(layer_name)
    twin = type(layer).from_config({**layer.get_config(), "activation": None})
    z = twin(layer.input)
    twin.set_weights(layer.get_weights())
    return keras.Model(model.inputs[0], z)
