"""Cells as statements, whole or broken."""

import faulthandler
import os
import resource
import traceback
import warnings

import pytest
from sheets import answer

from activation_lab_tools.grader.reading.syntax import pieces_of_code, pieces_of_text, tree_of


def sources(source):
    pieces, broken = pieces_of_code(7, source)
    return [piece.source for piece in pieces], [piece.reason for piece in broken]


def test_a_whole_cell_becomes_its_statements():
    """Is each statement's text exact: decorators, semicolons, text that is not ASCII?"""
    source = "# é\nx = 'é'; y = 2  # two\n@ d\n@e('é')\ndef f(z):\n    return z  # kept\n    # dropped\n\nclass C: pass"
    wanted = ["x = 'é'", "y = 2  # two", "@ d\n@e('é')\ndef f(z):\n    return z  # kept", "class C: pass"]
    assert sources(source) == (wanted, [])


def test_only_a_cell_that_is_no_python_is_searched_for_magics():
    """Is a string that looks like a magic kept, and a magic beside it replaced?"""
    assert sources("x = '''\n%time\n'''") == (["x = '''\n%time\n'''"], [])
    assert sources("x = '''\n%time\n'''\n%time x") == (["x = '''\n%time\n'''", "pass"], [])


def test_blocks_beside_a_broken_one_are_saved():
    """Do the definitions above and below a syntax error stay, and is its line told?"""
    source = "def f(x):\n    return x\n\nprint 'hello'\n@d\ndef g(x):\n    return -x\nx ="
    pieces, reasons = sources(source)
    assert pieces == ["def f(x):\n    return x", "@d\ndef g(x):\n    return -x"]
    assert [reason.split(":")[0] for reason in reasons] == ["Cell 7, line 4", "Cell 7, line 8"]


def test_an_open_bracket_or_string_does_not_swallow_what_follows():
    """Is the definition below an unclosed bracket, or an unclosed string, read?"""
    for opened in ("np.maximum(z, 0", '"""z', "f(a)[b"):
        pieces, reasons = sources(f"def f(z):\n    return {opened}\n\ndef g(z):\n    return z\n")
        assert pieces == ["def g(z):\n    return z"] and len(reasons) == 1


def test_a_text_in_column_0_does_not_end_a_block():
    """Is a docstring that begins in column 0 part of its function, though the cell is broken elsewhere?"""
    function = 'def f(z):\n    """\nText (in column 0\n"""\n    return [\n1,\n]'
    assert sources(f"{function}\nx y z")[0] == [function]


def test_else_and_except_belong_to_their_block():
    """Is an if with its else, or a try with its except, one block?"""
    for block in ("try:\n    x = 1\nexcept E:\n    x = 2\nfinally:\n    y = 3", "if a:\n    x = 1\nelse:\n    x = 2"):
        assert sources(f"{block}\n1 2")[0] == [block]


@pytest.mark.parametrize("source", ["return 1", "def f(a, a): pass", "break", "x = 1\nnonlocal x", "f() = 1"])
def test_what_python_would_not_execute_is_broken(source):
    """Is an error that only the compiler finds an error?"""
    pieces, reasons = sources(f"y = 1\n{source}")
    assert "y = 1" in pieces and len(reasons) == 1


def test_notebooks_may_wait_at_the_top_level():
    """Is a cell with a top-level await whole, as in a notebook?"""
    assert sources("x = await f()\ny = 2") == (["x = await f()", "y = 2"], [])


def test_an_invalid_escape_in_a_string_is_no_error():
    """Is a function with a badly written string a function, also where warnings are errors?"""
    assert sources("def f():\n    return '\\d'") == (["def f():\n    return '\\d'"], [])


def test_python_in_text_is_found_as_a_whole_or_fenced():
    """Is an answer in a text cell read, plain or in a fence, and prose left alone?"""
    answer = "def f(z):\n    return z"
    for source in (
        answer,
        f"Look:\n\n```python\n{answer}\n```\n",
        f"~~~\n{answer}\n~~~",
        f"# Mine\n```py\n{answer}\n```",
    ):
        assert [piece.source for piece in pieces_of_text(1, source)] == [answer]
        assert all(piece.text for piece in pieces_of_text(1, source))
    for source in ("Some prose.", f"```text\n{answer}\n```", "```python\nno python\n```"):
        assert pieces_of_text(1, source) == []


@pytest.mark.parametrize("source", ["x = '\0'", "x = " + "9" * 10_000, "x = '\ud800'"])
def test_odd_characters_and_numbers_are_syntax_errors(source):
    """Is a source that the parser refuses in another way broken, too?"""
    with pytest.raises(SyntaxError):
        tree_of(source)


DEEP = {
    "brackets": "(" * 100_000,
    "lists": "x = " + "[" * 5_000 + "]" * 5_000,
    "minus": "-" * 100_000 + "1",
    "attributes": "x = a" + ".b" * 25_000,
    "sums": "x = 1" + "+1" * 25_000,
    "calls": "x = a" + "()" * 25_000,
    "blocks": "".join(" " * i + "if 1:\n" for i in range(1_000)),
    "elifs": "if 1: x = 1\n" + "elif 1: x = 1\n" * 5_000,
    "lambdas": "x = " + "lambda: " * 100_000,
    "powers": "x = 1" + "**1" * 20_000,
    "nots": "x = " + "not " * 100_000 + "1",
    "comparisons": "x = " + "1<" * 10_000 + "1",
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_broken_or_kills_only_its_own_process(source):
    """Is what is nested too deeply broken, beside an answer that is read, or ended by a signal in a child?"""
    with warnings.catch_warnings(action="ignore"):  # of threads; the child uses none
        child = os.fork()
    if child == 0:
        try:
            read_beside_an_answer(source[:190_000])
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) <= 0


def read_beside_an_answer(source):
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found = answer("def swish(z):\n    return z", source, "def relu(z):\n    return z", name="relu")
    assert found.state == "written", found
    found = answer(source.replace("x = ", "relu = "), "def swish(z): return z", name="relu")
    assert found.state in ("broken", "missing", "written"), found
