"""Find the submissions of a class, in folders and zips, if it is certain whose they are."""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from ..records import NothingGradable, ReviewItem, Submission
from ..text import count, plain
from . import items, layouts, when
from .archives import NOTEBOOK_BYTES, Unreadable
from .items import NOTEBOOKS
from .matching import Match
from .paths import tidy, without_junk
from .platforms import Owner


@dataclass
class Found:
    """What there is in the inputs; each file and each empty folder is accounted for in one of these.

    Args:
        submissions: records.Submissions, sorted by student and location.
        review: records.ReviewItems, sorted by location.
        nothing: records.NothingGradable, sorted by student.
        left_out: ReviewItems of what nobody handed in, such as a list beside the folders; sorted by location.
    """

    submissions: list = field(default_factory=list)
    review: list = field(default_factory=list)
    nothing: list = field(default_factory=list)
    left_out: list = field(default_factory=list)

    def add(self, other):
        for name, more in vars(other).items():
            getattr(self, name).extend(more)

    def why_none(self, paths):
        """Return the sentence on why nothing among these paths can be graded."""
        where = plain(", ".join(map(str, paths)), 1000)
        if self.review:
            more = f" (and {len(self.review) - 1} more, listed above)" if len(self.review) > 1 else ""
            return f"Nothing in {where} can be graded. {self.review[0].location}: {self.review[0].reason}{more}"
        others = (
            f" {count(len(self.nothing), 'student')} handed in something else, listed above." if self.nothing else ""
        )
        return f"No notebook was found in {where}: expected files whose names end in .ipynb.{others}"

    def sort(self):
        for listed in (self.review, self.left_out):
            listed.sort(key=lambda one: (one.location, one.reason))
        for listed in (self.submissions, self.nothing):
            listed.sort(key=lambda one: (one.student, one.location))


def find(paths, roster=None, lessons=()):
    """Return all notebooks below `paths` whose student is certain, and what else there is, as Found.

    Args:
        paths: each a folder, a zip, or a notebook.
        roster: a matching.Roster; submissions of anyone else need a look.
        lessons: names of lessons. A folder of notebooks with such names is one student's.

    Raises:
        UserError: a path does not exist, or is none of the three.
    """
    paths = [Path(path) for path in dict.fromkeys(map(os.path.abspath, paths))]
    names = Counter(path.stem for path in paths if items.is_notebook(path))
    # A notebook's name isn't its student's if several have it.
    lessons = (*lessons, *(name for name, times in names.items() if times > 1))
    found = Found()
    for path in paths:
        try:
            found.add(_Input(path, roster, lessons).found())
        except Unreadable as error:
            found.review.append(ReviewItem(plain(path.name), str(error)))
    found.sort()
    found.submissions = _at_most(found)
    found.sort()
    handed_in = {one.student for one in found.submissions}
    found.nothing = [one for one in found.nothing if one.student not in handed_in]
    return found


def content_of(submission, limit=NOTEBOOK_BYTES):
    """Return the bytes of a Submission's notebook, at most `limit` of them.

    Raises:
        Unreadable: it is longer, damaged, or gone; its text is a whole sentence.
    """
    return items.content(submission.path, submission.member, limit)


def _at_most(found):
    """Return the submissions without those of students who have too many; these go to `found.review`."""
    kept = []
    for student, group in groupby(found.submissions, key=lambda one: one.student):
        own = list(group)
        if len(own) > NOTEBOOKS:
            found.review.append(ReviewItem(own[0].location, items.too_many(len(own), f"of {plain(student)}")))
        else:
            kept += own
    return kept


class _Input:
    """One folder, zip or notebook."""

    def __init__(self, path, roster, lessons):
        self.roster, self.alone, self.name = roster, items.is_notebook(path), path.name
        self.listed, above = items.items(path)
        self.layout = layouts.chosen([one.parts for one in self.listed if not one.objection], above, lessons)
        self.times = when.Times(self.layout, self.listed)

    def found(self):
        """Return Found of this input."""
        found, by_owner, refused = Found(), defaultdict(list), []
        for one in self.listed:
            owner = None if one.objection else self.layout.owner(one.parts)
            if isinstance(owner, Owner):
                by_owner[replace(owner, guess="") if self.alone else owner].append((one, owner))
            elif one.objection and not (one.member and not one.is_handed_in) or owner and one.is_handed_in:
                refused.append((one, one.objection or owner))
            else:
                found.left_out.append(ReviewItem(one.location, "It is no notebook of a student's."))
        found.review += _looks(refused, self.layout)
        self._add_owners(found, by_owner)
        return found

    def _add_owners(self, found, by_owner):
        meant = {owner: self._match(owner) for owner in by_owner}
        claims = defaultdict(dict)  # only of those who handed in notebooks; what files' names could mean may differ
        for owner, match in meant.items():
            if isinstance(match, Match) and any(_gradable(*each) for each in by_owner[owner]):
                for student in match.students:
                    claims[student.student][owner.student, owner.name] = owner
        for owner, match in meant.items():
            handed = [each for each in by_owner[owner] if _gradable(*each)]
            if handed:
                self._add_notebooks(found, owner, match, handed, claims)
            else:
                _add_nothing(found, owner, match, by_owner[owner])

    def _match(self, owner):
        if self.roster is None:
            return owner.guess or Match((owner,), owner)
        return self.roster.match(owner)

    def _add_notebooks(self, found, owner, match, handed, claims):
        """Add one owner's notebooks: to the submissions of those whose they are, or to what needs a look."""
        locations = [one.location for one, _ in handed]
        if len(handed) > NOTEBOOKS:
            reason = items.too_many(len(handed), f"of {plain(owner.student)}")
            found.review.append(ReviewItem(locations[0], reason))
            return
        students, refusal = (), match
        if isinstance(match, Match):
            refusal = "" if match.group else _clash(claims[match.students[0].student])
            students = [one for one in match.students if len(claims[one.student]) == 1]
            for one in match.students if match.group else ():
                if one not in students:
                    found.review.append(ReviewItem(locations[0], _twice(one, match.group)))
        if refusal:
            found.review += [ReviewItem(location, refusal) for location in locations]
            return
        for item, of_file in handed:
            for notebook in items.opened(item):
                if notebook.objection:
                    found.review.append(ReviewItem(notebook.location, notebook.objection))
                else:
                    found.submissions += [self._submission(notebook, item, of_file, match, one) for one in students]

    def _submission(self, notebook, item, of_file, match, student):
        handed_in, source = self.times.of(item, of_file, match, student)
        late = match.owner.late or of_file.late
        name, assignment = tidy(student.name), "" if self.alone else self._assignment(of_file)
        email = getattr(student, "email", "")
        return Submission(
            student.student, name, notebook.location, notebook.path, notebook.member, _ids(match, student), email,
            handed_in, source, late, match.group, assignment, match.owner.student,
        )  # fmt: skip

    def _assignment(self, owner):
        return plain("/".join(part for part in (self.name, owner.assignment) if part))


def _ids(match, student):
    """Return the student's numbers on platforms: none if roster and file's name differ, or the name is unclear.

    Without a roster, they are what the name has, which may be a group's; see `uploads.number_on`.
    """
    if isinstance(student, Owner):
        # Canvas's two numbers and a file's "01_" look like a second pair; a third is somebody's invention.
        return {} if student.is_group or len(student.others) > 1 else student.ids
    ids = {key: getattr(student, key) for key in ("moodle", "canvas") if getattr(student, key)}
    if match.numbered:
        return ids | match.owner.ids
    return ids if match.group else {key: ids[key] for key in ids.keys() - match.owner.ids.keys()}


def _gradable(item, owner):
    return item.is_handed_in and not owner.typed


def _add_nothing(found, owner, match, own):
    """Add a student who handed in no notebook."""
    location = own[0][0].location
    if isinstance(match, str) and owner.guess:  # a file at the top that isn't a notebook may be anyone's
        found.left_out += [ReviewItem(one.location, "It is no notebook of a student's.") for one, _ in own]
        return
    kinds = dict.fromkeys(of_file.typed or _called(one) for one, of_file in own)
    shown = plain(", ".join([*kinds][:NOTEBOOKS]))
    reason = f"No notebook was handed in. Expected a file whose name ends in .ipynb; found {shown}."
    if isinstance(match, str):
        found.nothing.append(NothingGradable(owner.student, tidy(owner.name), "", location, reason))
        return
    for student in match.students:
        email = getattr(student, "email", "")
        found.nothing.append(NothingGradable(student.student, tidy(student.name), email, location, reason))


def _called(item):
    return without_junk(item.parts)[-1] or "an empty folder"


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


def _clash(owners):
    """Return why these cannot all be one student; "" if there is only one."""
    if len(owners) == 1:
        return ""
    names = ", ".join(f'"{plain(owner.name)}"' for owner in [*owners.values()][:5])
    return f"{names} would all be one student. Rename them, or distinguish them in the roster."


def _twice(student, group):
    return (
        f"{plain(student.name)} is in {plain(group)}, and handed in otherwise too. It counts for the others in the "
        "group; for this student, keep what counts and grade again."
    )
