"""The cause of an error, in one sentence: what Python, NumPy, or Keras means by its message, and what to do."""

import re

from ..shown import count
from . import error_names
from .keras_error_causes import KERAS
from .outcome import message_of

# Each rule is a pattern that the message begins with or contains, and a sentence; in the sentence, {0} is the pattern's
# first group. Instead of a sentence, there may be a function of (match, where) that returns one, or None.


def error_cause(exercise, outcome):
    """Return a sentence that explains the error of an Outcome; None if no rule knows it."""
    message, code = message_of(outcome.error), code_of(outcome)
    where = error_names.Where(exercise, type(outcome.error).__name__, code)
    for pattern, sentence in (*RULES, *KERAS):
        if match := re.search(pattern, message):
            text = sentence.format(*match.groups()) if isinstance(sentence, str) else sentence(match, where)
            if text:
                return text
    return BY_CLASS.get(type(outcome.error).__name__)


def code_of(outcome):
    """Return the line of the answer that raised the error; "" if it is unknown."""
    text = outcome.stopped.split(message_of(outcome.error))[-1].strip()
    return re.sub(r"\A\((?:line \d+: )?|\)\Z", "", text) if text.startswith("(") else ""


def _one_number(match, where):
    if called := re.search(r"\bmath\.(\w+)\(", where.code):
        return f"`math.{called[1]}` takes one number, and here it gets an array. NumPy's functions take whole arrays."
    return (
        "A whole array comes where one number is needed. NumPy's functions take whole arrays; `math`'s and `float` "
        "don't."
    )


def _product(left, right):
    return (
        f"A matrix product pairs the rows of the left array with the columns of the right one; here a row has {left} "
        f"and a column {right} {'number' if right == '1' else 'numbers'}. Look at their order, and at `.T`."
    )


def _product_with_a_number(match, where):
    if where.code and not re.search(r"@|matmul", where.code):  # the product is in a function that the answer calls
        return "A function that multiplies by a matrix gets a single number; it needs an array."
    return "`@` multiplies arrays, and here one side is a single number. Use `*`."


def _last_of_left_first_of_right(match, where):
    return _product(match[1].split(",")[-1], match[2].split(",")[0])


def _tuple_index(match, where):
    if ".shape" in where.code:
        return (
            "A shape is asked for an axis that the array doesn't have. Axes are counted from 0: a row has only "
            "`shape[0]`, a table has `shape[0]` and `shape[1]`."
        )
    return "A tuple is asked for a place that it doesn't have. Places are counted from 0."


def _list_index(match, where):
    found = set(re.findall(r"\b(\w+)\[(\d+)\]", where.code))
    if len(found) != 1:
        return (
            "A list is asked for a place that it doesn't have. Places are counted from 0: the last is its length − 1."
        )
    ((name, place),) = found
    return (
        f"`{name}[{place}]` is item number {int(place) + 1} of a list, and in this case the list has fewer. A loop "
        "goes through a list of any length."
    )


def _axis(match, where):
    axis, count = match.groups()
    there = {"0": "A single number has no axes", "1": "A row has one axis, 0"}.get(
        count, f"An array with {count} axes has 0 to {int(count) - 1}"
    )
    return (
        f"There is no axis {axis} here. {there}, since axes are counted from 0; `axis=-1` is the last one of any array."
    )


def _past_the_end(match, where):
    place, length = match.groups()
    last = f"so the last of {length} is {int(length) - 1}" if int(length) else "and this axis has none"
    return f"There is no place {place}: places are counted from 0, {last}."


def _unpacked(match, where):
    if ".shape" in where.code:
        return (
            f"The shape has {count(int(match[2]), 'number')} here, and {_waiting(match)}: a row has one axis, a table "
            "two. `z.shape[-1]` is the last length of any array."
        )
    come = "only 1 comes" if match[2] == "1" else f"{match[2]} come"
    return f"{_waiting(match)} on the left of `=`, and {come}."


def _more_come(match, where):
    return f"{_waiting(match)} on the left of `=`, and more come."


def _waiting(match):
    return "1 name waits for a value" if match[1] == "1" else f"{match[1]} names wait for values"


def _reshaped(match, where):
    return f"{match[1]} numbers can't be arranged in the shape ({match[2]}): another number of them fits there."


def _joined(match, where):
    if "concatenate" in where.code or "stack" in where.code:
        return "Arrays that are to be joined go into one list: `np.concatenate([a, b])`."
    return "An array comes where one whole number is needed."


def _not_numbers(match, where):
    if match[1] == "bitwise_xor":
        return "`^` is not a power in Python. Write `**`."
    return f"`np.{match[1]}` gets something other than an array of numbers."


def _missing_entry(match, where):
    if where.kind != "KeyError":
        return None
    if match[1] in ("kernel", "bias"):
        return (
            f"Not every layer has a parameter `{match[1]}`: an activation has none. A loop over the dictionary takes "
            "what is there."
        )
    return f"The dictionary has no entry {match[0]}."


def _none_called(match, where):
    if "keras" in where.exercise.allowed_imports:
        return (
            "None is called like a function. An activation that changes nothing is `keras.activations.linear`, not "
            "None."
        )
    return "None is called like a function."


def _single(match, where):
    text = "A single number is used like an array: a number has no length, no places, and no axes."
    if re.search(r"'int'", match.string):
        return text
    return f"{text} Does something go through an array entry by entry where the whole array is needed?"


WHOLE = (
    "A whole number is needed here, and a float comes: `/` always gives a float, `//` divides two whole numbers to one."
)
IN_PLACE = "Write `a = a + b`, which makes a new array."

RULES = (
    # One number, or an array
    (r"must be real number, not \w*(?:Tensor|ndarray)", _one_number),
    (r"only (?:length-1|size-1|0-dimensional) arrays can be converted", _one_number),
    (
        r"truth value of an array",
        "One True or False is needed here, as for `if`, `and`, `or`, `max`, and `min`; an array has one for each "
        "entry. `np.where` and `np.maximum` work entry by entry.",
    ),
    (r"invalid index to scalar variable", _single),
    (r"object of type '(?:numpy\.)?(?:float|int)\d*' has no len\(\)", _single),
    (r"(?:non-iterable )?'?(?:numpy\.)?(?:float|int)\d*'? object is not (?:iterable|subscriptable)", _single),
    (r"cannot unpack non-iterable (?:numpy\.)?(?:float|int)\d* object", _single),
    (r"iteration over a 0-d array|len\(\) of unsized object", _single),
    # Shapes
    (r"\(size (\d+) is different from (\d+)\)", lambda match, where: _product(match[2], match[1])),
    (
        r"shapes .* not aligned: (\d+) \(dim \d\) != (\d+) \(dim \d\)",
        lambda match, where: _product(match[1], match[2]),
    ),
    (r"Matrix size-incompatible: In\[0\]: \[([\d,]+)\], In\[1\]: \[([\d,]+)\]", _last_of_left_first_of_right),
    (r"does not have enough dimensions \(has 0", _product_with_a_number),
    (
        r"could not be broadcast together with (?:shapes|remapped shapes .*:) (\([\d,]*\)) (\([\d,]*\))",
        "Arrays of shapes {0} and {1} can't be combined entry by entry: counted from the right, the lengths must be "
        "equal, or one of them 1.",
    ),
    (
        r"Incompatible shapes: \[([\d,]+)\] vs\. \[([\d,]+)\]",
        "Tensors of shapes ({0}) and ({1}) can't be combined entry by entry: counted from the right, the lengths must "
        "be equal, or one of them 1.",
    ),
    (
        r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))",
        "An array of shape {0} is put where there is room for {1}.",
    ),
    (r"cannot reshape array of size (\d+) into shape \((.*)\)", _reshaped),
    (r"inhomogeneous shape", "The rows of a list differ in length, so they make no array."),
    (r"setting an array element with a sequence", "An array is put into the place of one number."),
    (r"(?:not enough|too many) values to unpack \(expected (\d+), got (\d+)\)", _unpacked),
    (r"too many values to unpack \(expected (\d+)\)", _more_come),
    (r"zero-size array to reduction", "An array without any entries has no maximum. Is a slice empty?"),
    # Places and axes
    (r"axis (-?\d+) is out of bounds for array of dimension (\d+)", _axis),
    (r"index (-?\d+) is out of bounds for axis \d+ with size (\d+)", _past_the_end),
    (
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        "{1} places are given for an array with fewer axes: {0}. `z[..., i]` and `axis=-1` work for rows and tables "
        "alike.",
    ),
    (r"tuple index out of range", _tuple_index),
    (r"list (?:assignment )?index out of range", _list_index),
    (
        r"only integers, slices|slice indices must be integers",
        "Something other than a whole number is used as a place. " + WHOLE,
    ),
    (r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer", WHOLE),
    (r"only integer scalar arrays can be converted", _joined),
    # In place
    (
        r"non-broadcastable output operand with shape (\(.*?\)) doesn't match the broadcast shape (\(.*?\))",
        "In place (`+=`, `-=`, `*=`), an array of shape {0} can't become one of {1}. " + IN_PLACE,
    ),
    (
        r"Cannot cast ufunc '\w+' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "In place (`+=`, `-=`, `out=`), an array of {1} can't take in {0}. " + IN_PLACE,
    ),
    (
        r"destination is read-only|output array is read-only",
        "This array can't be changed in place. Work on a copy: `a = a.copy()`.",
    ),
    (
        r"'tuple' object does not support item assignment",
        "A tuple, such as a shape, can't be changed. `list(…)` makes a list of it.",
    ),
    (
        r"'\S*(?:Tensor|Variable)' object does not support item assignment",
        "The entries of a tensor can't be assigned. Compute a new tensor; `keras.ops.where` chooses entry by entry.",
    ),
    # Calls
    (r"(\S+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)", error_names.missing_argument),
    (r"(\S+)\(\) takes (?:from \d+ to |exactly )?(\d+|no) (?:positional )?arguments? but (\d+)", error_names.too_many),
    (r"(\S+)\(\) got an unexpected keyword argument '(\w+)'", error_names.unknown_argument),
    (
        r"Cannot interpret '\d+' as a data type",
        "A shape is one argument, a tuple: `np.zeros((3, 4))`, with two pairs of brackets.",
    ),
    (
        r"'numpy\.ndarray' object is not callable",
        "Round brackets after an array call it like a function. Entries are picked by `[…]`; a product needs its `*`.",
    ),
    (
        r"'(?:int|float|numpy\.\w+)' object is not callable",
        "Round brackets after a number call it like a function. A product needs its `*`.",
    ),
    (
        r"'(?:tuple|list|dict)' object is not callable",
        "Round brackets after a tuple, list, or dictionary call it like a function. Use `[…]`.",
    ),
    (
        r"'str' object is not callable",
        "A text is called like a function. `keras.activations.get(name)` gives the activation that a name stands for.",
    ),
    (r"'module' object is not callable", "A module is called like a function. Call one of the functions in it."),
    (r"'NoneType' object is not callable", _none_called),
    (r"'([\w.]+)' object is not callable", error_names.not_callable),
    (r"(\w+)\(\) takes no arguments", error_names.without_init),
    (
        r"'\S*(?:function|ufunc|method)\S*' object is not subscriptable",
        "A function is called with round brackets, not with `[…]`.",
    ),
    # Names
    (r"name '(\w+)' is not defined", error_names.unknown_name),
    (
        r"local variable '(\w+)' (?:where it is not|referenced before)",
        "`{0}` is used before it has a value. A name that is assigned anywhere in a function is the function's own.",
    ),
    (r"module '([\w.]+)' has no attribute '(\w+)'", error_names.not_in_module),
    (r"No module named '([\w.]+)'", "The module {0} is not installed here."),
    (r"cannot import name '(\w+)' from '([\w.]+)'", "There is no {0} in {1}."),
    (r"'KerasTensor' object has no attribute '(\w+)'", error_names.not_in_a_symbolic_tensor),
    (r"'NoneType' object", error_names.none_used),
    (r"unsupported operand .*'NoneType'", error_names.none_used),
    (r"of type NoneType which has no callable", error_names.none_used),
    (r"'([\w.]+)' object has no attribute '(\w+)'", error_names.not_in_object),
    # Kinds
    (
        r"can't multiply sequence by non-int|can only concatenate list|(?:unsupported|bad) operand .*'list'",
        "A list isn't an array: only arrays are computed entry by entry. `np.array(…)` makes one of it.",
    ),
    (r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'", "`{0}` can't combine a {1} and a {2}."),
    (r"ufunc '(\w+)' not supported for the input types", _not_numbers),
    (r"of type (\w+) which has no callable (\w+) method", "`np.{1}` gets an array of objects ({0}), not of numbers."),
    (r"math range error", "A function of `math` stops where its result is too large for a float. NumPy's give inf."),
    (r"(?:float )?division by zero", "It divides by zero."),
    (r"\A'?(\w+)'?\Z", _missing_entry),
)

BY_CLASS = {
    "RecursionError": "It calls itself again and again: a function that calls itself needs a case in which it doesn't.",
    "AssertionError": "An `assert` in the answer isn't true.",
}
