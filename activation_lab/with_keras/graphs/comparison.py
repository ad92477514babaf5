"""Whether two models become the same program."""

import dataclasses
import itertools

from .hlo import kernel_text, kernels
from .stages import compiled, concrete, executed_listing, traced_listing
from .tables import Table

NOTHING = "nothing"


@dataclasses.dataclass(frozen=True, repr=False)
class Sameness(Table):
    """Two models compared; true if they become the same program at every stage.

    Args:
        differences: {"traced": the first difference, or "" if there is none, "executed": …, "XLA": …}.
    """

    differences: dict

    head = ("stage", "first model | second model")

    def __bool__(self):
        return not any(self.differences.values())

    def rows(self):
        return {stage: difference or "the same program" for stage, difference in self.differences.items()}


def same(a, b, gradients=False, *, batch=32):
    """Do two models become the same program, at each stage?

    Of what is traced and executed are compared: the operations; what feeds what, and in which order, but for operations
    that commute; the attributes, such as a slope, strides or what is fused; constants; the shapes of the input and of
    the weights, and which weight is used where; what is returned. Names, the values of weights, and an order that no
    data demands are not. Of XLA's programs the texts are compared that `compiled` gives, operands in their order.

    Args:
        a, b: built keras.Models of one input each; they stay as they are.
        gradients, batch: as in `traced`.

    Returns:
        Sameness. Where the models part it shows the first operation that differs: its operands, "%2" being the result
        of the second operation, and attributes where only these differ.

    Raises:
        TypeError, ValueError: as `traced` does.
    """
    functions = [concrete(model, gradients, batch) for model in (a, b)]
    texts = [compiled(model, gradients, batch=batch) for model in (a, b)]
    return Sameness(
        {
            "traced": _difference(*map(traced_listing, functions)),
            "executed": _difference(*map(executed_listing, functions)),
            "XLA": _difference_of_texts(*texts),
        }
    )


def _difference(ours, theirs):
    """Where two listings part, or ""."""
    number, our, their = _first(ours, theirs)
    if not number:
        return ""
    words = f"operation {number}: {our}"
    if str(our) != str(their):
        return f"{words} | {their}"
    first, second = dict(our.attributes), dict(their.attributes)
    name = next(name for name in first | second if first.get(name) != second.get(name))
    if isinstance(first.get(name), tuple):
        return f"{words}, in its {name}, {_difference(first[name], second[name])}"
    return f"{words}, {name} {first.get(name)} | {name} {second.get(name)}"


def _difference_of_texts(ours, theirs):
    """Where two of XLA's programs part, by a step if one sees it there, else by a line of the texts; or ""."""
    number, our, their = _first(*(list(map(kernel_text, kernels(text))) for text in (ours, theirs)))
    if number:
        return f"step {number}: {our} | {their}"
    number, our, their = _first(*([line.strip() for line in text.splitlines()] for text in (ours, theirs)))
    return f"line {number}: {our} | {their}" if number else ""


def _first(ours, theirs):
    """(number, one, other) of the first that differ; (0, None, None) if all are equal."""
    pairs = enumerate(itertools.zip_longest(ours, theirs, fillvalue=NOTHING), 1)
    return next(((number, *pair) for number, pair in pairs if pair[0] != pair[1]), (0, None, None))
