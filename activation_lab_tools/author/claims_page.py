"""lessons/claims.md: every claim with its verdict, the number that decides it, and a link to where it was measured."""

import re
from pathlib import Path

from activation_lab.claims import CLAIMS, SOURCES, SYMBOLS, UNDECIDED

PATH = Path("lessons/claims.md")
PAGE = """\
# The claims on trial

Two articles, and the most read answer on Stack Overflow (number 40866124), make {total} claims about activation layers
and activation arguments. Each one is decided by a measurement, unless it is a matter of opinion, or gives numbers that
the source itself calls hypothetical: those are marked “invented”. Words in quotation marks are the source's own. The
link in each row leads to the lesson or the test that decides the claim.
[Lesson 10]({lesson}) lets you judge some of them yourself, so do that first.

{counts}
"""
REPOSITORY = "../solutions/{lesson}.ipynb", "../tests/lab/test_claims.py"  # links from lessons/claims.md


def page():
    """Return the page as the repository stores it, with links to files."""
    return claims_page("10_claims_on_trial.ipynb", _in_the_repository)


def claims_page(lesson, address):
    """Return the list in Markdown: how many claims have which verdict, then one table for each source.

    Args:
        lesson: the address of lesson 10.
        address: from a Claim that is decided to the address of the cell or the test that decides it.
    """
    counts = ["| | claims | " + " | ".join(f"{symbol} {verdict}" for verdict, symbol in SYMBOLS.items()) + " |"]
    counts.append("|---" * (len(SYMBOLS) + 2) + "|")
    tables = []
    for source in SOURCES.values():
        claims = [claim for claim in CLAIMS if claim.source == source]
        verdicts = [claim.verdict for claim in claims]
        numbers = " | ".join(str(verdicts.count(verdict)) for verdict in SYMBOLS)
        counts.append(f"| [{source}](#{source.replace(' ', '-')}) | {len(claims)} | {numbers} |")
        rows = "\n".join(row(claim, address) for claim in claims)
        tables.append(f"## {source.capitalize()}\n\n| claim | verdict | measured |\n|---|---|---|\n{rows}\n")
    head = PAGE.format(total=len(CLAIMS), lesson=lesson, counts="\n".join(counts))
    return "\n".join([head, *tables])


def row(claim, address):
    """Return one line of a table. Its anchor is the claim's id, as in claims.html#S2.13."""
    first = f'<span id="{claim.id}"></span>**{claim.id}** {claim.claim} ({_decided_by(claim, address)})'
    ruling = f"{SYMBOLS[claim.verdict]} {claim.ruling}"
    if claim.holds:
        ruling += f". Holds: {'; '.join(claim.holds)}"
    if claim.verdict in UNDECIDED:
        ruling += f": {claim.on}"
    cells = (first, ruling, plain(claim.measured))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def plain(words):
    """Return the words with every Markdown character escaped."""
    return re.sub(r"([\\`*_\[\]<>$~])", r"\\\1", words)


def _decided_by(claim, address):
    if claim.lesson:
        return f"decided in [lesson {int(claim.lesson[:2])}]({address(claim)})"
    return f"decided by [a test]({address(claim)})" if claim.decided_by else "nothing can decide it"


def _in_the_repository(claim):
    lesson, tests = REPOSITORY
    return lesson.format(lesson=claim.lesson) if claim.lesson else tests
