"""What a model that is being rebuilt costs, counted from shapes before anything of that size is made.

The batch is an axis like any other: concatenating on axis 0 makes it longer, and so does a reshape. So for every
tensor there is a shadow, a symbolic tensor in which each unknown length is a number.
"""

import math
from dataclasses import dataclass

from activation_lab.quiet import keras

from .allowlist import LARGEST
from .validate import Rejected

BATCH, UNKNOWN = (
    8,
    32,
)  # an unknown length counts as this: of the batch, which is shorter in all exercises; of another axis
NUMBERS = 10_000_000  # in all tensors of a forward pass
WORK = 400_000_000  # about as many multiplications


@dataclass
class Cost:
    """What one call of a model costs.

    Args:
        inputs, outputs: the shapes of the shadows.
        numbers: in all tensors.
        work: multiplications, about.
        calls: of layers and operations, in the models within it too.
    """

    inputs: list
    outputs: list
    numbers: int = 0
    work: int = 0
    calls: int = 0

    def pay(self, taken, given, fan_in=1, reach=0):
        """Count a call by the shapes of what it takes and gives.

        Args:
            taken, given: shapes.
            fan_in: multiplications for each number that is given.
            reach: numbers that it needs in between.
        """
        size = sum(map(size_of, given))
        self.add(size + reach, sum(map(size_of, taken)) + size * fan_in + reach, 1)

    def add(self, numbers, work, calls):
        self.numbers, self.work, self.calls = self.numbers + numbers, self.work + work, self.calls + calls
        if self.numbers > NUMBERS or self.work > WORK:
            raise Rejected("The model's tensors are too large, or it computes too much.")

    def pay_model(self, inner, taken):
        """Count a call of a model within this one."""
        if [tuple(shape) for shape in taken] != [tuple(shape) for shape in inner.inputs]:
            raise Rejected("A model within it is called on another batch, or on another shape, than its own input's.")
        self.add(inner.numbers, inner.work, inner.calls)


def shadow(tensor):
    """Return a symbolic tensor like this one, whose every length is known."""
    batch, *shape = tensor.shape or (BATCH,)
    known = [BATCH if batch is None else batch, *(UNKNOWN if length is None else length for length in shape)]
    return keras.KerasTensor(known[: len(tensor.shape)], dtype=tensor.dtype)


def size_of(shape):
    for length in shape:
        if length is None or not 0 <= length <= LARGEST:
            raise Rejected(f"A tensor is longer than {LARGEST:,}, or its length is unknown.")
    return math.prod(shape)


def fan_in_of(kernel, settings):
    """Return about how many multiplications one number of an output takes.

    Args:
        kernel: its shape; None without one.
        settings: of the layer or operation, such as a pooling's window.
    """
    if kernel is not None:
        return math.prod(kernel[:-1])
    size = settings.get("pool_size", 1)
    return math.prod(size) if type(size) is list else size**2


def reach_of(shapes, kernel, settings):
    """Return how many numbers a dilated convolution spreads its input over; 0 without a dilation.

    TensorFlow pads each axis by the kernel's reach, (length − 1) · dilation, and to a multiple of the dilation.
    """
    dilation = settings.get("dilation_rate", 1)
    if kernel is None or not shapes or len(shapes[0]) != len(kernel) or dilation in (1, [1], [1, 1]):
        return 0
    axes = len(kernel) - 2
    dilations = dilation if type(dilation) is list else [dilation] * axes
    if len(dilations) != axes:
        raise Rejected("A convolution has a dilation of another number of axes.")
    batch, *lengths = shapes[0]
    channels = lengths.pop(0 if settings.get("data_format") == "channels_first" else -1)
    padded = [length + size * each for length, size, each in zip(lengths, kernel[:axes], dilations, strict=True)]
    return batch * channels * math.prod(padded)
