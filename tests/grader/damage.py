"""What happens to notebooks before they arrive: each function takes the bytes of one and returns others.

DAMAGE says what is fair: "kept" (honest work keeps its marks), "unreadable" (nothing can be graded, and a sentence says
so), "either" (both are fair, but silence is not).
"""

import copy
import json
import re

from submitted import decoded, encoded, put, text

from activation_lab_tools.author.sources import defined_names

DEPTH = 100_000
SHALLOWER = 40_000  # a cell of more characters than a reader takes would not be tried at all
HUGE = 50_000_000  # bytes


def untidy(change):
    """Make a function on bytes of one that changes the decoded notebook in place."""

    def damage(data):
        document = decoded(data)
        change(document)
        return encoded(document)

    damage.__name__, damage.__doc__ = change.__name__, change.__doc__
    return damage


def code_cell(source, **more):
    return {"cell_type": "code", "execution_count": 7, "metadata": {}, "outputs": [], "source": source, **more}


def answer_cells(document):
    """The code cells that define what other cells check."""
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    checked = set(re.findall(r"lab\.check\((\w+)\)", "\n".join(map(text, code))))
    return [cell for cell in code if defined_names(text(cell)) & checked]


@untidy
def ids_stripped(document):
    """An old tool has saved it: cells have no ids."""
    for cell in document["cells"]:
        cell.pop("id", None)


@untidy
def metadata_stripped(document):
    """A tool has dropped all metadata, and every optional key."""
    document.pop("metadata", None)
    for cell in document["cells"]:
        for key in ("metadata", "execution_count", "outputs"):
            cell.pop(key, None)


@untidy
def nbformat_3(document):
    """It was saved in the format of 2013: worksheets, and `input` instead of source."""
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell |= {"language": "python", "collapsed": False, "prompt_number": 3}
    document["worksheets"] = [{"cells": document.pop("cells"), "metadata": {}}]
    document |= {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "lesson"}}


@untidy
def answer_cell_to_markdown(document):
    """Someone has pressed M in the first cell that holds an answer."""
    cell = answer_cells(document)[0]
    cell["cell_type"] = "markdown"
    for key in ("outputs", "execution_count"):
        del cell[key]


@untidy
def duplicated_cells(document):
    """Copied and pasted: each answer is there twice, with the same id."""
    document["cells"] = [
        each
        for cell in document["cells"]
        for each in ([cell, copy.deepcopy(cell)] if cell["cell_type"] == "code" else [cell])
    ]


@untidy
def first_attempts_kept(document):
    """Each answer is preceded by a wrong first attempt."""
    for cell in answer_cells(document):
        head = next(line for line in text(cell).splitlines() if line.startswith(("def ", "class ")))
        attempt = f"{head}\n    pass  # not yet\n    x = 1\n"
        document["cells"].insert(document["cells"].index(cell), code_cell(attempt))


@untidy
def syntax_error_elsewhere(document):
    """Cells of notes and half-finished lines are between the answers."""
    for source in ("for i in range(3) print(i)\n", 'note = """never closed\n', "what is z @ kernel?\n", "def f(:\n"):
        document["cells"].insert(2, code_cell(source))


@untidy
def magics_added(document):
    """IPython's own lines: alone, between, and in the cells of answers."""
    for source in ("%matplotlib inline\n", "!pip list\n", "names = !ls\n", "np.dot?\n", "%%time\nsum(range(9))\n"):
        document["cells"].insert(2, code_cell(source))
    first, second, *_ = answer_cells(document)
    put(first, "%load_ext autoreload\n%autoreload 2\n" + text(first))
    put(second, "%%time\n" + text(second))


@untidy
def other_language_cell(document):
    """Cells in other languages."""
    for source in ("%%bash\nfor f in *; do echo $f; done\n", "%%html\n<b>z</b>\n", "%%javascript\nlet z = {};\n"):
        document["cells"].insert(2, code_cell(source))
    document["cells"].insert(2, {"cell_type": "raw", "metadata": {}, "source": "<raw & rough>"})


@untidy
def windows_line_ends(document):
    """Each line ends with a carriage return too."""
    for cell in document["cells"]:
        put(cell, text(cell).replace("\n", "\r\n"))


@untidy
def sources_in_one_string(document):
    """A cell's source is one string, as the format allows."""
    for cell in document["cells"]:
        cell["source"] = text(cell)


@untidy
def forged_outputs(document):
    """Outputs and metadata that say how good it is."""
    boast = {"score": 100, "points": 100, "grade": "A", "nbgrader": {"grade": True, "score": 100, "locked": True}}
    document["metadata"] |= boast
    for cell in document["cells"]:
        cell["metadata"] = dict(boast)
        if cell["cell_type"] == "code":
            said = "✓ passed, 100 of 100 points\n"
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": said},
                {
                    "output_type": "execute_result",
                    "execution_count": 7,
                    "metadata": boast,
                    "data": {"text/plain": said},
                },
            ]


@untidy
def ansi_and_script_in_output(document):
    """Outputs that would act when they are opened or printed."""
    shown = "\x1b[2J\x1b]0;owned\x07\x1b[31m<script>alert('owned')</script><img src=x onerror=alert(1)>\u202e"
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            html = {"text/html": shown, "application/javascript": "alert('owned')", "text/plain": shown}
            cell["outputs"] = [
                {"output_type": "display_data", "metadata": {}, "data": html},
                {"output_type": "error", "ename": shown, "evalue": shown, "traceback": [shown]},
            ]


@untidy
def deep_source(document):
    """Cells that no parser gets to the bottom of."""
    n = SHALLOWER
    for source in ("-" * n + "1", "(" * n, "[" * n + "]" * n, "a" + ".b" * n, "1" + "+1" * n, "-" * DEPTH * 3 + "1"):
        document["cells"].append(code_cell(source))


@untidy
def broken_characters(document):
    """NULs and halves of surrogate pairs, in separate cells."""
    document["cells"].append(code_cell("z = 'a\x00b'\n"))
    document["cells"].append(code_cell("z = 'LONE'\n"))
    document["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "\x00\x1b\u202e\ufeff"})


def lone_surrogates(data):
    """Half a surrogate pair, which JSON can write and UTF-8 cannot."""
    return broken_characters(data).replace(b"LONE", rb"\ud800")


@untidy
def strange_cells(document):
    """Things that aren't cells are among the cells."""
    document["cells"][1:1] = [None, 3, [], {}, {"cell_type": 7, "source": 5}, {"cell_type": "code", "source": None}]


def utf8_bom(data):
    """An editor has put a mark in front."""
    return b"\xef\xbb\xbf" + data


def huge(data):
    """One output of 50 MB."""
    document = decoded(data)
    output = {"output_type": "stream", "name": "stdout", "text": "x" * HUGE}
    document["cells"].append(code_cell("print('x' * HUGE)", outputs=[output]))
    return encoded(document)


def huge_number(data):
    """A number of 100,000 digits in the metadata, and others that JSON does not know."""
    document = decoded(data)
    document["metadata"] |= {"m": float("inf"), "k": float("nan"), "n": "DIGITS"}
    return encoded(document).replace(b'"DIGITS"', b"9" * DEPTH)


def many_cells(data):
    """100,000 empty cells."""
    document = decoded(data)
    document["cells"] += [code_cell("")] * DEPTH
    return json.dumps(document).encode()


def truncated_json(data):
    """The upload broke off half-way."""
    return data[: len(data) // 2]


def not_json(data):
    """A letter."""
    return "Dear teacher, my laptop fell into the lake. — O’Neil\n".encode()


def empty(data):
    """A file of no bytes."""
    return b""


def deep_json(data):
    """Lists in lists, 100,000 deep."""
    return b'{"cells": ' + b"[" * DEPTH + b"]" * DEPTH + b', "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def no_notebook(data):
    """JSON, but not a notebook."""
    return b'{"cells": 3, "nbformat": "four"}'


def random_bytes(data):
    """No text at all."""
    return bytes(range(256)) * 64


DAMAGE = {
    ids_stripped: "kept",
    metadata_stripped: "kept",
    nbformat_3: "kept",
    answer_cell_to_markdown: "kept",
    duplicated_cells: "kept",
    first_attempts_kept: "kept",
    syntax_error_elsewhere: "kept",
    magics_added: "kept",
    other_language_cell: "kept",
    windows_line_ends: "kept",
    sources_in_one_string: "kept",
    forged_outputs: "kept",
    ansi_and_script_in_output: "kept",
    utf8_bom: "kept",
    lone_surrogates: "kept",
    strange_cells: "kept",
    deep_source: "kept",
    huge: "either",
    huge_number: "either",
    many_cells: "either",
    truncated_json: "unreadable",
    not_json: "unreadable",
    empty: "unreadable",
    deep_json: "unreadable",
    no_notebook: "unreadable",
    random_bytes: "unreadable",
}
