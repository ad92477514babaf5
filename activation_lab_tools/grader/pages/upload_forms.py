"""In which form marks go back: the worksheets and the gradebook that were given as rosters, kept in the store."""

import dataclasses
import functools
import json
from dataclasses import dataclass, field

from ..finding.names import orders, squashed
from ..finding.roster import RosterTable
from ..finding.roster_columns import AssignmentColumn, number_in
from . import moodle_worksheet

WORKSHEETS, GRADEBOOK, COLUMNS = "moodle worksheets", "canvas gradebook", "canvas columns"  # names in the store


@dataclass(frozen=True)
class UploadForms:
    """What is known of the files that platforms read.

    Args:
        worksheets: RosterTables of Moodle's worksheets, the newest first; one for each assignment.
        gradebook: the RosterTable of Canvas's gradebook, or None.
        columns: {lesson: heading of its column in Canvas's gradebook}, as a person chose it.
    """

    worksheets: tuple = ()
    gradebook: RosterTable | None = None
    columns: dict = field(default_factory=dict)

    def worksheet_of(self, numbers):
        """Return the worksheet with the most of these numbers of one assignment; the newest if none has any."""
        return max(self.worksheets, key=lambda table: len(_numbers(table) & numbers), default=None)

    def ids_in(self, numbers, grade):
        """Return a FinalGrade's ids, with the number in Moodle of the assignment with these numbers, or none."""
        table = self.worksheet_of(numbers)
        row = table.rows.get(grade.student) if _numbers(table) & numbers else None
        ids = {platform: number for platform, number in grade.ids.items() if platform != "moodle"}
        return ids | {"moodle": number_in(row[table.columns["moodle"]])[1]} if row else ids

    def confirms(self, platform, number, name):
        """Does a roster that was given have this number beside this name?"""
        return squashed(name) in self._names.get((platform, number), ())

    @functools.cached_property
    def _names(self):
        """{(platform, number): the forms of the name}."""
        tables = [("moodle", table) for table in self.worksheets]
        tables += [("canvas", self.gradebook)] if self.gradebook else []
        return {
            (platform, number_in(row[table.columns[platform]])[1]): orders(table.name_of(row))
            for platform, table in tables
            for row in table.rows.values()
        }


def keep(store, table, columns):
    """Keep a roster's table, and which columns of Canvas's gradebook were chosen, for this and later files.

    Args:
        store: a Store.
        table: a RosterTable, or None.
        columns: {lesson: heading}.
    """
    before = load(store)
    if table and table.platform == "moodle" and _is_worksheet(table):
        others = [each for each in before.worksheets if not _numbers(each) & _numbers(table)]
        store.choose(WORKSHEETS, json.dumps([dataclasses.asdict(each) for each in (table, *others)]))
    if table and table.platform == "canvas":
        store.choose(GRADEBOOK, json.dumps(dataclasses.asdict(table)))
    if columns:
        store.choose(COLUMNS, json.dumps(before.columns | columns))


def load(store):
    """Return the UploadForms that were kept."""
    worksheets, gradebook, columns = (
        json.loads(store.choice(name) or "null") for name in (WORKSHEETS, GRADEBOOK, COLUMNS)
    )
    return UploadForms(tuple(map(_table, worksheets or ())), gradebook and _table(gradebook), columns or {})


def _is_worksheet(table):
    """Is it more than a list of the class that someone made, with Moodle's numbers in it?"""
    return "handed_in" in table.columns or moodle_worksheet.columns(table)[0] is not None


def _numbers(table):
    """Return the participants' numbers, which differ from assignment to assignment."""
    return {number_in(row[table.columns["moodle"]])[1] for row in table.rows.values()}


def _table(data):
    """Return the RosterTable that was plain data."""
    return RosterTable(
        **data
        | {
            "headings": tuple(data["headings"]),
            "rows": {student: tuple(row) for student, row in data["rows"].items()},
            "assignments": tuple(AssignmentColumn(**each) for each in data["assignments"]),
        }
    )
