"""Harnesses for answers that build a Keras model."""

import contextlib

from ..errors import CannotJudge
from ..quiet import keras
from .activation_names import is_kerass_own
from .custom_layers import opened
from .outputs import trace


def keras_model(value):
    """Return `value` if it is a Keras model with a known input; what is of a custom class in it is opened.

    Args:
        value: anything that an answer has returned.

    Raises:
        CannotJudge: it is something else; the message says what, and what to do.
    """
    problem = _no_model(value)
    model = value if problem else opened(value)
    problem = problem or _no_input(model)
    if problem:
        raise CannotJudge(problem)
    return model


def _no_model(value):
    """Return a sentence about a value that is not a model; else None."""
    kind, wanted = type(value).__name__, "expected a Keras model, such as keras.Sequential([…])"
    if value is None:
        return f"It returns None; {wanted}. Is a `return` missing?"
    if isinstance(value, tuple | list | dict):
        return _model_inside(value) or f"It returns a {kind}; {wanted}."
    if kind == "History":
        return f"It returns a History, which is what `fit` gives; {wanted}. Return the model."
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


def _model_inside(value):
    """Return a sentence about a tuple, list or dictionary if one of its items is a model; else None."""
    items = list(value.values() if isinstance(value, dict) else value)
    if not any(isinstance(item, keras.Model) for item in items):
        return None
    return f"It returns a {type(value).__name__} with a model in it. Return the model alone."


def _no_input(model):
    """Return a sentence about a model without a symbolic input; else None."""
    if inputs_of(model):
        return None
    if not isinstance(model, keras.Sequential):
        return (
            f"Its model is of your own class {type(model).__name__}, and its layers can't be seen. Return a Sequential "
            "or functional model; or call yours once on a batch, with nothing but layers and keras.ops in its `call`."
        )
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
    given = list(spec)
    model = keras_model(answer(given))
    if given != list(spec):
        raise CannotJudge("It changes the list `spec`, which belongs to the caller. Work on a copy, or with a loop.")
    return model


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
