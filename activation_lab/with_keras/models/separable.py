"""The Keras layers whose activation can be moved into a separate layer after them."""

from ...quiet import keras

# y = activation(z), with the activation last and applied to nothing else: only then can it follow the layer instead.
SEPARABLE = (
    keras.layers.Dense,
    keras.layers.EinsumDense,
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
    keras.layers.DepthwiseConv1D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv1D,
    keras.layers.SeparableConv2D,
)
LOOPS = (keras.layers.RNN, keras.layers.Bidirectional)

_x = keras.Input((1,), name="x")
FUNCTIONAL = type(keras.Model(_x, keras.layers.Identity(name="y")(_x), name="xy"))  # the class has no public name


def is_linear(activation):
    """Is this activation None or linear?"""
    return activation is None or activation is keras.activations.linear


def activation_separable(layer):
    """Does this layer have an activation that can be taken out?"""
    return type(layer) in SEPARABLE and not is_linear(layer.activation)
