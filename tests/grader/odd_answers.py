"""Answers written in odd ways, as the cells of a notebook, divided by `# %%`; the exercise's name is in front.

They are honest but for the last kinds in WRONG; each is tried by the check in a notebook and by the grader.
"""

LAYER = """
class ActivationLayer:
    def __init__(self, function, function_backward):
        memory = []

        def forward(x):
            memory[:] = [x]
            return function(x)

        def backward(grad_output):
            return function_backward(grad_output, memory[-1])

        self.forward, self.backward = forward, backward
"""
STUBS = """
    def forward(self, x):
        raise NotImplementedError("Write ActivationLayer.forward here.")

    def backward(self, grad_output):
        raise NotImplementedError("Write ActivationLayer.backward here.")
"""
GRADIENTS = "dz @ kernel.T, x.T @ dz, dz.sum(axis=0)"
NUMERICAL = """
def numerical_gradient(loss, array, step=1e-5):
    gradient = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        array[place] += step
        up = loss(array)
        array[place] -= 2 * step
        gradient[place] = (up - loss(array)) / (2 * step)
        {}
    return gradient
"""
RELU = "def relu(z):\n    return np.maximum(z, 0)"
INDENTED = "    def relu(z):\n        return np.maximum(z, 0)"

RIGHT = {
    "a closure": (
        "relu",
        """
def make(low):
    return lambda z: np.maximum(z, low)
# %%
positive = make(0)
# %%
def relu(z):
    return positive(z)
""",
    ),
    "a closure as the answer": (
        "relu",
        """
def make(low):
    return lambda z: np.maximum(z, low)
# %%
relu = make(0)
# %%
def swish(z):
    return z
""",
    ),
    "a bound method": (
        "relu",
        """
class Clip:
    def __init__(self, low):
        self.low = low

    def forward(self, z):
        return np.maximum(z, self.low)
# %%
clip = Clip(0).forward
# %%
def relu(z):
    return clip(z)
""",
    ),
    "methods set by __init__": ("ActivationLayer", LAYER),
    "methods set by __init__ over stubs": ("ActivationLayer", LAYER + STUBS),
    "a namedtuple": (
        "dense_backward",
        f"""
from collections import namedtuple
Gradients = namedtuple("Gradients", "x kernel bias")
# %%
def dense_backward(dz, x, kernel):
    return Gradients({GRADIENTS})
""",
    ),
    "a list": ("dense_backward", f"def dense_backward(dz, x, kernel):\n    return [{GRADIENTS}]"),
    "a class of list": (
        "dense_backward",
        f"class Parts(list):\n    pass\n# %%\ndef dense_backward(dz, x, kernel):\n    return Parts([{GRADIENTS}])",
    ),
    "a class of int": (
        "dense_parameter_count",
        """
class Whole(int):
    pass
# %%
def dense_parameter_count(features, units):
    return Whole((features + 1) * units)
""",
    ),
    "an array-like": (
        "relu",
        """
class Later:
    def __init__(self, array):
        self.array = array

    def __array__(self, *_, **__):
        return self.array
# %%
def relu(z):
    return Later(np.array(np.maximum(z, 0)))
""",
    ),
    "a NumPy constant": ("relu", f"EPS = np.finfo(np.float32).eps\n# %%\n{RELU} + 0 * z.dtype.type(EPS)"),
    "limits of a dtype": (
        "relu",
        "INFO = np.finfo(np.float32)\n# %%\ndef relu(z):\n    return np.clip(z, 0, INFO.max)",
    ),
    "a for loop": ("relu", f"for _ in range(2):\n{INDENTED}"),
    "a while loop": ("relu", f"while True:\n{INDENTED}\n    break"),
    "a with": ("relu", f"with np.printoptions(precision=2):\n{INDENTED}"),
    "a condition": ("relu", f"if lab.__version__.startswith('0'):\n{INDENTED}"),
    "a try": ("relu", f"try:\n{INDENTED}\nfinally:\n    pass"),
    "a corrected helper": (
        "relu",
        """
def clipped(z):
    return z
# %%
def relu(z):
    return clipped(z)
# %%
def clipped(z):
    return np.maximum(z, 0)
""",
    ),
    "a helper's name used again": (
        "relu",
        """
def h(z):
    return np.maximum(z, 0)
# %%
def relu(z):
    return h(z)
# %%
h = lambda z: np.fmax(z, 0)
""",
    ),
    "a long cell": ("relu", f"DATA = {[0.12345] * 30_000!r}\n{RELU}"),
    "an optional import": (
        "relu",
        """
try:
    import cupy as xp
except ImportError:
    import numpy as xp
# %%
def relu(z):
    return xp.maximum(z, 0)
""",
    ),
    "another function of the package": ("swish", "def swish(z):\n    return z * lab.sigmoid(z)"),
    "an argument put back": ("numerical_gradient", NUMERICAL.format("array[place] += step")),
}

WRONG = {
    "a wrong closure": ("relu", RIGHT["a closure"][1].replace("make(0)", "make(1)")),
    "an object of the notebook": (
        "relu",
        "class Clip:\n    low = 0\n# %%\nclip = Clip()\n# %%\ndef relu(z):\n    return np.maximum(z, clip.low)",
    ),
    "an array of the notebook": (
        "relu",
        "zero = np.array([0.0])\n# %%\ndef relu(z):\n    return np.maximum(z, zero[0])",
    ),
    "stubs alone": ("ActivationLayer", "class ActivationLayer:\n    def __init__(self, *_):\n        pass\n" + STUBS),
    "a dictionary": (
        "dense_backward",
        f"def dense_backward(dz, x, kernel):\n    return dict(zip('xkb', ({GRADIENTS})))",
    ),
    "a helper that stays wrong": ("relu", RIGHT["a corrected helper"][1].replace("np.maximum(z, 0)", "np.abs(z)")),
    "a library that isn't for this": ("relu", f"import matplotlib\n# %%\n{RELU} + 0 * len(matplotlib.__name__)"),
    "such a library inside": ("relu", RELU.replace("return", "import matplotlib\n    return")),
    "something of such a library": (
        "relu",
        f"from matplotlib.colors import to_rgb\n# %%\n{RELU} if to_rgb else None",
    ),
    # The package does the work.
    "leaky_relu": ("relu", "def relu(z):\n    return lab.leaky_relu(z, 0.0)"),
    "elu": ("relu", "def relu(z):\n    return lab.elu(z, 0)"),
    "leaky_relu_backward": (
        "relu_backward",
        "def relu_backward(da, z):\n    return lab.leaky_relu_backward(da, z, 0.0)",
    ),
    "lab.Activation": (
        "ActivationLayer",
        """
class ActivationLayer(lab.Activation):
    def __init__(self, function, function_backward):
        super().__init__((function, function_backward))
""",
    ),
    "a private helper of conv2d": (
        "conv2d_forward",
        """
from activation_lab.by_hand.conv2d import _windows
# %%
def conv2d_forward(x, kernel, bias):
    return np.einsum("bhwrkc,rkcf->bhwf", _windows(x, kernel, 1), kernel) + bias
""",
    ),
    # The warning is hidden, or an argument changed.
    "errstate": (
        "sigmoid",
        "def sigmoid(z):\n    with np.errstate(all='ignore'):\n        return 1 / (1 + np.exp(-z))",
    ),
    "errstate in quotes": (
        "sigmoid",
        "def sigmoid(z):\n    with getattr(np, 'err' + 'state')(all='ignore'):\n        return 1 / (1 + np.exp(-z))",
    ),
    "errstate in a helper": (
        "sigmoid",
        """
def quiet(z):
    with np.errstate(all="ignore"):
        return np.exp(z)
# %%
def sigmoid(z):
    return 1 / (1 + quiet(-z))
""",
    ),
    "errstate as a decorator": (
        "sigmoid",
        "@np.errstate(all='ignore')\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
    ),
    "a decorated helper": (
        "sigmoid",
        """
@np.errstate(all="ignore")
def quiet(z):
    return np.exp(z)
# %%
def sigmoid(z):
    return 1 / (1 + quiet(-z))
""",
    ),
    "a changed argument": ("relu", "def relu(z):\n    z[z < 0] = 0\n    return z"),
    "an argument not put back": ("numerical_gradient", NUMERICAL.format("pass")),
}
