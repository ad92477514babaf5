"""Models and layers of a learner's own class, replaced by the layers and operations that their `call` applies."""

import inspect

from ..quiet import keras

LEVELS = 5  # of classes inside classes


def opened(model):
    """Return a model that computes the same with Keras's own layers, if what is custom in it can be opened.

    A custom class is opened by calling its `call` on symbolic tensors. That shows every layer in it, and shares their
    weights. It is left as it is if it has weights outside its layers, or uses functions that take no symbolic tensors.

    Args:
        model: a keras.Model. One of a custom class must have been built, or called.
    """
    for _ in range(LEVELS):
        if not (is_custom(model) or any(map(_opens, model.layers))):
            break
        try:
            model = _opened_once(model)
        except Exception:  # whatever the learner's code raises on symbolic tensors
            break
    return model


def is_custom(layer):
    """Is a model or layer of a class that is not Keras's own?"""
    return not type(layer).__module__.startswith("keras.")


def _opens(layer):
    """Is it a custom layer with no weights but those of the layers in it?"""
    if not is_custom(layer):
        return False
    inner = {id(weight) for part in layer._flatten_layers(include_self=False) for weight in part.weights}
    return all(id(weight) in inner for weight in layer.weights)


def _opened_once(model):
    if is_custom(model):
        inputs = keras.Input(_input_shape(model)[1:])
        return keras.Model(inputs, _called(model, inputs))
    if isinstance(model, keras.Sequential):
        inputs = x = keras.Input(batch_shape=model.inputs[0].shape, dtype=model.inputs[0].dtype)
        for layer in model.layers:
            x = _called(layer, x)
        return keras.Model(inputs, x)
    return keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=_called)


def _called(layer, *arguments, **options):
    """Return what a layer gives for symbolic tensors; what a custom layer's `call` gives for them."""
    if not _opens(layer):
        return layer(*arguments, **options)
    if "training" in inspect.signature(layer.call).parameters:
        options.setdefault("training", None)  # undecided, so that the layers in it decide when the model is called
    return layer.call(*arguments, **options)


def _input_shape(model):
    """Return the shape that a model of a custom class was built for, with the batch."""
    shape = model.get_build_config()["input_shape"]
    return (None, *shape[1:])
