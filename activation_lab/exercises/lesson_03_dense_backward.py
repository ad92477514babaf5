"""03_dense_backward: the chain rule as messages passed back, and a referee for it."""

import numpy as np

from ..by_hand.activations import elu_backward, leaky_relu_backward, relu_backward, softmax, softmax_backward
from ..by_hand.dense import dense_backward
from ..by_hand.gradient_check import numerical_gradient
from ..harness.plain_calls import on_a_loss
from ..harness.random_draws import small_numbers
from . import Exercise, Question, Tolerance


def _da_and_z(rng):
    def drawn(*shape, dtype=float):
        return tuple(rng.normal(scale=2, size=shape).astype(dtype) for _ in "da z".split())

    return {
        "a row": (
            rng.permutation([-2.0, -1.0, 1.0, 2.0, 3.0, 4.0]),
            rng.permutation([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]),
        ),
        "a batch": drawn(4, 3),
        "three axes": drawn(2, 3, 2),
        "exactly at the kink": (np.array([3.0, -2.0, 0.5, 4.0]), np.array([-1.0, 0.0, 0.0, 2.0])),
        "a single number": (np.array(-1.5), np.array(0.75)),
        "as far as ±1000": (np.array([2.0, -3.0]), np.array([-1000.0, 1000.0])),
        "float32": drawn(3, 2, dtype=np.float32),
    }


def _relu_backward_in_place(da, z):
    da[z <= 0] = 0
    return da


def _relu_backward_by_mask(da, z):
    dz = da.copy()
    dz[z <= 0] = 0
    return dz


RELU_BACKWARD = Exercise(
    relu_backward,
    prompt="""
    The gradient that has passed back through relu.

    da      gradient of the loss with respect to a = relu(z), any shape
    z       the pre-activation that relu took, the same shape
    returns gradient with respect to z, the same shape and dtype; da and z stay unchanged.
            At the kink, z = 0, the slope counts as 0, as in Keras.

    >>> relu_backward(np.array([5.0, -7.0]), np.array([2.0, 3.0]))
    array([ 5., -7.])
    """,
    points=2,
    cases=_da_and_z,
    hints=(
        "Two things meet here: the gradient that arrives, and relu's slope at z.",
        "relu's slope is 1 where z > 0 and 0 elsewhere. What does the chain rule do with a slope and an arriving gradient?",
        "A comparison such as z > 0 gives True and False, which multiply as 1 and 0.",
    ),
    mistakes={
        "This is relu's slope alone. The chain rule multiplies it by the gradient that arrives, da.": lambda da, z: (
            z > 0
        ).astype(z.dtype),
        "The mask is taken from da; where relu was open is written in z.": lambda da, z: da * (da > 0),
        "da itself is overwritten: `da[z <= 0] = 0` writes into the caller's own array. Make a new one.": _relu_backward_in_place,
        "At z = 0 the slope counts as 0; here it counts as 1.": lambda da, z: da * (z >= 0),
        "At z = 0 the slope counts as 0; here it counts as one half.": lambda da, z: da * np.heaviside(z, 0.5),
        "da is multiplied by relu's value; it should be multiplied by relu's slope.": lambda da, z: (
            da * np.maximum(z, 0)
        ),
        "da and z have changed places: the gradient that arrives comes first.": lambda da, z: z * (da > 0),
        "Without brackets, `da * z > 0` asks whether the product is positive; the mask is (z > 0).": lambda da, z: (
            da * z > 0
        ),
        "The gradient is added to the slope; the chain rule multiplies.": lambda da, z: da + (z > 0),
        "z passes through the mask here; it is the gradient, da, that passes.": lambda da, z: z * (z > 0),
        "The mask is turned: the gradient passes where relu was shut.": lambda da, z: da * (z <= 0),
    },
    accepted=(
        lambda da, z: np.where(z > 0, da, np.zeros_like(da)),
        _relu_backward_by_mask,
        lambda da, z: da * np.sign(np.maximum(z, 0)),
        lambda da, z: da * np.heaviside(z, 0).astype(z.dtype),
    ),
    near_twins=(leaky_relu_backward, elu_backward, numerical_gradient),
)


def _dense_backward_cases(rng):
    def drawn(batch, features, units, dtype=float):
        shapes = (batch, units), (batch, features), (features, units)
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)

    return {
        "a batch of four": tuple(small_numbers(rng, *shape) for shape in ((4, 2), (4, 3), (3, 2))),
        "a single sample": drawn(1, 3, 2),
        "a single unit": drawn(5, 2, 1),
        "as many samples as features as units": drawn(3, 3, 3),
        "float32": drawn(5, 2, 4, np.float32),
    }


def _sample_by_sample(dz, x, kernel):
    dx, dkernel, dbias = np.zeros_like(x), np.zeros_like(kernel), np.zeros_like(kernel[0])
    for row in range(len(x)):
        dx[row] = kernel @ dz[row]
        dkernel += np.outer(x[row], dz[row])
        dbias += dz[row]
    return dx, dkernel, dbias


DENSE_BACKWARD = Exercise(
    dense_backward,
    prompt="""
    The three gradients that leave z = x @ kernel + bias on the way back.

    dz      gradient of the loss with respect to z, (batch, units)
    x       the inputs, (batch, features)
    kernel  the weights, (features, units)
    returns dx (batch, features), dkernel (features, units), dbias (units,); the loss already holds any mean over
            the batch, so nothing is divided here

    >>> dense_backward(np.array([[1.0], [10.0]]), np.array([[2.0], [3.0]]), np.array([[5.0]]))
    (array([[ 5.],
           [50.]]), array([[32.]]), array([11.]))
    """,
    points=3,
    cases=_dense_backward_cases,
    hints=(
        "Every gradient has the shape of what it belongs to. Write the shapes of dz, x and kernel beside the three that you want.",
        "Two of the three are matrix products; `.T` swaps the axes of an array, and with three different sizes the shapes "
        "leave one way to form each.",
        "One bias serves every row of the batch, so every row contributes to the bias's gradient.",
    ),
    mistakes={
        "dbias is averaged over the batch; it is a sum.": lambda dz, x, kernel: (
            dz @ kernel.T,
            x.T @ dz,
            dz.mean(axis=0),
        ),
        "dbias still has the batch axis; the bias has shape (units,), so sum over the rows.": lambda dz, x, kernel: (
            dz @ kernel.T,
            x.T @ dz,
            dz,
        ),
        "dbias is summed along the wrong axis: over the units; sum over the batch, axis 0.": lambda dz, x, kernel: (
            dz @ kernel.T,
            x.T @ dz,
            dz.sum(axis=1),
        ),
        "dkernel is averaged over the batch; it is a sum, and the matrix product has done the summing.": (
            lambda dz, x, kernel: (dz @ kernel.T, x.T @ dz / len(x), dz.sum(axis=0))
        ),
        "dkernel is transposed; it has the kernel's own shape, (features, units).": lambda dz, x, kernel: (
            dz @ kernel.T,
            dz.T @ x,
            dz.sum(axis=0),
        ),
        "All is divided by the size of the batch. The loss's own gradient, dz, has already been.": lambda dz, x, kernel: (
            dz @ kernel.T / len(x),
            x.T @ dz / len(x),
            dz.mean(axis=0),
        ),
        "dbias keeps the batch axis, with length 1; the bias has shape (units,), so leave out keepdims=True.": (
            lambda dz, x, kernel: (dz @ kernel.T, x.T @ dz, dz.sum(axis=0, keepdims=True))
        ),
        "dbias is a single number: np.sum needs axis=0, so that each unit keeps its own.": lambda dz, x, kernel: (
            dz @ kernel.T,
            x.T @ dz,
            np.sum(dz),
        ),
        "For dkernel, `*` multiplies entry by entry; the chain rule needs the matrix product, `@`, which sums over the batch.": (
            lambda dz, x, kernel: (dz @ kernel.T, x.T * dz, dz.sum(axis=0))
        ),
        "These are the local slopes alone: kernel.T, x and 1. The chain rule multiplies each by the gradient that arrives, dz.": (
            lambda dz, x, kernel: (kernel.T, x, np.ones(kernel.shape[1], dz.dtype))
        ),
        "This is a book's form, with one sample in each column; here each row is a sample, so both products and the axis change.": (
            lambda dz, x, kernel: (kernel.T @ dz, dz @ x.T, dz.sum(axis=1, keepdims=True))
        ),
        "This is a book's form, with one sample in each column, divided by their number; here each row is a sample, and dz holds the mean.": (
            lambda dz, x, kernel: (
                kernel.T @ dz,
                dz @ x.T / x.shape[1],
                dz.sum(axis=1, keepdims=True) / x.shape[1],
            )
        ),
        "dx and dz have changed places in the product: (batch, units) @ (units, features), with dz on the left.": (
            lambda dz, x, kernel: (kernel @ dz, x.T @ dz, dz.sum(axis=0))
        ),
        "For dx, dz meets the transposed kernel: (batch, units) @ (units, features).": lambda dz, x, kernel: (
            dz @ kernel,
            x.T @ dz,
            dz.sum(axis=0),
        ),
    },
    accepted=(
        lambda dz, x, kernel: (
            np.einsum("bu,fu->bf", dz, kernel),
            np.einsum("bf,bu->fu", x, dz),
            np.einsum("bu->u", dz),
        ),
        _sample_by_sample,
        lambda dz, x, kernel: [(kernel @ dz.T).T, (dz.T @ x).T, np.ones_like(dz[:, 0]) @ dz],
    ),
    returns=("dx", "dkernel", "dbias"),
    near_twins=(numerical_gradient,),
)


def _softmax_backward_cases(rng):
    def drawn(*shape, dtype=float):
        return tuple(rng.normal(size=shape).astype(dtype) for _ in "da z".split())

    return {
        "one row": (rng.permutation([-2.0, 1.0, 2.0, 3.0]), rng.permutation([-1.0, 0.0, 1.0, 2.0])),
        "a batch": drawn(4, 3),
        "as many rows as columns": drawn(3, 3),
        "three axes": drawn(2, 3, 4),
        "as far as ±1000": (np.array([[1.0, -2.0, 3.0]]), np.array([[1000.0, 999.0, -1000.0]])),
        "float32": drawn(3, 5, dtype=np.float32),
    }


def _softmax_jacobian(da, z):
    a = softmax(z)
    jacobian = a[..., :, np.newaxis] * (np.eye(z.shape[-1], dtype=z.dtype) - a[..., np.newaxis, :])
    return np.einsum("...ij,...i->...j", jacobian, da)


def _one_jacobian(da, z):
    a = softmax(z)
    return da @ (np.diag(a) - np.outer(a, a))


def _jacobian_of_each_row(da, z):
    dz = np.zeros_like(z)
    for row in range(len(z)):
        a = softmax(z[row])
        dz[row] = da[row] @ (np.diag(a) - np.outer(a, a))
    return dz


def _last_term_only(da, z):
    a = softmax(z)
    slopes = np.zeros_like(z)
    for i in range(len(a)):
        for j in range(len(a)):
            slopes[i] = a[i] * (1 - a[i]) if i == j else -a[i] * a[j]
    return slopes * da


def _naive_softmax(z):
    return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)


def _with_sum(da, a, **options):
    return a * (da - np.sum(da * a, **options))


SOFTMAX_BACKWARD = Exercise(
    softmax_backward,
    prompt="""
    The gradient that has passed back through softmax, over the last axis.

    da      gradient of the loss with respect to a = softmax(z), one to three axes
    z       the pre-activation that softmax took, the same shape; as far as ±1000 without a warning
    returns gradient with respect to z, the same shape and dtype; da and z stay unchanged

    >>> softmax_backward(np.array([[1.0, 0.0]]), np.array([[0.0, 0.0]]))
    array([[ 0.25, -0.25]])
    """,
    points=3,
    cases=_softmax_backward_cases,
    hints=(
        "First get a: lab.softmax(z), or the one you wrote. Every output of a row depends on every input of that row.",
        "Raise one input z_j: its own output a_j rises by a_j·(1 − a_j), and every other a_i falls by a_i·a_j.",
        "dz_j gathers these effects, each weighted by its da: da_j·a_j·(1 − a_j) from its own output, −da_i·a_i·a_j from "
        "every other.",
        "Take a_j out, and let the sum run over all i, j included: a_j·(da_j − …). That sum is the same for the whole row. "
        "If you go row by row instead, np.ndindex(z.shape[:-1]) runs through the rows of an array of any shape.",
    ),
    mistakes={
        "This treats softmax as element-wise: a·(1 − a)·da is only the Jacobian's diagonal.": lambda da, z: (
            softmax(z) * (1 - softmax(z)) * da
        ),
        "z is used as if it were softmax(z). The function takes the pre-activation: compute a first.": lambda da, z: (
            _with_sum(da, z, axis=-1, keepdims=True)
        ),
        "The sum runs down the columns (axis 0); the classes lie along the last axis.": lambda da, z: _with_sum(
            da, softmax(z), axis=0, keepdims=True
        ),
        "The sum runs over the whole array; each row has its own.": lambda da, z: _with_sum(da, softmax(z)),
        "`keepdims=True` is missing in the sum: the sums line up with the columns, not with the rows.": lambda da, z: (
            _with_sum(da, softmax(z), axis=-1)
        ),
        "The own output is counted twice: once by a·(1 − a)·da, and again in a sum that runs over all of the row.": (
            lambda da, z: (
                softmax(z) * (1 - softmax(z)) * da - softmax(z) * np.sum(da * softmax(z), axis=-1, keepdims=True)
            )
        ),
        "The factor a in front is missing: what is in the brackets is to be multiplied by a.": lambda da, z: (
            da - np.sum(da * softmax(z), axis=-1, keepdims=True)
        ),
        "np.diag and np.outer make the Jacobian of a single row; a batch needs one for each row.": _one_jacobian,
        "This goes through the first axis only, which is right for a batch. np.ndindex(z.shape[:-1]) goes through the rows "
        "of an array of any shape.": _jacobian_of_each_row,
        "The sign is turned: it is da minus the sum, not the sum minus da.": lambda da, z: (
            -_with_sum(da, softmax(z), axis=-1, keepdims=True)
        ),
        "softmax(z) − y is the gradient of cross-entropy and softmax together; here da is a gradient that arrives, not labels.": (
            lambda da, z: softmax(z) - da
        ),
        "These are the Jacobians themselves, one for each row; multiply each by its row of da.": lambda da, z: (
            softmax(z)[..., :, np.newaxis] * (np.eye(z.shape[-1]) - softmax(z)[..., np.newaxis, :])
        ),
        "In the double loop `=` keeps only the last term of each sum; add them up with `+=`, and let da_i be in each.": (
            _last_term_only
        ),
        "Softmax and the sum both run down the columns (axis 0); the classes lie along the last axis.": lambda da, z: (
            softmax(z.T).T * (da - np.sum(da * softmax(z.T).T, axis=0, keepdims=True))
        ),
        "This is the softmax alone; neither da nor its slope is in it.": lambda da, z: softmax(z),
        "This multiplies da by softmax's value; the chain rule needs its slopes.": lambda da, z: da * softmax(z),
        "da is missing inside the sum: it should be the sum of da·a.": lambda da, z: (
            softmax(z) * (da - np.sum(softmax(z), axis=-1, keepdims=True))
        ),
        "exp overflows for large entries: use a softmax that subtracts the row's maximum first.": lambda da, z: (
            _with_sum(da, _naive_softmax(z), axis=-1, keepdims=True)
        ),
    },
    accepted=(
        _softmax_jacobian,
        lambda da, z: da * softmax(z) - softmax(z) * np.einsum("...c,...c->...", da, softmax(z))[..., np.newaxis],
        lambda da, z: softmax(z) * (da - (da[..., np.newaxis, :] @ softmax(z)[..., :, np.newaxis])[..., 0]),
    ),
    near_twins=(numerical_gradient,),
    self_reported="that it gives no warning",
    textbook=(lambda da, z: softmax(z) * (da - np.sum(da * softmax(z), axis=-1, keepdims=True)),),
)


def _entry_by_entry(array, slope):
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        gradient[index] = slope(index)
    return gradient


def _moved(array, index, distance):
    moved = array.copy()
    moved[index] += distance
    return moved


def _two_points(up, down, per_step):
    """An answer that compares the loss at entry + up·step with that at entry − down·step, and divides by per_step·step."""

    def answer(loss, array, step=1e-5):
        def slope(index):
            above, below = loss(_moved(array, index, up * step)), loss(_moved(array, index, -down * step))
            return (above - below) / (per_step * step)

        return _entry_by_entry(array, slope)

    return answer


def _in_place(*moves):
    """An answer that moves the entry itself: by moves[0]·step before the first loss, moves[1]·step before the second, …"""

    def answer(loss, array, step=1e-5):
        def slope(index):
            array[index] += moves[0] * step
            above = loss(array)
            array[index] += moves[1] * step
            below = loss(array)
            array[index] += sum(moves[2:]) * step
            return (above - below) / (2 * step)

        return _entry_by_entry(array, slope)

    return answer


def _same_array(loss, array, step=1e-5):
    def slope(index):
        up = down = array
        up[index] += step
        down[index] -= step
        return (loss(up) - loss(down)) / (2 * step)

    return _entry_by_entry(array, slope)


def _row_by_row(loss, array, step=1e-5):
    rows = range(len(array))
    slopes = [(loss(_moved(array, row, step)) - loss(_moved(array, row, -step))) / (2 * step) for row in rows]
    gradient = np.zeros_like(array)
    for row in rows:
        gradient[row] = slopes[row]
    return gradient


def _rows_alone(loss, array, step=1e-5):
    if array.ndim == 1:
        return _two_points(1, 1, 2)(loss, array, step)
    return np.stack([_two_points(1, 1, 2)(loss, row, step) for row in array])


def _by_unit_vectors(loss, array, step=1e-5):
    moves = step * np.eye(array.size).reshape(array.size, *array.shape)
    return np.reshape([(loss(array + move) - loss(array - move)) / (2 * step) for move in moves], array.shape)


NUMERICAL_GRADIENT = Exercise(
    numerical_gradient,
    prompt="""
    The gradient of a loss, measured: move each entry a little up and a little down, and see how the loss changes.

    loss    a function of one array that returns one number
    array   where to take the gradient, float64, any shape; back at its old values afterwards
    step    how far each entry is moved to either side
    returns array's shape: for each entry, the change of the loss per unit of that entry

    >>> numerical_gradient(lambda array: array[0] * array[1], np.array([2.0, 5.0])).round(6)
    array([5., 2.])
    """,
    points=2,
    cases=lambda rng: {
        "a row": ("sum of squares", rng.permutation([-2.0, 1.0, 2.0, 3.0]), None),
        "at the bottom of a valley": ("sum of squares", np.array([0.0, 1.0]), None),
        "a matrix": ("weighted cubes", rng.normal(size=(2, 3)), None),
        "entries that meet in the loss": ("neighbors multiplied", rng.normal(size=(3, 2)), None),
        "a softmax": ("a softmax's first output", rng.normal(size=5), None),
        "a single number": ("weighted cubes", np.array(0.5), None),
        "a large step, 0.5": ("weighted cubes", rng.normal(size=3), 0.5),
        "a large step, entries that meet": ("neighbors multiplied", rng.normal(size=(3, 2)), 0.5),
    },
    hints=(
        "Treat one entry at a time: two calls of loss for each, one with the entry above its value, one with it below.",
        "np.ndindex(array.shape) gives the index of every entry, whatever the shape; array[index] reads and writes one.",
        "The entry moved from value − step to value + step: how far is that? And put it back before the next one.",
    ),
    mistakes={
        "One-sided: loss(array) is one of the two points. A central difference steps to both sides and is far more exact.": (
            _two_points(up=1, down=0, per_step=1)
        ),
        "One-sided: loss(array) is one of the two points, and the step goes down only. Step to both sides.": (
            _two_points(up=0, down=1, per_step=1)
        ),
        "A loop over range(len(array)) moves whole rows of a matrix. np.ndindex(array.shape) goes through single entries.": (
            _row_by_row
        ),
        "The two points lie 2·step apart; this divides by step alone.": _two_points(up=1, down=1, per_step=1),
        "The array is not restored: put each entry back before the next one is moved.": _in_place(1, -2),
        "The sign is turned: it should be the loss above minus the loss below.": _two_points(up=1, down=1, per_step=-2),
        "Without brackets, `/ 2 * step` divides by 2 and multiplies by step: write / (2 * step).": (
            lambda loss, array, step=1e-5: _two_points(1, 1, 2)(loss, array, step) * step**2
        ),
        "Both points are one and the same array, since `up = array` makes no copy: the steps cancel.": _same_array,
        "The lower point is the old value: after going up by step, it takes 2·step to get to the other side.": (
            _in_place(1, -1)
        ),
        "All entries are moved at once; that mixes their effects. Move one at a time.": lambda loss, array, step=1e-5: (
            np.full_like(array, (loss(array + step) - loss(array - step)) / (2 * step))
        ),
        "All entries are moved at once, which gives a single number: the sum of the gradient. Move one at a time.": (
            lambda loss, array, step=1e-5: (loss(array + step) - loss(array - step)) / (2 * step)
        ),
        "The loss is called with one row of the array; it takes the whole array, with one entry moved.": _rows_alone,
        "This is the change of the loss; divide it by how far apart the two points are, 2·step.": (
            lambda loss, array, step=1e-5: _two_points(1, 1, 1)(loss, array, step) * step
        ),
        "The argument step is not used: the entries are always moved by 1e-5.": lambda loss, array, step=None: (
            _two_points(1, 1, 2)(loss, array, 1e-5)
        ),
    },
    accepted=(_two_points(up=1, down=1, per_step=2), _in_place(1, -2, 1), _by_unit_vectors),
    run=on_a_loss,
    tolerance=Tolerance(absolute=1e-8, relative=1e-5),
)


BIAS_GRADIENT = Question(
    name="bias_gradient",
    text="A batch holds 32 samples. Why is `dbias` a sum over the 32 rows of `dz`?",
    options={
        "a": (
            "a sum is cheaper to compute than a mean, and training works as well with either",
            "Cost is not the reason. The mean, where one is wanted, is in the loss.",
        ),
        "b": (
            "each bias is used once for every sample, and effects on the loss add up",
            "Right: what is used 32 times has 32 effects, and the chain rule adds them.",
        ),
        "c": (
            "it should be the mean over the batch; summing is a convention of this course",
            "No convention: the referee measures the sum.",
        ),
        "d": (
            "the bias has no input, so there is nothing that each row could be multiplied by",
            "It acts like a weight whose input is always 1; the 32 effects add up all the same.",
        ),
    },
    correct="b",
)

SLOPE_ALONE = Question(
    name="slope_alone",
    text="A colleague's sigmoid backward returns `a * (1 - a)` and never looks at `da`. Its test passes. Which loss did the "
    "test use?",
    options={
        "a": (
            "the mean of a batch of activations",
            "There `da` is 1 over the number of activations, not 1.",
        ),
        "b": (
            "the sum of a batch of activations",
            "Right: there `da` is 1 everywhere, and leaving it out changes nothing.",
        ),
        "c": ("the sum of their squares", "There `da` is twice the activation."),
        "d": (
            "any loss: sigmoid's slope is what it is",
            "The slope is right; the chain rule's other factor is missing.",
        ),
    },
    correct="b",
)

SHAPE_RULE = Question(
    name="shape_rule",
    text="`x` is (8, 5), `kernel` is (5, 3), `bias` is (3,). What are the shapes of `dx`, `dkernel` and `dbias`?",
    options={
        "a": ("(8, 5), (5, 3), (3,)", "Right: a gradient has the shape of what it belongs to."),
        "b": ("(8, 3), (8, 3), (8, 3)", "That is the shape of z and dz; the three gradients differ."),
        "c": ("(5, 8), (3, 5), (3,)", "These are transposed; a gradient is laid out as its array."),
        "d": ("(8, 5), (5, 3), (8, 3)", "dbias has no batch axis: the bias has none."),
    },
    correct="a",
)
