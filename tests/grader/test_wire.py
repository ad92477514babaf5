"""Does what is sent arrive, and does nothing else?"""

import contextlib
import socket
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from activation_lab.checking.compare import UnsendableObject
from activation_lab_tools.grader.sandbox import wire

KINDS = ["bool", "int8", "uint64", "float16", "float32", "float64", "complex128"]
NUMBERS = arrays.arrays(st.sampled_from(KINDS), arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | NUMBERS
PLAIN = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=10,
)


def over(value):
    """The value after a trip over the wire."""
    frame = wire.encoded(value)
    length, head = wire.LENGTHS.unpack(frame[: wire.LENGTHS.size])
    assert length == len(frame) - wire.LENGTHS.size
    return wire.decoded(frame[wire.LENGTHS.size :], head)


def same(a, b):
    if isinstance(a, np.ndarray | np.generic):
        assert type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    assert type(a) is type(b)
    if isinstance(a, dict):
        return list(a) == list(b) and all(map(same, a.values(), b.values()))
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b or a != a


@given(PLAIN)
@settings(max_examples=200)
def test_plain_data(value):
    """Does plain data arrive unchanged?"""
    assert same(value, over(value))


@pytest.mark.parametrize("kind", KINDS)
def test_numpy_number(kind):
    """Does a NumPy number stay a NumPy number?"""
    assert same(np.ones((), kind)[()], over(np.ones((), kind)[()]))


def test_view():
    """Does an array that is a view arrive?"""
    array = np.arange(24.0).reshape(2, 3, 4).T[::2, ::-1].astype(">f8")
    assert np.array_equal(over(array), array)


class Everything:
    def __eq__(self, other):
        return True

    def __array__(self, *_, **__):
        return np.zeros(3)

    def __reduce__(self):
        raise AssertionError("pickled")


@pytest.mark.parametrize(
    "value, kind",
    [
        (Everything(), "an Everything"),
        (Everything, "the class Everything"),
        (np.array([object()]), "an array of object"),
        (np.array(["a"]), "an array of <U1"),
        (lambda: 0, "a function"),
        ({1}, "a set"),
        (1 << 5000, "a whole number of more than 1,000 bits"),
        ({(1, 2): 3}, "a dict"),
        (dict.fromkeys(range(1_000)), "a dict"),
    ],
)
def test_unsendable(value, kind):
    """Is the name of any other object sent instead of the object?"""
    assert over([value]) == [UnsendableObject(kind)]


def test_recursive_list():
    """Is a list that contains itself cut off?"""
    endless = []
    endless.append(endless)
    assert "too deep" in str(over(endless))


def test_subclass():
    """Are a subclass's overridden methods ignored?"""

    class Liar(np.ndarray):
        def tobytes(self, *_):
            return b"forged"

    array = np.arange(3.0).view(Liar)
    assert over(array).tolist() == [0, 1, 2]


# What an attacker sends


def frame(head, numbers=b""):
    head = head.encode()
    return wire.LENGTHS.pack(len(head) + len(numbers), len(head)) + head + numbers


def received(data, **options):
    here, there = socket.socketpair()
    with here, there:
        sender = threading.Thread(target=sent, args=(there, data))
        sender.start()
        try:
            return wire.receive(here, **options)
        finally:
            here.close()
            sender.join()


def sent(connection, data):
    with contextlib.suppress(OSError):  # the other side may have had enough
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize(
    "head",
    [
        '{"array": ["<f8", [10000000000000]]}',
        '{"array": ["<f8", [-1]]}',
        '{"array": ["<f8", [3.0]]}',
        '{"array": ["<f8", [true]]}',
        '{"array": ["<f8", 3]}',
        '{"array": ["O", [1]]}',
        '{"array": ["V1000000000", [1]]}',
        '{"array": ["<f8, <f8", [1]]}',
        '{"array": [[["a", "O"]], [1]]}',
        '{"array": ["<f8"]}',
        '{"array": 1}',
        '{"array": ["<f8", [' + "1," * 40 + "1]]}",
        '{"scalar": ["<f8", []]}',
        '{"pickle": "x"}',
        "{}",
        '{"a": 1, "b": 2}',
        '{"dict": [1]}',
        '{"dict": [[[], 1]]}',
        '{"dict": [[{"tuple": [1.5, 2]}, 1]]}',  # of a thousand that share their hash, each is compared with each
        '{"dict": [[{"scalar": ["<i4", []]}, 1]]}',
        '{"dict": [' + ",".join(f"[{number * sys.hash_info.modulus}, 1]" for number in range(1_000)) + "]}",
        '{"complex": [[1]]}',
        "[" * 100_000,
        "[" * 900 + "]" * 900,
        "9" * 5000,
        "nonsense",
        "\ufffd",
        "",
    ],
)
def test_forged_frame(head):
    """Is a forged frame refused?"""
    with pytest.raises(wire.WireError):
        received(frame(head, b"1234"))


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_garbage(data):
    """Are random bytes either refused or decoded into plain data?"""
    try:
        received(data)
    except wire.WireError:
        pass


def test_announced_length():
    """Is no memory allocated for bytes that are only announced?"""
    tracemalloc.start()
    with pytest.raises(wire.WireError):
        received(wire.LENGTHS.pack(60 << 20, 10) + b"1234567890")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_long_frame():
    """Is a frame over the limit refused before it is read?"""
    with pytest.raises(wire.WireError, match="too much output: 1,000 bytes"):
        received(wire.LENGTHS.pack(1000, 1), budget=wire.Budget(999))


def test_end():
    """Is the end of a conversation not an error?"""
    assert received(b"") is None


def test_slow_bytes():
    """Does a reply that comes byte by byte still hit the deadline?"""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"\x01")
        with pytest.raises(TimeoutError):
            wire.receive(here, deadline=time.monotonic() + 0.2)


def test_a_busy_judge():
    """Is a reply taken that has come, though the judge only looks when the deadline has passed?"""
    here, there = socket.socketpair()
    with here, there:
        wire.send(there, [1, "two"])
        assert wire.receive(here, deadline=time.monotonic() - 1) == [1, "two"]
        with pytest.raises(TimeoutError):
            wire.receive(here, deadline=time.monotonic() - 1)


def test_many_axes():
    """Does it arrive how many axes an array had, if they are too many to send?"""
    assert over(np.zeros((1,) * 17)) == UnsendableObject("an array with 17 axes")
    assert over(np.zeros((1,) * 16)).ndim == 16
