"""Harnesses for answers that work with a Keras layer, or inside one, and return tensors."""

import contextlib
import tempfile
from pathlib import Path

import numpy as np

from ..errors import CannotJudge
from ..quiet import keras, tf
from .outputs import array_of, outputs_of


class _Sealed(keras.layers.Dense):
    """A Dense layer that cannot be called, so that it does not do the learner's work."""

    def __call__(self, *inputs, **options):
        raise CannotJudge("It calls the layer itself. Compute z and a from the layer's weights and activation.")

    call = __call__


def _square(x):
    return x * x


def on_a_sealed_layer(answer, kernel, bias, activation, x):
    """Call the answer with x and a layer that has this kernel, this bias (or none) and this activation."""
    layer = _Sealed(
        kernel.shape[1], activation={"square": _square}.get(activation, activation), use_bias=bias is not None
    )
    layer.build((None, kernel.shape[0]))
    layer.set_weights([kernel] if bias is None else [kernel, bias])
    returned = answer(layer, x)
    if not np.array_equal(layer.get_weights()[0], kernel):
        raise CannotJudge("It has changed the layer's kernel. Leave the layer unchanged.")
    return returned


def used_in_a_place(answer, place, z):
    """Use the answer on an array, for its gradient, on a symbolic tensor, or in a layer, perhaps saved and loaded."""
    if place == "array":
        return array_of(answer(z))
    if place == "gradient":
        with tf.GradientTape() as tape:
            x = tf.Variable(z)
            y = _tensor(answer(x))
        return array_of(tape.gradient(y, x))
    inputs = keras.Input(shape=z.shape[1:])
    if place == "symbolic tensor":
        return outputs_of(keras.Model(inputs, _tensor(answer(inputs))), z)
    layer = keras.layers.Dense(z.shape[1], activation=answer, use_bias=False, kernel_initializer="identity")
    model = keras.Sequential([inputs, layer])
    if place == "argument":
        return outputs_of(model, z, traced=True)
    return outputs_of(saved_and_loaded(model, answer), z)


def _tensor(value):
    """Return a value that is a tensor, symbolic or not.

    Raises:
        CannotJudge: it is something else, through which Keras can't follow the computation.
    """
    if isinstance(value, np.ndarray | np.generic):
        raise CannotJudge("It returns a NumPy array, through which no gradient passes. keras.ops returns tensors.")
    if isinstance(value, keras.KerasTensor | tf.Tensor | tf.Variable):
        return value
    array_of(value)  # raises, for a layer or None
    raise CannotJudge(f"It returns a {type(value).__name__}; expected a tensor.")


@contextlib.contextmanager
def custom_objects(*functions):
    """Context: Keras knows the registered ones among `functions`, but no other custom objects."""
    registry = keras.saving.get_custom_objects()
    before = dict(registry)
    names = {keras.saving.get_registered_name(function): function for function in functions}
    registry.clear()
    registry.update({name: function for name, function in names.items() if name != function.__name__})
    try:
        yield
    finally:
        registry.clear()
        registry.update(before)


def saved_and_loaded(model, function):
    """Return the model after saving and loading it, as in a new notebook that has defined only `function`.

    Raises:
        CannotJudge: the model cannot be loaded.
    """
    if getattr(getattr(function, "__code__", None), "co_name", "") == "<lambda>":
        raise CannotJudge(
            "Keras loads no lambda from a file, since it could do anything. Define the function with `def`."
        )
    with custom_objects(function), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        try:
            return keras.saving.load_model(path)
        except Exception as error:
            raise CannotJudge(
                "A model that uses it can be saved, but not loaded in a new notebook that has run only this definition."
            ) from error
