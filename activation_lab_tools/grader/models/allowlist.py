"""The allowlist for models: the layers and operations that a description may name, and the settings of each.

Anything else can be neither serialized nor rebuilt, above all lambdas, custom functions and files.
"""

from dataclasses import dataclass, field

from activation_lab.quiet import keras

LARGEST = 100_000  # of any length, count or axis


@dataclass(frozen=True)
class Kind:
    """A layer or an operation.

    Args:
        make: Keras's class or function.
        settings: {name, as attribute and as argument: what its value must be, value -> bool}.
        weights: {attribute: the argument that gives its first value}.
        activation: whether it applies an activation.
    """

    make: object
    settings: dict = field(default_factory=dict)
    weights: dict = field(default_factory=dict)
    activation: bool = False


# What a value must be


def flag(value):
    return type(value) is bool


def number(value):
    return type(value) in (int, float) and abs(value) < 1e30


def whole(value):
    return type(value) is int and 1 <= value <= LARGEST


def axis(value):
    return type(value) is int and -8 <= value <= 8


def word(*words):
    return lambda value: type(value) is str and value in words


def maybe(check):
    return lambda value: value is None or check(value)


def several(check):
    """One value, or a short list of such values."""
    return lambda value: check(value) or type(value) is list and len(value) <= 8 and all(map(check, value))


def length(value):
    return value == -1 and type(value) is int or whole(value)


def margin(value):
    return type(value) is int and 0 <= value <= LARGEST


PADDING = word("valid", "same")
FORMAT = maybe(word("channels_last", "channels_first"))
DTYPE = word("float16", "bfloat16", "float32", "float64", "int32", "int64", "bool")
POLICY = word("float32", "float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16")

# Layers

_KERNEL = {"kernel": "kernel_initializer", "bias": "bias_initializer"}
_WINDOW = {"strides": several(whole), "padding": PADDING, "data_format": FORMAT}
_CONVOLUTION = {
    "filters": whole,
    "kernel_size": several(whole),
    **_WINDOW,
    "dilation_rate": several(whole),
    "groups": whole,
    "use_bias": flag,
}
_POOLING = {"pool_size": several(whole), **_WINDOW}
_WHOLE_PICTURE = {"data_format": FORMAT, "keepdims": flag}
_SCALED = {"gamma": "gamma_initializer", "beta": "beta_initializer"}
_MOVING = {"moving_mean": "moving_mean_initializer", "moving_variance": "moving_variance_initializer"}
_NORMAL = {"axis": several(axis), "epsilon": number, "center": flag, "scale": flag}


def _layers():
    layers = keras.layers
    return {
        "Activation": Kind(layers.Activation, activation=True),
        "Dense": Kind(layers.Dense, {"units": whole, "use_bias": flag}, _KERNEL, activation=True),
        "Conv1D": Kind(layers.Conv1D, _CONVOLUTION, _KERNEL, activation=True),
        "Conv2D": Kind(layers.Conv2D, _CONVOLUTION, _KERNEL, activation=True),
        "BatchNormalization": Kind(
            layers.BatchNormalization, _NORMAL | {"momentum": number, "trainable": flag}, _SCALED | _MOVING
        ),
        "LayerNormalization": Kind(layers.LayerNormalization, _NORMAL, _SCALED),
        "PReLU": Kind(layers.PReLU, {"shared_axes": maybe(several(axis))}, {"alpha": "alpha_initializer"}),
        "ReLU": Kind(layers.ReLU, {"max_value": maybe(number), "negative_slope": number, "threshold": number}),
        "LeakyReLU": Kind(layers.LeakyReLU, {"negative_slope": number}),
        "ELU": Kind(layers.ELU, {"alpha": number}),
        "Softmax": Kind(layers.Softmax, {"axis": several(axis)}),
        "Identity": Kind(layers.Identity),
        "Dropout": Kind(layers.Dropout, {"rate": number}),
        "GaussianNoise": Kind(layers.GaussianNoise, {"stddev": number}),
        "Rescaling": Kind(layers.Rescaling, {"scale": several(number), "offset": several(number)}),
        "Flatten": Kind(layers.Flatten, {"data_format": FORMAT}),
        "Reshape": Kind(layers.Reshape, {"target_shape": several(length)}),
        "Permute": Kind(layers.Permute, {"dims": several(axis)}),
        "RepeatVector": Kind(layers.RepeatVector, {"n": whole}),
        "ZeroPadding2D": Kind(layers.ZeroPadding2D, {"padding": several(several(margin)), "data_format": FORMAT}),
        "MaxPooling1D": Kind(layers.MaxPooling1D, _POOLING),
        "MaxPooling2D": Kind(layers.MaxPooling2D, _POOLING),
        "AveragePooling1D": Kind(layers.AveragePooling1D, _POOLING),
        "AveragePooling2D": Kind(layers.AveragePooling2D, _POOLING),
        "GlobalMaxPooling1D": Kind(layers.GlobalMaxPooling1D, _WHOLE_PICTURE),
        "GlobalMaxPooling2D": Kind(layers.GlobalMaxPooling2D, _WHOLE_PICTURE),
        "GlobalAveragePooling1D": Kind(layers.GlobalAveragePooling1D, _WHOLE_PICTURE),
        "GlobalAveragePooling2D": Kind(layers.GlobalAveragePooling2D, _WHOLE_PICTURE),
        "Add": Kind(layers.Add),
        "Subtract": Kind(layers.Subtract),
        "Multiply": Kind(layers.Multiply),
        "Average": Kind(layers.Average),
        "Maximum": Kind(layers.Maximum),
        "Minimum": Kind(layers.Minimum),
        "Concatenate": Kind(layers.Concatenate, {"axis": axis}),
    }


LAYERS = _layers()
# Layers that may replace an activation function: their output has the shape of their input.
ACTIVATION_LAYERS = tuple(LAYERS[name].make for name in "Activation PReLU ReLU LeakyReLU ELU Softmax Identity".split())

# Operations on symbolic tensors: the name of Keras's class, and the public function that makes one

_REDUCTION = {"axis": maybe(several(axis)), "keepdims": flag}
_ONE_STEP = {"strides": maybe(several(whole)), "padding": PADDING, "data_format": FORMAT}


def _operations():
    ops = keras.ops
    plain = "add subtract multiply divide true_divide power maximum minimum matmul dot logaddexp where negative"
    plain += " absolute square sqrt rsqrt reciprocal exp expm1 log log1p sign erf tanh greater greater_equal less"
    plain += " less_equal equal not_equal relu relu6 sigmoid silu selu softplus softsign log_sigmoid hard_sigmoid"
    plain += " hard_silu"
    settings = {
        "sum": _REDUCTION,
        "mean": _REDUCTION,
        "max": _REDUCTION,
        "min": _REDUCTION,
        "logsumexp": _REDUCTION,
        "clip": {"x_min": number, "x_max": number},
        "leaky_relu": {"negative_slope": number},
        "elu": {"alpha": number},
        "celu": {"alpha": number},
        "gelu": {"approximate": flag},
        "softmax": {"axis": several(axis)},
        "log_softmax": {"axis": several(axis)},
        "conv": _ONE_STEP | {"dilation_rate": several(whole)},
        "max_pool": _ONE_STEP | {"pool_size": several(whole)},
        "average_pool": _ONE_STEP | {"pool_size": several(whole)},
        "concatenate": {"axis": axis},
        "stack": {"axis": axis},
        "expand_dims": {"axis": several(axis)},
        "squeeze": {"axis": maybe(several(axis))},
        "transpose": {"axes": maybe(several(axis))},
        "reshape": {"newshape": several(length)},
        "cast": {"dtype": DTYPE},
    }
    settings = dict.fromkeys(plain.split(), {}) | settings
    kinds = {_class_name(name): Kind(getattr(ops, name), given) for name, given in settings.items()}
    relu = {"negative_slope": number, "max_value": maybe(number), "threshold": number}
    return kinds | {"ReLU": Kind(keras.activations.relu, relu)}


def _class_name(function):
    """Return Keras's name for the class of an operation: LeakyRelu for leaky_relu."""
    return "".join(part.capitalize() for part in function.split("_"))


OPERATIONS = _operations()

# Activations: functions by name

_ACTIVATIONS = "celu elu exponential gelu hard_sigmoid hard_silu leaky_relu linear log_sigmoid log_softmax mish relu"
_ACTIVATIONS += " relu6 selu sigmoid silu softmax softplus softsign tanh"
_UNARY = "relu relu6 sigmoid tanh silu elu selu gelu leaky_relu softmax log_softmax softplus softsign exp square abs"
_UNARY += " sqrt negative sin cos hard_sigmoid hard_silu log_sigmoid celu"
FUNCTIONS = {name: getattr(keras.activations, name) for name in _ACTIVATIONS.split()}
FUNCTIONS |= {f"ops.{name}": getattr(keras.ops, name) for name in _UNARY.split() if hasattr(keras.ops, name)}
