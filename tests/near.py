"""What “agrees” means in these tests."""

import numpy as np


def assert_near(received, expected, limit):
    """|received − expected| <= limit·max(1, |expected|), entry by entry, and the same shape."""
    received, expected = np.asarray(received), np.asarray(expected)
    assert received.shape == expected.shape
    error = np.abs(received.astype(float) - expected) / np.maximum(1, np.abs(expected))
    worst, where = float(np.max(error, initial=0)), np.argwhere(error > limit).tolist()
    assert worst <= limit, f"off by up to {worst:.2e}, at {where[:5]}"
