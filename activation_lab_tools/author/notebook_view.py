"""A notebook as the lint rules see it."""

import ast
import json
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import PurePath

from nbformat import NotebookNode

IGNORED = "nbval-ignore-output"  # the tag of a code cell whose outputs are not compared
RAISES = "raises-exception"  # the tag of a cell that shows a traceback: the cells after it run all the same


@dataclass(frozen=True)
class NotebookView:
    """A notebook, and what its lesson promises. Cells are numbered from 1, text cells included.

    Args:
        notebook: nbformat 4.
        name: shown in findings, such as "solutions/03_dense_backward.ipynb".
        exercises: names of the lesson's exercises.
        questions: names of the lesson's questions.
        cut: for a lesson, the notebook that the build cuts from its solution.
    """

    notebook: NotebookNode
    name: str
    exercises: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    cut: NotebookNode | None = None

    @property
    def lesson(self):
        return PurePath(self.name).stem

    @property
    def cells(self):
        return list(enumerate(self.notebook.cells, 1))

    @property
    def code(self):
        return [(number, cell) for number, cell in self.cells if cell.cell_type == "code"]

    @property
    def outputs(self):
        return [(number, output) for number, cell in self.code for output in cell.outputs]

    @cached_property
    def trees(self):
        """The parsed code cells, except those that are not plain Python."""
        trees = {}
        for number, cell in self.code:
            try:
                trees[number] = ast.parse(cell.source)
            except SyntaxError:
                continue
        return trees

    def calls(self, *functions):
        """Each call of `functions`, written as in the notebook: "lab.check"."""
        for number, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in functions:
                    yield number, node


def tags(cell):
    return cell.metadata.get("tags", [])


def texts(output):
    """(kind, text) of a stream, an error, and every text form of a value, but not of images."""
    if output.output_type == "stream":
        yield "text/plain", output.text
    elif output.output_type == "error":
        yield "text/plain", "\n".join([output.evalue, *output.traceback])
    for kind, value in output.get("data", {}).items():
        if not kind.startswith("image/"):
            yield kind, value if isinstance(value, str) else json.dumps(value)


def pictures(output):
    """The attributes of each <img> in an output's HTML."""
    parser = _Pictures()
    parser.feed(output.get("data", {}).get("text/html", ""))
    return parser.found


class _Pictures(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))
