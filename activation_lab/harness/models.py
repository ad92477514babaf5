"""Answers that build a Keras model."""

import contextlib

from ..errors import CannotJudge
from ..quiet import keras
from .activation_names import is_kerass_own
from .outputs import trace


def keras_model(value):
    """`value` itself, if it is a Keras model that knows its input.

    Args:
        value: whatever an answer has returned.

    Raises:
        CannotJudge: it is something else; the text says what, and what to do.
    """
    problem = _no_model(value) or _no_input(value)
    if problem:
        raise CannotJudge(problem)
    return value


def _no_model(value):
    """A sentence on what is no model; else None."""
    kind, wanted = type(value).__name__, "a Keras model is asked for, such as keras.Sequential([…])"
    if value is None:
        return f"It returns None; {wanted}. Is a `return` missing?"
    if isinstance(value, type):
        return f"It returns the class {value.__name__} itself, not an object of it; {wanted}."
    if isinstance(value, keras.Model):
        return None
    if isinstance(value, keras.layers.Layer):
        return f"It returns a layer ({kind}); {wanted}."
    if isinstance(value, keras.KerasTensor):
        return "It returns a symbolic tensor; a model is asked for: keras.Model(inputs, outputs)."
    ours = type(value).__module__.startswith("activation_lab.")
    return f"It returns a {'lab.' if ours else ''}{kind}; {wanted}."


def _no_input(model):
    """A sentence on a model without a symbolic input; else None."""
    if inputs_of(model):
        return None
    if not isinstance(model, keras.Sequential):
        return "Its model is of a class of its own; a Sequential or a functional model is asked for."
    return "Its model does not know the shape of its input yet. Put keras.Input(shape=…) before the first layer."


def inputs_of(model):
    """The model's symbolic inputs; None where it has none."""
    try:
        return model.inputs
    except Exception:  # Keras says by an AttributeError today that there are none
        return None


def layers_within(model):
    """The layers of a model, those of models inside it among them, without inputs."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from layers_within(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer


def traceable(model):
    """The model itself, traced once, as `fit` and `predict` do it; Keras's own functions are known to bear that."""
    if not all(is_kerass_own(getattr(layer, "activation", None)) for layer in layers_within(model)):
        trace(model, inputs_of(model)[0])
    return model


# One for each number of arguments that an answer takes: what else a case holds, it must not know.


def model_of_nothing(answer):
    return traceable(keras_model(answer()))


def model_of_features(answer, features):
    return keras_model(answer(features))


def model_of_features_and_units(answer, features, units):
    return keras_model(answer(features, units))


def model_with_activation(answer, features, units, activation):
    return keras_model(answer(features, units, activation))


def model_of_spec(answer, spec):
    return keras_model(answer(list(spec)))


def model_under_policy(answer, features, classes, policy):
    """The model that is built under this global dtype policy, and the name of the policy afterwards."""
    with _global_policy(policy):
        return keras_model(answer(features, classes)), keras.config.dtype_policy().name


@contextlib.contextmanager
def _global_policy(name):
    """Context: `name` is the policy of layers that are made without one."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
