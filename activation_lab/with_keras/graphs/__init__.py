"""What TensorFlow turns a Keras model into: what it traces, what it runs, what XLA compiles."""

from .comparison import Sameness, same
from .overview import Programs, programs
from .stages import compiled, executed, traced
