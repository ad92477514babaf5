"""Comparison of two models: do they become the same program?"""

import dataclasses
import itertools

from .hlo import kernel_text, kernels
from .stages import compiler, concrete, executed_listing, traced_listing
from .tables import Table

NOTHING = "nothing"


@dataclasses.dataclass(frozen=True, repr=False)
class Sameness(Table):
    """The comparison of two models; true if they become the same program at every stage.

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
    """Compare two models at each stage: do they become the same program?

    The comparison of traced and executed graphs covers the operations; what feeds what, and in which order (except for
    commutative operations); attributes, such as a slope, strides or what is fused; constants; the shapes of the input
    and the weights, and which weight is used where; and what is returned. It ignores names, the values of weights, and
    any order not required by the data. XLA's programs are compared as the texts that `compiled` returns, with operands
    in order; if XLA receives the same program twice, it isn't compiled.

    Args:
        a, b: built keras.Models with one input each; left unchanged.
        gradients, batch: as in `traced`.

    Returns:
        Sameness. If the models differ, it shows the first operation that differs with its operands, where "%2" is the
        result of the second operation, or with its attributes if only these differ.

    Raises:
        TypeError, ValueError: as `traced` does.
    """
    functions = [concrete(model, gradients, batch) for model in (a, b)]
    compilers = [compiler(model, gradients, batch) for model in (a, b)]
    traced = _difference(*map(traced_listing, functions))
    # Compiling takes far longer than all else. From one and the same program, XLA makes one and the same program.
    received = [program("hlo") for program in compilers]
    given_the_same = not traced and received[0] == received[1]
    return Sameness(
        {
            "traced": traced,
            "executed": _difference(*map(executed_listing, functions)),
            "XLA": "" if given_the_same else _difference_of_texts(*(program("optimized_hlo") for program in compilers)),
        }
    )


def _difference(ours, theirs):
    """Return the first difference of two listings, or ""."""
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
    """Return the first difference of two XLA programs: by step if the steps differ, else by line of text; or ""."""
    number, our, their = _first(*(list(map(kernel_text, kernels(text))) for text in (ours, theirs)))
    if number:
        return f"step {number}: {our} | {their}"
    number, our, their = _first(*([line.strip() for line in text.splitlines()] for text in (ours, theirs)))
    return f"line {number}: {our} | {their}" if number else ""


def _first(ours, theirs):
    """Return (number, one, other) for the first pair that differs; (0, None, None) if all are equal."""
    pairs = enumerate(itertools.zip_longest(ours, theirs, fillvalue=NOTHING), 1)
    return next(((number, *pair) for number, pair in pairs if pair[0] != pair[1]), (0, None, None))
