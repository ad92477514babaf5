"""Weights and batches drawn from a generator."""

import math

import numpy as np


def seeded(rng, *arguments, seeds=1):
    """Return the arguments of a case, followed by seeds from which weights and a batch are drawn."""
    return (*arguments, *(int(rng.integers(1_000_000)) for _ in range(seeds)))


def drawn_sizes(rng, *ranges):
    """Return whole numbers, one from each (lowest, highest)."""
    return [int(rng.integers(lowest, highest + 1)) for lowest, highest in ranges]


def drawn_batch(rng, *shape):
    """Return a batch of samples, float32."""
    return rng.normal(size=shape).astype(np.float32)


def drawn_weights(rng, shapes):
    """Return float32 arrays; the more entries of a kernel are summed for one output, the smaller they are."""
    return [(rng.normal(size=shape) / np.sqrt(math.prod(shape[:-1]))).astype(np.float32) for shape in shapes]


def drawn_normalization(rng, width):
    """Return weights of a trained BatchNormalization: gamma (of either sign), beta, mean, and a positive variance."""
    gamma = rng.uniform(0.5, 2, width) * np.where(np.arange(width) % 2, 1, -1)
    return [gamma, *rng.normal(size=(2, width)), rng.uniform(0.5, 2, width)]


def small_numbers(rng, *shape):
    """Return whole numbers from −3 to 4, not 0, for a first case that can be redone by hand."""
    return rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0], size=shape)
