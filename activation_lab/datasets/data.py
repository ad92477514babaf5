"""The images that ship with the package."""

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
