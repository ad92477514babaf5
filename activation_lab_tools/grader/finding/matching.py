"""Which student of the class a name or a number means."""

from collections import defaultdict
from dataclasses import dataclass, field

from ...errors import UserError
from ..text import plain
from .names import ascii_only, folded, orders, squashed, words
from .roster_columns import number_in

GROUPS = 'Add a column "group" to the roster, or give a file with the columns group, student as --groups.'


@dataclass(frozen=True)
class Student:
    """A row of the roster.

    Args:
        student: the identity.
        name, email, group: "" if the roster doesn't say.
        moodle, canvas: their numbers on these platforms.
        handed_in: when, as Moodle's worksheet says; see records.Submission.
        logins: whatever else tells the student apart, such as a user name.
    """

    student: str
    name: str
    email: str = ""
    moodle: str = ""
    canvas: str = ""
    group: str = ""
    handed_in: str = ""
    logins: tuple = field(default=(), compare=False)


@dataclass(frozen=True)
class Match:
    """Whom a name or a number refers to.

    Args:
        students: one, or the members of a group.
        owner: the platforms.Owner that means them: one of its `others` perhaps.
        group: the group's name; "" if it is one student.
        numbered: whether the owner's numbers are certainly the student's.
    """

    students: tuple
    owner: object
    group: str = ""
    numbered: bool = False


class Roster:
    """The class, to look students up in.

    Args:
        students: Students with different identities.
        table: the RosterTable that they come from, or None.
        groups: {name: identities, e-mails or full names of its members}, beside those of the roster.

    Raises:
        UserError: someone in `groups` is not in the class, or could be several.
    """

    def __init__(self, students, table=None, groups=None):
        self.students, self.table = tuple(students), table
        self._numbers, self._labels, self._iliases = defaultdict(list), defaultdict(list), defaultdict(list)
        for student in self.students:
            for platform in ("moodle", "canvas"):
                if number := getattr(student, platform):
                    self._numbers[platform, number].append(student)
            for label in _labels(student):
                self._labels[label].append(student)
            for whole in {ascii_only(order + login) for order in orders(student.name) for login in _logins(student)}:
                self._iliases[whole].append(student)
        members = defaultdict(dict)
        for student in self.students:
            if student.group:
                members[student.group][student] = None
        for group, labels in (groups or {}).items():
            members[group] |= dict.fromkeys(self._member(group, label) for label in labels)
        self._groups = defaultdict(list)
        for group, within in members.items():
            self._groups[squashed(group)].append((group, tuple(within)))
        self._participant = _participant(table)

    def match(self, owner):
        """Return the Match of a platforms.Owner, or a sentence on why it is unclear whom it means.

        A platform's number decides where the name beside it is that student's; a group's name means its members; and
        else the identity, e-mail, login or full name decides, in any case and spacing.
        """
        readings = (owner, *owner.others)
        told = [self._match(reading) for reading in readings]
        matches = {match.students: match for match in reversed(told) if not isinstance(match, str)}
        if len(matches) == 1:
            return next(iter(matches.values()))
        if not matches:
            return told[0]
        names = ", ".join(_shown(students[0].name) for students in matches)
        return f"{_shown(owner.student)} could be read as any of {names}. Rename it."

    def _match(self, owner):
        numbered = [s for platform, number in owner.ids.items() for s in self._numbers.get((platform, number), ())]
        agreeing = [student for student in numbered if self._agrees(owner.name, student)]
        labelled = () if owner.is_group else self._labelled(owner)
        groups = self._groups.get(squashed(owner.name), ())
        if len(groups) > 1:
            groups = [each for each in groups if folded(each[0]) == folded(owner.name)] or groups
        if len(agreeing) == 1 and not owner.is_group:
            labelled = agreeing
        shown = _shown(owner.student)
        if len(groups) > 1 or groups and any(set(members) != set(labelled) for _, members in groups if labelled):
            return f"{shown} could be a group or a student, or one of several groups. Give them different names."
        if groups and not labelled:
            ((group, members),) = groups
            return Match(members, owner, group)
        if len(labelled) > 1:
            return f"{shown} could be any of {len(labelled)} in the roster. Give them different numbers or names."
        if owner.is_group:
            return f"{shown} is a group, and it is not known who is in it. {GROUPS}"
        if not labelled and numbered:
            return (
                f"{shown} has the number of {_shown(numbered[0].name)} in the roster, but not the name: the number may "
                f"be a group's. If it is a group: {GROUPS} If not, correct the name in the roster."
            )
        if not labelled:
            return f"{shown} is not in the roster. {owner.hint or 'Add a row, or correct the existing one.'}"
        if numbered and not agreeing:
            return (
                f"{shown} has the number of {_shown(numbered[0].name)} and the name of {_shown(labelled[0].name)} in "
                "the roster. Correct the roster, or give the one of this assignment."
            )
        return self._one(labelled[0], owner)

    def _one(self, student, owner):
        own = {platform: getattr(student, platform, "") for platform in owner.ids}
        certain = all(own[platform] in ("", number) for platform, number in owner.ids.items())
        return Match((student,), owner, self._team(owner.name, student), certain)

    def _agrees(self, name, student):
        names = orders(student.name) | {squashed(label) for label in (student.student, student.email) if label}
        return squashed(name) in names | self._participant or bool(self._team(name, student))

    @staticmethod
    def _team(name, student):
        """Return "Red" of "Red-Ada Lovelace", as older versions of Moodle name each member's folder; "" of others."""
        parts = name.split("-")
        ends = (at for at in range(1, len(parts)) if words("-".join(parts[at:])) == words(student.name))
        return next(("-".join(parts[:at]) for at in ends), "")

    def _labelled(self, owner):
        if "ilias" in owner.ids:
            return self._iliases.get(ascii_only(owner.name), ())
        return tuple({s: 0 for label in {folded(owner.name), words(owner.name)} for s in self._labels.get(label, ())})

    def _member(self, group, label):
        found = {s: 0 for each in {folded(label), words(label)} for s in self._labels.get(each, ())}
        if len(found) != 1:
            problem = "could be any of several" if found else "is not"
            raise UserError(f"{_shown(label)}, of the group {_shown(group)}, {problem} in the roster. Correct the one.")
        return next(iter(found))


def _participant(table):
    """Return {"participant"}, which Moodle writes for a name with blind marking, in the worksheet's language."""
    if table is None or table.platform != "moodle":
        return set()
    words_of = {number_in(row[table.columns["moodle"]])[0] for row in table.rows.values()}
    return {squashed(word) for word in words_of if word}


def _logins(student):
    return (student.student, *student.logins)


def _labels(student):
    labels = {folded(text) for text in (*_logins(student), student.email, student.name) if text}
    return labels | {words(student.name)}


def _shown(text):
    return f'"{plain(text, 80)}"'
