"""The command `activation-lab`; its subcommands are in the modules here.

Each tool is imported when it is needed; `doctor` needs only Python.
"""

import argparse
import os
import sys
import tempfile
import traceback
from pathlib import Path

from ..errors import UserError
from . import authors, graders, marking

CRASHED = 3  # not 1, which says that some submissions need a look


def main(arguments=None):
    """Run one subcommand. Return the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["doctor"]:
        from ..doctor.command import doctor

        return doctor(arguments[1:])
    try:
        from activation_lab.errors import UnknownNameError
    except Exception as error:  # a package that is broken, or hidden by another file, fails in many ways
        print(
            f"activation-lab cannot start here ({type(error).__name__}: {error}). "
            "`activation-lab doctor` says what is wrong and how to fix it.",
            file=sys.stderr,
        )
        return 2
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except BrokenPipeError:  # the reader has closed the pipe, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # as shells have it: ended by a closed pipe
    except ImportError as error:
        print(
            f"This command needs the instructor's tools ({error}). Install them: pip install -e '.[instructor]'",
            file=sys.stderr,
        )
    except (UserError, UnknownNameError) as error:
        print(error, file=sys.stderr)
    except Exception as error:
        return _crashed(error, getattr(options, "out", None))
    return 2


def _crashed(error, folder):
    """Write what happened into a file, say where it is, and return the exit code."""
    folder = folder if isinstance(folder, Path) and folder.is_dir() else Path(tempfile.gettempdir())
    path = folder / "activation-lab-crash.txt"
    said = f"activation-lab stopped, and the fault is its own ({type(error).__name__}: {str(error)[:200]})."
    try:
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
        print(f"{said} {path} says where. What was graded is kept.", file=sys.stderr)
    except OSError:
        traceback.print_exception(error)
        print(said, file=sys.stderr)
    return CRASHED


def parser():
    """Return the parser of all commands; each of them sets `run`, the function that does it."""
    parser = argparse.ArgumentParser(
        prog="activation-lab", description="Tools for authors and instructors of the course."
    )
    subcommands = parser.add_subparsers(dest="command", required=True)
    for module in (authors, graders, marking):
        module.add(subcommands)
    # `main` handles it before parsing; it is added here so that --help lists it.
    subcommands.add_parser("doctor", add_help=False, help="check whether this machine can run the course")
    return parser
