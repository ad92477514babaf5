"""The claims as pages of the site, with links to the very cells and tests that decide them."""

import ast
import re

from activation_lab.claims import CLAIMS

from ..claims_page import claims_page
from .lesson_pages import anchor

TESTS_PAGE = """\
# Tests that decide claims

Where no cell of a lesson decides a [claim](claims.md), a test does; `make test` runs them all. Code that they share
is in [the whole file](path:downloads/test_claims.py).

{tests}
"""
FOR_CLAIMS = re.compile(r"\A[SM\d., ]+: ")  # “S1.3, S2.4: ” before a test's question; they are listed below it


def page():
    """Return the list of claims with links to pages of the site."""
    return claims_page("10_claims_on_trial.ipynb", _on_the_site)


def _on_the_site(claim):
    """Return the address of the cell or the test that decides."""
    return f"#{anchor(claim.lesson, claim.decided_by) if claim.lesson else label(test_of(claim))}"


def tests_page(source):
    """Return every test that decides a claim, with its source.

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
    """Return a test under its question: the claims that it decides, and its source."""
    question = FOR_CLAIMS.sub("", question)
    decided = "\n".join(f'- <a href="claims.html#{claim.id}">{claim.id}</a>: {claim.claim}' for claim in claims)
    listing = f"```{{literalinclude}} downloads/test_claims.py\n:language: python\n:pyobject: {name}\n```"
    return f"({label(name)})=\n## {question[0].upper()}{question[1:]}\n\n{decided}\n\n{listing}"


def test_of(claim):
    """Return the name of the test that decides."""
    return claim.decided_by.split("::")[1].split("[")[0]


def label(name):
    """Return the address of a test on its page."""
    return name.replace("_", "-")
