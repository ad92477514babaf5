"""The command `activation-lab`."""

import argparse
import os
import sys

from ..exercises import UnknownNameError
from . import UserError


def main(arguments=None):
    """Run one subcommand; returns the exit code."""
    parser = argparse.ArgumentParser(prog="activation-lab", description="Tools for authors of the course.")
    commands = parser.add_subparsers(dest="command", required=True)

    building = commands.add_parser("build", help="fill answers, run the solutions, cut the lessons")
    building.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 01_dense_forward; none means all")
    building.add_argument("--check", action="store_true", help="write nothing; say what is stale and exit with 1")

    starting = commands.add_parser("new", help="start a lesson that passes the tests at once")
    starting.add_argument("lesson", help="its number and title, such as 11_title")
    starting.add_argument("exercises", nargs="+", metavar="NAME", help="names of its exercises")

    options = parser.parse_args(arguments)
    try:
        return _build(options) if options.command == "build" else _new(options)
    except ImportError as error:
        print(
            f"This command needs the instructor's tools ({error}). Install them: pip install -e '.[instructor]'",
            file=sys.stderr,
        )
    except (UserError, UnknownNameError) as error:
        print(error, file=sys.stderr)
    return 2


def _build(options):
    from . import build  # not above: it imports the instructor's tools, an extra

    if options.check:
        findings = build.stale(options.lessons)
        print("\n".join(findings) or "Nothing is stale.")
        return 1 if findings else 0
    changed = build.build(options.lessons)
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing has changed.")
    return 0


def _new(options):
    from . import new

    for path in new.new(options.lesson, options.exercises):
        print(f"wrote {os.path.relpath(path)}")
    print("Replace the placeholders, run `activation-lab build`, and add the lesson to the README's table.")
    return 0
