"""The claims as a table in a terminal."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from activation_lab import claims
from activation_lab.shown import count

COLORS = {"true": "green", "false": "red", "depends": "yellow", "opinion": "dim", "invented": "dim"}
REASONS = {"depends": "It depends on", "opinion": "An opinion:", "invented": "Invented:"}  # what comes before Claim.on


def show(chosen):
    """Print one row per claim, and below the table how many claims have each verdict.

    Args:
        chosen: Claims.
    """
    console = Console(markup=False, emoji=False)
    table = Table(expand=True, show_lines=True)
    table.add_column("", no_wrap=True)
    for title, ratio in (("claim, and what was measured", 3), ("decided by", 2)):
        table.add_column(title, ratio=ratio, overflow="fold")
    for claim in chosen:
        verdict = Text.assemble(f"{claim.id}\n", (claim.verdict, COLORS[claim.verdict]))
        lines = [claim.claim]
        if claim.on:
            lines.append(f"{REASONS[claim.verdict]} {claim.on}.")
        if claim.measured:
            lines.append(f"Measured: {claim.measured}.")
        where = claim.decided_by.removeprefix("tests/").split("[")[0]
        where = f"{claim.lesson}\n{where}" if claim.lesson else where.replace("::", "\n")
        table.add_row(verdict, "\n".join(lines), where)
    console.print(table)
    verdicts = Counter(claim.verdict for claim in chosen)
    told = ", ".join(f"{verdicts[name]} {name}" for name in claims.SYMBOLS)
    console.print(f"{count(len(chosen), 'claim')}: {told}")
