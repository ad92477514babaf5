"""NumPy: activations, layers, losses and training, each function next to its gradient."""

from .activations import (
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
from .conv2d import conv2d_backward, conv2d_forward
from .dense import collapse, dense_backward, dense_forward
from .gradient_check import numerical_gradient, relative_error
from .layers import Activation, Conv2D, Dense, Flatten, MaxPooling2D, Sequential
from .losses import (
    cross_entropy_from_logits,
    cross_entropy_from_logits_backward,
    mean_squared_error,
    mean_squared_error_backward,
)
from .pooling import max_pooling2d_backward, max_pooling2d_forward
from .shapes import conv2d_output_shape, dense_output_shape, dense_parameter_count
from .training import accuracy, train, train_step
