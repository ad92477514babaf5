"""activation_lab: is activation applied by a function or by a layer?

`import activation_lab as lab` gives everything the lessons use. It imports NumPy, and neither matplotlib nor
TensorFlow: `lab.plots`, `lab.diagrams`, `lab.explorer` and others are loaded when they are first used.
"""

import importlib

from .by_hand.activations import (
    ACTIVATIONS,
    ActivationPair,
    elu,
    elu_backward,
    gelu,
    gelu_backward,
    get_activation,
    leaky_relu,
    leaky_relu_backward,
    linear,
    linear_backward,
    mish,
    mish_backward,
    relu,
    relu_backward,
    selu,
    selu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    softplus,
    softplus_backward,
    swish,
    swish_backward,
    tanh,
    tanh_backward,
)
from .by_hand.conv2d import conv2d_backward, conv2d_forward
from .by_hand.dense import collapse, dense_backward, dense_forward
from .by_hand.gradients import numerical_gradient, relative_error
from .by_hand.layers import Activation, Conv2D, Dense, Flatten, MaxPooling2D, Sequential
from .by_hand.losses import (
    cross_entropy_from_logits,
    cross_entropy_from_logits_backward,
    mean_squared_error,
    mean_squared_error_backward,
)
from .by_hand.pooling import max_pooling2d_backward, max_pooling2d_forward
from .by_hand.shapes import conv2d_output_shape, dense_output_shape, dense_parameter_count
from .by_hand.training import accuracy, train, train_step
from .checking import answer, attempt, check, hint, predict, reveal
from .datasets.data import FASHION_MNIST_CLASSES, load_fashion_mnist

__version__ = "0.1.0"

# Where the modules are that `lab.<name>` gives, loaded when first used.
_MODULES = {
    "activations": "by_hand.activations",
    "claims": "claims",
    "conv2d": "by_hand.conv2d",
    "data": "datasets.data",
    "dense": "by_hand.dense",
    "diagrams": "figures.diagrams",
    "explorer": "figures.explorer",
    "gradients": "by_hand.gradients",
    "graphs": "with_keras.graphs",
    "keras_models": "with_keras.models",
    "layers": "by_hand.layers",
    "losses": "by_hand.losses",
    "plots": "figures.plots",
    "pooling": "by_hand.pooling",
    "shapes": "by_hand.shapes",
    "timing": "timing",
    "training": "by_hand.training",
}


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{_MODULES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
