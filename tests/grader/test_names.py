"""Names that a statement reads and binds."""

import ast
from pathlib import Path

import pytest

from activation_lab_tools.grader.reading.names import bound_by, dotted, imported, read_by, walk


def names(source):
    (node,) = ast.parse(source).body
    read, at_once = read_by(node)
    return " ".join(read), " ".join(sorted(at_once))


@pytest.mark.parametrize(
    "source, read, at_once",
    [
        ("def f(x, y=A): return x + B", "A B", "A"),
        ("def f(x): x = C; return x", "C", ""),
        ("def f(x):\n    x = 1\n    return x", "", ""),
        ("@D\ndef f(x: E, *a: G, k=H, **b) -> J: pass", "D E G H J", "D E G H J"),
        ("def f():\n    def g():\n        return A + x\n    x = 1\n    return g", "A", ""),
        ("def f():\n    return [i * A for i in B if i]", "A B", ""),
        ("f = lambda x, y=A: x + B", "A B", "A"),
        ("f = [i + A for i in B]", "A B", "A B"),
        ("f = [i for i in i], [j for k in A for j in k], {k: A for k in B}", "i A B", "A B i"),
        ("f = k, [k for k in A]", "k A", "A k"),
        ("class C:\n    f = [i for i in A]", "A", "A"),
        ("f = [(lambda: A) for i in B]", "A B", "B"),
        ("def f():\n    global A\n    A += 1\n    return A", "A", ""),
        ("def f():\n    global A\n    A = 1", "", ""),
        ("def f(x):\n    return f(x - 1)", "f", ""),
        ("class C(A, metaclass=B):\n    x = D\n    def g(self): return E + C", "A B D E C", "A B D"),
        ("class C:\n    x = 1\n    y = x", "", ""),
        ("class C:\n    forward = forward", "forward", "forward"),
        ("class C:\n    def a(self): pass\n    b = a", "", ""),
        ("class C:\n    x = 1\n    def g(self): return x", "x", ""),
        ("def f():\n    import math\n    from a import b as c\n    return math, c", "", ""),
        ("def f(x):\n    match x:\n        case [A(), *y]: return y\n        case {'a': z, **w}: return z, w", "A", ""),
        ("def f(x):\n    return [y := i for i in x], y", "", ""),
        ("class C:\n    x = 1\n    y = [x for i in A]", "x A", "A x"),
        ("class C:\n    class D:\n        y = A\n    z = D", "A", "A"),
        ("def f():\n    class C:\n        x = A\n        def g(self): return x, C", "A x", ""),
        ("def f():\n    x = 1\n    class C:\n        def g(self): return x", "", ""),
        ("def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n    return n", "", ""),
        ("def f():\n    try:\n        pass\n    except A as e:\n        return e", "A", ""),
        ("def f(x):\n    match x:\n        case A(y): return y", "A", ""),
        ("def f(x):\n    if (n := len(x)) > A: return n", "len A", ""),
        ("def f(x):\n    del x\n    with A as b: return b", "A", ""),
        ("def f():\n    return f'{A:{B}}'", "A B", ""),
        ("async def f():\n    async for i in A: await i", "A", ""),
        ("x += A", "x A", "A x"),
        ("x = np.array(A.b[c])", "np A c", "A c np"),
        ("if A:\n    x = B", "A B", "A B"),
        ("Relu.forward = forward", "Relu forward", "Relu forward"),
    ],
)
def test_global_names_are_found(source, read, at_once):
    """Are all names found that come from outside, in the order of the text, and those that are read at once?"""
    assert names(source) == (read, at_once)


def test_pythons_own_compiler_agrees():
    """Does a function's compiled code load exactly the global names that are found?"""
    source = (
        "def f(x, y):\n    def inner(z):\n        return [g(i, A) for i in z if any(h(j) for j in y)]\n"
        "    class C:\n        a = B\n        def m(self, q=D): return E(lambda w: w + F)\n    return inner, C"
    )
    codes, loaded = [compile(source, "<f>", "exec").co_consts[0]], set()
    while codes:
        code = codes.pop()
        codes += [part for part in code.co_consts if hasattr(part, "co_code")]
        loaded |= {name for name in code.co_names if not name.startswith("__")}
    assert set(names(source)[0].split()) == loaded - {"C", "a", "m"} == {*"ABDEFgh", "any"}


@pytest.mark.parametrize(
    "source, bound",
    [
        ("def f(x): y = 1", {"f"}),
        ("class C:\n    x = 1", {"C"}),
        ("import a.b, c as d", {"a", "d"}),
        ("from a import b, c as d", {"b", "d"}),
        ("a, (b, *c) = d", {"a", "b", "c"}),
        ("a: int = 1", {"a"}),
        ("a.b = c[d] = e", set()),
        ("for i in x:\n    y = [z for z in i]\n    def f(): pass", {"i", "y", "f"}),
        ("with open(x) as f:\n    try:\n        g = 1\n    except E as h: pass", {"f", "g", "h"}),
        ("print(a := 1)", {"a"}),
        ("f = lambda x: (y := x)", {"f"}),
    ],
)
def test_bound_names_are_found(source, bound):
    """Are the names found that a statement binds in the notebook, and none of its functions' own?"""
    assert set(bound_by(ast.parse(source).body[0])) == bound


def test_imports_are_followed_to_their_modules():
    """Does a name refer to the module or the part of it that was imported?"""
    source = "import numpy as np, os.path\nfrom math import sqrt as root\nfrom . import here\nimport a.b as c"
    paths = imported(ast.parse(source).body)
    assert paths == {"np": "numpy", "os": "os", "root": "math.sqrt", "here": "..here", "c": "a.b"}
    assert dotted(ast.parse("np.linalg.norm", mode="eval").body, paths) == "numpy.linalg.norm"
    assert dotted(ast.parse("other", mode="eval").body, paths) == "other"
    assert dotted(ast.parse("f().a", mode="eval").body, paths) == ""


def test_a_walk_meets_what_that_of_python_does():
    """Are all nodes found that ast.walk finds, in its order, but for operators and contexts, which have no parts?"""
    for path in Path(__file__).parent.glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parted = [node for node in ast.walk(tree) if node._fields]
        assert [node for node in walk(tree) if node._fields] == parted
    leaves = {type(node) for node in walk(ast.parse("for i in a:\n    pass\n    break\n    continue"))}
    assert {ast.Pass, ast.Break, ast.Continue} <= leaves
