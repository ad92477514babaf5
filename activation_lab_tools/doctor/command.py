"""The command `activation-lab doctor`."""

import argparse
from pathlib import Path

from . import terminal
from .context import Context
from .examination import EXIT_CODES, examine, verdict

DAY = 86400


def doctor(arguments=None):
    """Check this machine and show what was found. Return the exit code."""
    parser = argparse.ArgumentParser(
        prog="activation-lab doctor",
        description="Check whether this machine can run the course, and say how to fix it if not. It changes nothing.",
        epilog="Exit code: 0 if all is well (notes allowed), 1 if there is a fault, 3 if only Part I can run.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--lessons", type=Path, metavar="FOLDER", help="the folder of your notebooks, if not lessons/")
    parser.add_argument(
        "--seconds", type=_seconds, default=60, help="time limit for each program that is tried; default: 60"
    )
    options = parser.parse_args(arguments)

    findings = examine(Context.here(options.lessons, options.seconds))
    if options.json:
        findings = list(findings)
        print(terminal.as_json(findings))
        return EXIT_CODES[verdict(findings)]
    return EXIT_CODES[terminal.show(findings)]


def _seconds(text):
    if not text.isdecimal() or not 0 < int(text) <= DAY:
        raise argparse.ArgumentTypeError(f"received {text}; expected a whole number from 1 to {DAY}, a day")
    return int(text)
