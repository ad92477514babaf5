"""What TensorFlow turns a Keras model into: what it traces, runs and keeps, what XLA and TensorFlow Lite compile."""

from .comparison import Sameness, same
from .kept import Kept, kept
from .lite import lite
from .overview import Programs, programs
from .stages import compiled, executed, traced
