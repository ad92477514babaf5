"""The command `activation-lab`: each tool is imported when it is asked for, and `doctor` needs Python alone."""

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path

from .errors import UserError


def main(arguments=None):
    """Run one subcommand; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["doctor"]:
        from .doctor.command import doctor

        return doctor(arguments[1:])
    try:
        from activation_lab.errors import UnknownNameError
    except Exception as error:  # a package that is broken, or hidden by another file, fails in many ways
        print(
            f"activation-lab cannot start here ({type(error).__name__}: {error}). "
            "`activation-lab doctor` says what is wrong and how to put it right.",
            file=sys.stderr,
        )
        return 2
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ImportError as error:
        print(
            f"This command needs the instructor's tools ({error}). Install them: pip install -e '.[instructor]'",
            file=sys.stderr,
        )
    except (UserError, UnknownNameError) as error:
        print(error, file=sys.stderr)
    return 2


def _parser():
    from activation_lab import claims

    parser = argparse.ArgumentParser(
        prog="activation-lab", description="Tools for authors and instructors of the course."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    building = commands.add_parser("build", help="fill answers, run the solutions, cut the lessons")
    building.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 01_dense_forward; none means all")
    building.add_argument("--check", action="store_true", help="write nothing; say what is stale and exit with 1")

    starting = commands.add_parser("new", help="start a lesson that passes the tests at once")
    starting.add_argument("lesson", help="its number and title, such as 11_title")
    starting.add_argument("exercises", nargs="+", metavar="NAME", help="names of its exercises")

    listing = commands.add_parser("claims", help="the claims of the articles: each one's verdict, and what decides it")
    listing.add_argument("ids", nargs="*", metavar="ID", help="such as S1.2; none means all")
    listing.add_argument("--source", choices=tuple(claims.SOURCES), help="of one article only, or of the answer")
    listing.add_argument("--verdict", choices=tuple(claims.SYMBOLS), help="with this verdict only")
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="a list of objects")
    form.add_argument("--readme", action="store_true", help="write the short form of all into README.md")

    grading = commands.add_parser("grade", help="mark a class's notebooks; answers run in a sandbox")
    grading.add_argument(
        "submissions", nargs="+", type=Path, metavar="SUBMISSIONS", help="a folder, a zip or a notebook"
    )
    grading.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="for marks, feedback and the report")
    grading.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class, to see who is missing")
    grading.add_argument("--exercises", type=Path, metavar="PY", help="a module with exercises of your own")
    grading.add_argument("--workers", type=_positive, metavar="N", help="processes (one per core)")
    grading.add_argument("--dask", metavar="ADDRESS", help="of a dask cluster's scheduler, to grade there")
    grading.add_argument("--timeout", type=_seconds, default=10.0, metavar="S", help="seconds for each exercise (10)")
    grading.add_argument("--partial", action="store_true", help="give partial credit for passing some of the cases")
    grading.add_argument("--secret-file", type=Path, metavar="FILE", help="draws the cases (FOLDER/secret)")
    grading.add_argument("--unsafe-no-sandbox", action="store_true", help="without a sandbox: at your own risk")

    publishing = commands.add_parser("publish", help="give the course its address: links, and a first cell for Colab")
    publishing.add_argument("repository", nargs="?", metavar="OWNER/NAME", help="on GitHub; else that of origin")
    publishing.add_argument("--branch", default="main", help="that readers get (main)")

    # `main` hands it on before anything is parsed; here it is one of the commands that --help lists.
    commands.add_parser("doctor", add_help=False, help="say whether this machine can run the course")
    return parser


def _build(options):
    from .author import build
    from .grader import course

    if options.check:
        findings = build.stale(options.lessons)
        print("\n".join(findings) or "Nothing is stale.")
        return 1 if findings else 0
    changed = build.build(options.lessons)
    changed += [course.WRITTEN] if course.write_catalogue() else []
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing has changed.")
    return 0


def _new(options):
    from .author import new

    for path in new.new(options.lesson, options.exercises):
        print(f"wrote {os.path.relpath(path)}")
    print("Replace the placeholders, run `activation-lab build`, and add the lesson to the README's table.")
    return 0


def _claims(options):
    from activation_lab import claims

    if options.readme:
        return _write_readme(Path("README.md"))
    chosen = [
        claim
        for claim in ([claims.find(name) for name in options.ids] or claims.CLAIMS)
        if options.source in (None, claim.id.split(".")[0]) and options.verdict in (None, claim.verdict)
    ]
    if not chosen:
        raise UserError("No claim is of this id, this source and this verdict at once.")
    if options.json:
        rows = [dataclasses.asdict(claim) | {"source": claim.source} for claim in chosen]
        print(json.dumps(rows, indent=2))
    else:
        from .author import claims_table

        claims_table.show(chosen)
    return 0


def _grade(options):
    from rich.console import Console

    from .grader import run
    from .grader.judge import Settings

    grade_options = run.GradeOptions(
        submissions=tuple(options.submissions),
        out=options.out,
        roster=options.roster,
        exercises=options.exercises,
        workers=options.workers,
        dask=options.dask,
        secret=options.secret_file,
        settings=Settings(options.timeout, options.partial, sandboxed=not options.unsafe_no_sandbox),
    )
    try:
        return run.grade(grade_options, Console())
    except KeyboardInterrupt:
        print("Stopped. Finished results are kept; the same command continues from there.", file=sys.stderr)
        return 130  # as shells have it: ended by Control-C


def _publish(options):
    from .author import publish

    changed = publish.publish(options.repository, options.branch)
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing has changed.")
    return 0


def _positive(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected a whole number from 1 on")
    return int(text)


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected seconds, such as 10")
    return seconds


def _write_readme(path):
    from activation_lab import claims

    from .author import readme

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path} is not there. Run this command in the project's own folder.") from None
    text = readme.with_part(text, readme.CLAIMS, claims.short_form())
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {path}")
    return 0


COMMANDS = {"build": _build, "new": _new, "claims": _claims, "grade": _grade, "publish": _publish}
