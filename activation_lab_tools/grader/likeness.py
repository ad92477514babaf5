r"""What an answer shares with others: hashes of its runs of tokens, without those of the published answers.

It is winnowing (Schleimer, Wilkerson, Aiken: “Winnowing: local algorithms for document fingerprinting”, 2003), as MOSS
does it: of the hashes of every RUN tokens in a row, the smallest of every WINDOW in a row is kept, so that RUN + WINDOW
- 1 tokens in common are always seen. Names of variables don't count, nor do comments, docstrings and layout.
"""

import inspect
import keyword
import re
import textwrap
import zlib

RUN, WINDOW = 6, 4
KEPT = 48  # hashes of an answer: the smallest, so that two answers keep the same ones of what they share
CHARACTERS = 20_000

# Each alternative ends where its text ends, too, so the time is linear in the length, whatever the text is.
TOKEN = re.compile(
    r'(?P<long>"""(?:[^\\]|\\.)*?(?:"""|\\?\Z)|\'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\\?\Z))'
    r"|(?P<comment>\#[^\n]*)"
    r'|(?P<text>"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?)'
    r"|(?P<course>\blab\s*\.\s*)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<attribute>\.\s*[^\W\d]\w*)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<symbol>[^\w\s])",
    re.DOTALL,
)
DROPPED = ("long", "comment", "course")


def tokens_of(source):
    """Return the tokens of source code as a list of texts; every name that isn't an attribute's is "v"."""
    tokens = []
    for found in TOKEN.finditer(source[:CHARACTERS]):
        kind, text = found.lastgroup, found.group()
        if kind == "name":
            tokens.append(text if keyword.iskeyword(text) else "v")
        elif kind not in DROPPED:
            tokens.append("s" if kind == "text" else text)
    return tokens


def hashes_of(tokens):
    """Return the hash of every RUN tokens in a row, in order; of fewer tokens, one of them all."""
    return [
        zlib.crc32(" ".join(tokens[start : start + RUN]).encode(errors="replace")) for start in _starts(tokens, RUN)
    ]


def _starts(items, length):
    """Return where every run of this length starts; fewer items are one run."""
    return range(max(len(items) - length + 1, min(len(items), 1)))


def published_hashes(exercise):
    """Return the set of all hashes of an exercise's reference and other right answers, as far as they have a source."""
    hashes = set()
    for function in (exercise.reference, *exercise.accepted, *exercise.textbook):
        try:
            hashes.update(hashes_of(tokens_of(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))))
        except (OSError, TypeError):
            continue
    return hashes


def own_code(source, published):
    """Return (how many tokens begin a run that isn't published, up to KEPT hashes of those runs, sorted).

    Args:
        source: of an answer.
        published: a set of hashes; see published_hashes.
    """
    hashes = hashes_of(tokens_of(source))
    chosen = {
        min(hashes[start : start + WINDOW]) for start in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1)))
    }
    return sum(value not in published for value in hashes), tuple(sorted(chosen - published)[:KEPT])
