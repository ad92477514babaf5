"""What graders call: `grade`, `grade-one`, `gradebook`, `exercises` and `handout`."""

import argparse
import sys
from pathlib import Path

from ..errors import UserError
from .options import add_out


def add(subcommands):
    """Add the parsers of these commands to what `add_subparsers` returned."""
    grading = subcommands.add_parser(
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
    add_out(grading)
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
    grading.set_defaults(run=_grade)

    one = subcommands.add_parser(
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
    one.set_defaults(run=_grade_one)

    filling = subcommands.add_parser(
        "gradebook", help="write what counts into nbgrader's gradebook, if nbgrader is here"
    )
    filling.add_argument("gradebook", type=Path, metavar="DB", help="nbgrader's gradebook.db; made if it is missing")
    add_out(filling)
    filling.set_defaults(run=_gradebook)

    exercises = subcommands.add_parser("exercises", help="list the exercises and questions of each lesson")
    exercises.add_argument("--points", action="store_true", help="with their points, and the most that a lesson gives")
    exercises.add_argument("--lesson", default="", metavar="LESSON", help="for example 01_dense_forward; default: all")
    exercises.add_argument("--exercises", type=Path, metavar="PY", help="a module with your own exercises")
    exercises.add_argument("--json", action="store_true", help="print JSON, with the points")
    exercises.set_defaults(run=_exercises)

    handing_out = subcommands.add_parser(
        "handout", help="make the notebook in which students answer your own exercises"
    )
    handing_out.add_argument("exercises", type=Path, metavar="PY", help="a module with your own exercises")
    handing_out.add_argument("--out", type=Path, required=True, metavar="NOTEBOOK", help="for example exam_1.ipynb")
    handing_out.set_defaults(run=_handout)


def _add_settings(parser):
    """Add the options that decide a mark."""
    parser.add_argument("--exercises", type=Path, metavar="PY", help="a module with your own exercises")
    parser.add_argument("--timeout", type=_seconds, default=10.0, metavar="S", help="seconds per exercise (10)")
    parser.add_argument("--partial", action="store_true", help="give partial credit for the cases that pass")
    parser.add_argument("--unsafe-no-sandbox", action="store_true", help="no sandbox, at your own risk")


def _settings(options):
    from ..grader.submission_judge import Settings

    return Settings(options.timeout, options.partial, sandboxed=not options.unsafe_no_sandbox)


def _grade(options):
    from rich.console import Console

    from ..grader import run

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


def _grade_one(options):
    from ..grader import one
    from ..grader.pages import one_result

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
    from ..grader import course_folder
    from ..grader.marks import final, rules
    from ..grader.pages import nbgrader_gradebook
    from ..grader.text import count

    with course_folder.opened(options.out, "gradebook") as store:
        grades = final.grades(store, rules.load(options.out, store)[0])
        written = nbgrader_gradebook.write(grades, options.gradebook)
    print(f"wrote {count(written, 'submission')} to {options.gradebook}")
    return 0


def _exercises(options):
    from ..grader import exercise_list, pool_worker
    from ..grader.course import Course

    course = Course(pool_worker.checked_pack(options.exercises) if options.exercises else None)
    lessons = exercise_list.listed(course, options.lesson)
    print(exercise_list.as_json(lessons) if options.json else exercise_list.as_text(lessons, options.points))
    return 0


def _handout(options):
    from ..author import build, handout
    from ..grader import pool_worker
    from ..grader.course import Course
    from ..grader.pack_harness import harness_text

    if options.out.suffix != ".ipynb":
        raise UserError(f"--out is {options.out}; expected a notebook's name, such as {options.exercises.stem}.ipynb.")
    notebook = handout.notebook(Course(pool_worker.checked_pack(options.exercises)), harness_text)
    try:
        changed = build.write_if_changed(notebook, options.out)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The handout could not be written: {error}.") from None
    print(f"wrote {options.out}" if changed else "Nothing changed.")
    return 0


def _positive(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected a whole number of at least 1")
    return int(text)


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise argparse.ArgumentTypeError(f"received {text!r}; expected a number of seconds, such as 10")
    return seconds


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
