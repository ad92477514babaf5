"""02_activation_functions: the curves, which of them act element by element, and what overflows."""

import numpy as np

from ..by_hand import activations
from ..harness.plain_calls import FUNCTIONS, on_a_function
from ..harness.random_draws import drawn_sizes
from . import Exercise, Question


def any_shape(rng):
    """Arrays for a function of z that takes any shape, with a kink, a saturated pair and a number without axes."""
    return {
        "a row": (rng.permutation([-3.0, -2.0, 0.0, 1.0, 2.0]),),
        "a batch": (rng.normal(scale=2, size=(4, 3)),),
        "three axes": (rng.normal(scale=2, size=(2, 3, 2)),),
        "negative, zero, positive": (np.array([-1.5, -0.25, 0.0, 0.25, 1.5]),),
        "a single number": (np.array(-0.75),),
        "as far as ±1000": (np.array([-1000.0, -30.0, 30.0, 1000.0]),),
        "float32": (rng.normal(scale=2, size=(3, 2)).astype(np.float32),),
    }


def _relu_in_place(z):
    z[z < 0] = 0
    return z


RELU = Exercise(
    activations.relu,
    prompt="""
    Negative numbers become 0, the others stay as they are.

    z       floats, any shape, a single number included
    returns z's shape and dtype; z itself stays unchanged

    >>> relu(np.array([7.0, -0.5, 3.0]))
    array([7., 0., 3.])
    """,
    points=1,
    cases=any_shape,
    hints=(
        "For each entry: which is larger, the entry or 0?",
        "NumPy has a function that takes two arrays, or an array and a number, and keeps the larger entry in each place.",
    ),
    mistakes={
        "Negative entries become positive (absolute value); they should become 0.": lambda z: np.abs(z),
        "This is the slope of relu, 1 or 0, not its value.": lambda z: (z > 0).astype(z.dtype),
        "`if` and Python's `max` ask one question of the whole array; np.maximum asks it of every entry.": lambda z: (
            max(z, 0)
        ),
        "np.max(z, 0) reads the 0 as an axis; np.maximum(z, 0) compares every entry with 0.": lambda z: np.max(z, 0),
        "Going through z gives numbers for a row, but whole rows for a batch. np.maximum takes any shape at once.": (
            lambda z: np.array([max(v, 0) for v in z])
        ),
        "np.maximum(z, 0) keeps what is positive; here 1 is the upper limit too, as in a “hard” sigmoid.": lambda z: (
            np.clip(z, 0, 1)
        ),
        "np.max finds the one largest number of the array; np.maximum goes entry by entry.": lambda z: np.max(z),
        "The negative entries are kept and the positive ones lost: the comparison is turned.": lambda z: np.minimum(
            z, 0
        ),
        "z itself is overwritten, by z[z < 0] = 0 or out=z: the caller's own array. Make a new one.": _relu_in_place,
    },
    accepted=(
        lambda z: np.where(z > 0, z, np.zeros_like(z)),
        lambda z: z * (z > 0),
        lambda z: (z + np.abs(z)) / 2,
        lambda z: np.clip(z, 0, None),
    ),
    near_twins=(
        activations.leaky_relu,
        activations.elu,
        activations.relu_backward,  # of (z, z), which is z times the slope
        activations.leaky_relu_backward,
        activations.elu_backward,
    ),
)


def _sigmoid_by_masks(z):
    a = np.empty_like(z)
    positive = z >= 0
    a[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    a[~positive] = e / (1 + e)
    return a


SIGMOID = Exercise(
    activations.sigmoid,
    prompt="""
    The S-shaped curve of the table above, which rises from 0 to 1 and is 1/2 at z = 0.

    z       floats, any shape, a single number included; entries as far as ±1000 give no warning
    returns z's shape and dtype; z itself stays unchanged

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """,
    points=2,
    cases=any_shape,
    hints=(
        "First write the formula as it stands and check it: which case warns, and for which sign of z?",
        "np.exp overflows for large positive numbers only. Multiply the numerator and the denominator by e^z: which of the two "
        "forms is safe for negative z?",
        "np.exp(-np.abs(z)) never overflows. Both forms can be written with it; np.where(z >= 0, …, …) chooses.",
    ),
    mistakes={
        "The values are right, but np.exp overflows where it is given large positive numbers. There, another form is safe.": (
            lambda z: 1 / (1 + np.exp(-z))
        ),
        "e^z / (1 + e^z) becomes ∞/∞ for large positive z. There, another form of the fraction is safe.": lambda z: (
            np.exp(z) / (1 + np.exp(z))
        ),
        "np.where computes both forms for every entry, so each of them overflows where it is not wanted. "
        "Let np.exp see nothing but -np.abs(z).": lambda z: np.where(
            z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))
        ),
        "The curve falls where it should rise: the sign of z is turned.": lambda z: 1 / (1 + np.exp(z)),
        "This form is right for z >= 0 only; for negative z the curve is mirrored.": lambda z: (
            1 / (1 + np.exp(-np.abs(z)))
        ),
        "`if` asks one question of the whole array; np.where and masks ask it of every entry.": lambda z: (
            1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))
        ),
        "Without brackets, `1/1+np.exp(-z)` is 1 + exp(−z): the sum belongs below the line, 1 / (1 + …).": lambda z: (
            1 / 1 + np.exp(-z)
        ),
        "This is a·(1 − a) with z in a's place: the slope of sigmoid, for a z that has been through sigmoid already.": (
            lambda z: z * (1 - z)
        ),
        "Below the line there is a difference; it should be a sum, 1 + exp(−z).": lambda z: 1 / (1 - np.exp(-z)),
        "This is tanh, which runs from −1 to 1; sigmoid runs from 0 to 1.": lambda z: np.tanh(z),
        "This is the slope of sigmoid, a·(1 − a), not its value.": lambda z: 0.25 * (1 - np.tanh(z / 2) ** 2),
    },
    accepted=(
        lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
        lambda z: np.exp(-np.logaddexp(0, -z)),
        _sigmoid_by_masks,
        lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))),
    ),
    self_reported="that it gives no warning",
    textbook=(lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(z) / (1 + np.exp(z))),
)


SWISH = Exercise(
    activations.swish,
    prompt="""
    The swish of the table above: nearly z on the right, nearly 0 far on the left.

    z       floats, any shape, a single number included; entries as far as ±1000 give no warning
    returns z's shape and dtype; z itself stays unchanged

    >>> swish(np.array([0.0, 2.0, 1000.0])).round(4)
    array([   0.    ,    1.7616, 1000.    ])
    """,
    points=1,
    cases=any_shape,
    hints=(
        "You may call the sigmoid that you wrote, or lab.sigmoid.",
        "One multiplication is all there is to it.",
    ),
    mistakes={
        "The factor z is missing: this is the sigmoid alone.": lambda z: np.exp(-np.logaddexp(0, -z)),
        "z and its sigmoid are multiplied, not added.": lambda z: z + np.exp(-np.logaddexp(0, -z)),
        "The values are right, but exp(−z) overflows for large negative z: use a sigmoid that is safe there.": lambda z: (
            z / (1 + np.exp(-z))
        ),
        "exp(z) / (1 + exp(z)) becomes ∞/∞ for large positive z: use a sigmoid that is safe there.": lambda z: (
            z * np.exp(z) / (1 + np.exp(z))
        ),
        "Without brackets, `z / 1 + np.exp(-z)` is z + exp(−z): the sum belongs below the line, z / (1 + …).": lambda z: (
            z / 1 + np.exp(-z)
        ),
        "z itself is clipped, so large entries are lost; only what goes into exp may be.": lambda z: (
            np.clip(z, -500, 500) / (1 + np.exp(-np.clip(z, -500, 500)))
        ),
        "This is swish's slope, not its value.": lambda z: (
            activations.sigmoid(z) * (1 + z * (1 - activations.sigmoid(z)))
        ),
        "The sigmoid of −z is taken: swish is z times the sigmoid of z.": lambda z: z * activations.sigmoid(-z),
        "z is multiplied by the sigmoid's slope; it should be multiplied by the sigmoid itself.": lambda z: (
            z * 0.25 * (1 - np.tanh(z / 2) ** 2)
        ),
    },
    accepted=(
        lambda z: z * 0.5 * (1 + np.tanh(0.5 * z)),
        lambda z: z * np.exp(-np.logaddexp(0, -z)),
        lambda z: z - z * activations.sigmoid(-z),
    ),
    near_twins=(activations.softplus_backward,),  # of (z, z), since the slope of softplus is sigmoid
    self_reported="that it gives no warning",
    textbook=(lambda z: z / (1 + np.exp(-z)),),
)


def _rows(rng):
    return {
        "one row": (rng.permutation([-1.0, 0.0, 1.0, 2.0]),),
        "a batch": (rng.normal(scale=2, size=(4, 3)),),
        "as many rows as columns": (rng.normal(scale=2, size=(3, 3)),),
        "three axes": (rng.normal(scale=2, size=(2, 3, 4)),),
        "as far as ±1000": (np.array([[-1000.0, 0.0, 1000.0], [1000.0, 999.0, 1000.0]]),),
        "rows far apart": (np.array([[1000.0, 999.0], [-1000.0, -999.0]]),),
        "float32": (rng.normal(scale=2, size=(3, 5)).astype(np.float32),),
    }


def _exp_shifted(z, axis=-1):
    return np.exp(z - np.max(z, axis=axis, keepdims=True))


SOFTMAX = Exercise(
    activations.softmax,
    prompt="""
    Each row becomes positive shares that sum to 1; the larger an entry, the larger its share.

    z       floats, one to three axes; the last one holds the classes; entries as far as ±1000 give no warning
    returns z's shape and dtype; z itself stays unchanged

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """,
    points=2,
    cases=_rows,
    hints=(
        "Two steps: np.exp of everything, then divide each row by its own sum.",
        "`np.sum(…, axis=-1)` sums along the last axis; `keepdims=True` keeps that axis, so that the division finds its row.",
        "Adding the same number to a whole row changes nothing in the result. Which number makes np.exp safe?",
    ),
    mistakes={
        "The sum runs over the whole array; each row needs its own.": lambda z: (
            _exp_shifted(z) / np.sum(_exp_shifted(z))
        ),
        "Maximum and sum run over the whole array; each row needs its own, of both.": lambda z: (
            np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))
        ),
        "Two things: exp overflows for large entries, and the sum runs over the whole array instead of each row.": (
            lambda z: np.exp(z) / np.sum(np.exp(z))
        ),
        "Two things: exp overflows for large entries, and `keepdims=True` is missing in the sum.": lambda z: (
            np.exp(z) / np.sum(np.exp(z), axis=-1)
        ),
        "Two things: exp overflows for large entries, and the sum runs down the columns (axis 0).": lambda z: (
            np.exp(z) / np.sum(np.exp(z), axis=0)
        ),
        "The maximum is subtracted above the line only; below it, exp still overflows, and the shares no longer fit.": (
            lambda z: _exp_shifted(z) / np.sum(np.exp(z), axis=-1, keepdims=True)
        ),
        "Axis 1 is the last one of a batch, but not of a single row or of three axes; the last one is axis -1.": lambda z: (
            _exp_shifted(z, 1) / np.sum(_exp_shifted(z, 1), axis=1, keepdims=True)
        ),
        "`keepdims=True` is missing in the maximum: it lines up with the columns, not with the rows.": lambda z: (
            np.exp(z - np.max(z, axis=-1)) / np.sum(np.exp(z - np.max(z, axis=-1)), axis=-1, keepdims=True)
        ),
        "A fixed number is subtracted; where the entries are far below it, all becomes 0/0. Take each row's maximum.": (
            lambda z: np.exp(z - 1000) / np.sum(np.exp(z - 1000), axis=-1, keepdims=True)
        ),
        "The maximum of the whole array is subtracted, and above the line only; the sum runs over the whole array too.": (
            lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z))
        ),
        "Two things: exp overflows for large entries, and axis 1 is the last one of a batch only; the last one is axis -1.": (
            lambda z: np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
        ),
        "Going through z takes one row after another only for a batch: a row falls apart into numbers, three axes into blocks.": (
            lambda z: np.array([_exp_shifted(row, None) / np.sum(_exp_shifted(row, None)) for row in z])
        ),
        "This gives 1 to the largest entry and 0 to the others; softmax gives every entry a share.": lambda z: (
            z == np.max(z, axis=-1, keepdims=True)
        ).astype(z.dtype),
        "This is the logarithm of softmax; the shares themselves are asked for.": lambda z: (
            z - np.logaddexp.reduce(z, axis=-1, keepdims=True)
        ),
        "The exp is missing: this divides the entries themselves by their sum.": lambda z: (
            z / np.sum(z, axis=-1, keepdims=True)
        ),
        "`keepdims=True` is missing, in the maximum and in the sum: they line up with the columns, not with the rows.": (
            lambda z: np.exp(z - np.max(z, axis=-1)) / np.sum(np.exp(z - np.max(z, axis=-1)), axis=-1)
        ),
        "The sum runs down the columns (axis 0); the classes lie along the last axis.": lambda z: (
            _exp_shifted(z, 0) / np.sum(_exp_shifted(z, 0), axis=0)
        ),
        "exp overflows for large entries: subtract the row's maximum first.": lambda z: (
            np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)
        ),
        "The maximum is taken over the whole array; a row far below it becomes 0/0. Each row needs its own.": lambda z: (
            np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)), axis=-1, keepdims=True)
        ),
        "`keepdims=True` is missing in the sum: the sums line up with the columns, not with the rows.": lambda z: (
            _exp_shifted(z) / np.sum(_exp_shifted(z), axis=-1)
        ),
        "The division by the sum is missing: the rows do not sum to 1.": lambda z: _exp_shifted(z),
    },
    accepted=(
        lambda z: np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True)),
        lambda z: np.apply_along_axis(lambda row: np.exp(row - row.max()) / np.exp(row - row.max()).sum(), -1, z),
        lambda z: _exp_shifted(z) * (1 / np.einsum("...c->...", _exp_shifted(z)))[..., np.newaxis],
    ),
    self_reported="that it gives no warning",
    textbook=(lambda z: np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True),),
)


def acts_elementwise(function, z):
    before = function(z)
    for i in range(len(z)):
        nudged = z.copy()
        nudged[i] += 0.5
        changed = function(nudged) != before
        changed[i] = False
        if changed.any():
            return False
    return True


def _without_restoring(function, z):
    before, nudged = function(z), z.copy()
    for i in range(len(z)):
        nudged[i] += 0.5
        if np.delete(function(nudged) != before, i).any():
            return False
    return True


def _first_entry_only(function, z):
    nudged = z.copy()
    nudged[0] += 0.5
    return not (function(nudged) != function(z))[1:].any()


def _last_entry_only(function, z):
    nudged = z.copy()
    nudged[-1] += 0.5
    return not (function(nudged) != function(z))[:-1].any()


def _own_entry_too(function, z):
    return all(np.array_equal(function(z + 0.5 * one_entry), function(z)) for one_entry in np.eye(len(z)))


def _off_diagonal(function, z):
    steps = [function(z + 0.5 * one_entry) - function(z) for one_entry in np.eye(len(z))]
    return np.stack(steps)[~np.eye(len(z), dtype=bool)]


ACTS_ELEMENTWISE = Exercise(
    acts_elementwise,
    prompt="""
    Does the function treat each entry by itself: does output i depend on input i alone, for every i?

    function  takes an array with one axis and returns one of the same length
    z         one axis, at least two entries; stays unchanged
    returns   True or False, found by changing one entry of z at a time

    >>> acts_elementwise(np.exp, np.array([1.0, 2.0, 3.0])), acts_elementwise(np.cumsum, np.array([1.0, 2.0, 3.0]))
    (True, False)
    """,
    points=2,
    cases=lambda rng: {  # neither the order nor a size says which function it is
        **{
            name: (name, rng.normal(size=drawn_sizes(rng, (3, 8))))
            for name in rng.permutation(list(FUNCTIONS)).tolist()
        },
        "relu": ("relu", rng.permutation([-1.0, 2.0])),
        "first entry 0": ("last entry joined by the first", np.array([0.0, 0.5, -1.0])),
        "first entry 0.5": ("last entry joined by the first", np.array([0.5, 0.0, -1.0])),
    },
    hints=(
        "Call the function on z, change one entry of a copy of z, and call it again. Which outputs are allowed to differ?",
        "When entry i was changed, output i may differ and no other. Try every i.",
        "Begin each round with a fresh z.copy(), so that the entry changed before is back at its old value.",
    ),
    mistakes={
        "True and False are swapped.": lambda function, z: bool((_off_diagonal(function, z) != 0).any()),
        "Only the first entry is changed; another one may be the one that matters.": _first_entry_only,
        "Only the last round counts: the result of each round overwrites the one before.": _last_entry_only,
        "The entry changed before is not set back, so its output still differs.": _without_restoring,
        "Output i may change when input i does; only the other outputs may not.": _own_entry_too,
        "This says True of every function, also of those that mix entries. Does your step change one entry of z, and do you compare all the other outputs? A result of the same shape proves nothing.": lambda function, z: (
            function(z).shape == z.shape
        ),
        "The function is called on single numbers, but it takes an array: change one entry of z, and call it on all of z.": (
            lambda function, z: bool(np.allclose([function(v) for v in z], function(z)))
        ),
        "Calling the function on single entries loses their places, which may matter to it.": lambda function, z: bool(
            np.allclose(function(z), [function(z[i : i + 1])[0] for i in range(len(z))])
        ),
    },
    accepted=(
        lambda function, z: not (_off_diagonal(function, z) != 0).any(),
        lambda function, z: bool(np.allclose(_off_diagonal(function, z), 0)),
        lambda function, z: all(
            np.array_equal(
                np.delete(function(np.where(np.arange(len(z)) == i, z - 1, z)), i), np.delete(function(z), i)
            )
            for i in range(len(z))
        ),
    ),
    run=on_a_function,
)


WHICH_IS_ELEMENTWISE = Question(
    name="which_is_elementwise",
    text="`z` is a row of numbers. Which of these acts element by element?",
    options={
        "a": (
            "`z / np.abs(z).max()`",
            "The largest entry sets the scale for all others, so each output depends on it.",
        ),
        "b": ("`z[::-1]`, the row reversed", "The first output comes from the last input, not from the first."),
        "c": ("`np.maximum(z, -1)`", "Right: each output is found from its own entry and a fixed number."),
        "d": ("`z - z.mean()`", "Every entry has a share in the mean, and the mean is subtracted from every entry."),
    },
    correct="c",
)

ONE_MAXIMUM_FOR_ALL = Question(
    name="one_maximum_for_all",
    text="A batch has the rows (1000, 1001) and (−1000, −1001). A softmax subtracts the maximum of the *whole* array "
    "before `np.exp`. What becomes of the second row?",
    options={
        "a": ("the right shares: subtracting a number never changes them", "On paper. Here e^−2001 is rounded to 0."),
        "b": (
            "`nan`: all its exponentials are rounded to 0, and 0/0 isn't a number",
            "Right: each row needs its own maximum.",
        ),
        "c": (
            "an overflow, since the entries are far from zero",
            "They are far below zero, where exp goes to 0, quietly.",
        ),
        "d": ("zeros: the first row takes all the shares", "Each row is divided by its own sum; here that is 0/0."),
    },
    correct="b",
)

WHAT_BENDS = Question(
    name="what_bends",
    text="Two dense layers with a relu between them solve XOR; without the relu they cannot. What did the relu add?",
    options={
        "a": ("parameters", "relu has none; the two networks have equally many."),
        "b": ("a second layer", "Both networks have two dense layers."),
        "c": (
            "a bend: the whole is no longer one affine map",
            "Right: with a bend between them the two layers no longer collapse into one.",
        ),
        "d": ("numbers between 0 and 1", "relu's values have no upper end; that is sigmoid's property."),
    },
    correct="c",
)
