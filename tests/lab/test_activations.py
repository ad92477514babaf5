"""Do all activations and their backward functions agree with Keras and with plain mathematics?"""

import functools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from near import assert_near

import activation_lab as lab
from activation_lab import ACTIVATIONS, ActivationPair, get_activation

# Every name, and every option of a function: {title: (name in the registry and in Keras, options)}.
FORMS = {name: (name, {}) for name in ACTIVATIONS} | {
    "leaky_relu, slope 0.3": ("leaky_relu", {"negative_slope": 0.3}),
    "elu, alpha 0.5": ("elu", {"alpha": 0.5}),
    "gelu, tanh form": ("gelu", {"approximate": True}),
}
each_form = pytest.mark.parametrize("form", FORMS)

SELU = 1.0507009873554805, 1.6732632423543772  # scale and alpha, from the paper
CUBIC = math.sqrt(2 / math.pi), 0.044715

# Textbook formulas for a single number: no NumPy, no protection against overflow.
TEXTBOOK = {
    "linear": lambda z: z,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.2 * z,
    "leaky_relu, slope 0.3": lambda z: z if z > 0 else 0.3 * z,
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "elu, alpha 0.5": lambda z: z if z > 0 else 0.5 * (math.exp(z) - 1),
    "selu": lambda z: SELU[0] * (z if z > 0 else SELU[1] * (math.exp(z) - 1)),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "swish": lambda z: z / (1 + math.exp(-z)),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "gelu, tanh form": lambda z: z * (1 + math.tanh(CUBIC[0] * (z + CUBIC[1] * z**3))) / 2,
    "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
}
SLOPE_AT_ZERO = {
    "linear": 1,
    "relu": 0,
    "leaky_relu": 0.2,
    "leaky_relu, slope 0.3": 0.3,
    "elu": 1,
    "elu, alpha 0.5": 0.5,  # the left-hand slope, alpha, as Keras has it
    "selu": SELU[0],
    "sigmoid": 0.25,
    "tanh": 1,
    "softplus": 0.5,
    "swish": 0.5,
    "silu": 0.5,
    "gelu": 0.5,
    "gelu, tanh form": 0.5,
    "mish": 0.6,  # tanh(log 2)
}


def pair_of(form):
    name, options = FORMS[form]
    return (functools.partial(function, **options) for function in ACTIVATIONS[name])


def in_keras(form):
    import keras

    name, options = FORMS[form]
    return functools.partial(getattr(keras.activations, name), **options)


def drawn(*shape, scale=3.0, seed=0):
    """z, away from every kink, and a gradient da in −1 … 1."""
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=scale, size=shape)
    return np.where(np.abs(z) < 1e-3, 1e-3, z), rng.uniform(-1, 1, size=shape)


def far_and_near(dtype):
    """Rows of ordinary numbers, of numbers where the functions saturate, and of ±1000."""
    z, da = drawn(60, 20)
    z[20:40] *= 5
    z[40:50] = np.linspace(-110, 110, 200).reshape(10, 20)
    z[50:] = np.random.default_rng(1).choice([-1000.0, 1000.0, -500.0, 300.0], size=(10, 20))
    return z.astype(dtype), da.astype(dtype)


# Compared with Keras


@each_form
def test_value_as_in_keras(form, tape):
    """In float32, does the value match Keras's to one part in a million?"""
    forward, _ = pair_of(form)
    z, da = far_and_near(np.float32)
    assert_near(forward(z), tape(in_keras(form), da, z)[0], 1e-6)


@each_form
def test_gradient_as_on_the_tape(form, tape):
    """In float32, does the gradient match GradientTape's to one part in a million?

    The tape works in float64, on exactly the same numbers: its own float32 gradients of mish and gelu's tanh form are
    off by 4e-6, an error that would be blamed on the hand-written ones.
    """
    _, backward = pair_of(form)
    z, da = far_and_near(np.float32)
    _, (dz,) = tape(in_keras(form), da.astype(float), z.astype(float))
    assert_near(backward(da, z), dz, 1e-6)


@each_form
def test_kink_as_in_keras(form, tape):
    """Exactly at z = 0, does the slope match the tape's, for either sign of zero?"""
    forward, backward = pair_of(form)
    z = np.array([[0.0, -0.0, 0.0], [0.0, 1.0, -1.0]], np.float32)
    da = np.array([[1.0, -2.0, 3.0], [0.5, 2.0, -1.0]], np.float32)
    a, (dz,) = tape(in_keras(form), da, z)
    assert_near(forward(z), a, 1e-6)
    assert_near(backward(da, z), dz, 1e-6)


# Compared with mathematics


@pytest.mark.parametrize("form", TEXTBOOK)
def test_value_as_in_a_textbook(form):
    """In float64, does the value match the formula for a single number?"""
    forward, _ = pair_of(form)
    z = np.array([-12.0, -3.0, -1.0, -0.3, 0.0, 0.2, 1.0, 2.5, 9.0])
    np.testing.assert_allclose(forward(z), [TEXTBOOK[form](float(number)) for number in z], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("form", SLOPE_AT_ZERO)
def test_slope_at_zero(form):
    """At z = 0, where some curves have a kink, is the slope the documented one?"""
    _, backward = pair_of(form)
    np.testing.assert_allclose(backward(np.array([1.0, -2.0]), np.zeros(2)), SLOPE_AT_ZERO[form] * np.array([1, -2]))


def test_every_form_has_a_textbook():
    """Is softmax, which is not a function of a single number, the only one without a formula here?"""
    assert set(FORMS) - set(TEXTBOOK) == set(FORMS) - set(SLOPE_AT_ZERO) == {"softmax"}


@pytest.mark.parametrize("seed", range(3))
@each_form
def test_gradient_as_measured(form, seed):
    """In float64, does the gradient match the numerical derivative of Σ da·f(z) to 1e-7?"""
    forward, backward = pair_of(form)
    z, da = drawn(4, 5, scale=2.0, seed=seed)
    step, measured = 1e-5, np.zeros_like(z)
    for index in np.ndindex(z.shape):
        move = np.zeros_like(z)
        move[index] = step
        measured[index] = np.sum(da * (forward(z + move) - forward(z - move))) / (2 * step)
    np.testing.assert_allclose(backward(da, z), measured, rtol=1e-7, atol=1e-9)


def test_softmax_row_by_row():
    """Is every row exp(z) over its sum, and does backward use the row's full Jacobian?"""
    z, da = drawn(4, 3)
    for row, a, dz, da_row in zip(z, lab.softmax(z), lab.softmax_backward(da, z), da, strict=True):
        exps = [math.exp(number) for number in row]
        shares = np.array(exps) / sum(exps)
        jacobian = np.diag(shares) - np.outer(shares, shares)
        np.testing.assert_allclose(a, shares, rtol=1e-13)
        np.testing.assert_allclose(dz, jacobian @ da_row, rtol=1e-12, atol=1e-15)


@given(arrays(np.float64, (3, 4), elements=st.floats(-700, 700)), st.floats(-300, 300))
@settings(max_examples=50)
def test_softmax_forgets_a_shift(z, shift):
    """Do rows sum to 1, and stay the same when a constant is added to the whole row?"""
    a = lab.softmax(z)
    np.testing.assert_allclose(a.sum(axis=-1), 1)
    np.testing.assert_allclose(lab.softmax(z + shift), a, rtol=1e-9, atol=1e-12)


# Robustness


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each_form
def test_manners(form, dtype):
    """From −1000 to 1000, for any shape: finite, silent, same dtype and shape, arguments unchanged?"""
    forward, backward = pair_of(form)
    numbers = st.floats(-1000, 1000, width=32) | st.sampled_from([-1000.0, 1000.0, 0.0, -0.0])
    fewest = 1 if form == "softmax" else 0  # softmax needs an axis to sum over

    @given(
        arrays(dtype, st.shared(array_shapes(min_dims=fewest, max_dims=3), key="shape"), elements=numbers), st.data()
    )
    @settings(max_examples=40)
    def holds(z, data):
        da = data.draw(arrays(dtype, z.shape, elements=st.floats(-10, 10, width=32)))
        z_before, da_before = z.copy(), da.copy()
        with np.errstate(all="raise", under="ignore"):
            results = forward(z), backward(da, z)
        for result in results:
            assert (np.shape(result), np.asarray(result).dtype) == (z.shape, dtype)
            assert np.isfinite(result).all()
        np.testing.assert_array_equal(z, z_before)
        np.testing.assert_array_equal(da, da_before)

    holds()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("form", TEXTBOOK)
def test_single_number(form, dtype):
    """Do an array without axes and a NumPy number work like any other array?"""
    forward, backward = pair_of(form)
    for z in (dtype(-0.75), np.array(-0.75, dtype)):
        a, dz = forward(z), backward(np.full_like(z, 2), z)
        assert (np.shape(a), a.dtype, np.shape(dz), dz.dtype) == ((), dtype, (), dtype)
        np.testing.assert_allclose(a, TEXTBOOK[form](-0.75), rtol=2e-6)


# The registry


def test_every_name_is_keras_own(tf):
    """Does Keras know every name in the registry?"""
    import keras

    assert all(callable(keras.activations.get(name)) for name in ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_get_by_name_and_by_function(name):
    """Do the name, the function and the pair all lead to the same pair?"""
    pair = (
        getattr(lab, "swish" if name == "silu" else name),
        getattr(lab, f"{'swish' if name == 'silu' else name}_backward"),
    )
    assert get_activation(name) == get_activation(pair[0]) == get_activation(pair) == pair
    assert isinstance(get_activation(name), ActivationPair)


def test_none_is_linear():
    """Does None mean linear, as it does in Keras?"""
    assert get_activation(None) == (lab.linear, lab.linear_backward)


def test_a_pair_of_ones_own():
    """Is a learner's own pair of functions accepted as it is, with named fields?"""

    def cube(z):
        return z**3

    def cube_backward(da, z):
        return 3 * z**2 * da

    pair = get_activation((cube, cube_backward))
    assert (pair.forward, pair.backward) == (cube, cube_backward)


@pytest.mark.parametrize(
    ("typed", "meant"), [("rleu", "relu"), ("ReLU", "relu"), ("Sigmoid", "sigmoid"), ("LeakyReLU", "leaky_relu")]
)
def test_a_misspelt_name(typed, meant):
    """Does the error show what was received, what was possible and what was probably meant?"""
    with pytest.raises(ValueError, match=f"Unknown activation {typed!r}") as caught:
        get_activation(typed)
    assert ", ".join(ACTIVATIONS) in str(caught.value)
    assert f"Did you mean {meant!r}?" in str(caught.value)


def test_a_name_like_no_other():
    """Is nothing suggested if nothing is close?"""
    with pytest.raises(ValueError, match="Expected one of") as caught:
        get_activation("xyz")
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("thing", [np.tanh, lambda z: z, 3, (lab.relu,), ("relu", "relu"), lab.relu_backward])
def test_what_is_no_activation(thing):
    """Does the error for a function without a known backward function ask for it?"""
    with pytest.raises(ValueError, match="pass its backward function too"):
        get_activation(thing)
