"""What several test modules share: Keras as the oracle, if it is installed, and the same examples in every run."""

import warnings

import pytest
from hypothesis import HealthCheck, settings

# No example fails because the machine is slow or busy, and all runs try the same ones.
settings.register_profile("same", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("same"), derandomize=False, max_examples=2000)
settings.load_profile("same")


@pytest.fixture(scope="session")
def tf():
    """TensorFlow, imported once; without it, tests that use it are skipped and all others run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its deprecations are not ours
        return pytest.importorskip("tensorflow", reason="Keras is the oracle here, and it is not installed")


@pytest.fixture(scope="session")
def keras(tf):
    """Keras, as the lessons import it."""
    from activation_lab.quiet import keras

    return keras


@pytest.fixture(scope="session")
def tape(tf):
    """`tape(function, dy, *arrays) -> y, (gradient with respect to each array, …)`, as computed by TensorFlow."""

    def differentiate(function, dy, *arrays):
        tensors = [tf.constant(array) for array in arrays]
        with tf.GradientTape() as recorder:
            recorder.watch(tensors)
            y = function(*tensors)
        gradients = recorder.gradient(y, tensors, output_gradients=None if dy is None else tf.constant(dy))
        return y.numpy(), tuple(gradient.numpy() for gradient in gradients)

    return differentiate
