"""What TensorFlow makes of a Keras model: what it traces, what it runs, what XLA compiles."""

from .comparison import Sameness, same
from .overview import Programs, programs
from .stages import compiled, executed, traced
