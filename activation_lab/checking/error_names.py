"""Errors about names: what is not defined, what is not in a module or object, and arguments that are missing."""

import difflib
import inspect
import re
import sys
from dataclasses import dataclass

import numpy as np

from ..shown import count

IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "tf": "import tensorflow as tf",
    "tensorflow": "import tensorflow",
    "keras": "import keras",
    "math": "import math",
    "lab": "import activation_lab as lab",
    "plt": "import matplotlib.pyplot as plt",
    "scipy": "import scipy",
}
OPTIONS = (
    "axis keepdims dtype out activation units input_shape shape use_bias filters kernel_size "
    "strides padding name".split()
)


@dataclass(frozen=True)
class Where:
    """Where an error came from: the exercise, the class of the error, and the answer's line, if it is known."""

    exercise: object
    kind: str
    code: str


def unknown_name(match, where):
    """Return what a name that is not defined could be: a module, something in one, or a misspelled argument."""
    name, exercise = match[1], where.exercise
    if name in IMPORTS:
        return _not_imported(name, exercise)
    if name == "self":
        return "`self` is not defined: it must be the first parameter of the method."
    arguments = _arguments(exercise)
    if inspect.isclass(exercise.reference) and name in inspect.signature(exercise.reference).parameters:
        return f"`{name}` is known in `__init__` alone. Keep it there, `self.{name} = {name}`, and use `self.{name}`."
    if name in arguments:
        return f"`{name}` is not defined: the parameters of your function have other names."
    if close := difflib.get_close_matches(name, arguments, n=1):
        return f"`{name}` is not defined. Did you mean `{close[0]}`?"
    if home := _home_of(name, exercise):
        return f"`{name}` is not defined. Write `{home}.{name}`, or run the cell that defines yours."
    if arguments:
        return f"`{name}` is not defined. The answer is given {_listed(arguments)}."
    return f"`{name}` is not defined."


def _not_imported(name, exercise):
    module = re.split(r"[ .]", IMPORTS[name])[1]
    if module not in (*exercise.allowed_imports, "math", "activation_lab"):
        return f"`{name}` is not defined: the lesson doesn't import it, and this exercise does without it."
    return (
        f"`{name}` is not defined. Run the cell with the imports first, or write `{IMPORTS[name]}` above your answer."
    )


def _home_of(name, exercise):
    """Return the module, as notebooks call it, that has a function or layer of this name; "" for none."""
    keras = sys.modules.get("keras") if "keras" in exercise.allowed_imports else None
    homes = {"lab": _lab(), "np": np}
    if keras:
        homes = {
            "keras.layers": keras.layers,
            "keras": keras,
            "keras.activations": keras.activations,
            "keras.ops": keras.ops,
        } | homes
    found = [home for home, module in homes.items() if callable(getattr(module, name, None))]
    return found[0] if found and name != exercise.name else ""


def _arguments(exercise):
    if inspect.isclass(exercise.reference):
        return []
    return list(inspect.signature(exercise.reference).parameters)


def _listed(names):
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def missing_argument(match, where):
    """Return which argument a call lacks; for ActivationLayer, what that means."""
    name, arguments = match[1], re.findall(r"'(\w+)'", match[2])
    if where.exercise.name == "ActivationLayer" and name.endswith("_backward") and arguments == ["z"]:
        return (
            f"`{name}` is called without z. It needs the gradient and the z that went into `forward`, so the layer "
            "must keep z on `self` in `forward`, and pass it on in `backward`."
        )
    short = name.split(".")[-1]
    if short == "get_config":
        return "A class is given where an object is asked for: call it, with brackets."
    called = f"`{name.split('.')[0]}(…)`" if short == "__init__" else "A function" if "lambda" in name else f"`{short}`"
    return f"{called} is called without {_listed([f'`{argument}`' for argument in arguments])}."


def too_many(match, where):
    """Return how many arguments a call has too many; if it is a method of the answer, that `self` counts."""
    name, takes, given = match.groups()
    owner, _, short = name.rpartition(".")
    if short == "__init__" and takes.isdigit() and not inspect.isclass(where.exercise.reference):
        number = int(takes) - 1  # without the object itself
        arguments = count(number, "argument") if number else "no arguments"
        return f"`{owner}(…)` takes {arguments}, and is given {int(given) - 1}."
    if inspect.isclass(where.exercise.reference) and owner.split(".")[-1] == where.exercise.name:
        return (
            f"`{short}` takes {takes} and is given {given}, counting the object itself, which comes first, as `self`."
        )
    return f"`{short}` takes {takes} {'argument' if takes == '1' else 'arguments'}, and is given {given}."


def unknown_argument(match, where):
    name, option = match.groups()
    close = difflib.get_close_matches(option, OPTIONS, n=1)
    return f"`{name.split('.')[-1]}` has no argument `{option}=`.{f' Did you mean `{close[0]}=`?' if close else ''}"


def not_in_module(match, where):
    module, name = match.groups()
    close = difflib.get_close_matches(name, dir(sys.modules.get(module, object)), n=1)
    same = [known for known in dir(sys.modules.get(module, object)) if known.lower() == name.lower()]
    hint = f" Did you mean `{(same or close)[0]}`?" if same or close else ""
    return f"There is no `{name}` in {module}.{hint}"


def not_in_a_symbolic_tensor(match, where):
    return (
        f"A symbolic tensor has no `.{match[1]}`: it has a shape and a dtype, but no numbers. What computes it, Keras "
        "keeps with the layers: `layer.input` and `layer.output`."
    )


def not_in_object(match, where):
    kind, name = match[1].split(".")[-1], match[2]
    if kind == where.exercise.name:
        return f"`self.{name}` doesn't exist yet: an attribute is there once a method has run `self.{name} = …`."
    if kind in ("list", "tuple") and hasattr(np.ndarray, name):
        return f"A {kind} has no `.{name}`; an array has. `np.array(…)` makes one of it."
    if kind == "Dense" and name in ("kernel", "bias") and "keras" in where.exercise.allowed_imports:
        return NO_WEIGHTS
    if kind in ("Variable", "EagerTensor", "ResourceVariable") and hasattr(np.ndarray, name):
        return f"A tensor or variable of Keras has no `.{name}`; an array has. `np.array(…)` makes one of it."
    close = difflib.get_close_matches(name, dir(np.ndarray), n=1) if kind == "ndarray" else ()
    kind = "array" if kind == "ndarray" else kind
    article = "An" if kind[0] in "AEIOUaeiou" else "A"
    return f"{article} {kind} has no `.{name}`.{f' Did you mean `.{close[0]}`?' if close else ''}"


def without_init(match, where):
    """Return what a class lacks that is made with arguments and has no __init__ for them."""
    if match[1] != where.exercise.name or not inspect.isclass(where.exercise.reference):
        return f"`{match[1]}` takes no arguments."
    arguments = list(inspect.signature(where.exercise.reference).parameters)
    return f"`{match[1]}` has no `__init__`, which takes {_listed(arguments)}."


def not_callable(match, where):
    kind = match[1].split(".")[-1]
    article = "An" if kind[0] in "AEIOUaeiou" else "A"
    method = " Its method `forward` can." if hasattr(getattr(_lab(), kind, None), "forward") else ""
    return f"{article} {kind} can't be called like a function.{method}"


def _lab():
    return sys.modules["activation_lab"]


def none_used(match, where):
    if called := re.search(r"\.(reverse|sort|append|extend|insert|update|shuffle)\(", where.code):
        return f"`.{called[1]}(…)` works in place and returns None, which is then used. Call it in a line of its own."
    may_be = "a layer's bias, which may be None" if "bias" in where.code else "an argument that may be None"
    return f"None is used like an array or a list. Something above it returned nothing, or it is {may_be}."


NO_WEIGHTS = "The layer has no weights yet: it gets them when it is first called on an input, or by `layer.build(…)`."
