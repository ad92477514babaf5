"""Progress: a bar on a terminal, plain lines elsewhere."""

import contextlib
import time

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

EVERY = 10.0  # seconds between plain lines


@contextlib.contextmanager
def progress(console, what, total):
    """Context: a function to call after each of `total` tasks.

    Args:
        console: a rich Console.
        what: a word, such as "Grading".
    """
    if total == 0:
        yield lambda: None
    elif console.is_terminal:
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)
    else:
        lines = _Lines(console, what, total)
        yield lines.advance
        lines.last()


class _Rate(ProgressColumn):
    """Tasks per second."""

    def render(self, task):
        return Text(f"{task.finished_speed or task.speed or 0:.1f}/s")


class _Lines:
    def __init__(self, console, what, total):
        self.console, self.what, self.total = console, what, total
        self.done, self.began, self.said = 0, time.monotonic(), time.monotonic()

    def advance(self):
        self.done += 1
        if time.monotonic() - self.said >= EVERY and self.done < self.total:
            self.said = time.monotonic()
            rate = self.done / (self.said - self.began)
            left = (self.total - self.done) / rate
            self.console.print(f"{self.what}: {self.done} of {self.total}, {rate:.1f}/s, about {left:.0f} s left")

    def last(self):
        took = time.monotonic() - self.began
        self.console.print(
            f"{self.what}: {self.done} of {self.total} in {took:.1f} s, {self.done / max(took, 1e-9):.1f}/s"
        )
