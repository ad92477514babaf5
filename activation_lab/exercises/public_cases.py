"""Exercises that a handout brings along: a stub, a few public cases, and what is right in each; no answer.

The grader draws other cases, so a table of the public ones earns nothing.
"""

import base64
import importlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .. import by_hand
from . import Exercise, Question, Tolerance

VERSION = 1
READABLE = 40  # entries of an array that are written as numbers; more are encoded


@dataclass(frozen=True, eq=False)
class PublicExercise(Exercise):
    """An Exercise whose reference is only a stub.

    Args:
        recorded: {case name: what is right}.
    """

    recorded: Mapping = field(default_factory=dict)


def from_text(text):
    """Return the lesson's name, its PublicExercises and its Questions, from what `as_text` wrote.

    Raises:
        ValueError: it is something else.
    """
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"they have version {data['version']}, and this package reads {VERSION}")
        items = [*map(_exercise, data["exercises"]), *map(_question, data["questions"])]
        if strange := [item.name for item in items if not isinstance(item.name, str)]:
            raise ValueError(f"{strange[0]!r} is not a name")
        return data["lesson"], items
    except Exception as error:  # a damaged text fails in many ways: too deep, no array, a stub that isn't Python
        raise ValueError(
            f"These are not the public cases of a handout ({type(error).__name__}: {error}). Use the cell as it was "
            "handed out."
        ) from None


def as_text(lesson, exercises, questions):
    """Return JSON with a line for each case, in which no apostrophe occurs.

    Args:
        lesson: its name.
        exercises: dictionaries: name, stub, points, hints, returns, tolerance, seconds, allowed_imports, near_twins,
            harness (see `_harness`), and cases, {name: (arguments, what is right)}.
        questions: Questions; which option is right is left out.
    """
    rows = []
    for each in exercises:
        cases = {name: [encoded(arguments), encoded(right)] for name, (arguments, right) in each["cases"].items()}
        lines = ",\n".join(f"   {json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items())
        others = {key: value for key, value in each.items() if key != "cases"}
        rows.append(f'{json.dumps(others)[:-1]}, "cases": {{\n{lines}}}}}')
    asked = [
        {"name": q.name, "text": q.text, "options": {k: text for k, (text, _) in q.options.items()}, "points": q.points}
        for q in questions
    ]
    listed = ",\n".join(f"  {row}" for row in rows)
    text = f'{{"version": {VERSION}, "lesson": {json.dumps(lesson)}, "exercises": [\n{listed}],\n'
    return (text + f' "questions": {json.dumps(asked)}}}').replace("'", "\\u0027")


def encoded(value):
    """Return a value as JSON knows it: numbers, texts, arrays, and tuples and lists of these.

    Raises:
        TypeError: it is something else, such as a Keras model.
    """
    if isinstance(value, tuple | list):
        return {"tuple" if isinstance(value, tuple) else "list": [encoded(each) for each in value]}
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufc":
        array = np.asarray(value)
        if array.size <= READABLE and array.dtype.kind != "c" and np.isfinite(array).all():
            return {"dtype": array.dtype.str, "shape": array.shape, "values": array.ravel().tolist(), **_scalar(value)}
        file = io.BytesIO()
        np.save(file, array, allow_pickle=False)
        return {"npy": base64.b64encode(file.getvalue()).decode(), **_scalar(value)}
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be written into a handout")


def decoded(data):
    """Return the value that `encoded` wrote."""
    if not isinstance(data, dict):
        return data
    if "tuple" in data or "list" in data:
        return tuple(map(decoded, data["tuple"])) if "tuple" in data else list(map(decoded, data["list"]))
    if "npy" in data:
        array = np.load(io.BytesIO(base64.b64decode(data["npy"])), allow_pickle=False)
    else:
        array = np.array(data["values"], dtype=data["dtype"]).reshape(data["shape"])
    return array[()] if data.get("scalar") else array


def _scalar(value):
    return {"scalar": True} if isinstance(value, np.generic) else {}


def _exercise(data):
    cases = {name: (decoded(arguments), decoded(right)) for name, (arguments, right) in data["cases"].items()}
    return PublicExercise(
        _defined(data["stub"], data["name"], data["allowed_imports"]),
        prompt="",
        points=data["points"],
        cases=lambda rng: {name: arguments for name, (arguments, _) in cases.items()},
        hints=tuple(data["hints"]),
        mistakes={},
        returns=tuple(data["returns"]),
        run=_harness(data["harness"], data["allowed_imports"]),
        tolerance=Tolerance(**data["tolerance"]),
        seconds=data["seconds"],
        allowed_imports=tuple(data["allowed_imports"]),
        near_twins=tuple(vars(by_hand)[name] for name in data["near_twins"] if name in vars(by_hand)),
        transfer=True,  # without the answer there is nothing to compare a wrong one with but values
        recorded={name: right for name, (_, right) in cases.items()},
    )


def _question(data):
    return Question(
        data["name"], data["text"], {key: (text, "") for key, text in data["options"].items()}, "", data["points"]
    )


def names_in(allowed_imports):
    """Return what a stub and a harness may use: np, and keras and tf if answers may."""
    if tuple(allowed_imports) == ("numpy",):
        return {"np": np}
    from ..quiet import keras, tf

    return {"np": np, "keras": keras, "tf": tf}


def _harness(text, allowed_imports):
    """Return the harness from its name, "activation_lab.harness.layers:run", or from the source of a function."""
    if "\n" in text:
        return _defined(text, text.partition("(")[0].removeprefix("def "), allowed_imports)
    module, _, name = text.partition(":")
    if not f"{module}.".startswith("activation_lab.harness."):
        raise ValueError(f"{text!r} is not a harness")
    return getattr(importlib.import_module(module), name)


def _defined(source, name, allowed_imports):
    variables = names_in(allowed_imports)
    exec(compile(source, "<handout>", "exec"), variables)
    return variables[name]
