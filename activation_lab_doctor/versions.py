"""Versions and ranges, for where the package that knows them may be missing."""

import operator
import re

COMPARISONS = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def release(version):
    """ "3.10.0rc1" → (3, 10): the numbers in front, without zeros at the end."""
    numbers = [int(number) for number in re.match(r"\d+(?:\.\d+)*", version)[0].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def allowed(version, specifiers):
    """Whether a version is in a range such as ">=2.19,<3"; any is in an empty one.

    Raises:
        ValueError: the range has another form.
    """
    for specifier in filter(None, (part.strip() for part in specifiers.split(","))):
        parts = re.fullmatch(r"(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)", specifier)
        if parts is None:
            raise ValueError(f"Received the range {specifier!r}; expected one such as >=2.19.")
        if not COMPARISONS[parts[1]](release(version), release(parts[2])):
            return False
    return True
