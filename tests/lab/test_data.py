"""The images that ship with the package: what they are, where they came from, and the errors for a damaged file."""

import gzip
import hashlib
import runpy
import struct
from pathlib import Path

import numpy as np
import pytest

from activation_lab.datasets import data
from activation_lab.datasets.data import FASHION_MNIST_CLASSES, load_fashion_mnist

DATASETS = Path(data.__file__).parent
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
NAMES = ("x_train", "y_train", "x_test", "y_test")


def arrays():
    (x_train, y_train), (x_test, y_test) = load_fashion_mnist()
    return x_train, y_train, x_test, y_test


def script():
    return runpy.run_path(str(DATASETS / "make_fashion_mnist.py"))


def test_contents():
    """Are the pixels and labels still the same, byte for byte?"""
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays())).hexdigest()
    assert digest == "5a90f6a6330157805811cdde6565f4bc66bca6c681c46cbd75c61eee7a4e62b0"


def test_form():
    """Do the arrays have the form of keras.datasets.fashion_mnist.load_data()?"""
    x_train, y_train, x_test, y_test = arrays()
    assert [array.shape for array in (x_train, y_train, x_test, y_test)] == [
        (2000, 28, 28),
        (2000,),
        (500, 28, 28),
        (500,),
    ]
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    for images in (x_train, x_test):
        assert (images.min(), images.max()) == (0, 255)


def test_classes():
    """Does every class have a name and the same number of images?"""
    _, y_train, _, y_test = arrays()
    assert np.bincount(y_train).tolist() == [200] * 10
    assert np.bincount(y_test).tolist() == [50] * 10
    assert len(set(FASHION_MNIST_CLASSES)) == 10


def test_names_fit_the_labels():
    """Do trousers look like trousers: a column of cloth, with a gap between the legs at the bottom?"""
    x_train, y_train, _, _ = arrays()
    legs = [x_train[y_train == label][:, 20:26].mean(axis=(0, 1)) for label in range(10)]
    gap = [mean[13:15].mean() / mean.max() for mean in legs]
    assert FASHION_MNIST_CLASSES[int(np.argmin(gap))] == "Trouser"


def test_shuffled():
    """Does any slice of 500 images contain every class, so that batches taken in order are fair?"""
    _, y_train, _, _ = arrays()
    for start in range(0, 2000, 500):
        assert np.bincount(y_train[start : start + 500], minlength=10).min() > 20


def test_no_image_twice():
    """Is every image unique, so that no test image was used in training?"""
    x_train, _, x_test, _ = arrays()
    assert len({image.tobytes() for image in (*x_train, *x_test)}) == 2500


def test_fresh_arrays():
    """Can a learner change the arrays without affecting the next call?"""
    arrays()[0][:] = 7
    assert (arrays()[0] != 7).any()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"not an archive",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:5000] + bytes(100) + whole[5100:],
    ],
    ids=["empty", "text", "cut off", "overwritten"],
)
def test_damaged(tmp_path, monkeypatch, damage):
    """Does the error for a damaged file say which file, and what to do?"""
    file = tmp_path / "fashion_mnist.npz"
    file.write_bytes(damage((DATASETS / "fashion_mnist.npz").read_bytes()))
    monkeypatch.setattr(data, "_FILE", file)
    with pytest.raises(ValueError, match=r"fashion_mnist\.npz is damaged .*Reinstall the package"):
        load_fashion_mnist()


def test_other_contents(tmp_path, monkeypatch):
    """Does the error for a readable file with other content say what it contains and what was expected?"""
    x_train, y_train, x_test, y_test = arrays()
    for change in ({"x_test": x_test[:400]}, {"y_train": y_train.astype(float)}, {"x_train": x_train.astype(object)}):
        file = tmp_path / "fashion_mnist.npz"
        np.savez(file, **(dict(zip(NAMES, (x_train, y_train, x_test, y_test), strict=True)) | change))
        monkeypatch.setattr(data, "_FILE", file)
        with pytest.raises(ValueError, match="is damaged"):
            load_fashion_mnist()


def test_missing(tmp_path, monkeypatch):
    """Does the error for a missing file say so, and what to do?"""
    monkeypatch.setattr(data, "_FILE", tmp_path / "fashion_mnist.npz")
    with pytest.raises(FileNotFoundError, match=r"is missing\. .*Reinstall the package"):
        load_fashion_mnist()


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="the originals are not here: install Debian's dataset-fashion-mnist")
def test_made_by_the_script(tmp_path):
    """Does the script create the shipped arrays from the originals?"""
    script()["make"](DEBIAN, tmp_path / "again.npz")
    with np.load(tmp_path / "again.npz") as again:
        for name, shipped in zip(NAMES, arrays(), strict=True):
            np.testing.assert_array_equal(again[name], shipped)


def write_originals(folder, per_class):
    """Four small files in the original's format, written here by hand: image i is filled with the value i."""
    for half in ("train", "t10k"):
        labels = bytes(range(10)) * per_class
        pixels = b"".join(bytes([i % 256]) * 784 for i in range(len(labels)))
        images = struct.pack(">HBBiii", 0, 8, 3, len(labels), 28, 28) + pixels
        (folder / f"{half}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (folder / f"{half}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(struct.pack(">HBBi", 0, 8, 1, len(labels)) + labels)
        )


def test_script_takes_the_first_of_each_class(tmp_path):
    """Does the script keep the original order, and produce the same bytes twice?"""
    write_originals(tmp_path, per_class=201)
    for name in ("one.npz", "two.npz"):
        script()["make"](tmp_path, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as made:
        np.testing.assert_array_equal(made["x_train"][:, 5, 6], np.arange(2000) % 256)
        np.testing.assert_array_equal(made["y_test"], np.tile(np.arange(10), 50))


def test_script_refuses_a_short_original(tmp_path):
    """Does the script say so when a class has too few images?"""
    write_originals(tmp_path, per_class=199)
    with pytest.raises(ValueError, match="Expected 200 images of each class; found"):
        script()["make"](tmp_path, tmp_path / "short.npz")


def test_call_times():
    """Are there 200 times, of a plausible length, the same each time and fresh each time?"""
    seconds = data.load_call_times()
    assert seconds.shape == (200,) and seconds.dtype == np.float64
    assert 1e-5 < seconds.min() < seconds.max() < 1
    seconds[:] = 0
    assert data.load_call_times().min() > 0


def test_call_times_differ_from_neighbor_to_neighbor():
    """Do they show what lesson 8 shows by them: neighbors that differ by more than 4 %, at least one in twenty?"""
    before, after = data.load_call_times()[:-1], data.load_call_times()[1:]
    assert np.mean(np.maximum(before / after, after / before) > 1.04) >= 0.05


@pytest.mark.parametrize(
    "text", ["", "seconds\n1\n", "microseconds\n1.0\n2.0\n", "microseconds\n" + 200 * "-1\n", "microseconds\nx\n"]
)
def test_damaged_call_times(text, tmp_path, monkeypatch):
    """Is a file that holds something else refused, with a sentence that says what to do?"""
    file = tmp_path / "call_times.csv"
    monkeypatch.setattr(data, "_CALL_TIMES", file)
    with pytest.raises(FileNotFoundError, match="is missing. It ships with activation_lab"):
        data.load_call_times()
    file.write_text(text)
    with pytest.raises(ValueError, match="is damaged.*Reinstall the package"):
        data.load_call_times()
