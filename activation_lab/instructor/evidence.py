"""The claims as a table in a terminal."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import claims

COLOURS = {"true": "green", "false": "red", "depends": "yellow", "opinion": "dim"}


def show(chosen, console=None):
    """Print one row for each claim, and below how many have which verdict.

    Args:
        chosen: Claims.
        console: where to; None is standard output.
    """
    console = console or Console()
    table = Table("", show_lines=True)
    for title, ratio in (("claim", 4), ("verdict", 3), ("measured", 3), ("decided by", 3)):
        table.add_column(title, ratio=ratio, overflow="fold")
    for claim in chosen:
        where = f"{claim.lesson}: {claim.evidence}" if claim.lesson else claim.evidence
        verdict = Text(claim.ruling, COLOURS[claim.verdict])
        table.add_row(claim.id, Text(claim.claim), verdict, Text(claim.measured), Text(where))  # a str may be markup
    console.print(table)
    count = Counter(claim.verdict for claim in chosen)
    console.print(f"{len(chosen)} claims: " + ", ".join(f"{count[name]} {name}" for name in claims.SYMBOLS))
