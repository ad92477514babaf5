"""Programs cut out of notebooks."""

import ast

import numpy as np
import pytest
from sheets import answer, executed, text

from activation_lab.checking import stubs
from activation_lab_tools.grader.reading import constants, definitions, slicing

RELU = "def relu(z):\n    return np.maximum(z, 0)"
STUB = 'def relu(z):\n    """The prompt."""\n    raise NotImplementedError("Write relu here.")'
NUMPY = "import numpy as np"
UNWRITTEN = 'raise NotImplementedError("Write Layer.forward here.")'


def test_the_stubs_sentence():
    """Does the reader, which cannot import the checks, know the same sentence as they do?"""
    assert definitions.STUB.pattern == stubs.STUB.pattern
    assert definitions.STUB.fullmatch(stubs.WRITE.format("Layer.forward"))


def lines(found):
    """The program without empty lines."""
    return [line for line in found.program.splitlines() if line]


# --- What a program holds ---------------------------------------------------------------------------------------------


def test_a_program_holds_what_the_answer_names_and_nothing_else():
    """Are imports, helpers, helpers' helpers and constants taken, and demonstrations, checks and loops left?"""
    found = answer(
        "import numpy as np, math\nimport keras\nfrom os import path, remove",
        "LOW = 0\nHIGH = math.inf\nother = np.zeros(3)",
        "def clip(z):\n    return np.clip(z, LOW, HIGH)\n\ndef unused(z):\n    return z",
        "print('hello')\nfor i in range(3):\n    print(i)\nx = clip(np.ones(3))",
        "def relu(z):\n    return clip(z)",
        "lab.check(relu)\nrelu(np.ones(3))",
    )
    assert found.state == "written"
    assert lines(found) == [
        "import numpy as np",
        "import math",
        "LOW = 0",
        "HIGH = math.inf",
        "def clip(z):",
        "    return np.clip(z, LOW, HIGH)",
        "def relu(z):",
        "    return clip(z)",
    ]
    assert (found.imports, found.variables, found.notes) == (("math", "numpy"), (), ())
    assert found.own == "def relu(z):\n    return clip(z)"
    assert np.array_equal(executed(found)(np.array([-1.0, 2.0])), [0, 2])


@pytest.mark.parametrize(
    "value",
    [
        "3",
        "-2.5e3",
        "[1, (2, 'x'), {3: None}]",
        "np.array([1.0, 2.0])",
        "np.array([1, 2]).reshape(2, 1).T",
        "np.pi / 2 + math.sqrt(2)",
        "sqrt(2)",
        "float('inf')",
        "tuple(range(3))",
        "[abs(x) for x in (1, -2)]",
        "'a b'.split()",
        "functools.partial(max, 0)",
        "np.vectorize(max)",
        "lambda z: print(z)",
        "{'f': lambda z: keras.ops.relu(z)}",
        "np.maximum",
        "f'{1 + 1}'",
        "1 if np.pi > 3 else 2",
    ],
)
def test_constants_are_executed(value):
    """Is an assignment part of the program whose value is always the same?"""
    found = answer(f"import math, functools, keras\n{NUMPY}\nfrom math import sqrt\nK = {value}\ndef relu(z): return K")
    assert f"K = {value}" in found.program and found.variables == ()


@pytest.mark.parametrize(
    "value",
    [
        "keras.layers.Dense(3)",
        "tf.constant(3.0)",
        "lab.load_fashion_mnist()",
        "model.predict(3)",
        "make(3)",
        "open('x').read()",
        "input()",
        "data['x'].mean()",
        "(lambda: 3)()",
        "(y := 3)",
        "await thing",
        "[f(x) for x in range(3)]",
    ],
)
def test_other_assignments_are_notebook_variables(value):
    """Is an assignment left out that calls something else, and the name reported?"""
    found = answer(f"K = {value}\ndef relu(z): return K")
    assert found.variables == ("K",) and lines(found) == ["def relu(z): return K"]


@pytest.mark.parametrize(
    "source", ["for K in range(3):\n    pass", "with open('x') as K:\n    K.read()", "K = !ls", "K += f(1)"]
)
def test_names_that_statements_leave_behind_are_notebook_variables(source):
    """Is what a loop, a with or a magic leaves behind a variable of the notebook?"""
    assert answer(f"{source}\ndef relu(z): return K").variables == ("K",)


def test_uses_in_decorators_defaults_annotations_bases_and_inner_scopes_count():
    """Is everything there that a definition names, wherever it names it?"""
    found = answer(
        "def A(f): return f\nB = 0\nclass C: pass\nclass D(C): pass\nE = 1\nF = 2",
        "@A\ndef relu(z: D, low=B):\n    return [max(v, low) + (lambda: E)() for v in z if v < F]",
    )
    assert [line.split(" = ")[0].split(":")[0] for line in lines(found)[:6]] == [
        "def A(f)", "B", "class C", "class D(C)", "E", "F",
    ]  # fmt: skip
    assert executed(found)([-1, 1]) == [1, 2]


MAKERS = """
def make(low):
    return lambda z: max(z, low)

def made(low):
    inner = make(low)
    return inner

class Clip:
    def __init__(self, low):
        self.low = low
    def __call__(self, z):
        return max(z, self.low)
    def forward(self, z):
        return max(z, self.low)
    @staticmethod
    def at(low):
        return max

class Lower(Clip):
    def __init__(self, low):
        super().__init__(low - 1)

def train(epochs):
    model = keras.Sequential([])
    model.fit(epochs)
    return model

def report(low):
    print(low)
    return low

def passes_on(low):
    return train(low)
"""


@pytest.mark.parametrize("value", ["make(0)", "made(0)", "Clip(0).forward", "Lower(1).forward", "Clip(0).forward"])
def test_what_the_notebooks_own_functions_make_is_executed(value):
    """Is a closure or a bound method part of the program that a helper of the notebook makes?"""
    found = answer(MAKERS, f"clip = {value}", "def relu(z): return clip(z)")
    assert found.variables == () and executed(found)(-3) == 0 and executed(found)(3) == 3


@pytest.mark.parametrize(
    "value", ["train(3)", "report(3)", "passes_on(3)", "Clip(0)(3)", "Clip(0).forward(3)", "make(0)(3)"]
)
def test_what_they_do_otherwise_is_not(value):
    """Is a call left out that trains or prints, by itself or through another, or that runs what was made?"""
    assert answer(MAKERS, f"clip = {value}", "def relu(z): return clip").variables == ("clip",)


def test_each_definition_is_looked_at_once(monkeypatch):
    """Is a long chain of functions that call each other decided by one look at each?"""
    look, seen = constants._needed_to_make, []
    monkeypatch.setattr(constants, "_needed_to_make", lambda node, paths: seen.append(node) or look(node, paths))
    chain = "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(300))
    for last, makers in (("5", 301), ("open(5)", 0)):
        nodes = ast.parse(f"{chain}def f300(): return {last}").body
        assert len(constants.callables_of(nodes, {}).makers) == makers
    assert len(seen) == 2 * 301


def test_a_corrected_helper_is_an_alternative():
    """Is there a program with the helpers' last definitions too, with a note, if and only if it differs?"""
    relu = "def relu(z): return h()"
    found = answer("def h(): return 1", relu, "import math\ndef h(): return math.pi")
    assert executed(found)(0) == 1 and found.corrected["note"] == "relu uses h, which changed later, in cell 3"
    assert "math.pi" in found.corrected["program"] and found.corrected["imports"] == ("math",)
    assert answer(relu, "def h(): return 1").corrected == answer("def h(): return 1", relu).corrected == {}
    assert answer("def h(): return 1", relu, "def h(:").corrected == {}


@pytest.mark.parametrize(
    "source, needed, optional",
    [
        ("try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp", ("numpy",), ("cupy",)),
        ("try:\n    from jax import numpy as xp\nexcept (OSError, ModuleNotFoundError):\n    xp = None", (), ("jax",)),
        ("try:\n    import cupy as xp\nexcept:\n    xp = None", (), ("cupy",)),
        ("try:\n    import cupy as xp\nexcept ValueError:\n    xp = None", ("cupy",), ()),
        ("try:\n    import cupy as xp\nexcept ImportError:\n    import cupy as xp", ("cupy",), ()),
    ],
)
def test_imports_that_a_program_can_do_without(source, needed, optional):
    """Is an import told apart whose failure is caught?"""
    found = answer(source, "def relu(z): return xp.maximum(z, 0)")
    assert (found.imports, found.optional_imports) == (needed, optional)


def test_only_imports_that_are_used_are_taken():
    """Is each import cut down to what the program uses?"""
    found = answer("import numpy as np, tensorflow as tf\nfrom activation_lab import check, relu as theirs", f"{RELU}")
    assert lines(found)[0] == "import numpy as np" and found.imports == ("numpy",)


def test_a_star_import_is_taken_where_a_name_is_otherwise_unknown():
    """Is `from … import *` kept if it may be needed, and only then?"""
    assert answer("from numpy import *\ndef relu(z): return maximum(z, 0)").imports == ("numpy",)
    assert answer("from numpy import *\ndef relu(z): return max(z, 0)").imports == ()


def test_imports_of_parts_of_one_package_are_kept_together():
    """Are all `import keras.…` taken where keras is used?"""
    found = answer("import xml.dom\nimport xml.sax\nimport os.path\ndef relu(z): return xml.sax")
    assert lines(found)[:2] == ["import xml.dom", "import xml.sax"] and found.imports == ("xml",)


def test_imports_are_found_wherever_they_hide():
    """Are imports inside functions, by __import__, by importlib, and by way of the course, reported?"""
    found = answer(
        "import importlib\nfrom activation_lab.quiet import keras, tf\nfrom importlib import import_module as load\n"
        "def relu(z):\n    import torch.nn as nn\n    from jax.numpy import maximum\n    from . import here\n"
        "    __import__('scipy.special')\n    importlib.import_module('pandas')\n    load('sympy')\n    return keras"
    )
    assert found.imports == ("activation_lab", "importlib", "jax", "keras", "pandas", "scipy", "sympy", "torch")


def test_future_imports_come_first():
    """Is a __future__ import at the head of the program, wherever it stood?"""
    found = answer("X = 1", "from __future__ import annotations", "def relu(z: Unknown): return X * z")
    assert lines(found)[0] == "from __future__ import annotations" and executed(found)(3) == 3


def test_unknown_names_are_left_for_execution_to_report():
    """Is a program made though a name is nowhere defined?"""
    found = answer("def relu(z): return helper(z)")
    assert found.state == "written" and found.variables == ()
    with pytest.raises(NameError):
        executed(found)(3)


def test_definitions_under_conditions_count():
    """Are imports and definitions within if, try and with taken, and calls beside them left out?"""
    found = answer(
        "try:\n    import numpy as np\nexcept ImportError:\n    np = None\n    print('no')",
        "if 1 > 0:\n    def relu(z):\n        return np.maximum(z, 0)\n    print(relu(3))\n    lab.check(relu)",
    )
    assert executed(found)(-3) == 0 and "print" not in found.program and "check" not in found.program
    assert "ImportError" in found.program


@pytest.mark.parametrize(
    "head",
    [
        "for _ in range(1):",
        "for name in names():",
        "if lab.check(swish):",
        "if True:",
        "while True:",
        "while not lab.check(swish):",
        "with open('missing') as file:",
        "with np.errstate(all='raise'):",
        "try:",
        "for _ in range(2):\n  while f():\n   if g():",
    ],
)
def test_a_definition_in_a_block_counts(head):
    """Is an answer found in any loop, under any condition, in any `with`, and nothing else of it executed?"""
    tail = "except NameError:\n    pass" if head == "try:" else ""
    found = answer(
        f"import numpy as np\n{head}\n    def relu(z): return 2 * z\n    print('no')\n    break_it()\n{tail}"
    )
    assert found.state == "written" and executed(found)(3) == 6
    assert "print" not in found.program and "break_it" not in found.program and "check" not in found.program


def test_the_variable_of_a_loop_is_there_where_it_can_be():
    """Does an answer in a loop over constants read its variable?"""
    assert executed(answer("for low in (1, 2):\n    def relu(z): return max(z, low)"))(0) == 2
    assert answer("for low in f():\n    def relu(z): return max(z, low)").variables == ("low",)


def test_definitions_that_only_running_could_choose_from_are_reported():
    """Is an answer missing that has two branches of which only running can choose one, and is that said?"""
    found = answer("if f():\n    def relu(z): return 1\nelse:\n    def relu(z): return 2", "def swish(z): return z")
    assert found.state == "missing" and "Cell 1 defines relu in several branches" in found.notes[0]


# --- Which definition counts ------------------------------------------------------------------------------------------


def test_the_last_definition_of_an_answer_counts_and_is_noted():
    """Is the last one taken, and is it said how many there are and how many differ?"""
    first, last = "def relu(z): return 1", "def relu(z): return 2"
    found = answer(first, last)
    assert executed(found)(0) == 2 and lines(found) == [last]
    assert found.notes == (
        "Two cells define relu (cells 1 and 2); the last one counts. It differs from the one before it.",
    )
    (note,) = answer(last, first, "def relu(z):  # same\n    return 2").notes
    assert note == (
        "Three cells define relu (cells 1, 2 and 3); the last one counts. It differs from 1 of the 2 before it."
    )
    assert answer(first, first, last).notes[0].endswith("It differs from all 2 before it.")
    assert answer(last, last).notes[0].endswith("They are the same.")
    assert answer(f"{first}\n{last}").notes[0].startswith("Cell 1 defines relu 2 times; the last one counts.")


def test_a_stub_never_hides_a_written_answer():
    """Does a written answer count, without a note, if an untouched stub is below or above it?"""
    for cells in ((RELU, STUB), (STUB, RELU)):
        found = answer(NUMPY, *cells)
        assert found.state == "written" and found.own == RELU and found.notes == ()


def test_helpers_are_those_that_the_answer_would_have_found():
    """Is a helper the last one at or before the answer's cell, else the first one after it?"""
    h1, h2, h3 = (f"def h(): return {n}" for n in (1, 2, 3))
    relu = "def relu(z): return h()"
    assert executed(answer(h1, h2, relu, h3))(0) == 2
    assert executed(answer(h1, f"{relu}\n{h2}", h3))(0) == 2
    assert executed(answer(relu, h2, h3))(0) == 2
    assert lines(answer(relu, h2)) == [relu, h2]


def test_a_helper_that_is_an_exercise_is_the_written_one():
    """Does an answer use the learner's own other answer, not its untouched stub?"""
    stub = 'def swish(z):\n    raise NotImplementedError("Write swish here.")'
    assert executed(answer("def swish(z): return 5", stub, "def relu(z): return swish(z)"))(0) == 5
    assert answer(stub, "def relu(z): return swish(z)").program.count("Write swish here.") == 1


def test_what_is_read_at_once_is_what_stood_above():
    """Does a class get the base that it had when it was defined, though the name is bound again later?"""
    found = answer("class Base:\n    value = 1", "class Mine(Base): pass", "Base = 7", "def relu(z): return Mine.value")
    assert executed(found)(0) == 1 and "Base = 7" not in found.program


def test_a_name_that_became_a_variable_is_one():
    """Is a constant that was bound again by a call a notebook variable?"""
    assert answer("K = 1", "K = load()", "def relu(z): return K").variables == ("K",)
    assert answer("K = load()", "K = 1", "def relu(z): return K").variables == ()


@pytest.mark.parametrize(
    "source, value",
    [
        ("relu = lambda z: 2 * z", 6),
        ("def mine(z): return 2 * z\nrelu = mine", 6),
        ("relu: object = lambda z: 2 * z", 6),
        ("import functools, operator\nrelu = functools.partial(operator.mul, 2)", 6),
        ("def relu(z): return z + 1\nrelu = (lambda f: f)(relu)", 4),
        ("import numpy as np\ndef relu(z): return 2 * z\nrelu = np.vectorize(relu)", 6),
        ("def make(a):\n    return lambda z: a * z\nrelu = make(2)", 6),
        ("relu = type('R', (), {'__call__': lambda self, z: 2 * z})()", 6),
    ],
)
def test_an_answer_may_be_any_expression(source, value):
    """Is an answer accepted that isn't a def or class, with what it wraps, and never called two definitions?"""
    found = answer(source, "def swish(z): return z")
    assert found.state == "written" and executed(found)(3) == value and found.notes == ()


def test_an_experiment_of_the_same_name_does_not_hide_the_answer():
    """Is the function the answer, though a value was given its name afterwards?"""
    found = answer("def relu(z): return z", "relu = lab.relu(z)", "relu = relu(3)")
    assert found.own == "def relu(z): return z" and executed(found)(4) == 4


def test_an_import_of_the_name_is_no_answer():
    """Is an exercise missing that is only imported?"""
    assert answer("from activation_lab import relu", "def swish(z): return z").state == "missing"


def test_methods_put_into_a_class_afterwards_count():
    """Is `Relu.forward = forward` part of the answer, with what it needs, up to the class's next definition?"""
    found = answer(
        f"class Layer:\n    def forward(self, x):\n        {UNWRITTEN}",
        "K = 2\ndef forward(self, x): return K * x\nLayer.forward = forward\nnp.max = forward",
        name="Layer",
    )
    assert found.state == "written" and executed(found)().forward(3) == 6 and "np.max" not in found.program
    helper = "class H: x = 1\nH.x = 2\nclass H: x = 3"
    assert executed(answer(helper, "def relu(z): return H.x"))(0) == 3
    assert executed(answer("T = {}\nT['a'] = 1", "def relu(z): return T['a']", "T['a'] = 2"))(0) == 1


# --- Stubs and broken answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["pass", "...", "'a text'", '"""doc"""\n    ...', STUB.split("\n", 1)[1].strip()])
def test_untouched_functions_are_stubs(body):
    """Is a function that does nothing not attempted?"""
    found = answer(f"def relu(z):\n    {body}")
    assert (found.state, found.program, found.code_digest) == ("stub", "", "")


@pytest.mark.parametrize(
    "body",
    ["return None", "x = 1\n    pass", 'raise NotImplementedError("later")', "raise ValueError('Write relu here.')"],
)
def test_touched_functions_are_written(body):
    """Is a function that does something, however little, written?"""
    assert answer(f"def relu(z):\n    {body}").state == "written"


@pytest.mark.parametrize(
    "body, state",
    [
        (f"def __init__(self): self.x = 1\n    def forward(self, x): {UNWRITTEN}", "stub"),
        (f"def forward(self, x): {UNWRITTEN}\n    def backward(self, dy): pass", "stub"),
        ("pass", "stub"),
        ("'only a docstring'", "stub"),
        (f"def forward(self, x): return x\n    def backward(self, dy): {UNWRITTEN}", "written"),
        ("def __init__(self):\n        def forward(x): return x\n        self.forward = forward", "written"),
        ("def __init__(self): pass", "stub"),
        (f"def __init__(self): self.forward = abs\n    def forward(self, x): {UNWRITTEN}", "written"),
        ("forward = None", "written"),
    ],
)
def test_a_class_is_a_stub_as_long_as_no_method_is_written(body, state):
    """Is a class written as soon as one of its methods but __init__ is?"""
    assert answer(f"class Layer:\n    {body}", name="Layer").state == state


def test_a_class_that_only_inherits_is_written():
    """Is `class Layer(Other): pass` an answer, for the judge to look at?"""
    assert answer("import activation_lab as lab\nclass Layer(lab.Activation): pass", name="Layer").state == "written"


def test_a_broken_answer_says_where():
    """Is an answer whose own block is broken told from a missing one, with the line?"""
    found = answer("x = 1\n\ndef relu(z):\n    return np.maximum(z 0)", "def swish(z): return z")
    assert (found.state, found.program) == ("broken", "") and found.own.startswith("def relu(z):")
    assert found.notes[0].startswith("Cell 1, line 4: ")
    assert answer("relu = lambda z z", "def swish(z): return z").state == "broken"


def test_an_answer_beside_broken_lines_keeps_its_marks():
    """Does a whole answer count in a cell with broken lines, and before a broken attempt, which is noted?"""
    assert answer(f"{NUMPY}\nprint 'x'\n{RELU}\nx = = 3").notes == ()
    found = answer(NUMPY, RELU, "def relu(z):\n    return (z")
    assert found.state == "written" and found.own == RELU
    assert found.notes[0].startswith(
        "A later relu, in cell 3, is not valid Python, so an earlier one counts. Cell 3, line 2: "
    )


def test_an_answer_that_was_turned_into_text_counts():
    """Does an answer in a text cell count, with a note, unless a code cell holds one?"""
    found = answer(NUMPY, text(f"```python\n{RELU}\n```"), "def swish(z): return z")
    assert found.state == "written" and executed(found)(-1) == 0
    assert found.notes == ("Cell 2, which has relu, was turned into text; it counts anyway.",)
    assert answer(NUMPY, RELU, text("def relu(z): return 7")).own == RELU
    notes = text("def swish(z): return 7")
    assert executed(answer("def swish(z): return 5", notes, "def relu(z): return swish(z)"))(0) == 5
    assert executed(answer(notes, "def relu(z): return swish(z)"))(0) == 7
    assert answer(text(STUB), "def swish(z): return z").state == "stub"


def test_too_long_a_program_is_not_executed(monkeypatch):
    """Is a program beyond the limit broken, with a sentence?"""
    monkeypatch.setattr(slicing, "MAX_PROGRAM_CHARACTERS", 50)
    found = answer(f"K = '{'x' * 60}'\ndef relu(z): return K")
    assert (found.state, found.program) == ("broken", "") and "at most 50 are executed" in found.notes[0]


def test_a_program_keeps_docstrings_and_comments():
    """Is the answer's text what the learner wrote?"""
    source = 'def relu(z):\n    """Mine."""\n    return z  # so'
    assert answer(source).own == source and source in answer(source).program


# --- Fingerprints -----------------------------------------------------------------------------------------------------

ORIGINAL = (
    "import numpy as np\nLIMIT = 0\ndef clip(z, low):\n    return np.maximum(z, low)",
    'def relu(z):\n    """Doc."""\n    kept = clip(z, low=LIMIT)  # all of it\n    return kept',
)
COPY = (
    "import numpy\nfloor = 0\ndef aaa(values: list, least: float) -> list:\n    'text'\n"
    "    return numpy.maximum(values,\n        least)",
    "def relu(array):\n    b: object = aaa(array, least=floor)\n\n    return b",
)


def test_a_renamed_and_reformatted_copy_has_the_same_digest():
    """Are names, comments, docstrings, annotations and layout dropped, helpers' included?"""
    first = answer(*ORIGINAL).code_digest
    assert len(first) == 64 and answer(*COPY).code_digest == first
    assert answer(*COPY, "x = 1", "import keras").code_digest == first


@pytest.mark.parametrize(
    "old, new",
    [
        ("maximum", "minimum"),
        ("LIMIT = 0", "LIMIT = 1"),
        ("return kept", "return clip"),
        ("clip(z, low=LIMIT)", "clip(LIMIT, low=z)"),
    ],
)
def test_an_answer_that_does_something_else_has_another_digest(old, new):
    """Do attributes, constants and the order of arguments make a difference?"""
    changed = [cell.replace(old, new) for cell in ORIGINAL]
    assert answer(*changed).code_digest not in ("", answer(*ORIGINAL).code_digest)


def test_classes_are_compared_by_their_methods_names():
    """Are names of locals dropped in a class, and names of methods and attributes kept?"""
    layer = "class Layer:\n    def forward(self, x):\n        self.x = x\n        return x"
    same = (
        layer.replace("(self, x)", "(me, value)")
        .replace("self.x = x", "me.x = value")
        .replace("return x", "return value")
    )
    prints = [answer(source, name="Layer").code_digest for source in (layer, same, layer.replace("forward", "call"))]
    assert prints[0] == prints[1] != prints[2]


def test_every_program_is_python():
    """Does a program parse that is put together from many cells?"""
    found = answer(*ORIGINAL, "class Layer: pass")
    assert [type(node).__name__ for node in ast.parse(found.program).body] == [
        "Import", "Assign", "FunctionDef", "FunctionDef",
    ]  # fmt: skip
