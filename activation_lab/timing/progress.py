"""A bar for those who wait in front of a notebook."""

import html
import sys
import time

LONG = 3.0  # seconds; for less, nobody needs a bar
PAUSE = 0.25  # seconds from one change to the next: showing takes time, of which little may get into a measurement


class Bar:
    """A bar that appears if all the steps together promise to take long, and is gone at the end.

    Used as `with Bar(title, total) as bar:`, with `bar.advance(done)` after each step.

    Args:
        title: what goes on.
        total: how many steps there are.
        wanted: True shows it at once, False never; None if it takes long and somebody watches. Outside a notebook
            nothing is ever shown.
    """

    def __init__(self, title, total, wanted=None):
        self.title, self.total = title, total
        self.wanted = _watched() if wanted is None else wanted and _kernel() is not None
        self.least = LONG if wanted is None else 0.0
        self.handle = None

    def __enter__(self):
        self.start = self.changed = time.perf_counter()
        return self

    def advance(self, done):
        now = time.perf_counter()
        if not self.wanted or (now - self.start) / done * self.total <= self.least:
            return
        if self.handle is None:
            from IPython.display import display

            self.handle = display(self._looks(done), raw=True, display_id=True)
        elif now - self.changed > PAUSE:
            self.handle.update(self._looks(done), raw=True)
            self.changed = now

    def __exit__(self, *error):
        if self.handle is not None:
            self.handle.update({}, raw=True)  # clear_output would take along what the cell has shown before

    def _looks(self, done):
        words = f"{self.title}: {done} of {self.total}"
        bar = f'<progress value="{done}" max="{self.total}"></progress>'
        return {"text/plain": words, "text/html": f"<label>{bar} {html.escape(words)}</label>"}


def _kernel():
    """The kernel of the notebook this runs in, or None."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None)


def _watched():
    """Whether somebody sits in front of the notebook. What runs one unseen, to store its outputs, allows no input."""
    return bool(getattr(_kernel(), "_allow_stdin", False))
