"""The command `activation-lab doctor`."""

import argparse
import math
from pathlib import Path

from . import page
from .examination import EXIT_CODES, examine, verdict
from .place import Place

DAY = 86400


def doctor(arguments=None):
    """Look at this machine, and show what was found. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="activation-lab doctor",
        description="Say whether this machine can run the course, and what to do if it cannot. It changes nothing.",
        epilog="It ends with 0 if all is well (notes allowed), 1 if there is a fault, 3 if Part I alone can run.",
    )
    parser.add_argument("--json", action="store_true", help="the same as data")
    parser.add_argument("--lessons", type=Path, metavar="FOLDER", help="where your notebooks lie, if not in lessons/")
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=Place.seconds,
        help=f"what each program that is tried may take ({Place.seconds:.0f})",
    )
    options = parser.parse_args(arguments)

    place = Place.here(options.lessons, options.seconds)
    findings = examine(place)
    if options.json:
        findings = list(findings)
        print(page.as_json(findings))
        return EXIT_CODES[verdict(findings)]
    return EXIT_CODES[page.show(findings)]


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= DAY:
        raise argparse.ArgumentTypeError(f"received {text}; expected a number above 0 and up to {DAY}, a day")
    return seconds
