"""Find the submissions of a class, in folders and zips, if it is certain whose they are."""

import os
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..records import ReviewItem, Submission
from ..text import plain
from . import items, layouts
from .archives import NOTEBOOK_BYTES, Unreadable
from .items import NOTEBOOKS


def find(paths, roster=None, lessons=()):
    """Return all notebooks below `paths` whose student is certain, and what a person must look at.

    Args:
        paths: each a folder, a zip, or a notebook.
        roster: a roster.Roster; submissions of anyone else need a look.
        lessons: names of lessons. A folder of notebooks with such names is one student's.

    Returns:
        A list of records.Submission, sorted by student and location, and one of records.ReviewItem, sorted by location.

    Raises:
        UserError: a path does not exist, or is none of the three.
    """
    paths = [Path(path) for path in dict.fromkeys(map(os.path.abspath, paths))]
    names = Counter(path.stem for path in paths if items.is_notebook(path))
    # A notebook's name isn't its student's if several have it.
    lessons = (*lessons, *(name for name, times in names.items() if times > 1))
    found, looks = [], []
    for path in paths:
        try:
            more, strange = _find(*items.items(path), roster, lessons, alone=items.is_notebook(path))
        except Unreadable as error:
            more, strange = [], [ReviewItem(plain(path.name), str(error))]
        found += more
        looks += strange
    found.sort(key=lambda one: (one.student, one.location))
    kept = []
    for student, group in groupby(found, key=lambda one: one.student):
        own = list(group)
        if len(own) > NOTEBOOKS:
            reason = items.too_many(len(own), f"of {plain(student)}")
            looks.append(ReviewItem(own[0].location, reason))
        else:
            kept += own
    return kept, sorted(looks, key=lambda look: (look.location, look.reason))


def content_of(submission, limit=NOTEBOOK_BYTES):
    """Return the bytes of a Submission's notebook, at most `limit` of them.

    Raises:
        Unreadable: it is longer, damaged, or gone; its text is a whole sentence.
    """
    return items.content(submission.path, submission.member, limit)


def _find(listed, above, roster, lessons, alone):
    """Return ([Submission], [ReviewItem]) of one input, `alone` if that is a single notebook."""
    layout = layouts.chosen([one.parts for one in listed if not one.objection], above, lessons)
    refused = [(one, one.objection) for one in listed if one.objection]
    by_owner = defaultdict(list)
    for one in listed:
        owner = None if one.objection else layout.owner(one.parts)
        if isinstance(owner, layouts.Owner):
            by_owner[replace(owner, guess="") if alone else owner].append(one)
        elif owner and one.is_handed_in:
            refused.append((one, owner))
    found, looks = _of_owners(by_owner, roster)
    return found, looks + _looks(refused, layout)


def _of_owners(by_owner, roster):
    """Return ([Submission], [ReviewItem]) of {owner: Items}."""
    meant = {owner: owner.guess or owner if roster is None else _student_of(roster.match(owner)) for owner in by_owner}
    claims = defaultdict(list)
    for owner, student in meant.items():
        claims[getattr(student, "student", owner)].append(owner)
    found, looks = [], []
    for owners in claims.values():
        for owner in owners:
            refusal = meant[owner] if isinstance(meant[owner], str) else _clash(owners)
            notebooks, strange = _notebooks(by_owner[owner], owner, refusal)
            found += [_found(one, owner, meant[owner]) for one in notebooks]
            looks += strange
    return found, looks


def _student_of(match):
    return match if isinstance(match, str) else match.students[0] if not match.group else f"It is {match.group}'s."


def _looks(refused, layout):
    """Return the ReviewItems of [(Item, reason)]; a single one for a student who has more than NOTEBOOKS."""
    by_unit = defaultdict(list)
    for one, reason in refused:
        by_unit[layout.unit(one.parts)].append(ReviewItem(one.location, reason))
    looks = []
    for several in by_unit.values():
        if len(several) > NOTEBOOKS:
            first = several[0]
            reason = f"{len(several):,} files here can't be read. The first: {first.reason}"
            looks.append(ReviewItem(first.location, reason))
        else:
            looks += several
    return looks


def _notebooks(own, owner, refusal):
    """Return ([Item], [ReviewItem]) of one owner's files; no Item if there is a refusal."""
    handed = [one for one in own if one.is_handed_in]
    if not handed:
        if owner.guess:  # a file at the top that isn't a notebook may be anyone's
            return [], []
        names = plain(", ".join(one.name for one in own[:NOTEBOOKS]))
        refusal = f"No notebook was handed in. Expected a file whose name ends in .ipynb; found {names}."
        return [], [ReviewItem(own[0].location, refusal)]
    if len(handed) > NOTEBOOKS:
        return [], [ReviewItem(own[0].location, items.too_many(len(handed), f"of {plain(owner.student)}"))]
    if refusal:
        return [], [ReviewItem(one.location, refusal) for one in handed]
    opened = [notebook for one in handed for notebook in items.opened(one)]
    good = [one for one in opened if not one.objection]
    return good, [ReviewItem(one.location, one.objection) for one in opened if one.objection]


def _clash(owners):
    """Return why these cannot all be one student; "" if there is only one."""
    if len(owners) == 1:
        return ""
    names = ", ".join(f'"{plain(owner.name)}"' for owner in owners[:5])
    return f"{names} would all be one student. Rename them, or distinguish them in the roster."


def _found(item, owner, student):
    ids = {key: getattr(student, key) for key in ("moodle", "canvas") if getattr(student, key, "")} | owner.ids
    name, email = layouts.tidy(student.name), getattr(student, "email", "")
    return Submission(student.student, name, item.location, item.path, item.member, ids, email)
