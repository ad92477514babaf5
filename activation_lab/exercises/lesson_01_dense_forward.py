"""01_dense_forward: one neuron, a layer, a batch."""

import numpy as np

from ..by_hand.dense import collapse, dense_forward
from ..by_hand.shapes import dense_parameter_count
from ..harness.random_draws import small_numbers
from . import Exercise, Question


def _dense_cases(rng):
    def drawn(batch, features, units, dtype=float):
        shapes = (batch, features), (features, units), (units,)
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)

    return {
        "a batch of four": tuple(small_numbers(rng, *shape) for shape in ((4, 3), (3, 2), (2,))),
        "a single sample": drawn(1, 3, 5),
        "a single unit": drawn(4, 3, 1),
        "as many samples as features as units": drawn(3, 3, 3),
        "float32": drawn(5, 2, 4, np.float32),
    }


def _by_loops(x, kernel, bias):
    z = np.zeros((len(x), len(bias)), dtype=x.dtype)
    for row in range(len(x)):
        for unit in range(len(bias)):
            z[row, unit] = sum(x[row] * kernel[:, unit]) + bias[unit]
    return z


DENSE_FORWARD = Exercise(
    dense_forward,
    prompt="""
    The pre-activations of a whole batch.

    x       (batch, features)
    kernel  (features, units)
    bias    (units,)
    returns (batch, units), in the arguments' dtype; the arguments stay unchanged

    >>> dense_forward(np.array([[1.0, 2.0]]), np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([10.0, 20.0]))
    array([[15., 22.]])
    """,
    points=2,
    cases=_dense_cases,
    hints=(
        "Write down the three shapes and the shape you want. Which product of two matrices turns the first two into the last?",
        "`@` multiplies matrices: (batch, features) @ (features, units) is (batch, units).",
        "A bias of shape (units,) added to an array of shape (batch, units) is added to every row.",
    ),
    mistakes={
        "The kernel is transposed; it has shape (features, units) and is used as it is.": lambda x, kernel, bias: (
            x @ kernel.T + bias
        ),
        "`*` multiplies entry by entry. A layer needs the matrix product, `@`.": lambda x, kernel, bias: (
            x * kernel + bias
        ),
        "`kernel @ x` has the two in the wrong order: with one sample a row, x stands on the left.": lambda x, kernel, bias: (
            kernel @ x + bias
        ),
        "The bias is missing.": lambda x, kernel, bias: x @ kernel,
        "With kernel.T on the left the result is transposed, and the bias meets the wrong axis; put x on the left.": (
            lambda x, kernel, bias: kernel.T @ x.T + bias
        ),
        "The result is transposed: one sample belongs in one row, (batch, units).": lambda x, kernel, bias: (
            kernel.T @ x.T + bias[:, np.newaxis]
        ),
        "The bias is made a column here, so it is added along the batch; a bias of shape (units,) fits every row as it is.": (
            lambda x, kernel, bias: x @ kernel + bias.reshape(-1, 1)
        ),
        "np.sum without an axis adds up everything, to a single number; the matrix product, `@`, sums for each unit.": (
            lambda x, kernel, bias: np.sum(x * kernel.T) + bias
        ),
        "A single unit is computed: np.dot of x and the first column of the kernel.": lambda x, kernel, bias: (
            x @ kernel[:, 0] + bias[0]
        ),
        "Negative results are cut to 0. This exercise asks for z as it comes out of the sum.": lambda x, kernel, bias: (
            np.maximum(x @ kernel + bias, 0)
        ),
    },
    accepted=(
        lambda x, kernel, bias: np.einsum("bf,fu->bu", x, kernel) + bias,
        _by_loops,
        lambda x, kernel, bias: (kernel.T @ x.T + bias[:, np.newaxis]).T,
        lambda x, kernel, bias: np.hstack([x, np.ones_like(x[:, :1])]) @ np.vstack([kernel, bias]),
    ),
)


DENSE_PARAMETER_COUNT = Exercise(
    dense_parameter_count,
    prompt="""
    How many numbers a dense layer learns: those of its kernel and those of its bias.

    features  how many numbers the layer takes
    units     how many it gives
    returns   a whole number

    >>> dense_parameter_count(10, 4)
    44
    """,
    points=1,
    cases=lambda rng: {
        "3 features, 2 units": (3, 2),
        "784 features, 64 units": (784, 64),
        "1 feature, 5 units": (1, 5),
        "4 features, 1 unit": (4, 1),
        "drawn at random": (int(rng.integers(20, 40)), int(rng.integers(5, 15))),
    },
    hints=(
        "Draw the layer with 3 features and 2 units, and count the lines; then count the biases.",
        "The kernel has shape (features, units), the bias has shape (units,). How many entries does each have?",
    ),
    mistakes={
        "Only the kernel is counted; the biases are learned too.": lambda features, units: features * units,
        "There is one bias per unit, not one for the whole layer.": lambda features, units: features * units + 1,
        "There is one bias per unit, not one per feature.": lambda features, units: features * units + features,
        "There is one bias per unit; (features + 1)·(units + 1) adds one per feature, and one more.": lambda features, units: (
            (features + 1) * (units + 1)
        ),
        "A layer has no weight for each pair of units: features·units is the kernel, units² is nothing.": (
            lambda features, units: features * units + units**2
        ),
        "Every feature is joined to every unit: that is a product, not a sum.": lambda features, units: (
            features + units
        ),
    },
    accepted=(
        lambda features, units: (features + 1) * units,
        lambda features, units: np.zeros((features, units)).size + np.zeros(units).size,
        lambda features, units: sum(features + 1 for _ in range(units)),
    ),
)


def _collapse_cases(rng):
    def drawn(features, hidden, units, dtype=float):
        shapes = (features, hidden), (hidden,), (hidden, units), (units,)
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)

    return {
        "2 features, 4 hidden, 3 units": tuple(small_numbers(rng, *shape) for shape in ((2, 4), (4,), (4, 3), (3,))),
        "1 feature, 3 hidden, 2 units": drawn(1, 3, 2),
        "one hidden unit between": drawn(3, 1, 2),
        "3, 3 and 3": drawn(3, 3, 3),
        "float32": drawn(4, 2, 3, np.float32),
    }


def _by_probing(kernel_1, bias_1, kernel_2, bias_2):
    def both(x):
        return (x @ kernel_1 + bias_1) @ kernel_2 + bias_2

    bias = both(np.zeros_like(kernel_1[:, 0]))
    return both(np.eye(len(kernel_1), dtype=kernel_1.dtype)) - bias, bias


COLLAPSE = Exercise(
    collapse,
    prompt="""
    The one dense layer that equals two dense layers in a row, whatever x is.

    kernel_1 (features, hidden), bias_1 (hidden,)   the first layer
    kernel_2 (hidden, units),    bias_2 (units,)    the second, applied to the first one's output
    returns  kernel (features, units), bias (units,)

    >>> collapse(np.array([[2.0]]), np.array([1.0]), np.array([[10.0]]), np.array([5.0]))
    (array([[20.]]), array([15.]))
    """,
    points=2,
    cases=_collapse_cases,
    hints=(
        "Write down z_1 of the first layer, and z_2 of the second. Now put z_1's formula into z_2's: what do you get?",
        "Expand it. What x is multiplied by is the new kernel; what is left without x is the new bias.",
        "bias_1 goes into the second layer too: what does that layer's kernel do to it?",
    ),
    mistakes={
        "The kernels are multiplied in the wrong order: x meets kernel_1 first.": lambda kernel_1, bias_1, kernel_2, bias_2: (
            kernel_2 @ kernel_1,
            bias_1 @ kernel_2 + bias_2,
        ),
        "The two biases are merely added; bias_1 passes through the second layer's kernel on its way.": (
            lambda kernel_1, bias_1, kernel_2, bias_2: (kernel_1 @ kernel_2, bias_1 + bias_2)
        ),
        "bias_1 is lost: what the first layer adds reaches the output too.": lambda kernel_1, bias_1, kernel_2, bias_2: (
            kernel_1 @ kernel_2,
            bias_2,
        ),
        "bias_1 @ kernel_2 belongs to the bias: it does not depend on x.": lambda kernel_1, bias_1, kernel_2, bias_2: (
            kernel_1 @ kernel_2 + bias_1 @ kernel_2,
            bias_2,
        ),
        "bias_1 stands on the wrong side of kernel_2: it goes in like a row x, bias_1 @ kernel_2.": (
            lambda kernel_1, bias_1, kernel_2, bias_2: (kernel_1 @ kernel_2, kernel_2 @ bias_1 + bias_2)
        ),
        "bias_2 is missing.": lambda kernel_1, bias_1, kernel_2, bias_2: (kernel_1 @ kernel_2, bias_1 @ kernel_2),
        "The kernels are added; two matrices applied in turn are one matrix product.": (
            lambda kernel_1, bias_1, kernel_2, bias_2: (kernel_1 + kernel_2, bias_1 @ kernel_2 + bias_2)
        ),
    },
    accepted=(
        lambda kernel_1, bias_1, kernel_2, bias_2: (
            np.einsum("fh,hu->fu", kernel_1, kernel_2),
            np.einsum("h,hu->u", bias_1, kernel_2) + bias_2,
        ),
        _by_probing,
        lambda kernel_1, bias_1, kernel_2, bias_2: [
            np.stack([row @ kernel_2 for row in kernel_1]),
            kernel_2.T @ bias_1 + bias_2,
        ],
    ),
    returns=("kernel", "bias"),
)


TWO_NOTATIONS = Question(
    name="two_notations",
    text="A book writes a layer as `z = W x + b`, and its `W` has the shape (5, 3). You write the same layer in Keras. "
    "How many features and units does it have, and what is the shape of its kernel?",
    options={
        "a": ("5 features, 3 units, kernel (5, 3)", "W has one row per unit, so 5 is the number of units."),
        "b": ("3 features, 5 units, kernel (3, 5)", "Right: W has one row per unit, the kernel one column per unit."),
        "c": ("3 features, 5 units, kernel (5, 3)", "The kernel is the transpose of W: its rows are the features."),
        "d": (
            "5 features, 3 units, kernel (3, 5)",
            "A kernel (3, 5) takes 3 features; W says the same in its columns.",
        ),
    },
    correct="b",
)

DEEPER_WITHOUT_ACTIVATION = Question(
    name="deeper_without_activation",
    text="Five dense layers in a row, with nothing between them. What can this network compute that one dense layer cannot?",
    options={
        "a": ("XOR", "XOR is not an affine map of its inputs, and five affine maps in a row are one affine map."),
        "b": (
            "five times as many functions",
            "More parameters, the same functions: `collapse` finds the one layer that does it all.",
        ),
        "c": ("nothing", "Right: an affine map of an affine map is an affine map."),
        "d": (
            "a linear map that one layer cannot reach because of its bias",
            "A bias of zeros is allowed: one layer reaches every linear map, and every affine one.",
        ),
    },
    correct="c",
)
