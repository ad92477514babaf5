"""Layers in NumPy, in Keras's words: objects that remember what their backward will need.

Every layer has `build(input_shape, rng) -> output_shape`, `forward(x) -> y`, `backward(dy) -> dx`, and two dictionaries
with the same names, `parameters` and, after backward, `gradients`; both are empty where there is nothing to learn.
"""

import numpy as np

from .activations import get_activation
from .dense import dense_backward, dense_forward
from .shapes import dense_output_shape, dense_parameter_count


class Dense:
    """y = activation(x @ kernel + bias): a linear part and, by the argument, an activation after it.

    Args:
        units: how many numbers the layer gives.
        activation: whatever `get_activation` takes; None is linear.
    """

    def __init__(self, units, activation=None):
        if not isinstance(units, int | np.integer) or units < 1:
            raise ValueError(f"Dense: units is {units!r}; expected a whole number of at least 1.")
        self.units = int(units)
        self.activation = get_activation(activation)
        self.parameters, self.gradients = {}, {}
        self.x = self.z = None

    def build(self, input_shape, rng, dtype=float):
        """Draw the kernel from U(−limit, limit), limit = √(6 / (features + units)), and set the bias to zero.

        The rule is Keras's default: Glorot and Bengio, "Understanding the difficulty of training deep feedforward
        neural networks" (2010).

        Args:
            input_shape: (features,), without the batch axis.
            rng: a numpy.random.Generator.
            dtype: of kernel and bias.

        Returns:
            The output shape, (units,).
        """
        output_shape = dense_output_shape((None, *input_shape), self.units)[1:]
        (features,) = input_shape
        limit = np.sqrt(6 / (features + self.units))
        self.parameters = {
            "kernel": rng.uniform(-limit, limit, size=(features, self.units)).astype(dtype),
            "bias": np.zeros(self.units, dtype=dtype),
        }
        return output_shape

    @property
    def kernel(self):
        """Weights, (features, units)."""
        return _parameter(self, "kernel")

    @property
    def bias(self):
        """One number per unit, (units,)."""
        return _parameter(self, "bias")

    def forward(self, x):
        """(batch, features) -> (batch, units). Remembers x and the pre-activation z for backward."""
        self.x = x
        self.z = dense_forward(x, self.kernel, self.bias)
        return self.activation.forward(self.z)

    def backward(self, da):
        """Gradient of the loss with respect to the output -> with respect to x; fills `gradients`."""
        dz = self.activation.backward(da, _remembered(self, self.z))
        dx, dkernel, dbias = dense_backward(dz, self.x, self.kernel)
        self.gradients = {"kernel": dkernel, "bias": dbias}
        return dx

    def parameter_count(self):
        """features·units + units."""
        return dense_parameter_count(*self.kernel.shape)


class Activation:
    """y = activation(x): the activation as a layer of its own, with nothing to learn.

    Args:
        activation: whatever `get_activation` takes.
    """

    def __init__(self, activation):
        self.activation = get_activation(activation)
        self.parameters, self.gradients = {}, {}
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

    def parameter_count(self):
        """0."""
        return 0


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


def _parameter(layer, name):
    if name not in layer.parameters:
        raise RuntimeError(
            f"This {type(layer).__name__} has no {name} yet. Build it first, with the shape of one input: "
            "layer.build((features,), rng)."
        )
    return layer.parameters[name]


def _remembered(layer, z):
    if z is None:
        raise RuntimeError(
            f"This {type(layer).__name__} has seen no forward pass, so backward has nothing to work on. "
            "Call forward(x) first."
        )
    return z
