"""Plain values as bytes between the judge and a sandbox. Bytes from a sandbox are an attacker's until decoded.

A frame is its length, the length of its head, the head (JSON), and the raw numbers of its arrays. The head gives the
kind and shape of each array, which must agree with the bytes that have arrived before any memory is allocated. Nothing
is unpickled, and no text becomes code.
"""

import contextlib
import json
import math
import struct
import time

import numpy as np

from activation_lab.checking.compare import UnsendableObject, kind_of

ISOLATED = "isolated"  # a child's first line, before it runs anything of an answer
LENGTHS = struct.Struct("<QQ")
LIMIT = 64 << 20  # bytes that one answer may send, or the parser for one notebook
HEAD_COUNTS = 16  # times its length: decoded, a head's texts and lists take about as much memory
KINDS = "biufc"
AXES = 16


class WireError(Exception):
    """The bytes received are not a frame of this format; the text says why."""


class Budget:
    """The bytes that may be received; receiving more is a WireError.

    Attributes:
        left: bytes.
        received: bytes so far, as they were on the wire.
    """

    def __init__(self, left=LIMIT):
        self.left, self.received = left, 0

    def spend(self, length, head_length):
        """Count a frame, before it is received."""
        cost = length + (HEAD_COUNTS - 1) * min(head_length, length)
        if cost > self.left:
            raise WireError(
                f"too much output: {length:,} bytes, {min(head_length, length):,} of them text, which counts "
                f"{HEAD_COUNTS} times; {self.left:,} are left"
            )
        self.left -= cost
        self.received += length


def encoded(value):
    """Return plain data as a frame: None, numbers, texts, tuples, lists, dicts, arrays; else UnsendableObject."""
    arrays = []
    head = json.dumps(_packed(value, arrays, 0)).encode()
    body = b"".join([head, *arrays])
    return LENGTHS.pack(len(body), len(head)) + body


def decoded(body, head_length):
    """Return the value of a frame's body.

    Raises:
        WireError: it is malformed.
    """
    try:
        if not 0 <= head_length <= len(body):
            raise WireError(f"its head has {head_length} bytes")
        head = json.loads(bytes(body[:head_length]))
        return _unpacked(head, _Numbers(memoryview(body)[head_length:]), 0)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, MemoryError, OverflowError) as error:
        raise WireError(f"{type(error).__name__}: {str(error)[:200]}") from None


def send(connection, value, deadline=None, more=None):
    """Send a value to a socket; see receive for the deadline."""
    left = memoryview(encoded(value))
    while left:
        deadline = _patient(connection, deadline, more)
        with contextlib.suppress(TimeoutError):
            left = left[connection.send(left) :]


def receive(connection, deadline=None, budget=None, more=None):
    """Return the next value from a socket; None at its end.

    Args:
        connection: a socket.
        deadline: of time.monotonic(), after which TimeoutError is raised; None to wait forever.
        budget: a Budget; None for one of LIMIT bytes for this frame alone.
        more: called when the deadline has passed; how many seconds later it shall be.

    Raises:
        WireError: the bytes received are not a frame, or are more than the budget has left.
        TimeoutError: the deadline has passed.
    """
    start = _exactly(connection, LENGTHS.size, deadline, more)
    if start is None:
        return None
    length, head_length = LENGTHS.unpack(start)
    (budget or Budget()).spend(length, head_length)
    body = _exactly(connection, length, deadline, more)
    if body is None:
        raise WireError("it ends in the middle of a frame")
    return decoded(body, head_length)


def _patient(connection, deadline, more):
    """Let the socket wait until the deadline, and return it, or a later one; TimeoutError if it has passed."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        left = more() if more else 0
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
    return time.monotonic() + left


def _exactly(connection, count, deadline, more):
    """Return `count` bytes; None if the end comes first. Memory grows with the bytes received, not announced."""
    received = bytearray()
    while len(received) < count:
        try:
            deadline = _patient(connection, deadline, more)
        except TimeoutError:
            connection.settimeout(0)  # what has come is taken, however late the judge looks
        try:
            piece = connection.recv(min(count - len(received), 1 << 20))
        except BlockingIOError:
            raise TimeoutError from None
        except TimeoutError:
            continue
        except ConnectionError:
            piece = b""
        if not piece:
            return None
        received += piece
    return received


# Packing. A JSON object marks what JSON lacks: {"array": [kind, shape]}, {"dict": [[key, value], …]}.

DEPTH = 100
ENTRIES = 1_000  # of a dictionary
UNLIKE_TEXT = 100  # if a key isn't text: such keys can be chosen so that time grows with the square of their number
KEYS = (str, bool, int, float, type(None))  # comparing tuples takes as long as they are


def _packed(value, arrays, depth):
    if depth > DEPTH:
        return {"elsewhere": "a nest of lists that is too deep"}
    if value is None or type(value) in (bool, float, str):
        return value
    if type(value) is int:
        return value if abs(value) < 1 << 1000 else {"elsewhere": "a whole number of more than 1,000 bits"}
    if type(value) is complex:
        return {"complex": [value.real, value.imag]}
    if type(value) in (list, tuple):
        items = [_packed(item, arrays, depth + 1) for item in value]
        return {"tuple": items} if type(value) is tuple else items
    if type(value) is dict and _can_be_keys(value):
        return {"dict": [[_packed(k, arrays, depth + 1), _packed(v, arrays, depth + 1)] for k, v in value.items()]}
    if isinstance(value, UnsendableObject):
        return {"elsewhere": value.kind}
    if isinstance(value, np.generic) and value.dtype.kind in KINDS:
        return {"scalar": _array(np.asarray(value), arrays)}
    if isinstance(value, np.ndarray) and value.ndim > AXES:
        return {"elsewhere": f"an array with {value.ndim} axes"}
    if isinstance(value, np.ndarray) and value.dtype.kind in KINDS and value.dtype != np.longdouble:
        return {"array": _array(value, arrays)}
    return {"elsewhere": kind_of(value)}


def _can_be_keys(keys):
    """Are these few enough, and of the right kinds, to make a dictionary of in little time?"""
    most = ENTRIES if all(type(key) is str for key in keys) else UNLIKE_TEXT
    return len(keys) <= most and all(type(key) in KEYS for key in keys)


def _array(array, arrays):
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
    arrays.append(array.tobytes())
    return [array.dtype.str, list(array.shape)]


class _Numbers:
    """The raw numbers after a head, taken in order."""

    def __init__(self, data):
        self.data = data

    def take(self, kind, shape):
        if not (isinstance(kind, str) and isinstance(shape, list) and len(shape) <= AXES):
            raise WireError("an array without a kind or a shape")
        if not all(type(length) is int and length >= 0 for length in shape):
            raise WireError("an array with an invalid shape")
        dtype = np.dtype(kind)
        if dtype.kind not in KINDS or dtype.itemsize > 16:
            raise WireError(f"an array of {dtype}")
        size = math.prod(shape) * dtype.itemsize
        if size > len(self.data):
            raise WireError(f"an array of {size:,} bytes is announced, and {len(self.data):,} were received")
        numbers, self.data = self.data[:size], self.data[size:]
        return np.frombuffer(bytes(numbers), dtype).reshape(shape).copy()


def _unpacked(head, numbers, depth):
    if depth > DEPTH + 1:
        raise WireError("a nest that is too deep")
    if isinstance(head, list):
        return [_unpacked(item, numbers, depth + 1) for item in head]
    if not isinstance(head, dict):
        return head
    ((mark, content),) = head.items()
    if mark == "tuple":
        return tuple(_unpacked(item, numbers, depth + 1) for item in content)
    if mark == "dict" and not _can_be_keys([key for key, _ in content]):
        raise WireError(f"a dictionary of {len(content):,} entries, or with keys of other kinds")
    if mark == "dict":
        return {key: _unpacked(item, numbers, depth + 1) for key, item in content}
    if mark == "array":
        return numbers.take(*content)
    if mark == "scalar":
        return numbers.take(*content)[()]
    if mark == "complex":
        return complex(*content)
    if mark == "elsewhere":
        return UnsendableObject(str(content)[:200])
    raise WireError(f"an unknown mark, {mark[:50]!r}")
