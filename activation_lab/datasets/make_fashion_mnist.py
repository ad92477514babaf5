"""Create fashion_mnist.npz from the four files of the original Fashion-MNIST.

    python activation_lab/datasets/make_fashion_mnist.py FOLDER

FOLDER holds the originals, for example /usr/share/datasets/fashion-mnist from Debian's package dataset-fashion-mnist.
The same originals always give the same bytes.
"""

import gzip
import sys
from pathlib import Path

import numpy as np

TRAIN_PER_CLASS, TEST_PER_CLASS = 200, 50
FILE = Path(__file__).with_name("fashion_mnist.npz")


def read_idx(file):
    """Return the uint8 array in a gzipped IDX file: two zeros, type 8, rank, the big-endian sizes, then the values."""
    data = gzip.decompress(Path(file).read_bytes())
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        raise ValueError(f"{file} starts with {data[:3]!r}; expected the header of an IDX file of uint8.")
    rank = data[3]
    shape = np.frombuffer(data, ">i4", count=rank, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def first_of_each_class(images, labels, per_class):
    """Return the first `per_class` images of each of the ten classes with their labels, in the original order.

    The original is shuffled, so its beginning is a fair sample, and the selection does not depend on a generator.
    """
    chosen = np.sort(np.concatenate([np.flatnonzero(labels == label)[:per_class] for label in range(10)]))
    if len(chosen) != 10 * per_class:
        raise ValueError(f"Expected {per_class} images of each class; found {np.bincount(labels, minlength=10)}.")
    return images[chosen], labels[chosen]


def make(folder, file=FILE):
    """Write the subset of the originals in `folder` to `file`."""

    def read(half):
        return (read_idx(Path(folder) / f"{half}-{kind}-ubyte.gz") for kind in ("images-idx3", "labels-idx1"))

    x_train, y_train = first_of_each_class(*read("train"), TRAIN_PER_CLASS)
    x_test, y_test = first_of_each_class(*read("t10k"), TEST_PER_CLASS)
    # NumPy dates every member of the archive 1980-01-01, so the bytes do not depend on the current date.
    np.savez_compressed(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Expected one argument, the folder of the originals: python make_fashion_mnist.py FOLDER")
    make(sys.argv[1])
