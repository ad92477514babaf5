"""Turn cells into syntax trees, statement by statement; invalid Python is set aside, and the rest of its cell kept."""

import ast
import functools
import re
import warnings
from dataclasses import dataclass, field

from . import magics
from .names import bound_by

CONTINUES = re.compile(r"[)\]}]|(?:else|elif|except|finally)\b")
FENCE = re.compile(r"^(```+|~~~+)[ \t]*\{?(?:python\w*|py|ipython\w*)?\}?[ \t]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
KEPT, SHORT = 100, 4_000  # cells whose statements are kept, and the characters of one: 200 MB of memory at most


@dataclass(frozen=True, eq=False)
class Piece:
    """A top-level statement of a cell.

    Args:
        cell: the cell's number.
        node: the statement's syntax tree.
        source: its text, including decorators.
        text: whether the cell is a text cell.
    """

    cell: int
    node: ast.stmt
    source: str = field(repr=False)
    text: bool = False

    @functools.cached_property
    def names(self):
        """The names that it binds; see names.bound_by."""
        return bound_by(self.node)


@dataclass(frozen=True)
class Broken:
    """A piece of a cell that isn't valid Python: its source, and in words where and why."""

    cell: int
    source: str
    reason: str

    def defines(self, name):
        pattern = rf"^(?:async\s+)?(?:def|class)\s+{name}\b|^{name}\s*(?::[^=\n]*)?=(?!=)"
        return re.search(pattern, self.source, re.MULTILINE) is not None


def tree_of(source):
    """Return the syntax tree of a source that Python would also execute.

    Raises:
        SyntaxError: it would not, or it is nested too deeply to tell.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in a string is not our concern
            tree = ast.parse(source)
            compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError:
        raise
    except (RecursionError, MemoryError):
        raise SyntaxError("it is nested too deeply") from None
    except (ValueError, OverflowError):
        raise SyntaxError("it has a null character, or a number that is too long") from None
    return tree


def pieces_of_code(number, source):
    """Return the statements of a code cell without IPython's own syntax, and what is broken in it.

    Args:
        number: of the cell.
        source: without its cell magic.

    Returns:
        A list of Piece and a list of Broken, which no one may change: most cells are the same in a class's notebooks,
        so the last short ones are kept.
    """
    return _read(number, source) if len(source) <= SHORT else _read.__wrapped__(number, source)


@functools.lru_cache(maxsize=KEPT)
def _read(number, source):
    source = magics.without_indent(source)
    for change in (str, magics.without_line_magics):
        try:
            return _pieces(number, change(source)), []
        except SyntaxError:
            pass
    return _salvaged(number, magics.without_line_magics(source))


def pieces_of_text(number, source):
    """Return the statements of a text cell that is Python, as a whole or within fences; [] if it is not."""
    found = []
    for text in (source, *(fence[2] for fence in FENCE.finditer(source))):
        try:
            found += _pieces(number, text, is_text=True)
        except SyntaxError:
            pass
    return found


def _pieces(number, source, is_text=False):
    tree = tree_of(source)
    lines = [line.encode() for line in source.split("\n")]  # columns in syntax trees count bytes
    return [Piece(number, node, _text(node, lines), is_text) for node in tree.body]


def _text(node, lines):
    decorators = [decorator.lineno for decorator in getattr(node, "decorator_list", ())]
    part = lines[min([node.lineno, *decorators]) - 1 : node.end_lineno]
    if not part[-1][node.end_col_offset :].lstrip().startswith(b"#"):  # a comment at its end stays
        part[-1] = part[-1][: node.end_col_offset]
    part[0] = part[0][0 if decorators else node.col_offset :]
    return b"\n".join(part).decode()


def _salvaged(number, source):
    """Return the pieces of a broken cell's valid blocks, and its broken ones."""
    pieces, broken = [], []
    starts = {start for start, _, _ in magics.logical_lines(source)}
    for line, block in _blocks(source, 1, starts):
        try:
            pieces += _pieces(number, block)
            continue
        except SyntaxError:
            pass
        # An open bracket or string may have swallowed everything that follows: divide again, only by lines.
        for inner_line, inner in _blocks(block, line):
            try:
                pieces += _pieces(number, inner)
            except SyntaxError as error:
                where = inner_line - 1 + (error.lineno or 1)
                broken.append(Broken(number, inner, f"Cell {number}, line {where}: {str(error.msg)[:200]}."))
    return pieces, broken


def _blocks(source, first_line, starts=None):
    """Yield (its first line, text) of each block that begins in column 0, and at an offset in `starts` if given."""
    block, line, offset, decorated = [], first_line, 0, False
    for number, text in enumerate(re.findall(r"[^\n]*\n|[^\n]+", source), first_line):
        if not text[0].isspace() and text[0] != "#" and (starts is None or offset in starts):
            if block and not decorated and not CONTINUES.match(text):
                yield line, "".join(block)
                block, line = [], number
            decorated = text.startswith("@")
        block.append(text)
        offset += len(text)
    if block:
        yield line, "".join(block)
