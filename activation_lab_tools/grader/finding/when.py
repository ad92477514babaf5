"""When each file was handed in, from whichever source is the best."""

import datetime

from . import items
from .archives import Unreadable

HOUR = datetime.timedelta(hours=1)


class Times:
    """The times of an input's files.

    The platform's own comes first: in Moodle's worksheet, in a file's name, or in nbgrader's file beside a notebook. A
    file's own time is the last; it is only used in zips that people made, and if the files of a zip differ by more
    than an hour: else it is the time of the download.

    Args:
        layout: a layouts.Layout.
        listed: items.Items.
    """

    def __init__(self, layout, listed):
        self._name, self._clocks = layout.platform.NAME, {}
        self._marks_late = getattr(layout.platform, "MARKS_LATE", False)
        clock = getattr(layout.platform, "CLOCK", None)
        for one in sorted(listed, key=lambda one: len(one.parts)):
            if one.name == clock and not one.objection:
                self._clocks.setdefault(one.parts[:-1], _read(one, layout.platform.TIME))
        own = [datetime.datetime.fromisoformat(one.modified) for one in listed if one.modified and one.is_handed_in]
        differ = bool(own) and max(own) - min(own) > HOUR
        self._files = differ and getattr(layout.platform, "HAS_FILE_TIMES", False)

    def of(self, item, owner, match, student):
        """Return (when a file was handed in, what says so); see records.Submission.

        Args:
            item: an Item.
            owner: its Owner.
            match: the matching.Match of the owner.
            student: one of its students.
        """
        # Moodle numbers anew for each assignment: an equal number means that the worksheet is of this one.
        numbered = match.numbered and match.owner.ids.get("moodle", "none") == getattr(student, "moodle", "")
        of_team = match.group and match.group == getattr(student, "group", "") and self._name == "Moodle"
        if (numbered or of_team) and getattr(student, "handed_in", ""):
            return student.handed_in, "Moodle"
        if owner.handed_in or self._marks_late:
            return owner.handed_in, self._name
        beside = next((self._clocks[up] for n in range(len(item.parts)) if (up := item.parts[:n]) in self._clocks), "")
        if beside:
            return beside, self._name
        return (item.modified, "file") if self._files and item.modified else ("", "")


def _read(item, time_in):
    try:
        return time_in(items.content(item.path, item.member, 1000).decode("ascii", "replace"))
    except Unreadable:
        return ""
