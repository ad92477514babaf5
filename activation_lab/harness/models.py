"""Harnesses for answers that build a Keras model."""

import contextlib

from ..errors import CannotJudge
from ..quiet import keras
from .activation_names import is_kerass_own
from .outputs import trace


def keras_model(value):
    """Return `value` unchanged if it is a Keras model with a known input.

    Args:
        value: anything that an answer has returned.

    Raises:
        CannotJudge: it is something else; the message says what, and what to do.
    """
    problem = _no_model(value) or _no_input(value)
    if problem:
        raise CannotJudge(problem)
    return value


def _no_model(value):
    """Return a sentence about a value that is not a model; else None."""
    kind, wanted = type(value).__name__, "expected a Keras model, such as keras.Sequential([…])"
    if value is None:
        return f"It returns None; {wanted}. Is a `return` missing?"
    if isinstance(value, type):
        return f"It returns the class {value.__name__} itself, not an instance of it; {wanted}."
    if isinstance(value, keras.Model):
        return None
    if isinstance(value, keras.layers.Layer):
        return f"It returns a layer ({kind}); {wanted}."
    if isinstance(value, keras.KerasTensor):
        return "It returns a symbolic tensor; expected a model: keras.Model(inputs, outputs)."
    ours = type(value).__module__.startswith("activation_lab.")
    return f"It returns a {'lab.' if ours else ''}{kind}; {wanted}."


def _no_input(model):
    """Return a sentence about a model without a symbolic input; else None."""
    if inputs_of(model):
        return None
    if not isinstance(model, keras.Sequential):
        return "Its model is a custom subclass; expected a Sequential or a functional model."
    return "Its model does not know the shape of its input yet. Put keras.Input(shape=…) before the first layer."


def inputs_of(model):
    """Return the model's symbolic inputs; None if it has none."""
    try:
        return model.inputs
    except Exception:  # Keras currently raises an AttributeError if there are none
        return None


def layers_within(model):
    """Return the layers of a model, including those of nested models, without inputs."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from layers_within(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer


def traceable(model):
    """Return the model after tracing it once, as `fit` and `predict` do. Keras's own functions need no such test."""
    if not all(is_kerass_own(getattr(layer, "activation", None)) for layer in layers_within(model)):
        trace(model, inputs_of(model)[0])
    return model


# One per number of arguments that an answer takes; it must not know the other arguments of a case.


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
    """Return the model built under this global dtype policy, and the name of the policy afterwards."""
    with _global_policy(policy):
        return keras_model(answer(features, classes)), keras.config.dtype_policy().name


@contextlib.contextmanager
def _global_policy(name):
    """Context: `name` is the policy of layers created without one."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
