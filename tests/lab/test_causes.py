"""Is the cause of a wrong answer named in one sentence, when it stops, and when something else came back?"""

import dataclasses

import numpy as np
import pytest
from answers import LAYER, RELU, checked, notebook, words

from activation_lab import exercises
from activation_lab.checking import judge

BACKWARD = (
    "def dense_backward(dz, x, kernel):\n    dx, dkernel, dbias = dz @ kernel.T, x.T @ dz, dz.sum(axis=0)\n    {}"
)
FORWARD = "def dense_forward(x, kernel, bias):\n    z = x @ kernel + bias\n    {}"


def cause(source):
    """The sentences that name the cause of a wrong answer; its name is that of the last definition."""
    name = source.rsplit("def " if "class " not in source else "class ", 1)[1].split("(")[0].split(":")[0]
    report = checked(source, f"lab.check({name})")
    assert report.state == "failed", repr(report)
    return " ".join(report.diagnoses)


# What stopped it

STOPPED = {
    "math.exp of an array": (
        "import math\ndef sigmoid(z):\n    return 1 / (1 + math.exp(-z))",
        "`math.exp` takes one number",
    ),
    "float of an array": (RELU.format("float(z)"), "A whole array comes where one number is needed."),
    "a condition": (RELU.format("z if z.any() and z > 0 else 0 * z - 1"), "One True or False is needed here"),
    "a matrix product": (
        "def dense_forward(x, kernel, bias):\n    return x @ x @ kernel",
        "a row has 3 and a column 4 numbers",
    ),
    "np.dot": ("def dense_forward(x, kernel, bias):\n    return np.dot(x, x)", "a row has 3 and a column 4 numbers"),
    "entry by entry": (
        "def dense_forward(x, kernel, bias):\n    return x * bias",
        "Arrays of shapes (4,3) and (2,) can't be",
    ),
    "in place, another shape": (
        RELU.format("np.add(z, np.ones((2, 5)), out=z)"),
        "an array of shape (5,) can't become one of (2,5)",
    ),
    "in place, another kind": (
        "def sigmoid(z):\n    out = np.zeros(z.shape, int)\n    out += 0.5\n    return out",
        "In place (`+=`, `-=`, `out=`), an array of int64 can't take in float64.",
    ),
    "a place in a shape": (RELU.format("z * z.shape[7]"), "A shape is asked for an axis"),
    "a place in a list": (RELU.format("[1, 2][2]"), "A list is asked for a place"),
    "past the end": (
        RELU.format("np.array([z[len(z)]])"),
        "There is no place 5: places are counted from 0, so the last of 5 is 4.",
    ),
    "an axis": (RELU.format("z.sum(axis=1)"), "There is no axis 1 here. A row has one axis, 0"),
    "too many places": (RELU.format("z[0, 0]"), "2 places are given for an array with fewer axes: 1."),
    "a single number": (RELU.format("z[0][0]"), "A single number is used like an array"),
    "a shape unpacked": (
        "def relu(z):\n    rows, columns = z.shape\n    return z",
        "The shape has 1 number here, and 2 names wait for values",
    ),
    "a missing name": (RELU.format("maximum(z, 0)"), "`maximum` is not defined. Write `np.maximum`"),
    "a misspelled argument": (
        "def dense_forward(x, kernel, bias):\n    return x @ kernal + bias",
        "Did you mean `kernel`?",
    ),
    "another parameter's name": (
        "def relu(x):\n    return np.maximum(z, 0)",
        "the parameters of your function have other names",
    ),
    "a module of another lesson": (RELU.format("tf.nn.relu(z)"), "the lesson doesn't import it"),
    "the package's function": ("def swish(z):\n    return z * sigmoid(z)", "Write `lab.sigmoid`"),
    "another name": (RELU.format("np.maximum(weights, 0)"), "`weights` is not defined. The answer is given z."),
    "a local name": ("def relu(z):\n    out = out + z\n    return out", "`out` is used before it has a value."),
    "not in a module": (RELU.format("np.Maximum(z, 0)"), "There is no `Maximum` in numpy. Did you mean `maximum`?"),
    "not in an array": (RELU.format("z.reshap(5)"), "An array has no `.reshap`. Did you mean `.reshape`?"),
    "a list for an array": (RELU.format("list(z).shape"), "A list has no `.shape`; an array has."),
    "nothing used": (RELU.format("[3, 1].sort().shape"), "`.sort(…)` works in place and returns None"),
    "an argument that is None": (
        RELU.format("np.maximum(z, 0) + len(list(None))"),
        "or it is an argument that may be None",
    ),
    "an array called": (RELU.format("z(z > 0)"), "Round brackets after an array call it like a function."),
    "a function indexed": (RELU.format("np.abs[z]"), "A function is called with round brackets"),
    "a shape in two arguments": (RELU.format("np.zeros(3, 4)"), "A shape is one argument, a tuple"),
    "an option misspelled": (RELU.format("np.sum(z, axes=0)"), "`sum` has no argument `axes=`. Did you mean `axis=`?"),
    "an argument missing": (RELU.format("(lambda z, slope: z * slope)(z)"), "is called without `slope`."),
    "a power": (RELU.format("z ^ 2"), "`^` is not a power in Python."),
    "a float as a place": (RELU.format("z[len(z) / 2]"), "`//` divides two whole numbers to one."),
    "a list of unequal rows": (RELU.format("np.array([[1, 2], [3]])"), "The rows of a list differ in length"),
    "an array in one place": (
        "def relu(z):\n    z = z.copy()\n    z[0] = np.ones(3)\n    return z",
        "An array is put into the place of one number.",
    ),
    "a tuple changed": (
        "def relu(z):\n    shape = z.shape\n    shape[0] = 1\n    return z",
        "A tuple, such as a shape, can't be changed.",
    ),
    "calls itself": (RELU.format("relu(z)"), "It calls itself again and again"),
}


@pytest.mark.parametrize(("source", "sentence"), STOPPED.values(), ids=STOPPED)
def test_what_stopped_it(source, sentence):
    """Is an error explained, with what it means here and not only its message?"""
    assert sentence in cause(source)


def test_an_error_is_explained_once():
    """Is one sentence shown for an error that comes in every case with other numbers, and its message once?"""
    source = "def dense_forward(x, kernel, bias):\n    return np.dot(x, np.ones((77, 2)))"
    report = checked(source, "lab.check(dense_forward)")
    assert len(report.diagnoses) == 1 and words(report).count("not aligned") == 1


def test_an_unknown_error_has_no_cause():
    """Is nothing said about an error that no rule knows?"""
    assert cause("Own = type('Own', (Exception,), {})\ndef relu(z):\n    raise Own('a message of its own')") == ""


METHODS = {
    "z is not kept": (
        "return self.function(x)",
        "return self.function_backward(grad_output)",
        "`tanh_backward` is called without z.",
    ),
    "an attribute never set": (
        "return self.function(x)",
        "return self.function_backward(grad_output, self.x)",
        "`self.x` doesn't exist yet",
    ),
    "a name of __init__": (
        "self.x = x; return function(x)",
        "return grad_output",
        "`function` is known in `__init__` alone.",
    ),
    "kept on self": (
        "self.x = x; self.y = self.function(x)",
        "return self.function_backward(grad_output, self.x)",
        "`forward` keeps `self.y` and returns nothing.",
    ),
}


@pytest.mark.parametrize(("forward", "backward", "sentence"), METHODS.values(), ids=METHODS)
def test_what_is_wrong_with_a_class(forward, backward, sentence):
    """Is the lesson's point named if a layer keeps nothing, and what a method lacks?"""
    assert sentence in cause(LAYER.format(forward=forward, backward=backward))


def test_a_method_without_self():
    """Does a method that takes no object get told so?"""
    source = LAYER.format(forward="return x", backward="return grad_output").replace("(self, x)", "(x)")
    assert "counting the object itself, which comes first, as `self`" in cause(source)


# What came back

CAME_BACK = {
    "a tuple": (
        FORWARD.format("return z, (x, kernel)"),
        "It returns a tuple of 2; the first of them is what was asked for.",
    ),
    "a dictionary": (FORWARD.format("return {'z': z}"), "its entry 'z' is what was asked for."),
    "a list": (FORWARD.format("return z.tolist()"), "It returns the right numbers in a list."),
    "one of three": (BACKWARD.format("return dx"), "It returns dx alone. Return all 3 values"),
    "two of three": (BACKWARD.format("return dx, dbias"), "It returns dx and dbias; dkernel is missing."),
    "four": (
        BACKWARD.format("return dx, dkernel, dbias, dz"),
        "It returns 4 values; dx, dkernel, dbias are among them.",
    ),
    "several in a dictionary": (
        BACKWARD.format("return dict(dx=dx, dW=dkernel, db=dbias)"),
        "Its values are right; return a tuple: dx, dkernel, dbias.",
    ),
    "a part in a tuple": (
        BACKWARD.format("return dx, (dkernel, x), dbias"),
        "Where dkernel is expected, it returns a tuple of 2",
    ),
    "a part in a list": (
        BACKWARD.format("return dx, dkernel, dbias.tolist()"),
        "Where dbias is expected, it returns the right numbers in a list.",
    ),
    "printed": (FORWARD.format("print(z) if False else None"), "`dense_forward` prints and returns nothing."),
    "return print": (FORWARD.format("return print()"), "`return print(…)` returns None"),
    "no return": (FORWARD.format("z = z + 0"), "`dense_forward` has no `return` with a value"),
    "the last line alone": (FORWARD.format("z"), "ends with a value in its last line"),
    "a method that returns None": (
        FORWARD.format("parts = [z]\n    return parts.append(x)"),
        "`parts.append(…)` returns None",
    ),
    "a call in the last line": (FORWARD.format("np.exp(z, out=z)"), "has no `return` with a value"),
    "a step in the last line": (FORWARD.format("z.sort()"), "has no `return` with a value"),
    "one way without a return": (FORWARD.format("if len(x) == 77:\n        return z"), "no `return` is met"),
    "a function": (FORWARD.format("return lambda: z"), "It returns a function, not what it computes."),
    "yield": (FORWARD.format("yield z"), "a generator, because it contains `yield`. `return` gives back a value."),
    "a text": (FORWARD.format("return str(z)"), "It returns a text"),
    "a float": (
        "def dense_parameter_count(features, units):\n    return (features * units + units) / 1",
        "the right numbers as floats",
    ),
    "float16": (RELU.format("np.maximum(z, 0).astype(np.float16)"), "right to the few digits of float16"),
    "a loss too": (
        "def cross_entropy_from_logits_backward(z, labels):\n    p = lab.softmax(z)\n    "
        "p[np.arange(len(z)), labels] -= 1\n"
        "    return 1.0, p / len(z)",
        "the second of them is what was asked for",
    ),
}


@pytest.mark.parametrize(("source", "sentence"), CAME_BACK.values(), ids=CAME_BACK)
def test_what_came_back(source, sentence, capfd):
    """If the right value is inside something else, or is missing, is that the first thing said?"""
    assert sentence in cause(source)


def test_a_return_of_nothing_is_not_blamed_on_another_way():
    """Is nothing said about ways without a return if each ends in one, and a helper returned nothing?"""
    body = "if len(x) > 2:\n        return own(z)\n    else:\n        return own(x)"
    assert cause("def own(z):\n    pass\n" + FORWARD.format(body)) == ""


@pytest.mark.parametrize("line", ["return z + 1, x", "return [z + 1]", "return {'z': z + 1}", "return (z + 1)[None]"])
def test_a_wrong_value_is_not_called_right(line):
    """Is nothing called right that isn't, whatever it comes in?"""
    said = cause(FORWARD.format(line))
    assert "right" not in said and "what was asked for" not in said


@pytest.mark.parametrize("order", ["{0}\n    {1}", "{1}\n    {0}"], ids=["above", "below"])
def test_the_stubs_line_left_in(order):
    """Is an answer whose `raise` was left in a wrong one, with that line named, and not one that isn't attempted?"""
    source = "def relu(z):\n    " + order.format(
        'raise NotImplementedError("Write relu here.")', "return np.maximum(z, 0)"
    )
    if order.startswith("{1}"):
        source = source.replace("return np", "a = np")
    report = checked(source)
    assert report.state == "failed" and "so is the line `raise NotImplementedError(…)`" in words(report)


# Another width of float


def test_another_width_costs_nothing():
    """Do right values in another float width pass, with a note that names both?"""
    report = checked(RELU.format("np.maximum(z, 0).astype(np.float64)"))
    assert report.state == "passed" and report.score == report.points
    assert "the values are right, but float64 where float32 is expected (float32)" in words(report)


def test_fewer_digits_are_called_fewer():
    """Does a narrower float get another note than a wider one?"""
    narrow = "np.asarray(np.maximum(z, 0), dtype=np.float32 if np.ndim(z) else float)"
    report = checked(RELU.format(narrow))
    assert report.state == "passed" and "fewer digits" in words(report) and "np.zeros" not in words(report)


@pytest.mark.skipif(np.longdouble == np.float64, reason="no wider float here: on Windows and on Arm")
def test_a_float_that_not_every_machine_has():
    """Is the widest float, which can't be sent to the grader, refused with a sentence?"""
    report = checked(RELU.format("np.maximum(z, 0).astype(np.longdouble)"))
    assert report.state == "failed" and "which not every machine has" in words(report)


def test_the_arguments_width_needs_no_note():
    """Is nothing noted about the arguments' own dtype, and does a wrong value in another width still fail?"""
    assert checked(RELU.format("np.maximum(z, 0)")).notes == ()
    assert checked(RELU.format("(np.maximum(z, 0) + 1e-3).astype(np.float64)")).state == "failed"


# The rule of imports

IMPORTED = {
    "in the answer": (RELU.format("__import__('json') and np.maximum(z, 0)"), ()),
    "a statement in the answer": ("def relu(z):\n    import pytest\n    return np.maximum(z, 0)", ("pytest",)),
    "of the notebook": ("import pytest as p\ndef relu(z):\n    return np.maximum(z, 0) if p else z", ("pytest",)),
    "a function of it": (
        "from pytest import raises\ndef relu(z):\n    return np.maximum(z, 0) if raises else z",
        ("_pytest",),
    ),
    "through a helper": (
        "import pytest\ndef own(z):\n    return pytest and z\ndef relu(z):\n    return np.maximum(own(z), 0)",
        ("pytest",),
    ),
    "not used": ("import pytest\ndef relu(z):\n    return np.maximum(z, 0)", ()),
    "the standard library": ("import math\ndef relu(z):\n    return np.maximum(z, math.floor(0))", ()),
    "the package": (RELU.format("np.maximum(z, 0) + 0 * lab.tanh(z)"), ()),
}


@pytest.mark.parametrize(("source", "foreign"), IMPORTED.values(), ids=IMPORTED)
def test_what_an_answer_imports(source, foreign):
    """Does the check say what the grader won't count, and nothing else?"""
    answer = notebook(source)["relu"]
    report = judge(exercises.find("relu"), answer)
    assert (report.state == "passed") == (foreign == ())
    if foreign:
        assert f"It imports {foreign[0]};" in words(report)


def test_an_exercise_allows_its_modules():
    """May an answer use what its exercise allows?"""
    answer = notebook("import pytest\ndef relu(z):\n    return np.maximum(z, 0) if pytest else z")["relu"]
    exercise = dataclasses.replace(exercises.find("relu"), allowed_imports=("numpy", "pytest"))
    assert judge(exercise, answer).state == "passed"


@pytest.mark.parametrize("constant", ["np.finfo(np.float32).eps", "np.int64(3)", "np.float64(0)"])
def test_numpys_constants_are_literals(constant):
    """Is a NumPy number of the notebook a constant like any other, and an array still a variable?"""
    source = "EPS = {}\ndef relu(z):\n    return np.maximum(z, 0) + 0 * z.dtype.type(np.sum(EPS))"
    assert checked(source.format(constant)).state == "passed"
    assert "It reads the notebook's variable EPS." in words(checked(source.format(f"np.array([{constant}])")))
