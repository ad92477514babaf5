"""Validate data from the sandbox piece by piece: each is as expected, or is rejected."""

import re

from .allowlist import POLICY

PARTS = 200  # layers, models and calls in all
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")  # no dot: names with a dot are given here


class Rejected(Exception):
    """This is not a description of a model that may be built; the text is a whole sentence."""


def fail(what):
    raise Rejected(f"The description of the model is malformed: {what}.")


def as_dict(value, *keys):
    if type(value) is not dict or any(type(key) is not str or key not in keys for key in value):
        fail(f"expected a dictionary of {', '.join(keys)}")
    return value


def as_list(value, longest=PARTS):
    if type(value) not in (list, tuple) or len(value) > longest:
        fail(f"expected a list of at most {longest} items")
    return list(value)


def item_of(value, items):
    """Return the item with this number, among those that are there already."""
    if type(value) is not int or not 0 <= value < len(items):
        fail("a number refers to nothing")
    return items[value]


def settings_of(kind, given):
    """Return the arguments for a layer or operation, each checked."""
    for name, value in as_dict(given, *kind.settings).items():
        if not kind.settings[name](value):
            fail(f"the setting {name} has a value that is not allowed")
    return {name: _tuples(value) for name, value in given.items()}


def _tuples(value):
    return tuple(map(_tuples, value)) if type(value) is list else value


def policy_of(part):
    policy = part.get("policy")
    return policy if POLICY(policy) else fail("a dtype policy is unknown")


def name_of(part, number):
    """Return the layer's own name, which error messages mention, or another if it isn't a plain name."""
    name = part.get("name")
    return name if type(name) is str and NAME.fullmatch(name) else f"layer.{number}"
