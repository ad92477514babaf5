"""activation_lab: is activation applied by a function or by a layer?

`import activation_lab as lab` gives everything the lessons use. It imports NumPy, but neither matplotlib nor
TensorFlow: `lab.plots`, `lab.diagrams`, `lab.explorer` and others are loaded on first use.
"""

import importlib

from .by_hand import *
from .checking import answer, attempt, check, hint, load_cases, points, predict, reveal, together
from .datasets.data import FASHION_MNIST_CLASSES, load_call_times, load_fashion_mnist

__version__ = "0.1.0"

# Where to find the module behind `lab.<name>`; each is loaded on first use.
_MODULES = {
    "claims": "claims",
    "counts": "with_keras.call_counts",
    "data": "datasets.data",
    "diagrams": "figures.diagrams",
    "evidence": "with_keras.evidence",
    "explorer": "figures.explorer",
    "graphs": "with_keras.graphs",
    "keras_models": "with_keras.models",
    "plots": "figures.plots",
    "timing": "timing",
}


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{_MODULES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
