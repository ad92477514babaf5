"""Layers in NumPy, in Keras's words: objects that remember what their backward will need.

Every layer has `build(input_shape, rng) -> output_shape`, `forward(x) -> y`, `backward(dy) -> dx`, and two dictionaries
with the same names, `parameters` and, after backward, `gradients`; both are empty where there is nothing to learn.
"""

import math

import numpy as np

from .activations import get_activation
from .conv2d import conv2d_backward, conv2d_forward
from .dense import dense_backward, dense_forward
from .pooling import max_pooling2d_backward, max_pooling2d_forward
from .shapes import conv2d_output_shape, dense_output_shape, max_pooling2d_output_shape, refuse_other_shape
from .validate import known_padding, pair, whole


class _LinearThenActivation:
    """y = activation(z), where z comes from x by kernel and bias: what Dense and Conv2D have in common.

    A subclass gives `linear_forward(x) -> z`, `linear_backward(dz) -> dx, dkernel, dbias` and `build`.
    """

    input_axes = "(…)"

    def __init__(self, activation):
        self.activation = get_activation(activation)
        self.parameters, self.gradients = {}, {}
        self.x = self.z = None

    def _draw(self, kernel_shape, rng, dtype):
        """Kernel from U(−limit, limit), limit = √(6 / (fan_in + fan_out)); bias zero.

        A fan is how many numbers one number depends on, there and back: the window's entries times the channels, or
        the filters. The rule is Keras's default: Glorot and Bengio, "Understanding the difficulty of training deep
        feedforward neural networks" (2010).
        """
        *window, channels, filters = kernel_shape
        limit = np.sqrt(6 / (math.prod(window) * (channels + filters)))
        self.parameters = {
            "kernel": rng.uniform(-limit, limit, size=kernel_shape).astype(dtype),
            "bias": np.zeros(filters, dtype=dtype),
        }

    @property
    def kernel(self):
        """Weights, (…, features or channels, units or filters)."""
        return self._parameter("kernel")

    @property
    def bias(self):
        """One number per unit or filter."""
        return self._parameter("bias")

    def forward(self, x):
        """Remembers x and the pre-activation z for backward."""
        self.x = x
        self.z = self.linear_forward(x)
        return self.activation.forward(self.z)

    def backward(self, da):
        """Gradient of the loss with respect to the output -> with respect to x; fills `gradients`."""
        dz = self.activation.backward(da, _remembered(self, self.z))
        dx, dkernel, dbias = self.linear_backward(dz)
        self.gradients = {"kernel": dkernel, "bias": dbias}
        return dx

    def parameter_count(self):
        """Entries of the kernel and of the bias."""
        return self.kernel.size + self.bias.size

    def _parameter(self, name):
        if name not in self.parameters:
            raise RuntimeError(
                f"This {type(self).__name__} has no {name} yet. Build it first, with the shape of one input: "
                f"layer.build({self.input_axes}, rng)."
            )
        return self.parameters[name]


class Dense(_LinearThenActivation):
    """y = activation(x @ kernel + bias): a linear part and, by the argument, an activation after it.

    Args:
        units: how many numbers the layer gives.
        activation: whatever `get_activation` takes; None is linear.
    """

    input_axes = "(features,)"

    def __init__(self, units, activation=None):
        self.units = whole("Dense: units", units)
        super().__init__(activation)

    def build(self, input_shape, rng, dtype=float):
        """Draw a kernel of shape (features, units) by Keras's rule and set the bias to zero.

        Args:
            input_shape: (features,), without the batch axis.
            rng: a numpy.random.Generator.
            dtype: of kernel and bias.

        Returns:
            The output shape, (units,).
        """
        output_shape = dense_output_shape((None, *input_shape), self.units)[1:]
        self._draw((*input_shape, self.units), rng, dtype)
        return output_shape

    def linear_forward(self, x):
        """(batch, features) -> z (batch, units)."""
        return dense_forward(x, self.kernel, self.bias)

    def linear_backward(self, dz):
        """(batch, units) -> dx, dkernel, dbias."""
        return dense_backward(dz, self.x, self.kernel)


class Conv2D(_LinearThenActivation):
    """y = activation(windows of x ∗ kernel + bias): a linear part and, by the argument, an activation after it.

    Args:
        filters: how many numbers the layer gives at each place.
        kernel_size: the window's (rows, columns), or one number for both.
        strides: how far the window moves (down, across), or one number for both.
        padding: "valid" or "same", as in `conv2d_forward`.
        activation: whatever `get_activation` takes; None is linear.
    """

    input_axes = "(height, width, channels)"

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", activation=None):
        self.filters = whole("Conv2D: filters", filters)
        self.kernel_size = pair("Conv2D: kernel_size", kernel_size)
        self.strides = pair("Conv2D: strides", strides)
        self.padding = known_padding(padding)
        super().__init__(activation)

    def build(self, input_shape, rng, dtype=float):
        """Draw a kernel of shape (rows, columns, channels, filters) by Keras's rule and set the bias to zero.

        Args:
            input_shape: (height, width, channels), without the batch axis.
            rng: a numpy.random.Generator.
            dtype: of kernel and bias.

        Returns:
            The output shape, (height, width, filters).
        """
        output_shape = conv2d_output_shape(input_shape, self.filters, self.kernel_size, self.strides, self.padding)
        self._draw((*self.kernel_size, input_shape[2], self.filters), rng, dtype)
        return output_shape

    def linear_forward(self, x):
        """(batch, height, width, channels) -> z (batch, height, width, filters)."""
        return conv2d_forward(x, self.kernel, self.bias, self.strides, self.padding)

    def linear_backward(self, dz):
        """(batch, height, width, filters) -> dx, dkernel, dbias."""
        return conv2d_backward(dz, self.x, self.kernel, self.strides, self.padding)


class _NothingToLearn:
    """What Activation, MaxPooling2D and Flatten have in common: empty dictionaries."""

    def __init__(self):
        self.parameters, self.gradients = {}, {}

    def parameter_count(self):
        """0."""
        return 0


class Activation(_NothingToLearn):
    """y = activation(x): the activation as a layer of its own, with nothing to learn.

    Args:
        activation: whatever `get_activation` takes.
    """

    def __init__(self, activation):
        super().__init__()
        self.activation = get_activation(activation)
        self.z = None

    def build(self, input_shape, rng=None, dtype=None):
        """Nothing to draw: returns input_shape."""
        return tuple(input_shape)

    def forward(self, z):
        """Any shape -> the same shape. Remembers z for backward."""
        self.z = z
        return self.activation.forward(z)

    def backward(self, da):
        """Gradient of the loss with respect to the output -> with respect to z."""
        return self.activation.backward(da, _remembered(self, self.z))


class MaxPooling2D(_NothingToLearn):
    """y = the largest entry of each window: not linear, and with no place for an activation.

    Args:
        pool_size: the window's (rows, columns), or one number for both. Windows lie side by side.
    """

    def __init__(self, pool_size=(2, 2)):
        super().__init__()
        self.pool_size = pair("MaxPooling2D: pool_size", pool_size)
        self.x = None

    def build(self, input_shape, rng=None, dtype=None):
        """Nothing to draw: (height, width, channels) -> (height // rows, width // columns, channels)."""
        return max_pooling2d_output_shape(input_shape, self.pool_size)

    def forward(self, x):
        """(batch, height, width, channels) -> (batch, height // rows, width // columns, channels). Remembers x."""
        self.x = x
        return max_pooling2d_forward(x, self.pool_size)

    def backward(self, dy):
        """Gradient of the loss with respect to the output -> with respect to x."""
        return max_pooling2d_backward(dy, _remembered(self, self.x), self.pool_size)


class Flatten(_NothingToLearn):
    """y = x with all axes but the batch laid out in one row."""

    def __init__(self):
        super().__init__()
        self.shape = None

    def build(self, input_shape, rng=None, dtype=None):
        """Nothing to draw: (height, width, channels) -> (height·width·channels,), and so for any shape."""
        return (math.prod(input_shape),)

    def forward(self, x):
        """(batch, …) -> (batch, numbers of one input). Remembers the shape of x."""
        self.shape = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy):
        """Gradient of the loss with respect to the output -> with respect to x, in its shape."""
        batch, *axes = _remembered(self, self.shape)
        refuse_other_shape("Flatten: dy", dy, (batch, math.prod(axes)))
        return dy.reshape(self.shape)


class Sequential:
    """Layers in a row: each takes what the one before it gives.

    Args:
        layers: a list of layers.
    """

    def __init__(self, layers):
        self.layers = list(layers)

    def build(self, input_shape, rng, dtype=float):
        """Build every layer in turn from one generator; returns the output shape.

        Args:
            input_shape: without the batch axis, for example (784,).
            rng: a numpy.random.Generator. Equal seeds give equal kernels to models that differ only in where the
                activations stand, since only layers with parameters draw from it.
            dtype: of all parameters.
        """
        shape = tuple(input_shape)
        for layer in self.layers:
            shape = layer.build(shape, rng, dtype)
        return shape

    def forward(self, x):
        """Through every layer, first to last."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy):
        """Back through every layer, last to first; each fills its `gradients`."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def parameter_count(self):
        """The sum over all layers."""
        return sum(layer.parameter_count() for layer in self.layers)


def _remembered(layer, seen):
    if seen is None:
        raise RuntimeError(
            f"This {type(layer).__name__} has seen no forward pass, so backward has nothing to work on. "
            "Call forward(x) first."
        )
    return seen
