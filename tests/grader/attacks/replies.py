"""Answers that talk to the judge behind the back of the process that they run in, or answer with what hurts to read."""


def garbage_to_every_descriptor(da, z):
    """Writes nonsense to all that is open."""
    import os

    for number in range(64):
        try:
            os.write(number, b"\x00\xff\x80garbage\n" * 100)
        except OSError:
            pass
    return da * 0


def closes_every_descriptor(da, z):
    """Closes all that is open, then returns the right values to nobody."""
    import os

    os.closerange(0, 4096)
    return da * (z > 0)


def announces_terabytes(da, z):
    """A frame that says it is 2**62 bytes long, and an array that says it has 10**13 numbers."""
    import json
    import os
    import struct

    head = json.dumps({"dict": [["value", {"array": ["<f8", [10**13]]}], ["error", None]]}).encode()
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }".ljust(128)
    frames = (struct.pack("<QQ", len(head) + 8, len(head)) + head + b"x" * 8, header, struct.pack("<QQ", 2**62, 10))
    for number in range(3, 64):
        for frame in frames:
            try:
                os.write(number, frame)
            except OSError:
                pass
    return da * 0


def floods_the_judge(da, z):
    """Well-formed frames without end."""
    import os
    import struct

    head = b"[" * 50 + b"]" * 50
    frames = (struct.pack("<QQ", len(head), len(head)) + head) * 1000
    while True:
        for number in range(3, 16):
            try:
                os.write(number, frames)
            except OSError:
                pass


def sends_keys_of_one_hash(da, z):
    """A dictionary of long tuples, each of which would be compared with all the others when it is read."""
    import os
    import struct
    import sys

    hashed = (f"{number * sys.hash_info.modulus}" for number in range(1000))
    pairs = (f'[{{"tuple": [{"1.5," * 900}{number}]}}, 0]' for number in hashed)
    head = f'{{"dict": [{",".join(pairs)}]}}'.encode()
    frame = memoryview(struct.pack("<QQ", len(head), len(head)) + head)
    while frame:
        frame = frame[os.write(3, frame) :]
    return da * 0


def answers_drop_by_drop(da, z):
    """Begins a long frame and sends a byte of it each second."""
    import os
    import struct
    import time

    for piece in (struct.pack("<QQ", 1000, 100), *([b"["] * 1000)):
        for number in range(3, 16):
            try:
                os.write(number, piece)
            except OSError:
                pass
        time.sleep(1)


def forges_the_verdict(da, z):
    """Says in every way that it has passed, in frames of the grader's own format too."""
    import json
    import os
    import struct
    import sys

    marks = {"state": "passed", "passed": True, "score": 100, "points": 100, "verdict": "passed", "error": None}
    for said in ({"value": marks, **marks}, marks, True, {"dict": [[key, value] for key, value in marks.items()]}):
        head = json.dumps(said).encode()
        for number in range(1, 16):
            try:
                os.write(number, struct.pack("<QQ", len(head), len(head)) + head)
            except OSError:
                pass
    for place in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        print(json.dumps(marks), "✓ passed", file=place)
    os._exit(0)


def pickles_its_reply(da, z):
    """A pickle that runs a command when it is loaded, as a value, as bytes, and as an array of objects."""
    import os
    import pickle

    import numpy as np

    class Command:
        def __reduce__(self):
            return os.system, ("touch /tmp/activation_lab_was_here",)

    for number in range(3, 16):
        try:
            os.write(number, pickle.dumps(Command()))
        except OSError:
            pass
    return np.array([Command(), Command()], dtype=object)


def four_hundred_megabytes(da, z):
    """Zeros, 50 million of them."""
    import numpy as np

    return np.zeros(50_000_000)


def terabytes_by_a_trick(da, z):
    """An array that says it is enormous, and is one number seen through a keyhole."""
    import numpy as np

    return np.broadcast_to(np.float64(0), (10**6, 10**6))


def sends_descriptors(da, z):
    """Sends the judge open files, until it has no room for more."""
    import os
    import socket

    for number in range(3, 16):
        try:
            with socket.socket(fileno=os.dup(number)) as each:
                for _ in range(1000):
                    socket.send_fds(each, [b"\x00" * 16], [0] * 200)
        except OSError:
            pass
    return da * 0


def reads_ahead(da, z):
    """Takes what the judge sends from under the process that waits for it, and sends the last thing back."""
    import os

    for number in range(3, 16):
        try:
            os.set_blocking(number, False)
            received = os.read(number, 10**6)
            os.write(number, received)
        except OSError:
            pass
    return da * 0


def deep_lists(da, z):
    """Lists in lists, 100,000 deep."""
    for _ in range(100_000):
        z = [z]
    return z


def list_in_itself(da, z):
    """A list and a dictionary that hold themselves."""
    value = [{}]
    value[0]["value"] = value
    value.append(value)
    return value


def number_of_many_digits(da, z):
    """A whole number of a million digits."""
    return 1 << 3_330_000


def long_texts(da, z):
    """An error whose text is 5 MB of markup and control characters."""
    raise ValueError("<script>alert(1)</script>\x1b[2J\u202e\x00\r\n=1+1" * 100_000)


def kinds_unheard_of(da, z):
    """Arrays of every kind but numbers."""
    import numpy as np

    kinds = "datetime64[s]", "S5", "U5", "V16", "O", [("a", float), ("b", "O")]
    return [*(np.zeros(3, kind) for kind in kinds), np.longdouble(1), np.ma.masked, np.ma.array([1.0], mask=True)]


def without_numbers(da, z):
    """Shapes with a zero and an enormous axis."""
    import numpy as np

    return np.zeros((0, 2**40)), np.zeros((2**40, 0, 2)), np.zeros((1,) * 32)


def warns_without_end(da, z):
    """Half a million different warnings."""
    import warnings

    for number in range(500_000):
        warnings.warn(f"<b>{number}</b>\n", stacklevel=1)
    return da * 0
