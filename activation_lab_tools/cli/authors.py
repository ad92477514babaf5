"""What authors of the course call: `build`, `new`, `claims` and `publish`."""

import dataclasses
import json
import os

from ..errors import UserError


def add(subcommands):
    """Add the parsers of these commands to what `add_subparsers` returned."""
    from activation_lab import claims

    building = subcommands.add_parser("build", help="fill in answers, run the solutions, cut the lessons from them")
    building.add_argument("lessons", nargs="*", metavar="LESSON", help="for example 01_dense_forward; default: all")
    building.add_argument(
        "--check", action="store_true", help="write nothing; list what is stale, exit with 1 if it is"
    )
    building.set_defaults(run=_build)

    starting = subcommands.add_parser("new", help="start a new lesson, which passes all tests from the beginning")
    starting.add_argument("lesson", help="number and title, for example 11_my_lesson")
    starting.add_argument("exercises", nargs="+", metavar="NAME", help="its exercises, for example my_function")
    starting.set_defaults(run=_new)

    listing = subcommands.add_parser("claims", help="list the articles' claims, their verdicts and what decides them")
    listing.add_argument("ids", nargs="*", metavar="ID", help="for example S1.2; default: all")
    listing.add_argument("--source", choices=tuple(claims.SOURCES), help="only claims of this source")
    listing.add_argument("--verdict", choices=tuple(claims.SYMBOLS), help="only claims with this verdict")
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--write", action="store_true", help="write all claims to lessons/claims.md")
    listing.set_defaults(run=_claims)

    publishing = subcommands.add_parser(
        "publish", help="set the course's GitHub address: links on the site, and a first cell for Colab"
    )
    publishing.add_argument("repository", metavar="OWNER/NAME", help="on GitHub; readers get the branch main")
    publishing.set_defaults(run=_publish)


def _build(options):
    from ..author import build
    from ..grader import course

    if options.check:
        findings = build.stale(options.lessons)
        print("\n".join(findings) or "Nothing is stale.")
        return 1 if findings else 0
    changed = build.build(options.lessons)
    changed += [course.WRITTEN] if course.write_catalogue() else []
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing changed.")
    return 0


def _new(options):
    from ..author import new_lesson

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
        from ..author import claims_listing

        claims_listing.show(chosen)
    return 0


def _write_claims():
    from ..author import claims_page

    if not claims_page.PATH.parent.is_dir():
        raise UserError(
            f"There is no folder {claims_page.PATH.parent}/ here. Run this command in the project's folder."
        )
    claims_page.PATH.write_text(claims_page.page(), encoding="utf-8", newline="\n")
    print(f"wrote {claims_page.PATH}")
    return 0


def _publish(options):
    from ..author import publish

    changed = publish.publish(options.repository)
    print("\n".join(f"wrote {path}" for path in changed) or "Nothing changed.")
    return 0
