"""The command `activation-lab`. Each tool is imported when it is needed; `doctor` needs only Python."""

import argparse
import dataclasses
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

from .errors import UserError
from .grader.marks import parsers as marks_parsers

CRASHED = 3  # not 1, which says that some submissions need a look


def main(arguments=None):
    """Run one subcommand. Return the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["doctor"]:
        from .doctor.command import doctor

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
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
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


def _parser():
    from activation_lab import claims

    parser = argparse.ArgumentParser(
        prog="activation-lab", description="Tools for authors and instructors of the course."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    building = commands.add_parser("build", help="fill in answers, run the solutions, cut the lessons from them")
    building.add_argument("lessons", nargs="*", metavar="LESSON", help="for example 01_dense_forward; default: all")
    building.add_argument(
        "--check", action="store_true", help="write nothing; list what is stale, exit with 1 if it is"
    )

    starting = commands.add_parser("new", help="start a new lesson, which passes all tests from the beginning")
    starting.add_argument("lesson", help="number and title, for example 11_my_lesson")
    starting.add_argument("exercises", nargs="+", metavar="NAME", help="its exercises, for example my_function")

    listing = commands.add_parser("claims", help="list the articles' claims, their verdicts and what decides them")
    listing.add_argument("ids", nargs="*", metavar="ID", help="for example S1.2; default: all")
    listing.add_argument("--source", choices=tuple(claims.SOURCES), help="only claims of this source")
    listing.add_argument("--verdict", choices=tuple(claims.SYMBOLS), help="only claims with this verdict")
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--write", action="store_true", help="write all claims to lessons/claims.md")

    grading = commands.add_parser(
        "grade",
        help="grade a class's notebooks; their code runs in a sandbox",
        epilog="SUBMISSIONS is what Moodle, Canvas or nbgrader gives you, as a zip or a folder, or a folder of "
        "<student>/<notebook>.ipynb. A folder or zip of notebooks that are named after lessons, such as "
        "01_dense_forward.ipynb, is one student's submission, and has the student's name. A notebook is a submission "
        "too. Its student is named like the notebook, or like its folder if the notebook is named after a lesson or "
        "if you give several with the same name.",
    )
    grading.add_argument(
        "submissions",
        nargs="*",
        type=Path,
        metavar="SUBMISSIONS",
        help="a folder, a zip file or a notebook, see below; none: draw all pages anew",
    )
    _add_out(grading)
    grading.add_argument("--roster", type=Path, metavar="FILE", help="the class, as CSV or xlsx, to see who is missing")
    grading.add_argument("--groups", type=Path, metavar="FILE", help="who is in which group; default: OUT/groups.csv")
    grading.add_argument(
        "--lesson",
        action="append",
        default=[],
        metavar="NN",
        help="the lesson that is due; default: what most handed in",
    )
    grading.add_argument(
        "--canvas-column",
        type=_canvas_column,
        action="append",
        default=[],
        metavar="LESSON=HEADING",
        help='the column of a lesson in Canvas\'s gradebook, such as 01_dense_forward="Homework 1 (98765)"',
    )
    grading.add_argument("--workers", type=_positive, metavar="N", help="number of processes; default: one per core")
    grading.add_argument("--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster that does the work")
    _add_settings(grading)
    grading.add_argument("--secret-file", type=Path, metavar="FILE", help="seeds the cases; default: FOLDER/secret")
    grading.add_argument(
        "--attempt", choices=("newest", "best", "first"), help="which attempt counts, from now on; at first the newest"
    )
    grading.add_argument(
        "--again", action="store_true", help="grade again what an earlier version of the exercises or grader graded"
    )

    one = commands.add_parser(
        "grade-one",
        help="grade one notebook at once, for Gradescope, GitHub Classroom or a hook",
        epilog="Exit status: 0 if the points pass, 1 if they don't, 2 if it could not be graded. Without "
        "--secret-file, the cases are new each time.",
    )
    one.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="a notebook, or a folder with one in it")
    one.add_argument("--lesson", default="", metavar="LESSON", help="which one it must answer; default: any")
    one.add_argument(
        "--pass-at",
        type=_threshold,
        default=("share", 1.0),
        metavar="N",
        help="the points that pass, such as 5, or a share of them, such as 60%% or 0.6; default: all",
    )
    one.add_argument("--json", action="store_true", help="print JSON")
    one.add_argument("--gradescope", type=Path, metavar="FILE", help="write Gradescope's results.json")
    one.add_argument(
        "--classroom", type=Path, metavar="FILE", help="add result=… for GitHub Classroom's reporter, to $GITHUB_OUTPUT"
    )
    _add_settings(one)
    one.add_argument("--secret-file", type=Path, metavar="FILE", help="seeds the cases; made if it is missing")

    marks_parsers.add(commands, _add_out)

    filling = commands.add_parser("gradebook", help="write what counts into nbgrader's gradebook, if nbgrader is here")
    filling.add_argument("gradebook", type=Path, metavar="DB", help="nbgrader's gradebook.db; made if it is missing")
    _add_out(filling)

    exercises = commands.add_parser("exercises", help="list the exercises and questions of each lesson")
    exercises.add_argument("--points", action="store_true", help="with their points, and the most that a lesson gives")
    exercises.add_argument("--lesson", default="", metavar="LESSON", help="for example 01_dense_forward; default: all")
    exercises.add_argument("--exercises", type=Path, metavar="PY", help="a module with your own exercises")
    exercises.add_argument("--json", action="store_true", help="print JSON, with the points")

    handing_out = commands.add_parser("handout", help="make the notebook in which students answer your own exercises")
    handing_out.add_argument("exercises", type=Path, metavar="PY", help="a module with your own exercises")
    handing_out.add_argument("--out", type=Path, required=True, metavar="NOTEBOOK", help="for example exam_1.ipynb")

    publishing = commands.add_parser(
        "publish", help="set the course's GitHub address: links on the site, and a first cell for Colab"
    )
    publishing.add_argument("repository", metavar="OWNER/NAME", help="on GitHub; readers get the branch main")

    # `main` handles it before parsing; it is added here so that --help lists it.
    commands.add_parser("doctor", add_help=False, help="check whether this machine can run the course")
    return parser


def _add_out(parser):
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="the course's folder: marks and pages"
    )


def _add_settings(parser):
    """Add the options that decide a mark."""
    parser.add_argument("--exercises", type=Path, metavar="PY", help="a module with your own exercises")
    parser.add_argument("--timeout", type=_seconds, default=10.0, metavar="S", help="seconds per exercise (10)")
    parser.add_argument("--partial", action="store_true", help="give partial credit for the cases that pass")
    parser.add_argument("--unsafe-no-sandbox", action="store_true", help="no sandbox, at your own risk")


def _settings(options):
    from .grader.submission_judge import Settings

    return Settings(options.timeout, options.partial, sandboxed=not options.unsafe_no_sandbox)


def _build(options):
    from .author import build
    from .grader import course

    if options.check:
        findings = build.stale(options.lessons)
        print("\n".join(findings) or "Nothing is stale.")
        return 1 if findings else 0
    changed = build.build(options.lessons)
    changed += [course.WRITTEN] if course.write_catalogue() else []
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing changed.")
    return 0


def _new(options):
    from .author import new_lesson

    for path in new_lesson.new(options.lesson, options.exercises):
        print(f"wrote {os.path.relpath(path)}")
    print(f"Replace the placeholders, then run: activation-lab build {options.lesson}")
    print("Add the lesson to the table in README.md.")
    return 0


def _claims(options):
    from activation_lab import claims

    if options.write:
        return _write_claims()
    chosen = [
        claim
        for claim in ([claims.find(name) for name in options.ids] or claims.CLAIMS)
        if options.source in (None, claim.id.split(".")[0]) and options.verdict in (None, claim.verdict)
    ]
    if not chosen:
        raise UserError("No claim has this id, this source and this verdict.")
    if options.json:
        rows = [dataclasses.asdict(claim) | {"source": claim.source} for claim in chosen]
        print(json.dumps(rows, indent=2))
    else:
        from .author import claims_listing

        claims_listing.show(chosen)
    return 0


def _grade(options):
    from rich.console import Console

    from .grader import run

    grade_options = run.GradeOptions(
        submissions=tuple(options.submissions),
        out=options.out,
        roster=options.roster,
        groups=options.groups,
        lessons=tuple(options.lesson),
        exercises=options.exercises,
        workers=options.workers,
        dask=options.dask,
        secret=options.secret_file,
        settings=_settings(options),
        attempt=options.attempt,
        again=options.again,
        canvas_columns=dict(options.canvas_column),
    )
    try:
        return run.grade(grade_options, Console(markup=False, emoji=False))  # paths and names may look like markup
    except KeyboardInterrupt:
        print("Stopped. Marks so far are kept; the same command continues from there.", file=sys.stderr)
        return 130  # as shells have it: ended by Control-C


def _mark(options):
    from .grader.marks import commands

    return commands.mark(options)


def _merge_overrides(options):
    from .grader.marks import commands

    return commands.merge_overrides(options)


def _remove(options):
    from .grader.marks import commands

    return commands.remove(options)


def _dismiss(options):
    from .grader.marks import commands

    return commands.dismiss(options)


def _grade_one(options):
    from .grader import one
    from .grader.pages import one_result

    result = one.grade_one(
        one.OneOptions(
            notebook=options.notebook,
            lesson=options.lesson,
            exercises=options.exercises,
            secret=options.secret_file,
            pass_at=options.pass_at,
            settings=_settings(options),
        )
    )
    one_result.write(result, options.gradescope, options.classroom)
    print(one_result.as_json(result) if options.json else one_result.as_text(result), end="" if options.json else "\n")
    return result.code


def _gradebook(options):
    from .grader import course_folder
    from .grader.marks import final, rules
    from .grader.pages import nbgrader_gradebook
    from .grader.text import count

    with course_folder.opened(options.out, "gradebook") as store:
        grades = final.grades(store, rules.load(options.out, store)[0])
        written = nbgrader_gradebook.write(grades, options.gradebook)
    print(f"wrote {count(written, 'submission')} to {options.gradebook}")
    return 0


def _exercises(options):
    from .grader import exercise_list, pool_worker
    from .grader.course import Course

    course = Course(pool_worker.checked_pack(options.exercises) if options.exercises else None)
    lessons = exercise_list.listed(course, options.lesson)
    print(exercise_list.as_json(lessons) if options.json else exercise_list.as_text(lessons, options.points))
    return 0


def _handout(options):
    from .author import build, handout
    from .grader import pool_worker
    from .grader.course import Course
    from .grader.pack_harness import harness_text

    if options.out.suffix != ".ipynb":
        raise UserError(f"--out is {options.out}; expected a notebook's name, such as {options.exercises.stem}.ipynb.")
    notebook = handout.notebook(Course(pool_worker.checked_pack(options.exercises)), harness_text)
    try:
        changed = build.write_if_changed(notebook, options.out)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The handout could not be written: {error}.") from None
    print(f"wrote {options.out}" if changed else "Nothing changed.")
    return 0


def _publish(options):
    from .author import publish

    changed = publish.publish(options.repository)
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing changed.")
    return 0


def _positive(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected a whole number of at least 1")
    return int(text)


def _threshold(text):
    """Return ("share", 0.6) of "60%" or "0.6", ("points", 5.0) of "5"."""
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1_000_000 or text.endswith("%") and value > 100:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected points, such as 5, or a share, such as 60%")
    if text.endswith("%"):
        return "share", value / 100
    return ("share" if "." in text and value <= 1 else "points"), value


def _canvas_column(text):
    lesson, _, heading = (part.strip() for part in text.partition("="))
    if not lesson or not heading:
        raise argparse.ArgumentTypeError(
            f'received {text!r}; expected a lesson and a heading, such as 01_dense_forward="Homework 1 (98765)"'
        )
    return lesson, heading


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected a number of seconds, such as 10")
    return seconds


def _write_claims():
    from .author import claims_page

    if not claims_page.PATH.parent.is_dir():
        raise UserError(
            f"There is no folder {claims_page.PATH.parent}/ here. Run this command in the project's folder."
        )
    claims_page.PATH.write_text(claims_page.page(), encoding="utf-8", newline="\n")
    print(f"wrote {claims_page.PATH}")
    return 0


def _review(options):
    from .grader.review.command import review

    return review(options)


COMMANDS = {
    "build": _build,
    "new": _new,
    "claims": _claims,
    "grade": _grade,
    "grade-one": _grade_one,
    "mark": _mark,
    "merge-overrides": _merge_overrides,
    "remove": _remove,
    "dismiss": _dismiss,
    "gradebook": _gradebook,
    "review": _review,
    "exercises": _exercises,
    "handout": _handout,
    "publish": _publish,
}
