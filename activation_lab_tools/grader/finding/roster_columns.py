"""Which column of a roster is what: by its heading, in the languages that are known, or by what its cells look like."""

import re
from collections import Counter
from dataclasses import dataclass

from . import moments
from .names import folded

# Headings without blanks and punctuation, in English, German, French, Spanish and Polish; the first one counts.
IDENTIFIERS = ("identifier", "kennung", "identifiant", "identificador", "identyfikator")  # Moodle's, but others' too
STUDENT = (
    "student", "studentid", "studentno", "studentnumber", "matriculationnumber", "matrikelnummer", "matrikelnr", "id",
    "username", "user", "userid", "login", "loginid", "benutzername", "anmeldename", "nomdutilisateur",
    "nombredeusuario", "nazwaużytkownika", "idnumber", "idnummer", "numérodidentification", "númerodeid", "numerid",
    *IDENTIFIERS,
)  # fmt: skip
HEADINGS = {
    "name": ("name", "fullname", "studentname", "vollständigername", "nomcomplet", "nombrecompleto", "nombre",
             "imięinazwisko", "pełnanazwa"),
    "first": ("firstname", "givenname", "vorname", "prénom", "imię"),
    "last": ("lastname", "surname", "familyname", "nachname", "nomdefamille", "apellidos", "nazwisko"),
    "email": ("email", "emailaddress", "mail", "emailadresse", "adressedecourriel", "adresseemail", "courriel",
              "direccióndecorreo", "correoelectrónico", "direccióndecorreoelectrónico", "adresemail"),
    "moodle": ("moodle",),
    "canvas": ("canvas",),
    "github": ("github", "githubusername", "githublogin"),
    "group": ("group", "team", "gruppe", "groupe", "grupo", "grupa"),
    "handed_in": ("lastmodifiedsubmission", "zuletztgeändertabgabe", "dernièremodificationtravailremis",
                  "últimamodificaciónentrega", "fechadeentrega", "ostatniamodyfikacjaprzesłanezadanie"),
}  # fmt: skip
# A gradebook exported from Canvas calls the name "Student" and its own number "ID".
CANVAS_STUDENT = ("sisloginid", "sisuserid", "id")
CANVAS = {"name": ("student",), "canvas": ("id",)}
# A heading that is none of the above, and looks like what tells students apart.
SUSPECTS = re.compile("student|matri|login|user|ident|regist|netid|étudiant|estudiante|alumno|legitym|indeks")
_NUMBERED = re.compile(r"(\D*[^\W\d_]\D*?)\s*(\d+)")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_ASSIGNMENT = re.compile(r"(.+) \((\d+)\)")


@dataclass(frozen=True)
class AssignmentColumn:
    """A column of a Canvas gradebook that has one assignment's grades.

    Args:
        column: its number, from 0.
        title, number: "Homework 1 (98765)" is "Homework 1" and "98765".
        points: as the row "Points Possible" has it; "" without one.
    """

    column: int
    title: str
    number: str
    points: str = ""


@dataclass(frozen=True)
class Columns:
    """What the columns are, each by its number from 0.

    Args:
        platform: "moodle" (a grading worksheet), "canvas" (a gradebook), or "".
        identities: columns that tell students apart, the one that counts first.
        known: {"name": 1, "email": 2, …}: of the keys of HEADINGS, those that are there.
        doubtful: headings that look as if they told students apart, where no column is certain to.
    """

    platform: str
    identities: tuple
    known: dict
    doubtful: tuple = ()


def of(headings, rows):
    """Return the Columns of a roster.

    Args:
        headings: texts.
        rows: lists of as many cells.
    """
    short = [re.sub(r"[\W_]", "", folded(heading)) for heading in headings]
    gradebook = any(each.startswith("sis") for each in short) and "id" in short
    wanted = HEADINGS | (CANVAS if gradebook else {})
    known = {key: next((short.index(each) for each in every if each in short), None) for key, every in wanted.items()}
    if known["email"] is None:
        known["email"] = _addresses(rows, len(headings))
    worksheet = not gradebook and short[0] in (*IDENTIFIERS, *_strange(short)) and _identifies(rows)
    if worksheet:
        known["moodle"] = 0
        if known["name"] is None and known["first"] is None:
            known["name"] = _names_beside(rows, known.values())
        if known["handed_in"] is None:
            known["handed_in"] = _first_times(rows, len(headings))
    known = {key: at for key, at in known.items() if at is not None}
    certain = [short.index(each) for each in (CANVAS_STUDENT if gradebook else STUDENT) if each in short]
    later = [known[key] for key in ("github", "email", "moodle", "canvas") if key in known]
    identities = tuple(dict.fromkeys(at for at in (*certain, *later) if not worksheet or at)) + (0,) * worksheet
    doubtful = [] if certain or worksheet else [headings[at] for at, each in enumerate(short) if _suspect(each)]
    return Columns("canvas" if gradebook else "moodle" * worksheet, identities, known, tuple(doubtful))


def assignments(headings, points):
    """Return the AssignmentColumns of a Canvas gradebook; `points` is its row of points possible, or ()."""
    found = [(at, _ASSIGNMENT.fullmatch(heading.strip())) for at, heading in enumerate(headings)]
    return tuple(
        AssignmentColumn(at, match[1], match[2], points[at].strip() if at < len(points) else "")
        for at, match in found
        if match
    )


def number_in(cell):
    """Return ("Participant", "1230000") of such a cell; ("", the cell) of any other."""
    found = _NUMBERED.fullmatch(cell.strip())
    return (found[1], found[2]) if found else ("", cell.strip())


def _strange(short):
    """Return the headings that aren't known."""
    return {each for each in short if each not in STUDENT and not any(each in every for every in HEADINGS.values())}


def _suspect(short):
    return bool(_strange([short]) and SUSPECTS.search(short))


def _identifies(rows):
    """Does the first column have “<word> <digits>” with one word and different digits, as Moodle's has?"""
    cells = [number_in(row[0]) for row in rows if row[0].strip()]
    words, numbers = {word for word, _ in cells}, {number for _, number in cells}
    return len(words) == 1 and "" not in words and len(numbers) == len(cells)


def _addresses(rows, width):
    """Return the column of e-mail addresses, if there is exactly one."""
    every = {at: [row[at].strip() for row in rows if row[at].strip()] for at in range(width)}
    fitting = [at for at, cells in every.items() if cells and all(_ADDRESS.fullmatch(cell) for cell in cells)]
    return fitting[0] if len(fitting) == 1 else None


def _names_beside(rows, taken):
    """Return the column after Moodle's identifier, if it has names: with blind marking, it has each one's status."""
    cells = Counter(row[1].strip() for row in rows if len(row) > 1)
    distinct = 2 * len(cells) > sum(cells.values())
    return 1 if 1 not in taken and distinct and all(re.search(r"[^\W\d_]", cell) for cell in cells) else None


def _first_times(rows, width):
    """Return the first of at least two columns of times: a worksheet has when it was handed in, then when graded."""
    every = {at: {row[at].strip() for row in rows} - {""} for at in range(1, width)}
    timed = [at for at, cells in every.items() if cells and all(cell == "-" or moments.iso_in(cell) for cell in cells)]
    return timed[0] if len(timed) >= 2 else None
