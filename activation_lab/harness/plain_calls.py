"""Harnesses that pass what cannot be sent to another process: a function, by name; a generator, by seed."""

import warnings

import numpy as np

from ..by_hand import activations

# The functions that an answer is tried on, by name; half of them are element-wise.
FUNCTIONS = {
    "relu": activations.relu,
    "tanh": activations.tanh,
    "each entry times its place": lambda z: z * np.arange(len(z)),
    "only the last entry kept": lambda z: z * (np.arange(len(z)) == len(z) - 1),
    "a constant": lambda z: np.ones_like(z),
    "softmax": activations.softmax,
    "running sum": lambda z: np.cumsum(z),
    "reversed": lambda z: z[::-1],
    "first entry joined by the last": lambda z: z + z[-1] * (np.arange(len(z)) == 0),
    "last entry joined by the first": lambda z: z + z[0] * (np.arange(len(z)) == len(z) - 1),
}

# The losses that an answer is tried on, by name.
LOSSES = {
    "sum of squares": lambda array: np.sum(array**2),
    "weighted cubes": lambda array: np.sum((1 + np.arange(array.size)).reshape(array.shape) * array**3),
    "neighbors multiplied": lambda array: np.sum(array[..., 1:] * array[..., :-1]) + np.sum(np.exp(array)),
    "a softmax's first output": lambda array: activations.softmax(array).flat[0],
}


def on_a_function(answer, function, z):
    """Call the answer with the function that has this name."""
    return answer(FUNCTIONS[function], z)


def on_a_loss(answer, loss, array, step):
    """Call the answer with the loss that has this name; omit `step` if it is None."""
    return answer(LOSSES[loss], array) if step is None else answer(LOSSES[loss], array, step)


def with_or_without_strides(answer, input_shape, filters, kernel_size, strides, padding):
    """Call the answer; omit strides and padding if strides is None."""
    if strides is None:
        return answer(input_shape, filters, kernel_size)
    return answer(input_shape, filters, kernel_size, strides, padding)


def with_several_generators(answer, times_a, times_b, generators, seed):
    """Return the mean of the answer's results with several generators, to average out the resampling noise.

    Warns if the answer has drawn with none of them.
    """
    given = [np.random.default_rng(seed + i) for i in range(generators)]
    results = [answer(times_a.copy(), times_b.copy(), rng) for rng in given]
    if not any(_has_drawn(rng, np.random.default_rng(seed + i)) for i, rng in enumerate(given)):
        warnings.warn("nothing is drawn with rng, the generator that is given", stacklevel=2)
    if all(isinstance(result, tuple | list | np.ndarray) and np.shape(result) == (3,) for result in results):
        return tuple(float(np.mean(part)) for part in zip(*results, strict=True))
    return results[0]


def _has_drawn(rng, fresh):
    """Has a generator given numbers, or made other generators, since it was like this fresh one?"""
    spawned = rng.bit_generator.seed_seq.n_children_spawned > 0
    return spawned or rng.bit_generator.state != fresh.bit_generator.state
