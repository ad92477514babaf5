"""What was found, as a page in the terminal or as data."""

import json
import platform
import sys
import textwrap
from dataclasses import asdict

from .examination import EXIT_CODES, PART_ONE_ONLY, WELL, verdict
from .finding import State

SYMBOLS = {State.OK: "✓", State.NOTE: "!", State.PART_ONE: "!", State.FAULT: "✗", State.NOT_TRIED: "·"}
PLAIN = {State.OK: "ok", State.NOTE: "!", State.PART_ONE: "!", State.FAULT: "X", State.NOT_TRIED: "-"}
STYLES = {State.OK: "green", State.NOTE: "yellow", State.PART_ONE: "yellow", State.FAULT: "bold red"}
INDENT, WIDTH = 21, 110


def show(findings):
    """Print each finding as soon as it is there, then the verdict, which is returned."""
    write = _writer()
    symbols = SYMBOLS if _can_write("".join(SYMBOLS.values())) else PLAIN
    write("Can this machine run the course?\n", "bold")
    seen = []
    for name, finding in findings:
        seen.append((name, finding))
        first, *rest = lines(name, finding, symbols)
        write(first, STYLES.get(finding.state, "dim"))
        for line in rest:
            write(line, "")
    write(f"\n{sentence(seen)}", "bold")
    return verdict(seen)


def lines(name, finding, symbols=SYMBOLS):
    """A finding's lines: what was found; where it is not well, what was expected and what to do."""
    first = f"{symbols[finding.state]:>2} {name}"
    found = finding.found
    if finding.state is State.OK:
        return _wrapped(first, f"{found} (expected {finding.expected})" if finding.expected else found)
    written = _wrapped(first, found)
    if finding.expected:
        written += _wrapped("", f"expected: {finding.expected}")
    # A command stays on one line, to be copied.
    todo = finding.remedy.splitlines()
    return written + [f"{'':{INDENT}}{'       ' if k else 'to do: '}{line}" for k, line in enumerate(todo)]


def _wrapped(first, text):
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{first:<{INDENT}}",
        subsequent_indent=" " * INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def sentence(findings):
    """The verdict, and what to do next."""
    if verdict(findings) == WELL:
        return "This machine can run the course."
    if verdict(findings) == PART_ONE_ONLY:
        return "This machine can run Part I, lessons 1 to 4. For Part II, do what stands above."
    faults = sum(finding.state is State.FAULT for _, finding in findings)
    well = {name for name, finding in findings if finding.state is State.OK}
    count = "There is one fault." if faults == 1 else f"There are {faults} faults."
    rest = " Part I, lessons 1 to 4, runs meanwhile." if {"Part I computes", "kernel answers"} <= well else ""
    return f"{count} Put the first right, then look again.{rest}"


def as_json(findings):
    """One object: the verdict, this Python, and a list of findings."""
    rows = [
        {"check": name, **asdict(finding), "state": finding.state.value, "remedy": finding.remedy.splitlines()}
        for name, finding in findings
    ]
    outcome = {"verdict": verdict(findings), "exit_code": EXIT_CODES[verdict(findings)]}
    here = {"python": sys.executable, "system": platform.platform()}
    return json.dumps(outcome | here | {"findings": rows}, indent=2)


def _writer():
    """print, in colours where rich is installed."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may hold what this terminal cannot write
    try:
        from rich.console import Console
        from rich.text import Text
    except Exception:  # missing or broken: plain text will do
        return lambda text, style: print(text, flush=True)
    console = Console(highlight=False)
    return lambda text, style: console.print(Text(text, style), soft_wrap=True)


def _can_write(text):
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
