"""Turn IPython's own syntax into plain Python, line by line."""

import re

KEPT = ("time", "timeit", "capture", "prun", "memit")  # magics of cells that are still Python
CELL_MAGIC = re.compile(r"%%(\S+)")
MAGIC = re.compile(
    r"""
    (?P<indent>[ \t]*)
    (?:
        (?P<target>[^\W\d][\w., *\[\]]*=[ \t]*)?(?:%[%\w]|!)   # %time …, !ls, files = !ls
        | \?\??[\w%]                                          # ?x
        | [\w.%*]+\?\??[ \t]*(?:;[ \t]*)?(?:\#[^\n]*)?$        # x?
    )
    (?:\\\n|[^\n])*\n?
    """,
    re.VERBOSE | re.MULTILINE,
)
TOKEN = re.compile(
    r'''
    \#[^\n]* | \\. | (?P<triple>"""|\'\'\') | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'?
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<end>\n)
    ''',
    re.VERBOSE | re.DOTALL,
)
TRIPLE = {quotes: re.compile(rf"(?:\\.|[^\\])*?{quotes}", re.DOTALL) for quotes in ('"""', "'''")}


def without_indent(source):
    """Return the source without the indentation of its first line, as IPython runs code pasted from a function."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in lines) if indent else source


def without_cell_magic(source):
    """Return a cell without its `%%time`.

    Returns:
        The source with an empty line instead, and the name of a magic that runs the cell by something else, such as
        "bash"; else "".
    """
    lines = source.split("\n")
    for number, line in enumerate(lines):
        found = CELL_MAGIC.match(line)
        if found and found[1] not in KEPT:
            return source, found[1]
        if found:
            lines[number] = ""
        elif line.strip():
            break
    return "\n".join(lines), ""


def without_line_magics(source):
    """Return the source with `pass` instead of IPython's syntax, so that lines and indentation stay the same.

    Anything that isn't at the beginning of a statement stays: strings, comments, and formulas over several lines.
    """
    return "".join(
        source[start:end] if found is None else _in_place_of(found) for start, end, found in logical_lines(source)
    )


def logical_lines(source):
    """Yield where each statement's line begins and ends, including strings and brackets over several lines.

    Yields:
        start, end, and the match of MAGIC or None.
    """
    start = 0
    while start < len(source):
        found = MAGIC.match(source, start)
        end = found.end() if found else _end_of_line(source, start)
        yield start, end, found
        start = end


def _end_of_line(source, position):
    depth = 0
    while token := TOKEN.search(source, position):
        position = token.end()
        if token["triple"]:
            closing = TRIPLE[token["triple"]].match(source, position)
            position = closing.end() if closing else len(source)
        elif token["end"] and depth == 0:
            return position
        depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
    return len(source)


def _in_place_of(magic):
    # A variable that a magic fills is a notebook variable; a call, which is never a constant, expresses that.
    named = magic["target"] and not magic["indent"]
    text = f"{magic['target']}get_ipython()" if named else f"{magic['indent']}pass"
    return text + "\n" * magic[0].count("\n")
