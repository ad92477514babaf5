"""What changed since the last time, as a table for a spreadsheet and on the console."""

import csv
from pathlib import Path

from rich.table import Table

from ..text import count, number, plain
from .atomic_write import atomic_write
from .naming import cell

HEADINGS = ["student", "name", "lesson", "change", "score before", "score now", "points"]
SHOWN = 20


def write(changed, folder):
    """Write changes.csv, with a row for each Change."""
    with atomic_write(Path(folder) / "changes.csv", "utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for each in changed:
            scores = ["" if score is None else score for score in (each.before, each.now)]
            rows.writerow(map(cell, [each.student, each.name, each.lesson, each.what, *scores, each.points]))


def show(changed, console):
    """Print how many are new, and the first of the other changes."""
    new = sum(each.what == "new" for each in changed)
    others = [each for each in changed if each.what != "new"]
    if others:
        shown = Table("student", "lesson", "change", "before", "now", title="Since the last time")
        for each in others[:SHOWN]:
            scores = ("–" if score is None else number(score) for score in (each.before, each.now))
            shown.add_row(plain(each.student, 40), plain(each.lesson, 40), each.what, *scores)
        console.print(shown)
    more = f"; {len(others) - SHOWN} more are in changes.csv" if len(others) > SHOWN else ""
    if changed:
        console.print(f"Since the last time: {new} new, {count(len(others), 'other change')}{more}.")
