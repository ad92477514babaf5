"""06_keras_conv2d: one filter by hand, the convolutional layer, and where its activation acts."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..by_hand.shapes import conv2d_output_shape, shaped
from ..harness.models import model_of_nothing
from ..harness.plain_calls import with_or_without_strides
from ..harness.random_draws import drawn_batch, drawn_weights
from ..quiet import keras
from . import KERAS, Exercise, Question
from .models import with_two_layers_of_weights


def _conv2d_output_shape_cases(rng):
    height, width, rows, columns, filters = (int(rng.integers(low, low + 5)) for low in (21, 33, 2, 7, 13))
    return {
        "valid, stride 1": ((height, width, 3), filters, (rows, columns), (1, 1), "valid"),
        "same, stride 1": ((height, width, 1), filters, (rows, columns), (1, 1), "same"),
        "valid, a stride that leaves a rest": ((13, 14, 3), filters, (4, 3), (4, 5), "valid"),
        "valid, a stride without a rest": ((13, 16, 3), filters, (3, 4), (2, 3), "valid"),
        "same, a stride that leaves a rest": ((11, 13, 2), filters, (3, 5), (2, 4), "same"),
        "same, a window of even size": ((8, 10, 2), filters, (2, 4), (1, 1), "same"),
        "one number for both": ((10, 14, 3), filters, 2, 3, "valid"),
        "the defaults": ((height, width, 3), filters, (rows, columns), None, None),
    }


def _both(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def _sizes(size):
    """An answer to conv2d_output_shape, from `size(length, window, stride, padding)`."""

    def answer(input_shape, filters, kernel_size, strides=(1, 1), padding="valid"):
        lengths = zip(input_shape[:2], _both(kernel_size), _both(strides), strict=True)
        return (*(size(n, k, s, padding) for n, k, s in lengths), filters)

    return answer


def _length(n, k, s, padding):
    return (n - k) // s + 1 if padding == "valid" else -(-n // s)


def _places(n, k, s, padding):
    """The places where a window can begin, counted one by one."""
    return len(range(0, n - k + 1, s)) if padding == "valid" else len(range(0, n, s))


def _swapped(input_shape, filters, kernel_size, strides=(1, 1), padding="valid"):
    return _sizes(_length)(input_shape, filters, _both(kernel_size)[::-1], _both(strides)[::-1], padding)


def _pairs_only(input_shape, filters, kernel_size, strides=(1, 1), padding="valid"):
    (rows, columns), (down, across) = kernel_size, strides
    return _sizes(_length)(input_shape, filters, (rows, columns), (down, across), padding)


CONV2D_OUTPUT_SHAPE = Exercise(
    conv2d_output_shape,
    prompt="""
    The shape of a Conv2D layer's output for one image.

    input_shape  (height, width, channels), without the batch axis
    filters      how many filters the layer has
    kernel_size  (rows, columns) of the window, or one number for both
    strides      how far the window moves (down, across), or one number for both
    padding      "valid": the window stays inside the image; "same": zeros around the image, so that there are as
                 many places as pixels, divided by the stride and rounded up
    returns      three numbers (height, width, filters)

    >>> conv2d_output_shape((28, 28, 1), 32, (3, 3))
    (26, 26, 32)
    >>> conv2d_output_shape((28, 28, 1), 32, 3, strides=3, padding="same")
    (10, 10, 32)
    """,
    points=2,
    cases=_conv2d_output_shape_cases,
    hints=(
        "Take one row of 7 numbers and a window of 3. Write down every place where the window can begin.",
        'With "valid" and stride 1 there are 7 − 3 + 1 places: 0, 1, 2, 3 and 4. With stride 2 you take 0, 2, 4; with '
        "stride 3, 0 and 3: as long as one fits.",
        'With "same" the size of the window does not matter: 7 numbers and stride 2 give math.ceil(7 / 2) places, 4.',
        "np.broadcast_to(kernel_size, 2) makes two numbers of one, and leaves a pair as it is.",
    ),
    mistakes={
        "It is one too small: between 7 and 3 there are 4 steps, but 5 places.": _sizes(
            lambda n, k, s, padding: (n - k) // s if padding == "valid" else -(-n // s)
        ),
        "Neither strides nor padding are used: that is right for stride 1 and “valid” alone.": _sizes(
            lambda n, k, s, padding: n - k + 1
        ),
        "With “same”, k // 2 zeros on each side are one too many where the window is of even size.": _sizes(
            lambda n, k, s, padding: (n + (2 * (k // 2) if padding == "same" else 0) - k) // s + 1
        ),
        "The strides are not used.": _sizes(lambda n, k, s, padding: _length(n, k, 1, padding)),
        "With “same” and a stride, the map is smaller than the picture: divide by the stride.": _sizes(
            lambda n, k, s, padding: n if padding == "same" else _length(n, k, s, padding)
        ),
        "The padding is not used: that is always “valid”.": _sizes(lambda n, k, s, padding: _length(n, k, s, "valid")),
        "The window's size is not used: that is always “same”.": _sizes(
            lambda n, k, s, padding: _length(n, k, s, "same")
        ),
        "With “same” the division is rounded up, not down.": _sizes(
            lambda n, k, s, padding: (n - k) // s + 1 if padding == "valid" else n // s
        ),
        "With “valid” and a stride, one place too few is counted: the places are 0, stride, 2·stride, …, up to the last that fits.": _sizes(
            lambda n, k, s, padding: (n - k + 1) // s if padding == "valid" else -(-n // s)
        ),
        "With “same”, the padding is not always 1 on each side: it depends on the window. Divide by the stride and round up.": _sizes(
            lambda n, k, s, padding: (n + 2 * (padding == "same") - k) // s + 1
        ),
        "With “same”, (k − 1) // 2 zeros on each side are too few where the window is of even size.": _sizes(
            lambda n, k, s, padding: (n + (2 * ((k - 1) // 2) if padding == "same" else 0) - k) // s + 1
        ),
        "round() goes up for a rest of more than one half; with “valid” a window that does not fit does not count.": _sizes(
            lambda n, k, s, padding: round((n - k) / s + 1) if padding == "valid" else -(-n // s)
        ),
        "With “valid” the division is rounded up, so a window counts that does not fit any more.": _sizes(
            lambda n, k, s, padding: -(-(n - k) // s) + 1 if padding == "valid" else -(-n // s)
        ),
        "One place too few is counted wherever the division leaves a rest, with “valid” and with “same”.": _sizes(
            lambda n, k, s, padding: (n - k + 1) // s if padding == "valid" else n // s
        ),
        "The last number is that of the picture's channels; each filter gives one number per place, whatever the channels.": (
            lambda input_shape, filters, kernel_size, strides=(1, 1), padding="valid": (
                *_sizes(_length)(input_shape, filters, kernel_size, strides, padding)[:2],
                input_shape[2],
            )
        ),
        "Rows and columns have changed places: the first number of a pair goes with the height.": _swapped,
        "One number for both is not provided for: kernel_size=3 stands for (3, 3).": _pairs_only,
        "With “valid”, the division is not rounded: there is no half place. `//` rounds down.": _sizes(
            lambda n, k, s, padding: (n - k) / s + 1 if padding == "valid" else -(-n // s)
        ),
        "With “valid”, the stride comes first and the window after it; subtract the window, then divide by the stride.": _sizes(
            lambda n, k, s, padding: n // s - k + 1 if padding == "valid" else -(-n // s)
        ),
        "The filters come first here; Keras puts them last: (height, width, filters).": lambda *arguments: (
            arguments[1],
            *_sizes(_length)(*arguments)[:2],
        ),
        "The filters are multiplied by the channels; each filter sums over all channels and gives one number per place.": (
            lambda input_shape, filters, *others: (
                *_sizes(_length)(input_shape, filters, *others)[:2],
                filters * input_shape[2],
            )
        ),
        "Height and width have changed places in the result.": lambda *arguments: tuple(
            _sizes(_length)(*arguments)[place] for place in (1, 0, 2)
        ),
        "The window's first number counts for both directions; it may have another number of columns.": (
            lambda input_shape, filters, kernel_size, *others: _sizes(_length)(
                input_shape, filters, _both(kernel_size)[0], *others
            )
        ),
        "There is no batch axis here; three numbers are asked for.": lambda *arguments: (
            None,
            *_sizes(_length)(*arguments),
        ),
    },
    accepted=(_sizes(_length), _sizes(_places), lambda *arguments: list(_sizes(_length)(*arguments))),
    run=with_or_without_strides,
    allowed_imports=KERAS,
)


@shaped(x="batch height width channels", kernel="rows columns channels filters", bias="filters")
def conv2d_forward(x, kernel, bias):
    rows, columns = kernel.shape[:2]
    height, width = x.shape[1] - rows + 1, x.shape[2] - columns + 1
    z = bias
    for row in range(rows):
        for column in range(columns):
            z = z + x[:, row : row + height, column : column + width] @ kernel[row, column]
    return z


def _conv2d_forward_cases(rng):
    def drawn(x, kernel, dtype=float):
        shapes = x, (*kernel[:2], x[3], kernel[2]), (kernel[2],)
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)

    return {
        "one small picture": (
            rng.integers(1, 9, size=(1, 3, 4, 1)).astype(float),
            rng.permutation(4).reshape(2, 2, 1, 1).astype(float),
            np.array([0.5]),
        ),
        "a batch, several channels and filters": drawn((3, 6, 5, 2), (2, 2, 4)),
        "a kernel that is not square": drawn((2, 6, 7, 3), (2, 4, 2)),
        "a kernel as large as the picture": drawn((2, 3, 4, 2), (3, 4, 3)),
        "a kernel of one pixel": drawn((2, 3, 4, 3), (1, 1, 2)),
        "float32": drawn((2, 5, 4, 2), (3, 2, 3), np.float32),
    }


def _windows(x, kernel):
    """(batch, height, width, channels, rows, columns)."""
    return sliding_window_view(x, kernel.shape[:2], axis=(1, 2))


def _by_windows(x, kernel, bias):
    return np.einsum("bijcrk,rkcf->bijf", _windows(x, kernel), kernel) + bias


def _place_by_place(x, kernel, bias):
    rows, columns, _, filters = kernel.shape
    batch, height, width, _ = x.shape
    z = np.empty((batch, height - rows + 1, width - columns + 1, filters), x.dtype)
    for i in range(z.shape[1]):
        for j in range(z.shape[2]):
            for f in range(filters):
                window = x[:, i : i + rows, j : j + columns]
                z[:, i, j, f] = (window * kernel[..., f]).sum(axis=(1, 2, 3)) + bias[f]
    return z


def _as_one_product(x, kernel, bias):
    windows = _windows(x, kernel).transpose(0, 1, 2, 4, 5, 3)
    flat = windows.reshape(*windows.shape[:3], -1)
    return flat @ kernel.reshape(-1, kernel.shape[3]) + bias


def _square_window(x, kernel, bias, size):
    height, width = x.shape[1] - size + 1, x.shape[2] - size + 1
    z = np.zeros((len(x), height, width, kernel.shape[3]), x.dtype)
    for i in range(height):
        for j in range(width):
            for f in range(kernel.shape[3]):
                window = x[:, i : i + size, j : j + size]
                z[:, i, j, f] = (window * kernel[..., f]).sum(axis=(1, 2, 3)) + bias[f]
    return z


def _last_places_left_out(x, kernel, bias):
    z = _by_windows(x, kernel, bias)
    z[:, -1], z[:, :, -1] = 0, 0
    return z


def _bias_each_time(x, kernel, bias):
    return _by_windows(x, kernel, bias * kernel.shape[0] * kernel.shape[1])


CONV2D_FORWARD = Exercise(
    conv2d_forward,
    prompt="""
    The affine part of a Conv2D layer, with stride 1 and padding "valid", in NumPy.

    x       images, (batch, height, width, channels)
    kernel  weights, (rows, columns, channels, filters); rows and columns may differ
    bias    one number per filter, (filters,)
    returns the pre-activation z, (batch, height − rows + 1, width − columns + 1, filters), in x's dtype: at each place
            the window, times the kernel entry by entry, summed over rows, columns and channels, plus the bias

    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> kernel = np.array([[1.0, 0.0], [0.0, 10.0]]).reshape(2, 2, 1, 1)
    >>> conv2d_forward(x, kernel, np.array([0.5]))[0, :, :, 0]
    array([[40.5, 51.5],
           [73.5, 84.5]])
    """,
    points=4,
    cases=_conv2d_forward_cases,
    hints=(
        "Start slowly: for each place (i, j), cut out the window x[:, i:i+rows, j:j+columns] and sum its product with one filter.",
        "Or the other way around: for each entry (row, column) of the window, a shifted piece of the whole picture meets "
        "kernel[row, column]. That is only rows times columns steps.",
        "kernel[row, column] is (channels, filters), and a piece of the picture is (batch, …, channels): `piece @ "
        "kernel[row, column]` multiplies and sums over the channels, for all places at once.",
        "np.zeros makes float64; give it x's dtype, or begin with the bias.",
    ),
    mistakes={
        "The kernel is flipped before it is applied; a Conv2D layer takes it as it is.": lambda x, kernel, bias: (
            _by_windows(x, kernel[::-1, ::-1], bias)
        ),
        "All pictures of the batch are summed together: np.sum needs an axis, or the batch needs to be kept.": (
            lambda x, kernel, bias: np.broadcast_to(
                (_by_windows(x, kernel, bias) - bias).sum(axis=0) + bias, _by_windows(x, kernel, bias).shape
            )
        ),
        "The bias is missing.": lambda x, kernel, bias: _by_windows(x, kernel, np.zeros_like(bias)),
        "Only the last entry of the window is used: add to z in the loop, with z = z + …, instead of replacing it.": (
            lambda x, kernel, bias: _by_windows(
                x[:, kernel.shape[0] - 1 :, kernel.shape[1] - 1 :], kernel[-1:, -1:], bias
            )
        ),
        "Only the first entry of the window is used: the `return` belongs after the loops.": lambda x, kernel, bias: (
            _by_windows(x, np.pad(kernel[:1, :1], [(0, n - 1) for n in kernel.shape[:2]] + [(0, 0)] * 2), bias)
        ),
        "The bias is added once for each entry of the window; once for each place is enough.": _bias_each_time,
        "The last place is missing in each direction: between 5 and 3 there are 3 places, not 2.": (
            lambda x, kernel, bias: _by_windows(x, kernel, bias)[:, :-1, :-1]
        ),
        "Only square windows are provided for: rows and columns of the kernel may differ.": lambda x, kernel, bias: (
            _square_window(x, kernel, bias, kernel.shape[1])
        ),
        "Only the last channel is used: add to z in the loop over channels, instead of replacing it.": (
            lambda x, kernel, bias: _by_windows(x[..., -1:], kernel[:, :, -1:], bias)
        ),
        "The window moves along the wrong axes: here the channels come last, (batch, height, width, channels).": (
            lambda x, kernel, bias: _by_windows(x.transpose(0, 2, 3, 1), kernel, bias)
        ),
        "The last row and column of places stay 0: the loops end one place too soon.": _last_places_left_out,
        "Only the first channel is used; the window is summed over all channels.": lambda x, kernel, bias: _by_windows(
            x[..., :1], kernel[:, :, :1], bias
        ),
        "The channels are averaged; they are summed.": lambda x, kernel, bias: _by_windows(
            x, kernel / x.shape[3], bias
        ),
        "The window is averaged; it is summed.": lambda x, kernel, bias: _by_windows(
            x, kernel / np.prod(kernel.shape[:3]), bias
        ),
        "The window's rows and columns have changed places.": lambda x, kernel, bias: _by_windows(
            x, kernel.transpose(1, 0, 2, 3), bias
        ),
        "Only the first picture of the batch is worked on.": lambda x, kernel, bias: _by_windows(x[:1], kernel, bias),
        "Zeros are put around the picture, so that it keeps its size; “valid” puts none.": lambda x, kernel, bias: (
            _by_windows(_padded(x, kernel), kernel, bias)
        ),
        "Only the first filter is used.": lambda x, kernel, bias: _by_windows(x, kernel[..., :1], bias[:1]),
        "The bias is added once for each channel; once for each place is enough.": lambda x, kernel, bias: _by_windows(
            x, kernel, bias * x.shape[3]
        ),
        "The window is taken for a square: its rows stand for its columns too.": lambda x, kernel, bias: _square_window(
            x, kernel, bias, kernel.shape[0]
        ),
        "The channels come first in what is returned; Keras puts the filters last.": lambda x, kernel, bias: (
            _by_windows(x, kernel, bias).transpose(0, 3, 1, 2)
        ),
        "The kernel is half flipped: its rows are in reverse order.": lambda x, kernel, bias: _by_windows(
            x, kernel[::-1], bias
        ),
        "The bias is subtracted; it is added.": lambda x, kernel, bias: _by_windows(x, kernel, -bias),
        "Only the first filter's bias is used; each filter has its own.": lambda x, kernel, bias: _by_windows(
            x, kernel, bias[:1]
        ),
        "The filters are summed; each gives a number of its own.": lambda x, kernel, bias: _by_windows(
            x, kernel, bias
        ).sum(axis=3),
    },
    accepted=(_by_windows, _place_by_place, _as_one_product),
)


def _padded(x, kernel):
    margins = [((size - 1) // 2, size // 2) for size in kernel.shape[:2]]
    return np.pad(x, ((0, 0), *margins, (0, 0)))


def build_cnn():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            keras.layers.Conv2D(32, (3, 3), activation="sigmoid"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _build_cnn_cases(rng):
    def drawn(batch):
        return (*drawn_weights(rng, [(3, 3, 1, 32), (32,), (5408, 10), (10,)]), drawn_batch(rng, batch, 28, 28, 1))

    return {"a batch of three": drawn(3), "a single picture": drawn(1)}


def _cnn(
    *,
    shape=(28, 28, 1),
    conv="sigmoid",
    padding="valid",
    after=(),
    pool="MaxPooling2D",
    flat=True,
    dense="softmax",
):
    """The article's model, with one thing or another done differently."""
    layers = [keras.Input(shape=shape), keras.layers.Conv2D(32, (3, 3), activation=conv, padding=padding), *after]
    layers += [getattr(keras.layers, pool)((2, 2))] if pool else []
    layers += [keras.layers.Flatten()] if flat else []
    return keras.Sequential([*layers, keras.layers.Dense(10, activation=dense)])


def _cnn_functional():
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(filters=32, kernel_size=3, activation=keras.activations.sigmoid)(inputs)
    x = keras.layers.Flatten()(keras.layers.MaxPooling2D(2)(x))
    return keras.Model(inputs, keras.layers.Dense(10, "softmax")(x))


def _cnn_by_add():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(keras.layers.Conv2D(32, 3, strides=1, padding="valid", activation="sigmoid"))
    model.add(keras.layers.MaxPool2D())
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(10, activation=keras.ops.softmax))
    return model


def _old_way():
    first = keras.layers.Conv2D(32, (3, 3), activation="sigmoid", input_shape=(28, 28, 1))
    return keras.Sequential(
        [first, keras.layers.MaxPooling2D((2, 2)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )


def _size_as_two_arguments():
    layers = [keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 3, 3, activation="sigmoid")]
    layers += [keras.layers.MaxPooling2D(2), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    return keras.Sequential(layers)


BUILD_CNN = Exercise(
    build_cnn,
    prompt="""
    The convolutional network of the second article, for images of 28×28 pixels with one channel.

    returns a Sequential or functional keras.Model with, in this order: Conv2D with 32 filters of 3×3 and sigmoid;
            MaxPooling2D over 2×2; Flatten; Dense with 10 units and softmax. Both activations by argument, strides and
            padding as Keras has them by default, and nothing that Keras warns of.

    >>> build_cnn().output_shape
    (None, 10)
    """,
    points=2,
    cases=_build_cnn_cases,
    hints=(
        "It's a keras.Sequential like the one in lesson 5, with other layers in it.",
        "To Conv2D, one image has three axes: height, width and channels, even if there is only one channel.",
        "Conv2D takes the number of filters, then the size of the window; MaxPooling2D takes the size of its window.",
    ),
    mistakes={
        "The convolution has no activation: sigmoid is asked for.": lambda: _cnn(conv=None),
        "The convolution has relu; the article's has sigmoid.": lambda: _cnn(conv="relu"),
        "The last layer has no softmax: it gives logits, and probabilities are asked for.": lambda: _cnn(dense=None),
        "The sigmoid is a layer of its own here; it is asked for as an argument.": lambda: _cnn(
            conv=None, after=[keras.layers.Activation("sigmoid")]
        ),
        "The pooling is missing, so many more numbers reach the last layer.": lambda: _cnn(pool=None),
        "The pooling takes averages; the largest number of each window is asked for.": lambda: _cnn(
            pool="AveragePooling2D"
        ),
        "Flatten is missing: Dense works along the last axis alone, at each place of the picture.": lambda: _cnn(
            flat=False
        ),
        "The picture has no channel axis: (28, 28, 1), even for one channel.": lambda: _cnn(shape=(28, 28)),
        "The number of filters and the size of the window have changed places: the filters come first.": lambda: (
            keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(3, 32, activation="sigmoid")])
        ),
        "MaxPooling2D takes no activation; it belongs to the convolution.": lambda: keras.Sequential(
            [keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 3), keras.layers.MaxPooling2D(2, activation="sigmoid")]
        ),
        "The name of an activation is written in small letters.": lambda: _cnn(conv="Sigmoid"),
        "A layer is made by a call: MaxPooling2D(…), with brackets.": lambda: keras.Sequential(
            [keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 3, activation="sigmoid"), keras.layers.MaxPooling2D]
        ),
        'padding="same" keeps 28×28 pixels; by default the window stays inside the picture.': lambda: _cnn(
            padding="same"
        ),
        "The shape is an argument of the first layer, the old way, which makes Keras warn; put keras.Input(shape=(28, 28, 1)) first in the list.": _old_way,
        "The third number of Conv2D is the stride: in Conv2D(32, 3, 3) the window moves by 3. Its size is one argument, 3 or (3, 3).": (
            _size_as_two_arguments
        ),
    },
    accepted=(_cnn, _cnn_functional, _cnn_by_add),
    returns=("the stack of layers", "the output"),
    run=model_of_nothing,
    examine=with_two_layers_of_weights,
    architecture="exact",
    allowed_imports=KERAS,
    self_reported="that it gives no warning",
)


CONV_PARAMETERS = Question(
    name="conv_parameters",
    text="`Conv2D(32, (3, 3))` has 320 parameters on images of 28×28×1. How many does it have on images of 100×100×1?",
    options={
        "a": ("320 as well", "Right: the same small window slides over the image, however large the image is."),
        "b": (
            "4,082: it grows with the number of pixels",
            "No weight belongs to a place; all places share the window's.",
        ),
        "c": (
            "3,073,280: one set for each of 98×98 places",
            "That would be weights for each place; a convolution has one set for all places.",
        ),
        "d": ("it cannot take such images", "It takes any image that is at least as large as the window."),
    },
    correct="a",
)

NOT_EVERY_LAYER = Question(
    name="not_every_layer",
    text="“A layer is a linear map (a bias may be added) followed by an activation.” Which layer of the second "
    "article's own model breaks both halves of this sentence?",
    options={
        "a": (
            "Conv2D: a convolution is not linear",
            "It is affine, linear but for the bias, and an activation follows: it fits the sentence.",
        ),
        "b": ("Dense, since softmax is not element by element", "It is still an affine map and then an activation."),
        "c": (
            "MaxPooling2D: a maximum is not linear, and it takes no activation",
            "Right; and it has no weights either.",
        ),
        "d": ("none; Keras adds a linear activation to all of them", "MaxPooling2D refuses an activation, as you saw."),
    },
    correct="c",
)

BEHIND_THE_POOLING = Question(
    name="behind_the_pooling",
    text="You want a sigmoid to act on the *means* of 2×2 windows of a convolution's maps. Which sequence of layers does that?",
    options={
        "a": (
            '`Conv2D(32, 3, activation="sigmoid")`, `AveragePooling2D()`',
            "There the sigmoid acts first, then the mean.",
        ),
        "b": (
            '`Activation("sigmoid")`, `Conv2D(32, 3)`, `AveragePooling2D()`',
            "There the sigmoid acts on the image itself.",
        ),
        "c": (
            '`Conv2D(32, 3)`, `AveragePooling2D()`, `Activation("sigmoid")`',
            "Right: a layer of its own goes wherever you put it.",
        ),
        "d": ("the first and the third; they are the same", "For a maximum they would be; for a mean they are not."),
    },
    correct="c",
)
