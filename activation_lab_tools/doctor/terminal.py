"""The findings as text for a terminal, or as JSON."""

import json
import platform
import sys
import textwrap
from dataclasses import asdict

from .examination import EXIT_CODES, PART_ONE_ONLY, WELL, verdict
from .findings import State

MARKS = {State.OK: "ok", State.NOTE: "note", State.PART_ONE: "PART I", State.FAULT: "FAULT", State.NOT_TRIED: "-"}
INDENT, WIDTH = 24, 110


def show(findings):
    """Print each finding as soon as it is known, then the verdict, which is returned."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may contain what this terminal cannot show
    print("Can this machine run the course?\n")
    seen = []
    for name, finding in findings:
        seen.append((name, finding))
        print("\n".join(lines(name, finding)), flush=True)
    print(f"\n{sentence(seen)}")
    return verdict(seen)


def lines(name, finding):
    """The lines of a finding: what was found and, unless it is ok, what was expected and what to do."""
    found, first = finding.found, f"{MARKS[finding.state]:<7}{name}"
    if finding.state is State.OK:
        return _wrapped(first, f"{found} (expected {finding.expected})" if finding.expected else found)
    written = _wrapped(first, found)
    if finding.expected:
        written += _wrapped("", f"expected: {finding.expected}")
    # A command stays on one line, so that it can be copied.
    todo = finding.remedy.splitlines()
    return written + [f"{'':{INDENT}}{'       ' if k else 'to do: '}{line}" for k, line in enumerate(todo)]


def _wrapped(first, text):
    margins = {"initial_indent": f"{first:<{INDENT}}", "subsequent_indent": " " * INDENT}
    return textwrap.wrap(text, WIDTH, **margins, break_long_words=False, break_on_hyphens=False)


def sentence(findings):
    """The verdict, and what to do next."""
    if verdict(findings) == WELL:
        return "This machine can run the course."
    if verdict(findings) == PART_ONE_ONLY:
        return "This machine can run Part I, lessons 1 to 4. For Part II, follow the steps above."
    faults = sum(finding.state is State.FAULT for _, finding in findings)
    well = {name for name, finding in findings if finding.state is State.OK}
    count = "There is 1 fault. Fix it" if faults == 1 else f"There are {faults} faults. Fix the first"
    rest = " Part I, lessons 1 to 4, can run now." if {"Part I computes", "kernel answers"} <= well else ""
    return f"{count}, then check again.{rest}"


def as_json(findings):
    """One JSON object: the verdict, this Python, and a list of findings."""
    rows = [
        {"check": name, **asdict(finding), "state": finding.state.value, "remedy": finding.remedy.splitlines()}
        for name, finding in findings
    ]
    outcome = {"verdict": verdict(findings), "exit_code": EXIT_CODES[verdict(findings)]}
    here = {"python": sys.executable, "system": platform.platform()}
    return json.dumps(outcome | here | {"findings": rows}, indent=2)
