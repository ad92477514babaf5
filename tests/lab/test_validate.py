"""Are sizes, pairs and padding names accepted in every valid form, and rejected with a message otherwise?"""

import numpy as np
import pytest

from activation_lab.by_hand.validate import known_padding, pair, whole


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_whole(value):
    """Is a whole number of any type returned as a plain int?"""
    assert whole("units", value) == 3 and type(whole("units", value)) is int


@pytest.mark.parametrize("value", [0, -2, 1.0, "3", None, (3,), np.int64(0)])
def test_not_whole(value):
    """Is anything else rejected and shown?"""
    with pytest.raises(ValueError) as caught:
        whole("Dense: units", value)
    assert str(caught.value) == f"Dense: units is {value!r}; expected a whole number of at least 1."


@pytest.mark.parametrize(
    ("value", "expected"), [(3, (3, 3)), (np.int32(3), (3, 3)), ((2, 5), (2, 5)), ([np.int64(2), 5], (2, 5))]
)
def test_pair(value, expected):
    """Does one number mean a pair of them, and is a pair returned in order, as plain ints?"""
    received = pair("strides", value)
    assert received == expected and [type(one) for one in received] == [int, int]


@pytest.mark.parametrize("value", [0, (1, 0), (-1, 1), (2,), (1, 2, 3), (), 2.0, (1, 2.0), "12", None, {1, 2}])
def test_no_pair(value):
    """Is anything else rejected and shown?"""
    with pytest.raises(ValueError) as caught:
        pair("strides", value)
    assert str(caught.value) == (
        f"strides is {value!r}; expected a whole number of at least 1, or a pair of them: (2, 3)."
    )


@pytest.mark.parametrize(
    ("padding", "hint"),
    [
        ("Valid", " Did you mean 'valid'?"),
        ("SAME", " Did you mean 'same'?"),
        ("smae", " Did you mean 'same'?"),
        ("full", ""),
        (None, ""),
        (1, ""),
    ],
)
def test_padding(padding, hint):
    """Are both names returned unchanged, and others rejected with the one that was probably meant?"""
    assert [known_padding(name) for name in ("valid", "same")] == ["valid", "same"]
    with pytest.raises(ValueError) as caught:
        known_padding(padding)
    assert str(caught.value) == f"Unknown padding {padding!r}. Expected one of valid, same.{hint}"
