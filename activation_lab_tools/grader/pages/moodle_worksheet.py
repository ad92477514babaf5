"""Moodle's grading worksheet, filled: in the columns and the language in which it was downloaded, or in English."""

import html
import re

from ..finding.names import folded
from ..finding.roster_columns import number_in
from . import feedback
from .html import SYMBOLS
from .naming import cell, html_cell

# Moodle's “Upload grading worksheet” looks for Identifier, Grade, Last modified (grade) and the names of feedback
# fields; the rest is for the person who uploads it. A dash is Moodle's “never graded”.
ENGLISH = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
           "Feedback comments"]  # fmt: skip
# Headings without blanks and punctuation; what isn't among them is found by what the columns look like.
GRADE = ("grade", "bewertung", "note", "calificación", "ocena")
COMMENT = (
    "feedbackcomments", "feedbackalskommentar", "feedbackparcommentaires", "comentariosderetroalimentación",
    "komentarzzwrotny",
)  # fmt: skip
# What an earlier upload wrote into a comment.
OURS = re.compile(
    r"(?:<br ?/?>|\s)*(?:[\d.]+ of [\d.]+ points?|You are excused from this lesson\.)(?:<br ?/?>|\s).*"
    rf"[{''.join(SYMBOLS.values())}].*",
    re.DOTALL,
)


class Worksheet:
    """How a worksheet's file begins, and a student's row.

    Args:
        table: the RosterTable of a worksheet; None for the form that Moodle in English reads.
    """

    def __init__(self, table=None):
        self.table = table
        if table:
            identifiers = [number_in(row[table.columns["moodle"]]) for row in table.rows.values()]
            self.word = next((word for word, _ in identifiers), "Participant")
            self.rows = {number: row for (_, number), row in zip(identifiers, table.rows.values(), strict=True)}
            self.grade, self.maximum, self.comment = columns(table)

    def first(self, grade):
        return [[*map(cell, self.table.headings)] if self.table else ENGLISH]

    def row(self, grade):
        """Return the row of a FinalGrade with a number in Moodle: its own of the worksheet, the grade filled in."""
        if self.table is None:
            score = "" if grade.excused else cell(grade.score)
            number = f"Participant {grade.ids['moodle']}"
            return [number, cell(grade.name), cell(grade.email), score, cell(grade.points), "-", _comment(grade)]
        row = list(map(_as_it_was, self._own(grade)))
        row[self.grade] = "" if grade.excused else cell(scaled(grade, self._most(grade)))
        if self.comment is not None:
            row[self.comment] = _comment(grade, self._own(grade)[self.comment])
        return row

    def _own(self, grade):
        """Return the student's row; if the worksheet is another assignment's, one with the number of this one."""
        table, own = self.table, grade.ids["moodle"]
        if own in self.rows:
            return self.rows[own]
        fresh = [""] * len(table.headings)
        fresh[table.columns["moodle"]] = f"{self.word} {own}"
        for key, text in (("name", grade.name), ("email", grade.email)):
            if key in table.columns:
                fresh[table.columns[key]] = text
        return fresh

    def _most(self, grade):
        """Return the assignment's maximum grade; None if the worksheet doesn't say."""
        if self.maximum is None:
            return None
        return next(value for row in self.table.rows.values() if (value := _number(row[self.maximum])) is not None)


def columns(table):
    """Return the columns of a worksheet's grade, maximum grade and comment, by their numbers from 0; None if not there.

    The headings are in the language of the person who downloaded it. Where a heading isn't known, the maximum grade is
    the column with one positive number in all rows, the grade is before it, and the comment comes after the time when
    it was graded, whose heading begins like that of the time when it was handed in.
    """
    short = [re.sub(r"[\W_]", "", folded(heading)) for heading in table.headings]
    taken = set(table.columns.values())
    free = [at for at in range(len(short)) if at not in taken]
    values = {at: [row[at].strip() for row in table.rows.values()] for at in free}
    maxima = [at for at in free if at - 1 in free and _fits(values[at - 1], values[at])]
    named = [at for at in free if short[at] in GRADE]
    grade = named[0] if named else maxima[0] - 1 if maxima else None
    maximum = grade + 1 if grade is not None and grade + 1 in maxima else None
    comment = next((at for at in free if short[at] in COMMENT), None)
    if comment is None and "handed_in" in table.columns:
        begins = table.headings[table.columns["handed_in"]].split(" (")[0]
        graded = [at for at in free if table.headings[at].startswith(f"{begins} (")]
        comment = graded[-1] + 1 if graded and graded[-1] + 1 in free else None
    return grade, maximum, comment


def scaled(grade, most):
    """Return a FinalGrade's score on a scale up to `most`; as it is if `most` is None."""
    if most is None or not grade.points:
        return grade.score
    return round(grade.score * most / grade.points, 2)


def _fits(grades, maxima):
    """Is the second column one positive number, and the first empty, or numbers up to it?"""
    most = {_number(text) for text in maxima}
    if len(most) != 1 or None in most or min(most) <= 0:
        return False
    return all(text in ("", "-") or (_number(text) is not None and _number(text) <= min(most)) for text in grades)


def _number(text):
    """Return "3.50" or "3,50" as a number; None if it isn't one."""
    text = text.strip()
    return float(text.replace(",", ".")) if re.fullmatch(r"\d+([.,]\d+)?", text) else None


def _as_it_was(text):
    return text if text == "-" else cell(text)


def _comment(grade, before=""):
    """Return the comment as HTML, which Moodle reads; what a person wrote into the worksheet stays before it."""
    ours = "<br>".join(html_cell(html.escape(line)) for line in feedback.comments(grade))
    theirs = OURS.sub("", before).strip()
    return f"{html_cell(theirs[:1])}{theirs[1:]}<br>{ours}" if theirs else ours
