"""IPython's own syntax as Python."""

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from activation_lab_tools.grader.reading.magics import without_cell_magic, without_indent, without_line_magics


@pytest.mark.parametrize(
    "source, wanted",
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install numpy\nx = 1", "pass\nx = 1"),
        ("!!ls", "pass"),
        ("?np.max", "pass"),
        ("??np.max", "pass"),
        ("np.max?", "pass"),
        ("np.max??\n", "pass\n"),
        ("def f():\n    %time g()\n    return 1", "def f():\n    pass\n    return 1"),
        ("def f():\n    a = !ls\n    return a", "def f():\n    pass\n    return a"),
        ("files = !ls 'it\nx = 1", "files = get_ipython()\nx = 1"),
        ("a, b = %sql select 1\nx = 1", "a, b = get_ipython()\nx = 1"),
        ("!pip install \\\n   numpy \\\n   scipy\nx = 1", "pass\n\n\nx = 1"),
        ("# 100 % sure, or?\n%time x", "# 100 % sure, or?\npass"),
    ],
)
def test_magics_are_replaced_line_for_line(source, wanted):
    """Does `pass` replace IPython's syntax, and does everything else stay?"""
    assert without_line_magics(source) == wanted


@pytest.mark.parametrize(
    "source",
    [
        'x = """\n%time not a magic\n!neither\nwhat?\n"""',
        "x = '''\n\\''' %s\n!ls\n'''",
        "x = (7\n%time\n)",
        "x = [\n    1,\n    !2]",  # no Python, but no magic either
        "x = 7 \\\n%y",
        "x = 'a\\\n!b'",
        "print('what?')  # is it?",
        "x = 5 % 3\nif a != b:\n    pass",
        "f'{x!r}'\nx = '%d' % 3",
        "# what?\n#!shebang\n#%%",
    ],
)
def test_what_only_looks_like_a_magic_stays(source):
    """Are strings, comments, formulas over several lines and operators untouched?"""
    assert without_line_magics(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "%time x = 1\ny = 2",
        "a = !ls\nb = 3",
        "def f(x):\n    !ls\n    return x\nf?",
        'x = """\n%a\n"""\n%b',
        "for i in range(3):\n    %timeit i\n",
    ],
)
def test_ipython_finds_the_same_lines(source):
    """Does IPython itself replace exactly the lines that are replaced here?"""
    theirs, ours = TransformerManager().transform_cell(source).splitlines(), without_line_magics(source).splitlines()
    lines = source.splitlines()
    assert len(theirs) == len(ours) == len(lines)
    assert [a != line for a, line in zip(theirs, lines, strict=True)] == [
        b != line for b, line in zip(ours, lines, strict=True)
    ]
    ast.parse("\n".join(ours))


def test_cell_magics_that_run_python_are_dropped():
    """Is the rest of a timed or captured cell Python, with its lines where they were?"""
    assert without_cell_magic("%%time\nx = 1") == ("\nx = 1", "")
    assert without_cell_magic("\n%%capture out\n%%timeit -n 3\nx = 1") == ("\n\n\nx = 1", "")
    assert without_cell_magic("x = 1\n%%bash") == ("x = 1\n%%bash", "")


@pytest.mark.parametrize("magic", ["bash", "html", "writefile", "R", "javascript", "python", "!"])
def test_other_cell_magics_are_named(magic):
    """Is a cell that goes elsewhere known by its magic?"""
    source = f"%%{magic} relu.py\ndef relu(z): ..."
    assert without_cell_magic(source) == (source, magic)


def test_a_cell_that_is_indented_as_a_whole_is_moved_left():
    """Is what was pasted from within a function read as IPython reads it?"""
    assert without_indent("    x = 1\n    y = 2\n\n  z") == "x = 1\ny = 2\n\n  z"
    assert without_indent("x = 1\n  y") == "x = 1\n  y"
    assert without_indent("\n\n") == "\n\n"
