"""Layers in NumPy, with Keras's names: objects that store what their backward pass needs.

Every layer has `build(input_shape, rng) -> output_shape`, `forward(x) -> y`, `backward(dy) -> dx`, and two dictionaries
with the same keys, `parameters` and, after backward, `gradients`; both are empty if there is nothing to learn.
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
    """y = activation(z), where z is computed from x, kernel and bias: the common base of Dense and Conv2D.

    A subclass defines `linear_forward(x) -> z`, `linear_backward(dz) -> dx, dkernel, dbias` and `build`.
    """

    input_axes = "(…)"

    def __init__(self, activation):
        self.activation = get_activation(activation)
        self.parameters, self.gradients = {}, {}
        self.x = self.z = None

    def _draw(self, kernel_shape, rng, dtype):
        """Draw the kernel from U(−limit, limit) with limit = √(6 / (fan_in + fan_out)); set the bias to zero.

        fan_in is the number of inputs that one output depends on, the window's entries times the channels; fan_out is
        the window's entries times the filters. Keras uses this rule by default. Source: Glorot and Bengio,
        "Understanding the difficulty of training deep feedforward neural networks" (2010).
        """
        *window, channels, filters = kernel_shape
        limit = np.sqrt(6 / (math.prod(window) * (channels + filters)))
        self.parameters = {
            "kernel": rng.uniform(-limit, limit, size=kernel_shape).astype(dtype),
            "bias": np.zeros(filters, dtype=dtype),
        }

    @property
    def kernel(self):
        """The weights, (…, features or channels, units or filters)."""
        return self._parameter("kernel")

    @property
    def bias(self):
        """One number per unit or filter."""
        return self._parameter("bias")

    def forward(self, x):
        """Return activation(z); store x and the pre-activation z for backward."""
        self.x = x
        self.z = self.linear_forward(x)
        return self.activation.forward(self.z)

    def backward(self, da):
        """Return the gradient with respect to x, given the one with respect to the output; fill `gradients`."""
        dz = self.activation.backward(da, _remembered(self, self.z))
        dx, dkernel, dbias = self.linear_backward(dz)
        self.gradients = {"kernel": dkernel, "bias": dbias}
        return dx

    def parameter_count(self):
        """The number of entries in the kernel and the bias."""
        return self.kernel.size + self.bias.size

    def _parameter(self, name):
        if name not in self.parameters:
            raise RuntimeError(
                f"This {type(self).__name__} has no {name} yet. Build it first, with the shape of one input: "
                f"layer.build({self.input_axes}, rng)."
            )
        return self.parameters[name]


class Dense(_LinearThenActivation):
    """y = activation(x @ kernel + bias): a linear part followed by the activation given as an argument.

    Args:
        units: the number of outputs.
        activation: anything that `get_activation` accepts; None is linear.
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
            dtype: the dtype of kernel and bias.

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
    """y = activation(windows of x ∗ kernel + bias): a linear part followed by the activation given as an argument.

    Args:
        filters: the number of outputs at each position.
        kernel_size: the window's (rows, columns), or one number for both.
        strides: how far the window moves (down, across), or one number for both.
        padding: "valid" or "same", as in `conv2d_forward`.
        activation: anything that `get_activation` accepts; None is linear.
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
            dtype: the dtype of kernel and bias.

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
    """The common base of Activation, MaxPooling2D and Flatten: both dictionaries are empty."""

    def __init__(self):
        self.parameters, self.gradients = {}, {}

    def parameter_count(self):
        """Return 0."""
        return 0


class Activation(_NothingToLearn):
    """y = activation(x): the activation as a separate layer, with nothing to learn.

    Args:
        activation: anything that `get_activation` accepts.
    """

    def __init__(self, activation):
        super().__init__()
        self.activation = get_activation(activation)
        self.z = None

    def build(self, input_shape, rng=None, dtype=None):
        """Return input_shape; there is nothing to draw."""
        return tuple(input_shape)

    def forward(self, z):
        """Return activation(z), with the shape of z, which may be any; store z for backward."""
        self.z = z
        return self.activation.forward(z)

    def backward(self, da):
        """Return the gradient with respect to z, given the one with respect to the output."""
        return self.activation.backward(da, _remembered(self, self.z))


class MaxPooling2D(_NothingToLearn):
    """y = the largest entry of each window: not linear, and without an activation argument.

    Args:
        pool_size: the window's (rows, columns), or one number for both. Windows do not overlap.
    """

    def __init__(self, pool_size=(2, 2)):
        super().__init__()
        self.pool_size = pair("MaxPooling2D: pool_size", pool_size)
        self.x = None

    def build(self, input_shape, rng=None, dtype=None):
        """(height, width, channels) -> (height // rows, width // columns, channels); there is nothing to draw."""
        return max_pooling2d_output_shape(input_shape, self.pool_size)

    def forward(self, x):
        """(batch, height, width, channels) -> (batch, height // rows, width // columns, channels). Stores x."""
        self.x = x
        return max_pooling2d_forward(x, self.pool_size)

    def backward(self, dy):
        """Return the gradient with respect to x, given the one with respect to the output."""
        return max_pooling2d_backward(dy, _remembered(self, self.x), self.pool_size)


class Flatten(_NothingToLearn):
    """y = x with all axes but the batch axis flattened into one."""

    def __init__(self):
        super().__init__()
        self.shape = None

    def build(self, input_shape, rng=None, dtype=None):
        """(height, width, channels) -> (height·width·channels,), likewise for any shape; there is nothing to draw."""
        return (math.prod(input_shape),)

    def forward(self, x):
        """(batch, …) -> (batch, entries of one input). Stores the shape of x."""
        self.shape = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy):
        """Return the gradient with respect to x, in the shape of x, given the one with respect to the output."""
        batch, *axes = _remembered(self, self.shape)
        refuse_other_shape("Flatten: dy", dy, (batch, math.prod(axes)))
        return dy.reshape(self.shape)


class Sequential:
    """Layers in sequence: each takes the previous one's output.

    Args:
        layers: a list of layers.
    """

    def __init__(self, layers):
        self.layers = list(layers)

    def build(self, input_shape, rng, dtype=float):
        """Build every layer in order, from one generator; return the output shape.

        Args:
            input_shape: without the batch axis, for example (784,).
            rng: a numpy.random.Generator. Only layers with parameters draw from it, so models that differ only in where
                their activations are get equal kernels from equal seeds.
            dtype: the dtype of all parameters.
        """
        shape = tuple(input_shape)
        for layer in self.layers:
            shape = layer.build(shape, rng, dtype)
        return shape

    def forward(self, x):
        """Pass x through every layer, first to last."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy):
        """Pass dy back through every layer, last to first; each fills its `gradients`."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def parameter_count(self):
        """The sum of the layers' parameter counts."""
        return sum(layer.parameter_count() for layer in self.layers)


def _remembered(layer, seen):
    if seen is None:
        raise RuntimeError(
            f"This {type(layer).__name__} has not run a forward pass yet, so backward has nothing to work with. "
            "Call forward(x) first."
        )
    return seen
