"""What people who decide on marks call: `mark`, `review`, `merge-overrides`, `remove` and `dismiss`."""

from pathlib import Path

from .options import add_out

STUDENT = "as in grades.csv; a name or an e-mail address that nobody else has will do"


def add(subcommands):
    """Add the parsers of these commands to what `add_subparsers` returned."""
    marking = subcommands.add_parser("mark", help="decide points by hand, excuse someone, or write a comment")
    marking.add_argument("student", metavar="STUDENT", help=STUDENT)
    marking.add_argument("exercise", metavar="EXERCISE", help="an exercise, a question, or a whole lesson")
    marking.add_argument("--lesson", default="", metavar="LESSON", help="if several lessons have the exercise")
    marking.add_argument("--points", metavar="N", help="what it earns")
    marking.add_argument("--extra", action="store_true", help="the points may be more than the exercise is worth")
    marking.add_argument("--comment", default="", metavar="TEXT", help="for the student")
    marking.add_argument(
        "--rubric", action="append", default=[], metavar="NAME", help="an entry of comments.toml; can be repeated"
    )
    marking.add_argument("--excused", action="store_true", help="it counts neither for nor against the student")
    marking.add_argument("--by", metavar="NAME", help="who decides; default: your user name")
    add_out(marking)
    marking.set_defaults(run=_mark)

    reviewing = subcommands.add_parser("review", help="mark in a browser: all answers to an exercise side by side")
    reviewing.add_argument("--by", metavar="NAME", help="who decides; default: your user name")
    reviewing.add_argument("--port", type=int, default=0, metavar="N", help="of this machine; default: any free one")
    add_out(reviewing)
    reviewing.set_defaults(run=_review)

    merging = subcommands.add_parser("merge-overrides", help="add what another grader decided")
    merging.add_argument("other", type=Path, metavar="CSV", help="their overrides.csv")
    add_out(merging)
    merging.set_defaults(run=_merge_overrides)

    removing = subcommands.add_parser("remove", help="take a student out of a course's pages and tables")
    removing.add_argument("student", metavar="STUDENT", help=STUDENT)
    removing.add_argument("lesson", nargs="?", default="", metavar="LESSON", help="only this lesson; default: all")
    removing.add_argument("--undo", action="store_true", help="put a removed student back")
    add_out(removing)
    removing.set_defaults(run=_remove)

    dismissing = subcommands.add_parser("dismiss", help="take a row out of the report's “Needs a look”")
    dismissing.add_argument("where", metavar="WHERE", help="what is under “where”, or words that only this row has")
    dismissing.add_argument("--undo", action="store_true", help="bring back what was dismissed")
    add_out(dismissing)
    dismissing.set_defaults(run=_dismiss)


def _mark(options):
    from ..grader.marks import commands

    return commands.mark(options)


def _review(options):
    from ..grader.review.command import review

    return review(options)


def _merge_overrides(options):
    from ..grader.marks import commands

    return commands.merge_overrides(options)


def _remove(options):
    from ..grader.marks import commands

    return commands.remove(options)


def _dismiss(options):
    from ..grader.marks import commands

    return commands.dismiss(options)
