"""Weights and batches, drawn from a generator."""

import math

import numpy as np


def seeded(rng, *arguments, seeds=1):
    """The arguments of a case, and behind them seeds, from which weights and a batch are drawn."""
    return (*arguments, *(int(rng.integers(1_000_000)) for _ in range(seeds)))


def drawn_batch(rng, *shape):
    """A batch of samples, float32."""
    return rng.normal(size=shape).astype(np.float32)


def drawn_weights(rng, shapes):
    """float32 arrays; a kernel's numbers are the smaller, the more of them are added up."""
    return [(rng.normal(size=shape) / np.sqrt(math.prod(shape[:-1]))).astype(np.float32) for shape in shapes]


def drawn_normalization(rng, width):
    """The weights of a BatchNormalization with a past: gamma, of either sign, beta, mean, and a positive variance."""
    gamma = rng.uniform(0.5, 2, width) * np.where(np.arange(width) % 2, 1, -1)
    return [gamma, *rng.normal(size=(2, width)), rng.uniform(0.5, 2, width)]
