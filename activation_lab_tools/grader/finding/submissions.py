"""Find the submissions of a class, in folders and zips, if it is certain whose they are."""

import hashlib
import os
from collections import Counter, defaultdict
from itertools import groupby
from pathlib import Path

from ..records import ReviewItem, Submission
from ..text import plain
from . import items, layouts
from .archives import NOTEBOOK_BYTES, Unreadable
from .items import NOTEBOOKS


def find(paths, roster=None):
    """Return all notebooks below `paths` whose student is certain, and what a person must look at.

    Args:
        paths: each a folder, a zip, or a notebook.
        roster: a roster.Roster; submissions of anyone else need a look.

    Returns:
        A list of records.Submission, sorted by student and location, and one of records.ReviewItem, sorted by location.

    Raises:
        UserError: a path does not exist, or is none of the three.
    """
    found, looks = [], []
    for path in dict.fromkeys(Path(os.path.abspath(path)) for path in paths):
        try:
            more, strange = _find(*items.items(path), roster)
        except Unreadable as error:
            more, strange = [], [ReviewItem(plain(path.name), str(error))]
        found += more
        looks += strange
    found.sort(key=lambda pair: (pair[0].student, pair[0].location))
    kept = []
    for student, group in groupby(found, key=lambda pair: pair[0].student):
        own = list(group)
        if len(own) > NOTEBOOKS:
            looks.append(ReviewItem(own[0][0].location, items.too_many(len(own), f"of {plain(student)}")))
        else:
            kept += _distinct(own)
    return kept, sorted(looks, key=lambda look: (look.location, look.reason))


def content_of(submission, limit=NOTEBOOK_BYTES):
    """Return the bytes of a Submission's notebook, at most `limit` of them.

    Raises:
        Unreadable: it is longer, damaged, or gone; its text is a whole sentence.
    """
    return items.content(submission.path, submission.member, limit)


def _find(listed, above, roster):
    """Return ([(Submission, size)], [ReviewItem]) of one input."""
    looks = [ReviewItem(one.location, one.objection) for one in listed if one.objection]
    listed = [one for one in listed if not one.objection]
    by_owner = defaultdict(list)
    for one, owner in zip(listed, layouts.owners([one.parts for one in listed], above), strict=True):
        if isinstance(owner, layouts.Owner):
            by_owner[owner].append(one)
        elif owner and one.is_handed_in:
            looks.append(ReviewItem(one.location, owner))
    meant = {owner: owner.guess or owner if roster is None else roster.match(owner) for owner in by_owner}
    claims = defaultdict(list)
    for owner, student in meant.items():
        claims[getattr(student, "student", owner)].append(owner)
    found = []
    for owners in claims.values():
        for owner in owners:
            refusal = meant[owner] if isinstance(meant[owner], str) else _clash(owners)
            notebooks, strange = _notebooks(by_owner[owner], owner, refusal)
            found += [(_found(one, owner, meant[owner]), one.size) for one in notebooks]
            looks += strange
    return found, looks


def _notebooks(own, owner, refusal):
    """Return ([Item], [ReviewItem]) of one owner's files; no Item if there is a refusal."""
    handed = [one for one in own if one.is_handed_in]
    if not handed:
        if owner.guess:  # a file at the top that isn't a notebook may be anyone's
            return [], []
        names = plain(", ".join(one.name for one in own))
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


def _distinct(own):
    """Return a student's notebooks without identical copies; unreadable ones stay."""
    sizes = Counter(size for _, size in own)
    kept, seen = [], set()
    for found, size in own:
        try:
            mark = hashlib.sha256(content_of(found)).digest() if sizes[size] > 1 else None
        except Unreadable:
            mark = None
        if mark is None or mark not in seen:
            kept.append(found)
            seen.add(mark)
    return kept
