"""Checks of a Keras model that an answer has built: its input, its layers, and its output with other weights."""

import functools

import numpy as np

from ..errors import CannotJudge
from ..harness.input_models import weights_of
from ..harness.models import inputs_of, keras_model, layers_within
from ..harness.outputs import outputs_of
from ..harness.random_draws import drawn_batch
from .architecture import architecture_text


def model_of(value, input_shape=None):
    """Return `value` if it is a Keras model with a known input; what is of a custom class in it is opened.

    Args:
        value: anything that an answer has returned.
        input_shape: the required shape of one sample; None for any.

    Raises:
        CannotJudge: it is something else; the message says what, and what to do.
    """
    model = keras_model(value)
    problem = _other_input(model, input_shape)
    if problem:
        raise CannotJudge(problem)
    return model


def _other_input(model, input_shape):
    """Return a sentence about a model that takes something else; else None."""
    batch, *shape = inputs_of(model)[0].shape
    if input_shape is not None and tuple(shape) != tuple(input_shape):
        return (
            f"Its model takes samples of shape {tuple(shape)}; expected {tuple(input_shape)}. The number of samples is "
            "not part of the shape."
        )
    return batch and f"Its model takes batches of {batch} only; leave batch_size out of keras.Input."


def layers_of(model, kind, count):
    """Return the layers of one class, including those of nested models, in the order in which they are applied.

    Raises:
        CannotJudge: there are not `count` of them.
    """
    layers = [layer for layer in layers_within(model) if isinstance(layer, kind)]
    if len(layers) != count:
        raise CannotJudge(
            f"Its stack of layers is {architecture_text(model)}, with {len(layers)} of the class {kind.__name__}; "
            f"expected {count}."
        )
    return layers


def output_and_training(model, x):
    """Return the model's output for a batch, and its output when it is called as training does.

    The second shows what the first hides: dropout, noise, a frozen normalization.
    """
    return outputs_of(model, x), outputs_of(model, x, training=True)


def stack_and_output(model, weights, x):
    """Return the text of the model's layers, and its output for a batch with `weights`, if these fit."""
    if [weight.shape for weight in model.get_weights()] != [weight.shape for weight in weights]:
        return architecture_text(model), "not computed, since the weights have other shapes"
    model.set_weights(weights)
    return architecture_text(model), outputs_of(model, x)


def with_two_layers_of_weights(value, kernel_1, bias_1, kernel_2, bias_2, x):
    """Examine a model: set these weights, and call it on this batch."""
    return stack_and_output(model_of(value, x.shape[1:]), [kernel_1, bias_1, kernel_2, bias_2], x)


def weights_and_batch(make, form, weights_seed, batch_seed, samples):
    """Return the weights of the model that an answer was given, and a batch for it.

    Args:
        make, form: see harness.input_models.
        weights_seed, batch_seed: the seeds in the case.
        samples: the number of samples in the batch.
    """
    shapes, input_shape = _shapes_of(make, form)
    x = drawn_batch(np.random.default_rng(batch_seed), samples, *input_shape)
    return weights_of(make, shapes, weights_seed), x


@functools.cache
def _shapes_of(make, form):
    model = make(form)
    return [weight.shape for weight in model.weights], model.input_shape[1:]
