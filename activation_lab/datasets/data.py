"""The data that ships with the package: images, and a series of measured times."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

_FILE = Path(__file__).with_name("fashion_mnist.npz")
_EXPECTED = {"x_train": (2000, 28, 28), "y_train": (2000,), "x_test": (500, 28, 28), "y_test": (500,)}
_CALL_TIMES = Path(__file__).with_name("call_times.csv")
_CALLS = 200
_CURE = "Reinstall the package, or restore the file with git."


def load_fashion_mnist():
    """Return (x_train, y_train), (x_test, y_test): 2,000 + 500 images of Fashion-MNIST, 200 + 50 of each class.

    The format is that of `keras.datasets.fashion_mnist.load_data()`; no download is needed.

    Returns:
        Two pairs of uint8 arrays: images (n, 28, 28) with values 0 to 255, and labels (n,), each an index into
        `FASHION_MNIST_CLASSES`. Every call returns fresh arrays.

    Raises:
        FileNotFoundError: the image file is missing.
        ValueError: the file exists but cannot be read, or holds something else.

    Source: Xiao, Rasul and Vollgraf (2017), Fashion-MNIST, Zalando SE, MIT license.
    """
    arrays = _read(_FILE)
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def load_call_times():
    """(200,) seconds: how long 200 calls of one and the same model took, one after the other, on one machine.

    They were measured once, so that what is computed from them is the same everywhere: on a virtual machine with two
    cores that other programs used too, by `time.perf_counter`, Keras 3.15 and TensorFlow 2.21. The model is lesson 8's
    small one, `keras_models.argument_form(784, [64, 10], ["relu", "softmax"])`, called in eager mode on a batch of 32,
    after ten calls that weren't kept. `datasets/make_call_times.py` measures it again.

    Returns:
        A float64 array, in the order of the calls. Every call returns a fresh one.

    Raises:
        FileNotFoundError: the file of times is not there.
        ValueError: the file is there and can't be read, or holds something else.
    """
    try:
        head, *lines = _CALL_TIMES.read_text(encoding="utf-8").split()
        seconds = 1e-6 * np.array(lines, dtype=float)
    except FileNotFoundError:
        raise FileNotFoundError(f"{_CALL_TIMES} is missing. It ships with activation_lab. {_CURE}") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{_CALL_TIMES} is damaged ({type(error).__name__}: {error}). {_CURE}") from error
    if head != "microseconds" or seconds.shape != (_CALLS,) or not (seconds > 0).all():
        raise ValueError(f"{_CALL_TIMES} is damaged: expected the line “microseconds” and {_CALLS} times. {_CURE}")
    return seconds


def _read(file):
    """Return the four arrays in the file, after checking their shapes and dtypes."""
    try:
        with file.open("rb") as stream, np.load(stream) as archive:
            arrays = {name: archive[name] for name in _EXPECTED}
    except FileNotFoundError:
        raise FileNotFoundError(f"{file} is missing. It ships with activation_lab. {_CURE}") from None
    except (OSError, EOFError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{file} is damaged ({type(error).__name__}: {error}). {_CURE}") from error
    for name, shape in _EXPECTED.items():
        found = arrays[name]
        if found.shape != shape or found.dtype != np.uint8:
            raise ValueError(
                f"{file} is damaged: {name} is {found.dtype} of shape {found.shape}, expected uint8 of shape {shape}. "
                f"{_CURE}"
            )
    return arrays
