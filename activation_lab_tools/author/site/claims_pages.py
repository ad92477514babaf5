"""The claims as pages: each with its verdict, the measured number, and a link to the cell or test that decides it."""

import ast
import re

from activation_lab.claims import CLAIMS, SOURCES, SYMBOLS

from .lesson_pages import anchor

CLAIMS_PAGE = """\
# The claims on trial

Two articles, and the most read answer on Stack Overflow (number 40866124), make {total} claims about activation layers
and activation arguments. Each is decided by a measurement, unless it is a matter of opinion. Each claim links to the
lesson cell or the test that decides it. In [lesson 10](10_claims_on_trial.ipynb) you judge some of them yourself.

{counts}
"""
TESTS_PAGE = """\
# Tests that decide claims

If no cell of a lesson decides a [claim](claims.md), a test does; `make test` runs them all. Their shared code is in
[the whole file](path:downloads/test_claims.py).

{tests}
"""
FOR_CLAIMS = re.compile(r"\A[SM\d., ]+: ")  # “S1.3, S2.4: ” before a test's question; they are listed below it


def claims_page():
    """The list of claims, one table per source."""
    counts = ["| | claims | " + " | ".join(f"{symbol} {verdict}" for verdict, symbol in SYMBOLS.items()) + " |"]
    counts.append("|---" * (len(SYMBOLS) + 2) + "|")
    tables = []
    for key, source in SOURCES.items():
        claims = [claim for claim in CLAIMS if claim.source == source]
        verdicts = [claim.verdict for claim in claims]
        numbers = " | ".join(str(verdicts.count(verdict)) for verdict in SYMBOLS)
        counts.append(f"| [{source}](#source-{key}) | {len(claims)} | {numbers} |")
        rows = "\n".join(map(row, claims))
        head = "| claim | verdict | measured |\n|---|---|---|"
        tables.append(f"(source-{key})=\n## {source.capitalize()}\n\n{head}\n{rows}\n")
    return "\n".join([CLAIMS_PAGE.format(total=len(CLAIMS), counts="\n".join(counts)), *tables])


def row(claim):
    """One row of a table; its anchor is the claim's id, as in claims.html#S2.13."""
    first = f'<span id="{claim.id}"></span>**{claim.id}** {claim.claim} ({decided_by(claim)})'
    ruling = f"{SYMBOLS[claim.verdict]} {claim.ruling}"
    if claim.holds:
        ruling += f". Holds: {'; '.join(claim.holds)}"
    if claim.verdict == "opinion":
        ruling += f": {claim.on}"
    cells = (first, ruling, plain(claim.measured))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def decided_by(claim):
    """A link to the cell or test that decides the claim."""
    if claim.lesson:
        return f"decided in [lesson {int(claim.lesson[:2])}](#{anchor(claim.lesson, claim.decided_by)})"
    return f"decided by [a test](#{label(test_of(claim))})" if claim.decided_by else "nothing can decide it"


def tests_page(source):
    """Every test that decides a claim, with its source code.

    Args:
        source: the text of the test file.
    """
    questions = {
        node.name: ast.get_docstring(node).splitlines()[0]
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    deciding = {}
    for claim in CLAIMS:
        if claim.decided_by and not claim.lesson:
            deciding.setdefault(test_of(claim), []).append(claim)
    sections = [section_of_test(name, questions[name], decided) for name, decided in deciding.items()]
    return TESTS_PAGE.format(tests="\n\n".join(sections))


def section_of_test(name, question, claims):
    """A test under its question: the claims that it decides, and its source code."""
    question = FOR_CLAIMS.sub("", question)
    decided = "\n".join(f'- <a href="claims.html#{claim.id}">{claim.id}</a>: {claim.claim}' for claim in claims)
    listing = f"```{{literalinclude}} downloads/test_claims.py\n:language: python\n:pyobject: {name}\n```"
    return f"({label(name)})=\n## {question[0].upper()}{question[1:]}\n\n{decided}\n\n{listing}"


def test_of(claim):
    """The name of the test that decides the claim."""
    return claim.decided_by.split("::")[1].split("[")[0]


def label(name):
    """The anchor of a test on its page."""
    return name.replace("_", "-")


def plain(words):
    """The words with every Markdown character escaped."""
    return re.sub(r"([\\`*_\[\]<>$~])", r"\\\1", words)
