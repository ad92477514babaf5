"""Is the reference itself right: numerical gradients of functions with known slopes, and the relative error?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from activation_lab import numerical_gradient, relative_error

numbers = st.floats(-100, 100).map(lambda number: round(number, 6))


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (2, 1, 3), (0,)])
def test_polynomials(shape):
    """Is the gradient of Σ c·x³ − 2·x the polynomial's derivative, 3·c·x² − 2, for any shape?"""
    rng = np.random.default_rng(0)
    x, c = rng.normal(size=shape), rng.normal(size=shape)
    gradient = numerical_gradient(lambda x: np.sum(c * x**3 - 2 * x), x)
    assert gradient.shape == shape and gradient.dtype == float
    np.testing.assert_allclose(gradient, 3 * c * x**2 - 2, rtol=1e-8, atol=1e-9)


def test_entries_that_meet():
    """If entries are multiplied with each other, is the gradient xᵀ·(A + Aᵀ)?"""
    rng = np.random.default_rng(0)
    x, matrix = rng.normal(size=4), rng.normal(size=(4, 4))
    np.testing.assert_allclose(numerical_gradient(lambda x: x @ matrix @ x, x), x @ (matrix + matrix.T), rtol=1e-8)


def test_the_step_is_taken_to_both_sides():
    """Is a parabola's slope exact even for a large step, as it must be for central but not one-sided differences?"""
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0]), step=0.5), [2, -6])
    cubic = numerical_gradient(lambda x: np.sum(x**3), np.array([1.0]), step=0.5)
    np.testing.assert_allclose(cubic, 3 + 0.5**2)  # the error of a central difference: step²·f‴/6


def test_at_a_kink():
    """At the kink of |x|, is the result the mean of both slopes?"""
    assert numerical_gradient(lambda x: np.sum(np.abs(x)), np.zeros(2)).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, int])
def test_the_array_is_left_alone(dtype):
    """Does the array keep its values, and is the gradient equally exact for float32 and whole numbers?"""
    x = np.array([1, -2, 3], dtype)
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), x), [2, -4, 6], rtol=1e-9)
    assert x.dtype == dtype
    np.testing.assert_array_equal(x, [1, -2, 3])


def test_a_list_of_numbers():
    """Is a plain list accepted too?"""
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), [1.0, 2.0]), [2, 4], rtol=1e-9)


@given(arrays(float, array_shapes(max_dims=2), elements=numbers))
def test_no_disagreement_with_itself(a):
    """Is the error 0 for equal arrays, including zeros, and 1 for opposite ones?"""
    assert relative_error(a, a.copy()) == 0
    if a.any():
        assert relative_error(a, -a) == pytest.approx(1)
        assert relative_error(a, np.zeros_like(a)) == pytest.approx(1)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_between_0_and_1(rows):
    """Is the error symmetric, and never outside 0 … 1?"""
    a, b = np.array(rows).T
    assert relative_error(a, b) == relative_error(b, a)
    assert 0 <= relative_error(a, b) <= 1 + 1e-15


def test_relative_error_by_hand():
    """Is it ‖a − b‖ / (‖a‖ + ‖b‖): for (3, 4) and (0, 0.5)?"""
    error = relative_error(np.array([3.0, 4.0]), np.array([0.0, 0.5]))
    assert type(error) is float
    assert error == pytest.approx((3**2 + 3.5**2) ** 0.5 / 5.5)


def test_small_gradients_are_not_forgiven():
    """Does a tiny gradient that is off by a factor of two count as much as a large one?"""
    a = np.array([1.0, -2.0])
    assert relative_error(1e-12 * a, 2e-12 * a) == pytest.approx(relative_error(a, 2 * a)) == pytest.approx(1 / 3)


def test_nan_is_never_near():
    """Does an array that contains NaN never agree with anything?"""
    assert not relative_error(np.array([np.nan, 1.0]), np.array([1.0, 1.0])) < 1


def test_shapes_must_be_equal():
    """Are two shapes that NumPy would broadcast rejected, with both shown?"""
    with pytest.raises(ValueError) as caught:
        relative_error(np.zeros(3), np.zeros((3, 1)))
    assert str(caught.value) == "relative_error: shapes (3,) and (3, 1) differ; expected arrays of the same shape."
